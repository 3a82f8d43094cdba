//! Accounts for the app to find, stored by the library in a process of its own on the machine's bus.

use std::sync::Arc;

use lockstep_device::authenticator::open::Access;
use lockstep_device::authenticator::preview::Preview;
use lockstep_device::authenticator::{Authenticator, Home};
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::fault::Faults;
use lockstep_device::store::keyring::{KeyringOptions, Prompt};
use lockstep_device::time::SystemClock;
use zeroize::Zeroizing;

use crate::machine::Machine;

/// The passphrase of the vault.
pub(crate) const PASSPHRASE: &str = "green lamp 42";

/// Stores so many accounts in the machine's `keyring` or in a new `vault`.
pub(crate) fn store_accounts(machine: &Machine, count: u32, store: &str) {
    let own = std::env::current_exe().unwrap();
    let folder = machine.data();
    let arguments = ["seed", store, &count.to_string(), folder.to_str().unwrap()];
    machine.run(own.to_str().unwrap(), &arguments);
}

/// The process that [`store_accounts`] starts.
pub(crate) fn run() {
    let arguments: Vec<String> = std::env::args().skip(2).collect();
    let [store, count, folder] = arguments.as_slice() else {
        panic!("seed STORE COUNT FOLDER")
    };
    let home = Home {
        folder: folder.into(),
        clock: Arc::new(SystemClock),
        faults: Faults::none(),
    };
    let device = open(home, store);
    let links: Vec<String> = (0..count.parse().unwrap()).map(link).collect();
    let mut preview = Preview::default();
    preview.read_texts("made up", &links.join("\n"));
    let rows: Vec<u32> = (0..).take(links.len()).collect();
    let added = device.keep(&preview, &rows, &[]).unwrap();
    assert_eq!(added.len(), links.len());
}

fn open(home: Home, store: &str) -> Authenticator {
    if store == "keyring" {
        let prompt = Prompt::Forbid;
        return Authenticator::open(home, Access::Keyring(KeyringOptions { prompt })).unwrap();
    }
    let passphrase = Passphrase::new(Zeroizing::new(PASSPHRASE.to_owned())).unwrap();
    let quick = WorkFactor::try_from(2).unwrap();
    Authenticator::open(home, Access::NewVault(&passphrase, quick)).unwrap()
}

/// A link whose secret is made of its number: its octal digits, as letters of base32 (RFC 4648 §6).
fn link(number: u32) -> String {
    let secret: String = format!("{number:032o}").chars().map(letter).collect();
    format!("otpauth://totp/Issuer%20{number}:maya?secret={secret}&issuer=Issuer%20{number}")
}

fn letter(octal: char) -> char {
    char::from(b'A' + u8::try_from(octal.to_digit(8).unwrap()).unwrap())
}
