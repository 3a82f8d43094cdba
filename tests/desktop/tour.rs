//! The tour that `cargo xtask run` plays where there is no display: the window in its main states, as pictures.

use std::path::Path;

use crate::album::Album;
use crate::aws::{Aws, program};
use crate::machine::Machine;
use crate::scenes::{play, play_aws, play_gates};

/// Goes through the scenes, says each and takes its pictures, then does on the command line what the window did.
pub(crate) async fn stations() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/tour");
    let album = Album::in_folder(&folder).aloud();
    play_gates(&album).await;
    play(&Machine::with_keyring(), &album).await;
    let machine = Machine::with_keyring();
    play_aws(&machine, &album).await;
    in_aws(&machine);
}

/// A device in a practice AWS account: enrolled, used for a session, resynchronised, replaced and retired on the command
/// line. AWS's pauses are kept: it takes two to three minutes.
fn in_aws(machine: &Machine) {
    let aws = Aws::new(machine, "halden-lab");
    let device = "maya@halden-lab";
    aws.show("The user maya enrols a device.", &["aws", "enrol"]);
    let program = program();
    let program = program.to_str().unwrap();
    for (what, arguments) in [
        (
            "A request is signed with a session that was made with its code.",
            &["aws", "exec", device, "--", program, "aws", "whoami"][..],
        ),
        (
            "It is replaced by a new one, without a moment in which none works.",
            &["aws", "rotate", device, "--yes"],
        ),
        ("AWS is told where its clock is.", &["aws", "resync", device]),
        ("It is retired.", &["aws", "retire", device, "--yes"]),
        ("Nothing is left of it in AWS.", &["aws", "devices"]),
    ] {
        aws.show(what, arguments);
    }
}
