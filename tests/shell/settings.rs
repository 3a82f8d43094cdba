//! Settings that are refused change nothing; those that are taken are in force at once.

use lockstep_desktop::error::CommandError;
use lockstep_desktop::moving::StoreMove;
use lockstep_desktop::settings::Settings;
use lockstep_desktop::stage::Stage;
use lockstep_device::store::seeds::StoreKind;

use crate::desk::{Desk, passphrase};

#[test]
fn settings_are_in_force_as_soon_as_they_are_saved() {
    let desk = Desk::new();
    let wanted = Settings {
        lock_after_minutes: Some(5),
        shortcut: Some("Ctrl+Alt+L".to_owned()),
        close_to_tray: true,
        ..Settings::default()
    };
    assert_eq!(desk.shell.set_settings(wanted.clone()).unwrap(), wanted);
    assert_eq!(desk.settings_in_force(), [wanted]);
}

#[test]
fn what_cannot_be_set_is_named_and_nothing_comes_into_force() {
    let desk = Desk::new();
    for (wrong, says) in [
        (
            Settings {
                lock_after_minutes: Some(0),
                ..Settings::default()
            },
            "0 minutes",
        ),
        (
            Settings {
                shortcut: Some("L".to_owned()),
                ..Settings::default()
            },
            "L would be taken from every program",
        ),
        (
            Settings {
                clipboard_seconds: 121,
                ..Settings::default()
            },
            "121 seconds",
        ),
    ] {
        let refused = CommandError::from(desk.shell.set_settings(wrong).unwrap_err());
        assert_eq!(refused.code, "settings-invalid");
        assert!(refused.message.contains(says), "{}", refused.message);
    }
    assert_eq!(desk.settings_in_force(), []);
    assert_eq!(desk.shell.settings(), Settings::default());
}

#[test]
fn a_wrong_passphrase_moves_no_seed_and_leaves_the_accounts_open() {
    let desk = Desk::new();
    let id = desk.keep("GitHub");
    assert_eq!(
        desk.shell.store_move().unwrap(),
        StoreMove {
            to: StoreKind::Keyring,
            vault_is_there: true
        }
    );
    let refused = desk.shell.move_store(&passphrase("red lamp 42")).unwrap_err();
    assert_eq!(CommandError::from(refused).code, "vault-passphrase-wrong");
    assert_eq!(desk.shell.status().stage, Stage::Open);
    assert!(desk.shell.codes(&[id]).unwrap()[0].code.is_some());
}
