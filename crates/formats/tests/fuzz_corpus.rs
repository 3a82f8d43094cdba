//! The fuzz targets' own functions over the committed corpus: they keep compiling, and what was found stays fixed.
#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]
#![allow(clippy::print_stdout, reason = "the last file named is the one that failed")]

use std::fs;
use std::path::Path;

#[allow(unreachable_pub, reason = "it is a module of the fuzz crate")]
#[path = "../../../fuzz/src/formats.rs"]
mod targets;

fn replay(target: &str, run: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/corpus")
        .join(target);
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(!files.is_empty(), "no corpus in {}", folder.display());
    for file in files {
        println!("{}", file.display());
        run(&fs::read(file).unwrap());
    }
}

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
