//! What several of the tests here need.

pub(crate) mod handed;
pub(crate) mod seed;
