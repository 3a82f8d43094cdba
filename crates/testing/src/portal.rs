//! The part of the desktop that gives pictures of the screen (`org.freedesktop.portal.Screenshot`), played by a test.

#![allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    clippy::used_underscore_binding,
    reason = "D-Bus decides on the signatures, and zbus's macro reads every argument"
)]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use zbus::message::Header;
use zbus::zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value};
use zbus::{Connection, connection, fdo};

use crate::session::PrivateSession;

/// A portal on a session's bus, until it is dropped.
pub struct Portal {
    _connection: Connection,
    was_interactive: Arc<AtomicBool>,
}

/// What the desktop answers.
#[derive(Clone)]
pub enum Picture {
    /// The screen is in this file.
    In(PathBuf),
    /// The person did not allow it.
    NotAllowed,
}

struct Desk {
    answer: Picture,
    was_interactive: Arc<AtomicBool>,
}

impl Portal {
    /// Puts a portal on the session's bus.
    pub fn on(session: &PrivateSession, answer: Picture) -> Self {
        let was_interactive = Arc::new(AtomicBool::new(false));
        let desk = Desk {
            answer,
            was_interactive: Arc::clone(&was_interactive),
        };
        let connection = async_io::block_on(async {
            connection::Builder::address(session.address())?
                .serve_at("/org/freedesktop/portal/desktop", desk)?
                .name("org.freedesktop.portal.Desktop")?
                .build()
                .await
        });
        Self {
            _connection: connection.expect("a portal on the private bus"),
            was_interactive,
        }
    }

    /// Whether the person was to choose what is in the last picture.
    pub fn was_interactive(&self) -> bool {
        self.was_interactive.load(Ordering::SeqCst)
    }
}

#[zbus::interface(name = "org.freedesktop.portal.Screenshot")]
impl Desk {
    async fn screenshot(
        &self,
        _parent_window: String,
        options: HashMap<String, OwnedValue>,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<OwnedObjectPath> {
        let interactive = options
            .get("interactive")
            .and_then(|value| value.downcast_ref().ok());
        self.was_interactive
            .store(interactive == Some(true), Ordering::SeqCst);
        let asking = header.sender().expect("a sender").to_string();
        let token: &str = options["handle_token"].downcast_ref().expect("a handle");
        let sender = asking.trim_start_matches(':').replace('.', "_");
        let path = format!("/org/freedesktop/portal/desktop/request/{sender}/{token}");
        let path = ObjectPath::try_from(path).expect("a path");
        let (code, results) = match &self.answer {
            Picture::In(file) => {
                let uri = format!("file://{}", file.display());
                (0_u32, HashMap::from([("uri", Value::from(uri))]))
            }
            Picture::NotAllowed => (1, HashMap::new()),
        };
        connection
            .emit_signal(
                Some(asking.as_str()),
                &path,
                "org.freedesktop.portal.Request",
                "Response",
                &(code, results),
            )
            .await?;
        Ok(path.into())
    }

    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        2
    }
}
