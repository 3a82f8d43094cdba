//! IAM policies: read from JSON, and judged for one request.

pub mod conditions;
pub mod document;
pub mod pattern;
pub mod reading;
pub mod verdict;
