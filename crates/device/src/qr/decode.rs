//! The texts of all QR codes in a picture, within a time.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use thiserror::Error;
use zeroize::Zeroizing;

use super::passes::{self, Limits};
use super::pixels::Picture;
use super::readers::Sighting;

/// How long a picture may be looked at.
#[derive(Clone, Copy)]
pub struct DecodeLimits {
    /// Time until the answer is given, whatever it is then.
    pub budget: Duration,
    /// Leaves out what may take far longer than foreseen: where picture follows picture, threads that outlive their answers
    /// would gather.
    pub steady: bool,
}

impl Default for DecodeLimits {
    fn default() -> Self {
        Self {
            budget: Duration::from_secs(3),
            steady: false,
        }
    }
}

/// Ends a running [`decode`] from another thread. Clones are the same token.
#[derive(Clone, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
    /// A token that nothing has cancelled yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The decoding that holds this token answers within a few hundredths of a second.
    pub fn cancel(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// Whether it was.
    pub fn is_cancelled(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Why there is no text.
#[derive(Debug, Error)]
pub enum DecodeError {
    /// Nothing in the picture could be read as a QR code.
    #[error(
        "there is no QR code in the picture that can be read{}",
        if *passes_finished { "" } else { " (the time for it ended before everything was tried)" }
    )]
    NotFound {
        /// False where the budget ended before everything was tried.
        passes_finished: bool,
    },
    /// The token was cancelled.
    #[error("reading the picture was cancelled")]
    Cancelled,
    /// The system gives no thread to work on.
    #[error("no thread could be started to read the picture: {0}")]
    NoThread(#[from] io::Error),
}

/// The texts of all QR codes in the picture, each once, rows from the top and in each from the left; at least one.
///
/// The work is done on a thread of its own, so that the answer comes when the budget ends (with what was found until
/// then) even where a decoder is stuck; such a thread ends when the decoder comes back.
pub fn decode(
    picture: Picture,
    limits: &DecodeLimits,
    cancel: &Cancel,
) -> Result<Vec<Zeroizing<String>>, DecodeError> {
    let begun = Instant::now();
    let deadline = begun + limits.budget;
    let allowance = Allowance {
        deadline,
        share_for_more: limits.budget / 4,
        begun,
        steady: limits.steady,
        cancel: cancel.clone(),
    };
    let (sender, receiver) = channel();
    thread::Builder::new()
        .name("qr-decode".into())
        .spawn(move || work(picture, &allowance, &sender))?;
    let (sightings, passes_finished) = collect(&receiver, deadline, cancel)?;
    if sightings.is_empty() {
        return Err(DecodeError::NotFound { passes_finished });
    }
    Ok(in_reading_order(sightings))
}

enum Report {
    Found(Sighting),
    Finished { passes_finished: bool },
}

fn work(picture: Picture, allowance: &Allowance, reports: &Sender<Report>) {
    // Nobody waits any more where a report cannot be sent; the deadline has passed then, and ends the passes as well.
    let passes_finished = passes::run(picture, allowance, &mut |sighting| {
        let _ = reports.send(Report::Found(sighting));
    });
    let _ = reports.send(Report::Finished { passes_finished });
}

/// How long a cancelled token may go unnoticed.
const GLANCE: Duration = Duration::from_millis(20);

fn collect(
    reports: &Receiver<Report>,
    deadline: Instant,
    cancel: &Cancel,
) -> Result<(Vec<Sighting>, bool), DecodeError> {
    let mut sightings = Vec::new();
    loop {
        if cancel.is_cancelled() {
            return Err(DecodeError::Cancelled);
        }
        let left = deadline.saturating_duration_since(Instant::now());
        match reports.recv_timeout(left.min(GLANCE)) {
            Ok(Report::Found(sighting)) => sightings.push(sighting),
            Ok(Report::Finished { passes_finished }) => return Ok((sightings, passes_finished)),
            Err(RecvTimeoutError::Disconnected) => return Ok((sightings, false)),
            Err(RecvTimeoutError::Timeout) if left.is_zero() => return Ok((sightings, false)),
            Err(RecvTimeoutError::Timeout) => {}
        }
    }
}

struct Allowance {
    begun: Instant,
    deadline: Instant,
    share_for_more: Duration,
    steady: bool,
    cancel: Cancel,
}

impl Limits for Allowance {
    fn stop(&self) -> bool {
        self.cancel.is_cancelled() || Instant::now() >= self.deadline
    }

    fn enough(&self) -> bool {
        self.begun.elapsed() >= self.share_for_more
    }

    fn steady(&self) -> bool {
        self.steady
    }
}

/// Rows from the top, each begun by its highest code, and in each row from the left.
fn in_reading_order(mut sightings: Vec<Sighting>) -> Vec<Zeroizing<String>> {
    sightings.sort_by(|a, b| a.top().total_cmp(&b.top()));
    let mut texts = Vec::with_capacity(sightings.len());
    while !sightings.is_empty() {
        let first = sightings.remove(0);
        let (mut row, below): (Vec<_>, Vec<_>) =
            sightings.into_iter().partition(|code| code.stands_beside(&first));
        row.push(first);
        row.sort_by(|a, b| a.left().total_cmp(&b.left()));
        texts.extend(row.into_iter().map(|code| code.text));
        sightings = below;
    }
    texts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str, left: f32, top: f32) -> Sighting {
        let (right, bottom) = (left + 50.0, top + 50.0);
        Sighting {
            text: Zeroizing::new(text.into()),
            corners: [(left, top), (right, top), (right, bottom), (left, bottom)],
        }
    }

    #[test]
    fn codes_are_told_row_by_row_even_where_a_row_is_a_little_crooked() {
        let sightings = vec![
            code("4", 90.0, 190.0),
            code("2", 100.0, 0.0),
            code("3", 10.0, 200.0),
            code("1", 0.0, 8.0),
        ];
        let texts = in_reading_order(sightings);
        let texts: Vec<_> = texts.iter().map(|text| text.as_str()).collect();
        assert_eq!(texts, ["1", "2", "3", "4"]);
    }
}
