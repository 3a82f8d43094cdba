//! Two processes that write at once: nothing is lost and nobody reads half of anything.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::collections::BTreeSet;
use std::thread;

use support::{Person, SEED};

/// 500 operations each: 125 times add, edit, remove and delete for good, or restore.
const ROUNDS: u32 = 125;

#[test]
fn a_thousand_changes_by_two_writers_all_happen() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    thread::scope(|scope| {
        for writer in ["left", "right"] {
            let person = &person;
            scope.spawn(move || (0..ROUNDS).for_each(|round| write(person, writer, round)));
        }
    });
    let expected: BTreeSet<String> = ["left", "right"]
        .into_iter()
        .flat_map(|writer| {
            (0..ROUNDS)
                .filter(|round| round % 5 == 0)
                .map(move |round| format!("{writer}-{round}-renamed"))
        })
        .chain(["maya".to_owned()])
        .collect();
    assert_eq!(person.names().into_iter().collect::<BTreeSet<_>>(), expected);
    assert_eq!(person.code_at("maya", 59), "287082");
    let listed = person.run(&["--json", "list"]).succeeds();
    assert_eq!(listed.stderr, "", "nothing had to be mended");
    assert_eq!(listed.json()["quarantined"], serde_json::json!([]));
    let code = person.code_at("right-100-renamed", 59);
    let again = Person::with_vault();
    again.add("AWS:x", &secret("right", 100));
    assert_eq!(code, again.code_at("x", 59), "each account kept its own secret");
    person.run(&["doctor"]).succeeds();
}

fn write(person: &Person, writer: &str, round: u32) {
    let name = format!("{writer}-{round}");
    let id = person.add(&format!("W:{name}"), &secret(writer, round));
    person
        .run(&["edit", &id, "--name", &format!("{name}-renamed")])
        .succeeds();
    person.run(&["remove", &id, "--yes"]).succeeds();
    if round.is_multiple_of(5) {
        person.run(&["trash", "restore", &id]).succeeds();
    } else {
        person.run(&["trash", "purge", &id, "--yes"]).succeeds();
    }
}

/// A secret of its own for each account, 20 bytes in base32.
fn secret(writer: &str, round: u32) -> String {
    let digit = |value: u32| char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[value as usize % 32]);
    let side = if writer == "left" { "L" } else { "R" };
    format!(
        "{side}{}{}{}GEZDGNBVGY3TQOJQGEZDGNBVGY3T",
        digit(round),
        digit(round / 32),
        digit(round / 1024)
    )
}
