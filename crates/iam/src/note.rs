//! What a deed remarks and what stops nothing. Its `Display` is English; a window has words of its own for each code, into
//! which it puts the values.

use std::fmt;

use lockstep_device::authenticator::view::{CauseView, NoticeView};
use lockstep_device::serial::SerialNumber;

use crate::error::Error;

/// Something that a person should know of a deed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Note {
    /// Retiring this device had broken off, and cannot be finished now.
    RetirementOpen(SerialNumber, CauseView),
    /// This device is nobody's any more, and these credentials may not delete it.
    LeftBehind(SerialNumber, CauseView),
    /// The same of one that was just made, and whose seed is lost.
    MadeAndLeftBehind(SerialNumber, CauseView),
    /// The deed is done, and stands in the journal all the same.
    StillListed(CauseView),
    /// This device, whose seed is not here, is that user's; it is left alone.
    SomebodyElses(SerialNumber, String),
    /// The device got no tags.
    NoTags(CauseView),
    /// The tags of the device before could not be read.
    TagsUnknown(CauseView),
    /// The user's devices could not be listed.
    DevicesUnknown(CauseView),
}

impl Note {
    /// Stable, kebab-case.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::RetirementOpen(..) => "aws-retirement-open",
            Self::LeftBehind(..) => "aws-device-left-behind",
            Self::MadeAndLeftBehind(..) => "aws-new-device-left-behind",
            Self::StillListed(_) => "aws-done-and-listed",
            Self::SomebodyElses(..) => "aws-device-somebody-elses",
            Self::NoTags(_) => "aws-device-without-tags",
            Self::TagsUnknown(_) => "aws-old-tags-unknown",
            Self::DevicesUnknown(_) => "aws-devices-unknown",
        }
    }

    fn values(&self) -> Vec<String> {
        match self {
            Self::RetirementOpen(serial, _)
            | Self::LeftBehind(serial, _)
            | Self::MadeAndLeftBehind(serial, _) => vec![serial.to_string()],
            Self::SomebodyElses(serial, user) => vec![serial.to_string(), user.clone()],
            Self::StillListed(_) | Self::NoTags(_) | Self::TagsUnknown(_) | Self::DevicesUnknown(_) => {
                vec![]
            }
        }
    }

    fn cause(&self) -> Option<CauseView> {
        match self {
            Self::RetirementOpen(_, cause)
            | Self::LeftBehind(_, cause)
            | Self::MadeAndLeftBehind(_, cause)
            | Self::StillListed(cause)
            | Self::NoTags(cause)
            | Self::TagsUnknown(cause)
            | Self::DevicesUnknown(cause) => Some(cause.clone()),
            Self::SomebodyElses(..) => None,
        }
    }
}

/// The error behind a note.
pub(crate) fn cause(error: impl Into<Error>) -> CauseView {
    let error = error.into();
    CauseView {
        code: error.code().to_owned(),
        message: error.to_string(),
    }
}

impl From<&Note> for NoticeView {
    fn from(note: &Note) -> Self {
        Self {
            code: note.code().to_owned(),
            message: note.to_string(),
            values: note.values(),
            cause: note.cause(),
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cause = self.cause().map(|cause| cause.message).unwrap_or_default();
        match self {
            Self::RetirementOpen(serial, _) => write!(
                formatter,
                "retiring {serial} had broken off, and cannot be finished now: {cause}"
            ),
            Self::LeftBehind(serial, _) => write!(
                formatter,
                "{serial} is nobody's any more, and could not be deleted: {cause}. Someone who may delete MFA devices \
                 can: `lockstep aws delete {serial}`"
            ),
            Self::MadeAndLeftBehind(serial, _) => write!(
                formatter,
                "{serial} was made, its seed is lost, and it could not be deleted: {cause}. Someone who may delete MFA \
                 devices can: `lockstep aws delete {serial}`"
            ),
            Self::StillListed(_) => write!(
                formatter,
                "it is done, and could not be taken off the list of what is under way: {cause}"
            ),
            Self::SomebodyElses(serial, user) => write!(
                formatter,
                "{serial} is assigned to {user}, and its seed is not here; it is left alone"
            ),
            Self::NoTags(_) => write!(formatter, "the device has no tags: {cause}"),
            Self::TagsUnknown(_) => write!(formatter, "the old device's tags are not known: {cause}"),
            Self::DevicesUnknown(_) => write!(formatter, "the user's devices could not be listed: {cause}"),
        }
    }
}
