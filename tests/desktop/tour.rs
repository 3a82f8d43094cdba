//! The tour that `cargo xtask run` plays where there is no display: the window in its main states, as pictures.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use crate::aws::{Aws, program};
use crate::aws_view::MAIN;
use crate::backups::{PASSWORD, aegis, backup};
use crate::browser::Window;
use crate::fleet;
use crate::journey::keep_a_picture;
use crate::machine::Machine;

/// Goes through the stations, says each and takes its pictures.
pub(crate) async fn stations() {
    let machine = Machine::with_keyring();
    machine.write_settings("{\"theme\":\"light\"}");
    let pictures = Pictures::new(&machine);
    let window = Window::open(&machine).await;
    window.says("Your codes, in step").await;
    pictures
        .take(&window, "first-run-light", "A first start: no account yet.")
        .await;
    keep_a_picture(&machine, &window).await;
    window.find("[data-account-id]").await;
    let links = machine.file("links.txt");
    fs::write(&links, LINKS).unwrap();
    window.drop_files(&[&links]).await;
    window.says("Keep 6").await;
    pictures
        .take(
            &window,
            "add-light",
            "A file of links was dropped: what it holds, before anything is kept.",
        )
        .await;
    window.press("Keep 6").await;
    window.gone("[data-testid='found-row']").await;
    pictures.take(&window, "accounts-light", "The accounts.").await;
    window.click("[data-account-id]").await;
    window.says("Copied").await;
    pictures
        .take(
            &window,
            "copied-light",
            "A click copied a code; it is offered no more.",
        )
        .await;
    in_aws(&machine, &window, &pictures).await;
    in_the_view(&window, &pictures, "light").await;
    fleet::stations(&machine, &window, &pictures, "light").await;
    backed_up(&machine, &window, &pictures, "light").await;
    sheets(&machine, &window, &pictures).await;
    drop(window);

    machine.write_settings("{\"theme\":\"dark\"}");
    let window = Window::open(&machine).await;
    window.find("[data-account-id]").await;
    pictures
        .take(&window, "accounts-dark", "The same after a restart, in the dark.")
        .await;
    in_the_view(&window, &pictures, "dark").await;
    fleet::stations(&machine, &window, &pictures, "dark").await;
    backed_up(&machine, &window, &pictures, "dark").await;
    window.press("Settings").await;
    window.says("Clear the clipboard").await;
    pictures.take(&window, "settings-dark", "The settings.").await;
}

/// A device in a practice AWS account: enrolled, used for a session, resynchronised, replaced and retired on the command
/// line, with the window open beside it. AWS's pauses are kept: it takes two to three minutes.
async fn in_aws(machine: &Machine, window: &Window, pictures: &Pictures<'_>) {
    let aws = Aws::new(machine, "halden-lab");
    let device = "maya@halden-lab";
    aws.show("The user maya enrols a device.", &["aws", "enrol"]);
    window.says("halden-lab").await;
    pictures
        .take(window, "aws-light", "The new device stands in the open window.")
        .await;
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

/// A user of the practice account inside the app is protected in the window, and his device is retired again.
async fn in_the_view(window: &Window, pictures: &Pictures<'_>, theme: &str) {
    let take = |name: &str, what: &'static str| {
        let name = format!("{name}-{theme}");
        async move { pictures.take(window, &name, what).await }
    };
    window.press("AWS").await;
    window.says("Choose whose credentials to work with").await;
    take("aws-choices", "The AWS view, before anybody was asked.").await;
    window.press("Connect as Practice account, as maya").await;
    window.says("practice · 1111 2222 3333").await;
    take("aws-ready", "Connected to the practice account.").await;
    window.click(MAIN).await;
    window.says("Protecting maya").await;
    take("aws-protecting", "A device is made, stored, enabled and proved.").await;
    window.find("[data-testid='protect'][data-phase='done']").await;
    take("aws-protected", "The user is protected.").await;
    window.press("Done").await;
    window.press("My devices").await;
    window.says("1 of 8 devices in use").await;
    take("aws-devices", "The user's devices.").await;
    window.press("Console or root").await;
    window.find("[data-testid='pair'][data-state='shown']").await;
    take("aws-pair", "Two codes for the console.").await;
    window.press("Sessions").await;
    window.says("Copy as environment").await;
    take("aws-sessions", "The session that proved the device.").await;
    window.press("My devices").await;
    window
        .click("[data-testid='own-devices'] [aria-label^='More actions']")
        .await;
    window.press("Deactivate and delete").await;
    window.says("It signs you in no longer").await;
    take("aws-retire", "What takes a device away asks first.").await;
    window.click("[role='alertdialog'] .button--danger").await;
    window.says("No device yet").await;
    // Its name ends with how many there are.
    window.click(".nav-item").await;
}

/// What the window says of backups, and a backup from elsewhere before anything of it is taken.
async fn backed_up(machine: &Machine, window: &Window, pictures: &Pictures<'_>, theme: &str) {
    window.press("Backups").await;
    window.says("Everything is backed up.").await;
    let name = format!("backups-{theme}");
    pictures
        .take(
            window,
            &name,
            "The backups: made by themselves, read back after writing.",
        )
        .await;
    window
        .drop_files(&[&backup(&machine.file("mine.age"), IN_THE_BACKUP)])
        .await;
    window
        .write(
            "input[aria-label='Passphrase of the backup']",
            &format!("{PASSWORD}\u{e007}"),
        )
        .await;
    window.find("[data-testid='restore-row']").await;
    let name = format!("restore-{theme}");
    pictures
        .take(window, &name, "A backup was dropped: what it would bring back.")
        .await;
    window.press("Cancel").await;
    window.click(".nav button").await;
}

/// The other sheets of backups and of adding. Each is closed again, and nothing is written.
async fn sheets(machine: &Machine, window: &Window, pictures: &Pictures<'_>) {
    window.press("Backups").await;
    for (button, says, name, what) in [
        (
            "Make the kit",
            "One page that opens every automatic backup",
            "kit-light",
            "The recovery kit, before it is saved.",
        ),
        (
            "Choose a file",
            "One file with every account",
            "create-light",
            "A backup to a file, under a passphrase.",
        ),
        (
            "Export",
            "Export for another app",
            "export-light",
            "Leaving for another app.",
        ),
    ] {
        window.press(button).await;
        window.says(says).await;
        pictures.take(window, name, what).await;
        window.press("Cancel").await;
        window.gone(".sheet").await;
    }
    window
        .click("[data-testid='generation'] [aria-label^='More for']")
        .await;
    window.says("Copy the path").await;
    pictures
        .take(window, "generation-menu-light", "What can be done with a backup.")
        .await;
    window.press("Verify").await;
    window.says("it opens, and holds").await;
    window.click(".nav button").await;
    window.press("Add account").await;
    window.press("From another app").await;
    window.find("[data-testid='other-app']").await;
    pictures
        .take(window, "other-apps-light", "The way out of each other app.")
        .await;
    window.drop_files(&[&aegis(machine, "Halden Works")]).await;
    window.says("is protected with a password").await;
    pictures
        .take(
            window,
            "password-light",
            "A protected file waits for its password.",
        )
        .await;
    window.press("Cancel").await;
    window.gone(".sheet").await;
}

/// Where the pictures go.
pub(crate) struct Pictures<'a> {
    machine: &'a Machine,
    folder: PathBuf,
}

impl<'a> Pictures<'a> {
    pub(crate) fn new(machine: &'a Machine) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target/tour");
        fs::create_dir_all(&folder).unwrap();
        Self { machine, folder }
    }

    /// One at the usual size and one at the least.
    pub(crate) async fn take(&self, window: &Window, name: &str, what: &str) {
        println!("{what}");
        for (width, height) in [(960, 680), (380, 480)] {
            window.resize(self.machine, width, height).await;
            // The page has its size; what is painted may be a frame behind.
            tokio::time::sleep(Duration::from_millis(500)).await;
            self.machine
                .take_picture(&self.folder.join(format!("{name}-{width}x{height}.png")));
        }
        window.resize(self.machine, 960, 680).await;
    }
}

/// One that is the same, one with another name, one with another secret, and one that is not here.
const IN_THE_BACKUP: &str = "\
otpauth://totp/PyPI:maya?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXF&issuer=PyPI
otpauth://totp/GitHub:maya?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXC&issuer=GitHub
otpauth://totp/Fastmail:maya@halden.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXG&issuer=Fastmail
otpauth://totp/Linear:maya@halden.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXH&issuer=Linear
";

/// Made-up accounts.
pub(crate) const LINKS: &str = "\
otpauth://totp/Amazon%20Web%20Services:root-account-mfa-device@210987654321?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXA&issuer=Amazon%20Web%20Services
otpauth://totp/Amazon%20Web%20Services:maya@halden-prod?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXB&issuer=Amazon%20Web%20Services
otpauth://totp/GitHub:maya-halden?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXC&issuer=GitHub
otpauth://totp/Fastmail:maya@halden.example?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXD&issuer=Fastmail&digits=8
otpauth://hotp/VPN:maya?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXE&issuer=VPN&counter=7
otpauth://totp/PyPI:maya?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXF&issuer=PyPI
";
