//! A machine of one's own for each test: a scratch home, a display without a screen, a session bus and, when wanted, a
//! keyring on it. Everything ends with the value, also when the test panics.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use image::RgbaImage;
use lockstep_testing::display::Display;
use lockstep_testing::session::PrivateSession;
use x11rb::connection::Connection;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConfigureWindowAux, ConnectionExt, EventMask, ImageFormat, MapState,
};
use x11rb::rust_connection::RustConnection;

/// How long anything may take on a busy machine.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// The title of the app's window.
const WINDOW: &[u8] = b"Lockstep";

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
        let window = self.window();
        let connection = self.connect();
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
        let size = ConfigureWindowAux::new().width(width).height(height);
        let connection = self.connect();
        connection
            .configure_window(self.window(), &size)
            .unwrap()
            .check()
            .unwrap();
    }

    /// Answers the system's dialogue that asks for the name of a file, as a person types it.
    pub(crate) fn name_file(&self, path: &Path) {
        let dialogue = eventually("a dialogue asks for a name", || {
            let mut search = self.command("xdotool");
            let found = search
                .args(["search", "--onlyvisible", "--name", "^Save File$"])
                .output()
                .unwrap();
            let windows = String::from_utf8(found.stdout).unwrap();
            windows.lines().next().map(str::to_owned)
        });
        // There is no window manager that would give it the keys.
        self.run("xdotool", &["windowfocus", "--sync", &dialogue]);
        let path = path.to_str().unwrap();
        self.run("xdotool", &["key", "ctrl+a", "type", "--delay", "5", path]);
        self.run("xdotool", &["key", "Return"]);
    }

    /// Takes the pointer to the corner of the window, where nothing answers it. It has to move for the window to notice.
    pub(crate) fn point_away(&self) {
        let connection = self.connect();
        let root = connection.setup().roots[0].root;
        for place in [3, 1] {
            connection
                .warp_pointer(x11rb::NONE, root, 0, 0, 0, 0, place, place)
                .unwrap()
                .check()
                .unwrap();
        }
    }

    /// What the app's window looks like. Asked by `WebDriver`, the web view never answers.
    pub(crate) fn look(&self) -> RgbaImage {
        let connection = self.connect();
        let window = self.window();
        let size = connection.get_geometry(window).unwrap().reply().unwrap();
        let seen = connection
            .get_image(
                ImageFormat::Z_PIXMAP,
                window,
                0,
                0,
                size.width,
                size.height,
                u32::MAX,
            )
            .unwrap();
        let mut pixels = seen.reply().unwrap().data;
        // Xvfb's pixels of 24 bits lie in four bytes each, blue first.
        for pixel in pixels.chunks_exact_mut(4) {
            pixel.swap(0, 2);
            pixel[3] = u8::MAX;
        }
        RgbaImage::from_raw(size.width.into(), size.height.into(), pixels).unwrap()
    }

    /// The app's window on the display.
    fn window(&self) -> u32 {
        let connection = self.connect();
        let root = connection.setup().roots[0].root;
        let windows = connection.query_tree(root).unwrap().reply().unwrap().children;
        let found = windows.into_iter().find(|window| {
            let name = connection
                .get_property(false, *window, AtomEnum::WM_NAME, AtomEnum::ANY, 0, 64)
                .unwrap();
            let shown = connection.get_window_attributes(*window).unwrap();
            name.reply().is_ok_and(|name| name.value == WINDOW)
                && shown
                    .reply()
                    .is_ok_and(|shown| shown.map_state == MapState::VIEWABLE)
        });
        found.expect("the app has a window")
    }

    fn connect(&self) -> RustConnection {
        x11rb::connect(Some(self.display.name())).unwrap().0
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
