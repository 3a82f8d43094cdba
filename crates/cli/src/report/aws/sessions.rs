//! Sessions: what may be shown of them, and the forms in which programs take them.

use std::collections::BTreeMap;

use lockstep_iam::api::TemporaryCredentials;
use lockstep_iam::variables::Variables;
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::report::{Look, Report, rfc3339, value};

/// What `aws session` shows; never the secrets.
#[derive(Serialize)]
pub(crate) struct SessionReport {
    pub(crate) access_key_id: String,
    pub(crate) expiration: Option<String>,
    /// The device whose code it was made with.
    pub(crate) serial: Option<String>,
    pub(crate) role: Option<String>,
    /// Whether it was there already.
    pub(crate) reused: bool,
}

impl Report for SessionReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, _: Look) -> String {
        let until = self.expiration.as_deref().unwrap_or("its end");
        let how = if self.reused { "was kept" } else { "is new" };
        let role = match &self.role {
            Some(role) => format!(" in the role {role}"),
            None => String::new(),
        };
        format!(
            "The session {}{role} {how} and lasts until {until}.\n",
            self.access_key_id
        )
    }
}

/// The form that `credential_process` asks for (AWS SDKs and Tools Reference Guide, "Process credential provider").
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProcessFields<'a> {
    version: u8,
    access_key_id: &'a str,
    secret_access_key: &'a str,
    session_token: &'a str,
    expiration: Option<String>,
}

/// The credentials as `credential_process` prints them.
pub(crate) fn process_json(credentials: &TemporaryCredentials) -> Zeroizing<String> {
    line(&ProcessFields {
        version: 1,
        access_key_id: &credentials.access_key_id,
        secret_access_key: &credentials.secret_access_key,
        session_token: &credentials.session_token,
        expiration: rfc3339(credentials.expiration.seconds()),
    })
}

/// The variables as one JSON object.
pub(crate) fn variables_json(variables: &Variables) -> Zeroizing<String> {
    line(&variables.set().collect::<BTreeMap<_, _>>())
}

/// One line of JSON.
fn line(fields: &impl Serialize) -> Zeroizing<String> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(ROOM));
    serde_json::to_writer(&mut *bytes, fields).expect("strings are always JSON");
    let text = std::str::from_utf8(&bytes).expect("JSON is UTF-8");
    let mut line = Zeroizing::new(String::with_capacity(text.len() + 1));
    line.push_str(text);
    line.push('\n');
    line
}

/// Room for a session token, so that growing leaves no copies behind.
const ROOM: usize = 16 * 1024;
