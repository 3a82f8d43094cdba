//! What a desktop says on its buses is heard, and a desktop that says nothing breaks nothing.

#![allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    clippy::used_underscore_binding,
    reason = "D-Bus decides on the signatures, and zbus's macro reads every argument"
)]

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use lockstep_desktop::presence::{BusPlace, Buses, Hear, Lack, Presence, SessionIdle, Sign};
use lockstep_testing::session::PrivateSession;
use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};

use crate::desk::PATIENCE;

#[test]
fn a_locked_screen_is_heard_from_every_desktop() {
    let session = PrivateSession::without_keyring();
    let (presence, heard) = listen(&session);
    assert_eq!(presence.lacks_screen_lock(), Some(Lack::Service));
    for saver in ["org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver"] {
        let desktop = Builder::address(session.address())
            .unwrap()
            .name(saver)
            .unwrap()
            .build()
            .unwrap();
        assert_eq!(presence.lacks_screen_lock(), None, "{saver}");
        let path = format!("/{}", saver.replace('.', "/"));
        for locked in [false, true] {
            emit(&desktop, &path, saver, "ActiveChanged", &locked);
        }
        assert_eq!(heard.recv_timeout(PATIENCE), Ok(Sign::Locks), "{saver}");
    }
    drop(presence);
    assert!(
        heard.try_recv().is_err(),
        "an unlocked screen was taken for a locked one"
    );
}

#[test]
fn a_program_that_is_no_desktop_is_not_believed() {
    let session = PrivateSession::without_keyring();
    let (_presence, heard) = listen(&session);
    let saver = "org.freedesktop.ScreenSaver";
    let other = Builder::address(session.address()).unwrap().build().unwrap();
    emit(
        &other,
        "/org/freedesktop/ScreenSaver",
        saver,
        "ActiveChanged",
        &true,
    );
    let desktop = Builder::address(session.address())
        .unwrap()
        .name("org.gnome.ScreenSaver")
        .unwrap()
        .build()
        .unwrap();
    emit(
        &desktop,
        "/org/gnome/ScreenSaver",
        "org.gnome.ScreenSaver",
        "ActiveChanged",
        &true,
    );
    assert_eq!(heard.recv_timeout(PATIENCE), Ok(Sign::Locks));
    assert!(heard.try_recv().is_err());
}

#[test]
fn suspending_waits_until_everything_is_locked_and_the_session_alone_is_listened_to() {
    let session = PrivateSession::without_keyring();
    let (delays, delayed) = channel();
    let manager = manager(&session, delays);
    let (presence, heard) = listen(&session);
    assert_eq!(presence.lacks_suspend(), None);
    let delay = delayed.recv_timeout(PATIENCE).unwrap();

    let own = "/org/freedesktop/login1/session/own";
    let of_session = "org.freedesktop.login1.Session";
    emit(
        &manager,
        "/org/freedesktop/login1/session/other",
        of_session,
        "Lock",
        &(),
    );
    emit(&manager, own, of_session, "Lock", &());
    assert_eq!(heard.recv_timeout(PATIENCE), Ok(Sign::Locks));

    let path = "/org/freedesktop/login1";
    let interface = "org.freedesktop.login1.Manager";
    emit(&manager, path, interface, "PrepareForSleep", &true);
    assert_eq!(heard.recv_timeout(PATIENCE), Ok(Sign::Suspends));
    assert!(
        is_let_go(&delay),
        "the machine waits although everything is locked"
    );
    emit(&manager, path, interface, "PrepareForSleep", &false);
    assert_eq!(heard.recv_timeout(PATIENCE), Ok(Sign::Wakes));
    delayed.recv_timeout(PATIENCE).unwrap();
    assert!(heard.try_recv().is_err());
}

#[test]
fn the_session_says_for_how_long_nobody_was_there() {
    let session = PrivateSession::without_keyring();
    let (presence, _heard) = listen(&session);
    assert_eq!(presence.idle(Duration::MAX), None);
    assert_eq!(presence.lacks_idle(), Some(Lack::Service));
    let _desktop = Builder::address(session.address())
        .unwrap()
        .serve_at("/org/gnome/Mutter/IdleMonitor/Core", Monitor)
        .unwrap()
        .name("org.gnome.Mutter.IdleMonitor")
        .unwrap()
        .build()
        .unwrap();
    assert_eq!(presence.idle(Duration::MAX), Some(Duration::from_millis(90_500)));
    assert_eq!(presence.lacks_idle(), None);
}

#[test]
fn without_any_bus_nothing_is_heard_and_that_is_said() {
    let nowhere = || BusPlace::At("unix:path=/nonexistent/bus".to_owned());
    let buses = Buses {
        session: nowhere(),
        system: nowhere(),
    };
    let (ear, _heard) = ear();
    let presence = Presence::listen(&buses, &ear);
    assert_eq!(presence.lacks_suspend(), Some(Lack::Bus));
    assert_eq!(presence.lacks_screen_lock(), Some(Lack::Bus));
    assert_eq!(presence.lacks_idle(), Some(Lack::Bus));
    assert_eq!(presence.idle(Duration::MAX), None);
}

/// Listens on both buses, which are one here.
fn listen(session: &PrivateSession) -> (Presence, Receiver<Sign>) {
    let place = || BusPlace::At(session.address().to_owned());
    let buses = Buses {
        session: place(),
        system: place(),
    };
    let (ear, heard) = ear();
    (Presence::listen(&buses, &ear), heard)
}

fn ear() -> (Arc<dyn Hear>, Receiver<Sign>) {
    let (sender, heard) = channel();
    (Arc::new(Ear(Mutex::new(sender))), heard)
}

struct Ear(Mutex<Sender<Sign>>);

impl Hear for Ear {
    fn heard(&self, sign: Sign) {
        self.0.lock().unwrap().send(sign).unwrap();
    }
}

fn emit<B: serde::Serialize + zbus::zvariant::DynamicType>(
    from: &Connection,
    path: &str,
    interface: &str,
    name: &str,
    body: &B,
) {
    from.emit_signal(None::<&str>, path, interface, name, body)
        .unwrap();
}

/// A log-in manager, which gives the other end of each delay to the test.
fn manager(session: &PrivateSession, delays: Sender<std::os::unix::net::UnixStream>) -> Connection {
    Builder::address(session.address())
        .unwrap()
        .serve_at("/org/freedesktop/login1", Manager(Mutex::new(delays)))
        .unwrap()
        .name("org.freedesktop.login1")
        .unwrap()
        .build()
        .unwrap()
}

struct Manager(Mutex<Sender<std::os::unix::net::UnixStream>>);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn get_session(&self, id: &str) -> OwnedObjectPath {
        assert_eq!(id, "auto");
        OwnedObjectPath::try_from("/org/freedesktop/login1/session/own").unwrap()
    }

    fn inhibit(&self, what: &str, _who: &str, _why: &str, mode: &str) -> OwnedFd {
        assert_eq!((what, mode), ("sleep", "delay"));
        let (ours, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        self.0.lock().unwrap().send(ours).unwrap();
        std::os::fd::OwnedFd::from(theirs).into()
    }
}

/// Whether the other end of a delay is closed.
fn is_let_go(delay: &std::os::unix::net::UnixStream) -> bool {
    use std::io::Read;
    delay.set_read_timeout(Some(PATIENCE)).unwrap();
    matches!((&*delay).read(&mut [0]), Ok(0))
}

struct Monitor;

#[zbus::interface(name = "org.gnome.Mutter.IdleMonitor")]
impl Monitor {
    fn get_idletime(&self) -> u64 {
        90_500
    }
}
