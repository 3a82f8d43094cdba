//! How things stand with backups.

use std::collections::HashMap;

use crate::authenticator::Authenticator;
use crate::authenticator::backup::count;
use crate::authenticator::backup_record::{Note, differences, listed_rows};
use crate::authenticator::backup_view::{BackupStatus, GenerationView, KitView, LastBackupView};
use crate::authenticator::backup_words::Lacking;
use crate::backup::generations::{MachineTag, list};
use crate::error::Error;
use crate::store::index::IndexIdentity;

impl Authenticator {
    /// Whether a backup is made after each change.
    pub fn backs_up_automatically(&self) -> Result<bool, Error> {
        Ok(self.backup_record()?.automatic)
    }

    /// How things stand with backups. Reads every seed, to see what changed.
    pub fn backup_status(&self) -> Result<BackupStatus, Error> {
        let record = self.backup_record()?;
        let gathered = self.gather(|_| true)?;
        let folder = self.backup_folder(&record);
        let machine = self.machine_tag();
        let notes: HashMap<&str, &Note> = record
            .notes
            .iter()
            .map(|note| (note.file.as_str(), note))
            .collect();
        let listed = list(&folder)?;
        let generations = listed.into_iter().map(|(generation, path)| {
            let file = generation.file_name();
            let note = notes.get(file.as_str());
            GenerationView {
                made: generation.made.seconds(),
                size: std::fs::metadata(&path).map_or(0, |metadata| metadata.len()),
                path: path.display().to_string(),
                ours: machine.as_ref() == Some(&generation.machine),
                complete: generation.complete,
                accounts: note.map(|note| note.accounts),
                changes: note.map(|note| note.changes.clone()).unwrap_or_default(),
                file,
            }
        });
        let rows = listed_rows(&gathered.entries);
        let before = record.last.as_ref().map_or(&[][..], |last| &last.rows);
        let mut lacks = differences(before, &rows);
        lacks.extend(gathered.lacks.iter().map(Lacking::as_change));
        Ok(BackupStatus {
            automatic: record.automatic,
            folder: folder.display().to_string(),
            keep: record.keep,
            kit: record.kit.map(|kit| KitView {
                number: kit.number,
                made: kit.made.seconds(),
                recipient: kit.recipient,
            }),
            last: record.last.map(|last| LastBackupView {
                made: last.made.seconds(),
                file: last.file,
                accounts: count(last.rows.len()),
            }),
            failure: record.failure,
            lacks,
            generations: generations.collect(),
        })
    }

    fn machine_tag(&self) -> Option<MachineTag> {
        let state = self.state();
        let recipient = state.identity.as_ref().map(IndexIdentity::recipient);
        recipient.map(|recipient| MachineTag::of(&recipient.to_string()))
    }
}
