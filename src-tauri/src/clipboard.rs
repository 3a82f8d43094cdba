//! Codes on the clipboard, and off it again.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use lockstep_device::clipboard::{Clipboard, ClipboardError};
use zeroize::Zeroizing;

/// The clipboard of this session, opened when it is first needed.
#[derive(Default)]
pub struct CodeClipboard {
    held: Mutex<Held>,
    changed: Condvar,
}

#[derive(Default)]
struct Held {
    /// Kept for as long as the app runs: on X11 and Wayland it serves what was put there.
    clipboard: Option<Clipboard>,
    /// The code that is to be taken off again.
    code: Option<Zeroizing<String>>,
    /// Counts the copies, so that the timer of an earlier one leaves a later one alone.
    turn: u64,
}

impl CodeClipboard {
    /// Does something with the clipboard; fails with [`ClipboardError::Missing`] where there is none.
    pub fn with<T>(
        &self,
        deed: impl FnOnce(&mut Clipboard) -> Result<T, ClipboardError>,
    ) -> Result<T, ClipboardError> {
        deed(self.held().open()?)
    }

    /// Puts a code on the clipboard, out of reach of histories, and takes it off after `time` if it is still there;
    /// `cleared` is called then.
    pub fn put(
        self: &Arc<Self>,
        code: Zeroizing<String>,
        time: Duration,
        cleared: impl FnOnce() + Send + 'static,
    ) -> Result<(), ClipboardError> {
        let mut held = self.held();
        held.open()?.put_secret(&code)?;
        held.code = Some(code);
        held.turn = held.turn.wrapping_add(1);
        self.changed.notify_all();
        let (this, turn) = (Arc::clone(self), held.turn);
        std::thread::spawn(move || this.clear_later(turn, time, cleared));
        Ok(())
    }

    /// Takes the code off at once if it is still there. Says whether it did.
    pub fn clear(&self) -> Result<bool, ClipboardError> {
        let mut held = self.held();
        match held.code.take() {
            Some(code) => held.open()?.clear_if_holds(&code),
            None => Ok(false),
        }
    }

    fn clear_later(&self, turn: u64, time: Duration, cleared: impl FnOnce()) {
        let deadline = Instant::now() + time;
        let mut held = self.held();
        while held.turn == turn {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(held);
                match self.clear() {
                    Ok(true) => cleared(),
                    Ok(false) => {}
                    Err(error) => {
                        tracing::warn!(%error, "a copied code could not be taken off the clipboard");
                    }
                }
                return;
            }
            held = self
                .changed
                .wait_timeout(held, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn held(&self) -> MutexGuard<'_, Held> {
        // Each field is true by itself after a panic.
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Held {
    fn open(&mut self) -> Result<&mut Clipboard, ClipboardError> {
        match &mut self.clipboard {
            Some(clipboard) => Ok(clipboard),
            none => Ok(none.insert(Clipboard::open()?)),
        }
    }
}
