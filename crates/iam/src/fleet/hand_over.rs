//! The end of a user's turn: the device is sealed to its user, and its seed goes from here.

use std::sync::PoisonError;

use lockstep_device::backup::error::BackupError;
use lockstep_device::backup::lock::{Lock, Recipient};
use lockstep_device::hand_off::{EXTENSION, HandOff};
use lockstep_device::passphrase::{Passphrase, WorkFactor};
use lockstep_device::serial::SerialNumber;
use lockstep_device::store::file;

use crate::error::Error;
use crate::fleet::member::{Turn, read_back};
use crate::fleet::recipients::UserKey;
use crate::fleet::run_store::{Member, Stage};
use crate::fleet::running::Running;

impl Turn<'_> {
    /// Seals the device to the user and reads that back; then the seed goes.
    pub(super) fn hand_over(
        &self,
        member: &mut Member,
        key: Option<&UserKey>,
        serial: &SerialNumber,
        uri: &str,
        file: &str,
    ) -> Result<(), Error> {
        let Running {
            fleet, plan, sealing, ..
        } = self.running;
        let mut account = read_back(uri)?;
        account.aws = Some(fleet.connection.binding(serial.clone()));
        let made = fleet.connection.service_time()?;
        let hand_off = HandOff {
            account: account.clone(),
            serial: serial.clone(),
            user: self.user.to_string(),
            aws_account: plan.account.clone(),
            by: plan.by.clone(),
            made,
        };
        let key = key.ok_or_else(|| Error::Device(BackupError::KeyNeeded.into()))?;
        let sealed = {
            let _one = sealing.lock().unwrap_or_else(PoisonError::into_inner);
            seal(&hand_off, key)?
        };
        let path = plan.hand_off.join(file);
        self.reach("about to hand over")?;
        file::write_atomically(&path, &sealed, &fleet.faults).map_err(|error| Error::Device(error.into()))?;
        let there = file::read_bounded(&path, MOST_BYTES).map_err(|error| Error::Device(error.into()))?;
        if there.as_deref() != Some(&*sealed) {
            return Err(Error::Device(BackupError::Unverified(path).into()));
        }
        if plan.keep_copies {
            fleet.authenticator.add(account)?;
        }
        self.reach("handed over")?;
        let stage = Stage::HandedOver {
            serial: serial.clone(),
            file: file.to_owned(),
            made,
        };
        if !plan.tags.is_empty() {
            member.tags_missing = Some("the run broke off before they were set".to_owned());
        }
        self.to(member, stage)?;
        self.tag(member, serial)
    }

    /// Sets the tags where they are missing. Not being allowed to stops nothing; why they are not there is written down.
    pub(super) fn tag(&self, member: &mut Member, serial: &SerialNumber) -> Result<(), Error> {
        let Running {
            fleet, gate, plan, ..
        } = self.running;
        if member.tags_missing.is_none() {
            return Ok(());
        }
        let answer = gate.ask(|| fleet.connection.api().tag_mfa_device(serial, &plan.tags));
        member.tags_missing = answer.err().map(|failure| failure.to_string());
        self.running.store.keep(self.number, member)
    }

    /// A name in the folder that no file has: an older hand-off may not have been opened yet.
    pub(super) fn free_name(&self) -> String {
        let plan = &self.running.plan;
        let name = |number: u32| match number {
            1 => format!("{}@{}.{EXTENSION}", self.user, plan.account),
            more => format!("{}@{}-{more}.{EXTENSION}", self.user, plan.account),
        };
        let mut names = (1..).map(name);
        names
            .find(|name| std::fs::symlink_metadata(plan.hand_off.join(name)).is_err())
            .unwrap_or_default()
    }
}

fn seal(hand_off: &HandOff, key: &UserKey) -> Result<Vec<u8>, Error> {
    let sealed = match key {
        UserKey::Recipients(texts) => {
            let recipients: Result<Vec<Recipient>, _> =
                texts.iter().map(|text| Recipient::parse(text)).collect();
            recipients.and_then(|recipients| hand_off.seal(&Lock::Keys(&recipients), false))
        }
        UserKey::Passphrase(text) | UserKey::Generated(text) => {
            let work = match key {
                UserKey::Generated(_) => WorkFactor::FOR_RANDOM,
                _ => WorkFactor::DEFAULT,
            };
            Passphrase::new(text.clone())
                .map_err(|_| BackupError::PassphraseNeeded)
                .and_then(|passphrase| hand_off.seal(&Lock::Passphrase(&passphrase, work), false))
        }
    };
    sealed.map_err(|error| Error::Device(error.into()))
}

/// A hand-off has about two kilobytes.
const MOST_BYTES: u64 = 1024 * 1024;
