//! Pictures of the screen: from an X server without a screen, and from a desktop portal that the test plays.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lockstep_device::qr::decode::{Cancel, DecodeError, DecodeLimits, decode};
use lockstep_device::qr::encode::modules;
use lockstep_device::qr::pixels::Picture;
use lockstep_device::screen::{ScreenError, Screens, Shot, Way};
use lockstep_testing::display::Display;
use lockstep_testing::portal::{self, Portal};
use lockstep_testing::session::PrivateSession;

const TEXT: &str = "otpauth://totp/Halden:maya?secret=JBSWY3DPEHPK3PXP";

#[test]
fn what_an_x_server_shows_is_seen_as_it_is() {
    let display = Display::start();
    let way = Way::X11(display.name().to_owned());
    let mut shots = way.take().unwrap();
    assert_eq!(shots.len(), 1);
    let Shot::Pixels { size, ref rgba } = shots[0] else {
        panic!("an X server gives pixels")
    };
    assert_eq!((size, rgba.len()), ((1280, 900), 1280 * 900 * 4));
    let nothing = texts(shots.remove(0)).unwrap_err();
    assert!(matches!(nothing, DecodeError::NotFound { .. }), "{nothing}");

    let folder = tempfile::tempdir().unwrap();
    // It says no although it has done it.
    Command::new("/usr/bin/display")
        .env("DISPLAY", display.name())
        .args(["-window", "root"])
        .arg(picture(folder.path()))
        .output()
        .unwrap();
    assert_eq!(texts(way.take().unwrap().remove(0)).unwrap(), [TEXT]);
}

#[test]
fn an_x_server_that_is_not_there_is_a_missing_screen() {
    let refused = Way::X11(":65000".to_owned()).take().err();
    assert!(matches!(refused, Some(ScreenError::Missing(_))), "{refused:?}");
}

#[test]
fn the_portals_picture_is_read_and_its_file_is_gone_afterwards() {
    let session = PrivateSession::without_keyring();
    let folder = tempfile::tempdir().unwrap();
    let file = picture(folder.path());
    let _portal = Portal::on(&session, portal::Picture::In(file.clone()));
    let mut shots = through_portal(&session).take().unwrap();
    assert!(!file.exists());
    assert_eq!(texts(shots.remove(0)).unwrap(), [TEXT]);
}

#[test]
fn a_desktop_that_says_no_has_no_portal_or_gives_no_file_is_told_apart() {
    let mut session = PrivateSession::without_keyring();
    let way = through_portal(&session);
    let missing = way.take().err();
    assert!(matches!(missing, Some(ScreenError::Missing(_))), "{missing:?}");

    let portal = Portal::on(&session, portal::Picture::NotAllowed);
    assert_eq!(way.take().err(), Some(ScreenError::Refused));
    drop(portal);

    let absent = session.home().join("absent.png");
    let portal = Portal::on(&session, portal::Picture::In(absent));
    let failed = way.take().err();
    assert!(matches!(failed, Some(ScreenError::Failed(_))), "{failed:?}");
    drop(portal);

    session.kill_bus();
    let missing = way.take().err();
    assert!(matches!(missing, Some(ScreenError::Missing(_))), "{missing:?}");
}

#[test]
fn under_wayland_the_desktop_lets_the_person_choose_the_region() {
    let session = PrivateSession::without_keyring();
    let folder = tempfile::tempdir().unwrap();
    let file = picture(folder.path());
    let portal = Portal::on(&session, portal::Picture::In(file.clone()));
    let way = through_portal(&session);
    let mut shots = way.take_region(&Cancel::new()).unwrap();
    assert!(portal.was_interactive());
    assert!(!file.exists());
    assert_eq!(texts(shots.remove(0)).unwrap(), [TEXT]);
    drop(portal);

    let _portal = Portal::on(&session, portal::Picture::NotAllowed);
    let not_chosen = way.take_region(&Cancel::new()).err();
    assert_eq!(not_chosen, Some(ScreenError::NotChosen));
}

fn through_portal(session: &PrivateSession) -> Way {
    Way::Portal(Some(session.address().to_owned()))
}

/// A picture file with a code.
fn picture(folder: &Path) -> PathBuf {
    let file = folder.join("picture.png");
    fs::write(&file, modules(TEXT).unwrap().to_png(6).unwrap().as_slice()).unwrap();
    file
}

fn texts(shot: Shot) -> Result<Vec<String>, DecodeError> {
    let picture = Picture::try_from(shot).unwrap();
    let texts = decode(picture, &DecodeLimits::default(), &Cancel::new())?;
    Ok(texts.iter().map(|text| text.to_string()).collect())
}
