//! The environment in which AWS's tools use a session.

use serde::Deserialize;
use zeroize::Zeroizing;

use crate::api::TemporaryCredentials;

/// How a shell wants it written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ShellSyntax {
    /// bash, zsh and other POSIX shells.
    Posix,
    /// fish.
    Fish,
    /// PowerShell.
    Powershell,
}

/// The environment in which AWS's tools use a session.
pub struct Variables(Vec<(&'static str, Zeroizing<String>)>);

impl Variables {
    /// What would lead AWS's tools elsewhere.
    pub const UNSET: [&'static str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];

    /// The variables of this session, and of where it is used.
    pub fn new(credentials: &TemporaryCredentials, region: Option<&str>, endpoint: Option<&str>) -> Self {
        let plain = |text: &str| Zeroizing::new(text.to_owned());
        let mut variables = vec![
            ("AWS_ACCESS_KEY_ID", plain(&credentials.access_key_id)),
            ("AWS_SECRET_ACCESS_KEY", credentials.secret_access_key.clone()),
            ("AWS_SESSION_TOKEN", credentials.session_token.clone()),
        ];
        if let Some(moment) = credentials.expiration.rfc3339() {
            variables.push(("AWS_CREDENTIAL_EXPIRATION", plain(&moment)));
        }
        for name in ["AWS_REGION", "AWS_DEFAULT_REGION"] {
            variables.extend(region.map(|region| (name, plain(region))));
        }
        variables.extend(endpoint.map(|endpoint| ("AWS_ENDPOINT_URL", plain(endpoint))));
        Self(variables)
    }

    /// Each with its value.
    pub fn set(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.0.iter().map(|(name, value)| (*name, value.as_str()))
    }

    /// As commands for a shell.
    pub fn for_shell(&self, syntax: ShellSyntax) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(ROOM));
        for (name, value) in self.set() {
            let (before, after) = match syntax {
                ShellSyntax::Posix => ("export ", "="),
                ShellSyntax::Fish => ("set -gx ", " "),
                ShellSyntax::Powershell => ("$Env:", " = "),
            };
            text.extend([before, name, after, "'"]);
            for character in value.chars() {
                match (syntax, character) {
                    (ShellSyntax::Posix, '\'') => text.push_str(r"'\''"),
                    (ShellSyntax::Fish, '\'' | '\\') => text.extend(['\\', character]),
                    // PowerShell takes the typographic ones for quotes, too.
                    (ShellSyntax::Powershell, '\'' | '\u{2018}'..='\u{201b}') => {
                        text.extend([character, character]);
                    }
                    _ => text.push(character),
                }
            }
            text.push_str("'\n");
        }
        for name in Self::UNSET {
            match syntax {
                ShellSyntax::Posix => text.extend(["unset ", name, "\n"]),
                ShellSyntax::Fish => text.extend(["set -e ", name, "\n"]),
                ShellSyntax::Powershell => {
                    text.extend(["Remove-Item Env:", name, " -ErrorAction SilentlyContinue\n"]);
                }
            }
        }
        text
    }
}

/// Room for a session token, so that growing leaves no copies behind.
const ROOM: usize = 16 * 1024;

#[cfg(test)]
mod tests {
    use lockstep_device::time::UnixTime;

    use super::*;

    fn shown(syntax: ShellSyntax) -> String {
        let credentials = TemporaryCredentials {
            access_key_id: "ASIAEXAMPLE".to_owned(),
            secret_access_key: Zeroizing::new(r"a'b\$(id)`id`".to_owned()),
            session_token: Zeroizing::new("t".to_owned()),
            expiration: UnixTime::from_seconds(0),
        };
        Variables::new(&credentials, None, None)
            .for_shell(syntax)
            .to_string()
    }

    #[test]
    fn no_value_can_say_anything_to_a_shell() {
        let secret = |syntax| {
            let shown = shown(syntax);
            let line = shown.lines().find(|line| line.contains("SECRET"));
            line.unwrap_or_default().to_owned()
        };
        assert_eq!(
            secret(ShellSyntax::Posix),
            r"export AWS_SECRET_ACCESS_KEY='a'\''b\$(id)`id`'"
        );
        assert_eq!(
            secret(ShellSyntax::Fish),
            r"set -gx AWS_SECRET_ACCESS_KEY 'a\'b\\$(id)`id`'"
        );
        assert_eq!(
            secret(ShellSyntax::Powershell),
            r"$Env:AWS_SECRET_ACCESS_KEY = 'a''b\$(id)`id`'"
        );
    }
}
