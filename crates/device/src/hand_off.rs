//! A hand-off: one enrolled device on its way from an administrator to its user, as an age file that the user's key or a
//! passphrase opens. JSON with the whole `otpauth://` URI, so that `age -d` and any authenticator can do without Lockstep.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::account::{AwsBinding, NewAccount};
use crate::backup::error::BackupError;
use crate::backup::lock::{Lock, seal_text};
use crate::backup::open::{Keys, unseal};
use crate::otpauth::OtpauthError;
use crate::otpauth::parse::parse;
use crate::otpauth::write::to_uri;
use crate::serial::{SerialNumber, SerialNumberError};
use crate::time::UnixTime;

/// The version that is written, and the latest that is read.
pub const HAND_OFF_VERSION: u32 = 1;

/// What the files' names end with, after a dot.
pub const EXTENSION: &str = "lockstep";

/// What the field `format` says.
const FORMAT: &str = "lockstep-hand-off";

/// One device with its seed, and who hands it to whom.
#[derive(Clone)]
pub struct HandOff {
    /// The account with its seed, bound to its device.
    pub account: NewAccount,
    /// The device.
    pub serial: SerialNumber,
    /// Whose it is: the name of the IAM user.
    pub user: String,
    /// The twelve-digit AWS account id.
    pub aws_account: String,
    /// The ARN of whoever enrolled it.
    pub by: String,
    /// When, by AWS's clock.
    pub made: UnixTime,
}

/// Why a hand-off was not opened. It never carries anything that was sealed.
#[derive(Debug, thiserror::Error)]
pub enum HandOffError {
    /// It opens and holds something else.
    #[error("{0} opens, but what it holds is not a hand-off of Lockstep")]
    NotOne(String),
    /// A newer Lockstep wrote it.
    #[error("this hand-off is of version {found}; this Lockstep reads version {HAND_OFF_VERSION}")]
    Newer {
        /// The version that it says.
        found: u32,
    },
    /// Its link cannot be read.
    #[error("the account in this hand-off cannot be read: {0}")]
    Account(#[from] OtpauthError),
    /// Its serial number is none.
    #[error("the device in this hand-off cannot be read: {0}")]
    Serial(#[from] SerialNumberError),
    /// The age file around it.
    #[error(transparent)]
    Sealed(#[from] BackupError),
}

#[derive(Serialize, Deserialize)]
struct Written {
    format: String,
    version: u32,
    made: UnixTime,
    by: String,
    account: String,
    user: String,
    serial: String,
    uri: Zeroizing<String>,
}

/// Only what decides whether the rest can be understood.
#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

impl HandOff {
    /// The age file.
    pub fn seal(&self, lock: &Lock<'_>, armored: bool) -> Result<Vec<u8>, BackupError> {
        seal_text(&self.to_json(), lock, armored)
    }

    fn to_json(&self) -> Zeroizing<Vec<u8>> {
        let uri = to_uri(&self.account);
        let room = 2 * uri.len() + self.by.len() + 1024;
        let written = Written {
            format: FORMAT.to_owned(),
            version: HAND_OFF_VERSION,
            made: self.made,
            by: self.by.clone(),
            account: self.aws_account.clone(),
            user: self.user.clone(),
            serial: self.serial.to_string(),
            uri,
        };
        // Room for all of it at once: growing would leave a copy of the seed behind.
        let mut text = Zeroizing::new(Vec::with_capacity(room));
        serde_json::to_writer(&mut *text, &written).expect("strings and numbers are always JSON");
        text
    }

    /// Opens one. `name` is the file's, for error messages.
    pub fn open(name: &str, file: &[u8], keys: &Keys) -> Result<Self, HandOffError> {
        let text = unseal(name, file, keys)?;
        let not_one = |_| HandOffError::NotOne(name.to_owned());
        let Head { format, version } = serde_json::from_slice(&text).map_err(not_one)?;
        if format != FORMAT {
            return Err(HandOffError::NotOne(name.to_owned()));
        }
        if version > HAND_OFF_VERSION {
            return Err(HandOffError::Newer { found: version });
        }
        let written: Written = serde_json::from_slice(&text).map_err(not_one)?;
        let serial = SerialNumber::try_from(written.serial)?;
        let mut account = parse(&written.uri)?.account;
        account.aws = Some(AwsBinding::new(serial.clone()));
        Ok(Self {
            account,
            serial,
            user: written.user,
            aws_account: written.account,
            by: written.by,
            made: written.made,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use crate::backup::lock::Recipient;
    use crate::passphrase::{Passphrase, WorkFactor};

    fn hand_off() -> HandOff {
        let uri = "otpauth://totp/Amazon%20Web%20Services:maya@halden?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Amazon%20Web%20Services";
        let serial = SerialNumber::try_from("arn:aws:iam::123456789012:mfa/maya-1".to_owned()).unwrap();
        let mut account = parse(uri).unwrap().account;
        account.aws = Some(AwsBinding::new(serial.clone()));
        HandOff {
            account,
            serial,
            user: "maya".to_owned(),
            aws_account: "123456789012".to_owned(),
            by: "arn:aws:iam::123456789012:user/omar".to_owned(),
            made: UnixTime::from_seconds(1_795_000_010),
        }
    }

    fn passphrase(text: &str) -> Passphrase {
        Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
    }

    #[test]
    fn what_is_sealed_is_opened_the_same() {
        let identity = age::x25519::Identity::generate();
        let keys = [Recipient::from(identity.to_public())];
        for armored in [false, true] {
            let file = hand_off().seal(&Lock::Keys(&keys), armored).unwrap();
            let opened = HandOff::open(
                "maya",
                &file,
                &Keys::none().with_identity(Box::new(identity.clone())),
            )
            .unwrap();
            assert_eq!(opened.account.seed.bytes(), b"12345678901234567890");
            assert_eq!(opened.account.label, hand_off().account.label);
            assert_eq!(opened.account.aws.unwrap().serial, hand_off().serial);
            assert_eq!(
                (opened.user, opened.aws_account),
                ("maya".to_owned(), "123456789012".to_owned())
            );
            assert_eq!(opened.by, hand_off().by);
            assert_eq!(opened.made, hand_off().made);
        }
    }

    #[test]
    fn a_passphrase_opens_what_it_sealed_and_another_does_not() {
        let right = passphrase("correct horse");
        let lock = Lock::Passphrase(&right, WorkFactor::try_from(2).unwrap());
        let file = hand_off().seal(&lock, false).unwrap();
        assert!(HandOff::open("maya", &file, &Keys::none().with_passphrase(right)).is_ok());
        let wrong = HandOff::open("maya", &file, &Keys::none().with_passphrase(passphrase("wrong")));
        assert!(matches!(
            wrong,
            Err(HandOffError::Sealed(BackupError::PassphraseWrong))
        ));
    }

    #[test]
    fn something_else_that_is_sealed_is_no_hand_off() {
        let right = passphrase("correct horse");
        let lock = Lock::Passphrase(&right, WorkFactor::try_from(2).unwrap());
        for text in [
            "",
            "hello",
            "{\"format\":\"lockstep-backup\",\"version\":1,\"accounts\":[]}",
            "{\"format\":\"lockstep-hand-off\",\"version\":1}",
        ] {
            let file = seal_text(text.as_bytes(), &lock, false).unwrap();
            let opened = HandOff::open("x", &file, &Keys::none().with_passphrase(right.clone()));
            assert!(matches!(opened, Err(HandOffError::NotOne(_))), "{text}");
        }
        let newer = "{\"format\":\"lockstep-hand-off\",\"version\":2}";
        let file = seal_text(newer.as_bytes(), &lock, false).unwrap();
        let opened = HandOff::open("x", &file, &Keys::none().with_passphrase(right));
        assert!(matches!(opened, Err(HandOffError::Newer { found: 2 })));
    }
}
