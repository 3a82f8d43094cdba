//! Profiles of the shared configuration file (`~/.aws/config`): what one says about MFA, and one that asks Lockstep.

use std::path::{Path, PathBuf};

use aws_config::profile::ProfileSet;
use aws_runtime::env_config::file::EnvConfigFiles;
use aws_types::os_shim_internal::{Env, Fs};
use lockstep_device::store::fault::Faults;
use lockstep_device::store::file::{self, FileError};

/// What a profile says about whom to become, and with which device. aws-config reads the rest.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProfileSettings {
    /// The role to take on.
    pub role_arn: Option<String>,
    /// The profile with the keys that may take it on.
    pub source_profile: Option<String>,
    /// The serial number of the device whose code is asked for.
    pub mfa_serial: Option<String>,
    /// What the role's account asks for besides.
    pub external_id: Option<String>,
    /// What the role's session is called.
    pub role_session_name: Option<String>,
    /// How long the role's session lasts, in seconds.
    pub duration_seconds: Option<u32>,
    /// The region it names.
    pub region: Option<String>,
    /// The endpoint that it names for every service.
    pub endpoint_url: Option<String>,
    /// The program that gives its credentials.
    pub credential_process: Option<String>,
}

/// A profile that gets its credentials from Lockstep.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configured {
    /// Whether the file was changed; not when it said all that already.
    pub changed: bool,
    /// Where the file as it was before is kept, when there was one and it was changed.
    pub backup: Option<PathBuf>,
}

/// Why the shared configuration file was not read or written.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// It could not be read, or is not such a file.
    #[error("the AWS configuration file cannot be read: {0}")]
    Unreadable(String),
    /// It is not UTF-8.
    #[error("{} is not text in UTF-8, and is left alone", .0.display())]
    NotText(PathBuf),
    /// A name with characters that such a file cannot hold.
    #[error("{0:?} cannot be the name of a profile: it is empty, or has a bracket or a line end in it")]
    Name(String),
    /// It could not be written.
    #[error(transparent)]
    File(#[from] FileError),
}

/// What the profile `name` says, or the default one. A profile that is not there says nothing.
pub fn settings(name: Option<&str>) -> Result<ProfileSettings, ProfileError> {
    let profiles = load(name)?;
    Ok(said(|key| profiles.get(key)))
}

/// Where the configuration file is: what `AWS_CONFIG_FILE` names, read as the AWS tools do, else in the home folder.
pub fn config_file(named: Option<String>, home: Option<PathBuf>) -> Option<PathBuf> {
    let Some(named) = named else {
        return Some(home?.join(".aws").join("config"));
    };
    Some(match (named.strip_prefix("~/"), home) {
        (Some(rest), Some(home)) => home.join(rest),
        _ => named.into(),
    })
}

/// Every profile of the shared files with what it says, by name.
pub fn all() -> Result<Vec<(String, ProfileSettings)>, ProfileError> {
    let profiles = load(None)?;
    let mut all: Vec<_> = profiles
        .profiles()
        .filter_map(|name| {
            let profile = profiles.get_profile(name)?;
            Some((name.to_owned(), said(|key| profile.get(key))))
        })
        .collect();
    all.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(all)
}

fn load(name: Option<&str>) -> Result<ProfileSet, ProfileError> {
    let unreadable = |error: &dyn std::error::Error| ProfileError::Unreadable(error.to_string());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| unreadable(&error))?;
    let name = name.map(|name| std::borrow::Cow::Owned(name.to_owned()));
    let loading = async {
        let (fs, env) = (Fs::real(), Env::real());
        aws_config::profile::load(&fs, &env, &EnvConfigFiles::default(), name).await
    };
    runtime.block_on(loading).map_err(|error| unreadable(&error))
}

fn said<'a>(key: impl Fn(&str) -> Option<&'a str>) -> ProfileSettings {
    let said = |name: &str| key(name).map(str::to_owned);
    ProfileSettings {
        role_arn: said("role_arn"),
        source_profile: said("source_profile"),
        mfa_serial: said("mfa_serial"),
        external_id: said("external_id"),
        role_session_name: said("role_session_name"),
        duration_seconds: said("duration_seconds").and_then(|seconds| seconds.parse().ok()),
        region: said("region"),
        endpoint_url: said("endpoint_url"),
        credential_process: said("credential_process"),
    }
}

/// Lets the profile `name` of the configuration file at `path` say these settings. Comments, order and everything else
/// stay; the file as it was is kept beside it.
pub fn configure(
    path: &Path,
    name: &str,
    values: &[(&str, &str)],
    faults: &Faults,
) -> Result<Configured, ProfileError> {
    if name.is_empty() || name.contains(['[', ']', '\n', '\r']) {
        return Err(ProfileError::Name(name.to_owned()));
    }
    // Behind a symbolic link stands the file that a person keeps elsewhere; the link stays.
    let path = &path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let before = file::read_if_there(path)?;
    let text = match &before {
        Some(bytes) => std::str::from_utf8(bytes).map_err(|_| ProfileError::NotText(path.clone()))?,
        None => "",
    };
    let after = edited(text, name, values);
    if after == text {
        return Ok(Configured {
            changed: false,
            backup: None,
        });
    }
    let mut backup = path.as_os_str().to_owned();
    backup.push(BACKUP);
    let backup = PathBuf::from(backup);
    file::write_whole(path, after.as_bytes(), Some(&backup), faults)?;
    Ok(Configured {
        changed: true,
        backup: before.is_some().then_some(backup),
    })
}

/// The text with these settings in the section of the profile.
fn edited(text: &str, profile: &str, values: &[(&str, &str)]) -> String {
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let (begin, mut stop) = section(&lines, profile).unwrap_or_else(|| {
        if lines.last().is_some_and(|line| !line.trim().is_empty()) {
            lines.push(String::new());
        }
        lines.push(match profile {
            "default" => "[default]".to_owned(),
            _ => format!("[profile {profile}]"),
        });
        (lines.len(), lines.len())
    });
    for (key, value) in values {
        let wanted = format!("{key} = {value}");
        let is_key = |line: &String| {
            // An indented line belongs to the setting above it.
            !line.starts_with([' ', '\t'])
                && line
                    .split_once('=')
                    .is_some_and(|(said, _)| said.trim().eq_ignore_ascii_case(key))
        };
        // What stands last is what counts.
        if let Some(place) = lines[begin..stop].iter().rposition(is_key) {
            let line = &mut lines[begin + place];
            if line.split_once('=').is_none_or(|(_, said)| said.trim() != *value) {
                *line = wanted;
            }
        } else {
            // Before the blank lines and comments that lead to the next section.
            let filled = |line: &String| {
                let line = line.trim();
                !line.is_empty() && !line.starts_with(['#', ';'])
            };
            let last = lines[begin..stop].iter().rposition(filled);
            lines.insert(last.map_or(begin, |last| begin + last + 1), wanted);
            stop += 1;
        }
    }
    let mut edited = lines.join(end);
    if !edited.is_empty() {
        edited.push_str(end);
    }
    // A file without a line end at its end that says all of it is left as it is.
    if edited.strip_suffix(end) == Some(text) {
        text.to_owned()
    } else {
        edited
    }
}

/// The lines after the head of the profile's section, up to the next one; the last such section, which is what counts.
fn section(lines: &[String], profile: &str) -> Option<(usize, usize)> {
    let is_head = |line: &String| {
        let line = line.trim();
        let inside = line.strip_prefix('[').and_then(|rest| rest.split_once(']'));
        inside.is_some_and(|(name, _)| {
            let name = name.trim();
            let named = name
                .strip_prefix("profile")
                .filter(|rest| rest.starts_with([' ', '\t']))
                .map(|rest| rest.trim().trim_matches('"'));
            named == Some(profile) || (profile == "default" && name == "default")
        })
    };
    let begin = lines.iter().rposition(is_head)? + 1;
    let next = lines[begin..]
        .iter()
        .position(|line| line.trim_start().starts_with('['));
    Some((begin, next.map_or(lines.len(), |next| begin + next)))
}

const BACKUP: &str = ".before-lockstep";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

    use proptest::prelude::*;

    use super::*;

    const FILE: &str = "\
# my own
[default]
region = eu-central-1   # here

[profile prod]
# careful
region = us-east-1
s3 =
    max_concurrent_requests = 20

; the next one
[profile prod-old]
credential_process = other
";

    #[test]
    fn a_setting_is_added_to_its_section_and_everything_else_stays() {
        let once = edited(FILE, "prod", &[("credential_process", "lockstep x")]);
        let expected = FILE.replace(
            "requests = 20\n",
            "requests = 20\ncredential_process = lockstep x\n",
        );
        assert_eq!(once, expected);
        assert_eq!(
            edited(&once, "prod", &[("credential_process", "lockstep x")]),
            once
        );
    }

    #[test]
    fn a_setting_that_is_there_is_replaced_in_its_place() {
        let once = edited(FILE, "prod-old", &[("credential_process", "lockstep x")]);
        assert_eq!(once, FILE.replace("= other", "= lockstep x"));
    }

    #[test]
    fn a_new_profile_stands_at_the_end() {
        assert_eq!(
            edited("", "new", &[("region", "eu-west-1")]),
            "[profile new]\nregion = eu-west-1\n"
        );
        assert_eq!(
            edited("[default]\nregion = x", "new", &[("a", "b")]),
            "[default]\nregion = x\n\n[profile new]\na = b\n"
        );
    }

    #[test]
    fn line_ends_of_windows_stay() {
        let edited = edited("[default]\r\nregion = x\r\n", "default", &[("a", "b")]);
        assert_eq!(edited, "[default]\r\nregion = x\r\na = b\r\n");
    }

    #[test]
    fn the_file_as_it_was_is_kept_and_saying_it_again_changes_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, FILE).unwrap();
        let values = [("credential_process", "lockstep x")];
        let first = configure(&path, "prod", &values, &Faults::none()).unwrap();
        assert!(first.changed);
        assert_eq!(std::fs::read_to_string(first.backup.unwrap()).unwrap(), FILE);
        let second = configure(&path, "prod", &values, &Faults::none()).unwrap();
        assert!(!second.changed && second.backup.is_none());
        assert!(configure(&path, "a]b", &values, &Faults::none()).is_err());
    }

    /// Lines as they stand in such files, and lines that should not.
    fn any_file() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            Just("[default]".to_owned()),
            Just("[profile prod]".to_owned()),
            Just("[ profile  \"prod\" ] # x".to_owned()),
            Just("[sso-session prod]".to_owned()),
            Just("region = eu-west-1".to_owned()),
            Just("credential_process=other".to_owned()),
            Just("  credential_process = nested".to_owned()),
            Just("# credential_process = said".to_owned()),
            Just(String::new()),
            "[^\\r\\n]{0,20}",
        ];
        prop::collection::vec(line, 0..12).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #[test]
        fn whatever_the_file_says_one_line_changes_and_saying_it_again_changes_nothing(file in any_file()) {
            let values = [("credential_process", "lockstep x")];
            let once = edited(&file, "prod", &values);
            prop_assert_eq!(&edited(&once, "prod", &values), &once);
            let (before, after): (Vec<&str>, Vec<&str>) = (file.lines().collect(), once.lines().collect());
            if before.len() == after.len() {
                let differs = before.iter().zip(&after).filter(|(old, new)| old != new).count();
                prop_assert!(differs <= 1, "{:?} became {:?}", file, once);
            } else {
                let mut rest = after.iter();
                let stays = before.iter().all(|old| rest.any(|new| new == old));
                prop_assert!(stays, "{:?} became {:?}", file, once);
            }
            let said = once.contains("lockstep x");
            prop_assert!(said, "{:?} became {:?}", file, once);
        }
    }
}
