//! The licences of what the programs are made of, as those licences ask for: every crate that is linked in, and every npm
//! package of the window.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::command::{self, cargo, program, workspace_root};
use crate::error::Error;

/// One text: which packages there are, and each licence text with those that have it.
pub(crate) fn text() -> Result<String, Error> {
    let mut parts = crates()?;
    parts.extend(npm_packages()?);
    Ok(written(&parts))
}

/// Something that is in the programs.
struct Part {
    name: String,
    licence: String,
    /// Whose it is, for one that brings no text; may be empty.
    origin: String,
    texts: Vec<String>,
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

/// What cargo and npm know of a package.
#[derive(Deserialize)]
struct Package {
    name: String,
    version: String,
    license: Option<String>,
    #[serde(default)]
    authors: Vec<String>,
    #[serde(default)]
    manifest_path: PathBuf,
}

impl Package {
    fn part(self, folder: &Path) -> Result<Part, Error> {
        Ok(Part {
            name: format!("{} {}", self.name, self.version),
            licence: self.license.unwrap_or_else(|| "see its text".to_owned()),
            origin: self.authors.join(", "),
            texts: texts_in(folder)?,
        })
    }
}

fn crates() -> Result<Vec<Part>, Error> {
    let metadata = captured(cargo(&["metadata", "--format-version", "1", "--locked"]))?;
    let metadata: Metadata = parsed(&metadata, "cargo metadata")?;
    let linked = captured(cargo(LINKED))?;
    let linked: BTreeSet<&str> = linked.lines().filter_map(name_and_version).collect();
    metadata
        .packages
        .into_iter()
        .filter(|package| linked.contains(format!("{} v{}", package.name, package.version).as_str()))
        .map(|package| {
            let folder = package.manifest_path.parent().map(Path::to_path_buf);
            package.part(&folder.unwrap_or_default())
        })
        .collect()
}

fn npm_packages() -> Result<Vec<Part>, Error> {
    let folder = workspace_root().join("ui");
    let listed = captured(program(
        "npm",
        &["ls", "--omit=dev", "--all", "--parseable"],
        &folder,
    ))?;
    let mut parts = vec![];
    // The first is the window itself.
    for path in listed.lines().skip(1).map(Path::new) {
        let manifest = read(&path.join("package.json"))?;
        let package: Package = parsed(&manifest, "a package.json")?;
        parts.push(package.part(path)?);
    }
    Ok(parts)
}

/// What stands before the folder in `NAME vVERSION (FOLDER)`; nothing for the workspace's own, which have one.
fn name_and_version(line: &str) -> Option<&str> {
    let line = line.strip_suffix(" (*)").unwrap_or(line);
    (!line.is_empty() && !line.contains('(')).then_some(line)
}

/// The texts of the files that are named as licences are.
fn texts_in(folder: &Path) -> Result<Vec<String>, Error> {
    let unreadable = |cause| Error::Unreadable {
        path: folder.to_path_buf(),
        cause,
    };
    let mut paths = vec![];
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let name = entry.file_name().to_string_lossy().to_lowercase();
        if NAMES.iter().any(|start| name.starts_with(start)) && entry.path().is_file() {
            paths.push(entry.path());
        }
    }
    paths.sort();
    paths.iter().map(|path| read(path)).collect()
}

fn written(parts: &[Part]) -> String {
    let mut by_text: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut list = BTreeSet::new();
    for part in parts {
        let mut line = format!("{}: {}", part.name, part.licence);
        if part.texts.is_empty() {
            // Writing to a text cannot fail.
            let origin = Some(&part.origin).filter(|origin| !origin.is_empty());
            let by = origin.map_or(String::new(), |origin| format!("; by {origin}"));
            write!(line, " (it brings no text{by})").ok();
        }
        list.insert(line);
        for text in &part.texts {
            by_text.entry(text.trim()).or_default().insert(&part.name);
        }
    }
    let mut written = String::from("Lockstep contains these packages, each under its own licence.\n\n");
    for line in list {
        written.push_str(&line);
        written.push('\n');
    }
    for (text, names) in by_text {
        let names: Vec<&str> = names.into_iter().collect();
        write!(written, "\n{RULE}\n{}\n{RULE}\n\n{text}\n", names.join(", ")).ok();
    }
    written
}

fn captured(command: std::process::Command) -> Result<String, Error> {
    let shown = command::spelled(&command);
    let output = command::capture(command)?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(Error::Failed {
            command: shown,
            status: output.status,
        })
    }
}

fn parsed<T: for<'a> Deserialize<'a>>(text: &str, what: &'static str) -> Result<T, Error> {
    serde_json::from_str(text).map_err(|cause| Error::NotUnderstood { what, cause })
}

fn read(path: &Path) -> Result<String, Error> {
    let bytes = fs::read(path).map_err(|cause| Error::Unreadable {
        path: path.to_path_buf(),
        cause,
    })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// How the names of files with licences begin.
const NAMES: [&str; 5] = ["licence", "license", "copying", "copyright", "notice"];

const RULE: &str = "--------------------------------------------------------------------------------";

/// What is linked into the two programs, and not only used to build them.
const LINKED: &[&str] = &[
    "tree",
    "--locked",
    "--package",
    "lockstep-desktop",
    "--package",
    "lockstep-cli",
    "--edges",
    "normal,no-proc-macro",
    "--prefix",
    "none",
    "--format",
    "{p}",
];

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn our_own_crates_are_not_other_peoples() {
        assert_eq!(name_and_version("age v0.12.1 (*)"), Some("age v0.12.1"));
        assert_eq!(name_and_version("age v0.12.1"), Some("age v0.12.1"));
        assert_eq!(
            name_and_version("lockstep-device v0.1.0 (/home/maya/lockstep)"),
            None
        );
        assert_eq!(name_and_version(""), None);
    }

    #[test]
    fn a_text_that_several_have_stands_once_and_who_brings_none_is_named_with_its_author() {
        let part = |name: &str, texts: &[&str]| Part {
            name: name.to_owned(),
            licence: "MIT".to_owned(),
            origin: "Maya".to_owned(),
            texts: texts.iter().map(|&text| text.to_owned()).collect(),
        };
        let parts = [
            part("a 1", &["One\n"]),
            part("b 2", &["One", "Two"]),
            part("c 3", &[]),
        ];
        let written = written(&parts);
        assert_eq!(written.matches("One").count(), 1);
        assert!(written.contains("a 1, b 2"), "{written}");
        assert!(
            written.contains("c 3: MIT (it brings no text; by Maya)"),
            "{written}"
        );
    }

    #[test]
    fn files_with_licences_are_found_by_their_names_whatever_their_case() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["LICENSE-MIT", "Copying.txt", "README.md", "licence"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        fs::create_dir(folder.path().join("licenses")).unwrap();
        let mut texts = texts_in(folder.path()).unwrap();
        texts.sort();
        assert_eq!(texts, ["Copying.txt", "LICENSE-MIT", "licence"]);
    }
}
