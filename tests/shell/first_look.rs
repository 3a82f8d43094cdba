//! What the window's first picture is drawn from.

use lockstep_desktop::settings::Settings;
use lockstep_desktop::stage::{LockedBy, Stage};
use lockstep_device::authenticator::view::AccountView;

use crate::desk::Desk;

#[test]
fn the_first_look_has_the_settings_the_stage_the_accounts_and_the_trash() {
    let desk = Desk::new();
    let id = desk.keep("GitHub");
    let settings = Settings {
        hide_codes: true,
        ..desk.shell.settings()
    };
    desk.shell.set_settings(settings.clone()).unwrap();
    desk.shell.lock();
    desk.unlock();

    let look = desk.shell.first_look();
    assert_eq!(look.settings, settings);
    assert_eq!(look.status, desk.shell.status());
    assert_eq!(look.status.stage, Stage::Open);
    let listed = look.listed.unwrap();
    let ids = |accounts: &[AccountView]| {
        accounts
            .iter()
            .map(|account| account.id.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(ids(&listed.view.accounts), std::slice::from_ref(&id));
    assert_eq!(listed.trash, []);

    desk.shell.change(|accounts| accounts.remove(&id)).unwrap();
    let listed = desk.shell.first_look().listed.unwrap();
    assert_eq!(listed.view.accounts, []);
    assert_eq!(ids(&listed.trash), [id]);
}

#[test]
fn of_locked_accounts_the_first_look_shows_nothing() {
    let desk = Desk::new();
    desk.keep("GitHub");
    desk.shell.lock();
    let look = desk.shell.first_look();
    assert_eq!(look.status.stage, Stage::Locked { by: LockedBy::Vault });
    assert_eq!(look.listed, None);
}
