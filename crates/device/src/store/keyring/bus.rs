//! The D-Bus connection to the Secret Service: calls without proxies, so that nothing is introspected, cached or
//! watched that is not asked for; and prompts, whose wait ends when the service goes away.

use futures_lite::{StreamExt, future};
use serde::{Serialize, de::DeserializeOwned};
use zbus::message::{Message, Type as MessageType};
use zbus::zvariant::{DynamicType, ObjectPath, OwnedObjectPath, OwnedValue, Type};
use zbus::{Connection, DBusError, MatchRule, MessageStream, connection, fdo};

use crate::store::seeds::StoreError;

pub(super) const SERVICE_PATH: &str = "/org/freedesktop/secrets";
pub(super) const SERVICE_INTERFACE: &str = "org.freedesktop.Secret.Service";
pub(super) const COLLECTION_INTERFACE: &str = "org.freedesktop.Secret.Collection";
pub(super) const ITEM_INTERFACE: &str = "org.freedesktop.Secret.Item";
const PROMPT_INTERFACE: &str = "org.freedesktop.Secret.Prompt";
const NAME: &str = "org.freedesktop.secrets";

/// A connection to the bus that the Secret Service is on.
pub(super) struct Bus(Connection);

/// What the service answered.
pub(super) struct Reply(Message);

impl Bus {
    /// Connects to the session's bus.
    pub(super) async fn connect() -> Result<Self, StoreError> {
        let absent = |error: zbus::Error| StoreError::KeyringAbsent {
            reason: format!("no D-Bus session bus is reached ({error})"),
        };
        let builder = connection::Builder::session().map_err(absent)?;
        let connection = builder.build().await.map_err(absent)?;
        Ok(Self(connection))
    }

    /// Calls a method of the service and waits for its answer.
    pub(super) async fn call<B>(
        &self,
        path: &str,
        interface: &str,
        method: &str,
        body: &B,
    ) -> Result<Reply, StoreError>
    where
        B: Serialize + DynamicType,
    {
        tracing::trace!(method, "asking the keyring");
        let answer = self
            .0
            .call_method(Some(NAME), path, Some(interface), method, body)
            .await;
        answer.map(Reply).map_err(|error| cause(&error))
    }

    /// Reads a property of one of the service's objects.
    pub(super) async fn property<T>(&self, path: &str, interface: &str, name: &str) -> Result<T, StoreError>
    where
        T: TryFrom<OwnedValue>,
        T::Error: std::fmt::Display,
    {
        let body = (interface, name);
        let reply = self
            .call(path, "org.freedesktop.DBus.Properties", "Get", &body)
            .await?;
        let value: OwnedValue = reply.read()?;
        T::try_from(value).map_err(|error| refused(error.to_string()))
    }

    /// Shows the prompt and waits for the person, for as long as it takes. Fails with [`StoreError::KeyringDenied`]
    /// when it is dismissed, or there is no way to show it, and with [`StoreError::KeyringLost`] as soon as the
    /// service is gone.
    pub(super) async fn prompt(&self, path: &ObjectPath<'_>) -> Result<OwnedValue, StoreError> {
        let completed = rule()
            .interface(PROMPT_INTERFACE)
            .and_then(|rule| rule.member("Completed"))
            .and_then(|rule| rule.path(path));
        let owner_changed = rule()
            .sender("org.freedesktop.DBus")
            .and_then(|rule| rule.member("NameOwnerChanged"))
            .and_then(|rule| rule.add_arg(NAME));
        let mut completed = self.listen(completed).await?;
        let mut owner_changed = self.listen(owner_changed).await?;
        tracing::debug!("the keyring asks the person");
        self.call(path.as_str(), PROMPT_INTERFACE, "Prompt", &"").await?;
        let answered = async { completed.next().await.map(Seen::Completed) };
        let vanished = async { owner_changed.next().await.map(|_| Seen::OwnerChanged) };
        match future::or(answered, vanished).await {
            Some(Seen::Completed(message)) => {
                let (dismissed, result): (bool, OwnedValue) =
                    Reply(message.map_err(|error| cause(&error))?).read()?;
                if dismissed {
                    Err(StoreError::KeyringDenied)
                } else {
                    Ok(result)
                }
            }
            Some(Seen::OwnerChanged) => Err(gone("its process ended")),
            None => Err(gone("the D-Bus connection was closed")),
        }
    }

    async fn listen(
        &self,
        rule: zbus::Result<zbus::match_rule::Builder<'_>>,
    ) -> Result<MessageStream, StoreError> {
        let rule = rule.map_err(|error| cause(&error))?.build().to_owned();
        MessageStream::for_match_rule(rule, &self.0, None)
            .await
            .map_err(|error| cause(&error))
    }
}

enum Seen {
    Completed(zbus::Result<Message>),
    OwnerChanged,
}

impl Reply {
    /// The answer's body.
    pub(super) fn read<T: DeserializeOwned + Type>(&self) -> Result<T, StoreError> {
        self.0
            .body()
            .deserialize()
            .map_err(|error| refused(error.to_string()))
    }
}

/// The object that says "none".
pub(super) fn is_none(path: &OwnedObjectPath) -> bool {
    path.as_str() == "/"
}

/// The service answered, and not with what was asked for.
pub(super) fn refused(reason: String) -> StoreError {
    StoreError::KeyringRefused { reason }
}

/// The service, or the bus it is on, went away.
pub(super) fn gone(reason: &str) -> StoreError {
    StoreError::KeyringLost {
        reason: reason.to_owned(),
    }
}

fn rule() -> zbus::match_rule::Builder<'static> {
    MatchRule::builder().msg_type(MessageType::Signal)
}

/// Told apart by error names (D-Bus specification, Secret Service API "Errors"), never by words.
pub(super) fn cause(error: &zbus::Error) -> StoreError {
    match error {
        zbus::Error::MethodError(name, ..) => cause_named(name.as_str(), error),
        zbus::Error::FDO(standard) => match &**standard {
            fdo::Error::ZBus(inner) => cause(inner),
            standard => cause_named(standard.name().as_str(), error),
        },
        zbus::Error::InputOutput(_) => gone("the D-Bus connection was closed"),
        other => refused(other.to_string()),
    }
}

fn cause_named(name: &str, error: &zbus::Error) -> StoreError {
    match name {
        "org.freedesktop.Secret.Error.IsLocked" => StoreError::KeyringLocked,
        "org.freedesktop.Secret.Error.NoSession" => gone("it does not know the session any more"),
        "org.freedesktop.DBus.Error.NoReply" | "org.freedesktop.DBus.Error.Disconnected" => {
            gone("it ended without an answer")
        }
        "org.freedesktop.DBus.Error.ServiceUnknown" | "org.freedesktop.DBus.Error.NameHasNoOwner" => {
            absent(error)
        }
        name if name.starts_with("org.freedesktop.DBus.Error.Spawn") => absent(error),
        _ => refused(error.to_string()),
    }
}

fn absent(error: &zbus::Error) -> StoreError {
    StoreError::KeyringAbsent {
        reason: format!("no Secret Service answers on the D-Bus session bus ({error})"),
    }
}
