//! Handing over what this start was given to the instance that is there.

use std::borrow::Cow;

use zbus::blocking::Connection;
use zbus::blocking::fdo::DBusProxy;
use zbus::names::WellKnownName;

use crate::arguments::Arguments;

/// Gives the arguments to the instance that is running, in the way of `tauri-plugin-single-instance`, which would hand
/// over what stands in the process list: links do not stand there any more. Says whether one took them.
pub(crate) fn hand_over(given: &Arguments) -> zbus::Result<bool> {
    let bus = Connection::session()?;
    let name = WellKnownName::try_from(NAME)?;
    if !DBusProxy::new(&bus)?.name_has_owner(name.into())? {
        return Ok(false);
    }
    let words: Vec<_> = std::iter::once(Cow::Borrowed(PROGRAM))
        .chain(given.words())
        .collect();
    bus.call_method(Some(NAME), PATH, Some(INTERFACE), METHOD, &(words, ""))?;
    Ok(true)
}

/// What stands where a program's own name does.
const PROGRAM: &str = "lockstep-desktop";

/// The identifier in `tauri.conf.json` with the plugin's ending.
const NAME: &str = "dev.lockstep.Lockstep.SingleInstance";
const PATH: &str = "/dev/lockstep/Lockstep/SingleInstance";
const INTERFACE: &str = "org.SingleInstance.DBus";
const METHOD: &str = "ExecuteCallback";
