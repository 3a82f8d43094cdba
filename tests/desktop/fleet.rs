//! An administrator enrols users in the window, each of whom gets a hand-off that only their key opens.

use std::fs;
use std::path::Path;

use lockstep_device::backup::open::Keys;
use lockstep_device::backup::recovery::RecoveryIdentity;
use lockstep_device::hand_off::HandOff;
use lockstep_device::otp::params::OtpParams;
use lockstep_device::otp::{TimeStep, code_at_step};
use lockstep_practice::device::step_at;
use lockstep_practice::server::{Options, Practice};

use crate::accessibility::axe;
use crate::browser::Window;
use crate::journey::keep_a_picture;
use crate::machine::{Machine, in_time};
use crate::support::seed;

#[tokio::test]
async fn users_are_filtered_chosen_and_enrolled_and_each_hand_off_gives_the_codes_of_its_device() {
    in_time(enrolled()).await;
}

async fn enrolled() {
    let machine = Machine::with_keyring();
    let practice = practice(&machine, 12);
    let identity = RecoveryIdentity::generate();
    let window = at_the_fleet(&machine).await;
    window.write("input[type='search']", "user-00").await;
    window.gone("[data-row-id='maya']").await;
    window.click_text("Without MFA").await;
    for user in ["user-0001", "user-0002", "user-0003"] {
        window.click(&format!("[aria-label='Choose {user}']")).await;
    }
    window.says("3 chosen").await;
    let mut found = axe(&window, "users").await;
    window.press("Enrol 3 users").await;
    let list = keys(&machine, &identity, &["user-0001", "user-0003"]);
    window.write("[name='keys']", list.to_str().unwrap()).await;
    let out = machine.file("out");
    window.write("[name='folder']", out.to_str().unwrap()).await;
    window.press("Show what happens").await;
    window.says("2 users are enrolled in halden-prod").await;
    window.says("no key in the list").await;
    assert!(!out.exists(), "nothing is done before it is said");
    found.extend(axe(&window, "plan").await);
    window.press("Enrol 2 now").await;
    window.says("Everybody is done.").await;
    found.extend(axe(&window, "run").await);
    assert_eq!(found, Vec::<String>::new(), "{}", found.join("\n"));
    for user in ["user-0001", "user-0003"] {
        gives_the_code(
            &practice,
            &identity,
            &out.join(format!("{user}@123456789012.lockstep")),
        );
    }
    window.press("Back to the users").await;
    window.find("[data-row-id='user-0002']").await;
    window.gone("[data-row-id='user-0001']").await;
    let replies = window.replies().await;
    seed::assert_absent(&replies);
    assert!(!replies.contains("otpauth:"), "{replies}");
}

#[tokio::test]
async fn of_ten_thousand_users_those_in_sight_are_drawn_and_nothing_waits_long() {
    in_time(ten_thousand()).await;
}

async fn ten_thousand() {
    let machine = Machine::with_keyring();
    let _practice = practice(&machine, 10_000);
    let window = at_the_fleet(&machine).await;
    drawn_are_few(&window).await;
    window.run(WATCH_FRAMES).await;
    window
        .run("const view = document.querySelector('main'); view.scrollTop = view.scrollHeight")
        .await;
    window.find("[data-row-id='user-9999']").await;
    drawn_are_few(&window).await;
    window.click_text("Without MFA").await;
    window.write("input[type='search']", "user-777").await;
    window.find("[data-row-id='user-7770']").await;
    window.gone("[data-row-id='user-0001']").await;
    drawn_are_few(&window).await;
    window.type_keys("\u{e00c}").await;
    window.click(".filter-bar button").await;
    window.press("User").await;
    window.find("[data-row-id='user-9999']").await;
    drawn_are_few(&window).await;
    let longest = window.run("return Math.round(window.longestFrame)").await;
    println!("the longest frame took {longest} ms");
    assert!(longest.as_u64().unwrap() < LONGEST_FRAME_MS, "{longest} ms");
}

/// The window of somebody with an account who has the users of the practice account read.
async fn at_the_fleet(machine: &Machine) -> Window {
    let window = Window::open(machine).await;
    window.says("Your codes, in step").await;
    keep_a_picture(machine, &window).await;
    window.press("Fleet").await;
    window.press("Connect as halden-prod").await;
    window.find("[data-row-id='user-0001']").await;
    window
}

async fn drawn_are_few(window: &Window) {
    let rows = window
        .run("return document.querySelectorAll('[data-row-id]').length")
        .await;
    assert!((1..60).contains(&rows.as_u64().unwrap()), "{rows} rows are drawn");
}

/// Two windows and a build may share the machine: what is meant is that nothing stands still.
const LONGEST_FRAME_MS: u64 = 1000;

const WATCH_FRAMES: &str = "let last = performance.now(); window.longestFrame = 0;
    const frame = (now) => {
      window.longestFrame = Math.max(window.longestFrame, now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);";

/// An account with plain users, and a profile of its administrator on this machine.
fn practice(machine: &Machine, users: usize) -> Practice {
    let practice = Practice::start(Options {
        alias: Some("halden-prod".to_owned()),
        users,
        ..Options::default()
    });
    let practice = practice.unwrap();
    let keys = practice.with(|account| account.keys_of("admin"));
    let config = format!(
        "[profile halden-prod]\nregion = us-east-1\nendpoint_url = {}\naws_access_key_id = {}\naws_secret_access_key = {}\n",
        practice.endpoint(),
        keys.access_key_id,
        keys.secret_access_key
    );
    fs::create_dir_all(machine.file(".aws")).unwrap();
    fs::write(machine.file(".aws/config"), config).unwrap();
    practice
}

fn keys(machine: &Machine, identity: &RecoveryIdentity, users: &[&str]) -> std::path::PathBuf {
    let recipient = identity.recipient();
    let lines = users.iter().map(|user| format!("{user},{recipient}\n"));
    let path = machine.file("keys.csv");
    fs::write(&path, lines.collect::<String>()).unwrap();
    path
}

/// The hand-off opens with the identity, and AWS takes the code in it.
fn gives_the_code(practice: &Practice, identity: &RecoveryIdentity, path: &Path) {
    let file = fs::read(path).unwrap();
    let open = HandOff::open("hand-off", &file, &Keys::none().with_recovery(identity)).unwrap();
    let taken = practice.with(|account| {
        let step = TimeStep(step_at(account.now()));
        let code = code_at_step(&OtpParams::DEFAULT_TOTP, &open.account.seed, step);
        account.emits(open.serial.as_str(), code.as_str())
    });
    assert!(taken, "AWS would take the code of {}", path.display());
}
