//! Other authenticators' files, in and out.
//!
//! [`read`] looks at a file's content, says which app wrote it ([`format`]) and gives its accounts row by row;
//! [`write`] makes the files that other apps read. One private module for each format; none knows another.
//! A hostile file costs at most what [`limits`] says.

pub mod error;
pub mod format;
pub mod limits;
pub mod read;

mod cipher;
mod detect;
mod encoded;
mod json;
mod kdf;
mod row;

mod links;
