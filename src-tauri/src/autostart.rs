//! Starting at log-in: an entry as the desktop entry and autostart specifications describe it
//! (<https://specifications.freedesktop.org/autostart-spec/latest/>). The file is the truth: other programs change it, too.

use std::fs;
use std::path::{Path, PathBuf};

use lockstep_device::store::fault::Faults;
use lockstep_device::store::file::{FileError, read_bounded, write_atomically};

/// The argument with which the app starts without showing its window.
pub const HIDDEN: &str = "--hidden";

/// The entry of one program.
pub struct Autostart {
    file: PathBuf,
    program: PathBuf,
}

impl Autostart {
    /// The entry for `program` in the person's folder of settings.
    pub fn new(settings: &Path, program: PathBuf) -> Self {
        Self {
            file: settings.join("autostart").join(NAME),
            program,
        }
    }

    /// Whether the desktop starts the app at log-in.
    pub fn is_on(&self) -> Result<bool, FileError> {
        let Some(bytes) = read_bounded(&self.file, MAX_BYTES)? else {
            return Ok(false);
        };
        let text = String::from_utf8_lossy(&bytes);
        let mut lines = text.lines().map(str::trim);
        Ok(!lines.any(|line| TURNED_OFF.contains(&line)))
    }

    /// Has the desktop start the app at log-in, or not.
    pub fn set(&self, wanted: bool, faults: &Faults) -> Result<(), FileError> {
        if !wanted {
            return match fs::remove_file(&self.file) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                    Err(FileError::at("remove", &self.file)(error))
                }
                _ => Ok(()),
            };
        }
        if let Some(folder) = self.file.parent() {
            fs::create_dir_all(folder).map_err(FileError::at("create the folder", folder))?;
        }
        write_atomically(&self.file, self.entry().as_bytes(), faults)
    }

    fn entry(&self) -> String {
        let program = quoted(&self.program.to_string_lossy());
        format!(
            "[Desktop Entry]\n\
             Type=Application\n\
             Name=Lockstep\n\
             Icon=dev.lockstep.Lockstep\n\
             Exec={program} {HIDDEN}\n\
             Terminal=false\n\
             X-GNOME-Autostart-enabled=true\n"
        )
    }
}

/// An argument of `Exec` (Desktop Entry Specification, "The Exec key"): a string value whose quoting rule comes on top of
/// the general one for strings.
fn quoted(argument: &str) -> String {
    let mut quoted = String::from("\"");
    for character in argument.chars() {
        match character {
            '"' | '`' | '$' => quoted.push_str("\\\\"),
            '\\' => quoted.push_str("\\\\\\"),
            '%' => quoted.push('%'),
            _ => {}
        }
        quoted.push(character);
    }
    quoted.push('"');
    quoted
}

const NAME: &str = "dev.lockstep.Lockstep.desktop";
const TURNED_OFF: [&str; 2] = ["Hidden=true", "X-GNOME-Autostart-enabled=false"];
const MAX_BYTES: u64 = 64 * 1024;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

    use super::*;

    fn entry_for(settings: &Path, program: &str) -> Autostart {
        Autostart::new(settings, PathBuf::from(program))
    }

    #[test]
    fn the_entry_starts_the_app_hidden_and_goes_again() {
        let settings = tempfile::tempdir().unwrap();
        let autostart = entry_for(settings.path(), "/usr/bin/lockstep-desktop");
        assert!(!autostart.is_on().unwrap());
        autostart.set(true, &Faults::none()).unwrap();
        assert!(autostart.is_on().unwrap());
        let text = fs::read_to_string(settings.path().join("autostart").join(NAME)).unwrap();
        assert!(
            text.contains("\nExec=\"/usr/bin/lockstep-desktop\" --hidden\n"),
            "{text}"
        );
        autostart.set(false, &Faults::none()).unwrap();
        autostart.set(false, &Faults::none()).unwrap();
        assert!(!autostart.is_on().unwrap());
    }

    #[test]
    fn an_entry_that_the_desktop_turned_off_is_off() {
        for line in TURNED_OFF {
            let settings = tempfile::tempdir().unwrap();
            let autostart = entry_for(settings.path(), "/usr/bin/lockstep-desktop");
            autostart.set(true, &Faults::none()).unwrap();
            let mut text = fs::read_to_string(&autostart.file).unwrap();
            text.push_str(line);
            fs::write(&autostart.file, text).unwrap();
            assert!(!autostart.is_on().unwrap(), "{line}");
        }
    }

    #[test]
    fn a_path_with_signs_of_the_shell_is_quoted_twice() {
        assert_eq!(quoted("/a b/100%"), "\"/a b/100%%\"");
        assert_eq!(quoted("/a\"$`"), r#""/a\\"\\$\\`""#);
        assert_eq!(quoted(r"/a\b"), r#""/a\\\\b""#);
    }
}
