//! The connection to AWS that a person chose, and what goes through it.

use std::fs;

use lockstep_desktop::aws::choice::AwsChoice;
use lockstep_desktop::fleet::seen::FleetRequest;
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

#[test]
fn reading_from_aws_is_no_news_of_the_accounts_and_a_code_that_was_used_is() {
    let desk = Desk::without_waiting();
    desk.shell.connect_aws(maya()).unwrap();
    let before = desk.list_changes();
    desk.shell.aws_devices().unwrap();
    desk.shell.settle_aws().unwrap();
    desk.shell
        .connect_aws(AwsChoice::Practice("admin".to_owned()))
        .unwrap();
    desk.shell.read_fleet(FleetRequest::default()).unwrap();
    assert_eq!(desk.list_changes(), before);
    desk.shell.connect_aws(maya()).unwrap();
    desk.shell.protect(None).unwrap();
    let protected = desk.list_changes();
    assert!(protected > before);
    desk.wait(60);
    desk.shell.renew_aws_session(&maya(), None).unwrap();
    assert!(desk.list_changes() > protected, "a code of the device was spent");
}

#[test]
fn whoever_was_connected_last_is_offered_first_after_a_restart_and_only_a_name_is_kept() {
    let desk = Desk::without_waiting();
    assert_eq!(desk.shell.aws_choices().unwrap().last, None);
    let secret =
        || serde_json::from_value(serde_json::json!("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")).unwrap();
    desk.shell
        .add_aws_key("work", "AKIAIOSFODNN7EXAMPLE", secret())
        .unwrap();
    desk.shell.connect_aws(maya()).unwrap();
    let after = desk.restarted();
    assert_eq!(after.aws_choices().unwrap().last, Some(maya()));
    let file = desk.folder.path().join("home/connection.json");
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        r#"{"kind":"practice","name":"maya"}"#
    );
    // One that is gone is offered no more, and what cannot be read is as good as none.
    fs::write(&file, r#"{"kind":"keys","name":"work"}"#).unwrap();
    assert_eq!(
        after.aws_choices().unwrap().last,
        Some(AwsChoice::Keys("work".to_owned()))
    );
    after.remove_aws_key("work").unwrap();
    for gone in [
        r#"{"kind":"keys","name":"work"}"#,
        r#"{"kind":"profile","name":"no such"}"#,
        "{",
        "null",
    ] {
        fs::write(&file, gone).unwrap();
        assert_eq!(after.aws_choices().unwrap().last, None, "{gone}");
    }
    after.connect_aws(maya()).unwrap();
    after.disconnect_aws();
    assert_eq!(after.aws_choices().unwrap().last, None);
}
