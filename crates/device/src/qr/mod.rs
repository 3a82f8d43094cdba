//! QR codes: a picture becomes the texts in it, a text becomes a picture.

pub mod decode;
pub mod encode;
pub(crate) mod panics;
mod passes;
pub mod pixels;
pub(crate) mod planes;
mod readers;

/// What a text from a QR code is for, as far as its beginning tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextKind {
    /// A Key URI: one account.
    Otpauth,
    /// Google Authenticator's transfer: several accounts.
    Migration,
    /// A Steam Guard seed.
    Steam,
    /// A web address.
    Web,
    /// Wi-Fi credentials.
    Wifi,
    /// A business card (vCard, MECARD).
    Contact,
    /// A calendar entry.
    Calendar,
    /// A telephone number.
    Phone,
    /// A text message to send.
    Message,
    /// An e-mail to send.
    Mail,
    /// Microsoft Authenticator's own registration, which holds no seed.
    MicrosoftPush,
    /// A Mobile-OTP seed, which is not an RFC 6238 one.
    MobileOtp,
    /// Something of another application, by its URI scheme.
    OtherApp,
    /// Any other text.
    Other,
}

impl TextKind {
    /// Whether accounts can be taken in from such a text.
    pub fn is_account(self) -> bool {
        matches!(self, Self::Otpauth | Self::Migration | Self::Steam)
    }

    /// What it is, for people, to stand after "the QR code holds". Says nothing of the text itself.
    pub fn words(self) -> &'static str {
        match self {
            Self::Otpauth => "an account (otpauth URI)",
            Self::Migration => "accounts exported by Google Authenticator",
            Self::Steam => "a Steam Guard seed",
            Self::Web => "a web address",
            Self::Wifi => "Wi-Fi credentials",
            Self::Contact => "a business card",
            Self::Calendar => "a calendar entry",
            Self::Phone => "a telephone number",
            Self::Message => "a text message",
            Self::Mail => "an e-mail address or message",
            Self::MicrosoftPush => {
                "a registration for Microsoft Authenticator's own notifications; choose \"a different authenticator app\" there"
            }
            Self::MobileOtp => "a Mobile-OTP account, which no RFC 6238 device can host",
            Self::OtherApp => "something for another application",
            Self::Other => "a text that is no account",
        }
    }
}

/// Beginnings, in lower case, and what they tell.
const BEGINNINGS: &[(&str, TextKind)] = &[
    ("otpauth://", TextKind::Otpauth),
    ("otpauth-migration://", TextKind::Migration),
    ("steam://", TextKind::Steam),
    ("http://", TextKind::Web),
    ("https://", TextKind::Web),
    ("www.", TextKind::Web),
    ("urlto:", TextKind::Web),
    ("mebkm:", TextKind::Web),
    ("wifi:", TextKind::Wifi),
    ("begin:vcard", TextKind::Contact),
    ("mecard:", TextKind::Contact),
    ("bizcard:", TextKind::Contact),
    ("begin:vevent", TextKind::Calendar),
    ("begin:vcalendar", TextKind::Calendar),
    ("tel:", TextKind::Phone),
    ("sms:", TextKind::Message),
    ("smsto:", TextKind::Message),
    ("mms:", TextKind::Message),
    ("mmsto:", TextKind::Message),
    ("mailto:", TextKind::Mail),
    ("matmsg:", TextKind::Mail),
    ("smtp:", TextKind::Mail),
    ("phonefactor://", TextKind::MicrosoftPush),
    ("motp://", TextKind::MobileOtp),
];

/// Tells what a text is for by its beginning, letter case and space before it aside.
pub fn kind_of(text: &str) -> TextKind {
    let text = text.trim_start().as_bytes();
    let begins_with = |beginning: &str| {
        text.get(..beginning.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(beginning.as_bytes()))
    };
    BEGINNINGS
        .iter()
        .find(|(beginning, _)| begins_with(beginning))
        .map_or_else(|| other_kind(text), |(_, kind)| *kind)
}

/// `scheme "://"`, with the scheme of RFC 3986 §3.1, belongs to an application.
fn other_kind(text: &[u8]) -> TextKind {
    let scheme = text
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(byte))
        .count();
    let starts_with_letter = text.first().is_some_and(u8::is_ascii_alphabetic);
    if starts_with_letter && text.iter().skip(scheme).take(3).eq(b"://") {
        TextKind::OtherApp
    } else {
        TextKind::Other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_told_by_its_beginning_whatever_its_letter_case() {
        for (text, kind) in [
            ("otpauth://totp/a?secret=AA", TextKind::Otpauth),
            ("OTPAUTH://TOTP/A", TextKind::Otpauth),
            ("  otpauth://hotp/a", TextKind::Otpauth),
            ("otpauth-migration://offline?data=", TextKind::Migration),
            ("steam://ABC", TextKind::Steam),
            ("https://example.com", TextKind::Web),
            ("WIFI:S:home;T:WPA;P:pass;;", TextKind::Wifi),
            ("BEGIN:VCARD\r\nVERSION:2.1", TextKind::Contact),
            ("BEGIN:VEVENT", TextKind::Calendar),
            ("tel:+41", TextKind::Phone),
            ("SMSTO:+41:hello", TextKind::Message),
            ("mailto:a@example.com", TextKind::Mail),
            ("phonefactor://activate", TextKind::MicrosoftPush),
            ("motp://a:b?secret=", TextKind::MobileOtp),
            ("duo-x.1+y://z", TextKind::OtherApp),
            ("1a://z", TextKind::Other),
            ("://z", TextKind::Other),
            ("a:/", TextKind::Other),
            ("otpauth", TextKind::Other),
            ("日本語", TextKind::Other),
            ("", TextKind::Other),
        ] {
            assert_eq!(kind_of(text), kind, "{text}");
        }
    }

    #[test]
    fn only_what_holds_seeds_of_ours_is_an_account() {
        assert!(kind_of("otpauth://totp/a").is_account());
        assert!(!kind_of("motp://a").is_account());
        assert!(!kind_of("https://example.com").is_account());
    }
}
