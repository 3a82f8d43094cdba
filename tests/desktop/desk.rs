//! The rest of a desktop, on the machine's bus: a screen to lock, a log-in manager, and a tray whose menu can be clicked.

#![allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    clippy::used_underscore_binding,
    reason = "D-Bus decides on the signatures, and zbus's macro reads every argument"
)]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use zbus::blocking::Connection;
use zbus::blocking::connection::Builder;
use zbus::message::Header;
use zbus::zvariant::{OwnedFd, OwnedObjectPath, OwnedValue, Value};

use crate::machine::{Machine, eventually};

/// A desktop, until it is dropped.
pub(crate) struct Desk {
    bus: Connection,
    items: Items,
}

/// Who put an icon into the tray, by their names on the bus.
type Items = Arc<Mutex<Vec<String>>>;

/// An entry of a menu: its number, its properties, and its own entries.
type Entry = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);

impl Desk {
    /// A desktop with everything, on a machine that has none yet.
    pub(crate) fn on(machine: &Machine) -> Self {
        let items = Items::default();
        let watcher = Watcher(Arc::clone(&items));
        let bus = Builder::address(machine.session.address())
            .unwrap()
            .serve_at("/StatusNotifierWatcher", watcher)
            .unwrap()
            .serve_at("/org/freedesktop/login1", Manager)
            .unwrap()
            .name("org.freedesktop.login1")
            .unwrap()
            .name("org.freedesktop.ScreenSaver")
            .unwrap()
            .name("org.kde.StatusNotifierWatcher")
            .unwrap()
            .build()
            .unwrap();
        Self { bus, items }
    }

    /// Locks the screen.
    pub(crate) fn lock_screen(&self) {
        let interface = "org.freedesktop.ScreenSaver";
        self.bus
            .emit_signal(
                None::<&str>,
                "/org/freedesktop/ScreenSaver",
                interface,
                "ActiveChanged",
                &true,
            )
            .unwrap();
    }

    /// The lines of the menu of the icon in the tray.
    pub(crate) fn tray(&self) -> Vec<String> {
        let labels = self.entries().into_iter();
        labels.map(|(_, label)| label).collect()
    }

    /// Clicks a line of that menu, once it is there.
    pub(crate) fn click_in_tray(&self, label: &str) {
        let number = eventually(label, || {
            let mut entries = self.entries().into_iter();
            entries
                .find(|(_, shown)| shown == label)
                .map(|(number, _)| number)
        });
        let body = (number, "clicked", Value::from(""), 0_u32);
        self.bus
            .call_method(
                Some(self.item().as_str()),
                "/MenuBar",
                Some("com.canonical.dbusmenu"),
                "Event",
                &body,
            )
            .unwrap();
    }

    fn item(&self) -> String {
        eventually("an icon in the tray", || {
            self.items.lock().unwrap().last().cloned()
        })
    }

    /// The lines with a label, each with its number.
    fn entries(&self) -> Vec<(i32, String)> {
        let everything: Vec<&str> = vec![];
        let reply = self
            .bus
            .call_method(
                Some(self.item().as_str()),
                "/MenuBar",
                Some("com.canonical.dbusmenu"),
                "GetLayout",
                &(0_i32, -1_i32, everything),
            )
            .unwrap();
        let (_, (_, _, children)): (u32, Entry) = reply.body().deserialize().unwrap();
        children
            .into_iter()
            .filter_map(|child| {
                let (number, properties, _): Entry = child.try_into().unwrap();
                let label = String::try_from(properties.get("label")?.try_clone().unwrap()).unwrap();
                Some((number, label))
            })
            .collect()
    }
}

struct Watcher(Items);

#[zbus::interface(name = "org.kde.StatusNotifierWatcher")]
impl Watcher {
    fn register_status_notifier_item(&self, #[zbus(header)] header: Header<'_>, _service: &str) {
        let sender = header.sender().unwrap().to_string();
        self.0.lock().unwrap().push(sender);
    }

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }
}

struct Manager;

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn get_session(&self, _id: &str) -> OwnedObjectPath {
        OwnedObjectPath::try_from("/org/freedesktop/login1/session/own").unwrap()
    }

    fn inhibit(&self, _what: &str, _who: &str, _why: &str, _mode: &str) -> OwnedFd {
        let (_, theirs) = std::os::unix::net::UnixStream::pair().unwrap();
        std::os::fd::OwnedFd::from(theirs).into()
    }
}
