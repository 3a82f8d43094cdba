//! The window for everybody: axe-core finds nothing in it, large text fits, and it can be used with keys alone.

use std::fs;
use std::path::Path;

use crate::browser::Window;
use crate::journey::keep_a_picture;
use crate::machine::{Machine, in_time};
use crate::sheets::{
    AWS, FLEET, OVER_ALL, OWN, Sheet, connect, handed_off, protect, restoring, two_accounts,
};
use crate::support::seed;
use crate::views::{STATIONS, enlarge, paint, settled};

#[tokio::test]
async fn axe_finds_nothing_in_any_view_and_sheet_light_or_dark() {
    in_time(axe_everywhere()).await;
}

async fn axe_everywhere() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    let mut found = vec![];
    for theme in ["light", "dark"] {
        paint(&window, theme).await;
        found.extend(axe(&window, &format!("first run, {theme}")).await);
    }
    keep_a_picture(&machine, &window).await;
    window.find("[data-account-id]").await;
    for station in STATIONS {
        station.enter(&window).await;
        for theme in ["light", "dark"] {
            paint(&window, theme).await;
            found.extend(axe(&window, &format!("{}, {theme}", station.name)).await);
        }
        station.leave(&window).await;
    }
    window.type_keys("\u{e009}l\u{e000}").await;
    window.says("Codes are hidden").await;
    settled(&window).await;
    found.extend(axe(&window, "locked").await);
    assert_eq!(found, Vec::<String>::new(), "{}", found.join("\n"));
}

#[tokio::test]
async fn axe_finds_nothing_in_what_stands_over_the_views_light_or_dark() {
    in_time(axe_over_the_views()).await;
}

async fn axe_over_the_views() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    let found = everything_else(&machine, &window, &["light", "dark"]).await;
    assert_eq!(found, Vec::<String>::new(), "{}", found.join("\n"));
}

#[tokio::test]
async fn axe_finds_nothing_where_the_system_asks_for_more_contrast() {
    in_time(axe_with_more_contrast()).await;
}

async fn axe_with_more_contrast() {
    let machine = Machine::with_keyring();
    machine.write_gtk_settings("gtk-theme-name=HighContrast");
    let window = Window::open(&machine).await;
    window
        .until(
            "more contrast",
            "return matchMedia('(prefers-contrast: more)').matches || null",
        )
        .await;
    let found = everything_else(&machine, &window, &["light"]).await;
    assert_eq!(found, Vec::<String>::new(), "{}", found.join("\n"));
}

/// What axe-core finds in the sheets, questions and menus of every view.
async fn everything_else(machine: &Machine, window: &Window, themes: &[&str]) -> Vec<String> {
    let mut found = vec![];
    window.says("Your codes, in step").await;
    two_accounts(machine, window).await;
    for sheet in OWN {
        found.extend(axe_in(window, sheet, themes).await);
    }
    restoring(machine, window).await;
    found.extend(axe_painted(window, "restoring", themes).await);
    window.press("Close").await;
    window.gone(OVER_ALL).await;
    handed_off(machine, window).await;
    found.extend(axe_painted(window, "a hand-off", themes).await);
    window.press("Close").await;
    window.gone(OVER_ALL).await;
    connect(window, "Practice account, as maya").await;
    found.extend(axe_painted(window, "a connection", themes).await);
    protect(window).await;
    for sheet in AWS {
        found.extend(axe_in(window, sheet, themes).await);
    }
    connect(window, "Practice account, as admin").await;
    for sheet in FLEET {
        found.extend(axe_in(window, sheet, themes).await);
    }
    found
}

async fn axe_in(window: &Window, sheet: &Sheet, themes: &[&str]) -> Vec<String> {
    sheet.enter(window).await;
    let found = axe_painted(window, sheet.name, themes).await;
    sheet.leave(window).await;
    found
}

async fn axe_painted(window: &Window, place: &str, themes: &[&str]) -> Vec<String> {
    let mut found = vec![];
    for theme in themes {
        paint(window, theme).await;
        found.extend(axe(window, &format!("{place}, {theme}")).await);
    }
    found
}

#[tokio::test]
async fn text_of_twice_the_size_fits_into_every_view() {
    in_time(large_text()).await;
}

async fn large_text() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    keep_a_picture(&machine, &window).await;
    window.find("[data-account-id]").await;
    for station in STATIONS {
        enlarge(&window, "").await;
        station.enter(&window).await;
        enlarge(&window, "200%").await;
        let wide = window.run(OUT_OF_SIGHT).await;
        assert_eq!(
            wide.as_str(),
            Some(""),
            "{} is wider than the window",
            station.name
        );
        station.leave(&window).await;
    }
}

#[tokio::test]
async fn nothing_moves_for_who_asks_the_system_for_less_motion() {
    in_time(reduced_motion()).await;
}

async fn reduced_motion() {
    let machine = Machine::with_keyring();
    machine.write_gtk_settings("gtk-enable-animations=0");
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    window
        .until(
            "less motion",
            "return matchMedia('(prefers-reduced-motion: reduce)').matches || null",
        )
        .await;
    let motion = window
        .run(
            "const style = getComputedStyle(document.documentElement);
             return ['instant', 'fast', 'calm'].map((name) => style.getPropertyValue(`--motion-${name}`)).map(parseFloat).join()",
        )
        .await;
    assert_eq!(motion.as_str(), Some("0,0,0"));
}

#[tokio::test]
async fn an_account_is_added_found_copied_and_locked_away_with_keys_alone() {
    in_time(keys_alone()).await;
}

async fn keys_alone() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    window.type_keys(&ctrl("n")).await;
    window.find(".sheet").await;
    tab_to(&window, "Type it in").await;
    window.type_keys(ENTER).await;
    tab_to(&window, "Issuer").await;
    window.type_keys("Halden Works").await;
    tab_to(&window, "Name").await;
    window.type_keys("maya").await;
    tab_to(&window, "Secret").await;
    window.type_keys(seed::BASE32).await;
    window.type_keys(ENTER).await;
    window
        .find("[data-testid='found-row'][data-finding='keepable']")
        .await;
    window.type_keys(&ctrl(ENTER)).await;
    window.find("[data-account-id]:focus").await;
    window.type_keys(ENTER).await;
    window.says("Copied").await;
    window.type_keys(&ctrl("k")).await;
    window.find(".palette input:focus").await;
    window.type_keys("activity").await;
    window.find(".palette [role='option'][data-selected]").await;
    window.type_keys(ENTER).await;
    window.find("[data-testid='event'][data-deed='code-taken']").await;
    // While the palette fades it still has the keys.
    window.gone("[role='dialog']").await;
    window.type_keys(&ctrl("1")).await;
    window.find("[data-account-id]").await;
    window.type_keys("hald").await;
    window.find(".search-field input:focus").await;
    window.find("[data-account-id] mark").await;
    window.type_keys(&ctrl("l")).await;
    window.says("Codes are hidden").await;
    seed::assert_absent(&window.replies().await);
}

/// What axe-core finds, each with where: in what stands over the view, or in the view where nothing does.
pub(crate) async fn axe(window: &Window, place: &str) -> Vec<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/node_modules/axe-core/axe.min.js");
    if window.run("return typeof axe === 'undefined'").await == true {
        window.run(&fs::read_to_string(source).unwrap()).await;
    }
    // What still fades in has the contrast of neither ground.
    settled(window).await;
    window.run(AXE).await;
    let found = window
        .until("what axe-core finds", "return window.axeFound ?? null")
        .await;
    let found = found.as_array().unwrap().iter();
    found
        .map(|one| format!("{place}: {}", one.as_str().unwrap()))
        .collect()
}

/// Presses Tab until what has the focus is called this.
async fn tab_to(window: &Window, name: &str) {
    for _ in 0..60 {
        let focused = window.run(FOCUSED).await;
        if focused.as_str() == Some(name) {
            return;
        }
        window.type_keys("\u{e004}").await;
    }
    panic!("Tab never comes to {name:?}");
}

fn ctrl(key: &str) -> String {
    format!("\u{e009}{key}\u{e000}")
}

const ENTER: &str = "\u{e007}";

const AXE: &str = "window.axeFound = null;
    axe.run(document.querySelector('.sheet, .palette, [role=menu], [role=listbox]') ?? document, { resultTypes: ['violations'] }).then(
      ({ violations }) => {
        window.axeFound = violations.map(({ id, nodes }) =>
          `${id}: ${nodes.map(({ target, any }) => `${target.join(' ')} ${any[0]?.message ?? ''}`).join('; ')}`);
      },
      (cause) => { window.axeFound = [String(cause)]; });";

/// What stands out of the window to one of its sides, unless something around it can be scrolled or cuts it off by intent.
const OUT_OF_SIGHT: &str = "return [...document.querySelectorAll('button, input, h1, h2, h3, p')]
      .filter((element) => element.checkVisibility())
      .filter((element) => !element.closest('.truncate, .visually-hidden, [role=tablist], .filter-bar'))
      .map((element) => [element, element.getBoundingClientRect()])
      .filter(([, { left, right, width }]) => width > 0 && (left < -1 || right > innerWidth + 1))
      .map(([element]) => `${element.tagName} ${element.textContent.trim().slice(0, 40)}`)
      .join('; ')";

/// What has the focus, as it is read aloud.
const FOCUSED: &str = "const element = document.activeElement;
    return element?.getAttribute('aria-label')
      ?? (element?.labels?.[0]?.querySelector('.field__label') ?? element?.labels?.[0] ?? element)?.textContent.trim() ?? ''";
