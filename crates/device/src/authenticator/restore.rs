//! Restoring: what a backup holds is compared with what is here, then taken over as a whole or not at all.

use std::collections::HashSet;

use crate::account::{Account, AccountId};
use crate::activity::Deed;
use crate::authenticator::backup_view::{RestoreFinding, RestoreMode, RestorePreview, Restored};
use crate::authenticator::notice::Notice;
use crate::authenticator::restore_plan::{Here, Wish, plan};
use crate::authenticator::restore_rows::{damaged, row_view};
use crate::authenticator::{Authenticator, Change, State};
use crate::backup::document::Document;
use crate::backup::error::BackupError;
use crate::backup::open::{Keys, open};
use crate::error::Error;
use crate::store::index::IndexIdentity;
use crate::store::item::{Item, ItemText};
use crate::store::lock::PendingOperation;
use crate::store::seeds::ItemKey;
use crate::store::staged::{Staged, StagedError};

impl Authenticator {
    /// Opens a backup with these keys, or with this machine's own. `name` is the file's, for error messages.
    pub fn open_backup(&self, name: &str, file: &[u8], keys: Keys) -> Result<Document, Error> {
        let machine = {
            let mut state = self.state();
            self.reload(&mut state)?;
            state.identity.as_ref().map(IndexIdentity::to_identity)
        };
        let Some(machine) = machine else {
            return Ok(open(name, file, &keys)?);
        };
        let others = keys.count();
        match open(name, file, &keys.with_identity(Box::new(machine))) {
            Err(BackupError::KeyWrong { .. }) if others == 0 => Err(BackupError::KeyNeeded.into()),
            Err(BackupError::KeyWrong { .. }) => Err(BackupError::KeyWrong { tried: others }.into()),
            opened => Ok(opened?),
        }
    }

    /// What the backup holds, beside what is here. Changes nothing.
    pub fn compare_backup(&self, document: &Document) -> Result<RestorePreview, Error> {
        let now = self.now()?;
        let mut state = self.state();
        self.reload(&mut state)?;
        self.load_all_seeds(&mut state)?;
        let here = Here::of(&state)?;
        let mut matched = HashSet::new();
        let mut rows = Vec::with_capacity(document.entries.len());
        for (entry, number) in document.entries.iter().zip(0u32..) {
            let finding = here.judge(entry);
            if let RestoreFinding::Same { id }
            | RestoreFinding::Changed { id, .. }
            | RestoreFinding::Lost { id } = &finding
            {
                matched.insert(id.clone());
            }
            rows.push(row_view(
                entry,
                number,
                here.is_default(entry, &finding),
                finding,
                now,
            ));
        }
        let only_here = state.index.accounts.iter();
        let only_here =
            only_here.filter(|account| account.trashed.is_none() && !matched.contains(&account.id));
        Ok(RestorePreview {
            created: document.created.seconds(),
            rows,
            damaged: damaged(document),
            lacks: document.lacks.clone(),
            only_here: only_here.map(|account| account.label.to_string()).collect(),
        })
    }

    /// Takes a backup over: the rows chosen in the preview, or those a merge takes by itself; all of them in
    /// [`RestoreMode::Replace`]. What is here is backed up first. As a whole or not at all: after a crash in the middle the
    /// next start writes the rest. Nothing is deleted: what only was here goes to the trash in a replacement.
    pub fn restore_backup(
        &self,
        document: &Document,
        mode: RestoreMode,
        rows: Option<&[u32]>,
    ) -> Result<Restored, Error> {
        let wish = Wish {
            document,
            mode,
            rows,
            now: self.now()?,
        };
        // Accounts that are stored and not listed are here, too.
        self.repair()?;
        let before = if self.has_rows()? {
            Some(self.back_up_now()?.path)
        } else {
            None
        };
        self.change(|change| {
            self.load_all_seeds(change.state)?;
            let plan = plan(change.state, &self.account_ids()?, &wish)?;
            let outcome = Restored {
                rows: plan.outcomes,
                trashed: plan.trashed,
                before,
            };
            let taken = plan.items.len();
            change.take_over(plan.items, plan.accounts)?;
            Ok((outcome, taken))
        })
        .map(|(outcome, taken)| {
            self.note_count(Deed::BackupRestored, taken);
            outcome
        })
    }

    fn has_rows(&self) -> Result<bool, Error> {
        let mut state = self.state();
        self.reload(&mut state)?;
        Ok(!state.index.accounts.is_empty())
    }

    /// Writes what a restore that broke off had staged; only called while the folder's lock is held.
    pub(super) fn finish_restore(&self, state: &mut State) -> Result<(), Error> {
        let Some(identity) = &state.identity else {
            return Ok(());
        };
        match Staged::read(&self.home.folder, identity) {
            Ok(Some(staged)) => {
                self.store.write_many(&staged.items)?;
                self.reach("staged items written")?;
                let mut index = state.index.clone();
                index.accounts = staged.accounts;
                self.write_index(state, index)?;
                state.notices.push(Notice::RestoreFinished);
                Ok(())
            }
            Ok(None) => Ok(()),
            Err(StagedError::File(error)) => Err(error.into()),
            Err(StagedError::Damaged) => {
                let aside = Staged::set_aside(&self.home.folder)?;
                let aside = aside.display().to_string();
                state.notices.push(Notice::RestoreAside(aside));
                Ok(())
            }
        }
    }
}

impl Change<'_> {
    /// Stages the items and the list durably, then writes them.
    fn take_over(
        &mut self,
        items: Vec<(AccountId, Item, Option<ItemText>)>,
        accounts: Vec<Account>,
    ) -> Result<(), Error> {
        let authenticator = self.authenticator;
        if !items.is_empty() {
            let home = &authenticator.home;
            let identity = authenticator.identity(&mut self.state.identity)?;
            let texts = items
                .iter()
                .map(|(id, item, _)| (ItemKey::Account(id.clone()), item.to_text()));
            let staged = Staged {
                items: texts.collect(),
                accounts: accounts.clone(),
            };
            self.staged = true;
            staged.write(&home.folder, identity, &home.faults)?;
            self.begin(&PendingOperation::Restore)?;
            self.write_items(&items)?;
        }
        self.index.accounts = accounts;
        for (id, ..) in items {
            // Read from the store when they are next asked for, whatever becomes of this change.
            self.state.seeds.remove(&id);
            self.state.unreadable.remove(&id);
        }
        Ok(())
    }
}
