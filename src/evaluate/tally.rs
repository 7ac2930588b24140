//! Counts of one figure, and what is made of them.
//!
//! Invariant: tallies add up, so a figure over many documents is the figure of the sum of theirs.

use std::collections::BTreeMap;
use std::ops::AddAssign;

/// How many there were in gold, how many were found, and how many of either were right.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Tally {
    /// In gold.
    pub gold: f64,
    /// In the tables.
    pub found: f64,
    /// Of gold, those found.
    pub gold_right: f64,
    /// Of the found, those in gold.
    pub found_right: f64,
}

impl Tally {
    /// One to one: `right` of both sides.
    pub fn pairs(gold: usize, found: usize, right: usize) -> Tally {
        let right = right as f64;
        Tally { gold: gold as f64, found: found as f64, gold_right: right, found_right: right }
    }

    /// One case that is right or not.
    pub fn case(right: bool) -> Tally {
        Tally::pairs(1, 1, usize::from(right))
    }

    /// Right ÷ found.
    pub fn precision(self) -> Option<f64> {
        (self.found > 0.0).then(|| self.found_right / self.found)
    }

    /// Right ÷ gold.
    pub fn recall(self) -> Option<f64> {
        (self.gold > 0.0).then(|| self.gold_right / self.gold)
    }

    /// Harmonic mean of precision and recall; 0 where one side is empty, `None` where both are.
    pub fn f1(self) -> Option<f64> {
        match (self.precision(), self.recall()) {
            (None, None) => None,
            (Some(p), Some(r)) if p + r > 0.0 => Some(2.0 * p * r / (p + r)),
            _ => Some(0.0),
        }
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Tally) {
        self.gold += other.gold;
        self.found += other.found;
        self.gold_right += other.gold_right;
        self.found_right += other.found_right;
    }
}

/// The tallies of a document, by key. The keys are listed in [`super::figures`].
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sheet(pub BTreeMap<String, Tally>);

impl Sheet {
    /// Adds to the tally of a key.
    pub fn add(&mut self, key: impl Into<String>, tally: Tally) {
        *self.0.entry(key.into()).or_default() += tally;
    }

    /// Adds all of another's.
    pub fn add_all(&mut self, other: &Sheet) {
        for (key, &tally) in &other.0 {
            self.add(key.clone(), tally);
        }
    }

    /// The tally of a key; zeroes if there is none.
    pub fn get(&self, key: &str) -> Tally {
        self.0.get(key).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked out: 4 gold, 5 found, 3 right: P 3/5, R 3/4, F1 = 2·3 / (4 + 5).
    #[test]
    fn f1_is_twice_right_over_both_sides() {
        let tally = Tally::pairs(4, 5, 3);
        assert_eq!((tally.precision(), tally.recall()), (Some(0.6), Some(0.75)));
        assert!((tally.f1().unwrap() - 6.0 / 9.0).abs() < 1e-12);
    }

    /// A figure that nothing was asked of is not 0 and not 1.
    #[test]
    fn nothing_on_either_side_gives_no_figure() {
        assert_eq!(Tally::default().f1(), None);
        assert_eq!(Tally::pairs(2, 0, 0).f1(), Some(0.0));
        assert_eq!(Tally::pairs(0, 2, 0).f1(), Some(0.0));
    }
}
