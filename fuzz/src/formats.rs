//! What the fuzz targets for other apps' files do with their bytes: the same for each format.

use lockstep_device::otp::params::OtpParams;
use lockstep_device::otpauth::Parsed;
use lockstep_device::passphrase::Passphrase;
use lockstep_formats::export::Exported;
use lockstep_formats::format::Format;
use lockstep_formats::read::{detect, read};
use lockstep_formats::write::{Content, Export, write};

/// Of every protected file in the corpus.
const PASSWORD: &str = "correct horse";

macro_rules! targets {
    ($($name:ident = $format:ident;)*) => {
        $(
            #[doc = concat!("A file of [`Format::", stringify!($format), "`].")]
            pub fn $name(data: &[u8]) {
                import(Format::$format, data);
            }
        )*
    };
}

targets! {
    import_links = Links;
    import_aegis = Aegis;
    import_andotp = AndOtp;
    import_authme = Authme;
    import_authy = Authy;
    import_bitwarden = Bitwarden;
    import_bitwarden_csv = BitwardenCsv;
    import_duo = Duo;
    import_ente = Ente;
    import_freeotp1 = FreeOtp1;
    import_freeotp2 = FreeOtp2;
    import_freeotp_plus = FreeOtpPlus;
    import_keepass = KeePass;
    import_lastpass = LastPass;
    import_proton = Proton;
    import_proton_pass = ProtonPass;
    import_raivo = Raivo;
    import_steam = Steam;
    import_stratum = Stratum;
    import_two_fas = TwoFas;
    import_winauth = WinAuth;
}

/// Every account that is read is read the same from the vault that is written of it.
fn import(format: Format, data: &[u8]) {
    let _ = detect(data);
    let password = Passphrase::new(PASSWORD.to_owned().into()).expect("it has characters");
    let Ok(contents) = read(data, Some(format), Some(&password)) else {
        return;
    };
    let accounts: Vec<&Parsed> = contents
        .rows
        .iter()
        .flatten()
        .filter(|parsed| has_place(parsed))
        .collect();
    let exported: Vec<Exported<'_>> = accounts
        .iter()
        .map(|parsed| Exported {
            account: &parsed.account,
            standing: parsed.standing,
        })
        .collect();
    let written = write(Export::Aegis, &exported).expect("there is randomness");
    assert!(written.left_out.is_empty());
    let Content::File(vault) = written.content else {
        panic!("a vault is a file");
    };
    let again = read(&vault, None, None).unwrap_or_else(|error| panic!("our own vault is refused: {error}"));
    assert_eq!(again.format, Format::Aegis);
    assert_eq!(again.rows.len(), accounts.len());
    for (again, before) in again.rows.iter().zip(accounts) {
        let again = again
            .as_ref()
            .unwrap_or_else(|skipped| panic!("{}", skipped.error));
        assert_eq!(again.account.label, before.account.label);
        assert_eq!(again.account.params, before.account.params);
        assert!(again.account.seed.is_same(&before.account.seed));
        assert_eq!(again.account.note, before.account.note);
        assert_eq!(again.standing.pinned, before.standing.pinned);
    }
}

/// Aegis keeps counters as signed numbers.
fn has_place(parsed: &Parsed) -> bool {
    !matches!(parsed.account.params, OtpParams::Hotp { counter, .. } if i64::try_from(counter).is_err())
}
