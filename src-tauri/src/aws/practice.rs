//! The practice account inside the app: AWS IAM and STS on loopback, for as long as the app runs.

use std::sync::Arc;
use std::time::Duration;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::time::Clock;
use lockstep_iam::keys::KeyPair;
use lockstep_iam::sign_in::kept_under;
use lockstep_practice::server::{Options, Practice};
use zeroize::Zeroizing;

use crate::error::ShellError;
use crate::notice::ShellNotice;
use crate::shell::Shell;

impl Shell {
    /// Ends the practice account with the app, and deletes the devices that were made in it.
    pub fn end_practice(&self) {
        if self.aws.end_practice()
            && let Ok(authenticator) = self.authenticator()
        {
            self.clear_practice(&authenticator);
        }
    }

    /// Deletes the devices of a practice account that has ended: nobody takes their codes any more. One that runs keeps its.
    pub(crate) fn clear_practice(&self, authenticator: &Authenticator) {
        if self.aws.is_practising() {
            return;
        }
        match authenticator.purge_practice() {
            Ok(0) => {}
            Ok(_) => self.note(ShellNotice::PracticeEnded),
            // They are looked for again at the next start.
            Err(error) => tracing::warn!(%error, "devices of the practice account were left behind"),
        }
    }
}

/// Starts it.
pub(super) fn start(clock: Arc<dyn Clock>) -> Result<Practice, ShellError> {
    let practice = Practice::start(Options {
        account: ACCOUNT.to_owned(),
        alias: Some("practice".to_owned()),
        users: USERS,
        propagation: PROPAGATION,
        clock,
        ..Options::default()
    })
    .map_err(|error| ShellError::Practice(error.to_string()))?;
    practice
        .with(|account| account.set_policy("maya", OWN_DEVICES))
        .map_err(|error| ShellError::Practice(error.message))?;
    Ok(practice)
}

/// The access key of one of its users.
pub(super) fn keys_of(practice: &Practice, user: &str) -> Result<KeyPair, ShellError> {
    let keys = practice.with(|account| account.find_keys(user));
    let keys = keys.ok_or_else(|| ShellError::Practice(format!("it has no user {user:?}")))?;
    let secret = Zeroizing::new(keys.secret_access_key);
    Ok(KeyPair::new(&keys.access_key_id, &secret).map_err(lockstep_iam::error::Error::from)?)
}

/// What sessions of one of its users are kept under.
pub(super) fn source_name(user: &str, endpoint: Option<&str>) -> String {
    kept_under(&format!("practice {user}"), endpoint)
}

/// What AWS's own documents use for an account that is nobody's.
const ACCOUNT: &str = "111122223333";

/// How many plain users there are, so that there is something to enrol.
const USERS: usize = 24;

/// STS learns of a device a little later than IAM, as in AWS.
const PROPAGATION: Duration = Duration::from_secs(3);

/// What `maya` may do: everything with her own devices, and see the account's alias.
const OWN_DEVICES: &str = r#"{"Version": "2012-10-17", "Statement": [
    {"Effect": "Allow", "Action": ["iam:*MFADevice*", "iam:GetUser", "iam:ListAccountAliases"], "Resource": "*"}
]}"#;
