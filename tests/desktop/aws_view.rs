//! The AWS view: a user is protected, his devices are changed, and a session goes to a terminal, all in the window.

use lockstep_iam::policy::{Job, policy};
use lockstep_practice::account::Account;
use lockstep_practice::faults::{Fault, FaultKind};

use crate::aws::Aws;
use crate::browser::Window;
use crate::journey::clipboard;
use crate::machine::{Machine, eventually, in_time};

#[tokio::test]
async fn a_user_of_the_practice_account_is_protected_and_his_device_used_in_the_window() {
    in_time(a_life_in_the_practice_account()).await;
}

async fn a_life_in_the_practice_account() {
    let machine = Machine::with_keyring();
    let window = Window::open(&machine).await;
    open_view(&window).await;
    window.press("Connect as Practice account, as maya").await;
    window.says("practice · 1111 2222 3333").await;
    window.click(MAIN).await;
    window.find("[data-testid='protect'][data-phase='done']").await;
    window.says("maya is protected").await;
    window.press("Done").await;

    window.press("My devices").await;
    window.says("1 of 8 devices in use").await;
    window
        .click("[data-testid='own-devices'] [aria-label^='Resync']")
        .await;
    window.says("AWS knows the clock of").await;
    tagged(&window).await;

    window.press("Sessions").await;
    // Twelve hours less what the machine has taken since.
    window.says("11 h 5").await;
    window.press("Copy as environment").await;
    let copied = eventually("the session is on the clipboard", || {
        clipboard(&machine, "UTF8_STRING").filter(|text| text.contains("AWS_SESSION_TOKEN"))
    });
    let token = copied
        .lines()
        .find_map(|line| line.strip_prefix("export AWS_SESSION_TOKEN='"))
        .unwrap();
    let replies = window.replies().await;
    assert!(
        !replies.contains(token.trim_end_matches('\'')),
        "the page was told a secret"
    );

    a_pair(&machine, &window).await;
    window.press("My devices").await;
    window
        .click("[data-testid='own-devices'] [aria-label^='More actions']")
        .await;
    window.press("Deactivate and delete").await;
    window.click("[role='alertdialog'] .button--danger").await;
    window.says("No device yet").await;
}

/// A tag is set and taken away again.
async fn tagged(window: &Window) {
    window
        .click("[data-testid='own-devices'] [aria-label^='More actions']")
        .await;
    window.press("Tags").await;
    window.says("It has no tags.").await;
    window.write("#tag-form .field:first-child input", "desk").await;
    window.write("#tag-form .field:last-child input", "3.14").await;
    window.press("Set").await;
    window.press("Remove desk").await;
    window.says("It has no tags.").await;
    window.press("Close").await;
    window.gone(".sheet").await;
}

/// Two codes for the console, the second of which is copied with its key.
async fn a_pair(machine: &Machine, window: &Window) {
    window.press("Console or root").await;
    window.find("[data-testid='pair'][data-state='shown']").await;
    window.write("body", "2").await;
    let second = eventually("the second code is on the clipboard", || {
        clipboard(machine, "UTF8_STRING").filter(|text| text.len() == 6)
    });
    let shown = window
        .run("return document.querySelectorAll(\"[data-testid='pair'] [data-testid='code']\")[1].textContent.replace(/\\D/g, '')")
        .await;
    assert_eq!(shown.as_str(), Some(second.as_str()));
    window.press("AWS took it").await;
    window.find("[data-testid='pair'][data-state='taken']").await;
    window.press("Another pair").await;
    window.find("[data-testid='pair'][data-state='shown']").await;
}

#[tokio::test]
async fn where_a_permission_is_missing_the_window_says_which_and_goes_on_once_it_is_given() {
    in_time(a_refusal_and_its_remedy()).await;
}

async fn a_refusal_and_its_remedy() {
    let machine = Machine::with_keyring();
    let aws = Aws::new(&machine, "halden-prod");
    let may = |policy: &str| {
        aws.practice
            .with(|account| account.set_policy("maya", policy).unwrap());
    };
    may(WITHOUT_ENABLE);
    let window = Window::open_in(&machine, &[("AWS_CONFIG_FILE", aws.profiles.path())]).await;
    open_view(&window).await;
    window.press("Connect as practice").await;
    window.says("1234 5678 9012").await;
    window.click(MAIN).await;
    window.says("Stopped at step 3 of 4").await;
    window.says("Nothing on your user has changed").await;
    window.press("Show the policy this needs").await;
    window.says("iam:EnableMFADevice").await;
    window.press("Close").await;
    window.gone(".sheet").await;

    may(EVERYTHING_OF_HERS);
    window.press("Try again").await;
    window.says("maya is protected").await;
    window.press("Done").await;

    // An answer is lost: what was begun is gone on with.
    let lost = Fault::on("EnableMFADevice", FaultKind::Reset).times(20);
    aws.practice.with(|account| account.plan_fault(lost));
    window.click(MAIN).await;
    window.find("[data-testid='protect'][data-phase='failed']").await;
    window.says("The seed is stored and safe").await;
    aws.practice.with(Account::clear_faults);
    window.press("Ask AWS what became of it").await;
    window.find("[data-testid='protect'][data-phase='ready']").await;
    window.press("My devices").await;
    window.says("2 of 8 devices in use").await;
}

#[tokio::test]
async fn profiles_that_cannot_be_read_are_said_and_the_rest_is_offered() {
    in_time(unreadable_profiles()).await;
}

async fn unreadable_profiles() {
    let machine = Machine::with_keyring();
    let file = machine.file("config");
    std::fs::write(&file, "[profile work\n").unwrap();
    let window = Window::open_in(&machine, &[("AWS_CONFIG_FILE", &file)]).await;
    open_view(&window).await;
    window.says("The AWS configuration file cannot be read").await;
    window.says("Practice account, as maya").await;
}

#[tokio::test]
async fn whoever_was_connected_last_with_a_code_is_connected_again_only_when_the_person_says_so() {
    in_time(a_role_that_takes_a_code()).await;
}

async fn a_role_that_takes_a_code() {
    let machine = Machine::with_keyring();
    let aws = Aws::new(&machine, "halden-prod");
    aws.run(&["aws", "enrol", "--no-verify"]);
    let serial = aws.practice.with(|account| {
        let policy = policy(Job::Session, "aws").to_string();
        account.set_policy("maya", &policy).unwrap();
        account.devices().next().unwrap().serial.clone()
    });
    let file = machine.file("config");
    let profiles = std::fs::read_to_string(aws.profiles.path()).unwrap();
    let role = format!(
        "[profile deploy]\nrole_arn = arn:aws:iam::123456789012:role/Production\nsource_profile = practice\nmfa_serial = {serial}\n"
    );
    std::fs::write(&file, profiles + &role).unwrap();
    std::fs::write(
        machine.data().join("connection.json"),
        r#"{"kind":"profile","name":"deploy"}"#,
    )
    .unwrap();
    let window = Window::open_in(&machine, &[("AWS_CONFIG_FILE", &file)]).await;
    window.find("[data-account-id]").await;
    window.press("AWS").await;
    window
        .says("role Production, through practice, with a code")
        .await;
    assert_eq!(taken_on(&aws), 0);
    window.press("Connect as deploy").await;
    window.says("1234 5678 9012").await;
    assert_eq!(taken_on(&aws), 1);
    // While the session lasts, nothing is used up.
    drop(window);
    let window = Window::open_in(&machine, &[("AWS_CONFIG_FILE", &file)]).await;
    window.find("[data-account-id]").await;
    window.press("AWS").await;
    window.says("1234 5678 9012").await;
    assert_eq!(taken_on(&aws), 1);
}

/// How often a role was asked for.
fn taken_on(aws: &Aws<'_>) -> usize {
    aws.practice.with(|account| {
        let calls = account.calls();
        calls.iter().filter(|call| call.operation == "AssumeRole").count()
    })
}

/// Opens the AWS view of an app that was just started for the first time.
pub(crate) async fn open_view(window: &Window) {
    window.says("Your codes, in step").await;
    window.click_text("Protect an AWS user").await;
}

/// The one button of a card.
pub(crate) const MAIN: &str = ".card__foot .button--primary";

const WITHOUT_ENABLE: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action":
    ["iam:CreateVirtualMFADevice", "iam:DeleteVirtualMFADevice", "iam:List*"], "Resource": "*"}]}"#;

const EVERYTHING_OF_HERS: &str = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action":
    ["iam:*MFADevice*", "iam:ListAccountAliases"], "Resource": "*"}]}"#;
