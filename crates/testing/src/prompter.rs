//! The part of the desktop that shows the keyring's password prompt (gcr's `org.gnome.keyring.SystemPrompter`),
//! played by a test.

#![allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    clippy::used_underscore_binding,
    reason = "D-Bus decides on the signatures, and zbus's macro reads every argument"
)]

use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use zbus::message::Header;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, connection};

use crate::session::{PrivateSession, unlock};

/// What the person at the prompt does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Person {
    /// Presses "Cancel".
    Dismisses,
    /// Unlocks the keyring in another way, then closes the prompt.
    UnlocksElsewhere,
    /// Has left the room.
    IsAway,
}

/// A prompter on a session's bus, until it is dropped.
pub struct Prompter {
    _connection: Connection,
    asked: Receiver<()>,
}

struct Desk {
    person: Person,
    address: String,
    asked: Mutex<Sender<()>>,
}

impl Prompter {
    /// Puts a prompter on the session's bus.
    pub fn on(session: &PrivateSession, person: Person) -> Self {
        let (asked, receiver) = channel();
        let desk = Desk {
            person,
            address: session.address().to_owned(),
            asked: Mutex::new(asked),
        };
        let connection = async_io::block_on(async {
            connection::Builder::address(session.address())?
                .serve_at("/org/gnome/keyring/Prompter", desk)?
                .name("org.gnome.keyring.SystemPrompter")?
                .build()
                .await
        });
        Self {
            _connection: connection.expect("a prompter on the private bus"),
            asked: receiver,
        }
    }

    /// Waits until the person is asked.
    pub fn wait_until_asked(&self) {
        self.asked
            .recv_timeout(Duration::from_secs(30))
            .expect("the keyring asks the person");
    }

    /// Whether the person was asked since the last time this was looked at.
    pub fn was_asked(&self) -> bool {
        self.asked.try_recv().is_ok()
    }
}

#[zbus::interface(name = "org.gnome.keyring.internal.Prompter")]
impl Desk {
    fn begin_prompting(
        &self,
        callback: OwnedObjectPath,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) {
        ready(connection, &header, callback, "");
    }

    async fn perform_prompt(
        &self,
        callback: OwnedObjectPath,
        _kind: &str,
        _properties: HashMap<String, OwnedValue>,
        _exchange: &str,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) {
        // Nobody may be waiting for it.
        self.asked
            .lock()
            .expect("no holder of this lock panics")
            .send(())
            .ok();
        match self.person {
            Person::IsAway => {}
            Person::Dismisses => ready(connection, &header, callback, "no"),
            Person::UnlocksElsewhere => {
                unlock(&self.address)
                    .await
                    .expect("the keyring takes its password");
                ready(connection, &header, callback, "no");
            }
        }
    }

    fn stop_prompting(&self, _callback: OwnedObjectPath) {}
}

/// Tells the keyring the person's answer, after this call's own reply has gone out.
fn ready(connection: &Connection, header: &Header<'_>, callback: OwnedObjectPath, answer: &'static str) {
    let sender = header.sender().expect("a bus names every sender").to_owned();
    let talk = connection.clone();
    let answering = async move {
        let body = (answer, HashMap::<&str, Value<'_>>::new(), "");
        talk.call_method(
            Some(sender),
            callback,
            Some("org.gnome.keyring.internal.Prompter.Callback"),
            "PromptReady",
            &body,
        )
        .await
    };
    connection.executor().spawn(answering, "answer").detach();
}
