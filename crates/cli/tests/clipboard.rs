//! Copying on X11: the code is there at once, marked as a secret, while the command itself has ended; and what is on
//! the clipboard can be added.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use support::{AWS_SEED, Person, SEED, png, uri};

/// An X server of its own, ended when dropped.
struct Display {
    server: Child,
    name: String,
}

impl Display {
    fn start() -> Self {
        let mut server = Command::new("Xvfb")
            .args([
                "-displayfd",
                "1",
                "-screen",
                "0",
                "640x480x24",
                "-nolisten",
                "tcp",
            ])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("Xvfb is installed by xtask setup");
        let mut number = String::new();
        BufReader::new(server.stdout.take().unwrap())
            .read_line(&mut number)
            .unwrap();
        Self {
            server,
            name: format!(":{}", number.trim()),
        }
    }

    fn xclip(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("xclip");
        command
            .args(["-selection", "clipboard"])
            .args(arguments)
            .env("DISPLAY", &self.name);
        command
    }

    fn text(&self) -> String {
        let output = self
            .xclip(&["-o"])
            .output()
            .expect("xclip is installed by xtask setup");
        String::from_utf8(output.stdout).unwrap()
    }

    fn put(&self, kind: &str, bytes: &[u8]) {
        let mut child = self
            .xclip(&["-i", "-t", kind])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(bytes).unwrap();
        assert!(child.wait().unwrap().success());
    }
}

impl Drop for Display {
    fn drop(&mut self) {
        self.server.kill().unwrap();
        self.server.wait().unwrap();
    }
}

fn with_display(display: &Display, accounts: &[(&str, &str)]) -> Person {
    let mut person = Person::with_accounts(accounts);
    person.set("DISPLAY", &display.name);
    person
}

#[test]
fn a_copied_code_is_on_the_clipboard_as_a_secret_and_is_marked_as_used() {
    let display = Display::start();
    let person = with_display(&display, &[("AWS:maya", SEED)]);
    let copied = person
        .run(&["--json", "code", "maya", "--copy"])
        .succeeds()
        .json();
    assert_eq!(display.text(), copied["code"].as_str().unwrap());
    assert_eq!(copied["used"], true);
    let targets = display.xclip(&["-o", "-t", "TARGETS"]).output().unwrap();
    assert!(
        String::from_utf8(targets.stdout)
            .unwrap()
            .contains("x-kde-passwordManagerHint")
    );
    let code = person.run(&["--json", "code", "maya"]).succeeds().json();
    // The time step may have changed between the two.
    assert!(code["used"] == true || code["time_step"] != copied["time_step"]);
    let listed = person.run(&["--json", "list"]).succeeds().json();
    assert!(
        listed["accounts"][0]["last_used"]
            .as_str()
            .unwrap()
            .ends_with('Z')
    );
}

#[test]
fn the_holder_takes_the_code_back_and_leaves_anything_else_alone() {
    let display = Display::start();
    let person = with_display(&display, &[]);
    let hold = |seconds: &str| {
        let mut child = person
            .command(&["clipboard-hold", seconds])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(b"123456").unwrap();
        let mut said = String::new();
        BufReader::new(child.stdout.as_mut().unwrap())
            .read_line(&mut said)
            .unwrap();
        assert_eq!(said, "held\n");
        child
    };
    let mut holder = hold("5");
    assert_eq!(display.text(), "123456");
    assert!(holder.wait().unwrap().success());
    assert_eq!(display.text(), "");
    let mut holder = hold("1");
    display.put("UTF8_STRING", b"something else");
    assert!(holder.wait().unwrap().success());
    assert_eq!(display.text(), "something else");
}

#[test]
fn the_command_ends_while_the_code_is_still_held() {
    let display = Display::start();
    let person = with_display(&display, &[("AWS:maya", SEED)]);
    let started = Instant::now();
    person.run(&["code", "maya", "--copy"]).succeeds();
    assert!(
        started.elapsed() < Duration::from_secs(15),
        "it waited for the holder"
    );
    assert_eq!(display.text().len(), 6);
}

#[test]
fn a_picture_or_a_text_on_the_clipboard_is_added() {
    let display = Display::start();
    let person = with_display(&display, &[]);
    display.put("image/png", &png(&uri("AWS:maya", "&issuer=AWS")));
    person.run(&["add", "--yes", "--clipboard"]).succeeds();
    display.put(
        "UTF8_STRING",
        format!("otpauth://totp/AWS:noor?secret={AWS_SEED}").as_bytes(),
    );
    person.run(&["add", "--yes", "--clipboard"]).succeeds();
    assert_eq!(person.names(), ["maya", "noor"]);
    display.put("UTF8_STRING", b"just words");
    let ran = person.run(&["--json", "add", "--yes", "--clipboard"]);
    insta::assert_snapshot!(ran.shown(&person));
}

#[test]
fn without_a_display_there_is_no_clipboard_and_no_counter_moves() {
    let person = Person::with_vault();
    let arguments = [
        "add",
        "--yes",
        "--secret-file",
        "-",
        "--issuer",
        "H",
        "--name",
        "token",
        "--type",
        "hotp",
        "--counter",
        "0",
    ];
    person.run_with(&arguments, SEED).succeeds();
    let ran = person.run(&["--json", "code", "token", "--copy"]);
    insta::assert_snapshot!(ran.shown(&person));
    assert_eq!(person.run(&["code", "token"]).succeeds().stdout, "755224\n");
    let ran = person.run(&["--json", "add", "--yes", "--clipboard"]);
    assert_eq!(ran.json()["error"]["code"], "clipboard-missing");
}
