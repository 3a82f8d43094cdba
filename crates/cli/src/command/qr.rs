//! `qr show` and `qr read`.

use std::path::{Path, PathBuf};

use lockstep_device::authenticator::show::Place;
use lockstep_device::error::Error;
use lockstep_device::qr::decode::{Cancel, DecodeLimits, decode};
use lockstep_device::qr::encode::Modules;
use lockstep_device::qr::pixels::Picture as Pixels;
use zeroize::Zeroizing;

use crate::command::{Ending, Outcome, shown};
use crate::error::CliError;
use crate::files;
use crate::report::Exit;
use crate::report::qr::{TextsReport, blocks};
use crate::report::{Done, label};
use crate::session::Session;

/// Pixels to a module in a picture: large enough for a phone to read from a screen.
const SCALE: u32 = 8;

/// The kinds of picture that are written.
#[derive(Clone, Copy)]
pub(crate) enum Picture {
    Png,
    Svg,
}

impl Picture {
    /// What the name's ending says.
    pub(crate) fn of(path: &Path) -> Result<Self, CliError> {
        let ending = path
            .extension()
            .map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        match ending.as_deref() {
            Some("png") => Ok(Self::Png),
            Some("svg") => Ok(Self::Svg),
            _ => Err(CliError::usage(
                format!("{} does not end in .png or .svg", path.display()),
                "Name the picture so that its kind is known.",
            )),
        }
    }

    /// The bytes of a picture of this kind.
    pub(crate) fn draw(self, modules: &Modules) -> Result<Zeroizing<Vec<u8>>, CliError> {
        Ok(match self {
            Self::Png => modules.to_png(SCALE).map_err(Error::from)?,
            Self::Svg => Zeroizing::new(modules.to_svg().as_bytes().to_vec()),
        })
    }
}

pub(crate) fn show(query: &str, out: Option<&Path>, session: &Session) -> Outcome {
    let out = match out {
        Some(path) => Some((path, Picture::of(path)?)),
        None if session.output.json => {
            return Err(CliError::usage(
                "a QR code cannot be drawn as JSON",
                "Name a picture: --out FILE.png",
            ));
        }
        None => None,
    };
    let authenticator = session.open()?;
    let account = authenticator.find(query, Place::Live)?;
    let modules = authenticator.reveal_qr(&account.id)?;
    let Some((path, format)) = out else {
        session
            .output
            .print(&blocks(modules.size(), |x, y| modules.is_dark(x, y)))?;
        return Ok(Ending::Shown(Exit::Done));
    };
    files::write_new(path, &format.draw(&modules)?, &session.home.faults)?;
    let called = label(account.issuer.as_deref(), &account.name);
    let sentence = format!(
        "{} holds {called}. Whoever sees it can make its codes.",
        path.display()
    );
    shown(Done {
        outcome: "written",
        sentence,
    })
}

pub(crate) fn read(paths: &[PathBuf]) -> Outcome {
    let mut texts = vec![];
    for path in paths {
        let bytes = files::read(path, files::PICTURE_LIMIT)?;
        let found = Pixels::from_bytes(&bytes)
            .map_err(Error::from)
            .and_then(|picture| Ok(decode(picture, &DecodeLimits::default(), &Cancel::new())?));
        let found = found.map_err(|error| CliError::Unreadable {
            source_name: path.display().to_string(),
            code: error.code().as_str().to_owned(),
            message: error.to_string(),
            remedy: error.remedy().to_owned(),
        })?;
        texts.extend(found.iter().map(|text| text.as_str().to_owned()));
    }
    shown(TextsReport { texts })
}
