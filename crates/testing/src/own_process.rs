//! Tests in a process of their own. The keyring's libraries find the bus through the environment alone, and a process
//! that runs threads may not change its own: so the test binary runs the one test again, in the environment it needs.

use std::any::type_name;
use std::path::Path;
use std::process::Command;
use std::{env, fs};

use crate::session::{self, PrivateSession, bus_address, put_into, scratch_folder};

/// Keeps a test's promise in a process whose session is the one it is given: a bus that nobody offers a keyring on yet.
/// The promise is a closure written in the test (its type's name says which test to run again), and all that the test
/// does.
pub fn in_private_session<F: FnOnce(PrivateSession)>(promise: F) {
    in_own_process::<F>(bus_address, |folder| promise(PrivateSession::in_folder(folder)));
}

/// Keeps a test's promise, as [`in_private_session`] does, in a process that finds this address for its session's bus.
pub fn with_bus_address<F: FnOnce()>(address: &str, promise: F) {
    in_own_process::<F>(|_| address.to_owned(), |_| promise());
}

fn in_own_process<F>(address: impl FnOnce(&Path) -> String, promise: impl FnOnce(&Path)) {
    if let Some(folder) = env::var_os(FOLDER) {
        let folder = Path::new(&folder);
        promise(folder);
        fs::write(folder.join(KEPT), "").expect("a file in the scratch folder");
        return;
    }
    let scratch = scratch_folder();
    let folder = scratch.path();
    let test = test_of::<F>();
    let mut again = Command::new(env::current_exe().expect("the test binary's path"));
    again.args(["--exact", test, "--nocapture"]).env(FOLDER, folder);
    put_into(&mut again, session::env(folder, &address(folder)));
    let output = again.output().expect("the test binary starts again");
    assert!(
        // A name that no test has would pass, too.
        output.status.success() && folder.join(KEPT).exists(),
        "{test}, in a process of its own, ended with {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

/// The test that a closure is written in: `crate::module::test::{{closure}}` without the crate and the closure.
fn test_of<F>() -> &'static str {
    let path = type_name::<F>().trim_end_matches("::{{closure}}");
    path.split_once("::").map_or(path, |(_, test)| test)
}

const FOLDER: &str = "LOCKSTEP_TESTING_FOLDER";
const KEPT: &str = "kept";
