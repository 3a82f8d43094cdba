//! Looking through a camera until a code is seen.

use std::time::Duration;

use zeroize::Zeroizing;

use super::glimpse::{Glimpse, shrunk};
use super::{CameraError, Frames};
use crate::qr::decode::{Cancel, DecodeError, DecodeLimits, decode};
use crate::qr::pixels::Picture;

/// Looks at frame after frame until one shows QR codes, and gives all of its texts; nothing where it was cancelled.
///
/// `show` gets a small picture of each frame in which none was found, or nothing where that is not sure. The frame is searched
/// first, for as long as there is time; then the small picture by itself and to the end, so that what could be read in it
/// never goes there, however slow the machine is.
pub fn look(
    frames: &mut dyn Frames,
    cancel: &Cancel,
    show: &mut dyn FnMut(Option<Glimpse>),
) -> Result<Option<Vec<Zeroizing<String>>>, CameraError> {
    let mut silences = 0;
    while !cancel.is_cancelled() {
        let Some(frame) = frames.next(GLANCE)? else {
            silences += 1;
            if silences > MOST_SILENCES {
                return Err(CameraError::Silent(frames.name().to_owned()));
            }
            continue;
        };
        silences = 0;
        let small = shrunk(&frame);
        let glimpse = Glimpse::of(&small);
        let mut is_searched = false;
        for (picture, budget) in [(frame, FRAME_BUDGET), (small, GLIMPSE_BUDGET)] {
            match texts(picture, budget, cancel) {
                Ok(texts) => return Ok(Some(texts)),
                Err(DecodeError::NotFound { passes_finished }) => is_searched = passes_finished,
                Err(DecodeError::Cancelled) => return Ok(None),
                Err(error @ DecodeError::NoThread(_)) => {
                    return Err(CameraError::Failed {
                        name: frames.name().to_owned(),
                        reason: error.to_string(),
                    });
                }
            }
        }
        show(glimpse.filter(|_| is_searched));
    }
    Ok(None)
}

fn texts(picture: Picture, budget: Duration, cancel: &Cancel) -> Result<Vec<Zeroizing<String>>, DecodeError> {
    let steady = true;
    decode(picture, &DecodeLimits { budget, steady }, cancel)
}

/// How long a cancelled token may go unnoticed while a frame is waited for.
const GLANCE: Duration = Duration::from_millis(50);
/// Five seconds: some cameras take two to wake.
const MOST_SILENCES: u32 = 100;
/// What is not found in a frame by then is looked for in the next: a hand moves meanwhile, and finds the place.
const FRAME_BUDGET: Duration = Duration::from_millis(100);
/// A twentieth of a second is enough on a machine that has nothing else to do.
const GLIMPSE_BUDGET: Duration = Duration::from_secs(1);
