//! Whatever a write is interrupted by, the file is the old one or the new one, whole.
#![cfg(all(unix, debug_assertions))]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]
#![allow(clippy::print_stdout, reason = "a skipped test says so")]

use std::fs;
use std::io::ErrorKind;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};

use lockstep_device::account::AccountId;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::fault::Faults;
use lockstep_device::store::file::{exposed_to_others, write_new};
use lockstep_device::store::index::{Index, IndexError, IndexFile, IndexIdentity};
use lockstep_device::store::item::ItemText;
use lockstep_device::store::lock::{Pending, PendingOperation};
use lockstep_device::store::seeds::{ItemKey, SeedStore, StoreError};
use lockstep_device::store::vault::{LockedVault, UnlockedVault};
use zeroize::Zeroizing;

/// What the child process is told: which step to die at, in which folder, doing what.
const STEP: &str = "LOCKSTEP_TEST_STEP";
const FOLDER: &str = "LOCKSTEP_TEST_FOLDER";
const SIGKILL: i32 = 9;

fn identity() -> IndexIdentity {
    let text = "AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX";
    IndexIdentity::from_text(&ItemText::new(Zeroizing::new(text.to_owned()))).unwrap()
}

fn index(generation: u64) -> Index {
    Index {
        generation,
        ..Index::default()
    }
}

fn passphrase() -> Passphrase {
    Passphrase::new(Zeroizing::new("right".to_owned())).unwrap()
}

fn key() -> ItemKey {
    ItemKey::Account(AccountId::from_bytes([7; 16]))
}

fn text(text: &str) -> ItemText {
    ItemText::new(Zeroizing::new(text.to_owned()))
}

fn create_vault(folder: &Path, faults: &Faults) -> Result<UnlockedVault, StoreError> {
    LockedVault::create(folder, &passphrase(), WorkFactor::try_from(2).unwrap(), faults)
}

fn open_vault(folder: &Path, faults: &Faults) -> UnlockedVault {
    let vault = LockedVault::find(folder, faults).unwrap().unwrap();
    vault.unlock(&passphrase()).map_err(|(_, error)| error).unwrap()
}

/// In the child: the step and the folder. In the parent: nothing.
fn told() -> Option<(Faults, PathBuf)> {
    let step = std::env::var(STEP).ok()?.parse().unwrap();
    Some((Faults::kill_at(step), std::env::var_os(FOLDER).unwrap().into()))
}

/// Runs this very test in a child process that dies at `step`.
fn in_a_child(test: &str, step: u64, folder: &Path) -> ExitStatus {
    Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test])
        .env(STEP, step.to_string())
        .env(FOLDER, folder)
        .output()
        .unwrap()
        .status
}

/// Kills a child at every step of its deed and looks at what is left each time. Gives the number of steps.
fn killed_at_every_step(test: &str, prepare: impl Fn(&Path), look: impl Fn(&Path, bool)) -> u64 {
    for step in 1_u64.. {
        let folder = tempfile::tempdir().unwrap();
        prepare(folder.path());
        let status = in_a_child(test, step, folder.path());
        let finished = status.success();
        assert!(
            finished || status.signal() == Some(SIGKILL),
            "step {step}: {status}"
        );
        look(folder.path(), finished);
        if finished {
            return step - 1;
        }
    }
    0
}

#[test]
fn an_index_killed_at_any_step_is_the_old_or_the_new_one() {
    if let Some((faults, folder)) = told() {
        IndexFile::new(&folder, faults)
            .write(&identity(), &index(3))
            .unwrap();
        return;
    }
    let prepare = |folder: &Path| {
        let file = IndexFile::new(folder, Faults::none());
        file.write(&identity(), &index(1)).unwrap();
        file.write(&identity(), &index(2)).unwrap();
    };
    let look = |folder: &Path, finished: bool| {
        let file = IndexFile::new(folder, Faults::none());
        let generation = file.read(&identity()).unwrap().generation;
        assert!(generation == 3 || (generation == 2 && !finished));
        let previous = file.read_previous(&identity()).unwrap().generation;
        assert!(previous < generation || previous == 2);
        // Whatever lies around does not keep the next write from succeeding, and is gone after it.
        file.write(&identity(), &index(4)).unwrap();
        assert_eq!(file.read_previous(&identity()).unwrap().generation, generation);
        assert_eq!(fs::read_dir(folder).unwrap().count(), 2);
    };
    let steps = killed_at_every_step(
        "an_index_killed_at_any_step_is_the_old_or_the_new_one",
        prepare,
        look,
    );
    assert_eq!(steps, 8);
}

#[test]
fn a_vault_killed_at_any_step_of_a_write_has_the_old_or_the_new_item() {
    if let Some((faults, folder)) = told() {
        open_vault(&folder, &faults).write(&key(), &text("new")).unwrap();
        return;
    }
    let prepare = |folder: &Path| {
        let vault = create_vault(folder, &Faults::none()).unwrap();
        vault.write(&key(), &text("old")).unwrap();
    };
    let look = |folder: &Path, finished: bool| {
        let read = open_vault(folder, &Faults::none()).read(&key()).unwrap();
        assert!(read.is_same(&text("new")) || (read.is_same(&text("old")) && !finished));
    };
    let test = "a_vault_killed_at_any_step_of_a_write_has_the_old_or_the_new_item";
    assert!(killed_at_every_step(test, prepare, look) >= 7);
}

#[test]
fn a_vault_killed_at_any_step_of_its_making_can_be_made_again() {
    if let Some((faults, folder)) = told() {
        create_vault(&folder, &faults).unwrap();
        return;
    }
    let look = |folder: &Path, finished: bool| {
        let usable = match LockedVault::find(folder, &Faults::none()) {
            Ok(Some(_)) => true,
            Ok(None) | Err(StoreError::VaultDamaged { .. }) => {
                assert!(!finished);
                create_vault(folder, &Faults::none()).is_ok()
            }
            Err(_) => false,
        };
        assert!(usable);
        assert!(open_vault(folder, &Faults::none()).keys().unwrap().is_empty());
    };
    let test = "a_vault_killed_at_any_step_of_its_making_can_be_made_again";
    assert!(killed_at_every_step(test, |_| {}, look) >= 14);
}

#[test]
fn a_mark_killed_at_any_step_is_there_or_not() {
    if let Some((faults, folder)) = told() {
        let pending = Pending::begin(&folder, &PendingOperation::Add, &faults).unwrap();
        pending.finish(&faults).unwrap();
        return;
    }
    let look = |folder: &Path, finished: bool| {
        let read = Pending::read(folder).unwrap();
        assert!(
            read.is_none() || (read == Some(PendingOperation::Add) && !finished),
            "{read:?}"
        );
    };
    let steps = killed_at_every_step("a_mark_killed_at_any_step_is_there_or_not", |_| {}, look);
    assert!(steps >= 8);
}

#[test]
fn a_full_disk_at_any_step_leaves_the_old_index_or_the_new_one_and_says_so() {
    let counting = Faults::counting();
    let folder = tempfile::tempdir().unwrap();
    IndexFile::new(folder.path(), Faults::none())
        .write(&identity(), &index(1))
        .unwrap();
    IndexFile::new(folder.path(), counting.clone())
        .write(&identity(), &index(2))
        .unwrap();
    for step in 1..=counting.steps() {
        let folder = tempfile::tempdir().unwrap();
        IndexFile::new(folder.path(), Faults::none())
            .write(&identity(), &index(1))
            .unwrap();
        let faults = Faults::fail_at(step, ErrorKind::StorageFull);
        let file = IndexFile::new(folder.path(), faults);
        let Err(IndexError::File(error)) = file.write(&identity(), &index(2)) else {
            panic!("step {step} did not fail");
        };
        assert_eq!(error.source.kind(), ErrorKind::StorageFull);
        let generation = file.read(&identity()).unwrap().generation;
        assert!(generation == 1 || step > counting.steps() - 2, "step {step}");
        file.write(&identity(), &index(3)).unwrap();
        assert_eq!(file.read(&identity()).unwrap().generation, 3);
    }
}

#[test]
fn a_disk_that_is_really_full_leaves_the_old_index() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_mounted) = Tmpfs::of_64_kib(folder.path()) else {
        println!("skipped: mounting a small file system takes a root that may mount");
        return;
    };
    let file = IndexFile::new(folder.path(), Faults::none());
    file.write(&identity(), &index(1)).unwrap();
    let mut large = index(2);
    large.damaged.push(lockstep_device::store::index::DamagedRow {
        id: None,
        reason: String::new(),
        raw: format!("{:?}", "x".repeat(256 * 1024)),
    });
    let Err(IndexError::File(error)) = file.write(&identity(), &large) else {
        panic!("256 KiB fitted on a disk of 64");
    };
    assert_eq!(error.source.kind(), ErrorKind::StorageFull);
    assert_eq!(file.read(&identity()).unwrap().generation, 1);
    file.write(&identity(), &index(3)).unwrap();
}

#[test]
fn a_new_file_is_whole_or_leaves_nothing_behind_whatever_fails() {
    let counting = Faults::counting();
    let folder = tempfile::tempdir().unwrap();
    write_new(&folder.path().join("links.txt"), b"secrets", &counting).unwrap();
    assert!(counting.steps() >= 6, "{} steps", counting.steps());
    for kind in [ErrorKind::StorageFull, ErrorKind::ReadOnlyFilesystem] {
        for step in 1..=counting.steps() {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("links.txt");
            let error = write_new(&path, b"secrets", &Faults::fail_at(step, kind)).unwrap_err();
            assert_eq!(error.source.kind(), kind, "step {step}");
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0, "step {step}");
            write_new(&path, b"secrets", &Faults::none()).unwrap();
            assert_eq!(fs::read(&path).unwrap(), b"secrets");
        }
    }
}

#[test]
fn a_new_file_killed_at_any_step_is_whole_or_not_there_and_the_next_try_tidies_up() {
    let test = "a_new_file_killed_at_any_step_is_whole_or_not_there_and_the_next_try_tidies_up";
    if let Some((faults, folder)) = told() {
        write_new(&folder.join("links.txt"), b"secrets", &faults).unwrap();
        return;
    }
    let look = |folder: &Path, finished: bool| {
        let path = folder.join("links.txt");
        let there = path.exists();
        assert!(there || !finished);
        let again = write_new(&path, b"secrets", &Faults::none());
        assert_eq!(again.is_err(), there);
        assert_eq!(fs::read(&path).unwrap(), b"secrets");
        assert_eq!(fs::read_dir(folder).unwrap().count(), 1);
    };
    assert!(killed_at_every_step(test, |_| {}, look) >= 6);
}

#[test]
fn a_new_file_never_takes_the_place_of_another() {
    let folder = tempfile::tempdir().unwrap();
    let there = folder.path().join("notes.txt");
    fs::write(&there, "theirs").unwrap();
    let dangling = folder.path().join("link.txt");
    std::os::unix::fs::symlink(folder.path().join("nowhere"), &dangling).unwrap();
    for path in [&there, &dangling] {
        let error = write_new(path, b"secrets", &Faults::none()).unwrap_err();
        assert_eq!(error.source.kind(), ErrorKind::AlreadyExists);
    }
    assert_eq!(fs::read(&there).unwrap(), b"theirs");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
}

#[test]
fn a_disk_that_is_really_full_keeps_no_piece_of_a_new_file() {
    let folder = tempfile::tempdir().unwrap();
    let Some(_mounted) = Tmpfs::of_64_kib(folder.path()) else {
        println!("skipped: mounting a small file system takes a root that may mount");
        return;
    };
    let error = write_new(
        &folder.path().join("links.txt"),
        &vec![7; 256 * 1024],
        &Faults::none(),
    )
    .unwrap_err();
    assert_eq!(error.source.kind(), ErrorKind::StorageFull);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_that_names_it() {
    let folder = tempfile::tempdir().unwrap();
    // A file where the folder should be: root's rights do not help there, as they would with a mode of 0500.
    let blocked = folder.path().join("data");
    fs::write(&blocked, "").unwrap();
    let file = IndexFile::new(&blocked, Faults::none());
    let error = file.write(&identity(), &index(1)).unwrap_err().to_string();
    assert!(error.contains(&blocked.display().to_string()), "{error}");
}

#[test]
fn what_others_may_read_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let file = IndexFile::new(folder.path(), Faults::none());
    file.write(&identity(), &index(1)).unwrap();
    fs::set_permissions(folder.path().join("index.age"), fs::Permissions::from_mode(0o644)).unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
    assert!(exposed_to_others(folder.path()).unwrap().is_empty());
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    assert_eq!(exposed_to_others(folder.path()).unwrap(), [".", "index.age"]);
}

/// A file system of 64 KiB, until it is dropped.
struct Tmpfs<'a>(&'a Path);

impl<'a> Tmpfs<'a> {
    fn of_64_kib(folder: &'a Path) -> Option<Self> {
        let mounted = Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=64k", "lockstep-test"])
            .arg(folder)
            .output();
        mounted
            .is_ok_and(|output| output.status.success())
            .then_some(Self(folder))
    }
}

impl Drop for Tmpfs<'_> {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0).status().unwrap();
    }
}
