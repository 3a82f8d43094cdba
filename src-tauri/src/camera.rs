//! The camera while a person holds a code in front of it: on a thread, with a small picture at a time for the window.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use lockstep_device::authenticator::view::PreviewView;
use lockstep_device::camera::glimpse::Glimpse;
use lockstep_device::camera::look::look;
use lockstep_device::camera::{CameraError, CameraView, Cameras, Frames, NoCameras};
use lockstep_device::error::Error;
use lockstep_device::qr::decode::Cancel;
use serde::Serialize;
use zeroize::Zeroizing;

use crate::adding::Round;
use crate::error::ShellError;
use crate::shell::{Shell, locked};
use crate::source::Source;

/// The cameras, and the one that is on.
pub struct CameraDesk {
    pub(crate) cameras: Arc<dyn Cameras>,
    on: Mutex<Option<Watched>>,
}

impl Default for CameraDesk {
    fn default() -> Self {
        Self {
            cameras: Arc::new(NoCameras),
            on: Mutex::default(),
        }
    }
}

/// What a look through the camera gives.
#[derive(Clone, Debug, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum CameraLook {
    /// Nothing new yet.
    Waiting,
    /// A frame without a code, small and grey.
    Glimpse {
        /// As the source of an image.
        picture: String,
    },
    /// Codes were seen, and the camera is off again.
    Found {
        /// Everything that was handed over so far.
        preview: PreviewView,
    },
    /// The camera is off.
    Off,
}

/// A camera that is on, for one round of adding.
#[derive(Clone)]
struct Watched {
    round: Round,
    cancel: Cancel,
    seen: Arc<Seen>,
}

/// What the thread has seen, for whoever asks.
#[derive(Default)]
struct Seen {
    latest: Mutex<Latest>,
    changed: Condvar,
}

/// How a look ended: with the texts of codes, or without.
type End = Result<Option<Vec<Zeroizing<String>>>, CameraError>;

#[derive(Default)]
struct Latest {
    glimpse: Option<Glimpse>,
    /// How many frames nobody asked for, one after the other.
    unasked: u32,
    end: Option<End>,
    is_over: bool,
}

impl CameraDesk {
    /// Switches the camera off. Its thread lets go of it within a few hundredths of a second.
    fn close(&self) -> Option<Watched> {
        let watched = locked(&self.on).take();
        if let Some(watched) = &watched {
            watched.cancel.cancel();
        }
        watched
    }
}

impl Watched {
    /// Looks until codes are seen, or it is cancelled.
    fn run(self, frames: Box<dyn Frames>) {
        let _over = Over(&self.seen);
        // After it, so that the camera is off before anybody hears of it, also where the thread breaks off.
        let mut frames = frames;
        let end = look(&mut *frames, &self.cancel, &mut |glimpse| {
            self.seen.show(glimpse, &self.cancel);
        });
        drop(frames);
        self.seen.end(end);
    }
}

/// A thread that breaks off is waited for by nobody.
struct Over<'a>(&'a Seen);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.end(Ok(None));
        }
    }
}

impl Seen {
    /// Keeps a glimpse until it is asked for, or until the next; cancels where nobody has asked for a while: a window that
    /// hangs must not leave the camera on, whether or not there is anything to show.
    fn show(&self, glimpse: Option<Glimpse>, cancel: &Cancel) {
        let mut latest = locked(&self.latest);
        latest.unasked += 1;
        if latest.unasked > MOST_UNASKED {
            cancel.cancel();
        }
        latest.glimpse = glimpse.or_else(|| latest.glimpse.take());
        self.changed.notify_all();
    }

    fn end(&self, end: End) {
        let mut latest = locked(&self.latest);
        latest.end = Some(end);
        latest.is_over = true;
        self.changed.notify_all();
    }

    /// Waits a moment for what comes next; nothing where nothing came.
    fn next(&self) -> Next {
        let latest = locked(&self.latest);
        let is_idle = |latest: &mut Latest| latest.glimpse.is_none() && !latest.is_over;
        let waited = self.changed.wait_timeout_while(latest, MOMENT, is_idle);
        let (mut latest, _) = waited.unwrap_or_else(std::sync::PoisonError::into_inner);
        latest.unasked = 0;
        if latest.is_over {
            return Next::End(latest.end.take().unwrap_or(Ok(None)));
        }
        latest.glimpse.take().map_or(Next::Nothing, Next::Glimpse)
    }

    /// Waits until the camera is let go of, so that it can be switched on again.
    fn wait_until_over(&self) {
        let latest = locked(&self.latest);
        let waited = self
            .changed
            .wait_timeout_while(latest, RELEASE, |latest| !latest.is_over);
        drop(waited);
    }
}

enum Next {
    Nothing,
    Glimpse(Glimpse),
    End(End),
}

impl Shell {
    /// The cameras, the usual one first.
    pub fn cameras(&self) -> Result<Vec<CameraView>, ShellError> {
        Ok(self.camera.cameras.list().map_err(Error::from)?)
    }

    /// Switches a camera on, the usual one where none is named, and another one off. It goes off by itself when a code was
    /// seen, when the round of adding ends, or when nobody looks.
    pub fn open_camera(&self, id: Option<&str>) -> Result<(), ShellError> {
        let (_, round) = self.adds()?;
        if let Some(before) = self.camera.close() {
            before.seen.wait_until_over();
        }
        let frames = self.camera.cameras.open(id).map_err(Error::from)?;
        let watched = Watched {
            round,
            cancel: Cancel::new(),
            seen: Arc::default(),
        };
        {
            let mut on = locked(&self.camera.on);
            // Who ended the round while the camera woke up found nothing to switch off.
            self.adding.goes_on(&watched.round)?;
            if let Some(other) = on.replace(watched.clone()) {
                other.cancel.cancel();
            }
        }
        let begun = std::thread::Builder::new()
            .name("camera".into())
            .spawn(move || watched.run(frames));
        if begun.is_err() {
            self.close_camera();
            return Err(ShellError::BrokeOff);
        }
        Ok(())
    }

    /// What the camera sees next. What was found in it is added to the round.
    pub fn look(&self) -> Result<CameraLook, ShellError> {
        let (authenticator, _) = self.adds()?;
        let Some(watched) = locked(&self.camera.on).clone() else {
            return Ok(CameraLook::Off);
        };
        let end = match watched.seen.next() {
            Next::Nothing => return Ok(CameraLook::Waiting),
            Next::Glimpse(glimpse) => {
                return Ok(CameraLook::Glimpse {
                    picture: glimpse.to_data_uri(),
                });
            }
            Next::End(end) => end,
        };
        let Some(texts) = end.map_err(Error::from)? else {
            return Ok(CameraLook::Off);
        };
        let mut handed_over = self.adding.of(&watched.round)?;
        handed_over.preview.read_codes(Source::Camera.name(), &texts);
        let preview = handed_over.view(&authenticator)?;
        Ok(CameraLook::Found { preview })
    }

    /// Switches the camera off.
    pub fn close_camera(&self) {
        self.camera.close();
    }
}

/// How long a question waits for a frame.
const MOMENT: Duration = Duration::from_secs(1);
/// How long a camera may take to be let go of before it is asked for again.
const RELEASE: Duration = Duration::from_secs(3);
/// The window asks ten times a second.
const MOST_UNASKED: u32 = 50;
