//! Holding a code on the clipboard: on X11 and Wayland what was copied is served by a living process, so a child of
//! this one stays behind until it has taken the code back.

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use lockstep_device::clipboard::{Clipboard, ClipboardError};
use zeroize::Zeroizing;

use crate::error::CliError;
use crate::files;
use crate::output::Output;

/// How long a code stays on the clipboard, in seconds.
pub(crate) const HOLD_SECONDS: u64 = 30;

/// The child's first argument. It is no command: nobody but [`hand_over`] calls it.
const HOLD: &str = "clipboard-hold";

/// What the child says once the code is on the clipboard.
const HELD: &str = "held\n";

/// Starts the child and hands it `code` on its standard input. Returns when the code is on the clipboard.
pub(crate) fn hand_over(code: &str) -> Result<(), CliError> {
    let mut child = Command::new(std::env::current_exe().map_err(CliError::ClipboardHelper)?);
    child
        .args([HOLD, &HOLD_SECONDS.to_string()])
        .current_dir(if cfg!(unix) { "/" } else { "." })
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = child.spawn().map_err(CliError::ClipboardHelper)?;
    let handed = child
        .stdin
        .take()
        .map_or(Ok(()), |mut stdin| stdin.write_all(code.as_bytes()));
    handed.map_err(CliError::ClipboardHelper)?;
    let mut answer = [0_u8; HELD.len()];
    let read = child
        .stdout
        .take()
        .map_or(Ok(()), |mut stdout| stdout.read_exact(&mut answer));
    match read {
        Ok(()) if answer == HELD.as_bytes() => Ok(()),
        Err(error) if error.kind() != io::ErrorKind::UnexpectedEof => Err(CliError::ClipboardHelper(error)),
        _ => Err(ClipboardError::Refused.into()),
    }
}

/// For how many seconds this process was started to hold a code; nothing when it was started for anything else.
pub(crate) fn asked_to_hold() -> Option<u64> {
    let mut arguments = std::env::args_os().skip(1);
    if arguments.next()? == HOLD {
        arguments.next()?.to_str()?.parse().ok()
    } else {
        None
    }
}

/// The child's part: puts what stands on standard input on the clipboard, says so, and takes it back after a while.
/// Sleeping is what it is there for.
pub(crate) fn hold(seconds: u64, output: Output) -> Result<(), CliError> {
    // A terminal that is closed, or Ctrl-C in it, shall not leave the code on the clipboard for good.
    #[cfg(unix)]
    rustix::process::setsid().map_err(|error| CliError::ClipboardHelper(error.into()))?;
    let code = code_from_standard_input()?;
    let mut clipboard = Clipboard::open()?;
    clipboard.put_secret(&code)?;
    output.print(HELD)?;
    thread::sleep(Duration::from_secs(seconds));
    clipboard.clear_if_holds(&code)?;
    Ok(())
}

fn code_from_standard_input() -> Result<Zeroizing<String>, CliError> {
    files::read_text("-".as_ref())
}
