//! What the window may ask for and what it is told: the TypeScript side is generated from the Rust side, and no answer
//! holds a seed.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

mod support;

use std::fs;
use std::path::Path;
use std::sync::Arc;

use lockstep_desktop::announce::Announce;
use lockstep_desktop::aws::deed::DeedProgress;
use lockstep_desktop::error::{CommandError, ShellError};
use lockstep_desktop::exporting::ExportKind;
use lockstep_desktop::fleet::running::FleetNews;
use lockstep_desktop::ipc;
use lockstep_desktop::settings::Settings;
use lockstep_desktop::shell::Shell;
use lockstep_desktop::stage::Stage;
use lockstep_device::account::AccountId;
use lockstep_device::authenticator::Home;
use lockstep_device::authenticator::backup_view::RestoreMode;
use lockstep_device::authenticator::view::AccountEdit;
use lockstep_device::passphrase::Passphrase;
use lockstep_device::store::fault::Faults;
use lockstep_device::time::{Clock, TimeError, UnixTime};
use serde::Serialize;
use support::{handed, seed};
use zeroize::Zeroizing;

fn generated() -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bindings.ts");
    ipc::export(&file).unwrap();
    fs::read_to_string(file).unwrap()
}

#[test]
fn the_bindings_are_those_of_the_commands() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/ipc/bindings.ts");
    if std::env::var_os("UPDATE_BINDINGS").is_some() {
        ipc::export(&file).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap();
    assert!(
        committed == generated(),
        "ui/src/ipc/bindings.ts is not what the commands say; \
         run: UPDATE_BINDINGS=1 cargo test -p lockstep-desktop --test ipc_contract"
    );
}

#[test]
fn no_type_of_an_answer_has_a_field_for_a_secret() {
    let bindings = generated();
    let (_, types) = bindings.split_once("/* Types */").unwrap();
    let (types, _) = types.split_once("/* Tauri Specta runtime */").unwrap();
    let answers = types
        .split("export type ")
        .filter(|declaration| !declaration.starts_with("TypedAccount ="));
    let fields: Vec<&str> = answers.flat_map(fields).collect();
    assert!(
        fields.contains(&"issuer") && fields.contains(&"code_shown"),
        "the fields were not found: {fields:?}"
    );
    for field in fields {
        for secret in ["secret", "seed", "uri", "url", "passphrase", "key"] {
            assert!(!field.contains(secret), "an answer has the field {field}");
        }
    }
}

/// The words before a colon that are not in quotation marks.
fn fields(declaration: &str) -> impl Iterator<Item = &str> {
    let code = declaration
        .split("/**")
        .filter_map(|part| part.rsplit("*/").next());
    code.flat_map(|code| code.split(':').rev().skip(1)).map(|before| {
        let word = before.trim_end_matches('?');
        word.rsplit(|character: char| !character.is_alphanumeric() && character != '_')
            .next()
            .unwrap_or(word)
    })
}

#[test]
fn no_answer_in_a_life_with_the_app_holds_a_seed() {
    let folder = tempfile::tempdir().unwrap();
    let mut answers = Answers::default();
    let shell = shell(folder.path());
    answers.take(Ok(shell.status()));
    answers.refused(shell.preview());
    shell.create_vault(&passphrase("blue lamp 42")).unwrap();
    let id = add(&shell, folder.path(), &mut answers);
    look(&shell, &id, &mut answers);
    change(&shell, &id, &mut answers);
    back_up(&shell, folder.path(), &mut answers);
    hand_off(&shell, folder.path(), &mut answers);
    shell.lock();
    answers.refused(shell.unlock_vault(&passphrase("red lamp 42")));
    shell.unlock_vault(&passphrase("blue lamp 42")).unwrap();
    answers.take(Ok(shell.authenticator().unwrap().accounts()));
    answers.take(Ok(shell.notices()));
    assert!(answers.0.len() > 20);
    seed::assert_absent(&answers.0.join("\n"));
}

fn add(shell: &Arc<Shell>, folder: &Path, answers: &mut Answers) -> AccountId {
    let uri = seed::uri("Halden Works", "maya");
    let picture = folder.join("code.png");
    fs::write(&picture, seed::picture(&uri)).unwrap();
    let by_counter = uri.replace("totp", "hotp").replace("KRUG", "JBSW") + "&counter=3";
    answers.take(shell.add_paths(&[picture, folder.join("absent.png")]));
    answers.take(shell.add_text(&format!(
        "{uri}\n{by_counter}\n{}",
        uri.replace("secret=", "secret=!")
    )));
    answers.take(shell.preview());
    let kept = shell.keep(&[0, 1, 2]).unwrap();
    let id = kept[0].id.clone().unwrap();
    let second = kept
        .iter()
        .filter_map(|row| row.id.clone())
        .find(|other| *other != id)
        .unwrap();
    answers.take(Ok(kept));
    answers.take(Ok(shell
        .authenticator()
        .unwrap()
        .next_hotp_code(&second)
        .unwrap()));
    answers.take(shell.add_text(&uri));
    shell.discard_preview();
    id
}

fn look(shell: &Arc<Shell>, id: &AccountId, answers: &mut Answers) {
    let absent = AccountId::from_bytes([0; 16]);
    answers.take(Ok(shell.status()));
    answers.take(Ok(shell.authenticator().unwrap().accounts()));
    answers.take(shell.codes(&[id.clone(), absent.clone()]));
    answers.take(Ok(shell.notices()));
    answers.refused(shell.add_paths(&["/dev/null".into()]));
    answers.refused(shell.change(|accounts| accounts.remove(&absent)));
}

fn change(shell: &Arc<Shell>, id: &AccountId, answers: &mut Answers) {
    let edit = AccountEdit {
        note: Some("at the desk".to_owned()),
        ..AccountEdit::default()
    };
    answers.take(shell.change(|accounts| accounts.edit(id, edit)));
    answers.take(shell.change(|accounts| accounts.move_before(id, None)));
    answers.take(shell.change(|accounts| accounts.remove(id)));
    answers.take(Ok(shell.authenticator().unwrap().trash()));
    answers.take(shell.change(|accounts| accounts.restore(id)));
    answers.refused(shell.change(|accounts| accounts.purge(id)));
    answers.take(Ok(shell.settings()));
    answers.take(shell.set_settings(Settings {
        clipboard_seconds: 10,
        ..Settings::default()
    }));
    answers.refused(shell.set_settings(Settings {
        clipboard_seconds: 5,
        ..Settings::default()
    }));
}

/// Backups, the recovery kit, restoring and exporting; the kit's identity leaves no more than a seed does.
fn back_up(shell: &Arc<Shell>, folder: &Path, answers: &mut Answers) {
    let backup = folder.join("mine.age");
    answers.take(shell.back_up_now());
    answers.take(shell.create_backup(&backup, &passphrase("blue lamp 42")));
    let before = answers.0.len();
    for name in ["kit.txt", "kit.svg", "kit.pdf"] {
        answers.take(shell.save_kit(&folder.join(name), "maya"));
        assert!(fs::metadata(folder.join(name)).unwrap().len() > 1000, "{name}");
    }
    answers.take(shell.backup_status());
    let told = answers.0[before..].join("\n");
    assert!(!told.contains("AGE-SECRET-KEY"), "{told}");
    let latest = shell.back_up_now().unwrap().path;
    answers.take(shell.verify_backup(Path::new(&latest)));
    answers.refused(shell.verify_backup(&backup));
    answers.take(shell.set_backups_kept(12));
    answers.refused(shell.set_backups_kept(1));
    answers.take(shell.hold_backup(&backup));
    answers.refused(shell.unlock_backup(Zeroizing::new("red lamp".to_owned())));
    answers.take(shell.unlock_backup(Zeroizing::new("blue lamp 42".to_owned())));
    answers.take(shell.restore_backup(RestoreMode::Merge, &[]));
    answers.refused(shell.held_backup());
    answers.take(shell.export(ExportKind::Links, None, &folder.join("links.txt")));
    answers.refused(shell.export(ExportKind::Aegis, None, &folder.join("aegis.json")));
    answers.refused(shell.add_paths(&[backup]));
}

/// A hand-off that is opened with its passphrase, and added; its passphrase comes back no more than its seed does.
fn hand_off(shell: &Arc<Shell>, folder: &Path, answers: &mut Answers) {
    let file = folder.join("maya.lockstep");
    fs::write(&file, handed::sealed("green lamp 42")).unwrap();
    let before = answers.0.len();
    answers.refused(shell.add_paths(&[file]));
    answers.take(shell.held_hand_off());
    answers.refused(shell.add_hand_off());
    answers.refused(shell.unlock_hand_off(&passphrase("red lamp")));
    answers.take(shell.unlock_hand_off(&passphrase("green lamp 42")));
    answers.take(shell.held_hand_off());
    answers.take(shell.add_hand_off());
    answers.refused(shell.held_hand_off());
    let told = answers.0[before..].join("\n");
    assert!(told.contains("arn:aws:iam::123456789012:mfa/maya-1"), "{told}");
    assert!(
        !told.contains(" lamp") && !told.contains(&handed::base32()),
        "{told}"
    );
}

/// Every answer, as the window would get it.
#[derive(Default)]
struct Answers(Vec<String>);

impl Answers {
    fn take<T: Serialize>(&mut self, answer: Result<T, ShellError>) {
        let answer = answer
            .map_err(CommandError::from)
            .map_err(|error| error.message)
            .unwrap();
        self.0.push(serde_json::to_string(&answer).unwrap());
    }

    fn refused<T>(&mut self, answer: Result<T, ShellError>) {
        let refusal = CommandError::from(answer.err().unwrap());
        self.0.push(serde_json::to_string(&refusal).unwrap());
    }
}

/// A shell that never asks a keyring, at a fixed moment.
fn shell(folder: &Path) -> Arc<Shell> {
    let home = Home {
        folder: folder.join("home"),
        clock: Arc::new(Noon),
        faults: Faults::none(),
    };
    Arc::new(Shell::new(home, Arc::new(Nobody)))
}

fn passphrase(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned())).unwrap()
}

struct Noon;

impl Clock for Noon {
    fn now(&self) -> Result<UnixTime, TimeError> {
        Ok(UnixTime::from_seconds(1_800_000_000))
    }
}

/// Hears nothing.
struct Nobody;

impl Announce for Nobody {
    fn stage_changed(&self, _stage: &Stage) {}
    fn accounts_changed(&self) {}
    fn clipboard_cleared(&self) {}
    fn backups_changed(&self) {}
    fn deed_progress(&self, _progress: &DeedProgress) {}
    fn code_copied(&self, _settings: &Settings) {}
    fn settings_changed(&self, _settings: &Settings) {}
    fn arguments_came(&self) {}
    fn woke(&self) {}
    fn fleet_moved(&self, _news: &FleetNews) {}
}
