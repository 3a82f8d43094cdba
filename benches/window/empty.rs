//! The peer: what every Tauri app takes.

/// Runs an app with one window and a page of one line.
pub(crate) fn run() {
    tauri::Builder::default()
        .run(tauri::generate_context!("benches/window/tauri.conf.json"))
        .unwrap();
}
