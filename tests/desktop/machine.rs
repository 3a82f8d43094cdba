//! A machine of one's own for each test: a scratch home, a display without a screen, a session bus and, when wanted, a
//! keyring on it. Everything ends with the value, also when the test panics.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use lockstep_testing::display::Display;
use lockstep_testing::session::PrivateSession;
use x11rb::protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask};

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The title of the app's window.
const WINDOW: &str = "^Lockstep$";

/// A machine.
pub(crate) struct Machine {
    pub(crate) session: PrivateSession,
    display: Display,
}

impl Machine {
    /// One with an unlocked, empty keyring, as after a log-in.
    pub(crate) fn with_keyring() -> Self {
        Self {
            session: PrivateSession::with_keyring(),
            display: Display::start(),
        }
    }

    /// One without any keyring.
    pub(crate) fn without_keyring() -> Self {
        Self {
            session: PrivateSession::without_keyring(),
            display: Display::start(),
        }
    }

    /// A program that sees this machine and nothing of the real one's home and session.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.session
            .on(&mut command)
            .env("DISPLAY", self.display_name())
            // Whoever plays the machine's own services does so on the same bus.
            .env("DBUS_SYSTEM_BUS_ADDRESS", self.session.address())
            .current_dir(self.session.home());
        command
    }

    /// What `DISPLAY` says here.
    pub(crate) fn display_name(&self) -> &str {
        self.display.name()
    }

    /// What a program prints; it has to succeed.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> String {
        let output = self.command(program).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{program} {arguments:?}: {said}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// A file for the test to use.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.session.home().join(name)
    }

    /// Writes the app's settings, as it would find them from an earlier run.
    pub(crate) fn write_settings(&self, json: &str) {
        let folder = self.data();
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("settings.json"), json).unwrap();
    }

    /// Writes what the desktop sets for every program of GTK.
    pub(crate) fn write_gtk_settings(&self, line: &str) {
        let folder = self.config().join("gtk-3.0");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join("settings.ini"), format!("[Settings]\n{line}\n")).unwrap();
    }

    /// The app's data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.folder("XDG_DATA_HOME").join("lockstep")
    }

    /// The folder of programs' settings.
    pub(crate) fn config(&self) -> PathBuf {
        self.folder("XDG_CONFIG_HOME")
    }

    fn folder(&self, variable: &str) -> PathBuf {
        let variables = self.session.env();
        let (_, folder) = variables.iter().find(|(name, _)| *name == variable).unwrap();
        PathBuf::from(folder)
    }

    /// Closes the app's window as a window manager does (ICCCM, "Window Deletion").
    pub(crate) fn close_window(&self) {
        let found = self.run("xdotool", &["search", "--onlyvisible", "--name", WINDOW]);
        let window = found.lines().next().unwrap().parse().unwrap();
        let (connection, _) = x11rb::connect(Some(self.display_name())).unwrap();
        let atom = |name: &str| {
            let asked = connection.intern_atom(false, name.as_bytes()).unwrap();
            asked.reply().unwrap().atom
        };
        let data = [atom("WM_DELETE_WINDOW"), x11rb::CURRENT_TIME, 0, 0, 0];
        let message = ClientMessageEvent::new(32, window, atom("WM_PROTOCOLS"), data);
        connection
            .send_event(false, window, EventMask::NO_EVENT, message)
            .unwrap()
            .check()
            .unwrap();
    }

    /// Gives the app's window another size.
    pub(crate) fn resize_window(&self, width: u32, height: u32) {
        let (width, height) = (width.to_string(), height.to_string());
        self.run(
            "xdotool",
            &[
                "search",
                "--onlyvisible",
                "--name",
                WINDOW,
                "windowsize",
                &width,
                &height,
            ],
        );
    }

    /// Writes what the app's window looks like to `file`, as PNG. Asked by `WebDriver`, the web view never answers.
    pub(crate) fn take_picture(&self, file: &Path) {
        let found = self.run("xdotool", &["search", "--onlyvisible", "--name", WINDOW]);
        let window = found.lines().next().unwrap();
        // By its whole path: other programs are called `import`, too.
        self.run("/usr/bin/import", &["-window", window, file.to_str().unwrap()]);
    }

    /// Copies a text, as another program does.
    pub(crate) fn put_on_clipboard(&self, text: &str) {
        let mut command = self.command("xclip");
        command
            .args(["-selection", "clipboard", "-in"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        let mut program = command.spawn().unwrap();
        program.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        // It stays in the background to serve the text, and ends with the display.
        assert!(program.wait().unwrap().success(), "xclip copied nothing");
    }
}

/// Runs a test that may not hang: what it started ends with it, which nobody would see to if it were killed.
pub(crate) async fn in_time(test: impl Future<Output = ()>) {
    let done = tokio::time::timeout(5 * PATIENCE, test).await;
    assert!(done.is_ok(), "the test hangs");
}

/// Asks again and again until there is an answer.
pub(crate) fn eventually<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(
            Instant::now() < deadline,
            "not within {} s: {what}",
            PATIENCE.as_secs()
        );
        sleep(Duration::from_millis(50));
    }
}
