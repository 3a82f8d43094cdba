//! AWS partitions: what stands in an ARN, and which regions a signature may name.

use clap::ValueEnum;
use serde::{Deserialize, Serialize};

/// A partition of AWS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
pub enum Partition {
    /// The commercial regions.
    #[default]
    #[serde(rename = "aws")]
    #[value(name = "aws")]
    Aws,
    /// China.
    #[serde(rename = "aws-cn")]
    #[value(name = "aws-cn")]
    China,
    /// `GovCloud` (US).
    #[serde(rename = "aws-us-gov")]
    #[value(name = "aws-us-gov")]
    GovCloud,
}

impl Partition {
    /// The partition as ARNs spell it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Aws => "aws",
            Self::China => "aws-cn",
            Self::GovCloud => "aws-us-gov",
        }
    }

    /// The one region that IAM's signatures name.
    pub const fn iam_region(self) -> &'static str {
        match self {
            Self::Aws => "us-east-1",
            Self::China => "cn-north-1",
            Self::GovCloud => "us-gov-west-1",
        }
    }

    /// Whether a signature for STS may name this region. STS is regional; any region of the partition is its own.
    pub fn has_region(self, region: &str) -> bool {
        let of = |prefix: &str| region.starts_with(prefix);
        let well_formed = region.split('-').count() >= 3
            && region
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
        well_formed
            && match self {
                Self::Aws => !of("cn-") && !of("us-gov-") && !of("us-iso"),
                Self::China => of("cn-"),
                Self::GovCloud => of("us-gov-"),
            }
    }
}
