#!/usr/bin/env python3
"""What `qr.rs` measures, by zxing-cpp: the same pictures, rules and table.

    python3 -m venv venv && venv/bin/pip install zxing-cpp pillow numpy
    venv/bin/python qr_peer.py [--misses] [FOLDER]

zxing-cpp runs with the options that find most: it rotates, inverts and downscales (its defaults), looks for QR codes
only, and is given what we give ourselves: pictures turned as EXIF says and laid on white.
"""

import io
import json
import pathlib
import statistics
import sys
import time

import numpy
import zxingcpp
from PIL import Image, ImageOps


def picture(data):
    image = ImageOps.exif_transpose(Image.open(io.BytesIO(data)))
    if image.mode not in ("L", "RGB"):
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        white.alpha_composite(image)
        image = white
    return numpy.asarray(image.convert("L"))


def texts(data):
    codes = zxingcpp.read_barcodes(
        picture(data), formats=zxingcpp.BarcodeFormat.QRCode, text_mode=zxingcpp.TextMode.Plain
    )
    return list({code.text: None for code in codes if code.text})


def plain(text):
    return text.replace("\r\n", "\n").rstrip()


def line(name, tally):
    return (
        f"{name:24} found {tally['found']:4} of {tally['total']:4}  wrong {tally['wrong']:2}  "
        f"median {statistics.median(tally['ms']):8.2f} ms  longest {max(tally['ms']):8.2f} ms"
    )


def main():
    arguments = sys.argv[1:]
    shared = pathlib.Path(__file__).resolve().parents[4] / "shared/data/qr"
    folder = next((pathlib.Path(a) for a in arguments if not a.startswith("--")), shared)
    tallies = {}
    for row in map(json.loads, (folder / "manifest.jsonl").read_text().splitlines()):
        data = (folder / row["path"]).read_bytes()
        begun = time.perf_counter()
        read = texts(data)
        milliseconds = (time.perf_counter() - begun) * 1000
        read = [plain(text) for text in read]
        expected = [plain(text) for text in row["expect"]]
        tally = tallies.setdefault(
            row["corpus"], {"found": 0, "total": 0, "wrong": 0, "ms": [], "misses": []}
        )
        found = sum(text in read for text in expected)
        wrong = sum(text not in expected for text in read)
        tally["found"] += found
        tally["total"] += len(expected)
        tally["wrong"] += wrong
        tally["ms"].append(milliseconds)
        if found < len(expected) or wrong:
            tally["misses"].append(f"{row['path']} {found}/{len(expected)}")
    whole = {"found": 0, "total": 0, "wrong": 0, "ms": []}
    for name in sorted(tallies):
        print(line(name, tallies[name]))
        if "--misses" in arguments:
            for miss in tallies[name]["misses"]:
                print(f"    {miss}")
        for key in whole:
            whole[key] += tallies[name][key]
    print(line("all", whole))


if __name__ == "__main__":
    main()
