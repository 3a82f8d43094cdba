//! The window as the system sees it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Once};

use lockstep_device::hand_off::EXTENSION;
use serde::Deserialize;
use tauri::webview::PageLoadEvent;
use tauri::{App, AppHandle, Manager, Monitor, WebviewWindowBuilder, Wry};
use tauri_plugin_dialog::{DialogExt, FileDialogBuilder};

use crate::error::ShellError;
use crate::place::{Place, Screen};
use crate::shell::Shell;
use crate::words::Words;

/// Opens the windows that `tauri.conf.json` describes, where they stood last; `hidden` ones wait to be brought up. Once the
/// page of the first is loaded, `then` happens.
pub fn open(app: &App, folder: &Path, hidden: bool, then: fn(&AppHandle)) -> tauri::Result<()> {
    let loaded = Arc::new(Once::new());
    // A private web view keeps nothing on disk. WebKit refuses to let one be driven, so a test gets an ordinary one.
    let driven = std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some_and(|value| value == "true");
    let place = Place::read(folder);
    for window in &app.config().app.windows {
        let mut builder = WebviewWindowBuilder::from_config(app.handle(), window)?
            .incognito(!driven)
            .visible(!hidden)
            .on_page_load({
                let loaded = Arc::clone(&loaded);
                move |window, payload| {
                    if payload.event() == PageLoadEvent::Finished {
                        loaded.call_once(|| then(window.app_handle()));
                    }
                }
            });
        if let Some(place) = place {
            builder = builder
                .inner_size(place.width, place.height)
                .maximized(place.maximised);
            if let Some((x, y)) = place.corner_on(&screens(app.handle())) {
                builder = builder.position(x, y);
            }
        }
        builder.build()?;
    }
    Ok(())
}

/// Where the window stands; nothing when it is not there, or the system does not say.
pub fn place(app: &AppHandle) -> Option<Place> {
    let window = app.get_webview_window(LABEL)?;
    let scale = window.scale_factor().ok()?;
    let size = window.inner_size().ok()?.to_logical::<f64>(scale);
    // On Wayland every window says that it stands in the corner.
    let corner = window
        .outer_position()
        .ok()
        .map(|corner| corner.to_logical::<f64>(scale))
        .filter(|corner| (corner.x, corner.y) != (0.0, 0.0));
    Some(Place {
        width: size.width,
        height: size.height,
        x: corner.map(|corner| corner.x),
        y: corner.map(|corner| corner.y),
        maximised: window.is_maximized().unwrap_or_default(),
    })
}

fn screens(app: &AppHandle) -> Vec<Screen> {
    let monitors = app.available_monitors().unwrap_or_default();
    let screen = |monitor: &Monitor| {
        let scale = monitor.scale_factor();
        let (corner, size) = (
            monitor.position().to_logical::<f64>(scale),
            monitor.size().to_logical::<f64>(scale),
        );
        Screen {
            x: corner.x,
            y: corner.y,
            width: size.width,
            height: size.height,
        }
    };
    monitors.iter().map(screen).collect()
}

/// Leaves the app in the tray alone.
pub fn hide(app: &AppHandle) {
    look_away(app);
    if let Some(window) = app.get_webview_window(LABEL) {
        done("hidden", window.hide());
    }
}

/// Makes room for the program that the code is for.
pub fn put_aside(app: &AppHandle) {
    look_away(app);
    if let Some(window) = app.get_webview_window(LABEL) {
        done("minimised", window.minimize());
    }
}

/// Nobody can see that the camera is on.
fn look_away(app: &AppHandle) {
    if let Some(shell) = app.try_state::<Arc<Shell>>() {
        shell.close_camera();
    }
}

fn done(what: &str, outcome: tauri::Result<()>) {
    if let Err(error) = outcome {
        tracing::debug!(%error, "the window could not be {what}");
    }
}

/// Brings the window before the person, as a second start of the app does.
pub fn bring_up(app: &AppHandle) {
    let Some(window) = app.get_webview_window(LABEL) else {
        return;
    };
    for outcome in [window.unminimize(), window.show(), window.set_focus()] {
        done("brought up", outcome);
    }
}

/// Files of one kind, as a dialogue offers them.
#[derive(Clone, Copy)]
pub struct Files {
    /// What they are.
    pub kind: FileKind,
    /// What their names end in, without the full stop.
    pub endings: &'static [&'static str],
}

/// What files are, in the words of a dialogue.
#[derive(Clone, Copy)]
pub enum FileKind {
    /// Pictures.
    Pictures,
    /// What other apps export.
    Exports,
    /// Backups.
    Backups,
    /// Hand-offs.
    HandOffs,
    /// Plain text.
    Text,
    /// Links.
    Links,
    /// Files of a format that is called the same in every language.
    Format(&'static str),
}

impl FileKind {
    const fn said(self, words: &Words) -> &'static str {
        match self {
            Self::Pictures => words.pictures,
            Self::Exports => words.exports,
            Self::Backups => words.backups,
            Self::HandOffs => words.hand_offs,
            Self::Text => words.text,
            Self::Links => words.links,
            Self::Format(name) => name,
        }
    }
}

/// Pictures that may hold QR codes.
pub const PICTURES: Files = Files {
    kind: FileKind::Pictures,
    endings: &["png", "jpg", "jpeg", "webp", "bmp", "gif", "PNG", "JPG", "JPEG"],
};

/// What other apps export, and lists of links.
pub const EXPORTS: Files = Files {
    kind: FileKind::Exports,
    endings: &[
        "json", "2fas", "txt", "csv", "zip", "kdbx", "xml", "bin", "authpro", "stratum", "aes", "maFile",
        "html",
    ],
};

/// Backups of Lockstep.
pub const BACKUPS: Files = Files {
    kind: FileKind::Backups,
    endings: &["age"],
};

/// Devices that were enrolled for the person.
pub const HAND_OFFS: Files = Files {
    kind: FileKind::HandOffs,
    endings: &[EXTENSION],
};

/// Lists of users with their keys or passphrases.
const LISTS: Files = Files {
    kind: FileKind::Format("CSV"),
    endings: &["csv", "txt"],
};

const PDF: Files = Files {
    kind: FileKind::Format("PDF"),
    endings: &["pdf"],
};

const SVG: Files = Files {
    kind: FileKind::Format("SVG"),
    endings: &["svg"],
};

const TEXT: Files = Files {
    kind: FileKind::Text,
    endings: &["txt"],
};

/// The forms of a recovery kit.
pub const KITS: &[Files] = &[PDF, SVG, TEXT];

/// The forms of a page with a device's QR code.
pub const PAGES: &[Files] = &[PDF, SVG];

/// Lets the person choose files with the system's dialogue, all of these kinds at first; waits for the answer, nothing when
/// there was none.
pub fn choose_files(app: &AppHandle, kinds: &[Files]) -> Option<Vec<PathBuf>> {
    let chosen = opening(app, kinds).blocking_pick_files()?;
    Some(
        chosen
            .into_iter()
            .filter_map(|file| file.into_path().ok())
            .collect(),
    )
}

/// The same for one file.
pub fn choose_file(app: &AppHandle, kinds: &[Files]) -> Option<PathBuf> {
    opening(app, kinds).blocking_pick_file()?.into_path().ok()
}

/// The same for one file of any name, as SSH keys are.
pub fn choose_any_file(app: &AppHandle) -> Option<PathBuf> {
    dialog(app).blocking_pick_file()?.into_path().ok()
}

/// The same for a folder.
pub fn choose_folder(app: &AppHandle) -> Option<PathBuf> {
    dialog(app).blocking_pick_folder()?.into_path().ok()
}

/// Lets the person name a file that is to be written; the dialogue asks whether to replace one that is there.
pub fn name_file(app: &AppHandle, offered: &str, kinds: &[Files]) -> Option<PathBuf> {
    let words = words(app);
    kinds
        .iter()
        .fold(dialog(app), |dialog, files| {
            dialog.add_filter(files.kind.said(words), files.endings)
        })
        .set_file_name(offered)
        .blocking_save_file()?
        .into_path()
        .ok()
}

/// What a person chooses a path for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum ChosenPath {
    /// A CSV file that is there.
    List,
    /// A folder.
    Folder,
    /// A sealed file that is to be written.
    Sheet,
}

/// Lets the person choose a path; nothing when none was chosen.
pub fn choose_path(app: &AppHandle, what: ChosenPath) -> Option<String> {
    let path = match what {
        ChosenPath::List => choose_file(app, &[LISTS]),
        ChosenPath::Folder => choose_folder(app),
        ChosenPath::Sheet => name_file(app, "passphrases.csv.age", &[BACKUPS]),
    };
    path.map(|path| path.display().to_string())
}

/// Shows a folder in the system's file manager.
pub fn show_folder(folder: &Path) -> Result<(), ShellError> {
    let failed = |error: std::io::Error| ShellError::FolderNotShown {
        folder: folder.display().to_string(),
        reason: error.to_string(),
    };
    if !folder.is_dir() {
        return Err(failed(std::io::ErrorKind::NotADirectory.into()));
    }
    let mut manager = Command::new(FILE_MANAGER).arg(folder).spawn().map_err(failed)?;
    // It may stay as long as its window does.
    std::thread::spawn(move || {
        if let Err(error) = manager.wait() {
            tracing::debug!(%error, "the file manager cannot be waited for");
        }
    });
    Ok(())
}

/// Who sits at which machine, for the head of a recovery kit.
pub fn made_for() -> String {
    let user = std::env::var("USER").or_else(|_| std::env::var("USERNAME"));
    user.unwrap_or_default()
}

/// A dialogue that shows files of all these kinds, of one of them, or all files: a name says little about a content.
fn opening(app: &AppHandle, kinds: &[Files]) -> FileDialogBuilder<Wry> {
    let together: Vec<&str> = kinds.iter().flat_map(|files| files.endings).copied().collect();
    let words = words(app);
    let names: Vec<&str> = kinds.iter().map(|files| files.kind.said(words)).collect();
    let dialog = dialog(app).add_filter(names.join(", "), &together);
    let single = kinds.iter().filter(|_| kinds.len() > 1);
    single
        .fold(dialog, |dialog, files| {
            dialog.add_filter(files.kind.said(words), files.endings)
        })
        .add_filter(words.all_files, &["*"])
}

fn dialog(app: &AppHandle) -> FileDialogBuilder<Wry> {
    let dialog = app.dialog().file();
    match app.get_webview_window(LABEL) {
        Some(window) => dialog.set_parent(&window),
        None => dialog,
    }
}

fn words(app: &AppHandle) -> &'static Words {
    app.state::<Arc<Shell>>().words()
}

const LABEL: &str = "main";

const FILE_MANAGER: &str = if cfg!(windows) {
    "explorer"
} else if cfg!(target_os = "macos") {
    "open"
} else {
    "xdg-open"
};
