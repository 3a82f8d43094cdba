//! The desktop shell: one window on the device library. It holds no logic of one-time passwords; what the window may
//! ask for is in [`commands`], what it hears without asking in [`announce`].

pub mod adding;
pub mod announce;
pub mod apps;
pub mod aws;
pub mod backing;
pub mod clipboard;
pub mod codes;
pub mod commands;
pub mod error;
pub mod exporting;
pub mod fleet;
pub mod graphics;
pub mod handed_off;
pub mod ipc;
mod opening;
pub mod secret;
pub mod settings;
pub mod shell;
pub mod stage;
mod timer;
mod watch;
pub mod window;

use std::path::PathBuf;
use std::sync::Arc;

use lockstep_device::authenticator::Home;
use lockstep_device::store::fault::Faults;
use lockstep_device::time::SystemClock;
use tauri::{App, AppHandle, Manager, RunEvent};

use crate::shell::Shell;

/// Runs the app until its window is closed.
pub fn run() -> tauri::Result<()> {
    let ipc = ipc::builder();
    tauri::Builder::default()
        // First of all plugins: a second start ends there.
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::bring_up(app);
        }))
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(ipc.invoke_handler())
        .setup(move |app| {
            ipc.mount_events(app);
            start(app)?;
            Ok(window::open(app)?)
        })
        .build(tauri::generate_context!())?
        .run(|app, event| {
            if matches!(event, RunEvent::Exit) {
                take_code_back(app);
                app.state::<Arc<Shell>>().finish_backup();
            }
        });
    Ok(())
}

/// Begins to open the store, before the window is there.
fn start(app: &App) -> tauri::Result<()> {
    let home = Home {
        folder: data_folder(app)?,
        clock: Arc::new(SystemClock),
        faults: Faults::none(),
    };
    let shell = Arc::new(Shell::new(home, Arc::new(app.handle().clone())));
    app.manage(Arc::clone(&shell));
    std::thread::spawn(move || shell.open());
    Ok(())
}

/// `LOCKSTEP_HOME`, or `lockstep` in the platform's data folder, as on the command line.
fn data_folder(app: &App) -> tauri::Result<PathBuf> {
    match std::env::var_os("LOCKSTEP_HOME").filter(|folder| !folder.is_empty()) {
        Some(folder) => Ok(folder.into()),
        None => Ok(app.path().data_dir()?.join("lockstep")),
    }
}

fn take_code_back(app: &AppHandle) {
    if let Err(error) = app.state::<Arc<Shell>>().clipboard.clear() {
        tracing::warn!(%error, "a copied code may still be on the clipboard");
    }
}
