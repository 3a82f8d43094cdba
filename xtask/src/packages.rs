//! The system packages of Debian 12 that building and testing need.

use std::collections::BTreeSet;
use std::path::Path;

use crate::command;
use crate::error::Error;

/// What the compiler and the linker need. These depend on everything else that GTK asks for.
const BUILD: &[&str] = &[
    "build-essential",
    "pkg-config",
    "libgtk-3-dev",
    "libwebkit2gtk-4.1-dev",
];

/// What the tests drive or compare with: a display, a bus and a keyring, and other people's tools.
const TEST: &[&str] = &[
    "adwaita-icon-theme",
    "age",
    "appstream",
    "at-spi2-core",
    "dbus",
    "dbus-x11",
    "desktop-file-utils",
    "fonts-dejavu-core",
    "gdb",
    "gnome-keyring",
    "imagemagick",
    "libglib2.0-bin",
    "libsecret-tools",
    "oathtool",
    "openbox",
    "openssh-client",
    "procps",
    "shared-mime-info",
    "strace",
    "webkit2gtk-driver",
    "x11-utils",
    "xauth",
    "xclip",
    "xdg-utils",
    "xdotool",
    "xvfb",
    "zbar-tools",
];

/// What the Python packages in `target/peers` are installed with.
const PEERS: &[&str] = &["python3", "python3-venv"];

/// For what the packages are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Build,
    Tour,
    Test,
}

impl Purpose {
    fn packages(self) -> Vec<&'static str> {
        match self {
            Self::Build => BUILD.to_vec(),
            Self::Tour => [BUILD, TEST].concat(),
            Self::Test => [BUILD, TEST, PEERS].concat(),
        }
    }
}

/// Installs what is missing, or fails with the line that an administrator has to run.
pub(crate) fn ensure(purpose: Purpose) -> Result<(), Error> {
    let wanted = purpose.packages();
    let Some(installed) = installed(&wanted)? else {
        println!(
            "This is not Debian, so nothing is installed here. These packages of Debian 12 are needed, under your system's names:\n  {}",
            wanted.join(" ")
        );
        return Ok(());
    };
    let missing: Vec<_> = wanted
        .into_iter()
        .filter(|name| !installed.contains(*name))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    match privilege() {
        Some(prefix) => install(prefix, &missing),
        None => Err(Error::PackagesMissing {
            install: line_for_an_administrator(&missing),
        }),
    }
}

/// Those of the packages that are installed; nothing on a system without dpkg.
fn installed(wanted: &[&str]) -> Result<Option<BTreeSet<String>>, Error> {
    let mut arguments = vec!["--show", "--showformat=${Package} ${db:Status-Status}\\n"];
    arguments.extend(wanted);
    // dpkg-query exits with 1 when it has never heard of one of them, and still lists the others.
    match command::capture(command::program("dpkg-query", &arguments, Path::new("/"))) {
        Ok(output) => Ok(Some(listed_as_installed(&String::from_utf8_lossy(
            &output.stdout,
        )))),
        Err(Error::NotStarted { cause, .. }) if cause.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

fn listed_as_installed(listing: &str) -> BTreeSet<String> {
    listing
        .lines()
        .filter_map(|line| line.strip_suffix(" installed"))
        .map(str::to_owned)
        .collect()
}

/// The words to put before a command that only root may run, or nothing when there is no way without asking.
fn privilege() -> Option<&'static [&'static str]> {
    let root = Path::new("/");
    let user = command::capture(command::program("id", &["-u"], root)).ok()?;
    if user.stdout.trim_ascii() == b"0" {
        Some(&[])
    } else if command::succeeds(command::program("sudo", &["-n", "true"], root)) {
        Some(&["sudo", "-n"])
    } else {
        None
    }
}

fn install(prefix: &[&str], missing: &[&str]) -> Result<(), Error> {
    println!("Installing {} system packages", missing.len());
    let apt = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-q"];
    as_root(prefix, &[apt.as_slice(), &["update"]].concat())?;
    as_root(
        prefix,
        &[
            apt.as_slice(),
            &["install", "-y", "--no-install-recommends"],
            missing,
        ]
        .concat(),
    )
}

fn as_root(prefix: &[&str], words: &[&str]) -> Result<(), Error> {
    let words = [prefix, words].concat();
    match words.split_first() {
        Some((name, arguments)) => command::run(command::program(name, arguments, Path::new("/"))),
        None => Ok(()),
    }
}

fn line_for_an_administrator(missing: &[&str]) -> String {
    format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        missing.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_that_was_removed_but_left_its_settings_is_not_installed() {
        let listing = "age installed\nxvfb config-files\noathtool not-installed\n";
        assert_eq!(listed_as_installed(listing), BTreeSet::from(["age".to_owned()]));
    }

    #[test]
    fn testing_needs_everything_that_building_needs() {
        let test = Purpose::Test.packages();
        assert!(Purpose::Build.packages().iter().all(|name| test.contains(name)));
    }

    #[test]
    fn an_administrator_gets_one_line_that_can_be_pasted() {
        assert_eq!(
            line_for_an_administrator(&["age", "xvfb"]),
            "sudo apt-get update && sudo apt-get install -y --no-install-recommends age xvfb"
        );
    }
}
