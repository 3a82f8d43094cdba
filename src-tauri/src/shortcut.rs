//! The keys that bring the window up from anywhere, as a person writes them.

use std::collections::BTreeSet;

/// Keys that are pressed together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shortcut {
    modifiers: BTreeSet<Modifier>,
    key: Key,
}

/// A key that is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Modifier {
    /// Control.
    Ctrl,
    /// Alt.
    Alt,
    /// Shift.
    Shift,
    /// The key with the system's sign.
    Super,
}

/// The key that is pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// A capital letter of the Latin alphabet, or a figure.
    Sign(char),
    /// F1 to F24.
    Function(u8),
    /// The space bar.
    Space,
}

/// Why keys are no shortcut.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ShortcutError {
    /// It is not written as one.
    #[error(
        "{0:?} is no shortcut; one is Ctrl, Alt, Shift or Super, and one of A to Z, 0 to 9, F1 to F24 or Space, with + between them"
    )]
    NotOne(String),
    /// The key alone is typed in texts.
    #[error("{0} would be taken from every program; a shortcut needs Ctrl, Alt or Super, or a key F1 to F24")]
    Bare(String),
}

impl Shortcut {
    /// Reads keys such as `Ctrl+Alt+L`.
    pub fn parse(text: &str) -> Result<Self, ShortcutError> {
        let not_one = || ShortcutError::NotOne(text.chars().take(LONGEST).collect());
        let (held, pressed) = match text.rsplit_once('+') {
            Some((held, pressed)) => (Some(held), pressed),
            None => (None, text),
        };
        let key = Key::parse(pressed).ok_or_else(not_one)?;
        let mut modifiers = BTreeSet::new();
        for name in held.into_iter().flat_map(|held| held.split('+')) {
            let modifier = Modifier::parse(name).ok_or_else(not_one)?;
            if !modifiers.insert(modifier) {
                return Err(not_one());
            }
        }
        let is_typed = modifiers.iter().all(|modifier| *modifier == Modifier::Shift);
        if is_typed && !matches!(key, Key::Function(_)) {
            return Err(ShortcutError::Bare(text.to_owned()));
        }
        Ok(Self { modifiers, key })
    }

    /// The keys that are held.
    pub fn modifiers(&self) -> impl Iterator<Item = Modifier> {
        self.modifiers.iter().copied()
    }

    /// The key that is pressed.
    pub fn key(&self) -> Key {
        self.key
    }
}

impl Modifier {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "Ctrl" => Some(Self::Ctrl),
            "Alt" => Some(Self::Alt),
            "Shift" => Some(Self::Shift),
            "Super" => Some(Self::Super),
            _ => None,
        }
    }
}

impl Key {
    fn parse(name: &str) -> Option<Self> {
        let mut signs = name.chars();
        match (signs.next()?, signs.as_str()) {
            (sign, "") if sign.is_ascii_uppercase() || sign.is_ascii_digit() => Some(Self::Sign(sign)),
            ('F', number) if !number.starts_with(['0', '+']) => {
                let number = number.parse().ok().filter(|number| *number <= FUNCTIONS)?;
                Some(Self::Function(number))
            }
            _ => (name == "Space").then_some(Self::Space),
        }
    }
}

/// How many function keys keyboards have at most.
const FUNCTIONS: u8 = 24;

/// No more of a text that is no shortcut is repeated.
const LONGEST: usize = 40;

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_read_as_they_are_written() {
        let shortcut = Shortcut::parse("Ctrl+Alt+L").unwrap();
        assert_eq!(
            shortcut.modifiers().collect::<Vec<_>>(),
            [Modifier::Ctrl, Modifier::Alt]
        );
        assert_eq!(shortcut.key(), Key::Sign('L'));
        assert_eq!(Shortcut::parse("F12").unwrap().key(), Key::Function(12));
        assert_eq!(Shortcut::parse("Super+Space").unwrap().key(), Key::Space);
    }

    #[test]
    fn what_is_typed_in_texts_is_no_shortcut() {
        for typed in ["L", "7", "Space", "Shift+L"] {
            assert_eq!(
                Shortcut::parse(typed),
                Err(ShortcutError::Bare(typed.to_owned())),
                "{typed}"
            );
        }
    }

    #[test]
    fn anything_else_is_refused_with_how_one_is_written() {
        for wrong in [
            "",
            "+",
            "Ctrl",
            "Ctrl+",
            "Ctrl+l",
            "Ctrl+Ctrl+L",
            "Hyper+L",
            "+L",
            "Ctrl+F0",
            "Ctrl+F25",
            "Ctrl+F+1",
            "Ctrl+F01",
            "Ctrl+Ä",
            "ctrl+L",
        ] {
            assert!(
                matches!(Shortcut::parse(wrong), Err(ShortcutError::NotOne(_))),
                "{wrong:?}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_text_panics(text in ".{0,60}") {
            let _ = Shortcut::parse(&text);
        }
    }
}
