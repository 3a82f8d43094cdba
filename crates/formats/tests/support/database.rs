//! Databases like those of `KeePass`, made here: version 4 by another implementation, version 3.1 by its description.

use chacha20::cipher::{KeyIvInit, StreamCipher};
use data_encoding::BASE64;
use keepass::config::{CompressionConfig, InnerCipherConfig, KdfConfig, OuterCipherConfig};
use keepass::{Database, DatabaseKey};
use ring::digest::{SHA256, digest};

use super::lookalike::{PASSWORD, SECRET, cbc_sealed};

/// A database like those of `KeePass` 2 and `KeePassXC`, with as little work as that.
pub fn keepass(
    outer: OuterCipherConfig,
    inner: InnerCipherConfig,
    kdf: KdfConfig,
    compression: CompressionConfig,
) -> Vec<u8> {
    let mut database = Database::new();
    database.config.outer_cipher_config = outer;
    database.config.inner_cipher_config = inner;
    database.config.kdf_config = kdf;
    database.config.compression_config = compression;
    let entries: [&[(&str, &str)]; 10] = [
        &[
            ("Title", "AWS"),
            ("UserName", "maya"),
            ("otp", &format!("otpauth://totp/?secret={SECRET}&digits=8")),
            ("Notes", "a\nnote"),
        ],
        &[
            ("Title", "Steam"),
            ("UserName", "kai"),
            (
                "otp",
                &format!("otpauth://totp/x?secret={SECRET}&encoder=steam&digits=5"),
            ),
        ],
        &[
            ("Title", "KeeOtp"),
            ("UserName", "kai"),
            ("otp", &format!("key={SECRET}&size=8&step=60&otpHashMode=Sha256")),
        ],
        &[
            ("Title", "KeeOtp"),
            ("UserName", "hotp"),
            ("otp", &format!("key={SECRET}&type=Hotp&counter=7")),
        ],
        &[
            ("Title", "Tray"),
            ("UserName", "kai"),
            ("TOTP Seed", SECRET),
            ("TOTP Settings", "60;8"),
        ],
        &[
            ("Title", "Tray"),
            ("UserName", "steam"),
            ("TOTP Seed", SECRET),
            ("TOTP Settings", "30;S"),
        ],
        &[
            ("Title", "Tray"),
            ("UserName", "odd"),
            ("TOTP Seed", SECRET),
            ("TOTP Settings", "30;X"),
        ],
        &[
            ("Title", "KeePass"),
            ("UserName", "both"),
            ("TimeOtp-Secret-Hex", "3132333435363738393031323334353637383930"),
            ("TimeOtp-Length", "8"),
            ("TimeOtp-Algorithm", "HMAC-SHA-512"),
            ("HmacOtp-Secret", "12345678901234567890"),
            ("HmacOtp-Counter", "7"),
        ],
        &[
            ("Title", "Twice"),
            ("UserName", "same"),
            ("otp", &format!("otpauth://totp/?secret={SECRET}")),
            ("TimeOtp-Secret-Base32", SECRET),
            ("TOTP Seed", SECRET),
        ],
        &[
            ("Title", "No code"),
            ("UserName", "x"),
            ("Password", "a protected value moves the cipher on"),
        ],
    ];
    for (place, fields) in entries.into_iter().enumerate() {
        let mut root = database.root_mut();
        let mut group = root.add_group();
        let name = if place % 2 == 0 { "Work" } else { "Home" };
        name.clone_into(&mut group.name);
        let mut entry = group.add_entry();
        for (name, value) in fields {
            if matches!(*name, "Title" | "UserName" | "Notes") {
                entry.set_unprotected(*name, *value);
            } else {
                entry.set_protected(*name, *value);
            }
        }
        // What it was before is not what it is.
        entry.edit_tracking(|entry| entry.set_unprotected("URL", "changed"));
    }
    let mut root = database.root_mut();
    let mut bin = root.add_group();
    "Recycle Bin".clone_into(&mut bin.name);
    let mut thrown = bin.add_entry();
    thrown.set_protected("otp", format!("otpauth://totp/Gone:x?secret={SECRET}"));
    let bin = bin.id().uuid();
    database.meta.recyclebin_uuid = Some(bin);
    let mut file = Vec::new();
    database
        .save(&mut file, DatabaseKey::new().with_password(PASSWORD))
        .unwrap();
    file
}

/// A database of version 3.1 with this XML, in which `{secret}` stands for [`SECRET`] as a protected value.
pub fn keepass_3(xml: &str, rounds: u64) -> Vec<u8> {
    let mut secret = SECRET.as_bytes().to_vec();
    let nonce = [0xe8, 0x30, 0x09, 0x4b, 0x97, 0x20, 0x5d, 0x2a];
    salsa20::Salsa20::new(&sha256(&INNER).into(), &nonce.into()).apply_keystream(&mut secret);
    let xml = xml.replace("{secret}", &BASE64.encode(&secret));
    keepass_3_of(xml.as_bytes(), rounds, false)
}

const INNER: [u8; 32] = [4; 32];

fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes).as_ref().try_into().unwrap()
}

/// A database of version 3.1 with this content, compressed or not.
pub fn keepass_3_of(content: &[u8], rounds: u64, is_compressed: bool) -> Vec<u8> {
    let (master_seed, seed, iv, start) = ([1; 32], [2; 32], [3; 16], [5; 32]);
    let mut header = b"\x03\xd9\xa2\x9a\x67\xfb\x4b\xb5\x01\x00\x03\x00".to_vec();
    let fields: [(u8, &[u8]); 10] = [
        (2, &0x31c1_f2e6_bf71_4350_be58_0521_6afc_5aff_u128.to_be_bytes()),
        (3, &u32::from(is_compressed).to_le_bytes()),
        (4, &master_seed),
        (5, &seed),
        (6, &rounds.to_le_bytes()),
        (7, &iv),
        (8, &INNER),
        (9, &start),
        (10, &2_u32.to_le_bytes()),
        (0, b"\r\n\r\n"),
    ];
    for (id, value) in fields {
        header.push(id);
        header.extend(u16::try_from(value.len()).unwrap().to_le_bytes());
        header.extend(value);
    }
    let block = |number: u32, content: &[u8]| {
        let hash = if content.is_empty() {
            [0; 32]
        } else {
            sha256(content)
        };
        let size = u32::try_from(content.len()).unwrap();
        [
            &number.to_le_bytes(),
            hash.as_slice(),
            &size.to_le_bytes(),
            content,
        ]
        .concat()
    };
    let plain = [start.as_slice(), &block(0, content), &block(1, b"")].concat();
    let mut key = sha256(&sha256(PASSWORD.as_bytes()));
    for _ in 0..rounds.min(1000) {
        for block in key.chunks_mut(16) {
            let sealed = cbc_sealed(&seed, &[0; 16], block);
            block.copy_from_slice(&sealed[..16]);
        }
    }
    let key = sha256(&[master_seed, sha256(&key)].concat());
    header.extend(cbc_sealed(&key, &iv, &plain));
    header
}

/// The XML of one entry whose secret is protected.
pub const ONE_ENTRY: &str = r#"<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<KeePassFile><Meta><Generator>test</Generator></Meta><Root><Group><UUID>AAAA</UUID><Name>Database</Name><Entry>
<String><Key>Title</Key><Value>R&amp;D</Value></String><String><Key>UserName</Key><Value>maya</Value></String>
<String><Key>TOTP Seed</Key><Value Protected="True">{secret}</Value></String>
<String><Key>TOTP Settings</Key><Value>60;8</Value></String></Entry></Group></Root></KeePassFile>"#;

/// The database that takes least to open.
pub fn keepass_small() -> Vec<u8> {
    keepass(
        OuterCipherConfig::AES256,
        InnerCipherConfig::ChaCha20,
        KdfConfig::Aes { rounds: 100 },
        CompressionConfig::GZip,
    )
}
