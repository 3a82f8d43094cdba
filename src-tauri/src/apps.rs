//! The apps whose files are taken, so that the window can say how each of them lets accounts out.

use lockstep_formats::format::Format;
use serde::Serialize;

/// An app whose accounts can come here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum OtherApp {
    /// Aegis.
    Aegis,
    /// Plain or encrypted.
    AndOtp,
    /// Authme.
    Authme,
    /// Bitwarden.
    Bitwarden,
    /// Duo Mobile, from a rooted phone.
    Duo,
    /// Ente Auth.
    Ente,
    /// Both versions.
    FreeOtp,
    /// Its successor with a plus.
    FreeOtpPlus,
    /// Google Authenticator, whose export is QR codes.
    Google,
    /// A database of that app or of one of its kin.
    KeePass,
    /// The authenticator, not the password manager.
    LastPass,
    /// Proton Authenticator.
    Proton,
    /// Proton Pass.
    ProtonPass,
    /// Raivo OTP.
    Raivo,
    /// Steam.
    Steam,
    /// Stratum.
    Stratum,
    /// 2FAS.
    TwoFas,
    /// Text or zip.
    WinAuth,
}

/// One of them, with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, specta::Type)]
pub struct OtherAppView {
    /// Which one.
    pub app: OtherApp,
    /// What people call it.
    pub name: String,
}

impl OtherApp {
    /// Whose files of this format are; nothing where nobody's in particular, or where an app lets none out.
    fn of(format: Format) -> Option<Self> {
        Some(match format {
            Format::Links | Format::Authy => return None,
            Format::Aegis => Self::Aegis,
            Format::AndOtp => Self::AndOtp,
            Format::Authme => Self::Authme,
            Format::Bitwarden | Format::BitwardenCsv => Self::Bitwarden,
            Format::Duo => Self::Duo,
            Format::Ente => Self::Ente,
            Format::FreeOtp1 | Format::FreeOtp2 => Self::FreeOtp,
            Format::FreeOtpPlus => Self::FreeOtpPlus,
            Format::KeePass => Self::KeePass,
            Format::LastPass => Self::LastPass,
            Format::Proton => Self::Proton,
            Format::ProtonPass => Self::ProtonPass,
            Format::Raivo => Self::Raivo,
            Format::Steam => Self::Steam,
            Format::Stratum => Self::Stratum,
            Format::TwoFas => Self::TwoFas,
            Format::WinAuth => Self::WinAuth,
        })
    }
}

/// Every app whose accounts can come here, in the order of their names.
pub fn other_apps() -> Vec<OtherAppView> {
    let google = OtherAppView {
        app: OtherApp::Google,
        name: "Google Authenticator".to_owned(),
    };
    let mut apps = vec![google];
    for &format in Format::ALL {
        match OtherApp::of(format) {
            Some(app) if apps.iter().all(|known| known.app != app) => apps.push(OtherAppView {
                app,
                name: format.title().to_owned(),
            }),
            _ => {}
        }
    }
    apps.sort_by_cached_key(|app| app.name.to_lowercase());
    apps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_app_stands_once_and_by_its_name() {
        let apps = other_apps();
        let names: Vec<&str> = apps.iter().map(|app| app.name.as_str()).collect();
        assert_eq!(names[..3], ["2FAS", "Aegis", "andOTP"]);
        assert_eq!(names.iter().filter(|name| **name == "Bitwarden").count(), 1);
        assert!(names.contains(&"Google Authenticator") && !names.contains(&"Authy"));
        assert_eq!(names.len(), 18);
    }
}
