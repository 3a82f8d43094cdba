//! Which automatic backups there are in a folder, and which of them are kept.

use std::collections::HashSet;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, OffsetDateTime, PrimitiveDateTime};

use crate::store::file::FileError;
use crate::time::UnixTime;

/// How many automatic backups are kept unless a person says otherwise.
pub const DEFAULT_KEEP: u32 = 60;

/// Automatic backups are kept for each of so many days, and for each of so many weeks; beyond, for each month.
const DAYS: usize = 14;
const WEEKS: usize = 8;

/// One automatic backup: `lockstep-2026-11-25T18-02-54Z-9F3A1C07.age`, and `…-incomplete.age` for one that lacks
/// accounts whose seed could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Generation {
    /// When it was made.
    pub made: UnixTime,
    /// Which machine made it: the first eight hexadecimal digits of a digest of its recipient.
    pub machine: MachineTag,
    /// Whether it holds every account there was.
    pub complete: bool,
    /// Tells apart what was made in the same second, counted from 0.
    pub number: u32,
}

/// Eight upper-case hexadecimal digits that tell one machine's backups from another's in the same folder.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct MachineTag(String);

impl MachineTag {
    /// The tag of the machine that has this recipient.
    pub fn of(recipient: &str) -> Self {
        let digest = ring::digest::digest(&ring::digest::SHA256, recipient.as_bytes());
        let hex = data_encoding::HEXUPPER.encode(digest.as_ref());
        Self(hex.get(..TAG_LENGTH).unwrap_or_default().to_owned())
    }
}

impl Generation {
    /// The file's name.
    pub fn file_name(&self) -> String {
        let made = moment(self.made).format(STAMP).unwrap_or_default();
        let number = if self.number == 0 {
            String::new()
        } else {
            format!("-{}", self.number)
        };
        let mark = if self.complete { "" } else { INCOMPLETE };
        format!("{PREFIX}{made}-{}{number}{mark}{EXTENSION}", self.machine.0)
    }

    /// The backup that a file of this name is; nothing for other files.
    pub fn of_file_name(name: &str) -> Option<Self> {
        let rest = name.strip_prefix(PREFIX)?.strip_suffix(EXTENSION)?;
        let (rest, complete) = match rest.strip_suffix(INCOMPLETE) {
            Some(rest) => (rest, false),
            None => (rest, true),
        };
        let (stamp, rest) = rest.split_at_checked(STAMP_LENGTH)?;
        let mut parts = rest.strip_prefix('-')?.split('-');
        let tag = parts.next()?;
        let number = parts.next().map_or(Some(0), |number| number.parse().ok())?;
        let is_tag = tag.len() == TAG_LENGTH
            && tag
                .bytes()
                .all(|byte| byte.is_ascii_digit() || (b'A'..=b'F').contains(&byte));
        let made = PrimitiveDateTime::parse(stamp, STAMP)
            .ok()?
            .assume_utc()
            .unix_timestamp();
        let generation = Self {
            made: UnixTime::from_seconds(u64::try_from(made).ok()?),
            machine: MachineTag(tag.to_owned()),
            complete,
            number,
        };
        (is_tag && parts.next().is_none()).then_some(generation)
    }
}

/// The automatic backups in a folder, the newest first; nothing when there is no such folder.
pub fn list(folder: &Path) -> Result<Vec<(Generation, PathBuf)>, FileError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(vec![]),
        Err(error) => return Err(FileError::at("list", folder)(error)),
    };
    let mut found = vec![];
    for entry in entries {
        let entry = entry.map_err(FileError::at("list", folder))?;
        if let Some(generation) = entry.file_name().to_str().and_then(Generation::of_file_name) {
            found.push((generation, entry.path()));
        }
    }
    found.sort_by(|(one, _), (other, _)| other.cmp(one));
    Ok(found)
}

/// Which of one machine's backups may go, so that `keep` are left: the one just written, whatever the clock said before, and
/// the newest complete one always stay, then the newest, then the newest of each of the last days, weeks and of every
/// month, then the newest of the rest. All of the last day stay as long as `keep` allows.
pub fn superfluous(generations: &[Generation], written: &Generation, keep: u32) -> Vec<Generation> {
    let mut newest_first: Vec<&Generation> = generations.iter().collect();
    newest_first.sort_by(|one, other| other.cmp(one));
    let mut kept: Vec<&Generation> = vec![];
    let mut seen: HashSet<&Generation> = HashSet::new();
    let complete = newest_first.iter().find(|generation| generation.complete);
    let written = newest_first.iter().find(|generation| **generation == written);
    let firsts = written.into_iter().chain(complete).chain(newest_first.first());
    let days = first_of_each(&newest_first, Date::to_julian_day);
    let weeks = first_of_each(&newest_first, |date| date.to_julian_day().div_euclid(7));
    let months = first_of_each(&newest_first, |date| {
        date.year() * 12 + i32::from(u8::from(date.month()))
    });
    let by_age = days
        .iter()
        .take(DAYS)
        .chain(weeks.iter().take(WEEKS))
        .chain(&months);
    for generation in firsts.chain(by_age).chain(&newest_first) {
        if seen.insert(generation) {
            kept.push(generation);
        }
    }
    let keep = usize::try_from(keep).unwrap_or(usize::MAX).max(LEAST);
    kept.into_iter().skip(keep).cloned().collect()
}

/// The newest of each stretch of time, the latest stretch first. Complete ones go before those that are not.
fn first_of_each<'a>(newest_first: &[&'a Generation], stretch: impl Fn(Date) -> i32) -> Vec<&'a Generation> {
    let mut firsts: Vec<(i32, &Generation)> = vec![];
    for generation in newest_first {
        let number = stretch(moment(generation.made).date());
        match firsts.last_mut() {
            Some((last, first)) if *last == number => {
                if generation.complete && !first.complete {
                    *first = generation;
                }
            }
            _ => firsts.push((number, generation)),
        }
    }
    firsts.into_iter().map(|(_, first)| first).collect()
}

/// The moment as a calendar has it; the last one there is for a clock beyond the year 9999.
fn moment(time: UnixTime) -> OffsetDateTime {
    let seconds = i64::try_from(time.seconds()).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(PrimitiveDateTime::MAX.assume_utc())
}

const PREFIX: &str = "lockstep-";
const INCOMPLETE: &str = "-incomplete";
const EXTENSION: &str = ".age";
const TAG_LENGTH: usize = 8;
const STAMP: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]-[minute]-[second]Z");
const STAMP_LENGTH: usize = "2026-11-25T18-02-54Z".len();

/// The newest and the newest complete one are never let go.
const LEAST: usize = 2;

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test may fail loudly")]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn made(seconds: u64) -> Generation {
        Generation {
            made: UnixTime::from_seconds(seconds),
            machine: MachineTag::of("age1test"),
            complete: true,
            number: 0,
        }
    }

    fn left(generations: &[Generation], keep: u32) -> Vec<Generation> {
        let written = generations.iter().max().unwrap();
        left_of(generations, written, keep)
    }

    fn left_of(generations: &[Generation], written: &Generation, keep: u32) -> Vec<Generation> {
        let gone = superfluous(generations, written, keep);
        let mut left: Vec<Generation> = generations
            .iter()
            .filter(|generation| !gone.contains(generation))
            .cloned()
            .collect();
        left.sort();
        left
    }

    const DAY: u64 = 86_400;
    const NOW: u64 = 1_764_093_774;

    #[test]
    fn a_name_says_when_and_where_it_was_made() {
        let one = made(NOW);
        assert!(
            one.file_name().starts_with("lockstep-2025-11-25T18-02-54Z-"),
            "{}",
            one.file_name()
        );
        let other = Generation {
            complete: false,
            number: 2,
            ..one.clone()
        };
        for generation in [one, other] {
            assert_eq!(
                Generation::of_file_name(&generation.file_name()),
                Some(generation)
            );
        }
        for foreign in [
            "",
            "lockstep-.age",
            "lockstep-2025-11-25T18-02-54Z-XYZ.age",
            "notes.age",
            "lockstep-é-2025.age",
        ] {
            assert_eq!(Generation::of_file_name(foreign), None, "{foreign}");
        }
    }

    #[test]
    fn all_of_today_then_each_day_week_and_month_are_kept() {
        let today = (0..20).map(|minute| made(NOW - minute * 60));
        let before = (1..400).map(|day| made(NOW - day * DAY));
        let all: Vec<Generation> = today.chain(before).collect();
        let left = left(&all, DEFAULT_KEEP);
        assert_eq!(left.len(), 60);
        for minute in 0..20 {
            assert!(left.contains(&made(NOW - minute * 60)), "{minute}");
        }
        for day in 1..14 {
            assert!(left.contains(&made(NOW - day * DAY)), "{day}");
        }
        let oldest = left.first().unwrap().made.seconds();
        assert!(
            oldest < NOW - 365 * DAY,
            "a year back there is one for each month"
        );
    }

    #[test]
    fn incomplete_ones_never_push_out_the_last_complete_one() {
        let mut all = vec![made(NOW - 90 * DAY)];
        all.extend((0..50).map(|minute| Generation {
            complete: false,
            ..made(NOW - minute * 60)
        }));
        assert!(left(&all, 5).contains(&made(NOW - 90 * DAY)));
    }

    #[test]
    fn the_one_just_written_stays_where_a_clock_that_ran_ahead_made_others_look_newer() {
        let mut all: Vec<Generation> = (1..4).map(|day| made(NOW + day * DAY)).collect();
        for complete in [true, false] {
            let written = Generation {
                complete,
                ..made(NOW)
            };
            all.push(written.clone());
            let left = left_of(&all, &written, 2);
            assert!(left.contains(&written), "{left:?}");
            assert!(left.iter().any(|one| one.complete), "{left:?}");
            assert_eq!(left.len(), 2);
        }
    }

    proptest! {
        #[test]
        fn the_newest_stays_and_no_more_than_asked_are_left(
            times in prop::collection::vec((0..3 * 365 * DAY, any::<bool>()), 1..80),
            keep in 0_u32..40,
        ) {
            let all: Vec<Generation> = times
                .iter()
                .map(|(back, complete)| Generation { complete: *complete, ..made(NOW - back) })
                .collect();
            let left = left(&all, keep);
            let newest = all.iter().max().unwrap();
            prop_assert!(left.contains(newest));
            if let Some(complete) = all.iter().filter(|generation| generation.complete).max() {
                prop_assert!(left.contains(complete));
            }
            let distinct: HashSet<&Generation> = left.iter().collect();
            prop_assert!(distinct.len() <= usize::try_from(keep).unwrap().max(LEAST));
            if all.len() <= usize::try_from(keep).unwrap() {
                prop_assert_eq!(left.len(), all.len());
            }
        }
    }
}
