//! What the vault promises.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use std::fs;
use std::io::Write;
use std::path::Path;

use lockstep_device::account::AccountId;
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::store::fault::Faults;
use lockstep_device::store::item::ItemText;
use lockstep_device::store::seeds::{ItemKey, SeedStore, StoreError};
use lockstep_device::store::vault::{LockedVault, UnlockedVault};
use zeroize::Zeroizing;

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
}

fn create(folder: &Path) -> UnlockedVault {
    let work = WorkFactor::try_from(2).unwrap();
    LockedVault::create(folder, &passphrase("right"), work, &Faults::none()).unwrap()
}

fn find(folder: &Path) -> Result<Option<LockedVault>, StoreError> {
    LockedVault::find(folder, &Faults::none())
}

fn unlock(folder: &Path, text: &str) -> Result<UnlockedVault, StoreError> {
    let vault = find(folder)?.expect("a vault");
    vault.unlock(&passphrase(text)).map_err(|(_, error)| error)
}

fn key(byte: u8) -> ItemKey {
    ItemKey::Account(AccountId::from_bytes([byte; 16]))
}

fn text(text: &str) -> ItemText {
    ItemText::new(Zeroizing::new(text.to_owned()))
}

fn seal(recipient: &dyn age::Recipient, bytes: &[u8]) -> Vec<u8> {
    let encryptor = age::Encryptor::with_recipients(std::iter::once(recipient)).unwrap();
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed).unwrap();
    writer.write_all(bytes).unwrap();
    writer.finish().unwrap();
    sealed
}

fn scrypt(text: &str, work: u8) -> age::scrypt::Recipient {
    let mut recipient = age::scrypt::Recipient::new(age::secrecy::SecretString::from(text.to_owned()));
    recipient.set_work_factor(work);
    recipient
}

#[test]
fn items_are_read_as_they_were_written_by_whoever_has_the_passphrase() {
    let folder = tempfile::tempdir().unwrap();
    assert!(find(folder.path()).unwrap().is_none());
    let vault = create(folder.path());
    for (byte, written) in [(1, "one"), (2, "two\nlines"), (3, ""), (4, "\n\"quoted\\\"\n")] {
        vault.write(&key(byte), &text(written)).unwrap();
    }
    vault.write(&key(1), &text("replaced")).unwrap();
    vault.delete(&key(3)).unwrap();
    vault.delete(&key(3)).unwrap();
    let locked = vault.lock();
    let vault = locked
        .unlock(&passphrase("right"))
        .map_err(|(_, error)| error)
        .unwrap();
    assert_eq!(vault.keys().unwrap(), [key(1), key(2), key(4)]);
    let read = vault.read_many(&[key(4), key(1), key(3), key(2)]).unwrap();
    assert!(read[0].as_ref().unwrap().is_same(&text("\n\"quoted\\\"\n")));
    assert!(read[1].as_ref().unwrap().is_same(&text("replaced")));
    assert!(matches!(&read[2], Err(StoreError::Missing(missing)) if *missing == key(3)));
    assert!(read[3].as_ref().unwrap().is_same(&text("two\nlines")));
}

#[test]
fn a_wrong_passphrase_gives_the_locked_vault_back() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path());
    let (vault, error) = find(folder.path())
        .unwrap()
        .unwrap()
        .unlock(&passphrase("wrong"))
        .err()
        .unwrap();
    assert!(matches!(error, StoreError::PassphraseWrong));
    assert!(vault.unlock(&passphrase("right")).is_ok());
}

#[test]
fn a_changed_passphrase_opens_the_vault_and_the_old_one_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let vault = create(folder.path());
    vault.write(&key(1), &text("one")).unwrap();
    vault
        .change_passphrase(&passphrase("new"), WorkFactor::try_from(3).unwrap())
        .unwrap();
    assert!(vault.read(&key(1)).is_ok());
    assert!(matches!(
        unlock(folder.path(), "right"),
        Err(StoreError::PassphraseWrong)
    ));
    assert!(
        unlock(folder.path(), "new")
            .unwrap()
            .read(&key(1))
            .unwrap()
            .is_same(&text("one"))
    );
}

#[test]
fn a_vault_is_never_made_over_another() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path()).write(&key(1), &text("one")).unwrap();
    let work = WorkFactor::try_from(2).unwrap();
    let again = LockedVault::create(folder.path(), &passphrase("other"), work, &Faults::none()).map(drop);
    assert!(matches!(again, Err(StoreError::VaultExists)));
    assert!(unlock(folder.path(), "right").unwrap().read(&key(1)).is_ok());
}

#[test]
fn half_a_vault_is_damaged_and_its_items_are_set_aside_not_lost() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path());
    let (identity, items) = (
        folder.path().join("vault-identity.age"),
        folder.path().join("vault.age"),
    );
    let kept = fs::read(&items).unwrap();
    fs::remove_file(&identity).unwrap();
    assert!(matches!(
        find(folder.path()),
        Err(StoreError::VaultDamaged { .. })
    ));
    create(folder.path());
    assert_eq!(fs::read(folder.path().join("vault.damaged-1.age")).unwrap(), kept);
    fs::remove_file(&items).unwrap();
    assert!(matches!(
        find(folder.path()),
        Err(StoreError::VaultDamaged { .. })
    ));
}

#[test]
fn every_truncation_and_every_flipped_byte_is_noticed() {
    let folder = tempfile::tempdir().unwrap();
    let vault = create(folder.path());
    vault
        .write(&key(1), &text("otpauth://totp/a?secret=JBSWY3DPEHPK3PXP\n{}"))
        .unwrap();
    let items = folder.path().join("vault.age");
    let whole = fs::read(&items).unwrap();
    for length in 0..whole.len() {
        fs::write(&items, &whole[..length]).unwrap();
        let read = vault.read(&key(1)).map(drop);
        assert!(
            matches!(read, Err(StoreError::VaultDamaged { .. })),
            "{length}: {read:?}"
        );
    }
    for place in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        fs::write(&items, &flipped).unwrap();
        let read = vault.read(&key(1)).map(drop);
        assert!(
            matches!(read, Err(StoreError::VaultDamaged { .. })),
            "{place}: {read:?}"
        );
        let written = vault.write(&key(2), &text("two"));
        assert!(written.is_err(), "nothing is written over what cannot be read");
    }
}

#[test]
fn a_damaged_identity_never_opens_and_never_panics() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path());
    let identity = folder.path().join("vault-identity.age");
    let whole = fs::read(&identity).unwrap();
    for length in 0..whole.len() {
        fs::write(&identity, &whole[..length]).unwrap();
        let error = unlock(folder.path(), "right").map(drop).unwrap_err();
        assert!(
            matches!(error, StoreError::VaultDamaged { .. }),
            "{length}: {error:?}"
        );
    }
    for place in 0..whole.len() {
        let mut flipped = whole.clone();
        flipped[place] ^= 1;
        fs::write(&identity, &flipped).unwrap();
        let error = unlock(folder.path(), "right").map(drop).unwrap_err();
        // What the passphrase unlocks is sealed as well: a flip there is indistinguishable from a wrong passphrase.
        assert!(
            matches!(
                error,
                StoreError::VaultDamaged { .. }
                    | StoreError::PassphraseWrong
                    | StoreError::VaultWorkFactor { .. }
            ),
            "{place}: {error:?}"
        );
    }
}

#[test]
fn a_vault_of_a_newer_version_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let vault = create(folder.path());
    let identity = age::x25519::Identity::generate();
    let recipient = scrypt("right", 2);
    let text_of_identity = age::secrecy::ExposeSecret::expose_secret(&identity.to_string()).to_owned();
    fs::write(
        folder.path().join("vault-identity.age"),
        seal(&recipient, text_of_identity.as_bytes()),
    )
    .unwrap();
    let items = folder.path().join("vault.age");
    assert!(matches!(vault.read(&key(1)), Err(StoreError::Missing(_))));
    let newer = seal(
        &identity.to_public(),
        br#"{"version":2,"items":"in another shape"}"#,
    );
    fs::write(&items, &newer).unwrap();
    let opened = unlock(folder.path(), "right").unwrap();
    assert!(matches!(
        opened.read(&key(1)),
        Err(StoreError::VaultNewer { version: 2, .. })
    ));
    assert!(matches!(
        opened.write(&key(1), &text("one")),
        Err(StoreError::VaultNewer { .. })
    ));
    assert_eq!(fs::read(&items).unwrap(), newer);
    assert!(
        matches!(vault.read(&key(1)), Err(StoreError::VaultDamaged { .. })),
        "another vault's items"
    );
}

#[test]
fn more_work_than_a_factor_of_20_is_refused_without_doing_it() {
    let folder = tempfile::tempdir().unwrap();
    create(folder.path());
    let identity = folder.path().join("vault-identity.age");
    let sealed = fs::read(&identity).unwrap();
    let end = sealed.iter().position(|byte| *byte == b'\n').unwrap();
    let header = String::from_utf8_lossy(&sealed[..end + 60]).into_owned();
    let line = header
        .lines()
        .find(|line| line.starts_with("-> scrypt "))
        .unwrap();
    let dear = line.strip_suffix(" 2").unwrap().to_owned() + " 21";
    let place = header.find(line).unwrap();
    let mut changed = sealed[..place].to_vec();
    changed.extend(dear.as_bytes());
    changed.extend(&sealed[place + line.len()..]);
    fs::write(&identity, changed).unwrap();
    let error = unlock(folder.path(), "right").map(drop).unwrap_err();
    assert!(
        matches!(error, StoreError::VaultWorkFactor { found: 21, limit: 20 }),
        "{error:?}"
    );
    for factor in [0, 21, 64, 255] {
        assert!(WorkFactor::try_from(factor).is_err());
    }
}

#[cfg(unix)]
#[test]
fn the_vaults_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    create(&data);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&data), 0o700);
    for name in ["vault.age", "vault-identity.age"] {
        assert_eq!(mode(&data.join(name)), 0o600, "{name}");
    }
}
