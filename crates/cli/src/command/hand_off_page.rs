//! `hand-off page`: the in-person way. A secret goes onto paper because somebody asked for just that.

use std::path::Path;

use lockstep_device::authenticator::show::Place;
use lockstep_device::hand_off_page::HandOffPage;
use lockstep_iam::session::serial_of;
use zeroize::Zeroizing;

use crate::args::fleet::HandOffPageArgs;
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::report::{Done, label};
use crate::session::Session;
use crate::{files, prompt};

pub(super) fn run(args: &HandOffPageArgs, session: &Session) -> Outcome {
    let draw = drawing(&args.out)?;
    prompt::require_consent(args.yes, "put a secret on a page")?;
    let authenticator = session.open()?;
    let account = authenticator.find(&args.query, Place::Live)?;
    let called = label(account.issuer.as_deref(), &account.name);
    let serial = serial_of(account.serial.as_deref(), &called)?;
    prompt::consent(
        args.yes,
        &format!("Put the secret of {serial} on a page?"),
        session.output,
    )?;
    let page = HandOffPage {
        picture: authenticator.reveal_qr(&account.id)?,
        label: called,
        serial,
        made: authenticator.now()?,
    };
    files::write_new(&args.out, &draw(&page), &session.home.faults)?;
    shown(Done {
        outcome: "written",
        sentence: format!(
            "{} is {} on a page. Whoever sees it can make its codes: delete the file once it is printed.",
            args.out.display(),
            page.serial
        ),
    })
}

/// The page as a file.
type Drawing = fn(&HandOffPage) -> Zeroizing<Vec<u8>>;

/// What the name's ending asks for.
fn drawing(path: &Path) -> Result<Drawing, CliError> {
    let ending = path
        .extension()
        .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    match ending.as_deref() {
        Some("pdf") => Ok(HandOffPage::to_pdf),
        Some("svg") => Ok(|page| Zeroizing::new(page.to_svg().as_bytes().to_vec())),
        _ => Err(CliError::usage(
            format!("{} does not end in .pdf or .svg", path.display()),
            "Name the page so that its kind is known.",
        )),
    }
}
