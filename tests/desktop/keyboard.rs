//! The window by keys alone: each view can be gone through, what has the focus is seen, and no sheet loses it.

use serde_json::Value;

use crate::browser::Window;
use crate::machine::{Machine, in_time};
use crate::sheets::{OVER_ALL, connect, furnished, protect};
use crate::views::settled;

#[tokio::test]
async fn every_view_is_gone_through_with_tab_and_what_has_the_focus_is_seen() {
    in_time(through_every_view()).await;
}

async fn through_every_view() {
    let machine = Machine::with_keyring();
    let window = furnished(&machine).await;
    connect(&window, "Practice account, as admin").await;
    let mut unseen = vec![];
    for (view, there) in VIEWS {
        window.type_keys(&ctrl(view)).await;
        window.find(there).await;
        settled(&window).await;
        let stops = round(&window, there).await;
        assert!(stops.len() >= 6, "Tab comes to too little in {there}: {stops:?}");
        unseen.extend(stops.into_iter().filter(|stop| stop.contains("unseen")));
    }
    assert_eq!(unseen, Vec::<String>::new(), "{}", unseen.join("\n"));
}

#[tokio::test]
async fn a_sheet_keeps_the_focus_until_it_closes_and_gives_it_back_to_what_opened_it() {
    in_time(sheets_and_their_openers()).await;
}

async fn sheets_and_their_openers() {
    let machine = Machine::with_keyring();
    let window = furnished(&machine).await;
    for (view, opener, keys) in [
        ("1", "[data-account-id]", "\u{e032}"),
        ("1", "[aria-label='Add account']", ENTER),
        ("1", "[aria-label^='Sort:']", ENTER),
        ("4", "=Choose a file", ENTER),
        ("5", "[aria-label='Export']", ENTER),
        ("6", ".setting-row .select", ENTER),
    ] {
        window.type_keys(&ctrl(view)).await;
        opened_and_left(&window, opener, keys).await;
    }
    connect(&window, "Practice account, as admin").await;
    opened_and_left(&window, ".topbar .select", ENTER).await;
    window.type_keys(&ctrl("3")).await;
    opened_and_left(&window, "[aria-label='Details of maya']", ENTER).await;
    opened_and_left(&window, "[aria-label='Report and more']", ENTER).await;
    opened_and_left(&window, "[data-row-id='maya']", ENTER).await;
    // From a menu: its button gets the focus back, from the sheet that it opened as well.
    take(&window, "[aria-label='Report and more']").await;
    window.type_keys(ENTER).await;
    window.find("[role='menu']").await;
    window.type_keys("run").await;
    has(&window, "Runs").await;
    window.type_keys(ENTER).await;
    window.find(".sheet").await;
    window.type_keys(ESCAPE).await;
    window.gone(OVER_ALL).await;
    has(&window, "Report and more").await;
}

/// Opens what stands over the view, goes round in it, and leaves it by Escape.
async fn opened_and_left(window: &Window, opener: &str, keys: &str) {
    take(window, opener).await;
    window.run("window.lockstepOpener = document.activeElement").await;
    window.type_keys(keys).await;
    window.find(OVER_ALL).await;
    settled(window).await;
    // A menu is gone through with arrows; Tab leaves it, as it does everywhere.
    let sheet = window
        .run("return document.querySelector('.sheet') !== null")
        .await;
    let key = if sheet == true { TAB } else { DOWN };
    for _ in 0..12 {
        window.type_keys(key).await;
        let inside = window.run(INSIDE).await;
        assert_eq!(inside, Value::Bool(true), "the focus left what {opener} opened");
    }
    window.type_keys(ESCAPE).await;
    window.gone(OVER_ALL).await;
    window
        .until(
            &format!("the focus back on {opener}"),
            "return document.activeElement === window.lockstepOpener || null",
        )
        .await;
}

#[tokio::test]
async fn tabs_choices_menus_and_tables_take_the_keys_that_one_expects_of_them() {
    in_time(expected_keys()).await;
}

async fn expected_keys() {
    let machine = Machine::with_keyring();
    let window = furnished(&machine).await;
    connect(&window, "Practice account, as maya").await;
    protect(&window).await;
    take(&window, "[role='tab'][aria-selected='true']").await;
    for (key, tab) in [
        (RIGHT, "My devices"),
        (END, "Sessions"),
        (RIGHT, "Protect my user"),
        (LEFT, "Sessions"),
        (HOME, "Protect my user"),
    ] {
        window.type_keys(key).await;
        has(&window, tab).await;
    }
    window.type_keys(&ctrl("6")).await;
    window.find(".segmented").await;
    take(&window, ".segmented [aria-checked='true']").await;
    for (key, choice) in [
        (RIGHT, "Light"),
        (RIGHT, "Dark"),
        (LEFT, "Light"),
        (LEFT, "System"),
    ] {
        window.type_keys(key).await;
        has(&window, choice).await;
        window.find(".segmented [aria-checked='true']:focus").await;
    }
    a_choice_by_its_first_letters(&window).await;
    the_keys_of_a_table(&window).await;
}

/// A list of choices opens, goes to what is typed, and is left without a change and without leaving the view.
async fn a_choice_by_its_first_letters(window: &Window) {
    take(window, ".setting-row .select").await;
    window.type_keys(ENTER).await;
    window.find("[role='listbox']").await;
    window.type_keys(END).await;
    window.find("[role='option'][data-highlighted]").await;
    window.type_keys(ESCAPE).await;
    window.gone("[role='listbox']").await;
    window.find(".setting-row").await;
}

async fn the_keys_of_a_table(window: &Window) {
    connect(window, "Practice account, as admin").await;
    window.type_keys(&ctrl("3")).await;
    window.find("[data-row-id='admin']").await;
    take(window, "[data-row-id]").await;
    window.type_keys(DOWN).await;
    window.find("[data-row-id='maya']:focus").await;
    window.type_keys(" ").await;
    window.says("1 chosen").await;
    window.type_keys(END).await;
    window.find("[data-row-id='user-0024']:focus").await;
    window.type_keys(HOME).await;
    window.find("[data-row-id='admin']:focus").await;
    window.type_keys(ENTER).await;
    window.find(".sheet").await;
    window.type_keys(ESCAPE).await;
    window.gone(OVER_ALL).await;
    window.find("[data-row-id='admin']:focus").await;
    window.type_keys(ESCAPE).await;
    window.gone(".selection-bar").await;
}

/// A code is read digit by digit, what was copied is said once, and the time that runs is never said by itself.
#[tokio::test]
async fn screen_readers_hear_digits_and_what_was_copied_and_no_countdown() {
    in_time(heard()).await;
}

async fn heard() {
    let machine = Machine::with_keyring();
    let window = furnished(&machine).await;
    window.find("[data-account-id] [data-testid='code']").await;
    let read = window
        .run("return document.querySelector('[data-account-id] [data-testid=code]').getAttribute('aria-label')")
        .await;
    let read = read.as_str().unwrap();
    let digits: Vec<&str> = read.split(' ').collect();
    assert!(
        digits.len() == 6 && digits.iter().all(|digit| digit.len() == 1),
        "{read} is read as a number"
    );
    take(&window, "[data-account-id]").await;
    window.type_keys(ENTER).await;
    window.find("[role='status'] .toast").await;
    window.says("Copied").await;
    let chatty = window
        .run("return [...document.querySelectorAll('[aria-live], [role=status], [role=alert], [role=log]')]
                .filter((region) => region.querySelector('.ring, .dial, [role=timer], [data-testid=code]')).length")
        .await;
    assert_eq!(
        chatty, 0,
        "a region that is read aloud holds what changes every second"
    );
    window.gone("[role='status'] .toast").await;
    window.type_keys(&ctrl("2")).await;
    window.press("Console or root").await;
    window.find("[data-testid='pair'] [role='status']").await;
    let quiet = window.until("the next seconds", SECONDS_PASS).await;
    assert_eq!(quiet, true, "the seconds of a pair are read aloud");
}

/// Goes through the view with Tab, from the beginning until it comes round; each stop with whether it is seen.
async fn round(window: &Window, view: &str) -> Vec<String> {
    window.run("document.activeElement?.blur()").await;
    let mut stops: Vec<String> = vec![];
    for _ in 0..80 {
        window.type_keys(TAB).await;
        let stop = window.run(STOP).await;
        let Some(stop) = stop.as_str() else { break };
        let stop = format!("{view}: {stop}");
        if stops.first() == Some(&stop) {
            break;
        }
        stops.push(stop);
    }
    stops
}

/// Gives something the focus, as keys would: by its selector, or behind an equals sign by the text of the button.
async fn take(window: &Window, what: &str) {
    let found = match what.strip_prefix('=') {
        Some(name) => format!(
            "[...document.querySelectorAll('button')].find((button) => button.textContent.trim() === {name:?})"
        ),
        None => format!("document.querySelector({what:?})"),
    };
    window
        .until(
            what,
            &format!("const one = {found}; one?.focus({{ focusVisible: true }}); return one ? true : null"),
        )
        .await;
}

/// Waits until what has the focus is called this.
async fn has(window: &Window, name: &str) {
    let script = format!("const name = (() => {{ {FOCUSED} }})(); return name === {name:?} || null");
    window.until(&format!("the focus on {name}"), &script).await;
}

fn ctrl(key: &str) -> String {
    format!("\u{e009}{key}\u{e000}")
}

const VIEWS: [(&str, &str); 6] = [
    ("1", "[data-account-id]"),
    ("2", ".connection-bar"),
    ("3", "[data-row-id]"),
    ("4", "[data-testid='generation']"),
    ("5", "[data-testid='event']"),
    ("6", ".setting-row"),
];

const TAB: &str = "\u{e004}";
const ENTER: &str = "\u{e007}";
const ESCAPE: &str = "\u{e00c}";
const END: &str = "\u{e010}";
const HOME: &str = "\u{e011}";
const LEFT: &str = "\u{e012}";
const RIGHT: &str = "\u{e014}";
const DOWN: &str = "\u{e015}";

/// What has the focus, as it is read aloud.
const FOCUSED: &str = "const element = document.activeElement;
    return element?.getAttribute('aria-label')
      ?? (element?.labels?.[0]?.querySelector('.field__label') ?? element?.labels?.[0] ?? element)?.textContent.trim().slice(0, 60) ?? ''";

/// Whether the focus is in what stands over the view, or on the choice whose list it is.
const INSIDE: &str = "const element = document.activeElement;
    return element.closest('.sheet, .palette, [role=menu], [role=listbox]') !== null || element.ariaExpanded === 'true'";

/// Whether what is read aloud is the same after three seconds have been shown.
const SECONDS_PASS: &str = "
    const said = [...document.querySelectorAll('[aria-live], [role=status], [role=alert]')]
      .map(({ textContent }) => textContent.trim()).join('|');
    window.lockstepHeard ??= { said, seconds: new Set() };
    window.lockstepHeard.seconds.add(document.querySelector('.dial').getAttribute('aria-label'));
    return window.lockstepHeard.seconds.size < 3 ? null : said === window.lockstepHeard.said;";

/// What has the focus, and whether a person sees that: a ring around it or around the field it is in, and within the window.
const STOP: &str = "const element = document.activeElement;
    if (!element || element === document.body) return null;
    const ringed = (one) => {
      const { outlineStyle, outlineWidth, boxShadow, borderColor } = getComputedStyle(one);
      return (outlineStyle !== 'none' && parseFloat(outlineWidth) >= 1.5) || (one !== element && boxShadow !== 'none');
    };
    const around = [element, element.parentElement, element.parentElement?.parentElement].filter(Boolean);
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const within = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    const name = element.getAttribute('aria-label') ?? element.textContent.trim().slice(0, 40);
    return `${element.tagName} ${element.className} ${name}${around.some(ringed) && within ? '' : ' unseen'}`";
