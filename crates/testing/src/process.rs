//! Processes that end with the value that stands for them.

use std::io::{BufRead, BufReader, Write};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command};

use rustix::process::{Pid, Signal, kill_process_group};

/// A process in a group of its own, which is killed as a whole.
pub struct Process(Child);

impl Process {
    /// Starts it.
    pub fn start(command: &mut Command) -> Self {
        let program = command.get_program().to_string_lossy().into_owned();
        let started = command.process_group(0).spawn();
        Self(started.unwrap_or_else(|error| missing(&program, &error)))
    }

    /// Its number.
    pub fn id(&self) -> u32 {
        self.0.id()
    }

    /// The first line it writes to its standard output, which has to be a pipe; empty when it ends without one.
    pub fn first_line(&mut self) -> String {
        let stdout = self.0.stdout.take().expect("a pipe at its standard output");
        let mut line = String::new();
        BufReader::new(stdout)
            .read_line(&mut line)
            .expect("a line of its standard output");
        line.trim().to_owned()
    }

    /// Writes all of its standard input, which has to be a pipe.
    pub fn give(&mut self, text: &str) {
        let mut stdin = self.0.stdin.take().expect("a pipe at its standard input");
        stdin
            .write_all(text.as_bytes())
            .expect("it reads its standard input");
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        matches!(self.0.try_wait(), Ok(Some(_)))
    }

    /// Ends it and its children without warning.
    pub fn kill(&mut self) {
        let group = Pid::from_child(&self.0);
        // Both may have ended by themselves already.
        kill_process_group(group, Signal::KILL).ok();
        self.0.wait().ok();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A program that is not here.
pub(crate) fn missing(program: &str, error: &std::io::Error) -> ! {
    panic!("{program} does not start ({error}); `cargo xtask setup` installs what the tests need")
}
