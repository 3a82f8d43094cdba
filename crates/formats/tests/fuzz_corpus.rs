//! The fuzz targets' own functions over the committed corpus: they keep compiling, and what was found stays fixed.

use lockstep_testing::corpus::replay;

#[allow(unreachable_pub, reason = "it is a module of the fuzz crate")]
#[path = "../../../fuzz/src/formats.rs"]
mod targets;

macro_rules! replays {
    ($($target:ident;)*) => {
        $(
            #[test]
            fn $target() {
                replay(stringify!($target), targets::$target);
            }
        )*
    };
}

replays! {
    import_links;
    import_aegis;
    import_andotp;
    import_authme;
    import_authy;
    import_bitwarden;
    import_bitwarden_csv;
    import_duo;
    import_ente;
    import_freeotp1;
    import_freeotp2;
    import_freeotp_plus;
    import_keepass;
    import_lastpass;
    import_proton;
    import_proton_pass;
    import_raivo;
    import_steam;
    import_stratum;
    import_two_fas;
    import_winauth;
}
