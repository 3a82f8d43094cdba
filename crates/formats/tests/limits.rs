//! What a file may cost: each limit is looked at before anything is computed or kept because of it.

#![allow(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use std::time::{Duration, Instant};

use lockstep_formats::limits::{MAX_ACCOUNTS, MAX_FILE_BYTES};
use serde_json::{Value, json};
use support::lookalike::{self, PASSWORD, SECRET, changed, text};
use support::{open, refusal};

/// Refused before anything is computed.
#[track_caller]
fn assert_too_costly(file: &[u8]) {
    let started = Instant::now();
    assert_eq!(refusal(file, PASSWORD).code().as_str(), "file-too-costly");
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn a_cost_beyond_the_limits_is_refused_before_it_is_paid() {
    let huge = [
        json!(0),
        json!(u64::MAX),
        json!(1_u64 << 40),
        json!("many"),
        Value::Null,
    ];
    for cost in huge {
        for name in ["n", "r", "p"] {
            let aegis = changed(&lookalike::aegis_encrypted(16), |file| {
                for slot in &mut file["header"]["slots"].as_array_mut().unwrap()[1..] {
                    slot[name] = cost.clone();
                }
            });
            assert_too_costly(&aegis);
        }
        for name in ["memLimit", "opsLimit"] {
            assert_too_costly(&changed(&lookalike::ente_encrypted(), |file| {
                file["kdfParams"][name] = cost.clone();
            }));
        }
        for name in ["kdfIterations", "kdfMemory", "kdfParallelism"] {
            assert_too_costly(&changed(&lookalike::bitwarden_argon2id(), |file| {
                file[name] = cost.clone();
            }));
        }
        assert_too_costly(&changed(&lookalike::bitwarden_pbkdf2(), |file| {
            file["kdfIterations"] = cost.clone();
        }));
    }
}

#[test]
fn costs_are_looked_at_together() {
    // Each alone would be taken.
    let memory_and_passes = changed(&lookalike::ente_encrypted(), |file| {
        file["kdfParams"]["memLimit"] = (256 << 20).into();
        file["kdfParams"]["opsLimit"] = 17.into();
    });
    assert_too_costly(&memory_and_passes);
    let many_slots = changed(&lookalike::aegis_encrypted(16), |file| {
        let slots = file["header"]["slots"].as_array_mut().unwrap();
        slots[1]["n"] = 32_768.into();
        let slot = slots[1].clone();
        slots.extend(std::iter::repeat_n(slot, 100));
    });
    assert_too_costly(&many_slots);
    let r_and_p = changed(&lookalike::aegis_encrypted(16), |file| {
        let slot = &mut file["header"]["slots"][1];
        slot["n"] = 32_768.into();
        slot["r"] = 64.into();
        slot["p"] = 64.into();
    });
    assert_too_costly(&r_and_p);
    let p_alone = changed(&lookalike::aegis_encrypted(16), |file| {
        let slot = &mut file["header"]["slots"][1];
        slot["n"] = 2.into();
        slot["r"] = 1.into();
        slot["p"] = (1 << 22).into();
    });
    assert_too_costly(&p_alone);
}

#[test]
fn a_file_larger_than_any_export_is_not_looked_at() {
    let size = usize::try_from(MAX_FILE_BYTES).unwrap() + 1;
    let error = refusal(&vec![b' '; size], "");
    assert_eq!(error.code().as_str(), "file-too-large");
}

#[test]
fn more_accounts_than_anybody_has_are_refused_without_keeping_them() {
    let many = MAX_ACCOUNTS + 10;
    let list = |element: &str| vec![element; many].join(",");
    let files = [
        format!(
            "{{\"version\":1,\"header\":{{}},\"db\":{{\"version\":1,\"entries\":[{}]}}}}",
            list("{}")
        ),
        format!("{{\"services\":[{}],\"schemaVersion\":4}}", list("{}")),
        format!(
            "[{{\"secret\":\"\",\"label\":\"\",\"type\":\"\"}},{}]",
            list("{}")
        ),
        format!("{{\"version\":1,\"entries\":[{}]}}", list("{}")),
        "otpauth://totp/a?secret=AA\n".repeat(many),
        "otpauth://totp/a?secret=AA&codeDisplay=\n".repeat(many),
    ];
    for file in files {
        assert_eq!(
            refusal(file.as_bytes(), "")
                .to_string()
                .split_once(" asks ")
                .unwrap()
                .1,
            "for 100001 accounts; 1 to 100000 are taken"
        );
    }
}

#[test]
fn a_group_that_every_account_repeats_does_not_grow_without_end() {
    let groups: Vec<Value> = (0..1000)
        .map(|number| json!({"uuid": number.to_string(), "name": format!("{number}{}", "x".repeat(1000))}))
        .collect();
    let all: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
    let entries = vec![json!({"type": "totp", "info": {"secret": SECRET}, "groups": all}); 200];
    let file =
        json!({"version": 1, "header": {}, "db": {"version": 3, "entries": entries, "groups": groups}});
    assert_too_costly_in(&text(&file), "bytes of tags");
}

#[test]
fn a_million_tags_of_one_account_are_refused() {
    let tags: Vec<String> = (0..2_000_000).map(|number| format!("\"{number:x}\"")).collect();
    let tags = tags.join(",");
    let andotp = format!("[{{\"secret\":\"{SECRET}\",\"label\":\"a\",\"type\":\"TOTP\",\"tags\":[{tags}]}}]");
    assert_too_costly_in(andotp.as_bytes(), "bytes of tags");
}

#[test]
fn many_members_of_many_categories_do_not_take_forever() {
    let members = vec![json!({"CategoryId": "c", "AuthenticatorSecret": SECRET}); 20_000];
    let all = vec![json!({"Type": 2, "Secret": SECRET, "Algorithm": 0, "Digits": 6, "Period": 30}); 20_000];
    let file = json!({"Authenticators": all, "AuthenticatorCategories": members, "Categories": []});
    assert_too_costly_in(&text(&file), "bytes of tags");
}

#[track_caller]
fn assert_too_costly_in(file: &[u8], what: &str) {
    let error = refusal(file, "");
    assert!(error.to_string().contains(what), "{error}");
}

#[test]
fn numbers_in_the_place_of_tags_do_not_grow_either() {
    let tags = vec!["1e300"; 10_000].join(",");
    let andotp = format!("[{{\"secret\":\"{SECRET}\",\"label\":\"a\",\"type\":\"TOTP\",\"tags\":[{tags}]}}]");
    assert_eq!(
        support::rows(&open(andotp.as_bytes(), "")),
        ["a totp SHA1 6 30 921300 #1e300"]
    );
}
