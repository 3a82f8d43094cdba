//! The Debian package that `cargo xtask bundle` makes, here of the programs that the tests were built with.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::print_stderr,
    reason = "a test that cannot go on should say where, and one that is left out why"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

#[test]
fn what_desktops_and_software_centres_read_is_valid() {
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/linux");
    let named = |ending: &str| {
        let name = format!("dev.lockstep.Lockstep.{ending}");
        files.join(name).to_str().unwrap().to_owned()
    };
    said(Command::new("desktop-file-validate").arg(named("desktop")));
    said(Command::new("appstreamcli").args(["validate", "--no-net", &named("metainfo.xml")]));
}

#[test]
fn the_package_holds_both_programs_their_pages_and_completions_and_runs_nothing_at_installing() {
    let Some(package) = Package::made() else { return };
    let listed = said(Command::new("dpkg-deb").arg("--contents").arg(&package.file));
    for (mode, path) in [
        ("-rwxr-xr-x root/root", "./usr/bin/lockstep"),
        ("-rwxr-xr-x root/root", "./usr/bin/lockstep-desktop"),
        ("-rw-r--r-- root/root", "./usr/share/man/man1/lockstep.1.gz"),
        (
            "-rw-r--r-- root/root",
            "./usr/share/man/man1/lockstep-aws-enrol.1.gz",
        ),
        (
            "-rw-r--r-- root/root",
            "./usr/share/man/man1/lockstep-desktop.1.gz",
        ),
        (
            "-rw-r--r-- root/root",
            "./usr/share/bash-completion/completions/lockstep",
        ),
        (
            "-rw-r--r-- root/root",
            "./usr/share/zsh/vendor-completions/_lockstep",
        ),
        (
            "-rw-r--r-- root/root",
            "./usr/share/fish/vendor_completions.d/lockstep.fish",
        ),
        (
            "-rw-r--r-- root/root",
            "./usr/share/icons/hicolor/scalable/apps/dev.lockstep.Lockstep.svg",
        ),
        ("-rw-r--r-- root/root", "./usr/share/doc/lockstep/copyright"),
        ("-rw-r--r-- root/root", "./usr/share/doc/lockstep/third-party.gz"),
        ("-rw-r--r-- root/root", "./usr/share/doc/lockstep/changelog.gz"),
    ] {
        let is_there = |line: &str| line.starts_with(mode) && line.ends_with(&format!(" {path}"));
        assert!(listed.lines().any(is_there), "{mode} {path}\n{listed}");
    }
    let depends = said(
        Command::new("dpkg-deb")
            .args(["--field"])
            .arg(&package.file)
            .arg("Depends"),
    );
    for library in ["libc6", "libgtk-3-0", "libwebkit2gtk-4.1-0"] {
        assert!(depends.contains(library), "{library} is not in {depends}");
    }
    let control = package.folder.path().join("control");
    said(
        Command::new("dpkg-deb")
            .arg("--control")
            .args([&package.file, &control]),
    );
    let mut parts: Vec<_> = fs::read_dir(&control)
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    parts.sort();
    assert_eq!(parts, ["control", "md5sums"]);
}

#[test]
fn debian_s_own_check_finds_neither_an_error_nor_a_warning() {
    if Command::new("lintian").arg("--version").output().is_err() {
        eprintln!("skipped: this system has no lintian");
        return;
    }
    let Some(package) = Package::made() else { return };
    let mut check = Command::new("lintian");
    check.args(["--allow-root", "--no-cfg", "--fail-on", "error,warning"]);
    said(check.arg(&package.file));
}

#[test]
fn installed_it_opens_links_hand_offs_and_backups_and_removed_it_leaves_nothing() {
    if let Some(reason) = no_system_to_spare() {
        eprintln!("skipped: {reason}");
        return;
    }
    let Some(package) = Package::made() else { return };
    let spare = package.folder.path().join("spare");
    fs::create_dir(&spare).unwrap();
    let mut command = on_a_system_to_spare(&spare, LIFE);
    let told = said(command.arg(&package.file));
    let expected = [
        "handler of otpauth: dev.lockstep.Lockstep.desktop",
        "handler of otpauth-migration: dev.lockstep.Lockstep.desktop",
        "handler of hand-offs: dev.lockstep.Lockstep.desktop",
        "kind of maya.lockstep: application/x-lockstep-hand-off",
        "kind of lockstep-2026.age: application/x-lockstep-backup",
        "kind of other.age: application/octet-stream",
        concat!("version: lockstep ", env!("CARGO_PKG_VERSION")),
        "page: /usr/share/man/man1/lockstep-aws-enrol.1.gz",
        "completion: 1",
        "opened by the link: lockstep-deskto",
        "window: WM_CLASS(STRING) = \"lockstep-desktop\", \"Lockstep-desktop\"",
        "handler when removed: ",
        "kind when removed: application/octet-stream",
        "left: ",
    ];
    let lines: Vec<&str> = told.lines().collect();
    for line in expected {
        assert!(lines.contains(&line), "{line:?} is not in:\n{told}");
    }
    // D-Bus daemons write down who asked them, with arguments.
    assert!(
        !told.contains("otpauth://"),
        "a link was written to a log:\n{told}"
    );
}

/// A package in a folder of its own.
struct Package {
    folder: TempDir,
    file: PathBuf,
}

impl Package {
    /// Nothing where there is no Debian, which is said.
    fn made() -> Option<Self> {
        if Command::new("dpkg-deb").arg("--version").output().is_err() {
            eprintln!("skipped: this system has no dpkg-deb");
            return None;
        }
        let xtask = Path::new(env!("CARGO_BIN_EXE_xtask"));
        let programs = xtask.parent().unwrap();
        for name in ["lockstep", "lockstep-desktop"] {
            let program = programs.join(name);
            assert!(
                program.is_file(),
                "{} is not there; `cargo build --workspace --bins` makes it",
                program.display()
            );
        }
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("out");
        said(
            Command::new(xtask)
                .args(["bundle", "--programs"])
                .arg(programs)
                .arg("--out")
                .arg(&out),
        );
        let mut left = fs::read_dir(&out).unwrap();
        let file = left.next().unwrap().unwrap().path();
        assert!(left.next().is_none(), "something lies beside the package");
        Some(Self { folder, file })
    }
}

/// Why nothing can be installed here without changing this system; nothing when it can.
fn no_system_to_spare() -> Option<String> {
    let spare = tempfile::tempdir().unwrap();
    match on_a_system_to_spare(spare.path(), "true").output() {
        Ok(Output { status, .. }) if status.success() => None,
        Ok(Output { stderr, .. }) => {
            let said = String::from_utf8_lossy(&stderr).trim().to_owned();
            Some(format!(
                "a file system over this one takes root and overlayfs: {said}"
            ))
        }
        Err(error) => Some(format!("unshare does not start: {error}")),
    }
}

/// A script in a copy of this system whose changes are in memory, seen by nobody else and gone with it, as are its
/// processes.
fn on_a_system_to_spare(folder: &Path, script: &str) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "--pid", "--fork", "--kill-child", "sh", "-euc", SPARE])
        .arg("sh")
        .arg(folder)
        .arg(script);
    command
}

/// What a command prints; it has to succeed.
fn said(command: &mut Command) -> String {
    let output = command.output();
    let output = output.unwrap_or_else(|error| {
        panic!("{command:?} does not start ({error}); `cargo xtask setup` installs what the tests need")
    });
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{command:?}: {text}");
    text
}

const SPARE: &str = r#"
mount -t tmpfs tmpfs "$1"
mkdir "$1/changes" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/changes,workdir=$1/work" "$1/root"
mount -t proc proc "$1/root/proc"
mount --rbind /dev "$1/root/dev"
mount -t tmpfs tmpfs "$1/root/tmp"
mount -t tmpfs tmpfs "$1/root/run"
[ -z "${3:-}" ] || cp "$3" "$1/root/run/lockstep.deb"
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp/home LC_ALL=C.UTF-8 chroot "$1/root" sh -euc "$2"
"#;

/// Installing, using and removing. What is printed is what the test looks at.
const LIFE: &str = r#"
exec 2>&1
mkdir -p "$HOME"; cd "$HOME"
files() { find /etc /opt /usr /var -xdev -type f -o -type l | grep -v -e cache -e '^/var/lib/dpkg' -e '^/var/log' -e '^/usr/share/mime/' | sort; }
files > /run/before
dpkg --install /run/lockstep.deb
for scheme in otpauth otpauth-migration; do
  echo "handler of $scheme: $(xdg-mime query default x-scheme-handler/$scheme)"
done
echo "handler of hand-offs: $(xdg-mime query default application/x-lockstep-hand-off)"
printf '\001age-encryption.org/v1' | tee maya.lockstep lockstep-2026.age > other.age
kind() { gio info --attributes standard::content-type "$1" | sed -n 's/.*standard::content-type: //p'; }
for file in maya.lockstep lockstep-2026.age other.age; do echo "kind of $file: $(kind $file)"; done
echo "version: $(lockstep version)"
echo "page: $(man --where lockstep-aws-enrol)"
echo "completion: $(bash -c '. /usr/share/bash-completion/completions/lockstep; complete -p lockstep' | grep -c lockstep)"
timeout 180 xvfb-run --auto-servernum dbus-run-session -- sh -euc '
  xdg-open "otpauth://totp/Halden:maya?secret=JBSWY3DPEHPK3PXP" &
  window=$(xdotool search --sync --onlyvisible --name "^Lockstep\$" | head -n 1)
  echo "opened by the link: $(cat /proc/$(xdotool getwindowpid $window)/comm)"
  echo "window: $(xprop -id $window WM_CLASS)"
  xdotool windowkill $window
'
dpkg --remove lockstep
echo "handler when removed: $(xdg-mime query default x-scheme-handler/otpauth)"
echo "kind when removed: $(kind maya.lockstep)"
files > /run/after
echo "left: $(comm -13 /run/before /run/after)"
"#;
