//! The formats there are, and what people call them.

use std::fmt;

/// Which app's file, in which of its forms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// Links, one on each line: `otpauth://`, `otpauth-migration://`, `steam://`.
    Links,
    /// Plain or encrypted.
    Aegis,
    /// Plain or encrypted, the old way too.
    AndOtp,
    /// Always plain.
    Authme,
    /// Preferences from a rooted phone.
    Authy,
    /// JSON, plain or password-protected.
    Bitwarden,
    /// The CSV of the same app.
    BitwardenCsv,
    /// Accounts from a rooted phone.
    Duo,
    /// Plain or encrypted.
    Ente,
    /// Version 1: preferences from a rooted phone.
    FreeOtp1,
    /// Version 2: an encrypted backup.
    FreeOtp2,
    /// The one with a plus: JSON.
    FreeOtpPlus,
    /// A database of that app or of one of its kin.
    KeePass,
    /// The authenticator, not the password manager.
    LastPass,
    /// The authenticator, plain or encrypted.
    Proton,
    /// The password manager, zip.
    ProtonPass,
    /// A zip with a password.
    Raivo,
    /// The app's own files.
    Steam,
    /// Formerly Authenticator Pro; plain, encrypted, or encrypted the old way.
    Stratum,
    /// Plain or encrypted.
    TwoFas,
    /// Text or zip.
    WinAuth,
}

impl Format {
    /// Every format there is.
    pub const ALL: &[Self] = &[
        Self::Links,
        Self::Aegis,
        Self::AndOtp,
        Self::Authme,
        Self::Authy,
        Self::Bitwarden,
        Self::BitwardenCsv,
        Self::Duo,
        Self::Ente,
        Self::FreeOtp1,
        Self::FreeOtp2,
        Self::FreeOtpPlus,
        Self::KeePass,
        Self::LastPass,
        Self::Proton,
        Self::ProtonPass,
        Self::Raivo,
        Self::Steam,
        Self::Stratum,
        Self::TwoFas,
        Self::WinAuth,
    ];

    /// The name on the command line: `aegis`, `bitwarden-csv`, …
    pub const fn name(self) -> &'static str {
        match self {
            Self::Links => "uris",
            Self::Aegis => "aegis",
            Self::AndOtp => "andotp",
            Self::Authme => "authme",
            Self::Authy => "authy",
            Self::Bitwarden => "bitwarden",
            Self::BitwardenCsv => "bitwarden-csv",
            Self::Duo => "duo",
            Self::Ente => "ente",
            Self::FreeOtp1 => "freeotp1",
            Self::FreeOtp2 => "freeotp2",
            Self::FreeOtpPlus => "freeotp-plus",
            Self::KeePass => "keepass",
            Self::LastPass => "lastpass",
            Self::Proton => "proton",
            Self::ProtonPass => "proton-pass",
            Self::Raivo => "raivo",
            Self::Steam => "steam",
            Self::Stratum => "stratum",
            Self::TwoFas => "2fas",
            Self::WinAuth => "winauth",
        }
    }

    /// The app's own name, for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Links => "a list of links",
            Self::Aegis => "Aegis",
            Self::AndOtp => "andOTP",
            Self::Authme => "Authme",
            Self::Authy => "Authy",
            Self::Bitwarden | Self::BitwardenCsv => "Bitwarden",
            Self::Duo => "Duo Mobile",
            Self::Ente => "Ente Auth",
            Self::FreeOtp1 | Self::FreeOtp2 => "FreeOTP",
            Self::FreeOtpPlus => "FreeOTP+",
            Self::KeePass => "KeePass",
            Self::LastPass => "LastPass Authenticator",
            Self::Proton => "Proton Authenticator",
            Self::ProtonPass => "Proton Pass",
            Self::Raivo => "Raivo OTP",
            Self::Steam => "Steam",
            Self::Stratum => "Stratum",
            Self::TwoFas => "2FAS",
            Self::WinAuth => "WinAuth",
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.title())
    }
}

/// No format has this name. Carries what was asked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not a format that is known; known are {names}", names = known())]
pub struct UnknownFormat(pub String);

impl std::str::FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.iter().find(|format| format.name() == name);
        found.copied().ok_or_else(|| UnknownFormat(name.to_owned()))
    }
}

fn known() -> String {
    let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
    names.join(", ")
}
