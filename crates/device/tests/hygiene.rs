//! A hardened process dumps no core and lets nobody else read its memory.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall say where")]

use std::process::Command;

use lockstep_device::hygiene::harden_process;

const CHILD: &str = "LOCKSTEP_TEST_HARDENED";

#[test]
fn a_hardened_process_dumps_no_core_and_keeps_its_memory_to_itself() {
    if std::env::var_os(CHILD).is_none() {
        // In a process of its own, so that the other tests stay debuggable.
        let this = std::env::current_exe().unwrap();
        let test = "a_hardened_process_dumps_no_core_and_keeps_its_memory_to_itself";
        let output = Command::new(this)
            .args(["--exact", test])
            .env(CHILD, "1")
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
        return;
    }
    harden_process().unwrap();
    let limits = std::fs::read_to_string("/proc/self/limits").unwrap();
    let core = limits
        .lines()
        .find(|line| line.starts_with("Max core file size"))
        .unwrap();
    assert_eq!(
        core.split_whitespace().collect::<Vec<_>>()[4..6],
        ["0", "0"],
        "{core}"
    );
    let dumpable = rustix::process::dumpable_behavior().unwrap();
    assert_eq!(dumpable, rustix::process::DumpableBehavior::NotDumpable);
}
