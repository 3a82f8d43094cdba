//! Questions to the person at the terminal.

use std::fs::File;
use std::io::{self, BufRead, IsTerminal};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};

use lockstep_device::passphrase::Passphrase;
use zeroize::Zeroizing;

use crate::error::CliError;
use crate::files;
use crate::output::Output;
use crate::report::{Exit, visible};

/// Whether a prompt without echo has the terminal, which must be put back before the process ends.
static ECHO_IS_OFF: AtomicBool = AtomicBool::new(false);

/// How often a secret may be typed.
const TRIES: usize = 3;

/// Whether there is a person who can be asked.
pub(crate) fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal() && !is_in_background(&io::stdin())
}

/// Whether somebody sits at a terminal, although the streams go elsewhere: what AWS's tools start writes into pipes of theirs.
pub(crate) fn has_terminal() -> bool {
    let terminal = if cfg!(windows) { "CONIN$" } else { "/dev/tty" };
    File::options()
        .read(true)
        .write(true)
        .open(terminal)
        .is_ok_and(|terminal| !is_in_background(&terminal))
}

/// Whether the person at this terminal is busy with another job. The kernel stops a background job that asks, and whoever
/// waits for its answer waits without an end.
#[cfg(unix)]
fn is_in_background(terminal: &impl std::os::fd::AsFd) -> bool {
    // A terminal that is not the session's own stops nobody, and does not say whose turn it is.
    rustix::termios::tcgetpgrp(terminal).is_ok_and(|front| front != rustix::process::getpgrp())
}

/// Consoles have no background.
#[cfg(not(unix))]
fn is_in_background<T>(_terminal: &T) -> bool {
    false
}

/// From here on Ctrl-C ends the process with its own exit code instead of a signal.
pub(crate) fn end_on_interrupt() -> Result<(), CliError> {
    ctrlc::set_handler(|| {
        if !ECHO_IS_OFF.load(Ordering::SeqCst) {
            std::process::exit(Exit::Interrupted as i32);
        }
    })
    .map_err(|error| match error {
        ctrlc::Error::System(error) => CliError::Terminal(error),
        other => CliError::Terminal(io::Error::other(other)),
    })
}

/// Fails with a usage error unless the person said `--yes` or can be asked. `what` is what would be done.
pub(crate) fn require_consent(yes: bool, what: &str) -> Result<(), CliError> {
    if yes || is_interactive() {
        return Ok(());
    }
    Err(CliError::usage(
        format!("there is no terminal to ask whether to {what}"),
        "Say --yes to do it without being asked.",
    ))
}

/// Asks, and fails with [`CliError::Declined`] unless the answer is yes. With `--yes` nothing is asked.
pub(crate) fn consent(yes: bool, question: &str, output: Output) -> Result<(), CliError> {
    if yes || ask(question, output)? {
        Ok(())
    } else {
        Err(CliError::Declined)
    }
}

/// Whether the answer to `question` is yes; an empty one is no.
pub(crate) fn ask(question: &str, output: Output) -> Result<bool, CliError> {
    let answer = line(&format!("{question} [y/N] "), output)?;
    Ok(matches!(answer.trim().to_ascii_lowercase().as_str(), "y" | "yes"))
}

/// A line, typed where it can be seen.
pub(crate) fn line(question: &str, output: Output) -> Result<String, CliError> {
    output.say(&visible(question));
    let mut answer = String::new();
    io::stdin()
        .lock()
        .read_line(&mut answer)
        .map_err(CliError::Terminal)?;
    if answer.is_empty() {
        output.say("\n");
    }
    Ok(answer)
}

/// A secret, typed without echo.
pub(crate) fn secret(question: &str) -> Result<Zeroizing<String>, CliError> {
    ECHO_IS_OFF.store(true, Ordering::SeqCst);
    let typed = rpassword::prompt_password(format!("{question}: ")).map(Zeroizing::new);
    ECHO_IS_OFF.store(false, Ordering::SeqCst);
    typed.map_err(|error| match error.kind() {
        io::ErrorKind::Interrupted => CliError::Interrupted,
        _ => CliError::Terminal(error),
    })
}

/// Asks for a secret until `open` takes it, three times at the most. `wrong` says in words that it was a wrong one; what
/// another secret would not mend ends it at once.
pub(crate) fn tried<T>(
    question: &str,
    output: Output,
    wrong: impl Fn(&CliError) -> Option<String>,
    open: impl Fn(Zeroizing<String>) -> Result<T, CliError>,
) -> Result<T, CliError> {
    for _ in 1..TRIES {
        let outcome = open(secret(question)?);
        match outcome.as_ref().err().and_then(&wrong) {
            Some(words) => output.note(&words),
            None => return outcome,
        }
    }
    open(secret(question)?)
}

/// A new passphrase: from this file, which `option` names, or typed twice without echo.
pub(crate) fn new_passphrase(file: Option<&PathBuf>, option: &'static str) -> Result<Passphrase, CliError> {
    if let Some(file) = file {
        return parse(files::read_passphrase(file)?);
    }
    if !is_interactive() {
        return Err(CliError::NewPassphraseNeeded { option });
    }
    let first = secret("New passphrase")?;
    let second = secret("The same again")?;
    if first != second {
        return Err(CliError::PassphrasesDiffer);
    }
    parse(first)
}

/// The passphrase of a text that was typed or read.
pub(crate) fn parse(text: Zeroizing<String>) -> Result<Passphrase, CliError> {
    Passphrase::new(text).map_err(|error| CliError::PassphraseRefused(error.to_string()))
}
