//! The command line as a whole process, from start to end, on a real GNOME Keyring of its own, against named peers in
//! the same run: A, B, A, B, so that a machine that slows down slows both.
//!
//! `cargo bench --workspace --bench process`

#![allow(clippy::unwrap_used, missing_docs, reason = "a benchmark may fail loudly")]

mod support;

use std::fs;
use std::path::Path;
use std::process::Command;

use lockstep_device::account::{Account, AccountId, Label};
use lockstep_device::otp::params::OtpParams;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::index::{Index, IndexFile, IndexIdentity};
use lockstep_device::store::item::ItemText;
use lockstep_device::store::keyring::SERVICE;
use lockstep_device::store::seeds::ItemKey;
use lockstep_device::time::UnixTime;
use lockstep_testing::session::PrivateSession;
use support::{feed, lockstep, report, run};
use zeroize::Zeroizing;

const SECRET: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn main() {
    let session = PrivateSession::with_keyring();
    let folder = tempfile::tempdir().unwrap();
    add_account(&session, folder.path());
    store_for_secret_tool(&session);

    let ours = || run(lockstep(&session, folder.path()).args(["code", "alice"]));
    let pipe = "secret-tool lookup test totp | oathtool --totp -b -";
    let theirs = || run(session.on(Command::new("sh").args(["-c", pipe])));
    assert_eq!(ours().len(), theirs().len(), "both print a code");
    report("lockstep code", "secret-tool | oathtool", 1.0, &ours, &theirs);

    let small = list_of(&session, 10);
    let large = list_of(&session, 1000);
    let list_large = || run(lockstep(&session, large.path()).args(["list", "--json"]));
    let list_small = || run(lockstep(&session, small.path()).args(["list", "--json"]));
    assert!(
        list_large().len() > 50 * list_small().len(),
        "the lists are of 1,000 and of 10"
    );
    report(
        "lockstep list of 1,000",
        "lockstep list of 10",
        3.0,
        &list_large,
        &list_small,
    );
}

fn add_account(session: &PrivateSession, home: &Path) {
    let mut command = lockstep(session, home);
    command.args(["add", "--uri-file", "-", "--yes"]);
    feed(
        &mut command,
        &format!("otpauth://totp/Example:alice?secret={SECRET}&issuer=Example"),
    );
}

fn store_for_secret_tool(session: &PrivateSession) {
    let mut command = Command::new("secret-tool");
    session.on(&mut command);
    command.args(["store", "--label=peer", "test", "totp"]);
    feed(&mut command, SECRET);
}

/// A data folder whose list has `count` accounts. Their seeds are not stored: `list` reads none.
fn list_of(session: &PrivateSession, count: u32) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let identity = identity_of_lists(session);
    let accounts = (0..count).map(|number| Account {
        id: AccountId::from_bytes(u128::from(number).to_be_bytes()),
        label: Label {
            issuer: Some(format!("Issuer {number}")),
            name: format!("maya{number}@halden.example"),
        },
        params: OtpParams::DEFAULT_TOTP,
        tags: vec!["work".to_owned()],
        note: String::new(),
        aws: None,
        added: UnixTime::from_seconds(1_700_000_000),
        pinned: false,
        last_used: None,
        used_step: None,
        trashed: None,
    });
    let index = Index {
        generation: 1,
        accounts: accounts.collect(),
        ..Index::default()
    };
    let file = IndexFile::new(folder.path(), Faults::none());
    file.write(&identity, &index).unwrap();
    assert!(fs::read(file.path()).is_ok());
    folder
}

/// The key that the account lists of this keyring are sealed to: the first line of its item.
fn identity_of_lists(session: &PrivateSession) -> IndexIdentity {
    let mut command = Command::new("secret-tool");
    session.on(&mut command);
    command.args([
        "lookup",
        "service",
        SERVICE,
        "username",
        ItemKey::IndexIdentity.as_str(),
    ]);
    let item = String::from_utf8(run(&mut command)).unwrap();
    let line = item.lines().next().unwrap().to_owned();
    IndexIdentity::from_text(&ItemText::new(Zeroizing::new(line))).unwrap()
}
