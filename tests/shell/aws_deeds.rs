//! What the window does in AWS: protecting the user, and what becomes of it when something breaks off; devices; pairs.

use std::sync::Arc;

use lockstep_desktop::activity::ActivityRow;
use lockstep_desktop::aws::choice::AwsChoice;
use lockstep_desktop::aws::deed::UnfinishedKind;
use lockstep_desktop::aws::devices::{AwsDevice, DeviceDeed};
use lockstep_desktop::aws::protect::{PolicyFor, Proof};
use lockstep_desktop::error::{CommandError, ShellError};
use lockstep_device::account::AccountId;
use lockstep_device::activity::Deed;
use lockstep_device::serial::SerialNumber;
use lockstep_iam::device::DeviceKind;
use lockstep_iam::work::{Step, StepOutcome};
use lockstep_practice::account::Account;
use lockstep_practice::faults::{Fault, FaultKind};
use lockstep_practice::server::Practice;

use crate::desk::Desk;

/// A window that is connected to the practice account as somebody of its.
fn connected(user: &str) -> (Desk, Arc<Practice>) {
    let desk = Desk::without_waiting();
    desk.shell
        .connect_aws(AwsChoice::Practice(user.to_owned()))
        .unwrap();
    let practice = desk.shell.practice().unwrap();
    (desk, practice)
}

fn plan(practice: &Practice, fault: Fault) {
    practice.with(|account| account.plan_fault(fault));
}

fn code_of<T>(outcome: Result<T, ShellError>) -> String {
    let error = outcome.err().map(CommandError::from);
    error.map_or_else(|| "it was done".to_owned(), |error| error.code)
}

fn own(desk: &Desk) -> Vec<AwsDevice> {
    desk.shell.aws_devices().unwrap().own
}

fn accounts(desk: &Desk) -> Vec<AccountId> {
    let accounts = desk.shell.authenticator().unwrap().accounts().accounts;
    accounts.into_iter().map(|account| account.id).collect()
}

#[test]
fn one_wish_creates_stores_enables_and_proves_a_device_and_each_step_is_told() {
    let (desk, _) = connected("maya");
    let protected = desk.shell.protect(None).unwrap();
    assert_eq!(
        (protected.user.as_str(), &protected.proof),
        ("maya", &Proof::Code)
    );
    assert_eq!(accounts(&desk), vec![protected.account.clone()]);
    let [device] = own(&desk).try_into().unwrap();
    assert_eq!(device.serial, protected.serial);
    assert_eq!(
        (device.kind, device.account),
        (DeviceKind::Virtual, Some(protected.account))
    );
    let wanted = [Step::Create, Step::Store, Step::Enable, Step::Verify];
    for step in wanted {
        assert!(
            desk.steps().contains(&(step, StepOutcome::Done)),
            "{step:?}: {:?}",
            desk.steps()
        );
    }
}

#[test]
fn who_never_saw_the_outcome_asks_again_and_gets_the_same_device() {
    let (desk, _) = connected("maya");
    let first = desk.shell.protect(None).unwrap();
    // The window is locked before it could say so.
    desk.shell.lock();
    desk.unlock();
    desk.shell
        .connect_aws(AwsChoice::Practice("maya".to_owned()))
        .unwrap();
    let [unfinished] = desk.shell.aws_unfinished().unwrap().try_into().unwrap();
    assert_eq!(
        (unfinished.kind, unfinished.is_here),
        (UnfinishedKind::Enrolment, true)
    );
    let second = desk.shell.protect(None).unwrap();
    assert_eq!((&second.serial, second.resumed), (&first.serial, true));
    desk.shell.protect_told().unwrap();
    assert_eq!(desk.shell.aws_unfinished().unwrap(), vec![]);
    let third = desk.shell.protect(None).unwrap();
    assert_ne!(third.serial, first.serial, "now it is a further device");
}

#[test]
fn where_aws_refuses_to_enable_the_device_nothing_is_left_behind() {
    let (desk, practice) = connected("maya");
    practice.with(|account| {
        account
            .set_policy(
                "maya",
                r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action":
                    ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice", "iam:List*"], "Resource": "*"}]}"#,
            )
            .unwrap();
    });
    assert_eq!(code_of(desk.shell.protect(None)), "aws-access-denied");
    assert!(desk.steps().contains(&(Step::Enable, StepOutcome::Failed)));
    assert!(desk.steps().contains(&(Step::Delete, StepOutcome::Done)));
    assert_eq!(accounts(&desk), vec![]);
    assert_eq!(desk.shell.aws_unfinished().unwrap(), vec![]);
    assert_eq!(practice.with(|account| account.devices().count()), 0);
    let policy = desk.shell.aws_policy(PolicyFor::EnrolSelf).unwrap();
    assert!(policy.contains("iam:EnableMFADevice"), "{policy}");
}

#[test]
fn after_lost_answers_the_seed_is_here_and_asking_aws_brings_it_to_its_end() {
    let (desk, practice) = connected("maya");
    plan(
        &practice,
        Fault::on("EnableMFADevice", FaultKind::Reset).times(20),
    );
    let code = code_of(desk.shell.protect(None));
    assert!(
        ["aws-outcome-unknown", "aws-unreachable"].contains(&code.as_str()),
        "{code}"
    );
    let [unfinished] = desk.shell.aws_unfinished().unwrap().try_into().unwrap();
    assert!(unfinished.is_here, "its seed is stored");
    practice.with(Account::clear_faults);
    let settled = desk.shell.settle_aws().unwrap();
    assert_eq!(settled.len(), 1);
    assert_eq!(settled[0].error, None);
    assert_eq!(own(&desk).len(), 1);
    assert_eq!(desk.shell.aws_unfinished().unwrap(), vec![]);
}

#[test]
fn an_enrolment_that_broke_off_can_be_taken_back() {
    let (desk, practice) = connected("maya");
    plan(
        &practice,
        Fault::on("EnableMFADevice", FaultKind::Reset).times(20),
    );
    desk.shell.protect(None).unwrap_err();
    practice.with(Account::clear_faults);
    let [unfinished] = desk.shell.aws_unfinished().unwrap().try_into().unwrap();
    desk.shell.take_back_aws(&unfinished.serial).unwrap();
    desk.shell.take_back_aws(&unfinished.serial).unwrap();
    assert_eq!(practice.with(|account| account.devices().count()), 0);
    assert_eq!(
        (accounts(&desk), desk.shell.aws_unfinished().unwrap()),
        (vec![], vec![])
    );
}

#[test]
fn while_aws_throttles_the_deed_waits_and_then_goes_on() {
    let (desk, practice) = connected("maya");
    plan(
        &practice,
        Fault::on("CreateVirtualMFADevice", FaultKind::Throttling).times(3),
    );
    desk.shell.protect(None).unwrap();
    assert_eq!(own(&desk).len(), 1);
}

#[test]
fn a_device_is_resynchronised_proved_replaced_tagged_and_retired_from_the_window() {
    let (desk, _) = connected("maya");
    let first = desk.shell.protect(None).unwrap();
    desk.shell.protect_told().unwrap();
    let done = |serial: &str, deed| desk.shell.aws_device_deed(serial, deed, None).unwrap();
    done(&first.serial, DeviceDeed::Resync);
    done(&first.serial, DeviceDeed::Verify);
    desk.shell.set_aws_tag(&first.serial, "desk", "3.14").unwrap();
    let [tag] = desk.shell.aws_tags(&first.serial).unwrap().try_into().unwrap();
    assert_eq!((tag.name.as_str(), tag.value.as_str()), ("desk", "3.14"));
    desk.shell
        .remove_aws_tag(&first.serial, "desk".to_owned())
        .unwrap();
    assert_eq!(desk.shell.aws_tags(&first.serial).unwrap(), vec![]);

    let successor = done(&first.serial, DeviceDeed::Rotate).successor.unwrap();
    let [second] = own(&desk).try_into().unwrap();
    assert_ne!(second.serial, first.serial);
    assert_eq!(second.account, Some(successor));

    done(&second.serial, DeviceDeed::Deactivate);
    let devices = desk.shell.aws_devices().unwrap();
    assert_eq!(devices.own, vec![]);
    assert!(
        devices
            .unassigned
            .iter()
            .any(|device| device.serial == second.serial)
    );
    done(&second.serial, DeviceDeed::Assign);
    done(&second.serial, DeviceDeed::Retire);
    assert_eq!((own(&desk), accounts(&desk)), (vec![], vec![]));
}

#[test]
fn a_device_whose_seed_is_elsewhere_asks_for_two_codes() {
    let (desk, practice) = connected("maya");
    let serial = practice.with(|account| account.put_fido_key("maya", "yk5"));
    let refused = desk.shell.aws_device_deed(&serial, DeviceDeed::Resync, None);
    assert_eq!(code_of(refused), "aws-device-not-here");
    let refused = desk
        .shell
        .aws_device_deed("no serial number", DeviceDeed::Delete, None);
    assert_eq!(code_of(refused), "aws-name-invalid");
    assert_eq!(own(&desk).len(), 1);
}

#[test]
fn a_pair_is_two_codes_in_a_row_and_is_not_offered_again_once_aws_took_it() {
    let desk = Desk::without_waiting();
    let id = desk.keep("Amazon Web Services");
    let pair = desk.shell.pair(&id).unwrap();
    let authenticator = desk.shell.authenticator().unwrap();
    let code = authenticator.code(&id).unwrap();
    assert_eq!((pair.first, Some(pair.second)), (code.code, code.next));
    assert_eq!(pair.step, code.time_step + 1);
    desk.shell.pair_taken(&id, pair.step).unwrap();
    assert!(authenticator.code(&id).unwrap().used);
}

#[test]
fn a_session_is_kept_for_the_next_terminal_and_a_new_one_takes_its_place() {
    let (desk, practice) = connected("maya");
    let maya = AwsChoice::Practice("maya".to_owned());
    let of_maya = |desk: &Desk| {
        let sessions = desk.shell.aws_sessions().unwrap().into_iter();
        let mut of_maya = sessions.filter(|session| session.choice == AwsChoice::Practice("maya".to_owned()));
        of_maya.next().unwrap()
    };
    assert_eq!(of_maya(&desk).expiration, None);
    let protected = desk.shell.protect(None).unwrap();
    desk.shell.protect_told().unwrap();
    let kept = of_maya(&desk);
    assert_eq!(kept.serial.as_deref(), Some(protected.serial.as_str()));
    let renewed = desk.shell.renew_aws_session(&maya, None).unwrap();
    assert!(renewed.expiration > kept.expiration, "{renewed:?}");
    let sessions = practice.with(|account| {
        let calls = account.calls();
        calls
            .iter()
            .filter(|call| call.operation == "GetSessionToken" && call.status == 200)
            .count()
    });
    assert_eq!(sessions, 2, "the proof of the device, and the new one");
    let refused = desk.shell.aws_profile_line("practice".to_owned(), &maya, None);
    assert_eq!(code_of(refused), "aws-practice-ends");
}

#[test]
fn a_further_device_is_enrolled_with_a_code_of_one_that_is_elsewhere() {
    let (desk, practice) = connected("maya");
    let phone = desk.shell.protect(None).unwrap();
    desk.shell.protect_told().unwrap();
    let authenticator = desk.shell.authenticator().unwrap();
    let used = authenticator.code(&phone.account).unwrap();
    // As a phone would have it: the seed is not here.
    let next = lockstep_device::otp::TimeStep(used.time_step + 2);
    let code = authenticator.code_of_step(&phone.account, next).unwrap();
    authenticator.remove(&phone.account).unwrap();
    assert_eq!(code_of(desk.shell.protect(None)), "aws-mfa-required");
    desk.wait(60);
    let other = serde_json::json!({"serial": phone.serial, "code": code.as_str()});
    let protected = desk
        .shell
        .protect(Some(serde_json::from_value(other).unwrap()))
        .unwrap();
    assert_eq!(protected.proof, Proof::Code);
    assert_eq!(practice.with(|account| account.devices().count()), 2);
}

#[test]
fn an_access_key_is_kept_under_a_name_until_it_is_removed() {
    let desk = Desk::without_waiting();
    let secret =
        || serde_json::from_value(serde_json::json!("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")).unwrap();
    desk.shell
        .add_aws_key("work", "AKIAIOSFODNN7EXAMPLE", secret())
        .unwrap();
    assert_eq!(desk.shell.aws_choices().unwrap().stored, vec!["work".to_owned()]);
    desk.shell.remove_aws_key("work").unwrap();
    assert_eq!(desk.shell.aws_choices().unwrap().stored, Vec::<String>::new());
    assert_eq!(code_of(desk.shell.remove_aws_key("work")), "aws-key-unknown");
    assert_eq!(
        code_of(desk.shell.add_aws_key("work", "not a key", secret())),
        "aws-key-invalid"
    );
}

#[test]
fn devices_of_the_practice_account_end_with_it_and_nothing_else_goes() {
    let (desk, _) = connected("maya");
    let protected = desk.shell.protect(None).unwrap();
    desk.shell.protect_told().unwrap();
    // One that somebody else made in an account of that number, and one of it in the trash.
    let theirs = desk.keep("Amazon Web Services");
    let serial = SerialNumber::try_from("arn:aws:iam::111122223333:mfa/maya".to_owned()).unwrap();
    desk.shell
        .change(|accounts| accounts.bind(&theirs, serial))
        .unwrap();
    let rotated = desk
        .shell
        .aws_device_deed(&protected.serial, DeviceDeed::Rotate, None);
    let successor = rotated.unwrap().successor.unwrap();
    let marked = |desk: &Desk| {
        let accounts = desk.shell.authenticator().unwrap().accounts().accounts;
        let marked = accounts.into_iter().filter(|account| account.practice);
        marked.map(|account| account.id).collect::<Vec<_>>()
    };
    assert_eq!(marked(&desk), vec![successor.clone()]);
    assert_eq!(desk.shell.authenticator().unwrap().trash().len(), 1);

    // Locking does not end it.
    desk.shell.lock();
    desk.unlock();
    assert_eq!(marked(&desk), vec![successor]);

    let after = desk.restarted();
    let left = after.authenticator().unwrap();
    let left_ids: Vec<_> = left
        .accounts()
        .accounts
        .into_iter()
        .map(|account| account.id)
        .collect();
    assert_eq!(left_ids, vec![theirs]);
    assert_eq!(left.trash(), vec![]);
    let said = after.notices();
    assert!(
        said.iter().any(|notice| notice.code == "practice-ended"),
        "{said:?}"
    );
    assert_eq!(desk.restarted().notices(), vec![]);
}

#[test]
fn a_device_of_the_practice_account_that_is_given_to_its_user_again_still_ends_with_it() {
    let (desk, _) = connected("maya");
    let protected = desk.shell.protect(None).unwrap();
    desk.shell.protect_told().unwrap();
    let done = |deed| desk.shell.aws_device_deed(&protected.serial, deed, None).unwrap();
    done(DeviceDeed::Deactivate);
    done(DeviceDeed::Assign);
    assert_eq!(accounts(&desk).len(), 1);
    desk.shell.end_practice();
    assert_eq!(accounts(&desk), vec![]);
}

#[test]
fn a_device_is_put_on_a_page_that_another_authenticator_reads_and_that_is_written_down() {
    let (desk, _) = connected("maya");
    let protected = desk.shell.protect(None).unwrap();
    let path = desk.folder.path().join("page.svg");
    let said = desk.shell.save_device_page(&protected.account, &path).unwrap();
    assert_eq!(said, path.display().to_string());
    let page = std::fs::read_to_string(&path).unwrap();
    assert!(page.starts_with("<svg"), "{}", &page[..40]);
    assert!(
        page.contains(&protected.serial[..40]),
        "the serial number stands on it"
    );
    assert!(!page.contains("otpauth:"), "the secret is in the picture alone");
    let pdf = desk.folder.path().join("page.pdf");
    desk.shell.save_device_page(&protected.account, &pdf).unwrap();
    assert!(std::fs::read(&pdf).unwrap().starts_with(b"%PDF"));
    let rows = desk.shell.activity().unwrap().rows;
    let shown = |row: &ActivityRow| {
        matches!(
            row,
            ActivityRow::Here {
                deed: Deed::QrShown,
                ..
            }
        )
    };
    assert_eq!(rows.iter().filter(|row| shown(row)).count(), 2);
    let github = desk.keep("GitHub");
    let refused = desk.shell.save_device_page(&github, &path);
    assert_eq!(code_of(refused), "aws-not-bound");
}
