//! Every view and sheet of the window, to be looked at one after another: by axe-core, and for pictures.

use crate::browser::Window;

/// Something that can be shown, from the list of accounts.
#[derive(Clone, Copy)]
pub(crate) struct Station {
    pub(crate) name: &'static str,
    /// The keys or clicks that lead there.
    pub(crate) way: Way,
    /// What is there then.
    pub(crate) there: &'static str,
}

#[derive(Clone, Copy)]
pub(crate) enum Way {
    /// The entry of the sidebar, counted from zero.
    View(usize),
    /// Keys that work anywhere, as `WebDriver` spells them.
    Keys(&'static str),
    /// An entry of the sidebar, then a button by its name.
    Button(usize, &'static str),
}

/// Where the window can be while it is open.
pub(crate) const STATIONS: &[Station] = &[
    Station {
        name: "accounts",
        way: Way::View(0),
        there: "[data-account-id]",
    },
    Station {
        name: "aws",
        way: Way::View(1),
        there: "main",
    },
    Station {
        name: "fleet",
        way: Way::View(2),
        there: "main",
    },
    Station {
        name: "backups",
        way: Way::View(3),
        there: "[data-testid='generation']",
    },
    Station {
        name: "activity",
        way: Way::View(4),
        there: "[data-testid='event']",
    },
    Station {
        name: "settings",
        way: Way::View(5),
        there: ".setting-row",
    },
    Station {
        name: "add",
        way: Way::Keys("\u{e009}n\u{e000}"),
        there: ".sheet .source-buttons",
    },
    Station {
        name: "palette",
        way: Way::Keys("\u{e009}k\u{e000}"),
        there: ".palette [role='option']",
    },
    Station {
        name: "keys",
        way: Way::Keys("\u{e031}"),
        there: ".sheet .setting-row",
    },
    Station {
        name: "kit",
        way: Way::Button(3, "Make the kit"),
        there: ".sheet",
    },
    Station {
        name: "create-backup",
        way: Way::Button(3, "Choose a file"),
        there: ".sheet input",
    },
    Station {
        name: "export",
        way: Way::Button(3, "Export"),
        there: ".sheet",
    },
];

impl Station {
    /// Goes there, and waits until nothing moves any more.
    pub(crate) async fn enter(&self, window: &Window) {
        window.click(".nav-item").await;
        match self.way {
            Way::View(index) => go(window, index).await,
            Way::Keys(keys) => window.type_keys(keys).await,
            Way::Button(index, name) => {
                go(window, index).await;
                window.press(name).await;
            }
        }
        window.find(self.there).await;
        settled(window).await;
    }

    /// Closes what stands over the view.
    pub(crate) async fn leave(&self, window: &Window) {
        if !matches!(self.way, Way::View(_)) {
            window.type_keys("\u{e00c}").await;
            window.gone("[role='dialog']").await;
        }
    }
}

async fn go(window: &Window, index: usize) {
    window
        .run(&format!(
            "document.querySelectorAll('.nav-item')[{index}].click()"
        ))
        .await;
}

/// Waits until nothing is animated: what fades has colours that nobody chose.
pub(crate) async fn settled(window: &Window) {
    window
        .until(
            "the end of every movement",
            "return document.getAnimations().every(({ playState }) => playState !== 'running') || null",
        )
        .await;
}

/// Lets the window be light or dark, without asking the settings.
pub(crate) async fn paint(window: &Window, theme: &str) {
    window
        .run(&format!("document.documentElement.dataset.theme = {theme:?}"))
        .await;
    settled(window).await;
}

/// Lets text be of another size, such as `200%`; empty as it was.
pub(crate) async fn enlarge(window: &Window, text: &str) {
    window
        .run(&format!("document.documentElement.style.fontSize = {text:?}"))
        .await;
}
