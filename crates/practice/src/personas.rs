//! The people and roles that are there at the start.

use serde_json::json;

use crate::account::Account;
use crate::directory::Directory;
use crate::policy::document::Policy;

/// Another account, with a role that the administrator may assume.
pub const OTHER_ACCOUNT: &str = "210987654321";

/// May do everything.
pub const ADMIN: &str = "admin";
/// Manages her own devices, deletes and tags them.
pub const MAYA: &str = "maya";
/// Manages her own devices by the policy in today's AWS documentation, which grants neither Delete nor Tag.
pub const NOOR: &str = "noor";
/// Manages his own device by an older policy, which has him name the device like himself.
pub const OMAR: &str = "omar";
/// May do nothing at all.
pub const PIA: &str = "pia";

/// Puts the personas, the roles and `users` plain users into an account.
pub fn settle(account: &mut Account, users: usize) {
    let now = account.now();
    let partition = account.home.partition.name();
    let policies = [(MAYA, MANAGE_OWN_MFA), (NOOR, DOCUMENTED_MFA), (OMAR, OLD_MFA)];
    let home = &mut account.home;
    for name in [ADMIN, MAYA, NOOR, OMAR, PIA] {
        home.add_user(name, "/", now).add_key(now);
    }
    for (name, policy) in policies {
        if let Some(user) = home.users.get_mut(name) {
            user.policies
                .insert("ManageOwnMFA".to_owned(), own_policy(policy, partition));
        }
    }
    if let Some(admin) = home.users.get_mut(ADMIN) {
        admin.attached.insert(
            "AdministratorAccess".to_owned(),
            own_policy(ADMINISTRATOR, partition),
        );
    }
    for number in 1..=users {
        add_plain_user(home, number, now);
    }
    let [admin, maya] = [home.user_arn(ADMIN), home.user_arn(MAYA)];
    let may_read = own_policy(READ_ONLY, partition);
    home.add_role("Production", trust_policy(&[&admin, &maya], true), Some(may_read));
    let administrator = own_policy(ADMINISTRATOR, partition);
    let other = account.ensure_account(OTHER_ACCOUNT);
    other.add_role(
        "LockstepAdmin",
        trust_policy(&[&admin], false),
        Some(administrator),
    );
}

fn add_plain_user(home: &mut Directory, number: usize, now: lockstep_device::time::UnixTime) {
    let name = format!("user-{number:04}");
    let teams = ["platform", "payments", "research"];
    let user = home.add_user(&name, "/staff/", now);
    user.tags
        .insert("email".to_owned(), format!("{name}@example.com"));
    user.tags
        .insert("team".to_owned(), teams[number % teams.len()].to_owned());
}

fn trust_policy(principals: &[&str], needs_mfa: bool) -> Policy {
    let condition = if needs_mfa {
        json!({"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    } else {
        json!({})
    };
    let statement = json!({
        "Effect": "Allow", "Principal": {"AWS": principals}, "Action": "sts:AssumeRole", "Condition": condition,
    });
    let text = json!({"Version": "2012-10-17", "Statement": [statement]}).to_string();
    Policy::trust(&text).expect("the personas' policies are well formed, as a test shows")
}

fn own_policy(text: &str, partition: &str) -> Policy {
    let text = text.replace("arn:aws:", &format!("arn:{partition}:"));
    Policy::identity(&text).expect("the personas' policies are well formed, as a test shows")
}

const ADMINISTRATOR: &str = include_str!("personas/administrator.json");
const MANAGE_OWN_MFA: &str = include_str!("personas/manage-own-mfa.json");
const DOCUMENTED_MFA: &str = include_str!("personas/documented-mfa.json");
const OLD_MFA: &str = include_str!("personas/old-mfa.json");
const READ_ONLY: &str = include_str!("personas/read-only.json");

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use lockstep_device::time::{SystemClock, UnixTime};

    use super::*;
    use crate::partition::Partition;

    #[test]
    fn everybody_is_there_with_a_key_and_the_policies_are_well_formed() {
        let start = UnixTime::from_seconds(1_700_000_000);
        let home = Directory::new(Partition::GovCloud, "123456789012", None, start);
        let mut account = Account::new(home, Arc::new(SystemClock), Duration::ZERO);
        settle(&mut account, 3);
        assert_eq!(account.home.users.len(), 8);
        for name in [ADMIN, MAYA, NOOR, OMAR, PIA] {
            assert!(account.keys_of(name).access_key_id.starts_with("AKIA"), "{name}");
        }
        assert_eq!(
            account.home.user_arn("user-0002"),
            "arn:aws-us-gov:iam::123456789012:user/staff/user-0002"
        );
        assert!(
            account
                .directory(OTHER_ACCOUNT)
                .roles
                .contains_key("LockstepAdmin")
        );
    }
}
