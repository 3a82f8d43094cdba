//! Links and files that the app was started with, or that a second start handed to it. They wait until the accounts are
//! open, and are then taken over like what is dropped on the window.

use std::borrow::Cow;
use std::ffi::OsString;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use lockstep_device::authenticator::view::PreviewView;
use tauri::Url;
use zeroize::Zeroizing;

use crate::error::ShellError;
use crate::shell::{Shell, locked};

/// What a start was given.
#[derive(Default)]
pub struct Arguments {
    links: Vec<Zeroizing<String>>,
    files: Vec<PathBuf>,
}

/// What waits until the accounts are open. All copies stand for the same.
#[derive(Clone, Default)]
pub(crate) struct Waiting(Arc<Mutex<Arguments>>);

impl Arguments {
    /// What stands in the arguments of a program that was started in `folder`, without its name: links, and files as paths
    /// or `file:` URLs. What looks like an option is none of them.
    pub fn of(words: impl IntoIterator<Item = OsString>, folder: &Path) -> Self {
        let mut given = Self::default();
        for word in words {
            match word.into_string() {
                Ok(word) if word.starts_with('-') || word.is_empty() => {}
                Ok(word) if is_link(&word) => given.links.push(Zeroizing::new(word)),
                Ok(word) => given.files.push(folder.join(path_of(word))),
                Err(path) => given.files.push(folder.join(path)),
            }
        }
        given
    }

    /// What this process was started with.
    pub(crate) fn of_this_process() -> Self {
        let folder = std::env::current_dir().unwrap_or_default();
        let mut given = Self::of(std::env::args_os().skip(1), &folder);
        if has_links_on_stdin() {
            match read_links(io::stdin().lock()) {
                Ok(links) => given
                    .links
                    .extend(links.lines().map(|link| Zeroizing::new(link.to_owned()))),
                Err(error) => tracing::warn!(%error, "the links that the app was started with are lost"),
            }
        }
        given
    }

    /// The same as arguments; a path that is no text loses what is none.
    pub(crate) fn words(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let links = self.links.iter().map(|link| Cow::Borrowed(link.as_str()));
        links.chain(self.files.iter().map(|file| file.to_string_lossy()))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.links.is_empty() && self.files.is_empty()
    }

    fn append(&mut self, mut more: Self) {
        self.links.append(&mut more.links);
        self.files.append(&mut more.files);
    }
}

impl Waiting {
    pub(crate) fn add(&self, more: Arguments) {
        locked(&self.0).append(more);
    }

    pub(crate) fn is_empty(&self) -> bool {
        locked(&self.0).is_empty()
    }

    fn take(&self) -> Arguments {
        std::mem::take(&mut *locked(&self.0))
    }
}

impl Shell {
    /// Takes over what a start was given: now when the accounts are open, else once they are.
    pub fn start_with(&self, arguments: Arguments) {
        self.waiting.add(arguments);
        self.announce.arguments_came();
    }

    /// Reads what the app was started with into the preview, as [`Shell::add_paths`] does; nothing when it was read already. It
    /// goes on waiting while the accounts are not open.
    pub fn add_arguments(&self) -> Result<Option<PreviewView>, ShellError> {
        self.authenticator()?;
        let given = self.waiting.take();
        if given.is_empty() {
            return Ok(None);
        }
        self.add_together(&given.links, &given.files).map(Some)
    }
}

/// Starts this program anew with the links at its standard input when they stand in its arguments, which every user of the
/// machine can list for as long as it runs, and some programs write down. Returns when there is nothing to do or the new
/// start failed.
#[cfg(unix)]
pub fn leave_process_list() -> io::Result<()> {
    use std::io::Write;
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};

    let given = Arguments::of(std::env::args_os().skip(1), Path::new(""));
    let links = Zeroizing::new(
        given
            .links
            .iter()
            .fold(String::new(), |links, link| links + link + "\n"),
    );
    if links.is_empty() || has_links_on_stdin() {
        return Ok(());
    }
    if links.len() > MAX_PIPED {
        let reason = format!("the links have {} bytes, a pipe takes {MAX_PIPED}", links.len());
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, reason));
    }
    let (reader, mut writer) = io::pipe()?;
    writer.write_all(links.as_bytes())?;
    let mut command = Command::new(std::env::current_exe()?);
    if let Some(name) = std::env::args_os().next() {
        command.arg0(name);
    }
    command.arg(LINKS_ON_STDIN).args(&given.files);
    Err(command.stdin(Stdio::from(reader)).exec())
}

/// Other systems hand links over in other ways.
#[cfg(not(unix))]
pub fn leave_process_list() -> io::Result<()> {
    Ok(())
}

/// Whether a word is a link with a secret rather than a file.
fn is_link(word: &str) -> bool {
    let scheme = word.split_once(':').map(|(scheme, _)| scheme);
    scheme.is_some_and(|scheme| SCHEMES.iter().any(|known| known.eq_ignore_ascii_case(scheme)))
}

/// The path that a word stands for: desktops hand over `file:` URLs.
fn path_of(word: String) -> PathBuf {
    let url = Url::parse(&word).ok().filter(|url| url.scheme() == "file");
    let path = url.and_then(|url| url.to_file_path().ok());
    path.unwrap_or_else(|| PathBuf::from(word))
}

fn has_links_on_stdin() -> bool {
    std::env::args_os()
        .nth(1)
        .is_some_and(|word| word == LINKS_ON_STDIN)
}

fn read_links(input: impl Read) -> io::Result<Zeroizing<String>> {
    let mut links = Zeroizing::new(String::with_capacity(MAX_PIPED));
    let most = u64::try_from(MAX_PIPED).unwrap_or(u64::MAX);
    input.take(most).read_to_string(&mut links)?;
    Ok(links)
}

/// What the preview can read.
const SCHEMES: [&str; 3] = ["otpauth", "otpauth-migration", "steam"];

/// Says that the links come at the standard input, one a line. Meant for [`leave_process_list`] alone.
const LINKS_ON_STDIN: &str = "--links-on-stdin";

/// What a pipe of Linux takes before anybody reads it.
const MAX_PIPED: usize = 1 << 16;

#[cfg(test)]
mod tests {
    use super::*;

    fn given(words: &[&str]) -> Arguments {
        Arguments::of(words.iter().map(OsString::from), Path::new("/home/maya"))
    }

    #[test]
    fn links_are_told_from_files_whatever_their_case() {
        let given = given(&[
            "OTPAUTH://totp/a?secret=MFRGG",
            "otpauth-migration://offline?data=x",
            "steam://MFRGG",
            "otpauth.png",
            "https:code.png",
        ]);
        assert_eq!(given.links.len(), 3);
        let names = ["otpauth.png", "https:code.png"];
        assert_eq!(given.files, names.map(|name| Path::new("/home/maya").join(name)));
    }

    #[test]
    fn a_file_is_found_by_its_path_from_where_the_second_start_was_and_by_its_url() {
        let given = given(&["maya.lockstep", "/tmp/a.png", "file:///tmp/two%20words.age"]);
        let paths = ["/home/maya/maya.lockstep", "/tmp/a.png", "/tmp/two words.age"];
        assert_eq!(given.files, paths.map(PathBuf::from));
    }

    #[test]
    fn what_looks_like_an_option_is_no_file() {
        assert!(given(&["--help", "-", "", LINKS_ON_STDIN]).is_empty());
    }

    #[test]
    fn what_waits_is_given_out_once() {
        let waiting = Waiting::default();
        waiting.add(given(&["steam://MFRGG"]));
        waiting.clone().add(given(&["a.png"]));
        let taken = waiting.take();
        assert_eq!((taken.links.len(), taken.files.len()), (1, 1));
        assert!(waiting.is_empty());
    }

    #[test]
    fn links_from_the_standard_input_are_bounded() {
        let long = "a".repeat(MAX_PIPED + 1);
        assert_eq!(
            read_links(long.as_bytes()).map_or(0, |links| links.len()),
            MAX_PIPED
        );
    }
}
