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

mod archive;
mod cipher;
mod detect;
mod encoded;
mod java;
mod json;
mod kdbx;
mod kdbx_header;
mod kdbx_xml;
mod kdf;
mod login;
mod random;
mod row;
mod xml;

mod aegis;
mod aegis_write;
mod andotp;
mod andotp_seal;
mod authme;
mod authy;
mod bitwarden;
mod bitwarden_csv;
mod bitwarden_seal;
mod duo;
mod ente;
mod freeotp1;
mod freeotp2;
mod freeotp_plus;
mod freeotp_token;
mod keepass;
mod lastpass;
mod links;
mod proton;
mod proton_pass;
mod raivo;
mod steam;
mod stratum;
mod two_fas;
mod winauth;
