//! A file that only grows: one line for each thing that happened, JSON, without a secret in it. Each line is on the disk when it
//! is written, whole, whoever else writes at the same moment.

use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::file::{self, FileError};

/// The file, and the one before it.
#[derive(Clone, Debug)]
pub struct LogFile {
    path: PathBuf,
    older: PathBuf,
}

impl LogFile {
    /// The log of this name in `folder`; neither need be there.
    pub fn new(folder: &Path, name: &str) -> Self {
        Self {
            path: folder.join(format!("{name}.jsonl")),
            older: folder.join(format!("{name}.older.jsonl")),
        }
    }

    /// Writes one more line. Durable when this returns.
    pub fn append(&self, entry: &impl Serialize) -> Result<(), FileError> {
        self.append_unsynced(entry)?;
        self.sync()
    }

    /// Writes one more line, which outlives this process, and a loss of power once [`Self::sync`] has returned.
    pub fn append_unsynced(&self, entry: &impl Serialize) -> Result<(), FileError> {
        let failed = |error: std::io::Error| FileError::at("write", &self.path)(error);
        if let Some(folder) = self.path.parent() {
            file::create_private_folder(folder)?;
        }
        let mut file = self.open().map_err(failed)?;
        // Until it is closed; others wait for their turn.
        file.lock().map_err(failed)?;
        let mut line = serde_json::to_vec(entry).map_err(|error| failed(error.into()))?;
        line.push(b'\n');
        if ends_in_the_middle(&mut file).map_err(failed)? {
            // A process died in the middle of a line; it stays one of its own, and is passed over.
            line.insert(0, b'\n');
        }
        file.write_all(&line).map_err(failed)?;
        if file.metadata().map_err(failed)?.len() > MOST_BYTES {
            file.sync_data()
                .and_then(|()| std::fs::rename(&self.path, &self.older))
                .map_err(failed)?;
        }
        Ok(())
    }

    /// Makes every line durable that was written before. Several at the same moment share the work.
    pub fn sync(&self) -> Result<(), FileError> {
        match File::open(&self.path) {
            Ok(file) => file.sync_data().map_err(FileError::at("sync", &self.path)),
            // It has just become the older one, which is synced.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
            Err(error) => Err(FileError::at("sync", &self.path)(error)),
        }
    }

    /// Every line that can be understood, the oldest first.
    pub fn read<T: DeserializeOwned>(&self) -> Result<Vec<T>, FileError> {
        let mut entries = vec![];
        for path in [&self.older, &self.path] {
            let Some(text) = file::read_bounded(path, 2 * MOST_BYTES)? else {
                continue;
            };
            let lines = text.split(|byte| *byte == b'\n');
            entries.extend(lines.filter_map(|line| serde_json::from_slice(line).ok()));
        }
        Ok(entries)
    }

    fn open(&self) -> std::io::Result<File> {
        let mut options = OpenOptions::new();
        options.read(true).append(true).create(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options.open(&self.path)
    }
}

fn ends_in_the_middle(file: &mut File) -> std::io::Result<bool> {
    if file.metadata()?.len() == 0 {
        return Ok(false);
    }
    let mut last = [0];
    file.seek(SeekFrom::End(-1))?;
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

/// Some 50,000 lines; then it becomes the older one.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    #[test]
    fn lines_of_many_writers_are_whole_and_none_is_missing() {
        let folder = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for writer in 0..8_u32 {
                let log = LogFile::new(folder.path(), "activity");
                scope.spawn(move || {
                    for number in 0..25_u32 {
                        log.append(&(writer, number, "x".repeat(500))).unwrap();
                    }
                });
            }
        });
        let log = LogFile::new(folder.path(), "activity");
        let mut read: Vec<(u32, u32, String)> = log.read().unwrap();
        assert_eq!(read.len(), 200);
        read.dedup();
        assert_eq!(read.len(), 200);
    }

    #[test]
    fn a_line_that_was_torn_costs_nothing_but_itself() {
        let folder = tempfile::tempdir().unwrap();
        let log = LogFile::new(folder.path(), "activity");
        log.append(&1).unwrap();
        let path = folder.path().join("activity.jsonl");
        let mut file = OpenOptions::new().append(true).open(&path).unwrap();
        file.write_all(b"{\"torn").unwrap();
        log.append(&2).unwrap();
        assert_eq!(log.read::<u32>().unwrap(), [1, 2]);
    }

    #[test]
    fn a_log_that_is_long_becomes_the_older_one_and_both_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let log = LogFile::new(folder.path(), "activity");
        let filling = "x".repeat(usize::try_from(MOST_BYTES).unwrap());
        log.append(&filling).unwrap();
        log.append(&"next").unwrap();
        assert_eq!(log.read::<String>().unwrap(), [filling, "next".to_owned()]);
        assert!(
            LogFile::new(folder.path(), "none")
                .read::<String>()
                .unwrap()
                .is_empty()
        );
    }
}
