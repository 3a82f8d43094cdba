//! Many questions at once, and never more than so many.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// What `run` makes of each item, in the order of the items. No more than `in_flight` are under way at once.
pub fn each<I: Sync, T: Send>(items: &[I], in_flight: usize, run: impl Fn(&I) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let answers = Mutex::new(Vec::with_capacity(items.len()));
    let threads = in_flight.clamp(1, items.len().max(1));
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let place = next.fetch_add(1, Ordering::SeqCst);
                    let Some(item) = items.get(place) else {
                        return;
                    };
                    let answer = run(item);
                    answers
                        .lock()
                        .unwrap_or_else(PoisonError::into_inner)
                        .push((place, answer));
                }
            });
        }
    });
    let mut answers = answers.into_inner().unwrap_or_else(PoisonError::into_inner);
    answers.sort_by_key(|(place, _)| *place);
    answers.into_iter().map(|(_, answer)| answer).collect()
}

/// What both give, each on a thread of its own.
pub fn side_by_side<A: Send, B>(one: impl FnOnce() -> A + Send, other: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let one = scope.spawn(one);
        let other = other();
        let one = one
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        (one, other)
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;

    use super::*;

    #[test]
    fn answers_come_in_the_order_of_the_questions_and_several_are_under_way_at_once() {
        // Three that wait for each other end only if all of them are under way.
        let together = Barrier::new(3);
        let answers = each(&[1, 2, 3, 4, 5, 6], 3, |item| {
            together.wait();
            item * 10
        });
        assert_eq!(answers, [10, 20, 30, 40, 50, 60]);
    }

    #[test]
    fn never_more_are_under_way_than_were_allowed() {
        let (running, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        each(&[(); 50], 4, |()| {
            most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
            std::thread::yield_now();
            running.fetch_sub(1, Ordering::SeqCst);
        });
        assert!(most.into_inner() <= 4);
    }

    #[test]
    fn two_that_wait_for_each_other_end() {
        let together = Barrier::new(2);
        let both = side_by_side(
            || {
                together.wait();
                1
            },
            || {
                together.wait();
                2
            },
        );
        assert_eq!(both, (1, 2));
    }

    #[test]
    fn nothing_to_ask_gives_no_answers() {
        assert!(each(&[] as &[u8], 0, |item| *item).is_empty());
    }
}
