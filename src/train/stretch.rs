//! Examples → windows → the groups that are read together.
//!
//! Invariant: every piece is in a window, every window in one group, and no window cuts a word.

use super::config::Schedule;
use super::example::Example;
use super::random::Random;

/// Batches that are sorted by length together.
const POOL: usize = 8;

/// A stretch of an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// Index of the example.
    pub example: usize,
    /// First piece.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// The windows of an example: the first as inference has it, the others from a random place on.
pub fn stretches(index: usize, example: &Example, size: usize, random: Option<&mut Random>) -> Vec<Stretch> {
    let total = example.pieces.len();
    let words = &example.pieces.words;
    let mut shift = random.map(|r| size / 2 + r.below(size / 2));
    let (mut all, mut start) = (Vec::new(), 0);
    while start < total {
        let mut end = (start + size).min(total);
        while end < total && end > start + 1 && words[end] == words[end - 1] {
            end -= 1;
        }
        all.push(Stretch { example: index, start, end });
        if end == total {
            break;
        }
        start = shift.take().map_or(end, |s| (start + s).min(end));
        while start > 1 && words[start] == words[start - 1] {
            start -= 1;
        }
    }
    all
}

/// Groups windows, in random order, into batches of windows of about the same length.
pub fn groups(mut windows: Vec<Stretch>, schedule: &Schedule, random: &mut Random) -> Vec<Vec<Stretch>> {
    random.shuffle(&mut windows);
    let mut groups: Vec<Vec<Stretch>> = Vec::new();
    let mut rest = &mut windows[..];
    while !rest.is_empty() {
        let mut pieces = 0;
        let fits = rest.iter().take_while(|w| {
            pieces += w.end - w.start + 2;
            pieces <= POOL * schedule.batch
        });
        let count = fits.count().max(1);
        let (pool, tail) = rest.split_at_mut(count);
        pool.sort_by_key(|w| std::cmp::Reverse(w.end - w.start));
        let mut width = 0;
        let mut fresh = true;
        for &window in pool.iter() {
            match groups.last_mut() {
                Some(group) if !fresh && (group.len() + 1) * width <= schedule.batch => group.push(window),
                _ => {
                    width = window.end - window.start + 2;
                    fresh = false;
                    groups.push(vec![window]);
                }
            }
        }
        rest = tail;
    }
    random.shuffle(&mut groups);
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Pieces;
    use proptest::prelude::*;

    fn example(words: &[usize]) -> Example {
        let numbers: Vec<u32> = words.iter().enumerate().flat_map(|(w, &n)| std::iter::repeat_n(w as u32, n)).collect();
        let pieces = Pieces { ids: vec![1; numbers.len()], words: numbers, ..Pieces::default() };
        Example { pieces, ..Example::default() }
    }

    proptest! {
        #[test]
        fn every_piece_is_read_and_no_window_cuts_a_word(words in prop::collection::vec(1usize..6, 1..300), seed in 0u64..50, random: bool) {
            let example = example(&words);
            let mut source = Random::new(seed, 0);
            let windows = stretches(0, &example, 62, random.then_some(&mut source));
            let mut next = 0;
            for window in &windows {
                prop_assert!(window.start <= next && window.end > next && window.end - window.start <= 62);
                for edge in [window.start, window.end] {
                    let numbers = &example.pieces.words;
                    prop_assert!(edge == 0 || edge == numbers.len() || numbers[edge] != numbers[edge - 1]);
                }
                next = window.end;
            }
            prop_assert_eq!(next, example.pieces.len());
        }

        #[test]
        fn every_window_is_in_one_batch(lengths in prop::collection::vec(1usize..190, 0..200), seed in 0u64..50) {
            let windows: Vec<Stretch> =
                lengths.iter().enumerate().map(|(example, &end)| Stretch { example, start: 0, end }).collect();
            let schedule = Schedule { batch: 1000, ..Schedule::default() };
            let groups = groups(windows, &schedule, &mut Random::new(seed, 0));
            for group in &groups {
                let width = group.iter().map(|w| w.end + 2).max().unwrap_or(0);
                prop_assert!(group.len() == 1 || group.len() * width <= 1000);
            }
            let mut seen: Vec<usize> = groups.iter().flatten().map(|w| w.example).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..lengths.len()).collect::<Vec<_>>());
        }
    }
}
