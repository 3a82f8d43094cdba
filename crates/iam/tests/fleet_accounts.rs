//! Many AWS accounts at once: what fails in one is said of that one alone.

#![allow(clippy::unwrap_used, missing_docs, reason = "a test may fail loudly")]

mod support;

use lockstep_iam::fleet::accounts::{AccountRole, InAccount, parse};
use lockstep_iam::fleet::read_many::{AccountsProgress, read_each};
use lockstep_iam::fleet::roster::{Roster, RosterRequest};
use support::fleet::put_account;
use support::{Person, World};

const MANY: usize = 12;

fn account(number: usize) -> String {
    format!("{:012}", 500_000_000_000 + number)
}

/// Twelve accounts with one to twelve users each.
fn world() -> World {
    let world = World::new();
    world.practice.with(|practice| {
        for number in 1..=MANY {
            put_account(practice, &account(number), number);
        }
    });
    world
}

fn roles(numbers: impl Iterator<Item = usize>) -> Vec<AccountRole> {
    let lines = numbers.map(|number| {
        format!(
            "arn:aws:iam::{}:role/LockstepAdmin,yard {number}\n",
            account(number)
        )
    });
    parse(&lines.collect::<String>()).unwrap()
}

fn rosters(world: &World, roles: &[AccountRole]) -> Vec<InAccount<Roster>> {
    watched(world, roles, &|_| {})
}

fn watched(
    world: &World,
    roles: &[AccountRole],
    watch: &(dyn Fn(AccountsProgress) + Sync),
) -> Vec<InAccount<Roster>> {
    let admin = Person::new(world, "admin");
    let read = admin.work(|work| read_each(work, roles, &RosterRequest::default(), watch));
    read.unwrap().0
}

#[test]
fn each_account_is_read_in_its_own_role_and_in_the_order_of_the_list() {
    let world = world();
    let read = rosters(&world, &roles((1..=MANY).rev()));
    for (place, number) in (1..=MANY).rev().enumerate() {
        let roster = read[place].outcome.as_ref().unwrap();
        assert_eq!(roster.account, account(number));
        assert_eq!(roster.users.len(), number);
        assert_eq!(
            read[place].role.name.as_deref(),
            Some(format!("yard {number}").as_str())
        );
    }
}

#[test]
fn an_account_whose_role_may_not_be_taken_on_hides_none_of_the_others() {
    let world = world();
    world.practice.with(|practice| {
        practice.directory_mut(&account(3)).roles.clear();
    });
    let read = rosters(&world, &roles(1..=MANY));
    for (place, account) in read.iter().enumerate() {
        match &account.outcome {
            Err(error) => {
                assert_eq!((place, error.code()), (2, "aws-access-denied"));
                assert!(error.to_string().contains("role/LockstepAdmin"), "{error}");
            }
            Ok(roster) => assert_eq!(roster.users.len(), place + 1),
        }
    }
    assert!(read[2].outcome.is_err());
}

#[test]
fn an_account_that_is_not_answered_for_is_one_failure_among_many() {
    let world = world();
    world.practice.with(|practice| {
        practice.plan_fault(lockstep_practice::faults::Fault {
            operation: Some("ListUsers".to_owned()),
            kind: lockstep_practice::faults::FaultKind::Reset,
            skip: 0,
            times: 3,
        });
    });
    let one = rosters(&world, &roles(1..=1));
    assert!(one[0].outcome.is_err());
    let again = rosters(&world, &roles(1..=MANY));
    assert!(again.iter().all(|account| account.outcome.is_ok()));
}

#[test]
fn it_is_told_how_many_accounts_are_done_with_and_how_many_users_are_listed_in_all() {
    let world = world();
    world.practice.with(|practice| {
        practice.directory_mut(&account(3)).roles.clear();
    });
    let told = std::sync::Mutex::new(vec![]);
    watched(&world, &roles(1..=MANY), &|progress| {
        told.lock().unwrap().push(progress);
    });
    let told = told.into_inner().unwrap();
    let last = told.iter().max_by_key(|progress| progress.done).copied();
    let all = (1..=MANY).sum::<usize>() - 3;
    assert_eq!(
        last,
        Some(AccountsProgress {
            done: MANY,
            of: MANY,
            listed: all
        })
    );
}
