//! What is said of how strong a passphrase is, as kinds and numbers. Their `Display` is English; a window has words of its own
//! for them.

use std::fmt;
use std::time::Duration;

use serde::Serialize;
use zxcvbn::feedback::Suggestion;

/// How long guessing takes, in the unit that people would say it in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum GuessTime {
    /// Less than a second.
    Instant,
    /// So many of these.
    Units {
        /// How many.
        count: u32,
        /// Of what.
        unit: GuessUnit,
    },
    /// A hundred years or more.
    Centuries,
}

/// See [`GuessTime`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum GuessUnit {
    /// One second.
    Second,
    /// 60 seconds.
    Minute,
    /// 60 minutes.
    Hour,
    /// 24 hours.
    Day,
    /// 31 days.
    Month,
    /// Twelve months.
    Year,
}

/// What would make a passphrase stronger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, specta::Type)]
#[serde(rename_all = "kebab-case")]
pub enum PassphraseAdvice {
    /// To use a few words, and no common phrase.
    FewWords,
    /// That it may do without symbols.
    NoSymbolsNeeded,
    /// To add uncommon words.
    AnotherWord,
    /// That a capital letter is no help.
    Capitals,
    /// That capitals throughout are no help.
    AllCapitals,
    /// That words backwards are no help.
    Reversed,
    /// That signs in place of letters are no help.
    Substitutions,
    /// To turn more often on the keyboard.
    LongerPattern,
    /// To repeat nothing.
    NoRepeats,
    /// To take no sequences.
    NoSequences,
    /// To take no year of late.
    NoRecentYears,
    /// To take no year of one's own.
    NoOwnYears,
    /// To take no date of one's own.
    NoOwnDates,
}

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;
const DAY: u64 = 24 * HOUR;
const MONTH: u64 = 31 * DAY;
const YEAR: u64 = 12 * MONTH;
const CENTURY: u64 = 100 * YEAR;

impl GuessTime {
    pub(crate) fn of(time: Duration) -> Self {
        let seconds = time.as_secs();
        let (length, unit) = match seconds {
            0 => return Self::Instant,
            1..MINUTE => (1, GuessUnit::Second),
            MINUTE..HOUR => (MINUTE, GuessUnit::Minute),
            HOUR..DAY => (HOUR, GuessUnit::Hour),
            DAY..MONTH => (DAY, GuessUnit::Day),
            MONTH..YEAR => (MONTH, GuessUnit::Month),
            YEAR..CENTURY => (YEAR, GuessUnit::Year),
            _ => return Self::Centuries,
        };
        let count = u32::try_from(seconds / length).unwrap_or(u32::MAX);
        Self::Units { count, unit }
    }
}

impl fmt::Display for GuessTime {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self {
            Self::Instant => return formatter.write_str("less than a second"),
            Self::Centuries => return formatter.write_str("centuries"),
            Self::Units { count, unit } => (count, unit),
        };
        let unit = match unit {
            GuessUnit::Second => "second",
            GuessUnit::Minute => "minute",
            GuessUnit::Hour => "hour",
            GuessUnit::Day => "day",
            GuessUnit::Month => "month",
            GuessUnit::Year => "year",
        };
        write!(formatter, "{count} {unit}{}", if *count == 1 { "" } else { "s" })
    }
}

impl From<Suggestion> for PassphraseAdvice {
    fn from(suggestion: Suggestion) -> Self {
        match suggestion {
            Suggestion::UseAFewWordsAvoidCommonPhrases => Self::FewWords,
            Suggestion::NoNeedForSymbolsDigitsOrUppercaseLetters => Self::NoSymbolsNeeded,
            Suggestion::AddAnotherWordOrTwo => Self::AnotherWord,
            Suggestion::CapitalizationDoesntHelpVeryMuch => Self::Capitals,
            Suggestion::AllUppercaseIsAlmostAsEasyToGuessAsAllLowercase => Self::AllCapitals,
            Suggestion::ReversedWordsArentMuchHarderToGuess => Self::Reversed,
            Suggestion::PredictableSubstitutionsDontHelpVeryMuch => Self::Substitutions,
            Suggestion::UseALongerKeyboardPatternWithMoreTurns => Self::LongerPattern,
            Suggestion::AvoidRepeatedWordsAndCharacters => Self::NoRepeats,
            Suggestion::AvoidSequences => Self::NoSequences,
            Suggestion::AvoidRecentYears => Self::NoRecentYears,
            Suggestion::AvoidYearsThatAreAssociatedWithYou => Self::NoOwnYears,
            Suggestion::AvoidDatesAndYearsThatAreAssociatedWithYou => Self::NoOwnDates,
        }
    }
}

impl fmt::Display for PassphraseAdvice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::FewWords => "Use a few words, avoid common phrases.",
            Self::NoSymbolsNeeded => "Symbols, digits and capitals are not needed.",
            Self::AnotherWord => "Add another word or two. Uncommon words are better.",
            Self::Capitals => "Capital letters do not help much.",
            Self::AllCapitals => "All capitals are guessed almost as easily as none.",
            Self::Reversed => "Words backwards are not much harder to guess.",
            Self::Substitutions => "Predictable substitutions such as @ for a do not help much.",
            Self::LongerPattern => "Use a longer pattern of keys with more turns.",
            Self::NoRepeats => "Avoid repeated words and characters.",
            Self::NoSequences => "Avoid sequences.",
            Self::NoRecentYears => "Avoid recent years.",
            Self::NoOwnYears => "Avoid years that have to do with you.",
            Self::NoOwnDates => "Avoid dates and years that have to do with you.",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(seconds: u64) -> String {
        GuessTime::of(Duration::from_secs(seconds)).to_string()
    }

    #[test]
    fn a_time_is_said_in_the_largest_unit_that_it_fills() {
        assert_eq!(said(0), "less than a second");
        assert_eq!(
            [said(1), said(59), said(60)],
            ["1 second", "59 seconds", "1 minute"]
        );
        assert_eq!(
            [said(2 * HOUR), said(DAY), said(MONTH)],
            ["2 hours", "1 day", "1 month"]
        );
        assert_eq!([said(YEAR), said(CENTURY - 1)], ["1 year", "99 years"]);
        assert_eq!([said(CENTURY), said(u64::MAX)], ["centuries", "centuries"]);
    }
}
