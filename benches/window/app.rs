//! An app in its own process tree, on a machine of its own.

use std::process::Stdio;
use std::time::{Duration, Instant};

use lockstep_testing::process::Process;

use crate::machine::Machine;
use crate::paint::Screen;
use crate::tree;

/// What is started.
#[derive(Clone, Copy)]
pub(crate) enum Start {
    /// Lockstep with its window.
    Window,
    /// Lockstep in the tray alone, as it starts with the session.
    Hidden,
    /// The empty app as Tauri makes it.
    Empty,
    /// The empty app whose web engine is set up as Lockstep's: what is left is what Lockstep itself takes.
    EmptyAlike,
}

/// It runs until the value is dropped.
pub(crate) struct App {
    process: Process,
    started: Instant,
}

impl App {
    pub(crate) fn start(machine: &Machine, start: Start) -> Self {
        let own = std::env::current_exe().unwrap();
        let (program, argument) = match start {
            Start::Window => (env!("CARGO_BIN_EXE_lockstep-desktop"), None),
            Start::Hidden => (env!("CARGO_BIN_EXE_lockstep-desktop"), Some("--hidden")),
            Start::Empty => (own.to_str().unwrap(), Some("empty")),
            Start::EmptyAlike => (own.to_str().unwrap(), Some("empty-alike")),
        };
        let mut command = machine.command(program);
        command.args(argument);
        // Nobody offers accessibility or sound on this machine, which GTK has something to say about.
        command.stderr(Stdio::null());
        Self {
            started: Instant::now(),
            process: Process::start(&mut command),
        }
    }

    /// How long after the start the screen first looked as it does at rest.
    pub(crate) fn time_to_paint(&self, screen: &Screen) -> Duration {
        screen.first_like_rest(self.started)
    }

    /// The processor time of the whole tree so far.
    pub(crate) fn processor_time(&self) -> Duration {
        tree::of(self.process.id()).processor_time()
    }

    /// The proportional set size of the whole tree in MiB (proc(5), `smaps_rollup`).
    pub(crate) fn pss(&self) -> f64 {
        tree::of(self.process.id()).pss()
    }
}
