//! What of a run is on the disk: the plan in one sealed file, and one for each user that says how far it has come. A seed
//! stands in its user's file from the moment IAM gives it until the hand-off has been read back.

use std::path::PathBuf;

use lockstep_device::authenticator::Authenticator;
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::file::FileError;
use lockstep_device::store::record::RecordError;
use lockstep_device::store::sealed_folder::SealedFolder;
use lockstep_device::time::UnixTime;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::error::Error;
use crate::fleet::accounts::AccountRole;
use crate::fleet::recipients::UserKey;
use crate::name::{DevicePath, Tag, UserName};

/// What a run is called: ten hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RunId(String);

/// What was decided when the run was begun.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Plan {
    pub(super) version: u32,
    /// The twelve-digit AWS account id.
    pub(super) account: String,
    /// The ARN of whoever began it.
    pub(super) by: String,
    pub(super) begun: UnixTime,
    /// Where the hand-offs go.
    pub(super) hand_off: PathBuf,
    /// Whether the accounts stay here, too.
    pub(super) keep_copies: bool,
    pub(super) path: DevicePath,
    pub(super) tags: Vec<Tag>,
    pub(super) users: Vec<PlannedUser>,
    pub(super) finished: Option<UnixTime>,
    /// Nothing for a run that was begun alone, with the caller's own credentials.
    #[serde(default)]
    pub(super) together: Option<Together>,
}

/// What a run has in common with those that were begun with it in other AWS accounts, and how its own account is reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Together {
    /// What all of them are called.
    pub id: RunId,
    /// The role to take on in this run's account.
    pub role: AccountRole,
}

#[derive(Clone, Serialize, Deserialize)]
pub(super) struct PlannedUser {
    pub(super) name: UserName,
    /// Nothing once the run is finished: a passphrase need not stay.
    pub(super) key: Option<UserKey>,
}

/// One user of a run.
#[derive(Clone, Default, Serialize, Deserialize)]
pub(super) struct Member {
    pub(super) stage: Stage,
    /// Devices whose answer was lost, and of which AWS did not say yet that they are deleted: each is nobody's, and goes.
    pub(super) lost: Vec<SerialNumber>,
    /// Why the device that was handed over lacks the run's tags.
    #[serde(default)]
    pub(super) tags_missing: Option<String>,
}

/// How far it has come.
#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(tag = "stage", rename_all = "kebab-case")]
pub(super) enum Stage {
    /// Nothing is begun.
    #[default]
    Waiting,
    /// The device is asked for. Found by a later run, its answer was lost.
    Creating { serial: SerialNumber },
    /// The device is made, and its seed is here.
    Seeded {
        serial: SerialNumber,
        uri: Zeroizing<String>,
    },
    /// It is the user's.
    Enabled {
        serial: SerialNumber,
        uri: Zeroizing<String>,
        file: String,
    },
    /// The hand-off is written and read back; the seed is here no more.
    HandedOver {
        serial: SerialNumber,
        file: String,
        /// When, by AWS's clock.
        made: UnixTime,
    },
    /// The user had one already.
    Had { serial: SerialNumber },
    /// It was taken back.
    Failed {
        code: String,
        message: String,
        remedy: String,
        /// A device that could not be deleted.
        left: Option<SerialNumber>,
    },
}

/// A run's files.
pub(super) struct RunStore {
    folder: SealedFolder,
}

impl RunId {
    /// A new one.
    pub(super) fn random() -> Result<Self, Error> {
        let mut random = [0; 5];
        SystemRandom::new()
            .fill(&mut random)
            .map_err(|_| Error::NoRandomness)?;
        Ok(Self(data_encoding::HEXLOWER.encode(&random)))
    }

    /// The digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for RunId {
    type Error = Error;

    fn try_from(text: String) -> Result<Self, Error> {
        let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        if text.len() == 10 && text.bytes().all(is_digit) {
            Ok(Self(text))
        } else {
            Err(Error::RunUnknown(text))
        }
    }
}

impl std::fmt::Display for RunId {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl Stage {
    /// The device it is about.
    pub(super) fn serial(&self) -> Option<&SerialNumber> {
        match self {
            Self::Waiting => None,
            Self::Creating { serial }
            | Self::Seeded { serial, .. }
            | Self::Enabled { serial, .. }
            | Self::HandedOver { serial, .. }
            | Self::Had { serial } => Some(serial),
            Self::Failed { left, .. } => left.as_ref(),
        }
    }

    /// Whether nothing is left to do for the user.
    pub(super) fn is_final(&self) -> bool {
        matches!(self, Self::HandedOver { .. } | Self::Had { .. })
    }
}

impl RunStore {
    /// The files of this run, which need not be there.
    pub(super) fn of(authenticator: &Authenticator, id: &RunId) -> Result<Self, Error> {
        Ok(Self {
            folder: authenticator.sealed_folder(&format!("{FOLDER}/{id}"))?,
        })
    }

    pub(super) fn plan(&self, id: &RunId) -> Result<Plan, Error> {
        let text = self.folder.read(PLAN).map_err(machine)?;
        let text = text.ok_or_else(|| Error::RunUnknown(id.to_string()))?;
        let plan: Plan = parsed(PLAN, &text)?;
        if plan.version > VERSION {
            return Err(machine(RecordError::Newer {
                name: PLAN.to_owned(),
                version: plan.version,
                supported: VERSION,
            }));
        }
        Ok(plan)
    }

    pub(super) fn keep_plan(&self, plan: &Plan) -> Result<(), Error> {
        let room = 2048 + plan.users.len() * 1024;
        self.folder.write(PLAN, &text(plan, room)).map_err(machine)
    }

    /// How far the user of this number has come.
    pub(super) fn member(&self, number: usize) -> Result<Member, Error> {
        let name = member_name(number);
        match self.folder.read(&name).map_err(machine)? {
            Some(text) => parsed(&name, &text),
            None => Ok(Member::default()),
        }
    }

    /// How far each user of this plan has come.
    pub(super) fn members(&self, plan: &Plan) -> Result<Vec<Member>, Error> {
        (0..plan.users.len()).map(|number| self.member(number)).collect()
    }

    pub(super) fn keep(&self, number: usize, member: &Member) -> Result<(), Error> {
        let told = member.tags_missing.as_ref().map_or(0, String::len);
        let room = 2048 + member.lost.len() * 300 + told * 6;
        self.folder
            .write(&member_name(number), &text(member, room))
            .map_err(machine)
    }
}

/// The runs there are, the finished ones included.
pub(super) fn ids(authenticator: &Authenticator) -> Result<Vec<RunId>, Error> {
    let folder = authenticator.sealed_folder(FOLDER)?;
    let entries = match std::fs::read_dir(folder.path()) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(vec![]),
        entries => {
            entries.map_err(|error| Error::Device(FileError::at("list", folder.path())(error).into()))?
        }
    };
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut ids: Vec<RunId> = names.filter_map(|name| RunId::try_from(name).ok()).collect();
    ids.sort();
    Ok(ids)
}

fn member_name(number: usize) -> String {
    format!("user-{number:06}")
}

fn text(value: &impl Serialize, room: usize) -> Zeroizing<Vec<u8>> {
    // Room for all of it at once: growing would leave a copy of a seed behind.
    let mut text = Zeroizing::new(Vec::with_capacity(room));
    serde_json::to_writer(&mut *text, value).expect("strings and numbers are always JSON");
    text
}

fn parsed<T: serde::de::DeserializeOwned>(name: &str, text: &[u8]) -> Result<T, Error> {
    // What serde says of it may repeat what stands there.
    serde_json::from_slice(text).map_err(|_| {
        machine(RecordError::Damaged {
            name: name.to_owned(),
            reason: "it does not say what a run's file says".to_owned(),
        })
    })
}

fn machine(error: RecordError) -> Error {
    Error::Device(error.into())
}

const FOLDER: &str = "fleet";
const PLAN: &str = "plan";
const VERSION: u32 = 1;
