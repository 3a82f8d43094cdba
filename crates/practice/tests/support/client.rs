//! A client of one connection a call, so that tests see statuses, headers and connections that end.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, UNIX_EPOCH};

use aws_credential_types::Credentials;
use aws_sigv4::http_request::{SignableBody, SignableRequest, SigningParams, SigningSettings, sign};
use aws_sigv4::sign::v4;
use aws_smithy_runtime_api::client::identity::Identity;
use lockstep_practice::account::Keys;
use lockstep_practice::server::Practice;

/// An answer as it came over the wire.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    /// The text of the first element of this name.
    pub(crate) fn text(&self, element: &str) -> &str {
        let (_, rest) = self.body.split_once(&format!("<{element}>")).unwrap_or_default();
        rest.split_once('<').unwrap_or_default().0
    }

    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let is_named = |line: &&str| line.to_lowercase().starts_with(&format!("{name}:"));
        self.head
            .lines()
            .find(is_named)
            .map(|line| line[name.len() + 1..].trim())
    }
}

/// Signs a call with the server's own time and sends it; nothing when the connection ended without an answer.
pub(crate) fn call(
    practice: &Practice,
    user: &str,
    action: &str,
    parameters: &[(&str, &str)],
) -> Option<Answer> {
    let (keys, now) = practice.with(|account| (account.keys_of(user), account.now()));
    let is_sts = ["GetSessionToken", "GetCallerIdentity", "AssumeRole"].contains(&action);
    let (service, version) = if is_sts {
        ("sts", "2011-06-15")
    } else {
        ("iam", "2010-05-08")
    };
    let mut form = form_urlencoded::Serializer::new(String::new());
    form.append_pair("Action", action).append_pair("Version", version);
    let body = form.extend_pairs(parameters).finish();
    let endpoint = practice.endpoint();
    let headers = signed_headers(&endpoint, &keys, service, now.seconds(), &body);
    let host = endpoint.strip_prefix("http://").unwrap();
    let head = format!("POST / HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n{headers}");
    send(practice, &head, &body)
}

/// Sends a request as it is.
pub(crate) fn send(practice: &Practice, head: &str, body: &str) -> Option<Answer> {
    let endpoint = practice.endpoint();
    let mut stream = TcpStream::connect(endpoint.strip_prefix("http://").unwrap()).unwrap();
    write!(stream, "{head}content-length: {}\r\n\r\n{body}", body.len()).unwrap();
    let mut text = String::new();
    // A connection that is reset has no answer either.
    let _ = stream.read_to_string(&mut text);
    let (head, body) = text.split_once("\r\n\r\n")?;
    Some(Answer {
        status: head.split(' ').nth(1)?.parse().ok()?,
        head: head.to_owned(),
        body: body.to_owned(),
    })
}

fn signed_headers(endpoint: &str, keys: &Keys, service: &str, now: u64, body: &str) -> String {
    let credentials = Credentials::new(&keys.access_key_id, &keys.secret_access_key, None, None, "test");
    let identity = Identity::from(credentials);
    let parameters = v4::SigningParams::builder()
        .identity(&identity)
        .region("us-east-1")
        .name(service)
        .time(UNIX_EPOCH + Duration::from_secs(now))
        .settings(SigningSettings::default())
        .build()
        .unwrap();
    let request = SignableRequest::new(
        "POST",
        format!("{endpoint}/"),
        std::iter::empty(),
        SignableBody::Bytes(body.as_bytes()),
    );
    let signed = sign(request.unwrap(), &SigningParams::from(parameters)).unwrap();
    let headers = signed.output().headers();
    headers
        .flat_map(|(name, value)| [name, ": ", value, "\r\n"])
        .collect()
}
