//! Files like those that other apps write into zip files, XML and streams of Java objects, made here.

use std::fmt::Write as _;
use std::io::{Cursor, Write as _};

use data_encoding::BASE64;
use ring::digest::{SHA256, digest};
use ring::pbkdf2::{PBKDF2_HMAC_SHA1, PBKDF2_HMAC_SHA512};
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{AesMode, ZipWriter};

use super::database::{ONE_ENTRY, keepass_3, keepass_small};
use super::lookalike::{NONCE, PASSWORD, SALT, SECRET, andotp_plain, cbc_sealed, gcm, pbkdf2_key, text};

/// Of [`SECRET`] in Java's bytes.
const SECRET_BYTES: [u8; 20] = *b"12345678901234567890";

pub fn andotp_new(rounds: u32) -> Vec<u8> {
    let key = pbkdf2_key(PBKDF2_HMAC_SHA1, &SALT[..12], rounds.min(1000));
    let sealed = gcm(&key, b"", &andotp_plain());
    [&rounds.to_be_bytes(), &SALT[..12], &NONCE, sealed.as_slice()].concat()
}

pub fn andotp_old() -> Vec<u8> {
    let key = digest(&SHA256, PASSWORD.as_bytes());
    let sealed = gcm(key.as_ref().try_into().unwrap(), b"", &andotp_plain());
    [NONCE.as_slice(), &sealed].concat()
}

/// An Android app's preferences with these strings.
pub fn preferences(strings: &[(&str, &str)]) -> Vec<u8> {
    let escaped = |text: &str| {
        text.replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('"', "&quot;")
    };
    let mut xml =
        "<?xml version='1.0' encoding='utf-8' standalone='yes' ?>\n<map>\n    <int name=\"n\" value=\"1\" />\n"
            .to_owned();
    for (name, value) in strings {
        writeln!(
            xml,
            "    <string name=\"{}\">{}</string>",
            escaped(name),
            escaped(value)
        )
        .unwrap();
    }
    (xml + "</map>\n").into_bytes()
}

fn signed(bytes: &[u8]) -> Value {
    bytes
        .iter()
        .map(|byte| byte.cast_signed())
        .collect::<Vec<i8>>()
        .into()
}

pub fn freeotp_1() -> Vec<u8> {
    let token = |change: Value| {
        let mut token = json!({"algo": "SHA1", "counter": 0, "digits": 6, "issuerExt": "AT&T", "issuerInt": "AT&T",
            "label": "maya <1>", "period": 30, "secret": signed(&SECRET_BYTES), "type": "TOTP"});
        let object = token.as_object_mut().unwrap();
        object.extend(change.as_object().unwrap().clone());
        token.to_string()
    };
    preferences(&[
        ("AT&T:maya <1>", &token(json!({}))),
        (
            "Steam:kai",
            &token(json!({"issuerExt": "Steam", "issuerInt": "Steam", "label": "kai", "digits": 5})),
        ),
        (
            "VPN:ada",
            &token(
                json!({"issuerExt": "VPN", "issuerInt": null, "label": "ada", "type": "HOTP", "counter": 6}),
            ),
        ),
        ("odd", &token(json!({"label": "odd", "secret": [1, 500]}))),
        ("no token", "{"),
        ("tokenOrder", &json!(["VPN:ada", "AT&T:maya <1>"]).to_string()),
    ])
}

/// A map of strings as Java writes it.
pub fn java_map(pairs: &[(&str, &str)]) -> Vec<u8> {
    let utf = |text: &str| [&u16::try_from(text.len()).unwrap().to_be_bytes(), text.as_bytes()].concat();
    let mut stream = b"\xac\xed\x00\x05sr".to_vec();
    stream.extend(utf("java.util.HashMap"));
    stream.extend(*b"\x05\x07\xda\xc1\xc3\x16\x60\xd1\x03\x00\x02F");
    stream.extend(utf("loadFactor"));
    stream.push(b'I');
    stream.extend(utf("threshold"));
    stream.extend(*b"xp\x3f\x40\x00\x00\x00\x00\x00\x18w\x08\x00\x00\x00\x20");
    stream.extend(u32::try_from(pairs.len()).unwrap().to_be_bytes());
    for text in pairs.iter().flat_map(|(key, value)| [key, value]) {
        stream.push(b't');
        stream.extend(utf(text));
    }
    stream.push(b'x');
    stream
}

fn freeotp_key(key: &[u8; 32], token: &str, plain: &[u8]) -> Value {
    let parameters = [&[48, 17, 4, 12], NONCE.as_slice(), &[2, 1, 16]].concat();
    json!({"mCipher": "AES/GCM/NoPadding", "mCipherText": signed(&gcm(key, token.as_bytes(), plain)),
        "mParameters": signed(&parameters), "mToken": token})
}

pub fn freeotp_2(rounds: u32) -> Vec<u8> {
    let master = [7; 32];
    let key = pbkdf2_key(PBKDF2_HMAC_SHA512, &SALT, rounds.min(1000));
    let master_key =
        json!({"mAlgorithm": "PBKDF2withHmacSHA512", "mEncryptedKey": freeotp_key(&key, "AES", &master),
        "mIterations": rounds, "mSalt": signed(&SALT)})
        .to_string();
    let entry = |token: &str, key: &[u8; 32]| {
        json!({"key": freeotp_key(key, token, &SECRET_BYTES).to_string()}).to_string()
    };
    java_map(&[
        ("masterKey", &master_key),
        ("a", &entry("HmacSHA256", &master)),
        (
            "a-token",
            r#"{"algo":null,"digits":8,"issuerExt":"AWS","label":"maya","period":60,"type":"TOTP"}"#,
        ),
        ("b", &entry("HmacSHA1", &master)),
        (
            "b-token",
            r#"{"algo":"SHA1","counter":7,"digits":6,"issuerExt":"","label":"kai","type":"HOTP"}"#,
        ),
        ("c", &entry("HmacSHA1", &[8; 32])),
        (
            "c-token",
            r#"{"algo":"SHA1","digits":6,"issuerExt":"Odd","label":"key","type":"TOTP"}"#,
        ),
        (
            "d-token",
            r#"{"algo":"SHA1","digits":6,"issuerExt":"No","label":"key","type":"TOTP"}"#,
        ),
    ])
}

pub fn authy_plain() -> Vec<u8> {
    let tokens = json!([
        {"accountType": "authenticator", "originalName": "AWS:maya", "originalIssuer": "AWS", "name": "changed",
            "decryptedSecret": SECRET, "digits": 8},
        {"accountType": "authenticator", "name": "kai@home", "decryptedSecret": SECRET, "digits": 6},
        {"accountType": "authenticator", "name": "odd", "decryptedSecret": "not base32!", "digits": 6},
    ]);
    let own = json!([{"accountType": "authy", "name": "Twilio", "secretSeed": "3132333435363738393031323334353637383930"}]);
    preferences(&[
        ("com.authy.storage.tokens.authenticator.key", &tokens.to_string()),
        ("com.authy.storage.tokens.authy.key", &own.to_string()),
    ])
}

pub fn authy_encrypted(others: usize) -> Vec<u8> {
    let sealed = cbc_sealed(
        &pbkdf2_key(PBKDF2_HMAC_SHA1, b"salt", 1000),
        &[0; 16],
        SECRET.as_bytes(),
    );
    let token = |name: &str, secret: &str| json!({"originalName": name, "originalIssuer": null, "digits": 6, "encryptedSecret": secret, "salt": "salt"});
    let mut tokens = vec![
        token("AWS:maya", &BASE64.encode(&sealed)),
        token("VPN:odd", "AAAA"),
    ];
    tokens.extend((0..others).map(|_| token("more", "AAAA")));
    let tokens = Value::from(tokens).to_string();
    preferences(&[("com.authy.storage.tokens.authenticator.key", &tokens)])
}

/// A zip file of these entries.
pub fn zip(entries: &[(&str, &[u8])], password: Option<&str>) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        let mut options = SimpleFileOptions::default();
        if let Some(password) = password {
            options = options.with_aes_encryption(AesMode::Aes256, password);
        }
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

pub fn winauth(password: Option<&str>) -> Vec<u8> {
    let list = format!(
        "otpauth://totp/My%20Work?secret={SECRET}&digits=8&icon=WinAuth\n\
         otpauth://hotp/AWS:maya?secret={SECRET}&digits=6&counter=7\n"
    );
    zip(&[("winauth-2026-01-01.txt", list.as_bytes())], password)
}

pub fn raivo_list() -> Vec<u8> {
    text(&json!([
        {"kind": "TOTP", "issuer": "AWS", "account": "maya", "secret": SECRET, "timer": "60", "digits": "8",
            "algorithm": "SHA256", "counter": "0", "pinned": "true", "iconType": "", "iconValue": ""},
        {"kind": "HOTP", "issuer": "VPN", "account": "kai", "secret": SECRET, "timer": "0", "digits": "6",
            "algorithm": "SHA1", "counter": "7", "pinned": "false"},
        {"kind": "TOTP", "issuer": "Odd", "account": "x", "secret": SECRET, "timer": "30", "digits": "six",
            "algorithm": "SHA1", "counter": "0"},
    ]))
}

pub fn raivo(password: Option<&str>) -> Vec<u8> {
    let html: &[u8] = b"<html></html>";
    zip(
        &[
            ("raivo-otp-export.html", html),
            ("raivo-otp-export.json", &raivo_list()),
        ],
        password,
    )
}

pub fn proton_pass() -> Vec<u8> {
    let item = |name: &str, state: u8, content: Value, fields: Value| {
        json!({"itemId": "i", "state": state, "createTime": 1_600_000_000, "modifyTime": 1_650_000_000, "pinned": state == 1,
            "data": {"metadata": {"name": name, "note": "a note"}, "type": "login", "content": content, "extraFields": fields}})
    };
    let export = json!({"version": "1", "vaults": {
        "v1": {"name": "Work", "items": [
            item("AWS", 1, json!({"itemUsername": "maya", "totpUri": SECRET}), json!([])),
            item("Old", 2, json!({"itemEmail": "kai@example.com", "totpUri": format!("otpauth://totp/?secret={SECRET}&period=60")}),
                json!([{"fieldName": "spare", "type": "totp", "data": {"totpUri": format!("otpauth://totp/Spare:kai?secret={SECRET}&digits=8")}}, {"type": "text", "data": null}])),
            item("No code", 1, json!({"totpUri": ""}), json!(null)),
            {"data": null},
        ]},
        "v2": {"name": "Empty", "items": null},
    }});
    zip(&[("Proton Pass/data.json", &text(&export))], None)
}

/// Each with its password, where it has one.
pub fn all() -> Vec<Vec<u8>> {
    vec![
        andotp_new(1000),
        andotp_old(),
        freeotp_1(),
        freeotp_2(1000),
        authy_plain(),
        authy_encrypted(0),
        winauth(None),
        winauth(Some(PASSWORD)),
        raivo_list(),
        raivo(Some(PASSWORD)),
        proton_pass(),
        keepass_small(),
        keepass_3(ONE_ENTRY, 100),
    ]
}
