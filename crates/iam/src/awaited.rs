//! What a deed lets time pass for.

use std::fmt;

use serde::Serialize;

/// What is waited for. Its `Display` is English; a window has words of its own for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum Awaited {
    /// The code after the one that holds now.
    NextCode,
    /// The same, as the present one was given to AWS already.
    UnusedCode,
    /// Codes after the last pair that AWS took.
    NewerCodes,
    /// IAM, to know a device that was just made.
    NewDevice,
    /// All of AWS, to know a device that was just enabled.
    DeviceEverywhere,
    /// IAM, to see that a device was taken from its user.
    FreeDevice,
    /// Somebody else's change in IAM.
    OtherChange,
    /// AWS, to take more requests.
    MoreRequests,
    /// Other machines that enrol at the same time.
    OtherEnrolments,
}

impl fmt::Display for Awaited {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::NextCode => "the next code",
            Self::UnusedCode => "the next code; AWS takes each one once",
            Self::NewerCodes => "codes that are newer than the last pair that AWS took",
            Self::NewDevice => "IAM to know the new device",
            Self::DeviceEverywhere => "AWS to know the new device everywhere; a code tried before is lost",
            Self::FreeDevice => "IAM to see that the device is free",
            Self::OtherChange => "somebody else to finish a change in IAM",
            Self::MoreRequests => "AWS to take more requests",
            Self::OtherEnrolments => "others who enrol at the same time",
        })
    }
}
