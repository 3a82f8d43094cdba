//! A decoder that panics over somebody's picture has read nothing; it must not take the program, or its screen, with it.

use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};
use std::sync::Once;

thread_local! {
    static EXPECTED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a library's decoder; nothing if it panicked. Such a panic is not printed; all others are, as before.
pub(crate) fn quietly<T>(decode: impl FnOnce() -> T) -> Option<T> {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let print = take_hook();
        set_hook(Box::new(move |panic| {
            if !EXPECTED.get() {
                print(panic);
            }
        }));
    });
    let before = EXPECTED.replace(true);
    // The decoders are handed nothing that outlives them but the picture, which they only read.
    let outcome = catch_unwind(AssertUnwindSafe(decode));
    EXPECTED.set(before);
    outcome.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panicking_decoder_has_read_nothing_and_ends_nothing() {
        let outcome: Option<u8> = quietly(|| panic!("as a decoder may"));
        assert_eq!(outcome, None);
        assert!(!EXPECTED.get(), "later panics are printed again");
        assert_eq!(quietly(|| 7), Some(7));
    }
}
