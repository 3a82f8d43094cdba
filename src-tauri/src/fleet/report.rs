//! The report as a file.

use std::path::Path;

use lockstep_device::error::Error;
use lockstep_device::store::file::write_atomically;
use lockstep_iam::fleet::page::html;
use lockstep_iam::fleet::run_store::RunId;
use lockstep_iam::fleet::run_table;
use lockstep_iam::fleet::standing::look;
use lockstep_iam::fleet::table::csv;
use serde::Deserialize;

use crate::error::ShellError;
use crate::shell::Shell;
use crate::window::{FileKind, Files};

/// How a report is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum FleetFormat {
    /// For spreadsheets.
    Csv,
    /// For programs.
    Json,
    /// A page that needs nothing else.
    Html,
}

impl FleetFormat {
    /// What the file is, for the dialogue.
    pub(crate) fn files(self) -> Files {
        match self {
            Self::Csv => Files {
                kind: FileKind::Format("CSV"),
                endings: &["csv"],
            },
            Self::Json => Files {
                kind: FileKind::Format("JSON"),
                endings: &["json"],
            },
            Self::Html => Files {
                kind: FileKind::Format("HTML"),
                endings: &["html"],
            },
        }
    }

    fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Html => "html",
        }
    }
}

impl Shell {
    /// The name that is offered for a report.
    pub fn fleet_report_name(&self, format: FleetFormat) -> Result<String, ShellError> {
        let account = self.seen()?.roster.account.clone();
        Ok(format!("mfa-report-{account}.{}", format.ending()))
    }

    /// Writes the report on the last reading; the system's dialogue asked whether to replace a file.
    pub fn save_fleet_report(&self, format: FleetFormat, path: &Path) -> Result<String, ShellError> {
        let seen = self.seen()?;
        let bytes = match format {
            FleetFormat::Csv => csv(&seen.report),
            FleetFormat::Json => {
                let mut bytes = serde_json::to_vec_pretty(&seen.report).map_err(|_| ShellError::BrokeOff)?;
                bytes.push(b'\n');
                bytes
            }
            FleetFormat::Html => html(&seen.report).into_bytes(),
        };
        self.written(path, &bytes)
    }

    /// Writes what became of each user of a run, as CSV.
    pub fn save_run_report(&self, run: &str, path: &Path) -> Result<String, ShellError> {
        let report = look(&*self.authenticator()?, &RunId::try_from(run.to_owned())?)?;
        self.written(path, &run_table::csv(&[report]))
    }

    fn written(&self, path: &Path, bytes: &[u8]) -> Result<String, ShellError> {
        write_atomically(path, bytes, &self.home.faults).map_err(Error::from)?;
        Ok(path.display().to_string())
    }
}
