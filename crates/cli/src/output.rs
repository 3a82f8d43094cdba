//! The one place that writes to standard output and standard error.

use std::io::{self, IsTerminal, Write};

use anstyle::{AnsiColor, Style};

use crate::args::{ColorWhen, GlobalArgs};
use crate::error::CliError;
use crate::report::{Look, Report, visible};

const ERROR: Style = AnsiColor::Red.on_default().bold();
const HELP: Style = AnsiColor::Cyan.on_default().bold();
const NOTE: Style = AnsiColor::Yellow.on_default().bold();

/// How results, notes and errors are said.
#[derive(Clone, Copy)]
pub(crate) struct Output {
    /// One JSON value on standard output, nothing else there.
    pub(crate) json: bool,
    quiet: bool,
    color: ColorWhen,
}

impl Output {
    pub(crate) fn new(global: &GlobalArgs) -> Self {
        Self {
            json: global.json,
            quiet: global.quiet,
            color: global.color,
        }
    }

    /// For an error in the command line itself, before there are options.
    pub(crate) fn before_options(json: bool) -> Self {
        Self {
            json,
            quiet: false,
            color: ColorWhen::Auto,
        }
    }

    /// How standard output looks to the person in front of it.
    pub(crate) fn look(self) -> Look {
        let terminal = io::stdout().is_terminal();
        Look {
            terminal,
            color: self.colored(terminal),
        }
    }

    fn colored(self, terminal: bool) -> bool {
        match self.color {
            ColorWhen::Always => true,
            ColorWhen::Never => false,
            ColorWhen::Auto => {
                // https://no-color.org: present and not empty.
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
                terminal && !refused && !dumb
            }
        }
    }

    /// A command's result.
    pub(crate) fn report(self, report: &dyn Report) -> Result<(), CliError> {
        if self.json {
            self.print(&format!("{}\n", report.json()))
        } else {
            self.print(&report.text(self.look()))
        }
    }

    /// Text on standard output, as it is.
    pub(crate) fn print(self, text: &str) -> Result<(), CliError> {
        self.bytes(text.as_bytes())
    }

    /// Bytes on standard output, as they are.
    #[expect(
        clippy::unused_self,
        reason = "writing goes through an Output, so that it stays in one place"
    )]
    pub(crate) fn bytes(self, bytes: &[u8]) -> Result<(), CliError> {
        let mut stdout = io::stdout().lock();
        stdout
            .write_all(bytes)
            .and_then(|()| stdout.flush())
            .map_err(CliError::Output)
    }

    /// Something worth knowing besides the result, on standard error.
    pub(crate) fn note(self, text: &str) {
        if !self.quiet {
            self.stderr(NOTE, "note", text);
        }
    }

    /// Something that went wrong beside what was asked for, on standard error.
    pub(crate) fn warning(self, message: &str, remedy: &str) {
        if self.quiet {
            return;
        }
        self.stderr(NOTE, "warning", message);
        if !remedy.is_empty() {
            self.stderr(HELP, "help", remedy);
        }
    }

    /// A line on standard error about what is being done.
    pub(crate) fn progress(self, line: &str) {
        if !self.quiet {
            self.say(&format!("{}\n", visible(line)));
        }
    }

    /// Plain text on standard error: previews and questions.
    #[expect(
        clippy::unused_self,
        reason = "writing goes through an Output, so that it stays in one place"
    )]
    pub(crate) fn say(self, text: &str) {
        let mut stderr = io::stderr().lock();
        // There is nobody left to tell when standard error is gone.
        let _ = stderr.write_all(text.as_bytes()).and_then(|()| stderr.flush());
    }

    /// One more thing that went wrong, on standard error only.
    pub(crate) fn problem(self, message: &str, remedy: &str) {
        self.stderr(ERROR, "error", message);
        if !remedy.is_empty() {
            self.stderr(HELP, "help", remedy);
        }
    }

    /// The error a command ends with.
    pub(crate) fn error(self, error: &CliError) {
        self.problem(&error.to_string(), &error.remedy());
        if self.json {
            let value = serde_json::json!({
                "error": { "code": error.code(), "message": error.to_string(), "remedy": error.remedy() }
            });
            // The exit code still says it when standard output is gone.
            let _ = self.print(&format!("{value}\n"));
        }
    }

    fn stderr(self, style: Style, word: &str, text: &str) {
        let text = visible(text);
        if self.colored(io::stderr().is_terminal()) {
            self.say(&format!("{style}{word}:{style:#} {text}\n"));
        } else {
            self.say(&format!("{word}: {text}\n"));
        }
    }
}
