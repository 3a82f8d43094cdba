//! What the account index promises.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use std::fs;
use std::io::Write;
use std::path::Path;

use lockstep_device::account::{Account, AccountId, Label};
use lockstep_device::otp::params::OtpParams;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::index::{Index, IndexError, IndexFile, IndexIdentity};
use lockstep_device::time::UnixTime;

fn account(byte: u8) -> Account {
    Account {
        id: AccountId::from_bytes([byte; 16]),
        label: Label {
            issuer: Some("Amazon Web Services".to_owned()),
            name: format!("maya-{byte}"),
        },
        params: OtpParams::DEFAULT_TOTP,
        tags: vec!["prod".to_owned()],
        note: String::new(),
        aws: None,
        added: UnixTime::from_seconds(1_700_000_000),
        pinned: true,
        last_used: None,
        used_step: Some(7),
        trashed: None,
    }
}

fn index(generation: u64, bytes: &[u8]) -> Index {
    Index {
        generation,
        accounts: bytes.iter().copied().map(account).collect(),
        ..Index::default()
    }
}

fn put(folder: &Path, identity: &IndexIdentity, json: &str) {
    let recipient = identity.recipient();
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(&recipient as &dyn age::Recipient)).unwrap();
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed).unwrap();
    writer.write_all(json.as_bytes()).unwrap();
    writer.finish().unwrap();
    fs::write(folder.join("index.age"), sealed).unwrap();
}

#[test]
fn the_index_is_read_as_it_was_written_and_the_generation_before_is_kept() {
    let folder = tempfile::tempdir().unwrap();
    let file = IndexFile::new(folder.path(), Faults::none());
    let identity = IndexIdentity::generate();
    assert!(!file.exists().unwrap());
    assert!(matches!(file.read(&identity), Err(IndexError::Absent)));
    for generation in 1..=3 {
        let written = index(generation, &[3, 1, 2]);
        file.write(&identity, &written).unwrap();
        assert_eq!(file.read(&identity).unwrap(), written);
    }
    assert_eq!(file.read_previous(&identity).unwrap().generation, 2);
    let names: Vec<_> = fs::read_dir(folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(names.len(), 2, "nothing is left over: {names:?}");
}

#[test]
fn every_truncation_and_every_flipped_byte_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let file = IndexFile::new(folder.path(), Faults::none());
    let identity = IndexIdentity::generate();
    file.write(&identity, &index(1, &[1])).unwrap();
    let path = folder.path().join("index.age");
    let whole = fs::read(&path).unwrap();
    for length in 0..whole.len() {
        fs::write(&path, &whole[..length]).unwrap();
        let read = file.read(&identity);
        assert!(
            matches!(read, Err(IndexError::Damaged { .. })),
            "{length}: {read:?}"
        );
    }
    for place in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        fs::write(&path, &flipped).unwrap();
        let read = file.read(&identity);
        // A flip in the recipient's stanza makes it somebody else's.
        assert!(
            matches!(read, Err(IndexError::Damaged { .. } | IndexError::OtherIdentity)),
            "{place}: {read:?}"
        );
    }
}

#[test]
fn an_index_sealed_to_another_key_is_told_from_a_damaged_one() {
    let folder = tempfile::tempdir().unwrap();
    let file = IndexFile::new(folder.path(), Faults::none());
    file.write(&IndexIdentity::generate(), &index(1, &[1])).unwrap();
    assert!(matches!(
        file.read(&IndexIdentity::generate()),
        Err(IndexError::OtherIdentity)
    ));
}

#[test]
fn an_index_of_a_newer_version_is_told_whatever_its_shape() {
    let folder = tempfile::tempdir().unwrap();
    let file = IndexFile::new(folder.path(), Faults::none());
    let identity = IndexIdentity::generate();
    put(
        folder.path(),
        &identity,
        r#"{"version":2,"accounts":"in another shape"}"#,
    );
    assert!(matches!(
        file.read(&identity),
        Err(IndexError::Newer { version: 2 })
    ));
    for json in [
        "",
        "null",
        "{}",
        "[]",
        r#"{"version":-1}"#,
        r#"{"version":1,"generation":0,"accounts":{}}"#,
    ] {
        put(folder.path(), &identity, json);
        assert!(
            matches!(file.read(&identity), Err(IndexError::Damaged { .. })),
            "{json}"
        );
    }
}

#[test]
fn a_damaged_row_harms_no_other_and_is_kept_word_for_word() {
    let folder = tempfile::tempdir().unwrap();
    let file = IndexFile::new(folder.path(), Faults::none());
    let identity = IndexIdentity::generate();
    let whole = serde_json::to_string(&account(1)).unwrap();
    let twin = whole.replace("maya-1", "maya-twin");
    let odd = whole
        .replace(&"01".repeat(16), &"02".repeat(16))
        .replace("\"digits\":6", "\"digits\": 66");
    let json = format!(r#"{{"version":1,"generation":9,"accounts":[{odd},{whole},17,{twin}]}}"#);
    put(folder.path(), &identity, &json);
    let read = file.read(&identity).unwrap();
    assert_eq!(read.accounts, [account(1)]);
    let damaged: Vec<_> = read
        .damaged
        .iter()
        .map(|row| (row.id.clone(), row.raw.as_str()))
        .collect();
    let id = |byte| Some(AccountId::from_bytes([byte; 16]));
    assert_eq!(
        damaged,
        [(id(2), odd.as_str()), (None, "17"), (id(1), twin.as_str())]
    );
    assert!(
        read.damaged[0].reason.contains("66"),
        "{}",
        read.damaged[0].reason
    );
    file.write(&identity, &read).unwrap();
    assert_eq!(file.read(&identity).unwrap(), read);
}

#[test]
fn setting_aside_never_overwrites_what_was_set_aside_before() {
    let folder = tempfile::tempdir().unwrap();
    let file = IndexFile::new(folder.path(), Faults::none());
    for number in 1..=3 {
        let content = format!("damaged {number}");
        fs::write(folder.path().join("index.age"), &content).unwrap();
        let aside = file.set_aside().unwrap();
        assert_eq!(aside, folder.path().join(format!("index.damaged-{number}.age")));
        assert_eq!(fs::read_to_string(aside).unwrap(), content);
        assert!(!file.exists().unwrap());
    }
    assert!(file.set_aside().is_err());
}
