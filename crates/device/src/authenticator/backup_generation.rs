//! One generation of the automatic backups: written, opened again and compared, and older ones let go.

use std::path::Path;

use crate::authenticator::Authenticator;
use crate::authenticator::backup::{Gathered, made, read_back};
use crate::authenticator::backup_record::BackupRecord;
use crate::authenticator::backup_view::BackupMade;
use crate::backup::error::BackupError;
use crate::backup::generations::{Generation, MachineTag, list, superfluous};
use crate::backup::lock::{Lock, Recipient, seal_text};
use crate::error::Error;
use crate::store::file;
use crate::store::sealed;

impl Authenticator {
    /// Writes the next one, and reads it back. The caller has the turn for backups.
    pub(super) fn write_generation(
        &self,
        record: &BackupRecord,
        gathered: &Gathered,
    ) -> Result<(BackupMade, Generation), Error> {
        let folder = self.backup_folder(record);
        match &record.folder {
            // A folder of the person's choice that is gone is a disk that is not connected: a new one in its place would
            // hide that.
            Some(chosen) if !chosen.is_dir() => return Err(BackupError::FolderMissing(chosen.clone()).into()),
            _ => file::create_private_folder(&folder)?,
        }
        let identity = self.machine_identity()?;
        let mut keys = vec![Recipient::from(identity.recipient())];
        if let Some(kit) = &record.kit {
            keys.push(Recipient::parse(&kit.recipient)?);
        }
        let text = self.document(gathered)?.to_json();
        let sealed = seal_text(&text, &Lock::Keys(&keys), false)?;
        let generation = free_name(
            &folder,
            Generation {
                made: self.now()?,
                machine: MachineTag::of(&identity.recipient().to_string()),
                complete: gathered.lacks.is_empty(),
                number: 0,
            },
        );
        let path = folder.join(generation.file_name());
        self.reach("backup about to be written")?;
        file::write_atomically(&path, &sealed, &self.home.faults)?;
        let opened = sealed::open(identity.as_identity(), &read_back(&path)?);
        if !opened.is_ok_and(|opened| opened.starts_with(&text)) {
            return Err(BackupError::Unverified(path).into());
        }
        self.reach("backup read back")?;
        Ok((made(&path, gathered, sealed.len()), generation))
    }

    /// Deletes what need not be kept. That something could not be deleted costs space and no safety.
    pub(super) fn let_go(&self, record: &BackupRecord, written: &Generation) {
        let folder = self.backup_folder(record);
        let ours: Vec<Generation> = match list(&folder) {
            Ok(found) => found.into_iter().map(|(generation, _)| generation).collect(),
            Err(error) => {
                tracing::warn!(%error, "old backups could not be listed");
                return;
            }
        };
        let ours: Vec<Generation> = ours
            .into_iter()
            .filter(|one| one.machine == written.machine)
            .collect();
        for generation in superfluous(&ours, written, record.keep) {
            if let Err(error) = file::remove(&folder.join(generation.file_name()), &self.home.faults) {
                tracing::warn!(%error, "an old backup could not be deleted");
                return;
            }
        }
    }
}

/// The first name that no file has.
fn free_name(folder: &Path, mut generation: Generation) -> Generation {
    while folder.join(generation.file_name()).exists() {
        generation.number = generation.number.saturating_add(1);
    }
    generation
}
