//! What the keyring store promises about items, on a real GNOME Keyring in a D-Bus session of its own.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use std::collections::BTreeSet;
use std::process::Command;

use lockstep_device::account::{AccountId, AwsBinding, Label, NewAccount};
use lockstep_device::otp::params::OtpParams;
use lockstep_device::otpauth::parse::parse;
use lockstep_device::seed::Seed;
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::index::IndexIdentity;
use lockstep_device::store::item::{Item, ItemError, ItemText};
use lockstep_device::store::keyring::{Keyring, KeyringOptions, KeyringStore, Prompt, SERVICE};
use lockstep_device::store::seeds::{CredentialsName, ItemKey, SeedStore, StoreError};
use lockstep_device::time::UnixTime;
use lockstep_testing::own_process::in_private_session;
use lockstep_testing::session::PrivateSession;
use zeroize::Zeroizing;

fn open() -> KeyringStore {
    let options = KeyringOptions {
        prompt: Prompt::Forbid,
    };
    Keyring::open(&options).unwrap()
}

fn key(number: u16) -> ItemKey {
    let mut bytes = [0; 16];
    bytes[..2].copy_from_slice(&number.to_be_bytes());
    ItemKey::Account(AccountId::from_bytes(bytes))
}

fn text(text: &str) -> ItemText {
    ItemText::new(Zeroizing::new(text.to_owned()))
}

fn item(name: &str) -> Item {
    Item {
        account: NewAccount {
            label: Label {
                issuer: Some("Amazon Web Services".to_owned()),
                name: name.to_owned(),
            },
            params: OtpParams::DEFAULT_TOTP,
            seed: Seed::from_base32("JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP")
                .unwrap()
                .seed,
            tags: vec!["prod".to_owned()],
            note: "first line\nsecond line".to_owned(),
            aws: Some(AwsBinding::new(
                SerialNumber::try_from("arn:aws:iam::123456789012:mfa/maya".to_owned()).unwrap(),
            )),
        },
        added: UnixTime::from_seconds(1_700_000_000),
    }
}

fn tool(session: &PrivateSession, arguments: &[&str], input: &str) -> String {
    use std::io::Write;
    let mut tool = Command::new("secret-tool");
    tool.args(arguments)
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped());
    let mut tool = session
        .on(&mut tool)
        .spawn()
        .expect("secret-tool starts; `cargo xtask setup` installs it");
    tool.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let output = tool.wait_with_output().unwrap();
    assert!(output.status.success(), "secret-tool {arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn an_item_is_read_as_it_was_written_and_replaced_by_the_next() {
    in_private_session(|mut session| {
        session.start_keyring();
        let store = open();
        for name in ["maya@halden-prod", "maya@halden-dev"] {
            let written = item(name).to_text();
            store.write(&key(1), &written).unwrap();
            assert!(store.read(&key(1)).unwrap().is_same(&written));
            assert_eq!(store.keys().unwrap(), [key(1)]);
        }
    });
}

#[test]
fn a_deleted_item_is_missing_and_deleting_it_again_is_fine() {
    in_private_session(|mut session| {
        session.start_keyring();
        let store = open();
        store.write(&key(1), &text("one")).unwrap();
        store.write(&key(2), &text("two")).unwrap();
        store.delete(&key(1)).unwrap();
        store.delete(&key(1)).unwrap();
        assert!(matches!(store.read(&key(1)), Err(StoreError::Missing(missing)) if missing == key(1)));
        assert!(store.read(&key(2)).unwrap().is_same(&text("two")));
    });
}

#[test]
fn the_key_of_the_account_list_is_an_item_like_any_other() {
    in_private_session(|mut session| {
        session.start_keyring();
        let store = open();
        let identity = IndexIdentity::generate();
        store.write(&ItemKey::IndexIdentity, &identity.to_text()).unwrap();
        let read = IndexIdentity::from_text(&store.read(&ItemKey::IndexIdentity).unwrap()).unwrap();
        assert!(read.to_text().is_same(&identity.to_text()));
        assert_eq!(store.keys().unwrap(), [ItemKey::IndexIdentity]);
    });
}

#[test]
fn credentials_are_items_like_any_other() {
    in_private_session(|mut session| {
        session.start_keyring();
        let store = open();
        let key = ItemKey::Credentials(CredentialsName::try_from("session-1").unwrap());
        store.write(&key, &text("{\"a\":1}\nline")).unwrap();
        assert!(store.read(&key).unwrap().is_same(&text("{\"a\":1}\nline")));
        assert_eq!(store.keys().unwrap(), std::slice::from_ref(&key));
        store.delete(&key).unwrap();
        assert!(matches!(store.read(&key), Err(StoreError::Missing(_))));
    });
}

#[test]
fn items_outlive_the_keyring_and_the_store_finds_it_again_when_it_is_back() {
    in_private_session(|mut session| {
        session.start_keyring();
        let store = open();
        store.write(&key(1), &text("one")).unwrap();
        session.kill_keyring();
        assert!(matches!(
            store.read(&key(1)),
            Err(StoreError::KeyringAbsent { .. } | StoreError::KeyringLost { .. })
        ));
        session.start_keyring();
        assert!(store.read(&key(1)).unwrap().is_same(&text("one")));
        // Nor does writing hold on to the keyring that is gone.
        store.write(&key(1), &text("two")).unwrap();
        assert!(store.read(&key(1)).unwrap().is_same(&text("two")));
    });
}

#[test]
fn many_items_are_read_in_one_go_each_with_its_own_outcome() {
    in_private_session(|mut session| {
        session.start_keyring();
        let store = open();
        for number in 0..40 {
            store
                .write(&key(number), &text(&format!("item {number}")))
                .unwrap();
        }
        for asked in [3_u16, 16, 17, 41] {
            let keys: Vec<_> = (0..asked).rev().map(key).collect();
            let texts = store.read_many(&keys).unwrap();
            assert_eq!(texts.len(), keys.len());
            for (number, read) in (0..asked).rev().zip(texts) {
                match read {
                    Ok(read) => assert!(read.is_same(&text(&format!("item {number}")))),
                    Err(error) => assert!(number == 40 && matches!(error, StoreError::Missing(_)), "{error}"),
                }
            }
        }
        let keys: BTreeSet<_> = store.keys().unwrap().into_iter().collect();
        assert_eq!(keys, (0..40).map(key).collect());
    });
}

#[test]
fn secret_tool_reads_our_items_and_the_first_line_is_the_accounts_uri() {
    in_private_session(|mut session| {
        session.start_keyring();
        open()
            .write(&key(7), &item("maya@halden-prod").to_text())
            .unwrap();
        let seen = tool(
            &session,
            &["lookup", "service", SERVICE, "username", key(7).as_str()],
            "",
        );
        let account = parse(seen.lines().next().unwrap()).unwrap().account;
        assert_eq!(account.label, item("maya@halden-prod").account.label);
        assert_eq!(*account.seed.to_base32(), *item("").account.seed.to_base32());
        let listed = tool(&session, &["search", "--all", "service", SERVICE], "");
        assert!(
            listed.contains("label = Lockstep: Amazon Web Services:maya@halden-prod"),
            "{listed}"
        );
    });
}

#[test]
fn a_renamed_account_is_renamed_in_the_keyring_too() {
    in_private_session(|mut session| {
        session.start_keyring();
        for name in ["maya@halden-prod", "maya@halden-dev"] {
            open().write(&key(7), &item(name).to_text()).unwrap();
        }
        let listed = tool(&session, &["search", "--all", "service", SERVICE], "");
        let labels: Vec<_> = listed
            .lines()
            .filter(|line| line.starts_with("label = "))
            .collect();
        assert_eq!(labels, ["label = Lockstep: Amazon Web Services:maya@halden-dev"]);
    });
}

#[test]
fn only_writing_opens_a_second_connection() {
    // Of this process: its files that are sockets.
    let connections = || {
        let files = std::fs::read_dir("/proc/self/fd").unwrap();
        let targets = files.filter_map(|file| std::fs::read_link(file.unwrap().path()).ok());
        targets
            .filter(|target| target.to_string_lossy().starts_with("socket:"))
            .count()
    };
    in_private_session(|mut session| {
        session.start_keyring();
        let before = connections();
        let store = open();
        assert!(matches!(store.read(&key(1)), Err(StoreError::Missing(_))));
        let many: Vec<_> = (0..20).map(key).collect();
        assert!(store.read_many(&many).unwrap().iter().all(Result::is_err));
        // Nothing is there to be deleted.
        store.delete(&key(1)).unwrap();
        assert_eq!(connections(), before + 1);
        for number in 1..4 {
            store.write(&key(number), &text("one")).unwrap();
            assert_eq!(connections(), before + 2);
        }
    });
}

#[test]
fn of_several_items_of_one_key_the_one_that_is_written_is_read_and_all_are_deleted() {
    in_private_session(|mut session| {
        session.start_keyring();
        let store = open();
        store.write(&key(1), &text("one")).unwrap();
        store.write(&key(2), &text("other")).unwrap();
        let one = key(1);
        let named = [
            "store",
            "--label=mine",
            "service",
            SERVICE,
            "username",
            one.as_str(),
        ];
        let arguments = [&named[..], &["made-by", "another"]].concat();
        tool(&session, &arguments, "foreign");
        store.write(&key(1), &text("two")).unwrap();
        assert!(store.read(&key(1)).unwrap().is_same(&text("two")));
        store.delete(&key(1)).unwrap();
        assert!(matches!(store.read(&key(1)), Err(StoreError::Missing(_))));
        assert_eq!(store.keys().unwrap(), [key(2)]);
    });
}

#[test]
fn a_bare_uri_that_another_tool_stored_is_an_item() {
    in_private_session(|mut session| {
        session.start_keyring();
        let store = open();
        let attributes = |key: &str| {
            vec![
                "service".to_owned(),
                SERVICE.to_owned(),
                "username".to_owned(),
                key.to_owned(),
            ]
        };
        let put = |name: &str, input: &str| {
            let mut arguments = vec!["store".to_owned(), "--label=mine".to_owned()];
            arguments.extend(attributes(name));
            let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
            tool(&session, &arguments, input);
        };
        put(key(1).as_str(), "otpauth://totp/maya?secret=JBSWY3DPEHPK3PXP");
        put("somebody-else", "no item of ours");
        // A copy of another item, its last line included, filed under a key of its own.
        put(key(3).as_str(), &format!("copied\nlockstep-item: {}", key(2)));
        store.write(&key(2), &text("copied")).unwrap();
        let keys: BTreeSet<_> = store.keys().unwrap().into_iter().collect();
        assert_eq!(keys, [key(1), key(2), key(3)].into());
        let bare = Item::from_text(&store.read(&key(1)).unwrap()).unwrap();
        assert_eq!(
            (bare.account.label.name.as_str(), bare.added.seconds()),
            ("maya", 0)
        );
        // What the batch reads is what a single reading reads, and replacing leaves one item.
        store.write(&key(1), &item("maya").to_text()).unwrap();
        let asked: Vec<_> = (0..20).map(key).collect();
        let texts = store.read_many(&asked).unwrap();
        assert!(
            texts[1]
                .as_ref()
                .is_ok_and(|read| read.is_same(&item("maya").to_text()))
        );
        assert!(texts[2].as_ref().is_ok_and(|read| read.is_same(&text("copied"))));
        assert!(texts[3].as_ref().is_ok_and(|read| read.is_same(&text("copied"))));
    });
}

#[test]
fn an_item_that_is_no_text_fails_alone() {
    in_private_session(|mut session| {
        session.start_keyring();
        let store = open();
        store.write(&key(1), &text("one")).unwrap();
        let mut tool = Command::new("secret-tool");
        tool.args([
            "store",
            "--label=x",
            "service",
            SERVICE,
            "username",
            key(2).as_str(),
        ]);
        let blob = session.home().join("blob");
        std::fs::write(&blob, [0xff, 0xfe, 0x00]).unwrap();
        tool.stdin(std::fs::File::open(&blob).unwrap());
        assert!(session.on(&mut tool).status().unwrap().success());
        let asked: Vec<_> = (0..20).map(key).collect();
        let texts = store.read_many(&asked).unwrap();
        assert!(texts[1].is_ok());
        assert!(matches!(texts[2], Err(StoreError::Item(ItemError::NotText))));
    });
}
