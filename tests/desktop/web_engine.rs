//! The engine that draws the window, as `web_engine.rs` of the app sets it up.

use std::fs;
use std::io::ErrorKind;

use crate::browser::Window;
use crate::machine::{Machine, in_time};

#[tokio::test]
async fn no_process_of_the_window_has_memory_that_is_both_written_and_executed() {
    in_time(executed()).await;
}

async fn executed() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    window.says("Scan a code").await;
    let mut engines = 0;
    let processes = window.processes();
    let [_driver, ours @ ..] = processes.pids() else {
        panic!("the driver runs")
    };
    for pid in ours {
        let mappings = match fs::read_to_string(format!("/proc/{pid}/maps")) {
            Ok(mappings) => mappings,
            // The app's own process is not shown to others, and root runs the tests where everything is tested.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                eprintln!("not looked at: the memory of process {pid}, which only root may see");
                continue;
            }
            // It has ended in between.
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => panic!("/proc/{pid}/maps: {error}"),
        };
        engines += usize::from(mappings.contains("libjavascriptcoregtk"));
        let both: Vec<&str> = mappings.lines().filter(|line| line.contains(" rwx")).collect();
        assert!(both.is_empty(), "process {pid} has {both:?}");
    }
    assert!(
        engines >= 2,
        "the processes of the web view were looked at, not {engines}"
    );
}
