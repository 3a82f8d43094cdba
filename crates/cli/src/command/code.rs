//! `code`.

use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::show::{Place, Which};
use lockstep_device::authenticator::view::{AccountView, OtpKind};
use lockstep_device::clipboard::Clipboard;
use lockstep_device::error::Error;
use lockstep_device::time::UnixTime;

use crate::args::CodeArgs;
use crate::command::{Outcome, clipboard, shown};
use crate::error::CliError;
use crate::prompt;
use crate::report::code::{CodeReport, PairReport, Shown, frame};
use crate::report::label;
use crate::session::Session;

pub(crate) fn run(args: &CodeArgs, session: &Session) -> Outcome {
    let authenticator = session.open()?;
    let account = authenticator.find(&args.query, Place::Live)?;
    let follows_clock = account.kind != OtpKind::Hotp;
    if !follows_clock && (args.next || args.at.is_some() || args.watch) {
        return Err(Error::NotTimeBased(label(account.issuer.as_deref(), &account.name)).into());
    }
    if args.watch {
        return watch(&authenticator, &account.id, args.next, session);
    }
    if args.copy {
        return copy(&authenticator, &account, args.next);
    }
    if args.pair {
        let pair = authenticator.pair_at(&account.id, moment(args, &authenticator)?)?;
        return shown(PairReport::from(pair));
    }
    let code = if follows_clock {
        authenticator.code_at(&account.id, moment(args, &authenticator)?)?
    } else {
        authenticator.next_hotp_code(&account.id)?
    };
    shown(CodeReport::new(
        code,
        if args.next { Shown::Next } else { Shown::Present },
    ))
}

fn moment(args: &CodeArgs, authenticator: &Authenticator) -> Result<UnixTime, CliError> {
    match args.at {
        Some(seconds) => Ok(UnixTime::from_seconds(seconds)),
        None => Ok(authenticator.now()?),
    }
}

/// Marks the code as used and hands it to the process that holds it on the clipboard.
fn copy(authenticator: &Authenticator, account: &AccountView, next: bool) -> Outcome {
    // Before the code is marked as used, or a counter moves: there must be a clipboard to put it on.
    drop(Clipboard::open()?);
    let which = if next { Which::Next } else { Which::Current };
    let mut view = authenticator.code(&account.id)?;
    let code = authenticator.use_code(&account.id, which)?;
    clipboard::hand_over(code.as_str())?;
    view.used = !next;
    shown(CodeReport::new(view, Shown::Copied(clipboard::HOLD_SECONDS)))
}

/// Shows the code until interrupted. Sleeping is what this command does: to the next whole second, then again.
fn watch(authenticator: &Authenticator, id: &AccountId, next: bool, session: &Session) -> Outcome {
    prompt::end_on_interrupt()?;
    let look = session.output.look();
    let mut last = String::new();
    loop {
        let painted = frame(&authenticator.code(id)?, next, look);
        if painted != last {
            session.output.print(&painted)?;
            last = painted;
        }
        thread::sleep(until_next_second());
    }
}

/// How long it is to the next whole second.
pub(crate) fn until_next_second() -> Duration {
    let past = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |elapsed| elapsed.subsec_nanos());
    // A hair after the second begins, so that the clock has turned when it is read.
    Duration::from_nanos(u64::from(1_000_000_000_u32.saturating_sub(past)).saturating_add(1_000_000))
}
