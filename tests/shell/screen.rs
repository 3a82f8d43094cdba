//! Scanning the screen: all codes of all monitors, and a reason where there is none.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};

use lockstep_desktop::error::CommandError;
use lockstep_device::authenticator::view::PreviewView;
use lockstep_device::qr::decode::Cancel;
use lockstep_device::screen::{ScreenError, Screens, Shot};
use zeroize::Zeroizing;

use crate::desk::{Desk, PATIENCE, aside};
use crate::support::seed;

/// Monitors that show the codes of these issuers, or nothing.
struct Monitors(&'static [Option<&'static str>]);

impl Screens for Monitors {
    fn take(&self) -> Result<Vec<Shot>, ScreenError> {
        Ok(self
            .0
            .iter()
            .map(|issuer| issuer.map_or_else(blank, code))
            .collect())
    }

    fn take_region(&self, _cancel: &Cancel) -> Result<Vec<Shot>, ScreenError> {
        Ok(self.take()?.drain(..1).collect())
    }
}

/// A desktop that says no.
struct Forbidden;

impl Screens for Forbidden {
    fn take(&self) -> Result<Vec<Shot>, ScreenError> {
        Err(ScreenError::Refused)
    }

    fn take_region(&self, _cancel: &Cancel) -> Result<Vec<Shot>, ScreenError> {
        Err(ScreenError::NotChosen)
    }
}

/// A desktop that asks the person, who says yes once told to.
struct Asking {
    asked: Mutex<Sender<()>>,
    allowed: Mutex<Receiver<()>>,
}

impl Screens for Asking {
    fn take(&self) -> Result<Vec<Shot>, ScreenError> {
        self.asked.lock().unwrap().send(()).unwrap();
        self.allowed.lock().unwrap().recv_timeout(PATIENCE).unwrap();
        Monitors(&[Some("Late")]).take()
    }

    fn take_region(&self, cancel: &Cancel) -> Result<Vec<Shot>, ScreenError> {
        self.asked.lock().unwrap().send(()).unwrap();
        while !cancel.is_cancelled() {
            std::thread::yield_now();
        }
        Err(ScreenError::NotChosen)
    }
}

#[test]
fn every_code_of_every_monitor_is_offered_once_and_a_monitor_without_one_is_no_failure() {
    let monitors = Monitors(&[Some("Halden"), None, Some("GitHub"), Some("Halden")]);
    let desk = Desk::seeing(Arc::new(monitors));
    let view = scanned(&desk).unwrap();
    let issuers: Vec<_> = view.found.iter().map(|found| found.issuer.as_deref()).collect();
    assert_eq!(issuers, [Some("Halden"), Some("GitHub")]);
    seed::assert_absent(&serde_json::to_string(&view).unwrap());
}

#[test]
fn a_screen_without_a_code_says_so_and_what_was_found_before_stays() {
    let desk = Desk::seeing(Arc::new(Monitors(&[None, None])));
    desk.shell.add_text(&seed::uri("Pasted", "maya")).unwrap();
    let refused = scanned(&desk).unwrap_err();
    assert_eq!(refused.code, "screen-without-code");
    assert!(refused.remedy.contains("this window included"));
    assert_eq!(desk.shell.preview().unwrap().found.len(), 1);
}

#[test]
fn a_desktop_that_says_no_or_has_no_screen_is_told_apart_with_another_way() {
    let refused = scanned(&Desk::seeing(Arc::new(Forbidden))).unwrap_err();
    assert_eq!(refused.code, "screen-refused");
    let missing = scanned(&Desk::new()).unwrap_err();
    assert_eq!(missing.code, "screen-missing");
    assert!(missing.remedy.contains("paste it or drop it here"));
}

#[test]
fn locking_does_not_wait_for_a_person_who_is_asked_to_allow_it_and_nothing_of_it_comes_later() {
    let (asked, was_asked) = channel();
    let (allow, allowed) = channel();
    let asking = Asking {
        asked: Mutex::new(asked),
        allowed: Mutex::new(allowed),
    };
    let desk = Desk::seeing(Arc::new(asking));
    let shell = Arc::clone(&desk.shell);
    let scan = aside(move || shell.add_screen().map_err(CommandError::from));
    was_asked.recv_timeout(PATIENCE).unwrap();
    desk.shell.lock();
    desk.unlock();
    allow.send(()).unwrap();
    let refused = scan.recv_timeout(PATIENCE).unwrap().unwrap_err();
    assert_eq!(refused.code, "given-up");
    assert!(desk.shell.preview().unwrap().found.is_empty());
}

#[test]
fn only_the_codes_of_the_chosen_region_are_offered() {
    let desk = Desk::seeing(Arc::new(Monitors(&[Some("Halden"), Some("GitHub")])));
    let view = desk.shell.add_region().unwrap();
    let issuers: Vec<_> = view.found.iter().map(|found| found.issuer.as_deref()).collect();
    assert_eq!(issuers, [Some("Halden")]);
    let empty = Desk::seeing(Arc::new(Monitors(&[None])));
    let refused = empty.shell.add_region().map_err(CommandError::from).unwrap_err();
    assert_eq!(refused.code, "region-without-code");
}

#[test]
fn a_region_that_is_not_chosen_changes_nothing() {
    let desk = Desk::seeing(Arc::new(Forbidden));
    desk.shell.add_text(&seed::uri("Pasted", "maya")).unwrap();
    assert_eq!(desk.shell.add_region().unwrap().found.len(), 1);
}

#[test]
fn locking_ends_the_choice_of_a_region() {
    let (asked, was_asked) = channel();
    let asking = Asking {
        asked: Mutex::new(asked),
        allowed: Mutex::new(channel().1),
    };
    let desk = Desk::seeing(Arc::new(asking));
    let shell = Arc::clone(&desk.shell);
    let choice = aside(move || shell.add_region().map_err(CommandError::from));
    was_asked.recv_timeout(PATIENCE).unwrap();
    desk.shell.lock();
    let refused = choice.recv_timeout(PATIENCE).unwrap().unwrap_err();
    assert_eq!(refused.code, "given-up");
}

fn scanned(desk: &Desk) -> Result<PreviewView, CommandError> {
    desk.shell.add_screen().map_err(CommandError::from)
}

fn code(issuer: &str) -> Shot {
    let uri = seed::uri(issuer, "maya");
    let uri = if issuer == "GitHub" {
        uri.replace("KRUG", "JBSW")
    } else {
        uri
    };
    Shot::File(Zeroizing::new(seed::picture(&uri)))
}

fn blank() -> Shot {
    Shot::Pixels {
        size: (64, 48),
        rgba: Zeroizing::new(vec![255; 64 * 48 * 4]),
    }
}
