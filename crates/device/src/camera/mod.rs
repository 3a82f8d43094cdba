//! Cameras, to hold QR codes in front of. What they see is erased when dropped.

#[cfg(target_os = "linux")]
mod frame;
pub mod glimpse;
pub mod look;
#[cfg(debug_assertions)]
mod pictures;
#[cfg(target_os = "linux")]
mod v4l;

use std::time::Duration;

use serde::Serialize;

use crate::qr::pixels::Picture;

/// Why there is no camera, or why it shows nothing any more.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CameraError {
    /// There is none.
    #[error("there is no camera: nothing in /dev is one")]
    Missing,
    /// Cameras are not built in for this system.
    #[error("cameras are not built in on {0}")]
    Unsupported(&'static str),
    /// The system does not let this user open it.
    #[error("the camera {name} may not be used: this user cannot open {device}")]
    Refused {
        /// What the camera calls itself.
        name: String,
        /// Its device file.
        device: String,
    },
    /// Another program uses it.
    #[error("the camera {0} is in use by another program")]
    Busy(String),
    /// It is not there any more.
    #[error("the camera {0} was unplugged")]
    Unplugged(String),
    /// It shows pictures in a way that is not read.
    #[error("the camera {name} shows pictures as {offered}, and none of that is read")]
    Format {
        /// What the camera calls itself.
        name: String,
        /// The four characters of each format.
        offered: String,
    },
    /// It is on, and no picture that can be read comes.
    #[error("the camera {0} is on, and no picture comes that can be read")]
    Silent(String),
    /// The system says something else.
    #[error("the camera {name} cannot be used: {reason}")]
    Failed {
        /// What the camera calls itself.
        name: String,
        /// What the system said.
        reason: String,
    },
}

/// One camera.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct CameraView {
    /// By which it is opened, such as `/dev/video0`.
    pub id: String,
    /// What it calls itself.
    pub name: String,
}

/// Whatever knows which cameras there are.
pub trait Cameras: Send + Sync {
    /// All of them, the usual one first; at least one.
    fn list(&self) -> Result<Vec<CameraView>, CameraError>;
    /// Switches one on, the first where none is named. It is on until what is given is dropped.
    fn open(&self, id: Option<&str>) -> Result<Box<dyn Frames>, CameraError>;
}

/// A camera that is on.
pub trait Frames: Send {
    /// What it calls itself.
    fn name(&self) -> &str;
    /// The next picture; nothing where none that can be read came within `wait`.
    fn next(&mut self, wait: Duration) -> Result<Option<Picture>, CameraError>;
}

/// The cameras of this machine. In a build for tests, those that `LOCKSTEP_TEST_CAMERAS` names, where it is set.
pub fn of_session(variable: impl Fn(&str) -> Option<String>) -> Box<dyn Cameras> {
    #[cfg(debug_assertions)]
    if let Some(folder) = variable("LOCKSTEP_TEST_CAMERAS") {
        return Box::new(pictures::Folder(folder.into()));
    }
    // A build for people heeds no variable.
    let _ = variable;
    machine()
}

#[cfg(target_os = "linux")]
fn machine() -> Box<dyn Cameras> {
    Box::new(v4l::Devices::default())
}

#[cfg(not(target_os = "linux"))]
fn machine() -> Box<dyn Cameras> {
    Box::new(Unsupported)
}

/// A system whose cameras are not built in.
#[cfg(not(target_os = "linux"))]
struct Unsupported;

#[cfg(not(target_os = "linux"))]
impl Cameras for Unsupported {
    fn list(&self) -> Result<Vec<CameraView>, CameraError> {
        Err(CameraError::Unsupported(std::env::consts::OS))
    }

    fn open(&self, _id: Option<&str>) -> Result<Box<dyn Frames>, CameraError> {
        Err(CameraError::Unsupported(std::env::consts::OS))
    }
}

/// No cameras, as long as nobody brings any.
pub struct NoCameras;

impl Cameras for NoCameras {
    fn list(&self) -> Result<Vec<CameraView>, CameraError> {
        Err(CameraError::Missing)
    }

    fn open(&self, _id: Option<&str>) -> Result<Box<dyn Frames>, CameraError> {
        Err(CameraError::Missing)
    }
}
