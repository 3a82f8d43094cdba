//! A list of which only the rows in sight are drawn.

use std::fmt::Write as _;
use std::fs;

use data_encoding::BASE32_NOPAD;
use serde_json::Value;

use crate::browser::Window;
use crate::machine::{Machine, in_time};
use crate::views::settled;

const ACCOUNTS: u8 = 100;

#[tokio::test]
async fn a_row_that_is_given_to_another_account_shows_all_of_it_and_loses_the_focus() {
    in_time(from_end_to_end()).await;
}

async fn from_end_to_end() {
    let machine = Machine::with_keyring();
    let file = machine.file("links.txt");
    fs::write(&file, links()).unwrap();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    window.drop_files(&[&file]).await;
    window.press("Keep 100").await;
    window.find("[data-account-id]").await;

    // Twice, since the codes may change between two of the readings.
    let mut apart = Value::Null;
    for _ in 0..2 {
        let slowly = walked(&window, 300).await;
        let in_leaps = walked(&window, 2400).await;
        let slowly = slowly.as_object().unwrap();
        assert_eq!(slowly.len(), usize::from(ACCOUNTS));
        apart = in_leaps
            .as_object()
            .unwrap()
            .iter()
            .filter(|(id, shown)| slowly[*id] != **shown)
            .map(|(id, shown)| format!("{shown} of {id} was {}", slowly[id]))
            .collect();
        if apart == Value::Array(vec![]) {
            break;
        }
    }
    assert_eq!(apart, Value::Array(vec![]));

    window
        .run("document.querySelector('[data-account-id]').focus()")
        .await;
    assert_eq!(focused(&window).await, "row");
    walked(&window, 2400).await;
    assert_eq!(focused(&window).await, "nothing");

    // Pinned, it stands first, and another account where it stood.
    window
        .run("document.querySelectorAll('[data-account-id]')[4].focus()")
        .await;
    window.type_keys("\u{e009}p\u{e000}").await;
    window
        .until(
            "the pinned account first and with the focus",
            "const first = document.querySelector('[data-account-id]');
             return first.textContent.includes('Issuer 4') && document.activeElement === first ? true : null",
        )
        .await;
}

/// Every account by its id: its name and code, as the list shows them on the way to its end; then it is at its beginning.
async fn walked(window: &Window, step: u32) -> Value {
    window
        .run(&format!(
            "window.lockstepSeen = null; const step = {step}; {WALK}"
        ))
        .await;
    let seen = window
        .until("the end of the list", "return window.lockstepSeen")
        .await;
    settled(window).await;
    seen
}

async fn focused(window: &Window) -> Value {
    window
        .run("return document.activeElement.closest('[data-account-id]') ? 'row' : document.activeElement === document.body ? 'nothing' : 'else'")
        .await
}

/// Links with a secret of their own each.
fn links() -> String {
    (0..ACCOUNTS).fold(String::new(), |mut links, number| {
        let secret = BASE32_NOPAD.encode(&[number; 20]);
        writeln!(
            links,
            "otpauth://totp/Issuer%20{number}:maya?secret={secret}&issuer=Issuer%20{number}"
        )
        .unwrap();
        links
    })
}

/// Goes on when every row in sight has its code.
const WALK: &str = "
    const scroller = document.querySelector('main.view');
    const seen = {};
    const inSight = (row) => {
      const { top, bottom } = row.getBoundingClientRect();
      return bottom > 60 && top < innerHeight;
    };
    const walk = () => {
      const rows = [...document.querySelectorAll('[data-account-id]')].filter(inSight);
      const texts = rows.map((row) => [row.dataset.accountId, row.querySelector('.who').textContent, row.querySelector('[data-testid=code]')?.textContent]);
      if (texts.length === 0 || texts.some(([, , code]) => !code)) { setTimeout(walk, 20); return; }
      for (const [id, name, code] of texts) seen[id] = `${name.trim()}: ${code.trim()}`;
      const isEnd = scroller.scrollTop + scroller.clientHeight >= scroller.scrollHeight - 1;
      scroller.scrollTop = isEnd ? 0 : scroller.scrollTop + step;
      if (isEnd) window.lockstepSeen = seen;
      else requestAnimationFrame(() => setTimeout(walk, 20));
    };
    walk();";
