//! Where in AWS a code is for: read from the label AWS gives its codes, and from the serial number.

use crate::account::{Account, AwsBinding, Label};
use crate::authenticator::view::AwsPlace;

/// The name AWS gives root's device in the console's QR code.
const ROOT_DEVICE: &str = "root-account-mfa-device";

/// The issuer AWS writes into the console's QR code, and the short form people type.
const AWS_ISSUERS: [&str; 2] = ["amazon web services", "aws"];

/// Where in AWS `account` belongs; nothing when neither its issuer nor a serial number says AWS.
pub fn of_account(account: &Account) -> Option<AwsPlace> {
    of(&account.label, account.aws.as_ref())
}

/// The same for a label and a binding that are not an account yet.
pub fn of(label: &Label, binding: Option<&AwsBinding>) -> Option<AwsPlace> {
    let issuer = label.issuer.as_deref().map(str::to_lowercase);
    let says_aws = issuer.is_some_and(|issuer| AWS_ISSUERS.contains(&issuer.as_str()));
    let device = binding.and_then(|binding| binding.serial.virtual_device());
    if !says_aws && device.is_none() {
        return None;
    }
    // The console writes NAME@ACCOUNT; a user name may hold an @ itself, an account alias may not.
    let (user, named_account) = match label.name.rsplit_once('@') {
        Some((user, account)) if !account.is_empty() => (user, Some(account)),
        _ => (label.name.as_str(), None),
    };
    let root = user == ROOT_DEVICE || device.is_some_and(|device| device.name == ROOT_DEVICE);
    let account = named_account.or(device.map(|device| device.account))?;
    Some(AwsPlace {
        account: account.to_owned(),
        user: (!root && !user.is_empty()).then(|| user.to_owned()),
        root,
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;
    use crate::serial::SerialNumber;

    fn place(issuer: &str, name: &str, serial: Option<&str>) -> Option<AwsPlace> {
        let binding =
            serial.map(|serial| AwsBinding::new(SerialNumber::try_from(serial.to_owned()).unwrap()));
        let label = Label {
            issuer: Some(issuer.to_owned()),
            name: name.to_owned(),
        };
        of(&label, binding.as_ref())
    }

    fn expected(account: &str, user: Option<&str>, root: bool) -> AwsPlace {
        AwsPlace {
            account: account.to_owned(),
            user: user.map(str::to_owned),
            root,
        }
    }

    #[test]
    fn the_console_label_names_user_and_account() {
        assert_eq!(
            place("Amazon Web Services", "maya@halden-prod", None),
            Some(expected("halden-prod", Some("maya"), false))
        );
    }

    #[test]
    fn a_user_name_may_hold_an_at_sign() {
        assert_eq!(
            place("AWS", "maya@halden.example@123456789012", None),
            Some(expected("123456789012", Some("maya@halden.example"), false))
        );
    }

    #[test]
    fn the_root_device_is_root_and_no_user() {
        assert_eq!(
            place(
                "Amazon Web Services",
                "root-account-mfa-device@123456789012",
                None
            ),
            Some(expected("123456789012", None, true))
        );
    }

    #[test]
    fn a_serial_number_says_the_account_where_the_label_does_not() {
        assert_eq!(
            place(
                "Work",
                "laptop",
                Some("arn:aws:iam::123456789012:mfa/maya-laptop")
            ),
            Some(expected("123456789012", Some("laptop"), false))
        );
    }

    #[test]
    fn other_issuers_have_no_place_in_aws() {
        assert_eq!(place("GitHub", "maya@halden", None), None);
        assert_eq!(place("Amazon Web Services", "maya", None), None);
    }
}
