//! Sessions: what may be shown of them, and the forms in which programs take them.

use std::collections::BTreeMap;

use lockstep_iam::api::TemporaryCredentials;
use serde::Serialize;
use serde_json::Value;
use zeroize::Zeroizing;

use crate::args::aws::EnvShell;
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

/// The environment in which AWS's tools use a session.
pub(crate) struct Variables(Vec<(&'static str, Zeroizing<String>)>);

impl Variables {
    /// What would lead AWS's tools elsewhere.
    pub(crate) const UNSET: [&'static str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

    pub(crate) fn new(
        credentials: &TemporaryCredentials,
        region: Option<&str>,
        endpoint: Option<&str>,
    ) -> Self {
        let plain = |text: &str| Zeroizing::new(text.to_owned());
        let mut variables = vec![
            ("AWS_ACCESS_KEY_ID", plain(&credentials.access_key_id)),
            ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.clone()),
            ("AWS_SESSION_TOKEN", credentials.session_token.clone()),
        ];
        if let Some(moment) = rfc3339(credentials.expiration.seconds()) {
            variables.push(("AWS_CREDENTIAL_EXPIRATION", plain(&moment)));
        }
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            variables.extend(region.map(|region| (name, plain(region))));
        }
        variables.extend(endpoint.map(|endpoint| ("AWS_ENDPOINT_URL", plain(endpoint))));
        Self(variables)
    }

    /// Each with its value.
    pub(crate) fn set(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// As one JSON object.
    pub(crate) fn json(&self) -> Zeroizing<String> {
        line(&self.set().collect::<BTreeMap<_, _>>())
    }

    /// As commands for a shell.
    pub(crate) fn for_shell(&self, shell: EnvShell) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(ROOM));
        for (name, value) in self.set() {
            let (before, after) = match shell {
                EnvShell::Bash => ("export ", "="),
                EnvShell::Fish => ("set -gx ", " "),
                EnvShell::Powershell => ("$Env:", " = "),
            };
            text.extend([before, name, after, "'"]);
            for character in value.chars() {
                match (shell, character) {
                    (EnvShell::Bash, '\'') => text.push_str(r"'\''"),
                    (EnvShell::Fish, '\'' | '\\') => text.extend(['\\', character]),
                    // PowerShell takes the typographic ones for quotes, too.
                    (EnvShell::Powershell, '\'' | '\u{2018}'..='\u{201b}') => {
                        text.extend([character, character]);
                    }
                    _ => text.push(character),
                }
            }
            text.push_str("'\n");
        }
        for name in Self::UNSET {
            match shell {
                EnvShell::Bash => text.extend(["unset ", name, "\n"]),
                EnvShell::Fish => text.extend(["set -e ", name, "\n"]),
                EnvShell::Powershell => {
                    text.extend(["Remove-Item Env:", name, " -ErrorAction SilentlyContinue\n"]);
                }
            }
        }
        text
    }
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

#[cfg(test)]
mod tests {
    use lockstep_device::time::UnixTime;

    use super::*;

    fn shown(shell: EnvShell) -> String {
        let credentials = TemporaryCredentials {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret_access_key: Zeroizing::new(r"a'b\$(id)`id`".to_owned()),
            session_token: Zeroizing::new("t".to_owned()),
            expiration: UnixTime::from_seconds(0),
        };
        Variables::new(&credentials, None, None)
            .for_shell(shell)
            .to_string()
    }

    #[test]
    fn no_value_can_say_anything_to_a_shell() {
        let secret = |shell| {
            let shown = shown(shell);
            let line = shown.lines().find(|line| line.contains("SECRET"));
            line.unwrap_or_default().to_owned()
        };
        assert_eq!(
            secret(EnvShell::Bash),
            r"export AWS_SECRET_ACCESS_KEY='a'\''b\$(id)`id`'"
        );
        assert_eq!(
            secret(EnvShell::Fish),
            r"set -gx AWS_SECRET_ACCESS_KEY 'a\'b\\$(id)`id`'"
        );
        assert_eq!(
            secret(EnvShell::Powershell),
            r"$Env:AWS_SECRET_ACCESS_KEY = 'a''b\$(id)`id`'"
        );
    }
}
