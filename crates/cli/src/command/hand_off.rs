//! `hand-off open`: the user's side. The account comes in, and its device may be replaced at once, so that nobody else's copy
//! of the secret works any more.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::authenticator::view::AddOutcome;
use lockstep_device::backup::error::BackupError;
use lockstep_device::backup::open::{Keys, SealedWith, sealed_with};
use lockstep_device::error::Error;
use lockstep_device::hand_off::{HandOff, HandOffError};
use lockstep_device::passphrase::Passphrase;
use lockstep_iam::error::Error as AwsError;
use lockstep_iam::rotate::rotate;
use lockstep_iam::session::{SessionDuration, Wanted, obtain};
use lockstep_iam::work::Held;

use crate::args::fleet::HandOffOpenArgs;
use crate::command::aws::connect::Aws;
use crate::command::backup::opened::with_identity;
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::report::hand_off::{HandOffReport, Verification};
use crate::session::Session;
use crate::{files, prompt};

/// A hand-off has about two kilobytes.
const LIMIT: u64 = 1024 * 1024;

/// What `ssh-keygen` makes by itself, of the types that age takes.
const SSH_KEYS: [&str; 2] = [".ssh/id_ed25519", ".ssh/id_rsa"];

pub(crate) fn open(args: &HandOffOpenArgs, session: &Session) -> Outcome {
    prompt::require_consent(args.yes, "add an account")?;
    let named = std::iter::once(&args.file).chain(&args.identity);
    let named: Vec<&Path> = named
        .chain(&args.file_passphrase_file)
        .map(PathBuf::as_path)
        .collect();
    session.reads_once(&named)?;
    let hand_off = opened(args, session)?;
    let authenticator = session.open()?;
    session.output.say(&HandOffReport::preview(&hand_off));
    prompt::consent(args.yes, "Add this account?", session.output)?;
    let (serial, user) = (hand_off.serial.clone(), hand_off.user.clone());
    let added = authenticator.add(hand_off.account.clone())?;
    let id = added
        .id
        .clone()
        .ok_or_else(|| AwsError::NotBound(serial.to_string()))?;
    let mut report = HandOffReport::new(&hand_off, &id, added.outcome == AddOutcome::Duplicate);
    let wanted = args.rotate
        || (!args.no_rotate
            && prompt::is_interactive()
            && prompt::ask(
                "Replace the device at once, so that nobody else's copy works any more? It takes your AWS credentials.",
                session.output,
            )?);
    let held = Held { serial, account: id };
    if !wanted {
        if !args.no_verify {
            report.verified(verified(authenticator, &hand_off, &held, session));
        }
        return shown(report);
    }
    let aws = Aws::connect(authenticator, session)?;
    let rotated = aws.work(|work| {
        let user = work.user(None)?;
        rotate(work, &held, &user, true)
    });
    match rotated {
        Ok(rotated) => {
            report.rotated(&rotated);
            shown(report)
        }
        // The account is there and works; that it could not be replaced is the lesser part.
        Err(error) => {
            session.output.note(&format!(
                "{user} has the account, and its device was not replaced"
            ));
            session.output.report(&report)?;
            Err(error)
        }
    }
}

/// Has STS take a code, as after enrolling, where the user's own access key is here. What keeps it from that is no failure: the
/// account is there.
fn verified(
    authenticator: Rc<Authenticator>,
    hand_off: &HandOff,
    held: &Held,
    session: &Session,
) -> Verification {
    let aws = match Aws::connect(authenticator, session) {
        Ok(aws) => aws,
        Err(error) => return Verification::NotAsked(error.to_string()),
    };
    let caller = aws.connection.caller();
    let is_the_user = caller.account == hand_off.aws_account
        && caller.user().is_some_and(|user| user.as_str() == hand_off.user);
    if !(is_the_user && caller.has_own_keys()) {
        let why = format!(
            "the credentials here are not the user's own access key but {}",
            caller.arn
        );
        return Verification::NotAsked(why);
    }
    match aws.work(|work| obtain(work, held, SessionDuration::DEFAULT, Wanted::New)) {
        Ok(_) => Verification::ByCode,
        Err(CliError::Aws(error @ AwsError::CodeRejected { .. })) => Verification::Failed(error.to_string()),
        Err(error) => Verification::NotAsked(error.to_string()),
    }
}

fn opened(args: &HandOffOpenArgs, session: &Session) -> Result<HandOff, CliError> {
    let file = files::read(&args.file, LIMIT)?;
    let name = args.file.display().to_string();
    let given = args
        .file_passphrase_file
        .as_deref()
        .map(|file| prompt::parse(files::read_passphrase(file)?))
        .transpose()?;
    let open =
        |keys: Keys| HandOff::open(&name, &file, &keys).map_err(|error| CliError::from(Error::from(error)));
    let sealed = sealed_with(&name, &file)
        .map_err(HandOffError::from)
        .map_err(Error::from)?;
    match (sealed, given) {
        (SealedWith::Passphrase, Some(passphrase)) => open(Keys::none().with_passphrase(passphrase)),
        (SealedWith::Passphrase, None) if prompt::is_interactive() => {
            let wrong = |error: &CliError| match error {
                CliError::Device(Error::HandOff(HandOffError::Sealed(
                    error @ BackupError::PassphraseWrong,
                ))) => Some(error.to_string()),
                _ => None,
            };
            prompt::tried("Passphrase of the hand-off", session.output, wrong, |typed| {
                open(Keys::none().with_passphrase(prompt::parse(typed)?))
            })
        }
        (SealedWith::Passphrase, None) => open(Keys::none()),
        (SealedWith::Keys, given) => open(keys(args, given.as_ref())?),
    }
}

/// The identities that were named, or the person's own SSH keys.
fn keys(args: &HandOffOpenArgs, passphrase: Option<&Passphrase>) -> Result<Keys, CliError> {
    let own: Vec<PathBuf> = match dirs::home_dir() {
        Some(home) if args.identity.is_empty() => SSH_KEYS.iter().map(|name| home.join(name)).collect(),
        _ => vec![],
    };
    let own = own.iter().filter(|path| path.is_file());
    let mut keys = Keys::none();
    for path in args.identity.iter().chain(own) {
        keys = with_identity(keys, path, passphrase)?;
    }
    Ok(keys)
}
