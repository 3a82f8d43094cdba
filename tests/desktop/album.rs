//! Pictures of the window in which nothing depends on when they were taken.

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::time::Duration;

use image::RgbaImage;

use crate::browser::Window;
use crate::machine::Machine;
use crate::views::paint;

/// The usual size, and the least.
const SIZES: &[(u32, u32)] = &[WIDE, (380, 480)];
const WIDE: (u32, u32) = (960, 680);

/// What is taken of one state of the window.
#[derive(Clone, Copy)]
pub(crate) struct Shot<'a> {
    name: &'a str,
    themes: &'static [&'static str],
    sizes: &'static [(u32, u32)],
    /// How many seconds are left of the time step.
    left: u32,
}

impl<'a> Shot<'a> {
    /// At each size, light and dark.
    pub(crate) fn of(name: &'a str) -> Self {
        Self {
            name,
            themes: &["light", "dark"],
            sizes: SIZES,
            left: 18,
        }
    }

    /// Light alone.
    pub(crate) fn light(self) -> Self {
        Self {
            themes: &["light"],
            ..self
        }
    }

    /// At the usual size alone.
    pub(crate) fn wide(self) -> Self {
        Self {
            sizes: &[WIDE],
            ..self
        }
    }

    /// In the last seconds of a time step.
    pub(crate) fn at_the_end(self) -> Self {
        Self { left: 8, ..self }
    }
}

/// Where the pictures of one showing go.
pub(crate) struct Album {
    folder: PathBuf,
    /// Says what each picture shows, for somebody who watches.
    aloud: bool,
    names: RefCell<Vec<String>>,
}

impl Album {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        std::fs::create_dir_all(folder).unwrap();
        Self {
            folder: folder.to_owned(),
            aloud: false,
            names: RefCell::default(),
        }
    }

    pub(crate) fn aloud(self) -> Self {
        Self { aloud: true, ..self }
    }

    /// The files that were written.
    pub(crate) fn names(&self) -> Vec<String> {
        self.names.borrow().clone()
    }

    /// Takes the window as it is, which has the usual size before and afterwards.
    pub(crate) async fn take(&self, machine: &Machine, window: &Window, shot: Shot<'_>, what: &str) {
        if self.aloud {
            println!("{what}");
        }
        for size in shot.sizes {
            window.resize(machine, size.0, size.1).await;
            machine.point_away();
            for theme in shot.themes {
                paint(window, theme).await;
                let file = format!("{}-{theme}-{}x{}.png", shot.name, size.0, size.1);
                let picture = still(machine, window, shot.left).await;
                picture.save(self.folder.join(&file)).unwrap();
                self.names.borrow_mut().push(file);
            }
        }
        window.resize(machine, WIDE.0, WIDE.1).await;
    }
}

/// What the window looks like with what is always the same in it. It is looked at once more where it was drawn anew meanwhile:
/// on a busy machine codes come late.
async fn still(machine: &Machine, window: &Window, left: u32) -> RgbaImage {
    for _ in 0..4 {
        stand_still(window, left).await;
        let seen = at_rest(machine).await;
        if window.run(MASK).await == 0 {
            return seen;
        }
    }
    stand_still(window, left).await;
    at_rest(machine).await
}

/// What the window looks like once two looks at it, one after the other, are the same. What never rests is taken as it is.
async fn at_rest(machine: &Machine) -> RgbaImage {
    let mut before = machine.look();
    for _ in 0..15 {
        tokio::time::sleep(Duration::from_millis(40)).await;
        let now = machine.look();
        if now == before {
            break;
        }
        before = now;
    }
    before
}

/// Lets the clock of the page stand so many seconds before the end of a time step, and writes what is always the same in the place
/// of codes, moments, durations and names that are made up anew each time.
async fn stand_still(window: &Window, left: u32) {
    window.run(&format!("const left = {left};\n{STAND}")).await;
    window
        .until("the rings", &format!("const left = '{left}';\n{RINGS}"))
        .await;
    window.run(MASK).await;
}

const STAND: &str = "window.lockstepClock ??= Date.now.bind(Date);
    const step = Math.floor(window.lockstepClock() / 30000) * 30000;
    Date.now = () => step + (30 - left) * 1000;
    document.dispatchEvent(new Event('visibilitychange'));";

/// Takes away what comes and goes by itself. It is done before anything is looked at, since a bar that is shown fades only later.
pub(crate) async fn calm(window: &Window) {
    window.run(CALM).await;
}

const CALM: &str = "const sheet = new CSSStyleSheet();
    sheet.replaceSync(
      'input, textarea { caret-color: transparent !important } * { scrollbar-width: none !important }');
    document.adoptedStyleSheets = [sheet];";

/// Rows out of sight ask for no codes.
const RINGS: &str = "return [...document.querySelectorAll('.ring')]
      .filter((ring) => ring.getBoundingClientRect().top < innerHeight - 60)
      .every((ring) => ring.textContent.trim() === left) || null";

const MASK: &str = r"let count = 0;
    const walk = (element, write) => {
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const { data } = texts.currentNode;
        const written = write(data);
        if (written === data) continue;
        texts.currentNode.data = written;
        count += 1;
      }
    };
    let place = 0;
    const digits = (text) => text.replace(/\d/g, () => String((place++ * 7 + 3) % 10));
    for (const code of document.querySelectorAll(`[data-testid='code'], [data-testid='handed-code'], .next-code`)) walk(code, digits);
    const dials = document.querySelectorAll('.dial');
    for (const dial of dials) {
      dial.style.setProperty('--left', '0.7');
      walk(dial.querySelector('.dial__figure'), (text) => text.replace(/\d+/, '42'));
    }
    const pair = document.querySelector('.pair');
    if (pair) walk(pair, (text) => text.replace(/\d+ more second/, '42 more second'));
    const always = [
      [/\b([01]\d|2[0-3]):[0-5]\d\b/g, '14:20'],
      [/\b\d:[0-5]\d\b/g, '0:24'],
      [/\bproved in \d+ s\b/g, 'proved in 10 s'],
      [/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}, \d{4}\b/g, 'Mar 3, 2026'],
      [/\b\d+\.\d s\b/g, '0.4 s'],
      [/\b\d+ h \d+ min\b/g, '11 h 59 min'],
      [/\b12 h left\b/g, '11 h 59 min left'],
      [/\bin \d+ min\b/g, 'in 15 min'],
      [/\b\d+\u00a0kB\b/g, '3\u00a0kB'],
      [/-[0-9a-f]{10}\b/g, '-a41f5c77c0'],
      [/^tmp\/$/, 'home/'],
      [/^lockstep-\w{6}\/$/, 'maya/'],
      [/^data\/$/, '.local/share/'],
      [/\/tmp\/lockstep-\w+\/data/g, '/home/maya/.local/share'],
      [/\/tmp\/lockstep-\w+\/home/g, '/home/maya'],
      [/\/tmp\/lockstep-\w+/g, '/home/maya'],
      [/127\.0\.0\.1:\d+/g, '127.0.0.1:8080'],
      [/\bAKIA\w{16}\b/g, 'AKIAIOSFODNN7EXAMPLE'],
    ];
    walk(document.body, (text) => always.reduce((written, [changing, same]) => written.replace(changing, same), text));
    for (const field of document.querySelectorAll('input')) {
      if (field.value.startsWith('/tmp/')) field.value = field.value.replace(/\/tmp\/lockstep-\w+\/home/, '/home/maya');
    }
    return count;";
