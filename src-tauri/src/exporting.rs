//! Accounts to a file that other authenticators read.

use std::path::Path;

use lockstep_device::error::Error;
use lockstep_device::passphrase::Passphrase;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::file::write_atomically;
use lockstep_formats::export::{CannotSay, Exported};
use lockstep_formats::write::{Content, Export, write};
use serde::{Deserialize, Serialize};

use crate::error::ShellError;
use crate::shell::Shell;
use crate::window::{FileKind, Files};

/// What is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ExportKind {
    /// A vault of Aegis under a passphrase.
    Aegis,
    /// The same, readable by everyone.
    AegisPlain,
    /// `otpauth://` links, one a line, readable by everyone.
    Links,
}

/// A file that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct ExportMade {
    /// Where it lies.
    pub path: String,
    /// How many accounts are in it.
    pub accounts: u32,
    /// What is not in it.
    pub left_out: Vec<NotExported>,
}

/// An account that is not in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct NotExported {
    /// What it is called.
    pub label: String,
    /// Why it is not there.
    pub gap: ExportGap,
}

/// Why an account is not in a file for other apps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum ExportGap {
    /// Its seed cannot be read.
    Unreadable,
    /// Its counter is more than the format can keep.
    Counter {
        /// The counter.
        counter: u64,
    },
    /// Something else about it that the format cannot say.
    Format,
}

impl ExportKind {
    /// The name that is offered.
    pub fn file_name(self) -> &'static str {
        match self {
            Self::Aegis | Self::AegisPlain => "lockstep-aegis.json",
            Self::Links => "lockstep-links.txt",
        }
    }

    /// What the file is, for the dialogue.
    pub(crate) fn files(self) -> Files {
        match self {
            Self::Aegis | Self::AegisPlain => Files {
                kind: FileKind::Format("Aegis"),
                endings: &["json"],
            },
            Self::Links => Files {
                kind: FileKind::Links,
                endings: &["txt"],
            },
        }
    }
}

impl Shell {
    /// Writes every account that is not in the trash; the system's dialogue asked whether to replace a file.
    pub fn export(
        &self,
        kind: ExportKind,
        passphrase: Option<&Passphrase>,
        path: &Path,
    ) -> Result<ExportMade, ShellError> {
        let export = match (kind, passphrase) {
            (ExportKind::Aegis, Some(passphrase)) => Export::AegisEncrypted(passphrase),
            (ExportKind::Aegis, None) => return Err(lockstep_device::passphrase::EmptyPassphrase.into()),
            (ExportKind::AegisPlain, _) => Export::Aegis,
            (ExportKind::Links, _) => Export::Links,
        };
        let gathered = self.authenticator()?.disclose(None)?;
        let accounts: Vec<Exported<'_>> = gathered.entries.iter().map(Exported::from).collect();
        let written = write(export, &accounts).map_err(Error::from)?;
        if let Content::File(bytes) = &written.content {
            write_atomically(path, bytes, &Faults::none()).map_err(Error::from)?;
        }
        let not_exported = |label: String, gap| NotExported { label, gap };
        let lacks = gathered.lacks.iter();
        let unreadable = lacks.map(|one| not_exported(one.to_string(), ExportGap::Unreadable));
        let left_out = written.left_out.iter();
        let left_out = left_out.map(|row| not_exported(row.label.to_string(), gap_of(row.reason)));
        Ok(ExportMade {
            path: path.display().to_string(),
            accounts: u32::try_from(accounts.len() - written.left_out.len()).unwrap_or(u32::MAX),
            left_out: left_out.chain(unreadable).collect(),
        })
    }
}

fn gap_of(reason: CannotSay) -> ExportGap {
    match reason {
        CannotSay::AegisCounter(counter) => ExportGap::Counter { counter },
        CannotSay::Google(_) => ExportGap::Format,
    }
}
