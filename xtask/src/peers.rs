//! The Python of our own in `target/peers`: other people's AWS servers and clients for the tests, and the peer of the
//! benchmarks. `lockstep-testing` starts what is in it.

use std::collections::BTreeSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::command::{self, program, workspace_root};
use crate::error::Error;

/// For what the packages are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    Test,
    /// What the tests want as well, so that going from one to the other installs nothing anew.
    Bench,
}

/// Installs the packages, only when the list of what is installed lacks one of them.
pub(crate) fn ensure(purpose: Purpose) -> Result<(), Error> {
    let wanted = purpose.packages();
    let list = folder().join(INSTALLED);
    let listed = listed_in(&list)?;
    let works = || {
        command::succeeds(program(
            &python().to_string_lossy(),
            &["--version"],
            Path::new("/"),
        ))
    };
    if lists(&listed, &wanted) && works() {
        return Ok(());
    }
    install(&list, &wanted, !listed.is_empty() && works()).map_err(|cause| Error::NoPeers {
        cause: Box::new(cause),
    })
}

/// The interpreter that finds the packages.
pub(crate) fn python() -> PathBuf {
    folder().join("bin/python")
}

impl Purpose {
    fn packages(self) -> Vec<&'static str> {
        match self {
            Self::Test => [AWS, BELOW_AWS].concat(),
            Self::Bench => [AWS, BELOW_AWS, QR].concat(),
        }
    }
}

/// The list comes last, so that whoever finds it finds a whole installation; it is what the tests look for.
fn install(list: &Path, wanted: &[&str], onto_the_present: bool) -> Result<(), Error> {
    remove(list)?;
    println!(
        "Installing {} Python packages for the tests, none of them in the product",
        wanted.len()
    );
    if !onto_the_present {
        // Whatever is there may be half of something.
        let folder = folder();
        let arguments = ["-m", "venv", "--clear", &folder.to_string_lossy()];
        command::run(program("python3", &arguments, Path::new("/")))?;
    }
    let new_list = list.with_extension("new");
    write(&new_list, &(wanted.join("\n") + "\n"))?;
    let python = python();
    let pip = |arguments: &[&str]| {
        let pip = ["-m", "pip", "--disable-pip-version-check"];
        let words = [&pip, arguments].concat();
        command::run(program(&python.to_string_lossy(), &words, Path::new("/")))
    };
    pip(&[
        "install",
        "--quiet",
        // The list names everything, and finding out again takes minutes.
        "--no-deps",
        // Most of it is never imported.
        "--no-compile",
        "--requirement",
        &new_list.to_string_lossy(),
    ])?;
    pip(&["check"])?;
    fs::rename(&new_list, list).map_err(|cause| Error::Unwritable {
        path: list.to_path_buf(),
        cause,
    })
}

fn folder() -> PathBuf {
    workspace_root().join("target/peers")
}

/// The lines of a list of packages; none when there is no list.
fn listed_in(list: &Path) -> Result<BTreeSet<String>, Error> {
    match fs::read_to_string(list) {
        Ok(text) => Ok(text.lines().map(str::to_owned).collect()),
        Err(cause) if cause.kind() == ErrorKind::NotFound => Ok(BTreeSet::new()),
        Err(cause) => Err(Error::Unreadable {
            path: list.to_path_buf(),
            cause,
        }),
    }
}

fn lists(listed: &BTreeSet<String>, wanted: &[&str]) -> bool {
    wanted.iter().all(|package| listed.contains(*package))
}

fn write(path: &Path, text: &str) -> Result<(), Error> {
    fs::write(path, text).map_err(|cause| Error::Unwritable {
        path: path.to_path_buf(),
        cause,
    })
}

fn remove(path: &Path) -> Result<(), Error> {
    match fs::remove_file(path) {
        Err(cause) if cause.kind() != ErrorKind::NotFound => Err(Error::Unwritable {
            path: path.to_path_buf(),
            cause,
        }),
        _ => Ok(()),
    }
}

/// What is installed, a requirement a line. `lockstep-testing` knows this name, too.
const INSTALLED: &str = "installed.txt";

/// Amazon's own clients and the servers. Flask is what moto serves with; its extra `server` would bring another 30
/// packages and 170 MB for services that nobody here asks for.
const AWS: &[&str] = &[
    "awscli==1.46.3",
    "boto3==1.43.106",
    "flask-cors==6.0.5",
    "flask==3.1.3",
    "microburst==0.10.0",
    "ministack==1.5.33",
    "moto==5.2.5",
];

/// What those need, pinned as well: a release of tomorrow must not break the tests of today.
const BELOW_AWS: &[&str] = &[
    "aiohappyeyeballs==2.7.1",
    "aiohttp==3.14.5",
    "aiosignal==1.4.0",
    "attrs==26.1.0",
    "blinker==1.9.0",
    "botocore==1.43.106",
    "certifi==2026.10.19.post1",
    "cffi==2.1.1",
    "charset-normalizer==3.5.3",
    "click==8.5.1",
    "colorama==0.4.6",
    "cryptography==50.0.2",
    "defusedxml==0.7.1",
    "docutils==0.19",
    "frozenlist==1.8.0",
    "graphql-core==3.2.12",
    "h11==0.16.0",
    "h2==4.4.1",
    "hpack==4.2.0",
    "hypercorn==0.18.0",
    "hyperframe==6.1.0",
    "idna==3.20",
    "itsdangerous==2.2.0",
    "jinja2==3.1.6",
    "jmespath==1.1.0",
    "jsonata-python==0.7.1",
    "markupsafe==3.0.4",
    "multidict==7.2.1",
    "priority==2.0.0",
    "propcache==0.5.4",
    "pyasn1==0.6.5",
    "pycparser==3.12",
    "python-dateutil==2.9.0.post0",
    "pyyaml==6.0.4",
    "requests==2.34.2",
    "responses==0.26.3",
    "rsa==4.7.2",
    "s3transfer==0.19.3",
    "six==1.17.0",
    "typing-extensions==4.16.0",
    "urllib3==2.8.0",
    "werkzeug==3.1.9",
    "wsproto==1.3.2",
    "xmltodict==1.0.4",
    "yarl==1.25.1",
];

/// The peer for reading QR codes, and what its script needs besides.
const QR: &[&str] = &["numpy==2.4.6", "pillow==13.0.0", "zxing-cpp==3.1.1"];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn every_package_is_named_once_and_with_its_version() {
        let packages = Purpose::Bench.packages();
        let names: BTreeSet<_> = packages
            .iter()
            .map(|package| package.split_once("==").unwrap().0)
            .collect();
        assert_eq!(names.len(), packages.len());
    }

    #[test]
    fn what_the_benchmarks_installed_is_enough_for_the_tests_and_not_the_other_way_round() {
        let folder = tempfile::tempdir().unwrap();
        let list = folder.path().join(INSTALLED);
        fs::write(&list, Purpose::Bench.packages().join("\n")).unwrap();
        assert!(lists(&listed_in(&list).unwrap(), &Purpose::Test.packages()));
        fs::write(&list, Purpose::Test.packages().join("\n")).unwrap();
        assert!(!lists(&listed_in(&list).unwrap(), &Purpose::Bench.packages()));
    }

    #[test]
    fn another_version_is_another_package() {
        let listed = BTreeSet::from(["moto==5.2.4".to_owned()]);
        assert!(!lists(&listed, &["moto==5.2.5"]));
    }

    #[test]
    fn where_nothing_was_installed_nothing_is_listed() {
        let folder = tempfile::tempdir().unwrap();
        assert!(listed_in(&folder.path().join(INSTALLED)).unwrap().is_empty());
    }
}
