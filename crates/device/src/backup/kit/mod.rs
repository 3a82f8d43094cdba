//! The recovery kit: one page that opens every automatic backup, as text, as SVG and as PDF. Every form of it is as
//! secret as the identity.

mod page;

use std::fmt::Write as _;
use std::path::Path;

use time::OffsetDateTime;
use time::macros::format_description;
use zeroize::Zeroizing;

use super::recovery::{RecoveryIdentity, lines};
use crate::page::{pdf, svg};
use crate::qr::encode::{EncodeError, Modules, modules};
use crate::time::UnixTime;

/// A recovery kit that was just made. The identity in it is nowhere else.
pub struct RecoveryKit {
    /// What opens the backups.
    pub identity: RecoveryIdentity,
    /// Which kit this is, counted from 1.
    pub number: u32,
    /// When it was made.
    pub made: UnixTime,
    /// For whom, such as `maya on halden-lt-07`; may be empty.
    pub made_for: String,
    /// Where the backups lie.
    pub folder: String,
    /// When the kit before it was made, which no longer opens new backups.
    pub previous: Option<UnixTime>,
}

/// What a kit is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A page of PDF (A4).
    Pdf,
    /// A page of SVG (A4).
    Svg,
    /// Plain text.
    Text,
}

impl Form {
    /// The form that a file's name asks for by its ending: `.pdf`, `.svg` or `.txt` in either case.
    pub fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_string_lossy().to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "svg" => Some(Self::Svg),
            "txt" => Some(Self::Text),
            _ => None,
        }
    }
}

impl RecoveryKit {
    /// The kit in this form.
    pub fn to_bytes(&self, form: Form) -> Result<Zeroizing<Vec<u8>>, EncodeError> {
        let bytes = |text: &str| Zeroizing::new(text.as_bytes().to_vec());
        match form {
            Form::Pdf => self.to_pdf(),
            Form::Svg => Ok(bytes(&self.to_svg()?)),
            Form::Text => Ok(bytes(&self.to_text())),
        }
    }

    /// The identity as a QR code.
    pub fn qr(&self) -> Result<Modules, EncodeError> {
        modules(&self.identity.to_text())
    }

    /// The kit as plain text.
    pub fn to_text(&self) -> Zeroizing<String> {
        // Room for all of it at once: growing would leave a copy of the identity behind.
        let mut text = Zeroizing::new(String::with_capacity(8 * 1024));
        // Writing into a string cannot fail.
        let _ = writeln!(
            text,
            "Lockstep recovery kit {}\nMade {}{}\n",
            self.number,
            date(self.made),
            self.for_whom()
        );
        let _ = writeln!(text, "{LEAD}\n\nRecovery identity\n");
        for line in lines(&self.identity.to_text()) {
            let _ = writeln!(text, "    {}", *line);
        }
        let _ = writeln!(text, "\nThe same as words\n");
        for (row, words) in (0..).zip(self.identity.to_words().chunks(4)) {
            let _ = write!(text, "   ");
            for (column, word) in (1..).zip(words) {
                let _ = write!(text, " {:>2} {word:<12}", row * 4 + column);
            }
            let length = text.trim_end().len();
            text.truncate(length);
            text.push('\n');
        }
        for (title, steps) in [("With Lockstep", WITH), ("Without Lockstep", WITHOUT)] {
            let _ = writeln!(text, "\n{title}\n");
            for (number, step) in (1..).zip(steps) {
                let _ = writeln!(text, "  {number}. {}", step.join(" "));
            }
        }
        let _ = writeln!(text, "\n{}\n{}", self.where_they_lie(), self.which_kit());
        text
    }

    fn to_svg(&self) -> Result<Zeroizing<String>, EncodeError> {
        Ok(svg::draw(&page::lay_out(self)?))
    }

    fn to_pdf(&self) -> Result<Zeroizing<Vec<u8>>, EncodeError> {
        Ok(pdf::draw(&page::lay_out(self)?))
    }

    fn for_whom(&self) -> String {
        if self.made_for.is_empty() {
            String::new()
        } else {
            format!(" for {}", self.made_for)
        }
    }

    fn where_they_lie(&self) -> String {
        format!("Backups lie in {} and wherever you copied them.", self.folder)
    }

    fn which_kit(&self) -> String {
        match self.previous {
            Some(previous) => format!(
                "This is kit {}. The one of {} opens the backups from its time, and no newer ones.",
                self.number,
                date(previous)
            ),
            None => format!("This is kit {}.", self.number),
        }
    }
}

/// `4 March 2026`.
pub(crate) fn date(time: UnixTime) -> String {
    let seconds = i64::try_from(time.seconds()).unwrap_or(i64::MAX);
    let moment = OffsetDateTime::from_unix_timestamp(seconds).ok();
    let written = moment.and_then(|moment| {
        moment
            .format(format_description!("[day padding:none] [month repr:long] [year]"))
            .ok()
    });
    written.unwrap_or_default()
}

const LEAD: &str = "This page opens every automatic backup of your accounts. Keep it on paper,\n\
                    where you keep your passport. Whoever holds it and a backup file holds your codes.";

/// Each step, in lines of the width of a column.
const WITH: [&[&str]; 3] = [
    &[
        "Install Lockstep and choose Restore,",
        "or run: lockstep backup restore FILE",
    ],
    &["Give it the newest file from the", "backup folder."],
    &["Type the identity or the words."],
];
const WITHOUT: [&[&str]; 3] = [
    &[
        "Type the identity into a file kit.txt,",
        "in one line and without spaces.",
    ],
    &["Run: age -d -i kit.txt newest.age"],
    &["The result lists each account as an", "otpauth:// link."],
];

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use super::*;

    fn kit() -> RecoveryKit {
        RecoveryKit {
            identity: RecoveryIdentity::generate(),
            number: 2,
            made: UnixTime::from_seconds(1_764_093_774),
            made_for: "maya <& co> on halden-lt-07".to_owned(),
            folder: "/home/maya/Sync/lockstep".to_owned(),
            previous: Some(UnixTime::from_seconds(1_736_640_000)),
        }
    }

    #[test]
    fn the_text_gives_the_identity_back_by_its_lines_and_by_its_words() {
        let kit = kit();
        let text = kit.to_text();
        assert!(text.contains("Made 25 November 2025 for maya"), "{}", *text);
        let key: String = text
            .lines()
            .skip_while(|line| !line.contains("AGE-SECRET"))
            .take(4)
            .collect();
        assert_eq!(
            RecoveryIdentity::from_text(&key).unwrap().recipient(),
            kit.identity.recipient()
        );
        let words = text
            .lines()
            .skip_while(|line| !line.contains("as words"))
            .skip(2)
            .take(6);
        let words: Vec<&str> = words
            .flat_map(str::split_whitespace)
            .filter(|word| word.parse::<u8>().is_err())
            .collect();
        assert_eq!(
            RecoveryIdentity::from_text(&words.join(" ")).unwrap().recipient(),
            kit.identity.recipient()
        );
        assert_eq!(
            RecoveryIdentity::from_text(&text).unwrap().recipient(),
            kit.identity.recipient(),
            "the whole page"
        );
        assert!(text.lines().all(|line| line.chars().count() <= 100));
    }

    #[test]
    fn the_svg_says_the_identity_and_escapes_what_others_chose() {
        let kit = kit();
        let svg = kit.to_svg().unwrap();
        for line in lines(&kit.identity.to_text()) {
            assert!(svg.contains(&*line), "a line is missing");
        }
        for word in kit.identity.to_words() {
            assert!(svg.contains(word), "a word is missing");
        }
        assert!(svg.contains("maya &lt;&amp; co&gt; on"));
    }

    #[test]
    fn the_pdf_is_one_page_with_the_identity_in_plain_operators() {
        let kit = kit();
        let pdf = kit.to_pdf().unwrap();
        assert!(pdf.starts_with(b"%PDF-"));
        let text = String::from_utf8_lossy(&pdf);
        for line in lines(&kit.identity.to_text()) {
            assert!(text.contains(&*line), "a line is missing");
        }
    }
}
