//! Sheets of documents → 95 % intervals of figures, by drawing documents with replacement.
//!
//! Invariant: the same sheets give the same intervals, on any machine: the generator is seeded and our own.

use super::figures::Asked;
use super::tally::{Sheet, Tally};

/// Draws of as many documents as there are.
const DRAWS: usize = 1_000;
const SEED: u64 = 0x5A45_0001;

/// The interval of each figure; `None` for fewer than two documents or where nothing was asked.
pub fn intervals(sheets: &[Sheet], figures: &[Asked]) -> Vec<Option<(f64, f64)>> {
    if sheets.len() < 2 {
        return vec![None; figures.len()];
    }
    let keys: Vec<&str> = {
        let mut keys: Vec<&str> = sheets.iter().flat_map(|sheet| sheet.0.keys().map(String::as_str)).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    };
    let dense: Vec<Vec<Tally>> = sheets.iter().map(|s| keys.iter().map(|key| s.get(key)).collect()).collect();
    let places: Vec<Vec<usize>> =
        figures.iter().map(|f| (0..keys.len()).filter(|&k| f.needs(keys[k])).collect()).collect();
    let mut values: Vec<Vec<f64>> = vec![Vec::with_capacity(DRAWS); figures.len()];
    let mut generator = SplitMix(SEED);
    for _ in 0..DRAWS {
        let mut sum = vec![Tally::default(); keys.len()];
        for _ in 0..dense.len() {
            let drawn = &dense[generator.below(dense.len())];
            sum.iter_mut().zip(drawn).for_each(|(total, &tally)| *total += tally);
        }
        for ((figure, places), values) in figures.iter().zip(&places).zip(&mut values) {
            values.extend(figure.value(places.iter().map(|&k| (keys[k], sum[k]))));
        }
    }
    values.into_iter().map(middle).collect()
}

/// The 2.5th and the 97.5th percentile, by nearest rank.
fn middle(mut values: Vec<f64>) -> Option<(f64, f64)> {
    values.sort_by(f64::total_cmp);
    let last = values.len().checked_sub(1)?;
    let at = |share: f64| values[(share * last as f64).round() as usize];
    Some((at(0.025), at(0.975)))
}

/// SplitMix64 (Steele, Lea and Flood 2014).
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::super::figures::Measure;
    use super::*;

    fn sheets(rights: &[usize]) -> Vec<Sheet> {
        let sheet = |&right: &usize| {
            let mut sheet = Sheet::default();
            sheet.add("x", Tally::pairs(10, 10, right));
            sheet
        };
        rights.iter().map(sheet).collect()
    }

    fn asked() -> [Asked; 1] {
        [Asked { key: "x".into(), title: String::new(), measure: Measure::F1 }]
    }

    #[test]
    fn documents_that_are_all_alike_leave_no_room() {
        assert_eq!(intervals(&sheets(&[7, 7, 7]), &asked()), [Some((0.7, 0.7))]);
        assert_eq!(intervals(&sheets(&[7]), &asked()), [None]);
    }

    /// Twenty documents half right, half wrong: a mean of 0.5 with standard error √(0.25/20) ≈ 0.112,
    /// so the interval is about 0.28 to 0.72.
    #[test]
    fn the_interval_is_about_two_standard_errors_wide() {
        let documents = [[0; 10], [10; 10]].concat();
        let (low, high) = intervals(&sheets(&documents), &asked())[0].unwrap();
        assert!((low - 0.28).abs() < 0.06 && (high - 0.72).abs() < 0.06, "{low} {high}");
        assert_eq!(intervals(&sheets(&documents), &asked())[0], Some((low, high)));
    }
}
