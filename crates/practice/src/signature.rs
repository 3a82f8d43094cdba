//! AWS Signature Version 4 of a request: read, and made again with the secret to be compared.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use lockstep_device::time::UnixTime;
use ring::hmac;
use time::PrimitiveDateTime;
use time::format_description::parse_borrowed;

use crate::random;
use crate::refusal::Refusal;

/// How far a signature's time may be from the server's.
const TOLERANCE: u64 = 300;

/// A request as it came.
pub struct Received<'r> {
    /// `POST` or `GET`.
    pub method: &'r str,
    /// Path and query of the URL.
    pub target: &'r str,
    /// Header names in lower case, and values.
    pub headers: &'r [(String, String)],
    /// The body.
    pub body: &'r [u8],
}

/// What the `Authorization` header says.
#[derive(Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Whose signature it claims to be.
    pub access_key_id: String,
    /// The region in the credential scope.
    pub region: String,
    /// The service in the credential scope.
    pub service: String,
    /// When it was signed.
    pub time: UnixTime,
    signed_headers: Vec<String>,
    signature: String,
}

impl Received<'_> {
    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self.headers.iter().find(|(header, _)| header == name);
        header.map(|(_, value)| value.as_str())
    }

    /// Reads the `Authorization` header: 403 `MissingAuthenticationToken` without one, 400 `IncompleteSignature` when
    /// it is not what Signature Version 4 writes.
    pub fn authorization(&self) -> Result<Authorization, Refusal> {
        let header = self.header("authorization").ok_or_else(|| {
            Refusal::new(
                "MissingAuthenticationToken",
                403,
                "Request is missing Authentication Token",
            )
        })?;
        let incomplete = |what: &str| Refusal::new("IncompleteSignature", 400, what);
        let parameters = header
            .strip_prefix("AWS4-HMAC-SHA256")
            .ok_or_else(|| incomplete("Authorization header must use AWS4-HMAC-SHA256."))?;
        let parameter = |name: &str| {
            let named = parameters
                .split(',')
                .find_map(|part| part.trim().strip_prefix(name)?.strip_prefix('='));
            named.ok_or_else(|| incomplete(&format!("Authorization header requires '{name}' parameter.")))
        };
        let scope: Vec<&str> = parameter("Credential")?.split('/').collect();
        let [access_key_id, day, region, service, "aws4_request"] = scope[..] else {
            return Err(incomplete(
                "Credential must have exactly 5 slash-delimited elements.",
            ));
        };
        let stamp = self.header("x-amz-date").unwrap_or_default();
        let time = moment(stamp).ok_or_else(|| {
            incomplete("Authorization header requires existence of a valid 'X-Amz-Date' header.")
        })?;
        if !stamp.starts_with(day) || day.len() != 8 {
            return Err(mismatch(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.",
            ));
        }
        Ok(Authorization {
            access_key_id: access_key_id.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            time,
            signed_headers: parameter("SignedHeaders")?
                .split(';')
                .map(str::to_owned)
                .collect(),
            signature: parameter("Signature")?.to_owned(),
        })
    }
}

impl Authorization {
    /// Whether it was signed about now: 403 `SignatureDoesNotMatch`, by whose text an SDK corrects its clock.
    pub fn check_time(&self, now: UnixTime) -> Result<(), Refusal> {
        let (signed, now) = (self.time.seconds(), now.seconds());
        let earliest = now.saturating_sub(TOLERANCE);
        let latest = now.saturating_add(TOLERANCE);
        let [at, from, to, server] = [signed, earliest, latest, now].map(stamp);
        if signed < earliest {
            let text = format!("Signature expired: {at} is now earlier than {from} ({server} - 5 min.)");
            return Err(mismatch(&text));
        }
        if signed > latest {
            let text =
                format!("Signature not yet current: {at} is still later than {to} ({server} + 5 min.)");
            return Err(mismatch(&text));
        }
        Ok(())
    }

    /// Whether the request was signed with this secret: 403 `SignatureDoesNotMatch` when not.
    pub fn check(&self, received: &Received<'_>, secret: &str) -> Result<(), Refusal> {
        let again = self.sign_again(received, secret);
        match again {
            Some(again) if is_equal(again.as_bytes(), self.signature.as_bytes()) => Ok(()),
            _ => Err(mismatch(
                "The request signature we calculated does not match the signature you provided. Check your AWS \
                 Secret Access Key and signing method. Consult the service documentation for details.",
            )),
        }
    }

    /// The signature as the owner of the secret would make it; nothing for a request that cannot be signed.
    fn sign_again(&self, received: &Received<'_>, secret: &str) -> Option<String> {
        let credentials = Credentials::new(&self.access_key_id, secret, None, None, "practice");
        let identity = Identity::from(credentials);
        let mut settings = SigningSettings::default();
        // What was signed is told by the request itself.
        settings.excluded_headers = None;
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name(&self.service)
            .time(system_time(self.time))
            .settings(settings)
            .build()
            .ok()?;
        let host = received.header("host")?;
        let url = format!("http://{host}{}", received.target);
        let is_signed = |name: &str| self.signed_headers.iter().any(|signed| signed == name);
        let headers = received.headers.iter().filter(|(name, _)| is_signed(name));
        let headers = headers.map(|(name, value)| (name.as_str(), value.as_str()));
        let body = SignableBody::Bytes(received.body);
        let request = SignableRequest::new(received.method, url, headers, body).ok()?;
        let signed = sign(request, &SigningParams::from(parameters)).ok()?;
        Some(signed.signature().to_owned())
    }
}

/// 403 `SignatureDoesNotMatch`.
pub fn mismatch(message: &str) -> Refusal {
    Refusal::new("SignatureDoesNotMatch", 403, message)
}

/// Compared through a keyed hash, so that the time it takes tells nothing.
fn is_equal(one: &[u8], other: &[u8]) -> bool {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &random::bytes::<32>());
    hmac::verify(&key, one, hmac::sign(&key, other).as_ref()).is_ok()
}

/// `20261125T150000Z`.
fn stamp(seconds: u64) -> String {
    crate::directory::timestamp(UnixTime::from_seconds(seconds)).replace(['-', ':'], "")
}

fn moment(stamp: &str) -> Option<UnixTime> {
    let form = parse_borrowed::<2>("[year][month][day]T[hour][minute][second]Z").ok()?;
    let seconds = PrimitiveDateTime::parse(stamp, &form)
        .ok()?
        .assume_utc()
        .unix_timestamp();
    u64::try_from(seconds).ok().map(UnixTime::from_seconds)
}

/// Years have four digits in a signature, so that this cannot overflow.
fn system_time(time: UnixTime) -> SystemTime {
    UNIX_EPOCH + Duration::from_secs(time.seconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &str = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    /// The example of the AWS General Reference, "Signature Version 4 signing process".
    const AUTHORIZATION: &str = "AWS4-HMAC-SHA256 \
        Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, \
        Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
    const SIGNED: u64 = 1_440_938_160;

    fn headers(authorization: &str) -> Vec<(String, String)> {
        [
            ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
            ("host", "iam.amazonaws.com"),
            ("user-agent", "not signed"),
            ("x-amz-date", "20150830T123600Z"),
            ("authorization", authorization),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec()
    }

    fn received<'r>(target: &'r str, headers: &'r [(String, String)]) -> Received<'r> {
        Received {
            method: "GET",
            target,
            headers,
            body: b"",
        }
    }

    #[test]
    fn the_example_of_the_documentation_is_verified_and_its_forgeries_are_not() {
        let headers = headers(AUTHORIZATION);
        let example = received("/?Action=ListUsers&Version=2010-05-08", &headers);
        let authorization = example.authorization().unwrap();
        assert_eq!(authorization.time, UnixTime::from_seconds(SIGNED));
        assert_eq!(authorization.check(&example, SECRET), Ok(()));
        assert!(authorization.check(&example, "another secret").is_err());
        let forged = received("/?Action=DeleteUser&Version=2010-05-08", &headers);
        assert!(authorization.check(&forged, SECRET).is_err());
    }

    #[test]
    fn a_signature_lasts_five_minutes_to_either_side() {
        let headers = headers(AUTHORIZATION);
        let authorization = received("/", &headers).authorization().unwrap();
        let at = |seconds| authorization.check_time(UnixTime::from_seconds(seconds));
        assert!(at(SIGNED + 300).is_ok() && at(SIGNED - 300).is_ok());
        assert_eq!(
            at(SIGNED + 301).unwrap_err().message,
            "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T124101Z - 5 min.)"
        );
        assert_eq!(
            at(SIGNED - 301).unwrap_err().message,
            "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T123059Z + 5 min.)"
        );
    }

    #[test]
    fn what_is_no_signature_is_told_so() {
        for (authorization, code) in [
            ("Basic x", "IncompleteSignature"),
            ("AWS4-HMAC-SHA256 Credential=a/b", "IncompleteSignature"),
            (
                "AWS4-HMAC-SHA256 Credential=a/20150830/r/s/aws4_request",
                "IncompleteSignature",
            ),
            (
                "AWS4-HMAC-SHA256 Credential=a/20150831/r/s/aws4_request",
                "SignatureDoesNotMatch",
            ),
        ] {
            let headers = headers(authorization);
            let refusal = received("/", &headers).authorization().unwrap_err();
            assert_eq!(refusal.code, code, "{authorization}");
        }
        let refusal = received("/", &[]).authorization().unwrap_err();
        assert_eq!(
            (&*refusal.code, refusal.status),
            ("MissingAuthenticationToken", 403)
        );
    }
}
