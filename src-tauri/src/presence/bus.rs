//! One D-Bus connection, to ask and to listen. Nothing is introspected, cached or watched that is not asked for.

use std::time::Duration;

use futures_lite::StreamExt;
use serde::{Serialize, de::DeserializeOwned};
use zbus::message::{Message, Type as MessageType};
use zbus::zvariant::{DynamicType, OwnedValue, Type};
use zbus::{Connection, MessageStream, connection};

use crate::presence::BusPlace;

/// A connection to a bus.
#[derive(Clone)]
pub(super) struct Bus(Connection);

/// An object of a service, and the interface of it that is meant.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    pub(super) service: &'a str,
    pub(super) path: &'a str,
    pub(super) interface: &'a str,
}

impl Bus {
    /// Reaches the bus of the session.
    pub(super) async fn session(place: &BusPlace) -> zbus::Result<Self> {
        Self::build(match place {
            BusPlace::Usual => connection::Builder::session()?,
            BusPlace::At(address) => connection::Builder::address(address.as_str())?,
        })
        .await
    }

    /// Reaches the bus of the machine.
    pub(super) async fn system(place: &BusPlace) -> zbus::Result<Self> {
        Self::build(match place {
            BusPlace::Usual => connection::Builder::system()?,
            BusPlace::At(address) => connection::Builder::address(address.as_str())?,
        })
        .await
    }

    async fn build(builder: connection::Builder<'_>) -> zbus::Result<Self> {
        Ok(Self(builder.method_timeout(PATIENCE).build().await?))
    }

    /// Calls a method and waits for its answer.
    pub(super) async fn call<B, R>(&self, object: Object<'_>, method: &str, body: &B) -> zbus::Result<R>
    where
        B: Serialize + DynamicType,
        R: DeserializeOwned + Type,
    {
        let Object {
            service,
            path,
            interface,
        } = object;
        self.0
            .call_method(Some(service), path, Some(interface), method, body)
            .await?
            .body()
            .deserialize()
    }

    /// Reads a property.
    pub(super) async fn property<T>(&self, object: Object<'_>, name: &str) -> zbus::Result<T>
    where
        T: TryFrom<OwnedValue, Error = zbus::zvariant::Error>,
    {
        let properties = Object {
            interface: "org.freedesktop.DBus.Properties",
            ..object
        };
        let value: OwnedValue = self.call(properties, "Get", &(object.interface, name)).await?;
        Ok(T::try_from(value)?)
    }

    /// Whether somebody has this name on the bus.
    pub(super) async fn has(&self, name: &str) -> bool {
        self.call(THE_BUS, "NameHasOwner", &name)
            .await
            .unwrap_or_else(|error| {
                tracing::debug!(%error, name, "the bus does not say who is on it");
                false
            })
    }

    /// The signals that one of the rules lets through, from now on.
    pub(super) async fn signals(&self, rules: &[String]) -> zbus::Result<Signals> {
        let messages = MessageStream::from(&self.0);
        for rule in rules {
            self.call::<_, ()>(THE_BUS, "AddMatch", rule).await?;
        }
        Ok(Signals(messages))
    }
}

/// What is said on a bus.
pub(super) struct Signals(MessageStream);

impl Signals {
    /// The next signal; nothing when the connection has ended.
    pub(super) async fn next(&mut self) -> Option<zbus::Result<Message>> {
        loop {
            match self.0.next().await? {
                Ok(message) if message.message_type() != MessageType::Signal => {}
                said => return Some(said),
            }
        }
    }
}

const THE_BUS: Object<'static> = Object {
    service: "org.freedesktop.DBus",
    path: "/org/freedesktop/DBus",
    interface: "org.freedesktop.DBus",
};

/// A service that does not answer is as good as none.
const PATIENCE: Duration = Duration::from_secs(5);
