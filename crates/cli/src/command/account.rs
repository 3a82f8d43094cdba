//! `list`, `edit`, `remove` and `trash`.

use std::cmp::Reverse;

use lockstep_device::authenticator::show::Place;
use lockstep_device::authenticator::view::{AccountEdit, AccountView, AccountsView};

use crate::args::{ChangeArgs, EditArgs, ListArgs, RemoveArgs, Sort};
use crate::command::{Outcome, shown};
use crate::error::CliError;
use crate::prompt;
use crate::report::account::{ChangedReport, ListReport};
use crate::report::{Done, label};
use crate::session::Session;

pub(crate) fn list(args: &ListArgs, session: &Session) -> Outcome {
    let authenticator = session.open()?;
    let all = authenticator.accounts();
    let mut view = match (&args.query, args.trash) {
        (None, false) => all,
        (Some(query), false) => AccountsView {
            accounts: authenticator.search(query),
            ..all
        },
        (None, true) => AccountsView {
            accounts: authenticator.trash(),
            quarantined: vec![],
        },
        (Some(_), true) => {
            return Err(CliError::usage(
                "the trash is listed as a whole",
                "Leave out QUERY or --trash.",
            ));
        }
    };
    sort(&mut view.accounts, args.sort);
    let nothing = match (&args.query, args.trash) {
        (None, false) => "No account yet. Add one: lockstep add --image FILE",
        (_, true) => "The trash is empty.",
        (Some(_), false) => "No account matches.",
    };
    shown(ListReport::new(view, nothing))
}

fn sort(accounts: &mut [AccountView], by: Sort) {
    match by {
        Sort::Own => {}
        Sort::Name => accounts.sort_by_cached_key(|account| {
            let issuer = account.issuer.as_deref().unwrap_or_default().to_lowercase();
            (issuer, account.name.to_lowercase())
        }),
        Sort::Used => accounts.sort_by_key(|account| Reverse(account.last_used)),
    }
}

pub(crate) fn edit(args: &EditArgs, session: &Session) -> Outcome {
    let authenticator = session.open()?;
    let account = authenticator.find(&args.query, Place::Live)?;
    let edit = changes(&args.changes, &account.tags)?;
    shown(ChangedReport::new(
        authenticator.edit(&account.id, edit)?,
        "is changed.",
    ))
}

fn changes(args: &ChangeArgs, tags: &[String]) -> Result<AccountEdit, CliError> {
    let pinned = if args.pin || args.unpin {
        Some(args.pin)
    } else {
        None
    };
    Ok(AccountEdit {
        issuer: args.issuer.clone(),
        name: args.name.clone(),
        tags: if args.tag.is_empty() {
            None
        } else {
            Some(changed_tags(tags, &args.tag)?)
        },
        note: args.note.clone(),
        pinned,
    })
}

/// The tags after `+TAG` (or just `TAG`) were added and `-TAG` taken away.
fn changed_tags(tags: &[String], changes: &[String]) -> Result<Vec<String>, CliError> {
    let mut tags = tags.to_vec();
    for change in changes {
        let plain = |text: &str| text.trim().trim_start_matches('#').trim().to_owned();
        let (tag, adds) = match change.strip_prefix('-') {
            Some(tag) => (plain(tag), false),
            None => (plain(change.strip_prefix('+').unwrap_or(change)), true),
        };
        if tag.is_empty() {
            return Err(CliError::usage(
                format!("{change:?} names no tag"),
                "Write --tag +NAME to add one and --tag -NAME to take one away.",
            ));
        }
        if !adds {
            let before = tags.len();
            tags.retain(|other| *other != tag);
            if tags.len() == before {
                return Err(CliError::usage(
                    format!("the account has no tag {tag:?} to take away"),
                    "Look at its tags: `lockstep list`.",
                ));
            }
        } else if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    Ok(tags)
}

pub(crate) fn remove(args: &RemoveArgs, session: &Session) -> Outcome {
    prompt::require_consent(args.yes, "remove an account")?;
    let authenticator = session.open()?;
    let account = authenticator.find(&args.query, Place::Live)?;
    let called = label(account.issuer.as_deref(), &account.name);
    prompt::consent(args.yes, &format!("Move {called} to the trash?"), session.output)?;
    authenticator.remove(&account.id)?;
    let account = authenticator.account(&account.id)?;
    shown(ChangedReport::new(
        account,
        "is in the trash; `lockstep trash restore` brings it back.",
    ))
}

pub(crate) fn restore(query: &str, session: &Session) -> Outcome {
    let authenticator = session.open()?;
    let account = authenticator.find(query, Place::Trash)?;
    shown(ChangedReport::new(
        authenticator.restore(&account.id)?,
        "is back.",
    ))
}

pub(crate) fn purge(query: &str, yes: bool, session: &Session) -> Outcome {
    prompt::require_consent(yes, "delete an account for good")?;
    let authenticator = session.open()?;
    let account = authenticator.find(query, Place::Trash)?;
    let called = label(account.issuer.as_deref(), &account.name);
    prompt::consent(
        yes,
        &format!("Delete {called} and its secret for good?"),
        session.output,
    )?;
    authenticator.purge(&account.id)?;
    shown(Done {
        outcome: "purged",
        sentence: format!("{called} and its secret are deleted."),
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    fn strings(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn tags_are_added_once_and_taken_away_by_name() {
        let tags = strings(&["prod", "team"]);
        let changed = changed_tags(&tags, &strings(&["+eu", "prod", "-team", "#eu"])).unwrap();
        assert_eq!(changed, strings(&["prod", "eu"]));
    }

    #[test]
    fn a_tag_that_is_not_there_cannot_be_taken_away() {
        assert_eq!(
            changed_tags(&[], &strings(&["-prod"])).unwrap_err().code(),
            "usage"
        );
        assert_eq!(changed_tags(&[], &strings(&["+"])).unwrap_err().code(), "usage");
    }
}
