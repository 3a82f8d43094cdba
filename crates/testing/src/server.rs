//! A server on a port of its own of this machine, and of this machine only.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4};
use std::os::fd::OwnedFd;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use rustix::net::{AddressFamily, SocketType, bind, getsockname, socket, sockopt};
use tempfile::TempDir;

use crate::http::{self, Answer};
use crate::process::Process;
use crate::session::scratch_folder;

/// A port that nobody else is given as long as this lives, on which one program may listen.
pub struct Port {
    number: u16,
    // Bound but not listening: a program that sets SO_REUSEADDR, as all servers do, can then bind and listen, while the
    // kernel hands the number to nobody who asks for any. Choosing a number and letting go of it would race with every
    // other test that starts a server.
    _reservation: OwnedFd,
}

impl Port {
    /// One that is free.
    pub fn reserve() -> Self {
        let reserve = || {
            let socket = socket(AddressFamily::INET, SocketType::STREAM, None)?;
            sockopt::set_socket_reuseaddr(&socket, true)?;
            bind(&socket, &SocketAddrV4::new(Ipv4Addr::LOCALHOST, 0))?;
            let address = SocketAddr::try_from(getsockname(&socket)?)?;
            Ok::<_, rustix::io::Errno>((socket, address.port()))
        };
        let (reservation, number) = reserve().expect("a free port");
        Self {
            number,
            _reservation: reservation,
        }
    }

    /// Its number.
    pub fn number(&self) -> u16 {
        self.number
    }
}

/// A program that listens. It ends, and its files go, with the value.
pub(crate) struct Server {
    // Dropped in this order: the program before its port and its files.
    _process: Process,
    port: Port,
    _scratch: TempDir,
}

impl Server {
    /// Starts a program that will listen on the port, with a folder of its own for a home, and waits until it answers a
    /// GET for `path` with 200.
    pub(crate) fn start(name: &str, command: &mut Command, port: Port, path: &str) -> Self {
        let scratch = scratch_folder();
        let log = scratch.path().join("log");
        let output = File::create(&log).expect("a file in the scratch folder");
        command
            .current_dir(scratch.path())
            .env("HOME", scratch.path())
            .env("TMPDIR", scratch.path())
            .stdin(Stdio::null())
            .stdout(output.try_clone().expect("a second handle of a file"))
            .stderr(output);
        let mut process = Process::start(command);
        let started = Instant::now();
        while !is_ready(&port, path) {
            assert!(
                !process.has_ended() && started.elapsed() < PATIENCE,
                "{name} does not answer on port {}; it said:\n{}",
                port.number,
                fs::read_to_string(&log).unwrap_or_default()
            );
            std::thread::sleep(PAUSE);
        }
        Self {
            _process: process,
            port,
            _scratch: scratch,
        }
    }

    /// Where it listens, such as `http://127.0.0.1:40001`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://127.0.0.1:{}", self.port.number)
    }

    /// Sends it one request. It is an error of the test if it does not answer 200.
    pub(crate) fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
        let answer = http::ask(self.port.number, method, path, headers, body);
        match answer.unwrap_or_else(|error| panic!("{method} {path}: no answer ({error})")) {
            Answer { status: 200, body } => body,
            Answer { status, body } => panic!("{method} {path} was answered {status}: {body}"),
        }
    }
}

fn is_ready(port: &Port, path: &str) -> bool {
    http::ask(port.number, "GET", path, &[], "").is_ok_and(|answer| answer.status == 200)
}

const PATIENCE: Duration = Duration::from_mins(1);
const PAUSE: Duration = Duration::from_millis(20);
