//! Looking through 10,000 accounts as a person types, and making the codes of one screen.
//!
//! `cargo bench --workspace --bench search`

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    missing_docs,
    reason = "a benchmark may fail loudly"
)]

use std::fmt::Write as _;
use std::path::Path;

use lockstep_device::account::{Account, AccountId, Label};
use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::preview::Preview;
use lockstep_device::passphrase::Passphrase;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::index::{IndexFile, IndexIdentity};
use lockstep_device::store::seeds::{ItemKey, SeedStore};
use lockstep_device::store::vault::LockedVault;

mod support;

use support::{median, passphrase, vault};

const ACCOUNTS: u32 = 10_000;
/// Accounts whose seeds are stored: those on one screen.
const STORED: u32 = 20;
const RUNS: usize = 101;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let authenticator = vault(folder.path());
    let ids = fill(&authenticator);
    list_more(folder.path(), &passphrase());
    assert!(authenticator.refresh().unwrap());

    for query in ["m", "maya", "issuer 77 halden", "nothing has this"] {
        let hits = authenticator.search(query).len();
        let time = median(RUNS, || authenticator.search(query).len());
        println!("search {query:?} among {ACCOUNTS}: {hits} hits in {time:.2} ms, target at most 16");
    }
    let time = median(RUNS, || authenticator.codes(&ids).unwrap().len());
    println!("codes of {STORED} accounts: {time:.2} ms");
}

fn fill(authenticator: &Authenticator) -> Vec<AccountId> {
    let mut uris = String::new();
    for number in 0..STORED {
        let seed = data_encoding::BASE32_NOPAD.encode(&u128::from(number).to_be_bytes());
        let label = format!("Issuer%20{number}:maya{number}@halden.example");
        writeln!(
            uris,
            "otpauth://totp/{label}?secret={seed}&issuer=Issuer%20{number}"
        )
        .unwrap();
    }
    let mut preview = Preview::default();
    preview.read_texts("bench", &uris);
    let rows: Vec<u32> = (0..STORED).collect();
    let added = authenticator.keep(&preview, &rows, &[]).unwrap();
    added.into_iter().filter_map(|added| added.id).collect()
}

/// Puts the rest into the list. Their seeds are not stored: searching reads none.
fn list_more(folder: &Path, passphrase: &Passphrase) {
    let vault = LockedVault::find(folder, &Faults::none()).unwrap().unwrap();
    let vault = vault.unlock(passphrase).map_err(|(_, error)| error).unwrap();
    let identity = IndexIdentity::from_text(&vault.read(&ItemKey::IndexIdentity).unwrap()).unwrap();
    let file = IndexFile::new(folder, Faults::none());
    let mut index = file.read(&identity).unwrap();
    let row = index.accounts[0].clone();
    index.accounts.extend((STORED..ACCOUNTS).map(|number| Account {
        id: AccountId::from_bytes(u128::from(number).to_be_bytes()),
        label: Label {
            issuer: Some(format!("Issuer {number}")),
            name: format!("maya{number}@halden.example"),
        },
        ..row.clone()
    }));
    index.generation += 1;
    file.write(&identity, &index).unwrap();
}
