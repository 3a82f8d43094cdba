//! What a person sees and is asked at a terminal. `script` of util-linux lends one.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

mod support;

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{PASSPHRASE, Person, SEED, uri};

/// What a terminal showed, and the exit code.
struct Seen {
    text: String,
    code: Option<i32>,
}

/// Runs the binary in a terminal. Each answer is typed once its question has appeared.
fn in_terminal(person: &Person, arguments: &[&str], answers: &[(&str, &str)]) -> Seen {
    in_terminal_with(person, arguments, "", answers)
}

/// The same with what the shell does to its streams.
fn in_terminal_with(person: &Person, arguments: &[&str], streams: &str, answers: &[(&str, &str)]) -> Seen {
    in_shell(person, &format!("{} {streams}", quoted(arguments)), answers)
}

/// The binary with these arguments, as a shell reads it.
fn quoted(arguments: &[&str]) -> String {
    let quoted: Vec<String> = [env!("CARGO_BIN_EXE_lockstep")]
        .iter()
        .chain(arguments)
        .map(|argument| format!("'{}'", argument.replace('\'', r"'\''")))
        .collect();
    quoted.join(" ")
}

/// Has a shell do this in a terminal.
fn in_shell(person: &Person, line: &str, answers: &[(&str, &str)]) -> Seen {
    let template = person.command(&[]);
    let mut command = Command::new("script");
    command
        .args(["--quiet", "--flush", "--return", "--command", line, "/dev/null"])
        .env_clear();
    for (name, value) in template.get_envs() {
        if let Some(value) = value {
            command.env(name, value);
        }
    }
    command.env("TERM", "xterm").env("SHELL", "/bin/sh");
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    let (sender, pieces) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let mut piece = [0; 4096];
        while let Ok(length @ 1..) = stdout.read(&mut piece) {
            let _ = sender.send(piece[..length].to_vec());
        }
    });
    let mut bytes = vec![];
    let mut answers = answers.iter().peekable();
    let mut looked_at = 0;
    let started = Instant::now();
    while started.elapsed() < Duration::from_mins(1) {
        match pieces.recv_timeout(Duration::from_secs(20)) {
            Ok(piece) => bytes.extend(piece),
            Err(_) => break,
        }
        let text = String::from_utf8_lossy(&bytes[looked_at..]).into_owned();
        if let Some((question, answer)) = answers.peek()
            && text.contains(question)
        {
            if is_secret(question) {
                wait_for_silence(child.id());
            }
            stdin.write_all(answer.as_bytes()).unwrap();
            looked_at = bytes.len();
            answers.next();
        }
    }
    let code = child.wait().unwrap().code();
    let text = String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    assert!(
        answers.peek().is_none(),
        "never asked {:?}: {text}",
        answers.peek()
    );
    Seen { text, code }
}

fn is_secret(question: &str) -> bool {
    let question = question.to_lowercase();
    ["passphrase", "same again", "password", "secret access key"]
        .iter()
        .any(|secret| question.contains(secret))
}

/// Waits until the terminal no longer echoes, as a person does who sees the question: it is written first.
fn wait_for_silence(script: u32) {
    let run = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(20) {
        let inside = run("pgrep", &["--parent", &script.to_string()]);
        let terminal = inside
            .lines()
            .find_map(|process| std::fs::read_link(format!("/proc/{process}/fd/0")).ok());
        if let Some(terminal) = terminal
            && run("stty", &["--file", &terminal.to_string_lossy(), "--all"]).contains("-echo ")
        {
            return;
        }
    }
    panic!("the terminal still echoes");
}

#[test]
fn before_anything_is_stored_it_is_shown_and_asked_about() {
    let person = Person::with_vault();
    let picture = person.picture(
        "payroll.png",
        &uri(
            "Amazon%20Web%20Services:maya@halden-prod",
            "&issuer=Amazon%20Web%20Services",
        ),
    );
    let seen = in_terminal(
        &person,
        &["add", "--image", &picture, "--keep-file"],
        &[("[y/N]", "n\n")],
    );
    assert_eq!(seen.code, Some(1), "{}", seen.text);
    for shown in [
        "payroll.png",
        "Amazon Web Services:maya@halden-prod",
        "AWS account halden-prod, maya",
        "SHA1, 6 digits, every 30 s",
    ] {
        assert!(seen.text.contains(shown), "{shown}: {}", seen.text);
    }
    assert!(person.names().is_empty());
    let seen = in_terminal(
        &person,
        &["add", "--image", &picture, "--keep-file"],
        &[("[y/N]", "y\n")],
    );
    assert_eq!(seen.code, Some(0), "{}", seen.text);
    assert_eq!(person.names(), ["maya@halden-prod"]);
}

#[test]
fn the_file_a_secret_came_from_is_deleted_only_after_a_yes() {
    for (answer, stays) in [("\n", true), ("n\n", true), ("y\n", false)] {
        let person = Person::with_vault();
        let file = person.file("outfile", SEED);
        let arguments = ["add", "--secret-file", &file, "--issuer", "AWS", "--name", "maya"];
        let answers = [("Add this account? [y/N]", "y\n"), ("Delete it? [y/N]", answer)];
        let seen = in_terminal(&person, &arguments, &answers);
        assert_eq!(seen.code, Some(0), "{}", seen.text);
        assert_eq!(std::fs::exists(&file).unwrap(), stays, "{answer:?}");
        assert_eq!(person.names(), ["maya"]);
    }
    let person = Person::with_vault();
    let file = person.file("outfile", SEED);
    person
        .run(&["add", "--yes", "--secret-file", &file, "--issuer", "AWS"])
        .succeeds();
    assert!(
        std::fs::exists(&file).unwrap(),
        "without a question nothing is deleted"
    );
}

#[test]
fn a_passphrase_is_typed_without_echo_and_a_new_one_twice() {
    let mut person = Person::new();
    person.unset("LOCKSTEP_PASSPHRASE_FILE");
    let typed = format!("{PASSPHRASE}\n");
    let seen = in_terminal(
        &person,
        &["store", "use", "vault"],
        &[("New passphrase", &typed), ("same again", "other\n")],
    );
    assert_eq!(seen.code, Some(1), "{}", seen.text);
    assert!(seen.text.contains("the two passphrases differ"), "{}", seen.text);
    let seen = in_terminal(
        &person,
        &["store", "use", "vault"],
        &[("New passphrase", &typed), ("same again", &typed)],
    );
    assert_eq!(seen.code, Some(0), "{}", seen.text);
    assert!(!seen.text.contains(PASSPHRASE));
    let seen = in_terminal(&person, &["list"], &[("Passphrase", &typed)]);
    assert_eq!(seen.code, Some(0), "{}", seen.text);
    assert!(seen.text.contains("No account yet."), "{}", seen.text);
    assert!(!seen.text.contains(PASSPHRASE));
    let seen = in_terminal(&person, &["list"], &[("Passphrase", "\u{3}")]);
    assert_eq!(seen.code, Some(130), "{}", seen.text);
}

#[test]
fn a_watched_code_is_repainted_each_second_until_ctrl_c() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let seen = in_terminal(
        &person,
        &["code", "maya", "--watch"],
        &[(" s", ""), (" s", ""), (" s", "\u{3}")],
    );
    assert_eq!(seen.code, Some(130), "{}", seen.text);
    let frames: Vec<&str> = seen
        .text
        .split('\r')
        .filter(|frame| frame.contains(" s"))
        .collect();
    assert!(frames.len() >= 3 && frames[0] != frames[1], "{frames:?}");
}

#[test]
fn a_code_at_a_terminal_says_how_long_it_holds() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let seen = in_terminal(&person, &["--color", "never", "code", "maya", "--at", "59"], &[]);
    assert_eq!(seen.text, "287082  1 s\n");
    let seen = in_terminal(&person, &["code", "maya", "--at", "59", "--next"], &[]);
    assert!(seen.text.contains("\u{1b}["), "{:?}", seen.text);
    assert!(seen.text.contains("359152"), "{:?}", seen.text);
}

#[test]
fn a_pair_for_the_console_is_repainted_each_second_until_enter() {
    let person = Person::with_accounts(&[("AWS:root-account-mfa-device@123456789012", SEED)]);
    let answers = [
        ("submit before", ""),
        ("submit before", ""),
        ("submit before", "\n"),
    ];
    let seen = in_terminal(&person, &["--color", "never", "aws", "pair", "aws"], &answers);
    assert_eq!(seen.code, Some(0), "{}", seen.text);
    let frames: Vec<&str> = seen
        .text
        .split('\r')
        .filter(|frame| frame.contains("code 2"))
        .collect();
    assert!(frames.len() >= 3 && frames[0] != frames[1], "{frames:?}");
    let seen = in_terminal(&person, &["aws", "pair", "aws"], &[("submit before", "\u{3}")]);
    assert_eq!(seen.code, Some(130), "{}", seen.text);
}

#[test]
fn an_access_key_is_asked_for_and_its_secret_is_typed_without_echo() {
    let person = Person::with_vault();
    let answers = [
        ("Access key id:", "AKIAEXAMPLEEXAMPLE\n"),
        ("Secret access key", "wJalrXUtnFEMI/K7MDENG\n"),
    ];
    let seen = in_terminal(&person, &["aws", "keys", "add", "work"], &answers);
    assert_eq!(seen.code, Some(0), "{}", seen.text);
    assert!(!seen.text.contains("wJalrXUtnFEMI"), "{}", seen.text);
    let keys = person.run(&["--json", "aws", "keys", "list"]).succeeds().json();
    assert_eq!(keys["keys"][0]["access_key_id"], "AKIAEXAMPLEEXAMPLE");
}

#[test]
fn the_passphrase_of_a_new_file_is_typed_twice_and_told_how_strong_it_is() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let to = |name: &str| person.folder().join(name).to_str().unwrap().to_owned();
    let (backup, export) = (to("mine.age"), to("mine.json"));
    for arguments in [
        vec!["backup", "create", "--to", &backup],
        vec!["export", "--format", "aegis", "--to", &export],
    ] {
        let file = arguments.last().unwrap();
        let seen = in_terminal(
            &person,
            &arguments,
            &[("New passphrase", "otter\n"), ("same again", "violin\n")],
        );
        assert_eq!(seen.code, Some(1), "{}", seen.text);
        assert!(seen.text.contains("the two passphrases differ"), "{}", seen.text);
        assert!(!std::fs::exists(file).unwrap());
        let seen = in_terminal(
            &person,
            &arguments,
            &[("New passphrase", "otter\n"), ("same again", "otter\n")],
        );
        assert_eq!(seen.code, Some(0), "{}", seen.text);
        assert!(seen.text.contains("warning"), "{}", seen.text);
        assert!(
            seen.text.contains("the passphrase is guessed in"),
            "{}",
            seen.text
        );
        assert!(!seen.text.contains("otter"), "{}", seen.text);
        std::fs::remove_file(file).unwrap();
        let strong = "otter violin gravel lantern meadow quartz\n";
        let seen = in_terminal(
            &person,
            &arguments,
            &[("New passphrase", strong), ("same again", strong)],
        );
        assert_eq!(seen.code, Some(0), "{}", seen.text);
        assert!(!seen.text.contains("warning"), "{}", seen.text);
        assert!(!seen.text.contains("lantern"), "{}", seen.text);
    }
}

#[test]
fn the_passphrase_of_a_backup_is_asked_for_again_when_it_was_wrong_and_restoring_asks_first() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let words = person.file("words", "otter violin gravel");
    let to = person.folder().join("mine.age");
    let to = to.to_str().unwrap();
    person
        .run(&["backup", "create", "--to", to, "--file-passphrase-file", &words])
        .succeeds();
    let other = Person::with_vault();
    let answers = |last| {
        [
            ("Passphrase of the backup", "wrong\n"),
            ("Passphrase of the backup", "otter violin gravel\n"),
            ("[y/N]", last),
        ]
    };
    let seen = in_terminal(&other, &["backup", "restore", to], &answers("n\n"));
    assert_eq!(seen.code, Some(1), "{}", seen.text);
    assert!(seen.text.contains("AWS:maya"), "{}", seen.text);
    assert!(other.names().is_empty());
    let seen = in_terminal(&other, &["backup", "restore", to], &answers("y\n"));
    assert_eq!(seen.code, Some(0), "{}", seen.text);
    assert!(!seen.text.contains("gravel"), "{}", seen.text);
    assert_eq!(other.names(), ["maya"]);
}

#[test]
fn an_export_in_the_open_is_asked_about_and_so_is_an_import() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let to = person.folder().join("links.txt");
    let to = to.to_str().unwrap();
    let export = ["export", "--format", "uris", "--to", to];
    let seen = in_terminal(&person, &export, &[("[y/N]", "\n")]);
    assert_eq!(seen.code, Some(1), "{}", seen.text);
    assert!(seen.text.contains("1 secrets in the open"), "{}", seen.text);
    assert!(!std::fs::exists(to).unwrap());
    let seen = in_terminal(&person, &export, &[("[y/N]", "y\n")]);
    assert_eq!(seen.code, Some(0), "{}", seen.text);
    let other = Person::with_vault();
    let seen = in_terminal(&other, &["import", to], &[("Add this account? [y/N]", "n\n")]);
    assert_eq!(seen.code, Some(1), "{}", seen.text);
    assert!(seen.text.contains("AWS:maya") && other.names().is_empty());
    let seen = in_terminal(&other, &["import", to], &[("Add this account? [y/N]", "y\n")]);
    assert_eq!(seen.code, Some(0), "{}", seen.text);
    assert!(
        seen.text
            .contains("1 added, 0 duplicates, 0 skipped, 0 files failed")
    );
    assert_eq!(other.names(), ["maya"]);
}

#[test]
fn the_password_of_another_app_s_file_is_asked_for_three_times_at_the_most() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let words = person.file("words", "otter violin gravel");
    let to = person.folder().join("aegis.json");
    let to = to.to_str().unwrap();
    let export = [
        "export",
        "--format",
        "aegis",
        "--to",
        to,
        "--file-passphrase-file",
        &words,
    ];
    person.run(&export).succeeds();
    let other = Person::with_vault();
    let wrong = [("Password of", "wrong\n"); 3];
    let seen = in_terminal(&other, &["import", to], &wrong);
    assert_eq!(seen.code, Some(4), "{}", seen.text);
    assert!(other.names().is_empty());
    let answers = [("Password of", "otter violin gravel\n"), ("[y/N]", "y\n")];
    let seen = in_terminal(&other, &["import", to], &answers);
    assert_eq!(seen.code, Some(0), "{}", seen.text);
    assert_eq!(other.names(), ["maya"]);
}

#[test]
fn a_recovery_kit_on_the_screen_comes_into_use_only_after_a_yes() {
    let person = Person::with_accounts(&[("AWS:maya", SEED)]);
    let kit = || person.run(&["--json", "backup", "list"]).succeeds().json()["kit"].clone();
    let seen = in_terminal(&person, &["backup", "kit"], &[("[y/N]", "n\n")]);
    assert_eq!(seen.code, Some(1), "{}", seen.text);
    assert!(kit().is_null());
    let seen = in_terminal(&person, &["backup", "kit"], &[("[y/N]", "y\n")]);
    assert_eq!(seen.code, Some(0), "{}", seen.text);
    assert!(seen.text.contains("AGE-SECRET-KEY-1"), "{}", seen.text);
    assert_eq!(kit()["number"], 1);
}

#[test]
fn who_uses_awss_tools_is_asked_for_the_passphrase_at_the_terminal_though_their_streams_are_pipes() {
    let mut person = Person::with_accounts(&[("Amazon Web Services:maya", SEED)]);
    person.unset("LOCKSTEP_PASSPHRASE_FILE");
    let said = person.folder().join("said");
    let streams = format!("2>'{}'", said.display());
    let typed = format!("{PASSPHRASE}\n");
    let asked = ["--aws-profile", "none", "aws", "credential-process"];
    let question = [("Passphrase of the Lockstep vault", typed.as_str())];
    in_terminal_with(&person, &asked, &streams, &question);
    // It opened: what is missing now is a device of AWS's.
    let text = std::fs::read_to_string(&said).unwrap();
    assert!(!text.contains("passphrase"), "{text}");
    // Other commands are for scripts, which are not to wait for anybody.
    in_terminal_with(&person, &["list"], &streams, &[]);
    let text = std::fs::read_to_string(&said).unwrap();
    assert!(text.contains("there is no terminal to ask for it"), "{text}");
}

#[test]
fn a_job_in_the_background_fails_at_once_instead_of_asking_a_terminal_that_is_busy_with_another() {
    let mut person = Person::with_accounts(&[("Amazon Web Services:maya", SEED)]);
    person.unset("LOCKSTEP_PASSPHRASE_FILE");
    let said = person.folder().join("said");
    let to_a_file = format!("2>'{}'", said.display());
    let asked = quoted(&["--aws-profile", "none", "aws", "credential-process"]);
    let listed = quoted(&["list"]);
    for (command, streams) in [(&asked, to_a_file.as_str()), (&asked, ""), (&listed, "")] {
        // With `set -m` each job is a group of its own, as at a prompt; a job that stops for the terminal would be the current
        // one for ever, so that it is awaited by its number.
        let line = format!("set -m; {command} </dev/tty {streams} & wait $!");
        let seen = in_shell(&person, &line, &[]);
        let text = format!(
            "{}{}",
            seen.text,
            std::fs::read_to_string(&said).unwrap_or_default()
        );
        assert!(
            text.contains("there is no terminal to ask for it"),
            "{line}: {text}"
        );
        assert!(!text.contains("Passphrase"), "{line}: {text}");
        assert_eq!(seen.code, Some(4), "{line}: {text}");
        let _ = std::fs::remove_file(&said);
    }
}
