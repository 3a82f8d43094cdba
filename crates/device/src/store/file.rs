//! Files that are whole or not there: written beside, synced, renamed. All of them are for their owner alone.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use super::fault::{Faults, PlannedFault};

/// What could not be done with a file, and why.
#[derive(Debug, thiserror::Error)]
#[error("could not {action} {}: {source}", path.display())]
pub struct FileError {
    /// What was being done, such as `write`.
    pub action: &'static str,
    /// The file or folder.
    pub path: PathBuf,
    /// What the operating system said.
    pub source: io::Error,
}

impl FileError {
    /// For `map_err`: puts the action and the path beside what the operating system said.
    pub fn at(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self { action, path, source }
    }

    fn planned(action: &'static str, path: &Path) -> impl FnOnce(PlannedFault) -> Self {
        let path = path.to_owned();
        move |fault| Self {
            action,
            path,
            source: fault.source,
        }
    }
}

/// The bytes of a small file of ours; nothing when there is no such file.
pub fn read_if_there(path: &Path) -> Result<Option<Vec<u8>>, FileError> {
    read_bounded(path, 16 * 1024 * 1024)
}

/// The bytes of a file of at most `limit` bytes; nothing when there is no such file. A larger one is an error, so
/// that a hostile file does not fill the memory.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(FileError::at("open", path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(limit.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(FileError::at("read", path))?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit {
        let reason = format!("the file is larger than the {limit} bytes that are taken");
        return Err(FileError::at("read", path)(io::Error::new(
            io::ErrorKind::FileTooLarge,
            reason,
        )));
    }
    Ok(Some(bytes))
}

/// Makes the folder, and those above it, for their owner alone (mode 0700). One that is there stays as it is.
pub fn create_private_folder(path: &Path) -> Result<(), FileError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder
        .create(path)
        .map_err(FileError::at("create the folder", path))
}

/// [`write_whole`] without keeping the file that was there.
pub fn write_atomically(path: &Path, bytes: &[u8], faults: &Faults) -> Result<(), FileError> {
    write_whole(path, bytes, None, faults)
}

/// Puts `bytes` at `path` so that, whenever the process or the machine dies, the file is the old one or the new one,
/// whole. With `previous`, the old one is kept under that name. The caller holds the folder's lock.
///
/// Fails with a [`FileError`] that names the step; the old file is in place then, unless only the last step, syncing
/// the folder, failed: then the new one is.
pub fn write_whole(
    path: &Path,
    bytes: &[u8],
    previous: Option<&Path>,
    faults: &Faults,
) -> Result<(), FileError> {
    let folder = folder_of(path);
    create_private_folder(folder)?;
    let beside = beside(path);
    let written = write_beside(&beside, bytes, faults);
    let placed = written.and_then(|()| put_in_place(&beside, path, previous, faults));
    if placed.is_err() && beside.exists() {
        // What stays behind here is overwritten by the next write.
        if let Err(error) = fs::remove_file(&beside) {
            tracing::debug!(%error, "a half-written file stays behind");
        }
    }
    placed?;
    faults
        .reach("file renamed")
        .map_err(FileError::planned("sync the folder of", path))?;
    sync_folder(folder)?;
    faults
        .reach("folder synced")
        .map_err(FileError::planned("sync the folder of", path))
}

/// Puts `bytes` into a new file at `path`, in a folder that is there: whole or not at all, and never over a file that is
/// there already ([`io::ErrorKind::AlreadyExists`]). When it fails, nothing stays behind under either name, since it may
/// hold a secret in the open; what a process left that died in the middle is taken away by the next one.
pub fn write_new(path: &Path, bytes: &[u8], faults: &Faults) -> Result<(), FileError> {
    let beside = beside(path);
    if is_taken(path) {
        remove_if_there(&beside)?;
        return Err(FileError::at("create", path)(io::ErrorKind::AlreadyExists.into()));
    }
    let named = write_beside(&beside, bytes, faults).and_then(|()| name_new(&beside, path, faults));
    let unnamed = remove_if_there(&beside);
    if let (Err(_), Err(error)) = (&named, &unnamed) {
        tracing::warn!(%error, "a half-written file stays behind");
    }
    named?;
    let durable = unnamed.and_then(|()| {
        sync_folder(folder_of(path))?;
        faults
            .reach("folder synced")
            .map_err(FileError::planned("sync the folder of", path))
    });
    if durable.is_err() {
        // Whoever is told that it failed tries again, and would find the name taken.
        remove_if_there(path)?;
    }
    durable
}

/// Gives the file beside its name, unless another file has it.
fn name_new(beside: &Path, path: &Path, faults: &Faults) -> Result<(), FileError> {
    faults
        .reach("before the file is named")
        .map_err(FileError::planned("create", path))?;
    // A hard link, unlike a rename, never takes the place of a file that is there.
    match fs::hard_link(beside, path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            return Err(FileError::at("create", path)(error));
        }
        // A file system without hard links.
        Err(_) if !is_taken(path) => fs::rename(beside, path).map_err(FileError::at("create", path))?,
        Err(error) => return Err(FileError::at("create", path)(error)),
    }
    let named = faults.reach("file named");
    if named.is_err() {
        remove_if_there(path)?;
    }
    named.map_err(FileError::planned("create", path))
}

/// Whether anything has this name, a link to nowhere included.
fn is_taken(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn remove_if_there(path: &Path) -> Result<(), FileError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(FileError::at("remove", path)(error)),
        _ => Ok(()),
    }
}

/// Removes the file if it is there, and makes that durable.
pub fn remove(path: &Path, faults: &Faults) -> Result<(), FileError> {
    faults
        .reach("before removal")
        .map_err(FileError::planned("remove", path))?;
    match fs::remove_file(path) {
        Ok(()) => sync_folder(folder_of(path)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(FileError::at("remove", path)(error)),
    }
}

/// Renames `path` to `STEM.damaged-N.EXTENSION` beside it, with the first N from 1 that is free, and gives that name.
pub fn set_aside(path: &Path) -> Result<PathBuf, FileError> {
    let stem = path
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let extension = path
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let mut number = 1_u32;
    loop {
        let aside = path.with_file_name(format!("{stem}.damaged-{number}.{extension}"));
        // A hard link, unlike a rename, never takes the place of a file that is there.
        match fs::hard_link(path, &aside) {
            Ok(()) => {
                fs::remove_file(path).map_err(FileError::at("set aside", path))?;
                return Ok(aside);
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(FileError::at("set aside", path)(error));
            }
            // A file system without hard links.
            Err(_) if !aside.exists() => {
                fs::rename(path, &aside).map_err(FileError::at("set aside", path))?;
                return Ok(aside);
            }
            Err(_) => {}
        }
        number = number
            .checked_add(1)
            .ok_or_else(|| FileError::at("set aside", path)(io::Error::from(io::ErrorKind::AlreadyExists)))?;
    }
}

/// The folder itself and the files in it that others than their owner may read or write, by name; `.` is the folder.
#[cfg(unix)]
pub fn exposed_to_others(folder: &Path) -> Result<Vec<String>, FileError> {
    use std::os::unix::fs::PermissionsExt;
    let exposed = |metadata: &fs::Metadata| metadata.permissions().mode() & 0o077 != 0;
    let metadata = fs::metadata(folder).map_err(FileError::at("look at", folder))?;
    if !exposed(&metadata) {
        // Nobody else gets past the folder, whatever the files in it say.
        return Ok(Vec::new());
    }
    let mut names = vec![".".to_owned()];
    for entry in fs::read_dir(folder).map_err(FileError::at("list", folder))? {
        let entry = entry.map_err(FileError::at("list", folder))?;
        let metadata = entry
            .metadata()
            .map_err(FileError::at("look at", &entry.path()))?;
        if metadata.is_file() && exposed(&metadata) {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    Ok(names)
}

/// Elsewhere access lists decide, and a new folder takes those of the person's own.
#[cfg(not(unix))]
pub fn exposed_to_others(_folder: &Path) -> Result<Vec<String>, FileError> {
    Ok(Vec::new())
}

fn write_beside(beside: &Path, bytes: &[u8], faults: &Faults) -> Result<(), FileError> {
    let step = |done| faults.reach(done).map_err(FileError::planned("write", beside));
    step("before the file beside")?;
    match fs::remove_file(beside) {
        Ok(()) => tracing::debug!("a file left by an interrupted write is written anew"),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(FileError::at("replace", beside)(error)),
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(beside).map_err(FileError::at("create", beside))?;
    step("file beside created")?;
    file.write_all(bytes).map_err(FileError::at("write", beside))?;
    step("file beside written")?;
    file.sync_all().map_err(FileError::at("sync", beside))?;
    step("file beside synced")
}

fn put_in_place(
    beside: &Path,
    path: &Path,
    previous: Option<&Path>,
    faults: &Faults,
) -> Result<(), FileError> {
    if let Some(previous) = previous
        && path.exists()
    {
        keep(path, previous, faults)?;
    }
    faults
        .reach("before the rename")
        .map_err(FileError::planned("replace", path))?;
    fs::rename(beside, path).map_err(FileError::at("replace", path))
}

/// Makes `previous` a second name of what stands at `path`, which never goes missing meanwhile.
fn keep(path: &Path, previous: &Path, faults: &Faults) -> Result<(), FileError> {
    let second = self::beside(previous);
    remove_if_there(&second)?;
    if fs::hard_link(path, &second).is_err() {
        // A file system without hard links.
        fs::copy(path, &second).map_err(FileError::at("copy", path))?;
        File::open(&second)
            .and_then(|copy| copy.sync_all())
            .map_err(FileError::at("sync", &second))?;
    }
    faults
        .reach("second name made")
        .map_err(FileError::planned("replace", previous))?;
    fs::rename(&second, previous).map_err(FileError::at("replace", previous))?;
    // POSIX rename leaves both names when they are one file, as they are after an interrupted write.
    remove_if_there(&second)
}

/// The folder a file is in; the present one for a bare name.
fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// `.NAME.new` in the same folder, so that the rename stays within one file system.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.new"))
}

#[cfg(unix)]
fn sync_folder(folder: &Path) -> Result<(), FileError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(FileError::at("sync the folder", folder))
}

/// Windows has no way to sync a folder, and its rename is journalled.
#[cfg(not(unix))]
fn sync_folder(_folder: &Path) -> Result<(), FileError> {
    Ok(())
}
