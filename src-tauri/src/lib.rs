//! The desktop shell: one window on the device library. It holds no logic of one-time passwords; what the window may
//! ask for is in [`commands`], what it hears without asking in [`announce`].

pub mod activity;
pub mod adding;
pub mod announce;
pub mod apps;
pub mod arguments;
pub mod autostart;
pub mod aws;
pub mod backing;
pub mod camera;
pub mod clipboard;
pub mod codes;
pub mod commands;
pub mod error;
pub mod exporting;
pub mod first_look;
pub mod fleet;
pub mod handed_off;
#[cfg(target_os = "linux")]
mod hotkey;
pub mod ipc;
pub mod moving;
pub mod notice;
mod opening;
pub mod place;
pub mod presence;
#[cfg(target_os = "linux")]
mod second_start;
pub mod secret;
pub mod settings;
pub mod shell;
pub mod shortcut;
mod source;
pub mod stage;
pub mod surroundings;
#[cfg(test)]
mod test_shell;
mod timer;
pub mod tray;
#[cfg(target_os = "linux")]
mod tray_icon;
mod watch;
#[cfg(target_os = "linux")]
pub mod web_engine;
pub mod window;
pub mod words;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lockstep_device::authenticator::Home;
use lockstep_device::camera::of_session;
use lockstep_device::screen::Way;
use lockstep_device::store::fault::Faults;
use lockstep_device::time::SystemClock;
use tauri::{App, AppHandle, Manager, RunEvent, WindowEvent};

use crate::arguments::{Arguments, Waiting};
use crate::shell::Shell;
use crate::surroundings::Surroundings;

/// Runs the app until its window is closed.
pub fn run() -> tauri::Result<()> {
    let ipc = ipc::builder();
    let given = Arguments::of_this_process();
    if has_handed_over(&given) {
        return Ok(());
    }
    let waiting = Waiting::default();
    waiting.add(given);
    let came = waiting.clone();
    tauri::Builder::default()
        // First of all plugins: a second start without arguments ends there, and those of others come here.
        .plugin(tauri_plugin_single_instance::init(move |app, words, folder| {
            if !words.iter().any(|word| word == autostart::HIDDEN) {
                window::bring_up(app);
            }
            let words = words.into_iter().skip(1).map(OsString::from);
            let arguments = Arguments::of(words, Path::new(&folder));
            match app.try_state::<Arc<Shell>>() {
                Some(shell) => shell.start_with(arguments),
                None => came.add(arguments),
            }
        }))
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(ipc.invoke_handler())
        .setup(move |app| {
            ipc.mount_events(app);
            let is_hidden = std::env::args_os().any(|argument| argument == autostart::HIDDEN);
            start(app, waiting, is_hidden)?;
            Ok(window::open(app, &data_folder(app)?, is_hidden, look_around)?)
        })
        .build(tauri::generate_context!())?
        .run(|app, event| match event {
            RunEvent::WindowEvent {
                event: WindowEvent::CloseRequested { api, .. },
                ..
            } => {
                keep_place(app);
                let shell = app.state::<Arc<Shell>>();
                if shell.settings().close_to_tray && app.state::<Arc<Surroundings>>().is_in_tray() {
                    api.prevent_close();
                    window::hide(app);
                }
            }
            RunEvent::ExitRequested { .. } => keep_place(app),
            RunEvent::Exit => {
                take_code_back(app);
                let shell = app.state::<Arc<Shell>>();
                shell.end_practice();
                shell.finish_backup();
                shell.finish_activity();
            }
            _ => {}
        });
    Ok(())
}

/// Begins to open the store, before the window is there.
fn start(app: &App, waiting: Waiting, is_hidden: bool) -> tauri::Result<()> {
    let home = Home {
        folder: data_folder(app)?,
        clock: Arc::new(SystemClock),
        faults: Faults::none(),
    };
    let screens = Way::of_session(|name| std::env::var(name).ok());
    let cameras = of_session(|name| std::env::var(name).ok());
    let shell = Shell::new(home, Arc::new(app.handle().clone()))
        .with_waiting(waiting)
        .with_screens(Arc::new(screens))
        .with_cameras(cameras.into());
    let shell = Arc::new(shell);
    app.manage(Arc::clone(&shell));
    app.manage(Arc::new(Surroundings::new(surroundings::autostart(app.handle()))));
    std::thread::spawn(move || {
        shell.open();
        if !is_hidden {
            shell.read_ahead();
        }
    });
    Ok(())
}

/// Reaches the desktop. It waits for the page: two processors have enough to do until the first picture.
fn look_around(app: &AppHandle) {
    let app = app.clone();
    std::thread::spawn(move || {
        let (surroundings, shell) = (app.state::<Arc<Surroundings>>(), app.state::<Arc<Shell>>());
        surroundings.reach(&app, &shell);
    });
}

/// `LOCKSTEP_HOME`, or `lockstep` in the platform's data folder, as on the command line.
fn data_folder(app: &App) -> tauri::Result<PathBuf> {
    match std::env::var_os("LOCKSTEP_HOME").filter(|folder| !folder.is_empty()) {
        Some(folder) => Ok(folder.into()),
        None => Ok(app.path().data_dir()?.join("lockstep")),
    }
}

/// The next start shows the window where it is now.
fn keep_place(app: &AppHandle) {
    let Some(place) = window::place(app) else {
        return;
    };
    let home = &app.state::<Arc<Shell>>().home;
    if let Err(error) = place.save(&home.folder, &home.faults) {
        tracing::warn!(%error, "the window's place was not saved");
    }
}

/// Whether another instance took what this start was given. Where it cannot be asked, there is none.
#[cfg(target_os = "linux")]
fn has_handed_over(given: &Arguments) -> bool {
    if given.is_empty() {
        return false;
    }
    second_start::hand_over(given).unwrap_or_else(|error| {
        tracing::debug!(%error, "no other instance could be asked");
        false
    })
}

/// Other systems leave it to the plugin.
#[cfg(not(target_os = "linux"))]
fn has_handed_over(_given: &Arguments) -> bool {
    false
}

fn take_code_back(app: &AppHandle) {
    if let Err(error) = app.state::<Arc<Shell>>().clipboard.clear() {
        tracing::warn!(%error, "a copied code may still be on the clipboard");
    }
}
