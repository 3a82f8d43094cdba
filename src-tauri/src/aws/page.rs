//! A device on a page, for the person's own phone to scan: so that somebody has its codes when this machine is away.

use std::path::Path;

use lockstep_device::account::AccountId;
use lockstep_device::error::Error;
use lockstep_device::hand_off_page::{HandOffPage, drawing};
use lockstep_device::store::file::write_atomically;
use lockstep_iam::session::serial_of;

use crate::error::ShellError;
use crate::shell::Shell;

/// The name that is offered for one; it says nothing about whose it is.
pub(crate) const PAGE_NAME: &str = "device-to-scan.pdf";

impl Shell {
    /// Writes a page with the QR code of a device whose seed is here. The window gets nothing of it but where it is.
    pub fn save_device_page(&self, id: &AccountId, path: &Path) -> Result<String, ShellError> {
        let authenticator = self.authenticator()?;
        let account = authenticator.account(id)?;
        let label = match &account.issuer {
            Some(issuer) => format!("{issuer}:{}", account.name),
            None => account.name.clone(),
        };
        let page = HandOffPage {
            serial: serial_of(account.serial.as_deref(), &label)?,
            picture: authenticator.reveal_qr(id)?,
            label,
            made: authenticator.now()?,
        };
        let draw = drawing(path).unwrap_or(HandOffPage::to_pdf);
        let bytes = draw(&page);
        write_atomically(path, &bytes, &self.home.faults).map_err(Error::from)?;
        Ok(path.display().to_string())
    }
}
