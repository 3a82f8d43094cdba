//! `aws pair`: two codes for the console, which is the only way for root. AWS is not asked.

use std::io::{self, BufRead, IsTerminal};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;

use lockstep_device::account::AccountId;
use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::show::Place;

use crate::command::code::until_next_second;
use crate::command::{Ending, Outcome, shown};
use crate::prompt;
use crate::report::Exit;
use crate::report::code::{PairReport, pair_frame};
use crate::session::Session;

pub(super) fn run(query: &str, session: &Session) -> Outcome {
    let authenticator = session.open()?;
    let account = authenticator.find(query, Place::Live)?;
    if session.output.json || !session.output.look().terminal {
        let pair = authenticator.pair_at(&account.id, authenticator.now()?)?;
        return shown(PairReport::from(pair));
    }
    watch(&authenticator, &account.id, session)
}

/// Shows the pair until Enter or Ctrl-C.
fn watch(authenticator: &Authenticator, id: &AccountId, session: &Session) -> Outcome {
    prompt::end_on_interrupt()?;
    let look = session.output.look();
    let enter = enter();
    loop {
        let now = authenticator.now()?;
        let pair = authenticator.pair_at(id, now)?;
        session.output.print(&pair_frame(&pair, now, look))?;
        match &enter {
            Some(enter) => match enter.recv_timeout(until_next_second()) {
                Err(RecvTimeoutError::Timeout) => {}
                Ok(()) | Err(RecvTimeoutError::Disconnected) => return Ok(Ending::Shown(Exit::Done)),
            },
            None => thread::sleep(until_next_second()),
        }
    }
}

/// Tells when Enter is pressed; nothing where nobody can.
fn enter() -> Option<Receiver<()>> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        return None;
    }
    let (sender, receiver) = channel();
    thread::spawn(move || {
        // Whatever it was, or the end of it: the pair is no longer looked at.
        let _ = stdin.lock().read_line(&mut String::new());
        let _ = sender.send(());
    });
    Some(receiver)
}
