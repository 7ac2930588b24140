//! Probabilities with their outcomes → reliability table and expected calibration error.
//!
//! Invariant: every case is in exactly one bin; the bins are as wide as each other.

use serde::Serialize;

/// Bins from 0 to 1.
const BINS: usize = 10;

/// A bin of the reliability table.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Bin {
    /// Lower edge, inclusive.
    pub from: f64,
    /// Upper edge, exclusive but for the last.
    pub to: f64,
    /// Cases.
    pub cases: usize,
    /// Mean probability.
    pub mean: f64,
    /// Share of cases that were right.
    pub right: f64,
}

/// How far probabilities can be believed.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
pub struct Calibration {
    /// All cases.
    pub cases: usize,
    /// Mean distance between probability and share right, weighted by the bins' cases.
    pub error: f64,
    /// Bins with cases, in order.
    pub bins: Vec<Bin>,
}

impl Calibration {
    /// Of pairs of probability and whether it was right.
    pub fn of(cases: &[(f64, bool)]) -> Calibration {
        let mut bins = Vec::new();
        for bin in 0..BINS {
            let inside: Vec<_> = cases.iter().filter(|(p, _)| place(*p) == bin).collect();
            if inside.is_empty() {
                continue;
            }
            let share = |sum: f64| sum / inside.len() as f64;
            bins.push(Bin {
                from: bin as f64 / BINS as f64,
                to: (bin + 1) as f64 / BINS as f64,
                cases: inside.len(),
                mean: share(inside.iter().map(|(p, _)| p).sum()),
                right: share(inside.iter().filter(|(_, right)| *right).count() as f64),
            });
        }
        let gap = |bin: &Bin| (bin.mean - bin.right).abs() * bin.cases as f64 / cases.len() as f64;
        Calibration { cases: cases.len(), error: bins.iter().map(gap).sum(), bins }
    }
}

fn place(probability: f64) -> usize {
    ((probability * BINS as f64) as usize).min(BINS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked out: two cases at 0.9, one right: gap 0.4, weight 2/4. Two at 0.2, none right: gap 0.2, weight 2/4.
    /// Error 0.4 · ½ + 0.2 · ½ = 0.3.
    #[test]
    fn the_error_is_the_weighted_gap() {
        let calibration = Calibration::of(&[(0.9, true), (0.9, false), (0.2, false), (0.2, false)]);
        assert!((calibration.error - 0.3).abs() < 1e-12);
        assert_eq!(calibration.bins.iter().map(|bin| bin.cases).collect::<Vec<_>>(), [2, 2]);
        assert_eq!(calibration.bins[1].right, 0.5);
    }

    #[test]
    fn certainty_has_a_bin_and_nothing_has_none() {
        assert_eq!(Calibration::of(&[(1.0, true)]).bins[0].to, 1.0);
        assert_eq!(Calibration::of(&[]), Calibration::default());
    }
}
