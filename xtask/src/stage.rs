//! The files of a package, laid out as they will lie once it is installed.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::command::{self, program, workspace_root};
use crate::error::Error;

/// A folder that stands for `/`.
pub(crate) struct Stage(PathBuf);

impl Stage {
    /// An empty one; what was left there by one that broke off is removed.
    pub(crate) fn new(root: PathBuf) -> Result<Self, Error> {
        match fs::remove_dir_all(&root) {
            Err(cause) if cause.kind() != io::ErrorKind::NotFound => return Err(unwritable(&root)(cause)),
            _ => {}
        }
        let stage = Self(root);
        stage.folder(&stage.0)?;
        Ok(stage)
    }

    pub(crate) fn root(&self) -> &Path {
        &self.0
    }

    pub(crate) fn write(&self, at: &str, bytes: &[u8]) -> Result<(), Error> {
        self.write_as(at, bytes, 0o644).map(drop)
    }

    /// Copies a file of the workspace.
    pub(crate) fn copy(&self, from: &str, at: &str) -> Result<(), Error> {
        self.write(at, &read(&workspace_root().join(from))?)
    }

    /// Copies a program; where it is then.
    pub(crate) fn copy_program(&self, from: &Path, at: &str) -> Result<PathBuf, Error> {
        self.write_as(at, &read(from)?, 0o755)
    }

    /// Puts `at.gz` in its place, without the time, so that the same file gives the same bytes.
    pub(crate) fn compress(&self, at: &str) -> Result<(), Error> {
        command::run(program("gzip", &["-9n", at], &self.0))
    }

    /// The same for each file in a folder.
    pub(crate) fn compress_in(&self, folder: &str) -> Result<(), Error> {
        command::run(program("gzip", &["-9nr", folder], &self.0))
    }

    /// The lines of `md5sums`, by name.
    pub(crate) fn sums(&self) -> Result<String, Error> {
        let files = self.files()?;
        let arguments: Vec<&str> = files.iter().filter_map(|file| file.to_str()).collect();
        let output = command::capture(program("md5sum", &arguments, &self.0))?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// How much room the files take.
    pub(crate) fn kibibytes(&self) -> Result<u64, Error> {
        let mut sum = 0_u64;
        for file in self.files()? {
            let path = self.0.join(file);
            let length = fs::metadata(&path).map_err(unreadable(&path))?.len();
            sum = sum.saturating_add(length.div_ceil(1024));
        }
        Ok(sum)
    }

    pub(crate) fn remove(self) -> Result<(), Error> {
        fs::remove_dir_all(&self.0).map_err(unwritable(&self.0))
    }

    fn write_as(&self, at: &str, bytes: &[u8], mode: u32) -> Result<PathBuf, Error> {
        let path = self.0.join(at);
        if let Some(folder) = path.parent() {
            self.folder(folder)?;
        }
        fs::write(&path, bytes).map_err(unwritable(&path))?;
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).map_err(unwritable(&path))?;
        Ok(path)
    }

    /// Makes a folder and those above it, readable by everyone whatever the mask of this user is.
    fn folder(&self, path: &Path) -> Result<(), Error> {
        fs::create_dir_all(path).map_err(unwritable(path))?;
        for folder in path.ancestors().take_while(|folder| folder.starts_with(&self.0)) {
            fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).map_err(unwritable(folder))?;
        }
        Ok(())
    }

    /// All files, relative and by name.
    fn files(&self) -> Result<Vec<PathBuf>, Error> {
        let mut files = vec![];
        let mut folders = vec![self.0.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(&folder).map_err(unreadable(&folder))? {
                let path = entry.map_err(unreadable(&folder))?.path();
                if path.is_dir() {
                    folders.push(path);
                } else if let Ok(relative) = path.strip_prefix(&self.0) {
                    files.push(relative.to_path_buf());
                }
            }
        }
        files.sort();
        Ok(files)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Error> {
    fs::read(path).map_err(unreadable(path))
}

fn unreadable(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.to_path_buf();
    move |cause| Error::Unreadable {
        path: path.clone(),
        cause,
    }
}

fn unwritable(path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.to_path_buf();
    move |cause| Error::Unwritable {
        path: path.clone(),
        cause,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

    use super::*;

    #[test]
    fn what_an_earlier_package_left_is_not_in_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("stage");
        Stage::new(root.clone()).unwrap().write("usr/old", b"1").unwrap();
        let stage = Stage::new(root).unwrap();
        stage.write("usr/share/b", &[0; 1025]).unwrap();
        stage.write("usr/a", b"").unwrap();
        assert_eq!(
            stage.files().unwrap(),
            [PathBuf::from("usr/a"), PathBuf::from("usr/share/b")]
        );
        assert_eq!(stage.kibibytes().unwrap(), 2);
        let sums = stage.sums().unwrap();
        assert!(
            sums.starts_with("d41d8cd98f00b204e9800998ecf8427e  usr/a\n"),
            "{sums}"
        );
    }

    #[test]
    fn everyone_may_read_what_is_installed_and_run_the_programs() {
        let folder = tempfile::tempdir().unwrap();
        let stage = Stage::new(folder.path().join("stage")).unwrap();
        stage.write("usr/share/doc/a", b"").unwrap();
        let program = folder.path().join("program");
        fs::write(&program, b"").unwrap();
        stage.copy_program(&program, "usr/bin/a").unwrap();
        let mode = |at: &str| fs::metadata(stage.root().join(at)).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode("usr/share/doc/a"), mode("usr/bin/a")), (0o644, 0o755));
        assert_eq!((mode("usr/share/doc"), mode("")), (0o755, 0o755));
    }
}
