//! A login of a password manager that makes codes, too.

use lockstep_device::account::Label;
use lockstep_device::otpauth::typed::TypedAccount;
use lockstep_device::otpauth::{Parsed, Skipped};

use crate::row::{Extras, read_fields, read_link};

/// The account of a login. Its TOTP is a link, or a secret in base32 alone, which then has the login's names.
pub(crate) fn login_row(item: &str, username: &str, totp: &str, extras: Extras) -> Result<Parsed, Skipped> {
    let totp = totp.trim();
    if !totp.contains("://") {
        let fields = TypedAccount {
            issuer: item.to_owned(),
            name: username.to_owned(),
            secret: totp.to_owned().into(),
            ..TypedAccount::default()
        };
        return read_fields(&fields, extras);
    }
    // A Steam link has no name at all, and several would look alike.
    let is_steam = totp.starts_with("steam://");
    let name = if is_steam && username.is_empty() {
        item
    } else {
        username
    };
    let fallback = Label {
        issuer: Some(item.to_owned()),
        name: name.to_owned(),
    };
    read_link(totp, fallback, extras)
}
