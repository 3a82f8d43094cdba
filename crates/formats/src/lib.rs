//! Other authenticators' files, in and out.
//!
//! [`read`] looks at a file's content, says which app wrote it ([`format`]) and gives its accounts row by row;
//! [`write`] makes the files that other apps read. One private module for each format; none knows another.
//! A hostile file costs at most what [`limits`] says.

pub mod error;
pub mod export;
pub mod format;
pub mod limits;
pub mod read;
pub mod write;

mod cipher;
mod detect;
mod encoded;
mod json;
mod kdf;
mod login;
mod random;
mod row;

mod aegis;
mod aegis_write;
mod andotp;
mod authme;
mod bitwarden;
mod bitwarden_csv;
mod bitwarden_seal;
mod duo;
mod ente;
mod freeotp_plus;
mod lastpass;
mod links;
mod proton;
mod steam;
mod stratum;
mod two_fas;
