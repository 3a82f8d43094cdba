//! Files that are cut off, changed, or made to do harm: an error that says which of these it is, and never a panic.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use std::time::{Duration, Instant};

use lockstep_formats::error::ReadError;
use lockstep_formats::format::Format;
use lockstep_formats::read::detect;
use proptest::prelude::*;
use serde_json::{Value, json};
use support::lookalike::{self, PASSWORD, changed, text};
use support::{open, refusal, survives};

/// The formats that have readers.
const READ: [Format; 14] = [
    Format::Links,
    Format::Aegis,
    Format::AndOtp,
    Format::Authme,
    Format::Bitwarden,
    Format::BitwardenCsv,
    Format::Duo,
    Format::Ente,
    Format::FreeOtpPlus,
    Format::LastPass,
    Format::Proton,
    Format::Steam,
    Format::Stratum,
    Format::TwoFas,
];

/// The protected look-alikes that cost little to try.
fn cheap() -> Vec<Vec<u8>> {
    let mut files = lookalike::plain();
    files.push(lookalike::aegis_encrypted(16));
    files.push(lookalike::two_fas_encrypted());
    files.push(lookalike::ente_encrypted());
    files.push(lookalike::bitwarden_pbkdf2());
    files
}

fn file() -> impl Strategy<Value = Vec<u8>> {
    prop::sample::select(cheap())
}

/// A JSON value of another type, size or sign than whatever stood there.
fn other_value() -> impl Strategy<Value = Value> {
    prop::sample::select(vec![
        Value::Null,
        json!(true),
        json!(-1),
        json!(0),
        json!(1.5),
        json!(u64::MAX),
        json!(1e300),
        json!(""),
        json!("\u{0}\u{1b}[2J"),
        json!("x".repeat(5000)),
        json!([]),
        json!([[[null]], {"a": 1}]),
        json!({}),
        json!({"secret": {"secret": []}}),
    ])
}

/// Puts `value` in the place of the value number `place`, counted in depth.
fn replace(json: &mut Value, place: &mut usize, value: &Value) -> bool {
    if *place == 0 {
        json.clone_from(value);
        return true;
    }
    *place -= 1;
    match json {
        Value::Array(list) => list.iter_mut().any(|element| replace(element, place, value)),
        Value::Object(object) => object.values_mut().any(|element| replace(element, place, value)),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn a_file_that_is_cut_off_is_read_or_refused(file in file(), at in any::<prop::sample::Index>()) {
        survives(&file[..at.index(file.len())], detect(&file));
        survives(&file[..at.index(file.len())], None);
    }

    #[test]
    fn a_file_with_changed_bytes_is_read_or_refused(
        file in file(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut changed = file.clone();
        for (at, byte) in changes {
            let at = at.index(changed.len());
            changed[at] = byte;
        }
        survives(&changed, detect(&file));
    }

    #[test]
    fn a_value_of_another_type_costs_its_row_or_the_file_and_never_a_panic(
        file in prop::sample::select(cheap()),
        place in any::<prop::sample::Index>(),
        value in other_value(),
    ) {
        if let Ok(mut json) = serde_json::from_slice::<Value>(&file) {
            replace(&mut json, &mut place.index(60), &value);
            survives(&text(&json), detect(&file));
        }
    }

    #[test]
    fn whatever_is_said_to_be_a_format_is_read_or_refused(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        format in prop::sample::select(READ.to_vec()),
    ) {
        survives(&bytes, Some(format));
        survives(&bytes, None);
    }

    #[test]
    fn a_file_of_one_format_said_to_be_another_is_read_or_refused(
        file in file(),
        format in prop::sample::select(READ.to_vec()),
    ) {
        survives(&file, Some(format));
    }
}

#[test]
fn every_protected_file_asks_for_a_password_at_no_cost_and_knows_a_wrong_one() {
    for file in lookalike::protected() {
        let format = detect(&file).unwrap();
        let started = Instant::now();
        assert_eq!(refusal(&file, ""), ReadError::PasswordNeeded(format));
        assert!(started.elapsed() < Duration::from_secs(1));
        assert_eq!(refusal(&file, "wrong"), ReadError::PasswordWrong(format));
    }
}

/// Another letter of base64 or hexadecimal at this place.
fn flip(value: &mut Value, place: usize) {
    let text = value.as_str().unwrap();
    let other = if &text[place..=place] == "a" { "b" } else { "a" };
    *value = format!("{}{other}{}", &text[..place], &text[place + 1..]).into();
}

fn is_damaged(error: &ReadError) -> bool {
    error.code().as_str() == "file-damaged"
}

#[test]
fn a_changed_content_is_told_from_a_wrong_password_where_the_format_lets_us() {
    let aegis = changed(&lookalike::aegis_encrypted(16), |file| flip(&mut file["db"], 10));
    assert!(is_damaged(&refusal(&aegis, PASSWORD)));
    assert_eq!(refusal(&aegis, "wrong"), ReadError::PasswordWrong(Format::Aegis));

    let two_fas = changed(&lookalike::two_fas_encrypted(), |file| {
        flip(&mut file["servicesEncrypted"], 10);
    });
    assert!(is_damaged(&refusal(&two_fas, PASSWORD)));
    assert_eq!(
        refusal(&two_fas, "wrong"),
        ReadError::PasswordWrong(Format::TwoFas)
    );

    let bitwarden = changed(&lookalike::bitwarden_pbkdf2(), |file| flip(&mut file["data"], 40));
    assert!(is_damaged(&refusal(&bitwarden, PASSWORD)));
    assert_eq!(
        refusal(&bitwarden, "wrong"),
        ReadError::PasswordWrong(Format::Bitwarden)
    );
}

#[test]
fn a_damaged_slot_of_aegis_stops_no_other() {
    let file = changed(&lookalike::aegis_encrypted(16), |file| {
        file["header"]["slots"][1]["key"] = "not hexadecimal".into();
        file["header"]["slots"][0] = json!({"type": 1});
    });
    assert_eq!(open(&file, PASSWORD).rows.len(), 7);
    let all = changed(&lookalike::aegis_encrypted(16), |file| {
        for slot in file["header"]["slots"].as_array_mut().unwrap() {
            slot["salt"] = "00zz".into();
        }
    });
    assert!(is_damaged(&refusal(&all, PASSWORD)));
}

#[test]
fn a_vault_that_only_a_fingerprint_opens_is_not_said_to_have_a_wrong_password() {
    let file = changed(&lookalike::aegis_encrypted(16), |file| {
        file["header"]["slots"].as_array_mut().unwrap().truncate(1);
    });
    assert_eq!(refusal(&file, PASSWORD).code().as_str(), "file-unsupported");
}

#[test]
fn a_stream_of_ente_that_goes_on_elsewhere_is_damaged() {
    let file = lookalike::ente_unfinished();
    assert!(is_damaged(&refusal(&file, PASSWORD)));
}

#[test]
fn newer_versions_are_said_to_be_unknown() {
    let newer = [
        changed(&lookalike::aegis_plain(), |file| file["db"]["version"] = 4.into()),
        changed(&lookalike::two_fas_plain(), |file| {
            file["schemaVersion"] = 5.into();
        }),
        changed(&lookalike::ente_encrypted(), |file| file["version"] = 2.into()),
        changed(&lookalike::proton_plain(), |file| file["version"] = 2.into()),
        changed(&lookalike::proton_encrypted(), |file| file["version"] = 2.into()),
        changed(&lookalike::bitwarden_pbkdf2(), |file| file["kdfType"] = 2.into()),
        changed(&lookalike::authme(), |file| file["encrypted"] = true.into()),
    ];
    for file in newer {
        assert_eq!(refusal(&file, PASSWORD).code().as_str(), "file-unsupported");
    }
}

#[test]
fn an_object_that_is_null_costs_its_row_alone() {
    let null = [
        changed(&lookalike::aegis_plain(), |file| {
            file["db"]["entries"][0]["info"] = Value::Null;
        }),
        changed(&lookalike::two_fas_plain(), |file| {
            file["services"][0]["otp"] = Value::Null;
        }),
        changed(&lookalike::two_fas_plain(), |file| {
            file["services"][0]["order"] = Value::Null;
        }),
        changed(&lookalike::proton_plain(), |file| {
            file["entries"][0]["content"] = Value::Null;
        }),
        changed(&lookalike::lastpass(), |file| {
            file["accounts"][0]["folderData"] = Value::Null;
        }),
        changed(&lookalike::duo(), |file| file[1]["otpGenerator"] = Value::Null),
        changed(&lookalike::bitwarden_plain(), |file| {
            file["items"][0]["login"] = Value::Null;
        }),
    ];
    for file in null {
        assert!(open(&file, "").rows.iter().flatten().count() > 0);
    }
}

#[test]
fn json_that_is_nested_without_end_does_not_overflow_the_stack() {
    for open in ["[", "{\"db\":", "{\"header\":{\"slots\":[", "[{\"otpGenerator\":"] {
        let deep = open.repeat(200_000);
        for format in READ {
            survives(deep.as_bytes(), Some(format));
        }
        survives(deep.as_bytes(), None);
    }
}

#[test]
fn a_scrypt_that_is_none_is_damage() {
    let odd = changed(&lookalike::aegis_encrypted(16), |file| {
        let slots = file["header"]["slots"].as_array_mut().unwrap();
        slots.truncate(2);
        slots[1]["n"] = 1000.into();
    });
    assert!(is_damaged(&refusal(&odd, PASSWORD)));
}
