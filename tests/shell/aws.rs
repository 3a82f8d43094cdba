//! The connection to AWS that a person chose, and what goes through it.

use std::fs;

use lockstep_desktop::aws::choice::AwsChoice;
use lockstep_iam::caller::Principal;
use lockstep_iam::name::UserName;

use crate::desk::Desk;

fn maya() -> AwsChoice {
    AwsChoice::Practice("maya".to_owned())
}

#[test]
fn the_practice_account_is_there_to_be_chosen_and_says_who_one_is() {
    let desk = Desk::new();
    let choices = desk.shell.aws_choices().unwrap();
    assert!(choices.practice.contains(&"maya".to_owned()));
    assert_eq!(desk.shell.aws_connection(), None);
    let connection = desk.shell.connect_aws(maya()).unwrap();
    assert_eq!(
        connection.principal,
        Principal::User {
            user: UserName::try_from("maya".to_owned()).unwrap()
        }
    );
    assert_eq!(connection.alias.as_deref(), Some("practice"));
    assert_eq!(desk.shell.aws_connection(), Some(connection));
    assert_eq!(desk.shell.aws_devices().unwrap().own, vec![]);
}

#[test]
fn locking_forgets_the_credentials() {
    let desk = Desk::new();
    desk.shell.connect_aws(maya()).unwrap();
    desk.shell.lock();
    assert_eq!(desk.shell.aws_connection(), None);
    desk.unlock();
    assert_eq!(desk.shell.aws_connection(), None);
    let refused = desk.shell.aws_devices().unwrap_err();
    assert_eq!(refused.to_string(), "there is no connection to AWS");
}

#[test]
fn somebody_who_is_not_in_the_practice_account_is_named_and_the_connection_before_stays() {
    let desk = Desk::new();
    let before = desk.shell.connect_aws(maya()).unwrap();
    let refused = desk.shell.connect_aws(AwsChoice::Practice("nobody".to_owned()));
    let message = refused.unwrap_err().to_string();
    assert!(message.contains("\"nobody\""), "{message}");
    assert_eq!(desk.shell.aws_connection(), Some(before));
}
