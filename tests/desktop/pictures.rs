//! The window as pictures: those of the documentation, and whether it still looks as they do.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::browser::Window;
use crate::journey::keep_a_picture;
use crate::machine::{Machine, in_time};
use crate::tour::LINKS;
use crate::views::{STATIONS, Way, paint, settled};

/// Of all that can be shown, what is worth a picture.
const SHOWN: &[&str] = &[
    "accounts", "aws", "fleet", "backups", "activity", "settings", "add", "palette",
];

const SIZES: [(u32, u32); 2] = [(960, 680), (380, 480)];

#[tokio::test]
#[ignore = "it compares with pictures that this machine's fonts have drawn: `cargo xtask screenshots` first"]
async fn the_window_looks_as_the_pictures_of_the_documentation() {
    in_time(compared()).await;
}

async fn compared() {
    let folder = root().join("target/screenshots");
    fs::create_dir_all(&folder).unwrap();
    let taken = take(&folder).await;
    let others: Vec<String> = taken
        .iter()
        .filter_map(|name| {
            let difference = difference(&folder.join(name), &pictures().join(name));
            (difference > TOLERANCE).then(|| format!("{name} by {difference:.4}"))
        })
        .collect();
    assert_eq!(
        others,
        Vec::<String>::new(),
        "differ from docs/images; look at target/screenshots, then take them with `cargo xtask screenshots`"
    );
}

#[tokio::test]
#[ignore = "it takes the pictures of the documentation anew: `cargo xtask screenshots`"]
async fn screenshots() {
    in_time(async {
        take(&pictures()).await;
    })
    .await;
}

/// Takes every picture into this folder; their names.
async fn take(folder: &Path) -> Vec<String> {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    let mut taken = photograph(&machine, &window, folder, "first-run").await;
    keep_a_picture(&machine, &window).await;
    window.find("[data-account-id]").await;
    let links = machine.file("links.txt");
    fs::write(&links, LINKS).unwrap();
    window.drop_files(&[&links]).await;
    window.press("Keep 6").await;
    window.gone("[data-testid='found-row']").await;
    window.gone("[data-testid='toast'] .toast").await;
    window.resize(&machine, 960, 680).await;
    connect(&window).await;
    for station in STATIONS.iter().filter(|one| SHOWN.contains(&one.name)) {
        window.resize(&machine, 960, 680).await;
        station.enter(&window).await;
        if station.name == "fleet" {
            window.says("user-0001").await;
        }
        if matches!(station.way, Way::View(_)) {
            window.run("document.activeElement?.blur()").await;
        }
        taken.extend(photograph(&machine, &window, folder, station.name).await);
        station.leave(&window).await;
    }
    window.resize(&machine, 960, 680).await;
    window.type_keys("\u{e009}l\u{e000}").await;
    window.says("Codes are hidden").await;
    taken.extend(photograph(&machine, &window, folder, "locked").await);
    taken
}

/// Works with the practice account as its administrator, so that AWS and the fleet have something to show.
async fn connect(window: &Window) {
    window.press("AWS").await;
    window.press("Connect as Practice account, as admin").await;
    window.says("1111 2222 3333").await;
}

/// One at each size, light and dark.
async fn photograph(machine: &Machine, window: &Window, folder: &Path, name: &str) -> Vec<String> {
    let mut taken = vec![];
    for (width, height) in SIZES {
        window.resize(machine, width, height).await;
        for theme in ["light", "dark"] {
            paint(window, theme).await;
            settled(window).await;
            window.run(STAND_STILL).await;
            // What is painted may be a frame behind.
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            let file = format!("{name}-{theme}-{width}x{height}.png");
            let path = folder.join(&file);
            machine.take_picture(&path);
            shrink(&path);
            taken.push(file);
        }
    }
    taken
}

/// Fewer colours: a third of the size, and nobody sees it.
fn shrink(path: &Path) {
    let mut command = Command::new("/usr/bin/convert");
    command.arg(path).args(["+dither", "-colors", "96", "-strip"]);
    command.arg(format!("png8:{}", path.display()));
    assert!(command.status().unwrap().success());
}

/// How far two pictures are from each other, from 0 to 1. They are made small first: a figure of a code or of a clock counts
/// for nothing, a row that is gone or a colour that is another one does.
fn difference(one: &Path, other: &Path) -> f64 {
    let output = Command::new("/usr/bin/convert")
        .args([one, other])
        .args(["-resize", "20%", "-metric", "RMSE", "-compare"])
        .args(["-format", "%[distortion]", "info:"])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    said.trim().parse().unwrap_or(1.0)
}

fn pictures() -> PathBuf {
    root().join("docs/images")
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

const TOLERANCE: f64 = 0.03;

/// Gives each code and each ring figures that are always the same.
const STAND_STILL: &str = "const walk = (element, write) => {
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) if (/\\d/.test(texts.currentNode.data)) write(texts.currentNode);
    };
    let place = 0;
    for (const code of document.querySelectorAll(\"[data-testid='code'], .next-code\")) {
      walk(code, (text) => { text.data = text.data.replace(/\\d/g, () => String((place++ * 7 + 3) % 10)); });
    }
    for (const ring of document.querySelectorAll('.ring')) {
      ring.style.setProperty('--left', '0.6');
      ring.classList.remove('ring--signal');
      walk(ring, (text) => { text.data = '18'; });
    }";
