//! Files like those that other apps write, made here: plain ones as JSON, encrypted ones sealed by the formats'
//! descriptions with as little work as each allows.

use aes::Aes256;
use argon2::{Algorithm, Argon2, Params, Version};
use cbc::cipher::block_padding::Pkcs7;
use cbc::cipher::{BlockModeEncrypt, KeyIvInit};
use crypto_secretstream::{Header, Key, PushStream, Stream, Tag};
use data_encoding::{BASE64, HEXLOWER};
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::{digest, hkdf, hmac, pbkdf2};
use serde_json::{Value, json};

/// Of every protected look-alike.
pub const PASSWORD: &str = "correct horse";

/// 20 bytes in base32.
pub const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

pub fn aegis_database() -> Value {
    json!({"version": 3, "entries": [
        {"type": "totp", "uuid": "1", "name": "maya", "issuer": "AWS", "note": "for work", "favorite": true,
            "icon": null, "groups": ["g1", "g2", "gone"],
            "info": {"secret": SECRET, "algo": "SHA256", "digits": 8, "period": 60}},
        {"type": "hotp", "name": "kai", "issuer": "", "info": {"secret": SECRET, "algo": "SHA1", "digits": 6, "counter": 7}},
        {"type": "steam", "name": "kai", "issuer": "Steam", "info": {"secret": SECRET, "algo": "SHA1", "digits": 5, "period": 30}},
        {"type": "motp", "name": "old", "issuer": "VPN", "info": {"secret": "e3152afee62599c8", "algo": "MD5", "digits": 6, "period": 10, "pin": "1234"}},
        {"type": "totp", "name": "md5", "issuer": "X", "info": {"secret": SECRET, "algo": "MD5", "digits": 6, "period": 30}},
        {"type": "totp", "name": "odd", "issuer": "X", "info": {"secret": ["no", "secret"], "algo": "SHA1", "digits": 6, "period": 30}},
        {"type": "totp", "name": "grouped", "issuer": "Old", "group": "Private", "info": {"secret": SECRET, "algo": "SHA1", "digits": 6, "period": 30}},
    ], "groups": [{"uuid": "g1", "name": "Work"}, {"uuid": "g2", "name": "#Cloud"}]})
}

pub fn aegis_plain() -> Vec<u8> {
    text(&json!({"version": 1, "header": {"slots": null, "params": null}, "db": aegis_database()}))
}

/// A fingerprint's slot stands first, then one with another password, then the one with [`PASSWORD`].
pub fn aegis_encrypted(scrypt_n: u64) -> Vec<u8> {
    let master = [9; 32];
    let biometric = aegis_slot(2, &[1; 32], &master, 0);
    let others = aegis_slot(1, &scrypt_key("another", scrypt_n), &master, scrypt_n);
    let ours = aegis_slot(1, &scrypt_key(PASSWORD, scrypt_n), &master, scrypt_n);
    let (db, nonce, tag) = gcm_parts(&master, &text(&aegis_database()));
    text(
        &json!({"version": 1, "header": {"slots": [biometric, others, ours], "params": {"nonce": nonce, "tag": tag}},
        "db": BASE64.encode(&db)}),
    )
}

fn aegis_slot(kind: u32, key: &[u8; 32], master: &[u8], n: u64) -> Value {
    let (sealed, nonce, tag) = gcm_parts(key, master);
    let mut slot = json!({"type": kind, "uuid": "s", "key": HEXLOWER.encode(&sealed),
        "key_params": {"nonce": nonce, "tag": tag}});
    if kind == 1 {
        slot["n"] = n.into();
        slot["r"] = 8.into();
        slot["p"] = 1.into();
        slot["salt"] = HEXLOWER.encode(&SALT).into();
    }
    slot
}

fn scrypt_key(password: &str, n: u64) -> [u8; 32] {
    let mut key = [0; 32];
    let params = scrypt::Params::new(n.trailing_zeros().try_into().unwrap(), 8, 1, 32).unwrap();
    scrypt::scrypt(password.as_bytes(), &SALT, &params, &mut key).unwrap();
    key
}

pub fn two_fas_services() -> Value {
    json!([
        {"name": "Second", "secret": SECRET, "otp": {"account": "maya", "tokenType": "TOTP"}, "order": {"position": 1},
            "groupId": "g"},
        {"name": "First", "secret": SECRET, "otp": {"label": "First:kai", "issuer": "First", "digits": 8, "period": 60, "algorithm": "SHA512",
            "tokenType": "TOTP", "source": "Manual"}, "order": {"position": 0}},
        {"name": "Third", "secret": SECRET, "otp": {"account": "kai", "counter": 3, "tokenType": "HOTP"}, "order": {"position": 2}},
        {"name": "", "secret": SECRET, "otp": {"account": "kai", "issuer": "Steam", "link": "otpauth://steam/x?secret=[hidden]",
            "tokenType": "STEAM"}},
    ])
}

pub fn two_fas_plain() -> Vec<u8> {
    text(
        &json!({"services": two_fas_services(), "groups": [{"id": "g", "name": "Work"}], "schemaVersion": 4}),
    )
}

pub fn two_fas_encrypted() -> Vec<u8> {
    let salt = [7; 256];
    let key = pbkdf2_key(pbkdf2::PBKDF2_HMAC_SHA256, &salt, 10_000);
    let part = |plain: &[u8]| {
        let sealed = gcm(&key, b"", plain);
        [sealed.as_slice(), &salt, &NONCE]
            .map(|part| BASE64.encode(part))
            .join(":")
    };
    text(
        &json!({"services": [], "groups": [{"id": "g", "name": "Work"}], "schemaVersion": 4,
        "servicesEncrypted": part(&text(&two_fas_services())), "reference": part(b"a constant")}),
    )
}

pub fn ente_plain() -> Vec<u8> {
    let display = |json: &str| json.replace('"', "%22").replace(',', "%2C").replace(' ', "+");
    let lines = [
        format!(
            "otpauth://totp/AWS:AWS:maya?algorithm=sha256&digits=8&issuer=AWS&period=60&secret={SECRET}&codeDisplay={}",
            display(
                r#"{"pinned":true,"trashed":false,"lastUsedAt":1700000000000000,"tapCount":3,"tags":["Work","Two words"],"note":"a note","position":2}"#
            )
        ),
        format!(
            "otpauth://hotp/kai?secret={SECRET}&issuer=GitHub&counter=5&codeDisplay={}",
            display(r#"{"pinned":false,"trashed":true,"lastUsedAt":0,"tags":[]}"#)
        ),
        format!("otpauth://steam/Steam:kai?secret={SECRET}&issuer=Steam&codeDisplay=%7Bdamaged"),
        "otpauth://totp/Bad:one?secret=0189&codeDisplay=%7B%7D".to_owned(),
    ];
    lines.join("\n").into_bytes()
}

pub fn ente_encrypted() -> Vec<u8> {
    ente_sealed(Tag::Final)
}

/// A first message that others should follow.
pub fn ente_unfinished() -> Vec<u8> {
    ente_sealed(Tag::Message)
}

fn ente_sealed(tag: Tag) -> Vec<u8> {
    let salt = [3; 16];
    let key = argon2_key(&salt, 8, 1, 1);
    let (header, data) = secretstream(&key, &ente_plain(), tag);
    text(
        &json!({"version": 1, "kdfParams": {"memLimit": 8192, "opsLimit": 1, "salt": BASE64.encode(&salt)},
        "encryptedData": BASE64.encode(&data), "encryptionNonce": BASE64.encode(&header)}),
    )
}

/// Random numbers that are none: the header of the stream is the same every time.
struct Fixed;

impl rand_core::RngCore for Fixed {
    fn next_u32(&mut self) -> u32 {
        5
    }

    fn next_u64(&mut self) -> u64 {
        5
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        bytes.fill(5);
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        bytes.fill(5);
        Ok(())
    }
}

impl rand_core::CryptoRng for Fixed {}

fn secretstream(key: &[u8; 32], plain: &[u8], tag: Tag) -> (Vec<u8>, Vec<u8>) {
    let (header, mut stream) = PushStream::init(Fixed, &Key::from(*key));
    let mut data = plain.to_vec();
    stream.push(&mut data, &[], tag).unwrap();
    assert_eq!(data.len(), plain.len() + Stream::ABYTES);
    let header: &[u8; Header::BYTES] = header.as_ref();
    (header.to_vec(), data)
}

pub fn bitwarden_plain() -> Vec<u8> {
    let login = |totp: &str| json!({"uris": null, "username": "maya", "password": "not ours", "totp": totp});
    text(
        &json!({"encrypted": false, "folders": [{"id": "f", "name": "Work"}], "items": [
            {"type": 1, "name": "AWS", "notes": "a note", "favorite": true, "folderId": "f",
                "login": login(&format!("otpauth://totp/Amazon:root?secret={SECRET}&digits=8"))},
            {"type": 1, "name": "GitHub", "notes": null, "favorite": false, "folderId": null, "login": login(SECRET)},
            {"type": 1, "name": "Games", "login": {"username": null, "totp": format!("steam://{SECRET}")}},
            {"type": 1, "name": "No code", "login": login("")},
            {"type": 2, "name": "A note", "secureNote": {"type": 0}},
            {"type": 1, "name": "Broken", "login": login("otpauth://totp/Broken?secret=1")},
        ]}),
    )
}

pub fn bitwarden_csv() -> Vec<u8> {
    format!(
        "folder,favorite,type,name,notes,fields,login_uri,login_username,login_password,login_totp\r\n\
         Work,1,login,AWS,\"a \"\"note\"\",\nof two lines\",,,maya,not ours,otpauth://totp/Amazon:root?secret={SECRET}&digits=8\r\n\
         ,,login,GitHub,,,,maya,,{SECRET}\r\n\
         ,,login,No code,,,,maya,,\r\n\
         ,,login,Short\r\n"
    )
    .into_bytes()
}

pub fn bitwarden_pbkdf2() -> Vec<u8> {
    let salt = "c2FsdA==";
    let key = pbkdf2_key(pbkdf2::PBKDF2_HMAC_SHA256, salt.as_bytes(), 1000);
    bitwarden_sealed(&key, &json!({"salt": salt, "kdfType": 0, "kdfIterations": 1000}))
}

pub fn bitwarden_argon2id() -> Vec<u8> {
    let salt = "c2FsdA==";
    let hashed = digest::digest(&digest::SHA256, salt.as_bytes());
    let key = argon2_key(hashed.as_ref(), 1024, 2, 2);
    let kdf = json!({"salt": salt, "kdfType": 1, "kdfIterations": 2, "kdfMemory": 1, "kdfParallelism": 2});
    bitwarden_sealed(&key, &kdf)
}

fn bitwarden_sealed(key: &[u8; 32], kdf: &Value) -> Vec<u8> {
    let root = hkdf::Prk::new_less_safe(hkdf::HKDF_SHA256, key);
    let expand = |purpose: &[u8]| {
        let mut bytes = [0; 32];
        root.expand(&[purpose], hkdf::HKDF_SHA256)
            .unwrap()
            .fill(&mut bytes)
            .unwrap();
        bytes
    };
    let (encryption, authentication) = (expand(b"enc"), expand(b"mac"));
    let sealed = |plain: &[u8]| {
        let iv = [4; 16];
        let ciphertext = cbc_sealed(&encryption, &iv, plain);
        let authentication = hmac::Key::new(hmac::HMAC_SHA256, &authentication);
        let mac = hmac::sign(&authentication, &[iv.as_slice(), &ciphertext].concat());
        let parts = [iv.as_slice(), &ciphertext, mac.as_ref()];
        format!("2.{}", parts.map(|part| BASE64.encode(part)).join("|"))
    };
    let mut file = json!({"encrypted": true, "passwordProtected": true,
        "encKeyValidation_DO_NOT_EDIT": sealed(b"a random number"), "data": sealed(&bitwarden_plain())});
    file.as_object_mut()
        .unwrap()
        .extend(kdf.as_object().unwrap().clone());
    text(&file)
}

pub fn proton_plain() -> Vec<u8> {
    let totp = format!("otpauth://totp/AWS:maya?secret={SECRET}&digits=8&period=60");
    text(&json!({"version": 1, "entries": [
        {"id": "1", "content": {"uri": totp, "entry_type": "Totp", "name": "maya"}, "note": "a note"},
        {"id": "2", "content": {"uri": format!("steam://{SECRET}"), "entry_type": "Steam", "name": "kai"}, "note": null},
        {"id": "3", "content": {"uri": "nonsense", "entry_type": "Totp", "name": "broken"}},
    ]}))
}

pub fn proton_encrypted() -> Vec<u8> {
    let salt = [6; 16];
    let key = argon2_key(&salt, 19 * 1024, 2, 1);
    let sealed = gcm(&key, b"proton.authenticator.export.v1", &proton_plain());
    let content = [NONCE.as_slice(), &sealed].concat();
    text(&json!({"version": 1, "salt": BASE64.encode(&salt), "content": BASE64.encode(&content)}))
}

pub fn andotp_plain() -> Vec<u8> {
    text(&json!([
        {"secret": SECRET, "issuer": "AWS", "label": "maya", "digits": 8, "type": "TOTP", "algorithm": "SHA256",
            "thumbnail": "Default", "last_used": 1_700_000_000_123_u64, "used_frequency": 1, "period": 60, "tags": ["Work", "Cloud"]},
        {"secret": format!("{SECRET}===="), "label": "GitHub - kai", "digits": 6, "type": "HOTP", "algorithm": "SHA1", "counter": 9, "tags": []},
        {"secret": SECRET, "issuer": "Steam", "label": "kai", "digits": 5, "type": "STEAM", "algorithm": "SHA1", "last_used": 0},
        {"secret": SECRET, "issuer": "VPN", "label": "old", "digits": 6, "type": "MOTP", "algorithm": "SHA1"},
    ]))
}

pub fn stratum_plain() -> Vec<u8> {
    let other = "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK";
    text(&json!({"Authenticators": [
        {"Type": 2, "Issuer": "Second", "Username": "maya", "Secret": SECRET, "Algorithm": 1, "Digits": 8, "Period": 60, "Counter": 0, "Ranking": 1},
        {"Type": 1, "Issuer": "First", "Username": "kai", "Secret": other, "Algorithm": 2, "Digits": 6, "Period": 30, "Counter": 4, "Ranking": 0},
        {"Type": 4, "Issuer": "Steam", "Username": "kai", "Secret": other, "Algorithm": 0, "Digits": 5, "Period": 30, "Ranking": 2},
        {"Type": 3, "Issuer": "VPN", "Username": "mobile", "Secret": "e3152afee62599c8", "Pin": "1234", "Algorithm": 0, "Digits": 6, "Period": 10, "Ranking": 3},
        {"Type": 5, "Issuer": "Yandex", "Username": "kai", "Secret": SECRET, "Pin": "1234", "Algorithm": 1, "Digits": 8, "Period": 30, "Ranking": 4},
        {"Type": 9, "Issuer": "Newer", "Username": "kai", "Secret": SECRET, "Algorithm": 0, "Digits": 6, "Period": 30, "Ranking": 5},
        {"Type": 2, "Issuer": "Hash", "Username": "kai", "Secret": SECRET, "Algorithm": 7, "Digits": 6, "Period": 30, "Ranking": 6},
    ], "Categories": [{"Id": "c", "Name": "Work", "Ranking": 0}],
        "AuthenticatorCategories": [{"CategoryId": "c", "AuthenticatorSecret": SECRET, "Ranking": 0}], "CustomIcons": []}))
}

pub fn stratum_strong() -> Vec<u8> {
    let key = argon2_key(&SALT, 64 * 1024, 3, 4);
    let sealed = gcm(&key, b"", &stratum_plain());
    [b"AUTHENTICATORPRO".as_slice(), &SALT, &NONCE, &sealed].concat()
}

pub fn stratum_legacy() -> Vec<u8> {
    let (salt, iv) = ([8; 20], [4; 16]);
    let key = pbkdf2_key(pbkdf2::PBKDF2_HMAC_SHA1, &salt, 64_000);
    let sealed = cbc_sealed(&key, &iv, &stratum_plain());
    [b"AuthenticatorPro".as_slice(), &salt, &iv, &sealed].concat()
}

pub fn lastpass() -> Vec<u8> {
    text(
        &json!({"deviceId": "", "deviceSecret": "", "localDeviceId": "x", "deviceName": "phone", "version": 3, "accounts": [
        {"accountID": "1", "issuerName": "", "originalIssuerName": "AWS", "userName": "maya", "originalUserName": "root", "pushNotification": false,
            "secret": SECRET, "timeStep": 60, "digits": 8, "creationTimestamp": 1_700_000_000_123_u64, "isFavorite": true, "algorithm": "SHA256",
            "folderData": {"folderId": 7, "position": 0}},
        {"accountID": "2", "issuerName": "GitHub", "userName": "kai", "secret": "", "timeStep": 30, "digits": 6, "algorithm": "SHA1",
            "folderData": {"folderId": 0, "position": 0}},
    ], "folders": [{"id": 0, "name": "Other accounts"}, {"id": 1, "name": "Favorites"}, {"id": 7, "name": "Work"}]}),
    )
}

pub fn duo() -> Vec<u8> {
    text(&json!([
        {"version": 1.0, "accountType": "DuoAccount", "name": "Work"},
        {"version": 1.0, "accountType": "OtpAccount", "name": "maya", "otpGenerator": {"otpSecret": SECRET}},
        {"version": 1.0, "accountType": "OtpAccount", "name": "kai", "otpGenerator": {"otpSecret": SECRET, "counter": 0}},
    ]))
}

pub fn steam() -> Vec<u8> {
    text(
        &json!({"shared_secret": BASE64.encode(b"12345678901234567890"), "account_name": "kai", "Session": {"SteamID": 1}}),
    )
}

pub fn authme() -> Vec<u8> {
    let codes = format!(
        "Name:   maya \nSecret: {SECRET} \nIssuer: AWS \nType:   OTP_TOTP\n\n\
         Name:   a: b \nSecret: {SECRET} \nIssuer:  \nType:   OTP_TOTP\n\nName: push\nSecret: {SECRET}\nType: OTP_PUSH\n"
    );
    text(
        &json!({"role": "codes", "encrypted": false, "codes": BASE64.encode(codes.as_bytes()), "date": "", "version": 3}),
    )
}

pub fn freeotp_plus() -> Vec<u8> {
    let secret: Vec<i8> = (-10..10).collect();
    text(
        &json!({"tokenOrder": ["AWS:maya", "GitHub:kai", "Steam:kai"], "tokens": [
            {"algo": "SHA1", "counter": -1, "digits": 6, "issuerExt": "GitHub", "issuerInt": "GitHub", "label": "kai", "labelAlt": "kai at home",
                "period": 30, "secret": secret, "type": "HOTP"},
            {"algo": "SHA256", "counter": 0, "digits": 8, "issuerExt": "AWS", "issuerInt": "AWS", "label": "maya", "period": 60, "secret": secret, "type": "TOTP"},
            {"algo": "SHA1", "counter": 0, "digits": 5, "issuerExt": "Steam", "issuerInt": "Steam", "label": "kai", "period": 30, "secret": secret, "type": "TOTP"},
            {"algo": "SHA1", "counter": 0, "digits": 6, "issuerExt": "", "issuerInt": "", "label": "odd", "period": 30, "secret": [1, 300], "type": "TOTP"},
        ]}),
    )
}

/// One of each plain format.
pub fn plain() -> Vec<Vec<u8>> {
    vec![
        aegis_plain(),
        two_fas_plain(),
        ente_plain(),
        bitwarden_plain(),
        bitwarden_csv(),
        proton_plain(),
        andotp_plain(),
        stratum_plain(),
        lastpass(),
        duo(),
        steam(),
        authme(),
        freeotp_plus(),
    ]
}

/// One of each format that a password protects.
pub fn protected() -> Vec<Vec<u8>> {
    vec![
        aegis_encrypted(16),
        two_fas_encrypted(),
        ente_encrypted(),
        bitwarden_pbkdf2(),
        bitwarden_argon2id(),
        proton_encrypted(),
        stratum_strong(),
        stratum_legacy(),
    ]
}

/// All of them.
pub fn all() -> Vec<Vec<u8>> {
    [plain(), protected()].concat()
}

/// The file with this JSON value changed.
pub fn changed(file: &[u8], change: impl FnOnce(&mut Value)) -> Vec<u8> {
    let mut json: Value = serde_json::from_slice(file).unwrap();
    change(&mut json);
    text(&json)
}

pub fn text(value: &Value) -> Vec<u8> {
    serde_json::to_vec(value).unwrap()
}

pub const SALT: [u8; 16] = [2; 16];

pub const NONCE: [u8; 12] = [3; 12];

pub fn pbkdf2_key(algorithm: pbkdf2::Algorithm, salt: &[u8], rounds: u32) -> [u8; 32] {
    let mut key = [0; 32];
    pbkdf2::derive(
        algorithm,
        rounds.try_into().unwrap(),
        salt,
        PASSWORD.as_bytes(),
        &mut key,
    );
    key
}

fn argon2_key(salt: &[u8], memory_kib: u32, passes: u32, lanes: u32) -> [u8; 32] {
    let params = Params::new(memory_kib, passes, lanes, Some(32)).unwrap();
    let mut key = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(PASSWORD.as_bytes(), salt, &mut key)
        .unwrap();
    key
}

/// The tag at its end.
pub fn gcm(key: &[u8; 32], associated: &[u8], plain: &[u8]) -> Vec<u8> {
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).unwrap());
    let mut sealed = plain.to_vec();
    key.seal_in_place_append_tag(
        Nonce::assume_unique_for_key(NONCE),
        Aad::from(associated),
        &mut sealed,
    )
    .unwrap();
    sealed
}

/// Ciphertext, nonce and tag, the latter in hexadecimal.
fn gcm_parts(key: &[u8; 32], plain: &[u8]) -> (Vec<u8>, String, String) {
    let mut sealed = gcm(key, b"", plain);
    let tag = sealed.split_off(plain.len());
    (sealed, HEXLOWER.encode(&NONCE), HEXLOWER.encode(&tag))
}

pub fn cbc_sealed(key: &[u8; 32], iv: &[u8; 16], plain: &[u8]) -> Vec<u8> {
    let mut sealed = plain.to_vec();
    sealed.resize(plain.len() / 16 * 16 + 16, 0);
    let cipher = cbc::Encryptor::<Aes256>::new(key.into(), iv.into());
    cipher.encrypt_padded::<Pkcs7>(&mut sealed, plain.len()).unwrap();
    sealed
}
