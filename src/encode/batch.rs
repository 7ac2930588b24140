//! Windows → batches, filled by pieces from windows sorted by length, so that little is padding.
//!
//! Invariant: a batch depends on the windows given and nothing else; each window is in exactly one batch.

use super::Window;

/// Windows that are read together, as indices into the list they came from; longest first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Indices into the windows.
    pub windows: Vec<usize>,
    /// Pieces of the longest, `CLS` and `SEP` counted.
    pub width: usize,
}

/// Groups windows so that no batch, padded, holds more than `budget` pieces (but at least one window).
pub fn batches(windows: &[Window], budget: usize) -> Vec<Batch> {
    let mut order: Vec<usize> = (0..windows.len()).collect();
    order.sort_by_key(|&i| (std::cmp::Reverse(windows[i].len()), i));
    let mut batches: Vec<Batch> = Vec::new();
    for index in order {
        match batches.last_mut() {
            Some(batch) if (batch.windows.len() + 1) * batch.width <= budget => batch.windows.push(index),
            _ => batches.push(Batch { windows: vec![index], width: windows[index].len() + 2 }),
        }
    }
    batches
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_window_is_in_one_batch_and_no_batch_is_over_budget(lengths in prop::collection::vec(1usize..190, 0..60)) {
            let windows: Vec<_> = lengths.iter().map(|&l| Window { region: 0, start: 0, end: l }).collect();
            let batches = batches(&windows, 1000);
            let mut seen: Vec<usize> = batches.iter().flat_map(|b| b.windows.clone()).collect();
            seen.sort_unstable();
            prop_assert_eq!(seen, (0..windows.len()).collect::<Vec<_>>());
            prop_assert!(batches.iter().all(|b| b.windows.len() * b.width <= 1000));
        }
    }
}
