//! The one door in: a file's content to its accounts.

use lockstep_device::account::Label;
use lockstep_device::otpauth::{Parsed, Skipped, Warning};
use lockstep_device::passphrase::Passphrase;

use crate::detect::Look;
use crate::error::ReadError;
use crate::format::Format;
use crate::limits::{MAX_ACCOUNTS, MAX_FILE_BYTES, at_most};
use crate::row::Rows;
use crate::{
    aegis, andotp, andotp_seal, authme, authy, bitwarden, bitwarden_csv, duo, ente, freeotp_plus, freeotp1,
    freeotp2, keepass, lastpass, links, proton, proton_pass, raivo, steam, stratum, two_fas, winauth,
};

/// What one file holds.
pub struct Contents {
    /// Whose file it is.
    pub format: Format,
    /// Its accounts in order; those that cannot be taken with their reason.
    pub rows: Vec<Result<Parsed, Skipped>>,
    /// What is odd about the whole: QR codes of an export that are missing.
    pub warnings: Vec<Warning>,
}

/// Reads a file. `format` is only to be named where the content does not say it; `password` is needed for protected
/// files alone: without one they give [`ReadError::PasswordNeeded`], at no cost.
pub fn read(
    bytes: &[u8],
    format: Option<Format>,
    password: Option<&Passphrase>,
) -> Result<Contents, ReadError> {
    let found = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if found > MAX_FILE_BYTES {
        return Err(ReadError::TooLarge {
            found,
            limit: MAX_FILE_BYTES,
        });
    }
    let Some(format) = format.or_else(|| detect(bytes)) else {
        return Err(closed(bytes).map_or(ReadError::Unrecognised, ReadError::NotExportable));
    };
    let (mut rows, warnings) = rows(format, bytes, password)?;
    if rows.len() > MAX_ACCOUNTS {
        let count = |rows: usize| u64::try_from(rows).unwrap_or(u64::MAX);
        at_most(format, "accounts", count(rows.len()), count(MAX_ACCOUNTS))?;
    }
    name_the_nameless(&mut rows);
    Ok(Contents {
        format,
        rows,
        warnings,
    })
}

/// What is left out must be found again: what has no name is called by its place.
fn name_the_nameless(rows: &mut Rows) {
    for (index, row) in rows.iter_mut().enumerate() {
        if let Err(Skipped { label, .. }) = row
            && *label == Label::default()
        {
            label.name = format!("number {}", index + 1);
        }
    }
}

/// Whose file it is, by its content; nothing when that says too little. It is cheap, and no password is tried.
pub fn detect(bytes: &[u8]) -> Option<Format> {
    let look = Look::new(bytes);
    let found = SIGNS.iter().find(|(_, is)| is(&look));
    found.map(|(format, _)| *format)
}

/// The app whose own store it is, of those that let nothing out.
fn closed(bytes: &[u8]) -> Option<&'static str> {
    // The phone's database of accounts, which is out of reach for everyone but the app.
    let is_microsoft = bytes.starts_with(b"SQLite format 3\0")
        && bytes.windows(MICROSOFT.len()).any(|window| window == MICROSOFT);
    is_microsoft.then_some("Microsoft Authenticator")
}

/// A column of its table of accounts.
const MICROSOFT: &[u8] = b"oath_secret_key";

type Sign = fn(&Look<'_>) -> bool;

/// How each format is known, the surest signs first.
const SIGNS: &[(Format, Sign)] = &[
    (Format::Stratum, stratum::is),
    (Format::Aegis, aegis::is),
    (Format::TwoFas, two_fas::is),
    (Format::Bitwarden, bitwarden::is),
    (Format::BitwardenCsv, bitwarden_csv::is),
    (Format::FreeOtpPlus, freeotp_plus::is),
    (Format::Authme, authme::is),
    (Format::LastPass, lastpass::is),
    (Format::Steam, steam::is),
    (Format::Duo, duo::is),
    (Format::AndOtp, andotp::is),
    (Format::Ente, ente::is),
    (Format::Proton, proton::is),
    (Format::FreeOtp1, freeotp1::is),
    (Format::KeePass, keepass::is),
    (Format::FreeOtp2, freeotp2::is),
    (Format::Authy, authy::is),
    (Format::WinAuth, winauth::is),
    (Format::Raivo, raivo::is),
    (Format::ProtonPass, proton_pass::is),
    (Format::Links, links::is),
    // Last: it has no mark and claims whatever looks like noise.
    (Format::AndOtp, andotp_seal::is),
];

/// The accounts in a file of this format, and what is odd about the whole.
fn rows(
    format: Format,
    bytes: &[u8],
    password: Option<&Passphrase>,
) -> Result<(Rows, Vec<Warning>), ReadError> {
    let rows = match format {
        Format::Links => return links::read(bytes),
        Format::Aegis => aegis::read(bytes, password),
        Format::AndOtp => andotp::read(bytes, password),
        Format::Authme => authme::read(bytes),
        Format::Bitwarden => bitwarden::read(bytes, password),
        Format::BitwardenCsv => bitwarden_csv::read(bytes),
        Format::Duo => duo::read(bytes),
        Format::Ente => ente::read(bytes, password),
        Format::FreeOtp1 => freeotp1::read(bytes),
        Format::FreeOtp2 => freeotp2::read(bytes, password),
        Format::FreeOtpPlus => freeotp_plus::read(bytes),
        Format::LastPass => lastpass::read(bytes),
        Format::Proton => proton::read(bytes, password),
        Format::Steam => steam::read(bytes),
        Format::Stratum => stratum::read(bytes, password),
        Format::TwoFas => two_fas::read(bytes, password),
        Format::Authy => authy::read(bytes, password),
        Format::ProtonPass => proton_pass::read(bytes),
        Format::Raivo => raivo::read(bytes, password),
        Format::WinAuth => winauth::read(bytes, password),
        Format::KeePass => keepass::read(bytes, password),
    };
    Ok((rows?, Vec::new()))
}
