//! `completions`, `man` and `version`.

use std::path::Path;

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Cli;
use crate::command::{Ending, Outcome, shown};
use crate::error::CliError;
use crate::output::Output;
use crate::report::Exit;
use crate::report::{Done, Look, Report};

pub(crate) fn completions(shell: Shell, output: Output) -> Outcome {
    let mut script = vec![];
    clap_complete::generate(shell, &mut Cli::command(), "lockstep", &mut script);
    output.bytes(&script)?;
    Ok(Ending::Shown(Exit::Done))
}

pub(crate) fn man(folder: Option<&Path>, output: Output) -> Outcome {
    let Some(folder) = folder else {
        let mut page = vec![];
        clap_mangen::Man::new(Cli::command())
            .render(&mut page)
            .map_err(CliError::Output)?;
        output.bytes(&page)?;
        return Ok(Ending::Shown(Exit::Done));
    };
    let failed = |error| CliError::File {
        path: folder.to_owned(),
        done: "written",
        error,
    };
    std::fs::create_dir_all(folder).map_err(failed)?;
    clap_mangen::generate_to(Cli::command(), folder).map_err(failed)?;
    shown(Done {
        outcome: "written",
        sentence: format!("The man pages are in {}.", folder.display()),
    })
}

/// What `version` shows.
pub(crate) struct Version;

pub(crate) fn version() -> Version {
    Version
}

impl Report for Version {
    fn json(&self) -> serde_json::Value {
        serde_json::json!({ "version": env!("CARGO_PKG_VERSION") })
    }

    fn text(&self, _: Look) -> String {
        concat!("lockstep ", env!("CARGO_PKG_VERSION"), "\n").to_owned()
    }
}
