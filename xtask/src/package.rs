//! What a Debian package of Lockstep consists of. Links, files, icons and pages are registered by the triggers of the
//! packages that own those registers, so that nothing of ours runs when it is installed or removed.

use std::fs;
use std::path::{Path, PathBuf};

use crate::changelog;
use crate::command::{self, program};
use crate::error::Error;
use crate::notices;
use crate::stage::Stage;

/// How much time compressing may take.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Effort {
    /// As small as it gets, for what is shipped.
    Small,
    /// Quick, for what is only looked at.
    Quick,
}

/// Packs `lockstep` and `lockstep-desktop` of a folder; the path of the package.
pub(crate) fn make(programs: &Path, out: &Path, effort: Effort) -> Result<PathBuf, Error> {
    let stage = Stage::new(out.join("stage"))?;
    place_programs(&stage, programs)?;
    place_pages(&stage, &programs.join("lockstep"), out)?;
    place_for_desktops(&stage)?;
    let architecture = printed("dpkg", &["--print-architecture"], out)?;
    let fields = Fields {
        architecture: architecture.trim(),
        size: stage.kibibytes()?,
        depends: dependencies(&stage, out)?,
    };
    let sums = stage.sums()?;
    stage.write("DEBIAN/control", fields.control().as_bytes())?;
    stage.write("DEBIAN/md5sums", sums.as_bytes())?;
    let file = out.join(format!("lockstep_{VERSION}_{}.deb", fields.architecture));
    let compression: &[&str] = match effort {
        Effort::Small => &["-Zxz"],
        Effort::Quick => &["-Zgzip", "-z1"],
    };
    let (from, to) = (stage.root().to_string_lossy(), file.to_string_lossy());
    let arguments = [compression, &["--root-owner-group", "--build", &from, &to]].concat();
    command::run(program("dpkg-deb", &arguments, out))?;
    stage.remove()?;
    Ok(file)
}

fn place_programs(stage: &Stage, programs: &Path) -> Result<(), Error> {
    for name in PROGRAMS {
        let at = stage.copy_program(&programs.join(name), &format!("usr/bin/{name}"))?;
        let at = at.to_string_lossy();
        command::run(program("strip", &[STRIP, &[&at]].concat(), stage.root()))?;
    }
    Ok(())
}

/// Man pages and completions, which the command line makes of its own definition, and what Debian wants to know.
fn place_pages(stage: &Stage, lockstep: &Path, out: &Path) -> Result<(), Error> {
    let lockstep = lockstep.to_string_lossy();
    let pages = stage.root().join("usr/share/man/man1");
    command::run(program(&lockstep, &["man", &pages.to_string_lossy()], out))?;
    stage.copy(
        "packaging/linux/lockstep-desktop.1",
        "usr/share/man/man1/lockstep-desktop.1",
    )?;
    for (shell, at) in COMPLETIONS {
        let script = printed(&lockstep, &["completions", shell], out)?;
        stage.write(at, script.as_bytes())?;
    }
    stage.copy("packaging/linux/copyright", "usr/share/doc/lockstep/copyright")?;
    let changes = changelog::text(VERSION, MAINTAINER)?;
    stage.write("usr/share/doc/lockstep/changelog", changes.as_bytes())?;
    stage.write("usr/share/doc/lockstep/third-party", notices::text()?.as_bytes())?;
    stage.compress_in("usr/share/man/man1")?;
    stage.compress("usr/share/doc/lockstep/third-party")?;
    stage.compress("usr/share/doc/lockstep/changelog")
}

fn place_for_desktops(stage: &Stage) -> Result<(), Error> {
    for (from, at) in DESKTOP_FILES {
        stage.copy(from, at)?;
    }
    for (from, size) in ICONS {
        let ending = Path::new(from).extension().unwrap_or_default().to_string_lossy();
        let at = format!("usr/share/icons/hicolor/{size}/apps/{ID}.{ending}");
        stage.copy(from, &at)?;
    }
    Ok(())
}

/// What the programs are linked to, in the versions that they need.
fn dependencies(stage: &Stage, out: &Path) -> Result<String, Error> {
    let source = out.join("source");
    let control = source.join("debian/control");
    let unwritable = |cause| Error::Unwritable {
        path: control.clone(),
        cause,
    };
    // dpkg-shlibdeps only runs where the source of a package seems to be.
    fs::create_dir_all(source.join("debian")).map_err(unwritable)?;
    fs::write(
        &control,
        "Source: lockstep\n\nPackage: lockstep\nArchitecture: any\n",
    )
    .map_err(unwritable)?;
    let files = PROGRAMS.map(|name| format!("-e{}", stage.root().join("usr/bin").join(name).display()));
    let arguments: Vec<&str> = std::iter::once("-O")
        .chain(files.iter().map(String::as_str))
        .collect();
    let answer = printed("dpkg-shlibdeps", &arguments, &source)?;
    fs::remove_dir_all(&source).map_err(unwritable)?;
    let linked = linked_packages(&answer).map(str::to_owned);
    linked.ok_or(Error::NoDependencies { answer })
}

fn linked_packages(answer: &str) -> Option<&str> {
    let line = answer
        .lines()
        .find_map(|line| line.strip_prefix("shlibs:Depends="));
    line.filter(|packages| !packages.is_empty())
}

/// What a program prints; it has to succeed.
pub(crate) fn printed(name: &str, arguments: &[&str], folder: &Path) -> Result<String, Error> {
    let output = command::capture(program(name, arguments, folder))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    Err(Error::Failed {
        command: format!("{name} {}", arguments.join(" ")),
        status: output.status,
    })
}

/// What differs from one package to the next.
struct Fields<'a> {
    architecture: &'a str,
    size: u64,
    depends: String,
}

impl Fields<'_> {
    fn control(&self) -> String {
        let Self {
            architecture,
            size,
            depends,
        } = self;
        format!(
            "\
Package: lockstep
Version: {VERSION}
Architecture: {architecture}
Maintainer: {MAINTAINER}
Installed-Size: {size}
Depends: {depends}
Recommends: default-dbus-session-bus | dbus-session-bus, gnome-keyring | keepassxc | libkf5wallet-bin
Suggests: age
Section: utils
Priority: optional
Description: virtual MFA device that is at home with AWS
 Lockstep reads the QR code that an issuer shows, keeps the secret in the
 system's keyring or in a vault under a passphrase, and gives one-time codes in
 a window and on the command line. For AWS it enrols, resynchronises and
 replaces virtual MFA devices, for one user or for many.
 .
 It has no account, no server and no telemetry.
"
        )
    }
}

/// What debuggers read, and which compilers there were.
const STRIP: &[&str] = &[
    "--strip-unneeded",
    "--remove-section=.comment",
    "--remove-section=.note",
];

const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Debian wants an address. There is no mailbox, and none is made up: the domain is one that will never be anybody's
/// (RFC 2606, section 2).
const MAINTAINER: &str = "The Lockstep developers <nobody@lockstep.invalid>";
const ID: &str = "dev.lockstep.Lockstep";
const PROGRAMS: [&str; 2] = ["lockstep", "lockstep-desktop"];

const COMPLETIONS: [(&str, &str); 3] = [
    ("bash", "usr/share/bash-completion/completions/lockstep"),
    ("zsh", "usr/share/zsh/vendor-completions/_lockstep"),
    ("fish", "usr/share/fish/vendor_completions.d/lockstep.fish"),
];

const DESKTOP_FILES: [(&str, &str); 3] = [
    (
        "packaging/linux/dev.lockstep.Lockstep.desktop",
        "usr/share/applications/dev.lockstep.Lockstep.desktop",
    ),
    (
        "packaging/linux/dev.lockstep.Lockstep.mime.xml",
        "usr/share/mime/packages/dev.lockstep.Lockstep.xml",
    ),
    (
        "packaging/linux/dev.lockstep.Lockstep.metainfo.xml",
        "usr/share/metainfo/dev.lockstep.Lockstep.metainfo.xml",
    ),
];

const ICONS: [(&str, &str); 5] = [
    ("icons/32x32.png", "32x32"),
    ("icons/128x128.png", "128x128"),
    ("icons/128x128@2x.png", "256x256"),
    ("icons/icon.png", "512x512"),
    ("icons/icon.svg", "scalable"),
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;
    use crate::command::workspace_root;

    #[test]
    fn an_answer_without_libraries_is_no_list_of_dependencies() {
        let answer = "dpkg-shlibdeps: warning\nshlibs:Depends=libc6 (>= 2.34), libgtk-3-0 (>= 3.22)\n";
        assert_eq!(
            linked_packages(answer),
            Some("libc6 (>= 2.34), libgtk-3-0 (>= 3.22)")
        );
        assert_eq!(linked_packages("shlibs:Depends=\n"), None);
        assert_eq!(linked_packages(""), None);
    }

    #[test]
    fn every_line_of_the_control_file_is_a_field_or_goes_on_with_one() {
        let fields = Fields {
            architecture: "amd64",
            size: 1,
            depends: "libc6".to_owned(),
        };
        for line in fields.control().lines() {
            assert!(line.starts_with(' ') || line.split_once(": ").is_some(), "{line}");
        }
    }

    #[test]
    fn everything_that_is_placed_is_there() {
        let placed = DESKTOP_FILES.iter().chain(&ICONS).map(|(from, _)| *from);
        for file in placed {
            assert!(workspace_root().join(file).is_file(), "{file}");
        }
    }
}
