//! A D-Bus session of a test's own, with or without a keyring on it: nothing of the machine's own session, home or
//! keyring is touched, and any number of them run side by side.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};

use crate::process::{Process, missing};

/// The password of every test keyring.
pub const PASSWORD: &str = "correct horse";

/// A bus, perhaps with GNOME Keyring on it, and a scratch home. All of it ends with the value.
pub struct PrivateSession {
    // Dropped in this order: the keyring before its bus, both before their files.
    keyring: Option<Process>,
    bus: Process,
    address: String,
    scratch: Scratch,
}

/// Where the session's files are.
enum Scratch {
    Own(TempDir),
    Given(PathBuf),
}

impl PrivateSession {
    /// A bus with an unlocked, empty keyring.
    pub fn with_keyring() -> Self {
        let mut session = Self::without_keyring();
        session.start_keyring();
        session
    }

    /// A bus that nobody offers a keyring on.
    pub fn without_keyring() -> Self {
        Self::start(Scratch::Own(scratch_folder()))
    }

    /// A bus that nobody offers a keyring on, at [`bus_address`] in a folder of the caller's.
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self::start(Scratch::Given(folder.to_owned()))
    }

    fn start(scratch: Scratch) -> Self {
        for folder in ["home", "data", "config", "cache", "run"] {
            let folder = scratch.path().join(folder);
            fs::create_dir(&folder).expect("a folder in the scratch folder");
            fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).expect("a private folder");
        }
        let configuration = scratch.path().join("bus.conf");
        fs::write(&configuration, configuration_for(scratch.path())).expect("the bus's configuration");
        let mut daemon = Command::new("dbus-daemon");
        daemon
            .arg("--nofork")
            .arg("--nopidfile")
            .arg("--print-address=1")
            .arg(format!("--config-file={}", configuration.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        let mut bus = Process::start(&mut daemon);
        let address = bus.first_line();
        assert!(!address.is_empty(), "dbus-daemon ended without giving an address");
        Self {
            keyring: None,
            bus,
            address,
            scratch,
        }
    }

    /// Starts the keyring and unlocks it; after [`PrivateSession::kill_keyring`] it comes back with its items.
    pub fn start_keyring(&mut self) {
        let mut keyring = self.spawn_keyring(&["--unlock"]);
        keyring.give(PASSWORD);
        self.keyring = Some(keyring);
        self.wait_until("the keyring is on the bus and open", || {
            self.is_open() == Some(true)
        });
    }

    /// Starts the keyring as it is before anybody gave its password: it has not read its items yet.
    pub fn start_locked_keyring(&mut self) {
        self.keyring = Some(self.spawn_keyring(&[]));
        self.wait_until("the keyring is on the bus and locked", || {
            self.is_open() == Some(false)
        });
    }

    fn spawn_keyring(&self, arguments: &[&str]) -> Process {
        let mut daemon = Command::new("gnome-keyring-daemon");
        daemon
            .args(["--foreground", "--components=secrets"])
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Process::start(self.on(&mut daemon))
    }

    /// Locks the keyring, as a screen lock does.
    pub fn lock(&self) {
        let locked = self.dbus_send(
            "org.freedesktop.Secret.Service.Lock",
            "/org/freedesktop/secrets",
            &["array:objpath:/org/freedesktop/secrets/collection/login"],
        );
        assert!(locked.is_some(), "the keyring was not locked");
        self.wait_until("the keyring is locked", || self.is_open() == Some(false));
    }

    /// Unlocks the keyring behind everybody's back, as logging in does.
    pub fn unlock(&self) {
        async_io::block_on(unlock(&self.address)).expect("the keyring takes its password");
        self.wait_until("the keyring is open", || self.is_open() == Some(true));
    }

    /// Ends the keyring without warning.
    pub fn kill_keyring(&mut self) {
        drop(self.keyring.take());
    }

    /// Ends the bus without warning.
    pub fn kill_bus(&mut self) {
        self.bus.kill();
    }

    /// The bus's address.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// A scratch folder that goes with the session.
    pub fn home(&self) -> PathBuf {
        self.scratch.path().join("home")
    }

    /// What a program needs in its environment to be in this session.
    pub fn env(&self) -> Vec<(&'static str, OsString)> {
        env(self.scratch.path(), &self.address)
    }

    /// Puts a program into this session, and away from any display.
    pub fn on<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        put_into(command, self.env());
        command
    }

    /// Whether the login collection is open; nothing when there is no keyring or no such collection.
    fn is_open(&self) -> Option<bool> {
        let reply = self.dbus_send(
            "org.freedesktop.DBus.Properties.Get",
            LOGIN,
            &["string:org.freedesktop.Secret.Collection", "string:Locked"],
        )?;
        if reply.contains("boolean true") {
            Some(false)
        } else {
            reply.contains("boolean false").then_some(true)
        }
    }

    fn dbus_send(&self, method: &str, path: &str, arguments: &[&str]) -> Option<String> {
        let output = Command::new("dbus-send")
            .arg(format!("--bus={}", self.address))
            .args(["--print-reply", "--dest=org.freedesktop.secrets", path, method])
            .args(arguments)
            .output()
            .unwrap_or_else(|error| missing("dbus-send", &error));
        output
            .status
            .success()
            .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn wait_until(&self, what: &str, mut is_so: impl FnMut() -> bool) {
        let started = Instant::now();
        while !is_so() {
            assert!(
                started.elapsed() < PATIENCE,
                "waited in vain until {what} ({})",
                self.address
            );
            std::thread::sleep(PAUSE);
        }
    }
}

impl Scratch {
    fn path(&self) -> &Path {
        match self {
            Self::Own(folder) => folder.path(),
            Self::Given(folder) => folder,
        }
    }
}

/// A folder for a session's files, with a path short enough for a socket's.
pub(crate) fn scratch_folder() -> TempDir {
    tempfile::Builder::new()
        .prefix("lockstep-")
        .tempdir()
        .expect("a scratch folder")
}

/// Where the bus listens whose session's files are in this folder.
pub(crate) fn bus_address(folder: &Path) -> String {
    format!("unix:path={}", folder.join("bus").display())
}

/// The environment of the session whose files are in this folder.
pub(crate) fn env(folder: &Path, address: &str) -> Vec<(&'static str, OsString)> {
    let inner = |name: &str| folder.join(name).into_os_string();
    vec![
        ("DBUS_SESSION_BUS_ADDRESS", address.into()),
        ("HOME", inner("home")),
        ("XDG_DATA_HOME", inner("data")),
        ("XDG_CONFIG_HOME", inner("config")),
        ("XDG_CACHE_HOME", inner("cache")),
        ("XDG_RUNTIME_DIR", inner("run")),
    ]
}

/// Puts a program into an environment, and away from any display.
pub(crate) fn put_into(command: &mut Command, env: Vec<(&'static str, OsString)>) {
    for name in ["DISPLAY", "WAYLAND_DISPLAY", "GNOME_KEYRING_CONTROL"] {
        command.env_remove(name);
    }
    command.envs(env);
}

/// Hands the password to the keyring on this bus, through the interface that its own command line tools use.
pub(crate) async fn unlock(address: &str) -> zbus::Result<()> {
    let connection = zbus::connection::Builder::address(address)?.build().await?;
    let service = Some("org.freedesktop.secrets");
    let path = "/org/freedesktop/secrets";
    let plain = ("plain", Value::from(""));
    let opened = connection
        .call_method(
            service,
            path,
            Some("org.freedesktop.Secret.Service"),
            "OpenSession",
            &plain,
        )
        .await?;
    let (_, session): (OwnedValue, OwnedObjectPath) = opened.body().deserialize()?;
    let login = ObjectPath::try_from(LOGIN)?;
    let no_parameters: &[u8] = &[];
    let secret = (session, no_parameters, PASSWORD.as_bytes(), "text/plain");
    let interface = Some("org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface");
    connection
        .call_method(
            service,
            path,
            interface,
            "UnlockWithMasterPassword",
            &(login, secret),
        )
        .await?;
    Ok(())
}

/// A bus that starts nothing by itself: no keyring, no prompter.
fn configuration_for(folder: &Path) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>{}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        bus_address(folder)
    )
}

const LOGIN: &str = "/org/freedesktop/secrets/collection/login";
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);
