//! What `lockstep-practice` promises to whoever starts it.

#![allow(clippy::unwrap_used, reason = "a test may fail loudly")]

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_lockstep-practice"))
        .args(arguments)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn first_line(child: &mut Child) -> String {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap())
        .read_line(&mut line)
        .unwrap();
    line
}

#[test]
fn a_wrong_account_is_refused_with_the_rule() {
    let output = start(&["--account", "12345"]).wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let stderr = String::from_utf8(output.stderr).unwrap();
    assert_eq!(
        stderr,
        "error: the account \"12345\" is not an AWS account id; they have twelve digits\n"
    );
    assert_eq!(start(&["--partition", "mars"]).wait().unwrap().code(), Some(2));
}

#[cfg(unix)]
#[test]
fn the_first_line_of_json_says_where_it_is_and_the_profiles_go_when_it_ends() {
    use std::os::unix::fs::PermissionsExt;

    for signal in ["INT", "TERM"] {
        let mut child = start(&[
            "--json",
            "--users",
            "2",
            "--partition",
            "aws-cn",
            "--clock-offset",
            "-7200",
        ]);
        let said: Value = serde_json::from_str(&first_line(&mut child)).unwrap();
        let endpoint = said["endpoint"].as_str().unwrap();
        assert!(endpoint.starts_with("http://127.0.0.1:"), "{endpoint}");
        assert!(said["control"].as_str().unwrap().starts_with(endpoint));
        assert_eq!(said["account"], "123456789012");
        assert_eq!(
            (&said["admin"]["user"], &said["user"]["user"]),
            (&"admin".into(), &"maya".into())
        );
        let file = std::path::PathBuf::from(said["profile_file"].as_str().unwrap());
        assert_eq!(
            std::fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o600
        );
        let profiles = std::fs::read_to_string(&file).unwrap();
        let key = said["user"]["access_key_id"].as_str().unwrap();
        for line in [
            "[profile practice-admin]",
            "[profile practice]",
            "region = cn-north-1",
            &format!("endpoint_url = {endpoint}"),
            &format!("aws_access_key_id = {key}"),
        ] {
            assert!(profiles.lines().any(|found| found == line), "{line}");
        }
        let id = child.id().to_string();
        assert!(
            Command::new("kill")
                .args(["-s", signal, &id])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
        assert!(!file.exists(), "{signal}");
    }
}

#[cfg(unix)]
#[test]
fn people_are_told_what_to_paste() {
    let mut child = start(&["--alias", "practice-makes"]);
    let line = first_line(&mut child);
    assert!(
        line.starts_with("The practice account 123456789012 is served at http://127.0.0.1:"),
        "{line}"
    );
    let id = child.id().to_string();
    assert!(Command::new("kill").arg(&id).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    let mut complaint = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut complaint)
        .unwrap();
    assert_eq!(complaint, "");
}
