//! A device that was enrolled for its user, as the file that its administrator sends.

use lockstep_device::backup::lock::Lock;
use lockstep_device::hand_off::HandOff;
use lockstep_device::otpauth::parse::parse;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::serial::SerialNumber;
use lockstep_device::time::UnixTime;
use zeroize::Zeroizing;

use crate::support::seed;

/// Its seed in base32.
pub(crate) fn base32() -> String {
    seed::BASE32.replace("KRUG", "MFRG")
}

/// A hand-off under a passphrase.
pub(crate) fn sealed(passphrase: &str) -> Vec<u8> {
    let passphrase = Passphrase::new(Zeroizing::new(passphrase.to_owned())).unwrap();
    let lock = Lock::Passphrase(&passphrase, WorkFactor::try_from(2).unwrap());
    hand_off().seal(&lock, false).unwrap()
}

/// A hand-off with a seed of its own.
pub(crate) fn hand_off() -> HandOff {
    let uri = seed::uri("Amazon Web Services", "maya@halden").replace(seed::BASE32, &base32());
    HandOff {
        account: parse(&uri).unwrap().account,
        serial: SerialNumber::try_from("arn:aws:iam::123456789012:mfa/maya-1".to_owned()).unwrap(),
        user: "maya".to_owned(),
        aws_account: "123456789012".to_owned(),
        by: "arn:aws:iam::123456789012:user/omar".to_owned(),
        made: UnixTime::from_seconds(1_795_000_010),
    }
}
