//! Codes in words and as JSON.

use anstyle::{AnsiColor, Style};
use lockstep_device::authenticator::view::{CodePairView, CodeView};
use lockstep_device::time::UnixTime;
use serde::Serialize;
use serde_json::Value;

use crate::report::{Look, Report, rfc3339, value};

const CODE: Style = AnsiColor::Green.on_default().bold();

/// What `code` shows.
#[derive(Serialize)]
pub(crate) struct CodeReport {
    id: String,
    code: String,
    next: Option<String>,
    remaining: Option<u32>,
    time_step: u64,
    valid_until: Option<String>,
    used: bool,
    #[serde(skip)]
    shown: Shown,
}

/// Which of the codes is printed, or what is said instead.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Present,
    Next,
    /// It is on the clipboard for so many seconds.
    Copied(u64),
}

impl CodeReport {
    pub(crate) fn new(view: CodeView, shown: Shown) -> Self {
        Self {
            id: view.id.to_string(),
            code: view.code,
            next: view.next,
            remaining: view.remaining,
            time_step: view.time_step,
            valid_until: view.valid_until.and_then(rfc3339),
            used: view.used,
            shown,
        }
    }

    fn sentence(&self, look: Look) -> String {
        let Some(remaining) = self.remaining else {
            return format!("{}  the counter has moved on\n", paint(&self.code, look));
        };
        match &self.next {
            Some(next) if self.shown == Shown::Next => format!("{}  in {remaining} s\n", paint(next, look)),
            Some(next) if self.used => {
                let code = paint(&self.code, look);
                format!("{code}  {remaining} s  already used; in {remaining} s comes {next}\n")
            }
            _ => format!("{}  {remaining} s\n", paint(&self.code, look)),
        }
    }
}

impl Report for CodeReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, look: Look) -> String {
        match (self.shown, &self.next) {
            (Shown::Copied(seconds), _) => {
                format!(
                    "The code is on the clipboard. It is taken back in {seconds} s if it is still there.\n"
                )
            }
            _ if look.terminal => self.sentence(look),
            (Shown::Next, Some(next)) => format!("{next}\n"),
            _ => format!("{}\n", self.code),
        }
    }
}

/// What `code --pair` shows.
#[derive(Serialize)]
pub(crate) struct PairReport {
    id: String,
    first: String,
    second: String,
    submit_before: Option<String>,
}

impl From<CodePairView> for PairReport {
    fn from(view: CodePairView) -> Self {
        Self {
            id: view.id.to_string(),
            first: view.first,
            second: view.second,
            submit_before: rfc3339(view.submit_before),
        }
    }
}

impl Report for PairReport {
    fn json(&self) -> Value {
        value(self)
    }

    fn text(&self, look: Look) -> String {
        if !look.terminal {
            return format!("{} {}\n", self.first, self.second);
        }
        let before = self.submit_before.as_deref().unwrap_or("the next code comes");
        format!(
            "{}  {}  submit before {before}\n",
            paint(&self.first, look),
            paint(&self.second, look)
        )
    }
}

/// One frame of `code --watch`: repaints its own line on a terminal.
pub(crate) fn frame(view: &CodeView, next: bool, look: Look) -> String {
    let code = match &view.next {
        Some(code) if next => code,
        _ => &view.code,
    };
    if look.terminal {
        let remaining = view.remaining.unwrap_or_default();
        let wait = if next {
            format!("in {remaining:>2} s")
        } else {
            format!("{remaining:>2} s")
        };
        format!("\r{}  {wait}\u{1b}[K", paint(code, look))
    } else {
        format!("{code}\n")
    }
}

/// One frame of `aws pair`: repaints its own line.
pub(crate) fn pair_frame(view: &CodePairView, now: UnixTime, look: Look) -> String {
    let left = view.submit_before.saturating_sub(now.seconds());
    let before = rfc3339(view.submit_before).unwrap_or_default();
    format!(
        "\rcode 1 {}  code 2 {}  submit before {before}, in {left:>2} s; Enter ends\u{1b}[K",
        paint(&view.first, look),
        paint(&view.second, look)
    )
}

fn paint(code: &str, look: Look) -> String {
    if look.color {
        format!("{CODE}{code}{CODE:#}")
    } else {
        code.to_owned()
    }
}
