//! What each user's hand-off is sealed with, from the options.

use lockstep_device::backup::lock::Recipient;
use lockstep_iam::error::Error;
use lockstep_iam::fleet::recipients::{UserKeys, passphrases_of_csv, recipients_of_csv};
use lockstep_iam::fleet::seals::{Seals, sheet, sheet_of_many};

use crate::args::fleet::SealArgs;
use crate::command::backup::create;
use crate::error::CliError;
use crate::files;
use crate::session::Session;

/// A list for thousands of users is far below it.
const LIST_LIMIT: u64 = 16 * 1024 * 1024;

pub(super) fn read(args: &SealArgs) -> Result<Seals, CliError> {
    let keys = match args {
        SealArgs {
            recipients: Some(path),
            ..
        } if path.is_dir() => return Ok(Seals::of_folder(path)?),
        SealArgs {
            recipients: Some(path),
            ..
        } => recipients_of_csv(&files::read(path, LIST_LIMIT)?),
        SealArgs {
            passphrases: Some(path),
            ..
        } => passphrases_of_csv(&files::read(path, LIST_LIMIT)?),
        SealArgs {
            generate_passphrases: Some(_),
            ..
        } => return Ok(Seals::Generated),
        _ => {
            return Err(CliError::usage(
                "nothing says what the hand-offs are to be sealed with",
                "Say --recipients, --passphrases or --generate-passphrases.",
            ));
        }
    };
    Ok(Seals::Known(keys.map_err(Error::from)?))
}

/// Writes the passphrases that were made, if any were.
pub(super) fn write_sheet(args: &SealArgs, keys: &UserKeys, session: &Session) -> Result<(), CliError> {
    write(args, session, |recipients| sheet(keys, recipients))
}

/// The same for users of several accounts.
pub(super) fn write_sheet_of_many(
    args: &SealArgs,
    accounts: &[(&str, &UserKeys)],
    session: &Session,
) -> Result<(), CliError> {
    write(args, session, |recipients| sheet_of_many(accounts, recipients))
}

fn write(
    args: &SealArgs,
    session: &Session,
    sealed: impl FnOnce(&[Recipient]) -> Result<Vec<u8>, Error>,
) -> Result<(), CliError> {
    let Some(path) = &args.generate_passphrases else {
        return Ok(());
    };
    let recipients = create::recipients(&args.sheet_recipient)?;
    files::write_new(path, &sealed(&recipients)?, &session.home.faults)
}
