//! What the desktop portal shows: under Wayland no program sees the screen but the desktop itself.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::Read;
use std::os::unix::ffi::OsStringExt;
use std::path::{Path, PathBuf};

use ashpd::desktop::ResponseError;
use ashpd::desktop::screenshot::Screenshot;
use ashpd::{Error, PortalError};
use percent_encoding::percent_decode_str;
use zbus::Connection;
use zbus::connection::Builder;
use zbus::fdo::DBusProxy;
use zbus::names::{BusName, WellKnownName};
use zeroize::Zeroizing;

use super::{ScreenError, Shot};

/// What the desktop lets the person decide.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Asks {
    /// At most whether there may be a picture.
    Nothing,
    /// What is to be in it.
    WhichPart,
}

/// One picture, from the portal on this bus: of all screens, or of what the person chooses. The file that the portal made
/// of it is deleted.
pub(super) fn take(bus: Option<&str>, asks: Asks) -> Result<Vec<Shot>, ScreenError> {
    let uri = async_io::block_on(async {
        let connection = connect(bus)
            .await
            .map_err(|_| ScreenError::Missing("no session bus answers"))?;
        start_portal(&connection).await?;
        let request = Screenshot::request()
            .interactive(asks == Asks::WhichPart)
            .connection(Some(connection))
            .send()
            .await;
        let answer = request
            .and_then(|request| request.response())
            .map_err(|error| refused(error, asks))?;
        Ok(answer.uri().as_str().to_owned())
    })?;
    let path = path_of(&uri).ok_or_else(|| failed("the desktop gave no file"))?;
    let read = read(&path);
    let removed = fs::remove_file(&path);
    let bytes = read.map_err(|error| failed(&error.to_string()))?;
    if let Err(error) = removed {
        let path = path.display();
        return Err(failed(&format!(
            "{path}, which the desktop made of it, cannot be deleted: {error}"
        )));
    }
    Ok(vec![Shot::File(bytes)])
}

async fn connect(bus: Option<&str>) -> zbus::Result<Connection> {
    match bus {
        Some(address) => Builder::address(address)?.build().await,
        None => Connection::session().await,
    }
}

/// Asking a portal that cannot be started gives an error that does not say so.
async fn start_portal(connection: &Connection) -> Result<(), ScreenError> {
    let name = BusName::try_from(PORTAL).map_err(|error| failed(&error.to_string()))?;
    let bus = DBusProxy::new(connection)
        .await
        .map_err(|error| failed(&error.to_string()))?;
    let has_owner = bus.name_has_owner(name).await.unwrap_or(false);
    let name = WellKnownName::try_from(PORTAL).map_err(|error| failed(&error.to_string()))?;
    if has_owner || bus.start_service_by_name(name, 0).await.is_ok() {
        return Ok(());
    }
    Err(ScreenError::Missing(NO_PORTAL))
}

fn refused(error: Error, asks: Asks) -> ScreenError {
    match error {
        Error::Response(ResponseError::Cancelled) if asks == Asks::WhichPart => ScreenError::NotChosen,
        Error::Response(ResponseError::Cancelled | ResponseError::Other)
        | Error::Portal(PortalError::Cancelled(_) | PortalError::NotAllowed(_)) => ScreenError::Refused,
        Error::PortalNotFound(_) => ScreenError::Missing(NO_PORTAL),
        error => failed(&error.to_string()),
    }
}

fn failed(reason: &str) -> ScreenError {
    ScreenError::Failed(reason.to_owned())
}

/// The path in a `file:` URI of this machine.
fn path_of(uri: &str) -> Option<PathBuf> {
    let path = uri.strip_prefix("file://").filter(|path| path.starts_with('/'))?;
    let bytes: Vec<u8> = percent_decode_str(path).collect();
    Some(PathBuf::from(OsString::from_vec(bytes)))
}

/// The whole file in memory that is not moved, as what moves leaves a copy behind.
fn read(path: &Path) -> std::io::Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path)?;
    let length = file.metadata()?.len().min(MAX_BYTES);
    let capacity = usize::try_from(length).unwrap_or_default();
    let mut bytes = Zeroizing::new(Vec::with_capacity(capacity));
    file.take(length).read_to_end(&mut bytes)?;
    Ok(bytes)
}

const PORTAL: &str = "org.freedesktop.portal.Desktop";
const NO_PORTAL: &str = "the desktop has no portal for pictures of the screen";
const MAX_BYTES: u64 = 256 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_of_this_machine_are_read() {
        let path = path_of("file:///tmp/Screenshot%20from%20%C3%A4.png");
        assert_eq!(path, Some(PathBuf::from("/tmp/Screenshot from ä.png")));
        assert_eq!(path_of("file://other/tmp/a.png"), None);
        assert_eq!(path_of("https://other/a.png"), None);
    }
}
