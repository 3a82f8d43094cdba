//! The peer: what every Tauri app takes.

use lockstep_desktop::web_engine;

/// Runs an app with one window and a page of one line.
pub(crate) fn run() {
    tauri::Builder::default()
        .run(tauri::generate_context!("benches/window/tauri.conf.json"))
        .unwrap();
}

/// The same with the web engine set up as Lockstep's.
pub(crate) fn run_alike() {
    web_engine::prepare().unwrap();
    run();
}
