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
    /// What would make the probabilities hold for these cases.
    pub correction: Correction,
}

/// A straight line in log-odds (Platt 1999): corrected = sigmoid(bias + slope · logit(probability)).
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Correction {
    /// Added to the log-odds.
    pub bias: f64,
    /// What the log-odds are multiplied by.
    pub slope: f64,
}

impl Default for Correction {
    fn default() -> Self {
        Correction { bias: 0.0, slope: 1.0 }
    }
}

impl Correction {
    /// The line that makes the cases likeliest, by Newton's method. Outcomes are smoothed towards the middle by
    /// one case each, so that few cases cannot make it sure of anything.
    pub fn fit(cases: &[(f64, bool)]) -> Correction {
        let right = cases.iter().filter(|(_, right)| *right).count() as f64;
        let wrong = cases.len() as f64 - right;
        let (yes, no) = ((right + 1.0) / (right + 2.0), 1.0 / (wrong + 2.0));
        let target = |right: bool| if right { yes } else { no };
        let loss = |line: Correction| -> f64 {
            let of = |&(probability, right): &(f64, bool)| {
                let p = line.apply(probability).clamp(1e-12, 1.0 - 1e-12);
                target(right) * p.ln() + (1.0 - target(right)) * (1.0 - p).ln()
            };
            -cases.iter().map(of).sum::<f64>()
        };
        let mut line = Correction::default();
        for _ in 0..50 {
            let (mut g0, mut g1, mut h00, mut h01, mut h11) = (0.0, 0.0, 1e-9, 0.0, 1e-9);
            for &(probability, right) in cases {
                let x = logit(probability);
                let p = line.apply(probability);
                let (error, weight) = (p - target(right), p * (1.0 - p));
                g0 += error;
                g1 += error * x;
                h00 += weight;
                h01 += weight * x;
                h11 += weight * x * x;
            }
            let determinant = h00 * h11 - h01 * h01;
            if determinant.abs() < 1e-12 {
                break;
            }
            let (d0, d1) = ((h11 * g0 - h01 * g1) / determinant, (h00 * g1 - h01 * g0) / determinant);
            // Newton's step may lead too far: it is halved until it is a step down.
            let step = |share: f64| Correction { bias: line.bias - share * d0, slope: line.slope - share * d1 };
            let before = loss(line);
            match (0..30).map(|halved| step(0.5f64.powi(halved))).find(|next| loss(*next) < before) {
                Some(next) => line = next,
                None => break,
            }
        }
        // A line that falls or runs away is no correction: too few cases, or a score that tells nothing.
        let sane = (0.05..=20.0).contains(&line.slope) && line.bias.abs() <= 20.0;
        if sane { line } else { Correction::default() }
    }

    /// The corrected probability.
    pub fn apply(self, probability: f64) -> f64 {
        1.0 / (1.0 + (-(self.bias + self.slope * logit(probability))).exp())
    }
}

fn logit(probability: f64) -> f64 {
    let p = probability.clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln()
}

impl Calibration {
    /// Of pairs of probability and whether it was right, in any order.
    pub fn of(cases: &[(f64, bool)]) -> Calibration {
        // Sums of floats depend on the order of what is added.
        let mut cases = cases.to_vec();
        cases.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
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
        Calibration { cases: cases.len(), error: bins.iter().map(gap).sum(), bins, correction: Correction::fit(&cases) }
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

    /// Of cases said to be 0.9 sure half are right, of those at 0.99 nine in ten: after the correction both hold.
    #[test]
    fn a_correction_makes_probabilities_hold() {
        let at = |p: f64, right: usize, of: usize| (0..of).map(move |i| (p, i < right));
        let cases: Vec<_> = at(0.9, 500, 1000).chain(at(0.99, 900, 1000)).collect();
        let line = Correction::fit(&cases);
        assert!((line.apply(0.9) - 0.5).abs() < 0.01 && (line.apply(0.99) - 0.9).abs() < 0.01, "{line:?}");
        let corrected: Vec<_> = cases.iter().map(|&(p, right)| (line.apply(p), right)).collect();
        assert!(Calibration::of(&cases).error > 0.2 && Calibration::of(&corrected).error < 0.01);
    }

    #[test]
    fn nothing_is_corrected_where_nothing_can_be_learned() {
        assert_eq!(Correction::fit(&[]), Correction::default());
        assert_eq!(Correction::fit(&[(0.9, false), (0.1, true)]), Correction::default());
    }
}
