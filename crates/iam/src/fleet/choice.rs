//! Who of a roster is enrolled with which key, and who is not and why.

use crate::error::Error;
use crate::fleet::protection::Mfa;
use crate::fleet::recipients::UserKeys;
use crate::fleet::roster::{FleetUser, Roster};
use crate::fleet::seals::Seals;
use crate::name::UserName;

/// Whom a run would enrol.
pub struct Choice {
    /// Whom to enrol, and what each hand-off is sealed with.
    pub users: UserKeys,
    /// Who is left as they are.
    pub left_out: Vec<(UserName, LeftOut)>,
}

/// Why a user is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeftOut {
    /// The caller: his own device is enrolled otherwise.
    Caller,
    /// There is a device already.
    HasDevice,
    /// Whether there is one could not be found out, and an unknown is never taken for a no.
    Unknown,
    /// There is no key in the list.
    NoKey,
    /// There is no such user.
    NoUser,
}

/// Chooses among all users of a roster. `me` is the caller, where the account is his.
pub fn choose(me: Option<&UserName>, roster: &Roster, seals: &Seals) -> Result<Choice, Error> {
    let mut choice = Choice {
        users: UserKeys::new(),
        left_out: vec![],
    };
    for user in &roster.users {
        let reason = match reason_against(me, user) {
            Some(reason) => reason,
            None => match seals.key_of(&user.name)? {
                Some(key) => {
                    choice.users.insert(user.name.clone(), key);
                    continue;
                }
                None => LeftOut::NoKey,
            },
        };
        choice.left_out.push((user.name.clone(), reason));
    }
    let unknown = roster
        .unmatched
        .iter()
        .map(|user| (user.clone(), LeftOut::NoUser));
    let undecided = roster
        .undecided
        .iter()
        .map(|user| (user.clone(), LeftOut::Unknown));
    choice.left_out.extend(unknown.chain(undecided));
    Ok(choice)
}

fn reason_against(me: Option<&UserName>, user: &FleetUser) -> Option<LeftOut> {
    if me == Some(&user.name) {
        return Some(LeftOut::Caller);
    }
    match &user.mfa {
        Mfa::Missing => None,
        Mfa::Devices { .. } | Mfa::Active => Some(LeftOut::HasDevice),
        Mfa::Unknown => Some(LeftOut::Unknown),
    }
}
