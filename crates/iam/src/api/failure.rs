//! Why a call gave no answer: AWS's error codes, modelled and not, as causes that a deed can act on.

use std::error::Error;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;

/// A request to a service elsewhere that would not have been encrypted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{endpoint} is plain http and not on this machine; a secret would travel in the clear")]
pub struct PlainHttp {
    /// Where it would have gone.
    pub endpoint: String,
}

/// Why a call gave no answer. Messages are AWS's own words where there are any.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// The credentials may not do this.
    #[error("{}", denied(action.as_deref(), resource.as_deref(), message))]
    Denied {
        /// The action, such as `iam:DeleteVirtualMFADevice`, when AWS named it.
        action: Option<String>,
        /// The ARN it was asked for, when AWS named it.
        resource: Option<String>,
        /// AWS's own words.
        message: String,
    },
    /// Enable or Deactivate on oneself needs a session that was made with a code (AWS-2023-001).
    #[error("AWS asks for a session that was made with an MFA code: {message}")]
    MfaRequired {
        /// AWS's own words.
        message: String,
    },
    /// STS does not take this code (each is taken once).
    #[error("AWS does not take this code: {message}")]
    CodeInvalid {
        /// AWS's own words.
        message: String,
    },
    /// STS did not look at the code: too many attempts, a serial number that is not the caller's, or one that is not yet
    /// known everywhere. AWS says the same of all three.
    #[error("AWS could not check the code: {message}")]
    CodeUnchecked {
        /// AWS's own words.
        message: String,
    },
    /// IAM does not take this pair of codes (`InvalidAuthenticationCode`).
    #[error("AWS does not take these two codes: {message}")]
    PairRejected {
        /// AWS's own words.
        message: String,
    },
    /// `EntityAlreadyExists`.
    #[error("it is there already: {message}")]
    Exists {
        /// AWS's own words.
        message: String,
    },
    /// `NoSuchEntity`.
    #[error("it is not there: {message}")]
    Absent {
        /// AWS's own words.
        message: String,
    },
    /// `LimitExceeded`.
    #[error("a limit is reached: {message}")]
    Limit {
        /// AWS's own words.
        message: String,
    },
    /// `DeleteConflict`.
    #[error("it is in use: {message}")]
    InUse {
        /// AWS's own words.
        message: String,
    },
    /// `ConcurrentModification` and `EntityTemporarilyUnmodifiable`: nothing was done, and it can be asked again.
    #[error("somebody else is changing it: {message}")]
    Busy {
        /// AWS's own words.
        message: String,
    },
    /// `Throttling`: nothing was done.
    #[error("AWS is asked too often: {message}")]
    Throttled {
        /// AWS's own words.
        message: String,
    },
    /// `ExpiredToken`.
    #[error("the credentials have expired: {message}")]
    Expired {
        /// AWS's own words.
        message: String,
    },
    /// The key is unknown, or the signature is not its own.
    #[error("AWS does not take the credentials: {message}")]
    CredentialsRefused {
        /// AWS's own words.
        message: String,
    },
    /// AWS does not take the request (`ValidationError`, `InvalidInput`).
    #[error("AWS refuses the request: {message}")]
    Refused {
        /// AWS's own words.
        message: String,
    },
    /// An error of AWS's that is not known here; a client error, so that nothing was done.
    #[error("AWS answers {code}: {message}")]
    Other {
        /// AWS's error code.
        code: String,
        /// AWS's own words.
        message: String,
    },
    /// Nothing was sent.
    #[error("AWS cannot be reached: {reason}")]
    Unreachable {
        /// What was seen.
        reason: String,
    },
    /// A question was sent, and no answer came. Nothing can have changed.
    #[error("AWS gave no answer: {reason}")]
    NoAnswer {
        /// What was seen.
        reason: String,
    },
    /// It was sent, and whether it was done is not known.
    #[error("it is not known whether it was done: {reason}")]
    Unknown {
        /// What was seen.
        reason: String,
    },
    /// The answer lacks something, or has something that cannot be used.
    #[error("the answer cannot be used: {reason}")]
    Unusable {
        /// What is wrong with it.
        reason: String,
    },
    /// The secret would have travelled in the clear.
    #[error(transparent)]
    PlainHttp(PlainHttp),
}

impl Failure {
    /// Whether a permission was missing, which a session with MFA may bring.
    pub fn is_denial(&self) -> bool {
        matches!(self, Self::Denied { .. } | Self::MfaRequired { .. })
    }
}

/// What `SdkError` says.
pub(super) fn failure<E>(error: &SdkError<E, HttpResponse>) -> Failure
where
    E: ProvideErrorMetadata + Error + 'static,
{
    if let Some(plain) = cause::<PlainHttp>(error) {
        return Failure::PlainHttp(plain.clone());
    }
    match error {
        SdkError::ServiceError(service) => {
            let metadata = service.err().meta();
            let status = service.raw().status().as_u16();
            of_service(
                metadata.code().unwrap_or_default(),
                metadata.message().unwrap_or_default(),
                status,
            )
        }
        SdkError::ConstructionFailure(_) => Failure::Unreachable { reason: words(error) },
        SdkError::DispatchFailure(_) if was_not_sent(error) => Failure::Unreachable { reason: words(error) },
        _ => Failure::Unknown { reason: words(error) },
    }
}

/// A connection that was never made carried nothing.
fn was_not_sent(error: &(dyn Error + 'static)) -> bool {
    use std::io::ErrorKind;
    let refused = cause::<std::io::Error>(error).is_some_and(|error| {
        matches!(
            error.kind(),
            ErrorKind::ConnectionRefused
                | ErrorKind::NotFound
                | ErrorKind::AddrNotAvailable
                | ErrorKind::HostUnreachable
                | ErrorKind::NetworkUnreachable
        )
    });
    // The HTTP client wraps name resolution and the TLS handshake without a type of its own to ask.
    refused
        || chain(error)
            .any(|cause| matches!(cause.to_string().as_str(), "dns error" | "client error (Connect)"))
}

fn chain<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error: &&'a (dyn Error + 'static)| (*error).source())
}

fn cause<'a, T: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a T> {
    chain(error).find_map(|error| error.downcast_ref())
}

/// The innermost words, which say most: the outer layers say "dispatch failure".
fn words(error: &(dyn Error + 'static)) -> String {
    let said: Vec<String> = chain(error).map(ToString::to_string).collect();
    let innermost = said.last().cloned().unwrap_or_default();
    match said.len() {
        0 | 1 => innermost,
        more => format!("{}: {innermost}", said[more.saturating_sub(2)]),
    }
}

fn of_service(code: &str, message: &str, status: u16) -> Failure {
    let message = message.trim().to_owned();
    match code {
        "AccessDenied" | "AccessDeniedException" => of_denial(message),
        "InvalidAuthenticationCode" => Failure::PairRejected { message },
        "EntityAlreadyExists" => Failure::Exists { message },
        "NoSuchEntity" => Failure::Absent { message },
        "LimitExceeded" => Failure::Limit { message },
        "DeleteConflict" => Failure::InUse { message },
        "ConcurrentModification" | "EntityTemporarilyUnmodifiable" => Failure::Busy { message },
        "Throttling" | "ThrottlingException" | "RequestLimitExceeded" | "TooManyRequestsException" => {
            Failure::Throttled { message }
        }
        "ExpiredToken" | "ExpiredTokenException" => Failure::Expired { message },
        "InvalidClientTokenId"
        | "UnrecognizedClientException"
        | "SignatureDoesNotMatch"
        | "IncompleteSignature"
        | "MissingAuthenticationToken"
        | "OptInRequired" => Failure::CredentialsRefused { message },
        "ValidationError" | "InvalidInput" | "MalformedInput" | "InvalidParameterValue" => {
            Failure::Refused { message }
        }
        // Whether a server that failed had done it before is anybody's guess.
        _ if status >= 500 => Failure::Unknown {
            reason: format!("AWS answers {code} ({status}): {message}"),
        },
        _ => Failure::Other {
            code: code.to_owned(),
            message,
        },
    }
}

fn of_denial(message: String) -> Failure {
    if message.contains("MultiFactorAuthentication failed") {
        // The texts of STS, recorded in September 2026: the first means that the code was looked at.
        return if message.contains("invalid MFA one time pass code") {
            Failure::CodeInvalid { message }
        } else {
            Failure::CodeUnchecked { message }
        };
    }
    if message.contains("authenticated with an MFA device") {
        return Failure::MfaRequired { message };
    }
    let after = |mark: &str| {
        let rest = message.split_once(mark)?.1;
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        Some(rest[..end].to_owned())
    };
    Failure::Denied {
        action: after("not authorized to perform: "),
        resource: after("on resource: "),
        message,
    }
}

fn denied(action: Option<&str>, resource: Option<&str>, message: &str) -> String {
    match (action, resource) {
        (Some(action), Some(resource)) => format!("these credentials may not do {action} on {resource}"),
        (Some(action), None) => format!("these credentials may not do {action}"),
        _ => format!("AWS denies it: {message}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denial_names_the_action_and_what_it_was_for() {
        let message = "User: arn:aws:iam::123456789012:user/noor is not authorized to perform: \
            iam:DeleteVirtualMFADevice on resource: arn:aws:iam::123456789012:mfa/noor because no \
            identity-based policy allows the iam:DeleteVirtualMFADevice action";
        assert_eq!(
            of_service("AccessDenied", message, 403).to_string(),
            "these credentials may not do iam:DeleteVirtualMFADevice on arn:aws:iam::123456789012:mfa/noor"
        );
    }

    #[test]
    fn the_texts_of_sts_are_told_apart() {
        let looked_at = "MultiFactorAuthentication failed with invalid MFA one time pass code. ";
        let not_looked_at = "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA \
            serial number is valid and associated with this user.";
        let plain = "To complete this action, please ensure that you are authenticated with an MFA device.";
        let of = |message| of_service("AccessDenied", message, 403);
        assert!(matches!(of(looked_at), Failure::CodeInvalid { .. }));
        assert!(matches!(of(not_looked_at), Failure::CodeUnchecked { .. }));
        assert!(matches!(of(plain), Failure::MfaRequired { .. }));
    }

    #[test]
    fn a_server_s_own_failure_leaves_the_outcome_open_and_a_client_error_does_not() {
        assert!(matches!(
            of_service("ServiceFailure", "", 500),
            Failure::Unknown { .. }
        ));
        assert!(matches!(of_service("NotSeenYet", "", 400), Failure::Other { .. }));
    }
}
