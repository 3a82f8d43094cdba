//! What a backup promises: it holds everything, only the right key opens it, and what is wrong with a file is said.
#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::fs;

use lockstep_device::authenticator::backup::AutomaticBackups;
use lockstep_device::authenticator::backup_words::{BackupChange, Several};
use lockstep_device::authenticator::show::Which;
use lockstep_device::authenticator::view::AccountEdit;
use lockstep_device::backup::document::Document;
use lockstep_device::backup::error::BackupError;
use lockstep_device::backup::lock::{Lock, Recipient, seal};
use lockstep_device::backup::open::{Keys, SealedWith, open, sealed_with};
use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_device::error::ErrorCode;
use lockstep_device::store::fault::Faults;
use lockstep_device::store::seeds::{ItemKey, SeedStore};
use lockstep_device::store::vault::LockedVault;
use lockstep_device::time::UnixTime;
use tempfile::TempDir;

#[allow(dead_code, reason = "each test file takes what it needs")]
mod support;

use support::{Hands, NOW, create, generations, id, keep, names, secret, uri, work};

fn document(accounts: u32) -> Document {
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    keep(&authenticator, &(0..accounts).map(uri).collect::<Vec<_>>());
    Document {
        created: UnixTime::from_seconds(NOW),
        entries: authenticator.disclose(None).unwrap().entries,
        lacks: vec![],
        damaged: vec![],
    }
}

fn refusal(file: &[u8], keys: &Keys) -> BackupError {
    open("b.age", file, keys).err().unwrap()
}

fn recovery_keys(identity: &RecoveryIdentity) -> Keys {
    Keys::none().with_recovery(identity)
}

#[test]
fn each_of_several_keys_and_no_other_opens_a_backup() {
    let document = document(3);
    let (one, two, other) = (
        RecoveryIdentity::generate(),
        RecoveryIdentity::generate(),
        RecoveryIdentity::generate(),
    );
    let recipients = [one.recipient(), two.recipient()].map(|text| Recipient::parse(&text).unwrap());
    for armored in [false, true] {
        let file = seal(&document, &Lock::Keys(&recipients), armored).unwrap();
        assert_eq!(file.starts_with(b"-----BEGIN AGE"), armored);
        assert_eq!(sealed_with("b.age", &file).unwrap(), SealedWith::Keys);
        for identity in [&one, &two] {
            let opened = open("b.age", &file, &recovery_keys(identity)).unwrap();
            assert_eq!(*opened.to_json(), *document.to_json());
        }
        assert!(matches!(
            refusal(&file, &recovery_keys(&other)),
            BackupError::KeyWrong { tried: 1 }
        ));
        assert!(matches!(refusal(&file, &Keys::none()), BackupError::KeyNeeded));
        let passphrase = Keys::none().with_passphrase(secret("something"));
        assert!(matches!(refusal(&file, &passphrase), BackupError::KeyNeeded));
    }
}

#[test]
fn a_wrong_passphrase_is_told_from_a_missing_one_and_from_too_much_work() {
    let document = document(1);
    let right = secret("otter violin gravel");
    let file = seal(&document, &Lock::Passphrase(&right, work()), false).unwrap();
    assert_eq!(sealed_with("b.age", &file).unwrap(), SealedWith::Passphrase);
    let opened = open("b.age", &file, &Keys::none().with_passphrase(right)).unwrap();
    assert_eq!(opened.entries.len(), 1);
    let wrong = Keys::none().with_passphrase(secret("otter violin"));
    assert!(matches!(refusal(&file, &wrong), BackupError::PassphraseWrong));
    assert!(matches!(
        refusal(&file, &Keys::none()),
        BackupError::PassphraseNeeded
    ));
    let text = String::from_utf8_lossy(&file);
    let at = text.find("-> scrypt").unwrap();
    let line = text[at..].lines().next().unwrap();
    // The salt before it may begin with a 2 as well.
    let dear = line.strip_suffix(" 2").unwrap().to_owned() + " 21";
    let costly = [&file[..at], dear.as_bytes(), &file[at + line.len()..]].concat();
    let keys = Keys::none().with_passphrase(secret("otter violin gravel"));
    assert!(matches!(
        refusal(&costly, &keys),
        BackupError::TooMuchWork { found: 21 }
    ));
}

#[test]
fn wherever_a_backup_is_cut_off_that_is_what_is_said() {
    let identity = RecoveryIdentity::generate();
    let recipients = [Recipient::parse(&identity.recipient()).unwrap()];
    for armored in [false, true] {
        let file = seal(&document(5), &Lock::Keys(&recipients), armored).unwrap();
        let mut called_damaged = 0;
        for length in 22..file.len() - 1 {
            let refused = refusal(&file[..length], &recovery_keys(&identity));
            match refused {
                BackupError::CutOff => {}
                // A whole number of KiB is missing, or the beginning is not complete.
                BackupError::Damaged(_) | BackupError::NotAge(_) => called_damaged += 1,
                other => panic!("{length} of {}: {other}", file.len()),
            }
        }
        assert!(
            called_damaged <= 20 + file.len() / 1024,
            "{called_damaged} of {}",
            file.len()
        );
    }
}

#[test]
fn a_hundred_thousand_changed_backups_give_an_error_or_the_same_accounts() {
    let identity = RecoveryIdentity::generate();
    let recipients = [Recipient::parse(&identity.recipient()).unwrap()];
    let whole = document(2);
    let file = seal(&whole, &Lock::Keys(&recipients), false).unwrap();
    let keys = recovery_keys(&identity);
    let expected = whole.to_json();
    let mut random: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut next = |below: usize| {
        random ^= random << 13;
        random ^= random >> 7;
        random ^= random << 17;
        usize::try_from(random % u64::try_from(below).unwrap()).unwrap()
    };
    let mut refused = 0;
    for _ in 0..100_000 {
        let mut changed = file.clone();
        for _ in 0..=next(3) {
            match next(4) {
                0 => changed.truncate(next(changed.len() + 1)),
                1 if !changed.is_empty() => {
                    let at = next(changed.len());
                    changed[at] ^= 1 << next(8);
                }
                2 => changed.insert(next(changed.len() + 1), u8::try_from(next(256)).unwrap()),
                _ if !changed.is_empty() => drop(changed.remove(next(changed.len()))),
                _ => {}
            }
        }
        match open("b.age", &changed, &keys) {
            Ok(opened) => assert_eq!(*opened.to_json(), *expected, "silently something else"),
            Err(error) => {
                refused += 1;
                assert!(!error.to_string().is_empty());
            }
        }
    }
    assert!(refused > 90_000, "{refused}");
}

#[test]
fn a_foreign_age_file_and_a_newer_backup_are_named_for_what_they_are() {
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    let code = |file: &[u8]| {
        authenticator
            .open_backup("b.age", file, Keys::none())
            .err()
            .unwrap()
            .code()
    };
    assert_eq!(code(b"hello"), ErrorCode::BackupNotOne);
    assert_eq!(code(b""), ErrorCode::BackupNotOne);
    let identity: age::x25519::Identity = RecoveryIdentity::generate().to_text().parse().unwrap();
    let recipient = identity.to_public();
    let keys = || {
        let text = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
        Keys::none()
            .with_identity_file("k", text.as_bytes(), None)
            .unwrap()
    };
    let newer = br#"{"format":"lockstep-backup","version":9,"created":1,"accounts":[]}"#;
    for (text, code) in [
        (&b"hello"[..], ErrorCode::BackupNotOne),
        (newer, ErrorCode::BackupNewer),
    ] {
        let file = age::encrypt(&recipient, text).unwrap();
        assert_eq!(
            authenticator
                .open_backup("b.age", &file, keys())
                .err()
                .unwrap()
                .code(),
            code
        );
    }
}

#[test]
fn a_recipient_is_an_age_or_an_ssh_key_and_a_secret_key_is_not_echoed() {
    let ed25519 = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl maya";
    assert!(Recipient::parse(ed25519).is_ok());
    let file = format!(
        "# team\n\n{ed25519}\n{}\n",
        RecoveryIdentity::generate().recipient()
    );
    assert_eq!(Recipient::parse_file(&file).unwrap().len(), 2);
    let secret = RecoveryIdentity::generate().to_text();
    for bad in [
        "",
        "age1qqqq",
        "ssh-dss AAAA",
        "ssh-ed25519 AAAA",
        "maya",
        &secret,
    ] {
        let refused = Recipient::parse(bad).err().unwrap().to_string();
        assert!(!refused.contains(&secret[16..30]), "{refused}");
    }
    assert!(Recipient::parse_file("# nobody\n").is_err());
}

#[test]
fn a_change_is_backed_up_once_and_the_use_of_a_code_is_none() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    assert_eq!(
        authenticator.back_up_if_due().unwrap(),
        None,
        "nothing was ever here"
    );
    keep(&authenticator, &[uri(1), uri(2)]);
    assert!(authenticator.has_unsaved_changes());
    let made = authenticator.back_up_if_due().unwrap().unwrap();
    assert_eq!(made.accounts, 2);
    assert!(!authenticator.has_unsaved_changes());
    assert_eq!(authenticator.back_up_if_due().unwrap(), None);
    clock.pass(60);
    let one = id(&authenticator, "Issuer 1");
    authenticator.use_code(&one, Which::Current).unwrap();
    assert!(!authenticator.has_unsaved_changes());
    assert_eq!(authenticator.back_up_if_due().unwrap(), None);
    let edit = AccountEdit {
        note: Some("ring Omar first".to_owned()),
        ..AccountEdit::default()
    };
    authenticator.edit(&one, edit).unwrap();
    assert!(authenticator.has_unsaved_changes());
    assert_eq!(
        authenticator.backup_status().unwrap().lacks,
        [BackupChange::Changed(Several {
            count: 1,
            labels: vec!["Issuer 1:maya".to_owned()]
        })]
    );
    authenticator.back_up_if_due().unwrap().unwrap();
    let status = authenticator.backup_status().unwrap();
    assert!(status.lacks.is_empty());
    let changes = status.generations.iter().flat_map(|one| &one.changes);
    let changes: Vec<String> = changes.map(ToString::to_string).collect();
    assert_eq!(
        changes,
        ["Changed Issuer 1:maya", "Added Issuer 1:maya, Issuer 2:maya"]
    );
}

#[test]
fn a_generation_opens_with_the_kit_of_its_time_and_on_this_machine() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1)]);
    let first = authenticator.new_recovery_kit("maya").unwrap();
    authenticator.use_recovery_kit(&first).unwrap();
    clock.pass(5);
    let second = authenticator.new_recovery_kit("maya").unwrap();
    assert_eq!(
        (second.number, second.previous.map(UnixTime::seconds)),
        (2, Some(NOW))
    );
    authenticator.use_recovery_kit(&second).unwrap();
    let paths = generations(&authenticator);
    let (new, old) = (fs::read(&paths[0]).unwrap(), fs::read(&paths[1]).unwrap());
    assert!(open("n", &new, &recovery_keys(&second.identity)).is_ok());
    assert!(open("o", &old, &recovery_keys(&first.identity)).is_ok());
    assert!(matches!(
        refusal(&new, &recovery_keys(&first.identity)),
        BackupError::KeyWrong { .. }
    ));
    for file in [&new, &old] {
        assert_eq!(
            authenticator
                .open_backup("b", file, Keys::none())
                .unwrap()
                .entries
                .len(),
            1
        );
    }
    // On another machine it takes the kit, by its words.
    let elsewhere = TempDir::new().unwrap();
    let other = create(elsewhere.path(), &clock);
    keep(&other, &[uri(7)]);
    assert_eq!(
        other.open_backup("b", &new, Keys::none()).err().unwrap().code(),
        ErrorCode::BackupKeyNeeded
    );
    let words = second.identity.to_words().join(" ");
    let typed = RecoveryIdentity::from_text(&words).unwrap();
    assert_eq!(
        other
            .open_backup("b", &new, recovery_keys(&typed))
            .unwrap()
            .entries
            .len(),
        1
    );
}

#[test]
fn only_as_many_generations_are_kept_as_a_person_wants_and_other_files_are_left_alone() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    let chosen = folder.path().join("sync");
    fs::create_dir(&chosen).unwrap();
    fs::write(chosen.join("holiday.jpg"), "x").unwrap();
    fs::write(
        chosen.join("lockstep-2020-01-01T00-00-00Z-FFFFFFFF.age"),
        "another machine's",
    )
    .unwrap();
    let wanted = AutomaticBackups {
        automatic: true,
        folder: Some(chosen.clone()),
        keep: Some(3),
    };
    authenticator.set_automatic_backups(&wanted).unwrap();
    for number in 0..6 {
        keep(&authenticator, &[uri(number)]);
        authenticator.back_up_if_due().unwrap().unwrap();
        clock.pass(60);
    }
    let status = authenticator.backup_status().unwrap();
    let ours: Vec<_> = status.generations.iter().filter(|one| one.ours).collect();
    assert_eq!(ours.len(), 3);
    assert_eq!(ours[0].accounts, Some(6));
    assert_eq!(fs::read_dir(&chosen).unwrap().count(), 5);
}

#[test]
fn a_folder_that_is_gone_is_a_failure_that_stays_until_a_backup_succeeds() {
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    let chosen = folder.path().join("usb");
    let wanted = AutomaticBackups {
        automatic: true,
        folder: Some(chosen.clone()),
        keep: None,
    };
    authenticator.set_automatic_backups(&wanted).unwrap();
    keep(&authenticator, &[uri(1)]);
    fs::remove_dir_all(&chosen).unwrap();
    let error = authenticator.back_up_if_due().err().unwrap();
    assert_eq!(error.code(), ErrorCode::BackupFolderMissing);
    assert!(!chosen.exists(), "a new folder would hide that the disk is gone");
    assert!(authenticator.has_unsaved_changes());
    let failure = authenticator.backup_status().unwrap().failure.unwrap();
    assert_eq!(failure.code, "backup-folder-missing");
    fs::create_dir(&chosen).unwrap();
    authenticator.back_up_if_due().unwrap().unwrap();
    assert_eq!(authenticator.backup_status().unwrap().failure, None);
}

#[test]
fn an_account_whose_seed_cannot_be_read_is_named_and_the_complete_backup_before_stays() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1), uri(2)]);
    let complete = authenticator.back_up_now().unwrap().path;
    let wanted = AutomaticBackups {
        automatic: true,
        folder: None,
        keep: Some(2),
    };
    authenticator.set_automatic_backups(&wanted).unwrap();
    // Another tool takes the seed away.
    let home = folder.path().join("lockstep");
    let vault = LockedVault::find(&home, &Faults::none()).unwrap().unwrap();
    let vault = vault
        .unlock(&secret("vault"))
        .map_err(|(_, error)| error)
        .unwrap();
    vault
        .delete(&ItemKey::Account(id(&authenticator, "Issuer 2")))
        .unwrap();
    let authenticator = support::open(folder.path(), &clock, Faults::none()).unwrap();
    let newest = authenticator.backup_status().unwrap().generations[0].path.clone();
    for _ in 0..4 {
        clock.pass(60);
        let made = authenticator.back_up_now().unwrap();
        assert_eq!(
            (made.accounts, made.lacks.as_slice()),
            (1, &["Issuer 2:maya".to_owned()][..])
        );
        assert!(made.path.ends_with("-incomplete.age"), "{}", made.path);
    }
    let left = generations(&authenticator);
    assert!(
        left.iter().any(|path| path.display().to_string() == newest),
        "{left:?} {complete}"
    );
    assert_eq!(
        authenticator.backup_status().unwrap().lacks,
        [BackupChange::Unreadable {
            label: "Issuer 2:maya".to_owned()
        }]
    );
}

#[test]
fn a_file_of_the_person_s_choice_is_never_written_over_another() {
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    keep(&authenticator, &[uri(1)]);
    let path = folder.path().join("mine.age");
    let passphrase = secret("otter violin gravel");
    let lock = || Lock::Passphrase(&passphrase, work());
    let made = authenticator.write_backup(&path, &lock(), false, false).unwrap();
    assert_eq!(made.accounts, 1);
    let again = authenticator.write_backup(&path, &lock(), false, false);
    assert_eq!(again.err().unwrap().code(), ErrorCode::FileExists);
    authenticator.write_backup(&path, &lock(), true, true).unwrap();
    let keys = Keys::none().with_passphrase(secret("otter violin gravel"));
    let opened = authenticator
        .open_backup("mine.age", &fs::read(&path).unwrap(), keys)
        .unwrap();
    assert_eq!(opened.entries.len(), 1);
    assert_eq!(names(&authenticator), ["Issuer 1"]);
}

/// The recipe of `docs/backup-format.md`, as it stands there.
#[cfg(target_os = "linux")]
#[test]
fn the_recipe_of_the_documentation_restores_with_age_and_a_shell_alone() {
    let page = include_str!("../../../docs/backup-format.md");
    let recipe = page.split("```sh\n").nth(1).unwrap().split("```").next().unwrap();
    let steps = recipe.lines().filter(|line| !line.starts_with('#'));
    assert!(steps.count() <= 10, "the page promises ten lines");
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    keep(&authenticator, &[uri(1), uri(2)]);
    let kit = authenticator.new_recovery_kit("maya").unwrap();
    let made = authenticator.use_recovery_kit(&kit).unwrap();
    let desk = std::path::Path::new(&made.path).parent().unwrap();
    fs::write(desk.join("kit.txt"), kit.identity.to_text().as_bytes()).unwrap();
    let output = std::process::Command::new("sh")
        .args(["-c", recipe])
        .current_dir(desk)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let links = fs::read_to_string(desk.join("links.txt")).unwrap();
    assert_eq!(links.lines().count(), 2);
    let code = String::from_utf8(output.stdout).unwrap();
    let one = id(&authenticator, "Issuer 1");
    let now = UnixTime::from_seconds(std::time::UNIX_EPOCH.elapsed().unwrap().as_secs());
    let at = |seconds: u64| {
        let time = UnixTime::from_seconds(now.seconds() - seconds);
        authenticator.code_at(&one, time).unwrap().code
    };
    assert!([at(0), at(10)].contains(&code.trim().to_owned()), "{code}");
}

/// Files that the `age` command makes, and files that it opens.
#[cfg(target_os = "linux")]
#[test]
fn the_age_command_and_we_open_each_other_s_files() {
    let folder = TempDir::new().unwrap();
    let authenticator = create(folder.path(), &Hands::at(NOW));
    keep(&authenticator, &[uri(1), uri(2)]);
    let run = |command: &str| {
        let output = std::process::Command::new("sh")
            .args(["-ec", command])
            .current_dir(folder.path())
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{command}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        output.stdout
    };
    run("age-keygen -o key.txt 2> age-keygen.log; age-keygen -y key.txt > key.pub");
    run(
        "ssh-keygen -q -t ed25519 -N '' -f ed; ssh-keygen -q -t rsa -b 2048 -N '' -f rsa; ssh-keygen -q -t ed25519 -N 'otter violin' -f locked",
    );
    let read = |name: &str| fs::read(folder.path().join(name)).unwrap();
    let text = |name: &str| String::from_utf8(read(name)).unwrap();
    let keys =
        ["key.pub", "ed.pub", "rsa.pub", "locked.pub"].map(|name| Recipient::parse(&text(name)).unwrap());
    for armored in [false, true] {
        let path = folder.path().join("ours.age");
        authenticator
            .write_backup(&path, &Lock::Keys(&keys), armored, true)
            .unwrap();
        for identity in ["key.txt", "ed", "rsa"] {
            let plain = run(&format!("age -d -i {identity} ours.age"));
            assert_eq!(
                Document::from_json(&plain).unwrap().entries.len(),
                2,
                "{identity}"
            );
            let keys = Keys::none()
                .with_identity_file(identity, &read(identity), None)
                .unwrap();
            assert_eq!(
                open("ours.age", &read("ours.age"), &keys).unwrap().entries.len(),
                2
            );
        }
    }
    fs::write(
        folder.path().join("plain.json"),
        run("age -d -i key.txt ours.age"),
    )
    .unwrap();
    run("age -a -R ed.pub -R rsa.pub -R locked.pub -o theirs.age plain.json");
    for identity in ["ed", "rsa"] {
        let keys = Keys::none()
            .with_identity_file(identity, &read(identity), None)
            .unwrap();
        assert_eq!(
            open("theirs.age", &read("theirs.age"), &keys)
                .unwrap()
                .entries
                .len(),
            2,
            "{identity}"
        );
    }
    let right = Keys::none()
        .with_identity_file("locked", &read("locked"), Some(&secret("otter violin")))
        .unwrap();
    assert_eq!(
        open("theirs.age", &read("theirs.age"), &right)
            .unwrap()
            .entries
            .len(),
        2
    );
    assert!(
        Keys::none()
            .with_identity_file("locked", &read("locked"), None)
            .is_err()
    );
    let wrong = Keys::none()
        .with_identity_file("locked", &read("locked"), Some(&secret("otter")))
        .unwrap();
    assert!(open("theirs.age", &read("theirs.age"), &wrong).is_err());
}

#[test]
fn a_store_that_cannot_be_read_is_a_failure_and_the_change_is_not_forgotten() {
    let folder = TempDir::new().unwrap();
    let clock = Hands::at(NOW);
    let authenticator = create(folder.path(), &clock);
    keep(&authenticator, &[uri(1)]);
    authenticator.back_up_if_due().unwrap().unwrap();
    let authenticator = support::open(folder.path(), &clock, Faults::none()).unwrap();
    let edit = AccountEdit {
        pinned: Some(true),
        ..AccountEdit::default()
    };
    authenticator.edit(&id(&authenticator, "Issuer 1"), edit).unwrap();
    let vault = folder.path().join("lockstep/vault.age");
    let aside = folder.path().join("aside");
    fs::rename(&vault, &aside).unwrap();
    assert!(authenticator.back_up_if_due().is_err());
    assert!(authenticator.has_unsaved_changes());
    fs::rename(&aside, &vault).unwrap();
    let failure = authenticator.backup_status().unwrap().failure.unwrap();
    assert_eq!(failure.code, "vault-damaged");
    authenticator.back_up_if_due().unwrap().unwrap();
    assert_eq!(authenticator.backup_status().unwrap().failure, None);
}
