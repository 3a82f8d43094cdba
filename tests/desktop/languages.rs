//! The window in every language, small and with large text: nothing is cut off, and it can be mirrored.

use std::fs;

use serde_json::Value;

use crate::browser::Window;
use crate::machine::{Machine, in_time};
use crate::sheets::{OVER_ALL, connect, furnished, protect};
use crate::support::seed;
use crate::views::{enlarge, settled};

#[tokio::test]
async fn no_language_is_cut_off_in_any_view_small_or_with_large_text() {
    in_time(every_language()).await;
}

async fn every_language() {
    let machine = Machine::with_keyring();
    let window = furnished(&machine).await;
    connect(&window, "Practice account, as maya").await;
    protect(&window).await;
    connect(&window, "Practice account, as admin").await;
    let mut found = vec![];
    let mut spoken = "As the system";
    for (tag, language) in LANGUAGES {
        window.resize(&machine, 960, 680).await;
        speak(&window, spoken, language).await;
        window
            .until(
                tag,
                &format!("return document.documentElement.lang === {tag:?} || null"),
            )
            .await;
        spoken = language;
        for (width, height, text) in [(960, 680, "100%"), (380, 480, "100%"), (960, 680, "200%")] {
            window.resize(&machine, width, height).await;
            enlarge(&window, text).await;
            found.extend(cut_off_everywhere(&window, &format!("{tag}, {width} × {height}, {text}")).await);
        }
        enlarge(&window, "").await;
    }
    assert_eq!(found, Vec::<String>::new(), "{}", found.join("\n"));
}

/// What is cut off in each view, and in the two sheets that keys open anywhere.
async fn cut_off_everywhere(window: &Window, how: &str) -> Vec<String> {
    let mut found = vec![];
    for (view, tabs) in [(0, 1), (1, 4), (2, 1), (3, 1), (4, 1), (5, 1)] {
        go(window, view).await;
        for tab in 0..tabs {
            if tabs > 1 {
                click(window, "[role='tab']", tab).await;
            }
            found.extend(cut_off(window, &format!("{how}, view {view}.{tab}")).await);
        }
    }
    go(window, 0).await;
    for (sheet, keys) in [("adding", "\u{e009}n\u{e000}"), ("keys", "\u{e031}")] {
        window.type_keys(keys).await;
        window.find(".sheet").await;
        found.extend(cut_off(window, &format!("{how}, {sheet}")).await);
        window.type_keys("\u{e00c}").await;
        window.gone(OVER_ALL).await;
    }
    found
}

#[tokio::test]
async fn the_window_is_mirrored_where_one_reads_from_right_to_left_and_codes_are_not() {
    in_time(mirrored()).await;
}

async fn mirrored() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    let file = machine.file("links.txt");
    let hebrew = seed::uri(
        "%D7%91%D7%A0%D7%A7%20%D7%94%D7%A4%D7%95%D7%A2%D7%9C%D7%99%D7%9D",
        "maya%20(1)",
    );
    fs::write(&file, hebrew).unwrap();
    window.drop_files(&[&file]).await;
    window.press("Keep 1").await;
    window.find("[data-account-id] [data-testid='code']").await;
    connect(&window, "Practice account, as admin").await;
    window.run("document.documentElement.dir = 'rtl'").await;
    let mut found = vec![];
    for (width, height) in [(960, 680), (380, 480)] {
        window.resize(&machine, width, height).await;
        found.extend(cut_off_everywhere(&window, &format!("mirrored, {width} × {height}")).await);
    }
    assert_eq!(found, Vec::<String>::new(), "{}", found.join("\n"));
    window.resize(&machine, 960, 680).await;
    go(&window, 0).await;
    let facts = window.run(MIRRORED).await;
    for fact in ["sidebar", "digits", "name"] {
        assert_eq!(facts[fact], Value::Bool(true), "{fact}: {facts}");
    }
}

pub(crate) async fn speak(window: &Window, from: &str, to: &str) {
    go(window, 5).await;
    window
        .until(
            "the choice of the language",
            &format!(
                "const select = [...document.querySelectorAll('.setting-row .select')]
                   .find(({{ textContent }}) => textContent.trim() === {from:?});
                 select?.scrollIntoView({{ block: 'center' }});
                 if (select) select.dataset.testid = 'language';
                 return select ? true : null"
            ),
        )
        .await;
    window.click("[data-testid='language']").await;
    window.find("[role='listbox']").await;
    window
        .click(&format!("[role='listbox'] [role='option'][data-label='{to}']"))
        .await;
    window.gone("[role='listbox']").await;
}

async fn go(window: &Window, view: usize) {
    click(window, ".sidebar .nav-item", view).await;
}

/// Also where a small window does not show it.
async fn click(window: &Window, css: &str, index: usize) {
    window
        .until(
            css,
            &format!("const one = document.querySelectorAll({css:?})[{index}]; one?.click(); return one ? true : null"),
        )
        .await;
    settled(window).await;
}

async fn cut_off(window: &Window, place: &str) -> Vec<String> {
    settled(window).await;
    let found = window.run(CUT_OFF).await;
    let found = found.as_array().unwrap().iter();
    found
        .map(|one| format!("{place}: {}", one.as_str().unwrap()))
        .collect()
}

const LANGUAGES: [(&str, &str); 6] = [
    ("de", "Deutsch"),
    ("fr", "Français"),
    ("es", "Español"),
    ("ja", "日本語"),
    ("zh-Hans", "简体中文"),
    ("en", "English"),
];

/// Text that something around it cuts off without a mark, or the edge of the window does, unless it can be scrolled to.
const CUT_OFF: &str = "
    const cuts = (element) => /hidden|clip/.test(getComputedStyle(element).overflowX);
    const scrolls = (element) => /auto|scroll/.test(getComputedStyle(element).overflowX) && element.scrollWidth > element.clientWidth;
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const text = texts.currentNode;
      const own = text.parentElement;
      if (!text.data.trim() || !own.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      if (own.closest('.truncate, .visually-hidden, script, style, option, [aria-hidden=true]')) continue;
      if (getComputedStyle(own).textOverflow === 'ellipsis') continue;
      const range = document.createRange();
      range.selectNodeContents(text);
      const { left, right, width } = range.getBoundingClientRect();
      if (width === 0) continue;
      let edges = [0, innerWidth];
      let around = own;
      for (; around && around !== document.body; around = around.parentElement) {
        if (getComputedStyle(around).textOverflow === 'ellipsis') break;
        if (scrolls(around)) break;
        if (cuts(around)) {
          const box = around.getBoundingClientRect();
          edges = [Math.max(edges[0], box.left), Math.min(edges[1], box.right)];
        }
      }
      if (around && around !== document.body) continue;
      // What a button says stands within it, also where it could show beyond its border.
      const button = own.closest('button, [role=tab]')?.getBoundingClientRect();
      if (button?.width) edges = [Math.max(edges[0], button.left), Math.min(edges[1], button.right)];
      if (left < edges[0] - 1 || right > edges[1] + 1)
        found.push(`${own.className || own.tagName}: ${text.data.trim().slice(0, 50)} (${Math.round(left)} to ${Math.round(right)} in ${edges.map(Math.round)})`);
    }
    return found;";

/// The sidebar at the right, the digits of a code from left to right, and a Hebrew name apart from what stands beside it.
const MIRRORED: &str = "
    const row = document.querySelector('[data-account-id]');
    const code = row.querySelector('[data-testid=code]');
    const middle = (element) => { const { left, right } = element.getBoundingClientRect(); return (left + right) / 2; };
    return {
      sidebar: middle(document.querySelector('.sidebar')) > innerWidth / 2,
      digits: getComputedStyle(code).direction === 'ltr',
      name: row.querySelector('bdi') !== null && middle(row.querySelector('bdi')) > middle(code),
    };";
