//! A display without a screen.

use std::process::{Command, Stdio};

use crate::process::Process;

/// An X display of 1280 × 900 that nobody sees, until it is dropped.
pub struct Display {
    name: String,
    _server: Process,
}

impl Display {
    /// Starts one under a number that is free.
    pub fn start() -> Self {
        let mut command = Command::new("Xvfb");
        command
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x900x24",
                "-noreset",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut server = Process::start(&mut command);
        let number = server.first_line();
        assert!(!number.is_empty(), "Xvfb ended without a display");
        Self {
            name: format!(":{number}"),
            _server: server,
        }
    }

    /// What `DISPLAY` says, such as `:99`.
    pub fn name(&self) -> &str {
        &self.name
    }
}
