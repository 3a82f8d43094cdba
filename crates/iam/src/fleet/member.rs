//! One user's turn in a run: from wherever it stands to a hand-off that is read back, or back to nothing. Each step is on the
//! disk before the call that it is about.

use std::sync::atomic::Ordering;

use lockstep_device::account::NewAccount;
use lockstep_device::otp::params::OtpParams;
use lockstep_device::otp::{TimeStep, code_at_step};
use lockstep_device::otpauth::parse::parse;
use lockstep_device::otpauth::write::to_uri;
use lockstep_device::serial::SerialNumber;

use crate::api::failure::Failure;
use crate::device::virtual_serial;
use crate::enrol::create::account_of;
use crate::enrol::enable::{Enabling, give_codes};
use crate::error::Error;
use crate::fleet::run_store::{Member, PlannedUser, Stage};
use crate::fleet::running::Running;
use crate::name::{DeviceName, UserName};
use crate::work::Pair;

/// Brings one user as far as it goes. An error stops the run: it would meet everybody. What is about this user alone is a
/// stage of the member.
pub(super) fn enrol_member(
    running: &Running<'_>,
    number: usize,
    user: &PlannedUser,
    member: &mut Member,
) -> Result<(), Error> {
    let turn = Turn {
        running,
        number,
        user: &user.name,
    };
    let (mut lost, mut made) = (0, 0);
    loop {
        match member.stage.clone() {
            Stage::HandedOver { serial, .. } => return turn.tag(member, &serial),
            Stage::Had { .. } => return Ok(()),
            Stage::Failed { left: None, .. } => turn.to(member, Stage::Waiting)?,
            Stage::Waiting => {
                if let Some(device) = running.had.iter().find(|device| device.user == user.name) {
                    let serial = device.serial.clone();
                    return turn.to(member, Stage::Had { serial });
                }
                turn.create(member)?;
                if matches!(member.stage, Stage::Failed { .. }) {
                    return Ok(());
                }
                if matches!(member.stage, Stage::Creating { .. }) {
                    lost += 1;
                    if lost > CREATE_TRIES {
                        return Err(Error::OutcomeUnknown {
                            what: format!("creating a device for {}", user.name),
                            why: format!("no answer came {CREATE_TRIES} times"),
                        });
                    }
                }
            }
            Stage::Creating { serial }
            | Stage::Failed {
                left: Some(serial), ..
            } => {
                if !turn.delete(member, &serial)? {
                    return Ok(());
                }
            }
            Stage::Seeded { serial, uri } => {
                made += 1;
                if made > MOST_MADE || !turn.enable(member, &serial, &uri)? {
                    return Ok(());
                }
            }
            Stage::Enabled { serial, uri, file } => {
                return turn.hand_over(member, user.key.as_ref(), &serial, &uri, &file);
            }
        }
    }
}

/// One user's turn.
pub(super) struct Turn<'a> {
    pub(super) running: &'a Running<'a>,
    pub(super) number: usize,
    pub(super) user: &'a UserName,
}

impl Turn<'_> {
    /// Writes down where the user stands.
    pub(super) fn to(&self, member: &mut Member, stage: Stage) -> Result<(), Error> {
        member.stage = stage;
        // Here rather than at the change itself, which others wait for to make theirs.
        self.running.fleet.connection.trail().sync();
        self.running.store.keep(self.number, member)
    }

    pub(super) fn reach(&self, step: &'static str) -> Result<(), Error> {
        self.running.fleet.work().reach(step)
    }

    fn fail(&self, member: &mut Member, error: &Error, left: Option<SerialNumber>) -> Result<(), Error> {
        let stage = Stage::Failed {
            code: error.code().to_owned(),
            message: error.to_string(),
            remedy: error.remedy().to_owned(),
            left,
        };
        self.to(member, stage)
    }

    /// Asks for a device. Without an answer the stage stays at [`Stage::Creating`].
    fn create(&self, member: &mut Member) -> Result<(), Error> {
        let Running {
            fleet, gate, plan, ..
        } = self.running;
        let name = DeviceName::fresh(self.user).ok_or(Error::NoRandomness)?;
        let caller = fleet.connection.caller();
        let planned = virtual_serial(&caller.partition, &caller.account, &plan.path, &name);
        let Some(serial) = planned else {
            return self.fail(member, &Error::DeviceNameTooLong, None);
        };
        self.to(
            member,
            Stage::Creating {
                serial: serial.clone(),
            },
        )?;
        self.reach("about to create")?;
        let api = fleet.connection.api();
        match gate.ask(|| api.create_virtual_mfa_device(&name, &plan.path)) {
            Ok(device) => {
                self.reach("created")?;
                let (serial, uri) = (
                    device.serial.clone(),
                    to_uri(&account_of(fleet.connection, self.user, device)),
                );
                self.to(member, Stage::Seeded { serial, uri })
            }
            Err(Failure::Unknown { .. } | Failure::Unusable { .. }) => {
                member.lost.push(serial.clone());
                self.to(member, Stage::Creating { serial })
            }
            // Nothing was done, and nobody else would fare better.
            Err(failure) => {
                self.to(member, Stage::Waiting)?;
                Err(failure.into())
            }
        }
    }

    /// Deletes a device that is nobody's, after which nothing is begun; whether it is gone. Fails when AWS does not say.
    fn delete(&self, member: &mut Member, serial: &SerialNumber) -> Result<bool, Error> {
        let Running { fleet, gate, .. } = self.running;
        self.reach("about to delete")?;
        match gate.ask(|| fleet.connection.api().delete_virtual_mfa_device(serial)) {
            // One that AWS does not know may be known to it later, if nobody was told that it was made.
            answer @ (Ok(()) | Err(Failure::Absent { .. })) => {
                self.reach("deleted")?;
                if answer.is_ok() {
                    member.lost.retain(|lost| lost != serial);
                }
                self.to(member, Stage::Waiting)?;
                Ok(true)
            }
            Err(failure @ (Failure::Denied { .. } | Failure::InUse { .. })) => {
                let left = Error::OrphanLeft {
                    serial: serial.to_string(),
                    why: failure.to_string(),
                };
                self.fail(member, &left, Some(serial.clone()))?;
                Ok(false)
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// Gives IAM two codes; whether the device is the user's now.
    fn enable(&self, member: &mut Member, serial: &SerialNumber, uri: &str) -> Result<bool, Error> {
        let Running { fleet, gate, .. } = self.running;
        let seed = read_back(uri)?.seed;
        let work = fleet.work();
        let api = fleet.connection.api();
        let code = |step| code_at_step(&OtpParams::DEFAULT_TOTP, &seed, step);
        let outcome = give_codes(
            &work,
            &Enabling {
                pair: &|step| {
                    Ok(Pair {
                        first: code(TimeStep(step.0.saturating_sub(1))),
                        second: code(step),
                        step: Some(step),
                    })
                },
                ask: &|pair| {
                    let codes = (&pair.first, &pair.second);
                    Ok(gate.ask(|| api.enable_mfa_device(self.user, serial, codes))?)
                },
                is_assigned: &|| {
                    let devices = gate.ask(|| api.list_mfa_devices(self.user))?;
                    Ok(devices.iter().any(|device| device.serial == *serial))
                },
            },
        );
        match outcome {
            Ok(_) => {
                self.running.denied.store(0, Ordering::SeqCst);
                let stage = Stage::Enabled {
                    serial: serial.clone(),
                    uri: uri.to_owned().into(),
                    file: self.free_name(),
                };
                self.to(member, stage)?;
                Ok(true)
            }
            // May be about this user alone, as with a permissions boundary; several in a row are about everybody.
            Err(error @ Error::Failure(Failure::Denied { .. }))
                if self.running.denied.fetch_add(1, Ordering::SeqCst) < MOST_DENIED =>
            {
                self.take_back(member, serial, &error)?;
                Ok(false)
            }
            Err(error) if is_about_the_device(&error) => {
                self.take_back(member, serial, &error)?;
                Ok(false)
            }
            Err(Error::OutcomeUnknown { .. }) => self.start_over(member, serial),
            Err(error) => Err(error),
        }
    }

    /// IAM does not say that it knows the device: somebody may have swept it away. Then another one is made; whether it is to
    /// be. One that is somebody's IAM does not delete, and the seed stays for the next run.
    fn start_over(&self, member: &mut Member, serial: &SerialNumber) -> Result<bool, Error> {
        let Running { fleet, gate, .. } = self.running;
        self.reach("about to start over")?;
        match gate.ask(|| fleet.connection.api().delete_virtual_mfa_device(serial)) {
            Ok(()) | Err(Failure::Absent { .. }) => {
                self.to(member, Stage::Waiting)?;
                Ok(true)
            }
            Err(_) => Ok(false),
        }
    }

    /// Deletes a device that IAM did not give to the user, and with it its seed. IAM deletes none that is somebody's: then it
    /// was given to the user after all, and the seed stays.
    fn take_back(&self, member: &mut Member, serial: &SerialNumber, why: &Error) -> Result<(), Error> {
        let Running { fleet, gate, .. } = self.running;
        self.reach("about to take back")?;
        match gate.ask(|| fleet.connection.api().delete_virtual_mfa_device(serial)) {
            Ok(()) | Err(Failure::Absent { .. }) => {
                self.reach("taken back")?;
                self.fail(member, why, None)
            }
            Err(failure) if failure.is_denial() => {
                let left = Error::OrphanLeft {
                    serial: serial.to_string(),
                    why: format!("{why}; and deleting it: {failure}"),
                };
                self.fail(member, &left, Some(serial.clone()))
            }
            Err(Failure::InUse { .. }) => Ok(()),
            Err(failure) => Err(failure.into()),
        }
    }
}

/// Whether it says something about this device or user; else about everybody, or nothing at all.
fn is_about_the_device(error: &Error) -> bool {
    matches!(
        error,
        Error::CodesRejected { .. }
            | Error::Failure(
                Failure::Absent { .. }
                    | Failure::Limit { .. }
                    | Failure::Exists { .. }
                    | Failure::InUse { .. }
                    | Failure::Refused { .. }
            )
    )
}

/// How many devices one turn makes for a user, when IAM does not know the first any more.
const MOST_MADE: u32 = 2;

/// So many users in a row may be denied before it stops the run.
const MOST_DENIED: usize = 3;

/// How often Create is asked for when its answer is lost.
const CREATE_TRIES: u32 = 3;

/// The account of a device whose seed is still here.
pub(super) fn read_back(uri: &str) -> Result<NewAccount, Error> {
    let parsed = parse(uri).map_err(|error| Error::Device(error.into()))?;
    Ok(parsed.account)
}
