//! A process and all that it started, as proc(5) shows them.

use std::fs;
use std::time::Duration;

/// Process ids, the root first.
pub(crate) struct Tree(Vec<u32>);

/// The processes below this one, and itself.
pub(crate) fn of(root: u32) -> Tree {
    let mut tree = vec![root];
    let parents: Vec<(u32, u32)> = fs::read_dir("/proc")
        .unwrap()
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|pid| Some((pid, parent(pid)?)))
        .collect();
    let mut next = 0;
    while let Some(&above) = tree.get(next) {
        tree.extend(
            parents
                .iter()
                .filter(|(_, parent)| *parent == above)
                .map(|(pid, _)| pid),
        );
        next += 1;
    }
    Tree(tree)
}

impl Tree {
    pub(crate) fn pids(&self) -> &[u32] {
        &self.0
    }

    pub(crate) fn processor_time(&self) -> Duration {
        let ticks: u64 = self.0.iter().filter_map(|pid| ticks(*pid)).sum();
        // USER_HZ is 100 on every Linux that Rust runs on.
        Duration::from_millis(ticks * 10)
    }

    pub(crate) fn pss(&self) -> f64 {
        let kibibytes: u64 = self.0.iter().map(|pid| pss(*pid)).sum();
        f64::from(u32::try_from(kibibytes).unwrap()) / 1024.0
    }
}

/// The fields after the program's name, which may hold anything.
fn stat(pid: u32) -> Option<Vec<String>> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, after) = stat.rsplit_once(") ")?;
    Some(after.split(' ').map(str::to_owned).collect())
}

fn parent(pid: u32) -> Option<u32> {
    stat(pid)?.get(1)?.parse().ok()
}

fn ticks(pid: u32) -> Option<u64> {
    let stat = stat(pid)?;
    let field = |at: usize| stat.get(at)?.parse::<u64>().ok();
    Some(field(11)? + field(12)?)
}

fn pss(pid: u32) -> u64 {
    let path = format!("/proc/{pid}/smaps_rollup");
    let rollup = fs::read_to_string(&path).unwrap_or_else(|cause| {
        panic!("{path}: {cause}; the app lets nobody but root look at its memory, so run this as root")
    });
    let line = rollup.lines().find_map(|line| line.strip_prefix("Pss:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}
