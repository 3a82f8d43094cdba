"""Reads what Lockstep writes for other apps, from the formats' descriptions alone and with nothing of Lockstep's.

    read_exports.py aegis FILE PASSWORD     a vault; no password for a plain one
    read_exports.py google FILE             links of Google Authenticator's export, one on each line

Prints one JSON list a line: issuer, name, kind, algorithm, digits, period or counter, secret in hexadecimal.
"""

import base64
import hashlib
import json
import sys
import urllib.parse


def aegis(path, password):
    with open(path, encoding="utf-8") as file:
        vault = json.load(file)
    assert vault["version"] == 1
    header, db = vault["header"], vault["db"]
    if password is not None:
        db = json.loads(opened(header, base64.b64decode(db), password))
    assert db["version"] == 3
    groups = {group["uuid"]: group["name"] for group in db["groups"]}
    for entry in db["entries"]:
        info = entry["info"]
        secret = base64.b32decode(info["secret"] + "=" * (-len(info["secret"]) % 8))
        moving = info["counter"] if entry["type"] == "hotp" else info["period"]
        tags = [groups[group] for group in entry["groups"]]
        yield [entry["issuer"], entry["name"], entry["type"], info["algo"], info["digits"], moving, secret.hex(),
               entry["note"], entry["favorite"], tags]


def opened(header, sealed, password):
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    def open_with(key, params, ciphertext):
        return AESGCM(key).decrypt(bytes.fromhex(params["nonce"]), ciphertext + bytes.fromhex(params["tag"]), None)

    [slot] = [slot for slot in header["slots"] if slot["type"] == 1]
    assert (slot["n"], slot["r"], slot["p"]) == (32768, 8, 1)
    key = hashlib.scrypt(password.encode(), salt=bytes.fromhex(slot["salt"]), n=slot["n"], r=slot["r"], p=slot["p"],
                         maxmem=64 * 1024 * 1024, dklen=32)
    master = open_with(key, slot["key_params"], bytes.fromhex(slot["key"]))
    return open_with(master, header["params"], sealed)


def google(path):
    with open(path, encoding="utf-8") as file:
        links = [line.strip() for line in file if line.strip()]
    seen = []
    for link in links:
        address = urllib.parse.urlsplit(link)
        assert (address.scheme, address.netloc) == ("otpauth-migration", "offline")
        [data] = urllib.parse.parse_qs(address.query, strict_parsing=True)["data"]
        payload = fields(base64.b64decode(data, validate=True))
        assert payload[2] == [1]
        seen.append((payload.get(5, [0]), payload[3], payload.get(4, [0])))
        for message in payload[1]:
            entry = fields(message)
            text = lambda number: entry.get(number, [b""])[0].decode()
            kind = {1: "hotp", 2: "totp"}[entry[6][0]]
            moving = entry.get(7, [0])[0] if kind == "hotp" else 30
            algorithm = {1: "SHA1", 2: "SHA256", 3: "SHA512"}[entry[4][0]]
            yield [text(3), text(2), kind, algorithm, {1: 6, 2: 8}[entry[5][0]], moving, entry[1][0].hex()]
    # One export: the same number, as many as it says, each once.
    assert len({str(number) for number, _, _ in seen}) == 1
    assert all(size == [len(links)] for _, size, _ in seen)
    assert sorted(index[0] for _, _, index in seen) == list(range(len(links)))


def fields(message):
    """The fields of a Protocol Buffers message: number to values."""
    found, place = {}, 0
    while place < len(message):
        tag, place = varint(message, place)
        value, place = varint(message, place)
        if tag & 7 == 2:
            assert place + value <= len(message)
            value, place = message[place:place + value], place + value
        else:
            assert tag & 7 == 0
        found.setdefault(tag >> 3, []).append(value)
    return found


def varint(message, place):
    value, shift = 0, 0
    while True:
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place


if sys.argv[1] == "aegis":
    rows = aegis(sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else None)
else:
    rows = google(sys.argv[2])
for row in rows:
    print(json.dumps(row))
