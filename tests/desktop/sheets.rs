//! What stands over the views: the sheets, questions and menus of each, by the steps that lead there.

use std::fs;

use crate::backups::{PASSWORD, backup, type_secret};
use crate::browser::Window;
use crate::machine::Machine;
use crate::support::{handed, seed};
use crate::views::settled;

/// One of them.
#[derive(Clone, Copy)]
pub(crate) struct Sheet {
    pub(crate) name: &'static str,
    /// The entry of the sidebar that it belongs to, counted from zero.
    pub(crate) view: usize,
    /// From there.
    pub(crate) way: &'static [Step],
    /// What is there then.
    pub(crate) there: &'static str,
}

#[derive(Clone, Copy)]
pub(crate) enum Step {
    /// A button, tab or entry of a menu by its name.
    Press(&'static str),
    /// What this finds.
    Click(&'static str),
    /// Keys, on what this finds.
    Keys(&'static str, &'static str),
    /// A click of the other button, on what this finds.
    Menu(&'static str),
}

use Step::{Click, Keys, Menu, Press};

/// Over the views of a store with an account in it and one in the trash.
pub(crate) const OWN: &[Sheet] = &[
    Sheet {
        name: "edit",
        view: 0,
        way: &[Keys("[data-account-id]", "\u{e032}")],
        there: ".sheet input",
    },
    Sheet {
        name: "menu of an account",
        view: 0,
        way: &[Menu("[data-account-id]")],
        there: "[role='menu']",
    },
    Sheet {
        name: "typing",
        view: 0,
        way: &[Press("Add account"), Press("Type it in")],
        there: ".sheet form input",
    },
    Sheet {
        name: "from another app",
        view: 0,
        way: &[Press("Add account"), Press("From another app")],
        there: ".sheet .apps",
    },
    Sheet {
        name: "sorting",
        view: 0,
        way: &[Click("[aria-label^='Sort:']")],
        there: "[role='menu']",
    },
    Sheet {
        name: "menu of a backup",
        view: 3,
        way: &[Click("[aria-label^='More for']")],
        there: "[role='menu']",
    },
    Sheet {
        name: "writing the list of activity",
        view: 4,
        way: &[Click("[aria-label='Export']")],
        there: "[role='menu']",
    },
    Sheet {
        name: "moving the seeds",
        view: 5,
        way: &[Press("Change")],
        there: ".sheet",
    },
    Sheet {
        name: "a choice in the settings",
        view: 5,
        way: &[Click(".setting-row .select")],
        there: "[role='listbox']",
    },
    Sheet {
        name: "the trash",
        view: 5,
        way: &[Press("Open")],
        there: ".trash-row",
    },
    Sheet {
        name: "deleting for good",
        view: 5,
        way: &[Press("Open"), Press("Delete for good")],
        there: "[role='alertdialog']",
    },
];

/// Over the AWS view of a user with one device, once it is connected.
pub(crate) const AWS: &[Sheet] = &[
    Sheet {
        name: "connections",
        view: 1,
        way: &[Click(".topbar .select")],
        there: "[role='menu']",
    },
    Sheet {
        name: "access keys",
        view: 1,
        way: &[Click(".topbar .select"), Press("Access keys kept here")],
        there: ".sheet",
    },
    Sheet {
        name: "protecting",
        view: 1,
        way: &[Press("Protect my user")],
        there: "[data-testid='protect']",
    },
    Sheet {
        name: "devices",
        view: 1,
        way: &[Press("My devices")],
        there: "[data-testid='own-devices'] li",
    },
    Sheet {
        name: "menu of a device",
        view: 1,
        way: &[Press("My devices"), Click(MORE)],
        there: "[role='menu']",
    },
    Sheet {
        name: "tags",
        view: 1,
        way: &[Press("My devices"), Click(MORE), Press("Tags")],
        there: ".sheet input",
    },
    Sheet {
        name: "deleting a device",
        view: 1,
        way: &[Press("My devices"), Click(MORE), Press("Deactivate and delete")],
        there: "[role='alertdialog']",
    },
    Sheet {
        name: "a pair of codes",
        view: 1,
        way: &[Press("Console or root")],
        there: "[data-testid='pair']",
    },
    Sheet {
        name: "sessions",
        view: 1,
        way: &[Press("Sessions")],
        there: "[data-testid='sessions'] li",
    },
    Sheet {
        name: "terminals of a session",
        view: 1,
        way: &[
            Press("Sessions"),
            Click("[data-testid='sessions'] [aria-label^='More actions']"),
        ],
        there: "[role='menu']",
    },
];

/// Over the fleet of an administrator.
pub(crate) const FLEET: &[Sheet] = &[
    Sheet {
        name: "users",
        view: 2,
        way: &[],
        there: "[data-row-id='maya']",
    },
    Sheet {
        name: "report and more",
        view: 2,
        way: &[Press("Report and more")],
        there: "[role='menu']",
    },
    Sheet {
        name: "a user without a device",
        view: 2,
        way: &[Press("Details of user-0001")],
        there: ".sheet .facts",
    },
    Sheet {
        name: "a lost phone",
        view: 2,
        way: &[Press("Details of maya")],
        there: ".sheet .devices",
    },
    Sheet {
        name: "taking the devices of a lost phone",
        view: 2,
        way: &[
            Press("Details of maya"),
            Click(".sheet [role='switch']"),
            Press("Take the devices"),
        ],
        there: "[role='alertdialog']",
    },
    Sheet {
        name: "enrolling",
        view: 2,
        way: &[
            Click("[aria-label='Choose user-0001']"),
            Click(".selection-bar .button--primary"),
        ],
        there: ".sheet [name='folder']",
    },
    Sheet {
        name: "runs",
        view: 2,
        way: &[Press("Report and more"), Press("Runs")],
        there: ".sheet",
    },
    Sheet {
        name: "several accounts",
        view: 2,
        way: &[
            Press("Report and more"),
            Press("Several accounts"),
            Press("Use the practice accounts"),
        ],
        there: ".sheet [data-testid='accounts']",
    },
    Sheet {
        name: "devices of nobody",
        view: 2,
        way: &[Press("Report and more"), Press("Devices of nobody")],
        there: ".sheet",
    },
];

impl Sheet {
    /// Goes there, and waits until nothing moves any more.
    pub(crate) async fn enter(&self, window: &Window) {
        window.click(&entry(self.view)).await;
        for step in self.way {
            step.go(window).await;
        }
        window.find(self.there).await;
        settled(window).await;
    }

    /// Closes what stands over the view, the innermost first.
    pub(crate) async fn leave(&self, window: &Window) {
        for _ in 0..3 {
            if window
                .run(&format!("return document.querySelector({OVER_ALL:?}) === null"))
                .await
                == true
            {
                break;
            }
            window.type_keys("\u{e00c}").await;
            settled(window).await;
        }
        window.gone(OVER_ALL).await;
    }
}

impl Step {
    async fn go(self, window: &Window) {
        match self {
            Self::Press(name) => window.press(name).await,
            Self::Click(css) => window.click(css).await,
            Self::Keys(css, keys) => {
                window.find(css).await;
                window
                    .run(&format!("document.querySelector({css:?}).focus()"))
                    .await;
                window.type_keys(keys).await;
            }
            Self::Menu(css) => {
                window.find(css).await;
                let event = "new MouseEvent('contextmenu', { bubbles: true, clientX: 200, clientY: 200 })";
                window
                    .run(&format!("document.querySelector({css:?}).dispatchEvent({event})"))
                    .await;
            }
        }
    }
}

/// The sheet of a backup that opens with a passphrase.
pub(crate) async fn restoring(machine: &Machine, window: &Window) {
    let file = backup(&machine.file("mine.age"), &seed::uri("Other", "maya"));
    window.drop_files(&[&file]).await;
    type_secret(window, "Passphrase of the backup", PASSWORD).await;
    window.find("[data-testid='restore-row']").await;
    settled(window).await;
}

/// The sheet of a hand-off, opened.
pub(crate) async fn handed_off(machine: &Machine, window: &Window) {
    let file = machine.file("maya.lockstep");
    fs::write(&file, handed::sealed("right")).unwrap();
    window.drop_files(&[&file]).await;
    type_secret(window, "Passphrase of the hand-off", "right").await;
    window.says("arn:aws:iam::123456789012:mfa/maya-1").await;
    settled(window).await;
}

/// Connects with one of the choices for AWS, unless that is so.
pub(crate) async fn connect(window: &Window, who: &str) {
    window.click(&entry(1)).await;
    window.press("Protect my user").await;
    let menu = format!("[aria-label='Connection: {who}']");
    // Whoever was connected before the window was locked may come back by himself.
    window
        .until(
            "a connection",
            &format!(
                "if (document.querySelector('.connection-bar')) return true;
                 document.querySelector('[aria-label=\"Connect as {who}\"]')?.click();
                 return null"
            ),
        )
        .await;
    if window
        .run(&format!("return document.querySelector({menu:?}) === null"))
        .await
        == true
    {
        window.click(".topbar .select").await;
        window.click_text(who).await;
    }
    window.find(&menu).await;
    window.find(".connection-bar").await;
}

/// Makes a device for the user of the connection.
pub(crate) async fn protect(window: &Window) {
    window.press("Protect my user").await;
    window.click(".card__foot .button--primary").await;
    window.find("[data-testid='protect'][data-phase='done']").await;
    window.press("Done").await;
}

/// The window of a machine with a keyring, in which somebody keeps two accounts, one of them in the trash.
pub(crate) async fn furnished(machine: &Machine) -> Window {
    let window = Window::open(machine).await;
    window.says("Your codes, in step").await;
    two_accounts(machine, &window).await;
    window
}

/// Two accounts, one of them in the trash.
pub(crate) async fn two_accounts(machine: &Machine, window: &Window) {
    let file = machine.file("links.txt");
    let other = "otpauth://totp/Other:noor?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Other";
    fs::write(&file, format!("{}\n{other}\n", seed::uri("Halden Works", "maya"))).unwrap();
    window.drop_files(&[&file]).await;
    window.press("Keep 2").await;
    window
        .find("[data-account-id] ~ [data-account-id], li ~ li [data-account-id]")
        .await;
    window
        .run("[...document.querySelectorAll('[data-account-id]')].find((row) => row.textContent.includes('noor')).focus()")
        .await;
    window.type_keys("\u{e017}").await;
    window
        .until(
            "one account in the list",
            "return document.querySelectorAll('[data-account-id]').length === 1 || null",
        )
        .await;
}

fn entry(view: usize) -> String {
    format!(".sidebar .nav-item:nth-of-type({})", view + 1)
}

const MORE: &str = "[data-testid='own-devices'] [aria-label^='More actions']";
pub(crate) const OVER_ALL: &str =
    "[role='dialog'], [role='alertdialog'], [role='menu'], [role='listbox'], .sheet";
