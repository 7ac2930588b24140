//! Items with a gold cluster and a found one → B³ (Bagga and Baldwin 1998).
//!
//! Invariant: an item that was put in no cluster is alone, which costs recall and never precision.

use std::collections::BTreeMap;

use super::tally::Tally;

/// Precision (over the found clusters) and recall (over gold's), summed over the items of one document.
pub fn b_cubed(items: &[(String, Option<String>)]) -> Tally {
    let mut gold: BTreeMap<&str, f64> = BTreeMap::new();
    let mut found: BTreeMap<&str, f64> = BTreeMap::new();
    let mut both: BTreeMap<(&str, &str), f64> = BTreeMap::new();
    for (name, id) in items {
        *gold.entry(name).or_default() += 1.0;
        if let Some(id) = id {
            *found.entry(id).or_default() += 1.0;
            *both.entry((name, id)).or_default() += 1.0;
        }
    }
    let mut tally = Tally { gold: items.len() as f64, found: items.len() as f64, ..Tally::default() };
    for (name, id) in items {
        let (shared, mine) = match id {
            Some(id) => (both[&(name.as_str(), id.as_str())], found[id.as_str()]),
            None => (1.0, 1.0),
        };
        tally.found_right += shared / mine;
        tally.gold_right += shared / gold[name.as_str()];
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Worked out: gold {1 2 3} {4}, found {1 2} {3 4}.
    /// Precision: 1 and 2 have 2 of 2, 3 and 4 have 1 of 2: (1 + 1 + ½ + ½) / 4 = 0.75.
    /// Recall: 1 and 2 have 2 of 3, 3 has 1 of 3, 4 has 1 of 1: (⅔ + ⅔ + ⅓ + 1) / 4 = ⅔.
    #[test]
    fn b_cubed_by_hand() {
        let items: Vec<_> = [("a", "x"), ("a", "x"), ("a", "y"), ("b", "y")]
            .map(|(gold, found)| (gold.to_owned(), Some(found.to_owned())))
            .to_vec();
        let tally = b_cubed(&items);
        assert!((tally.precision().unwrap() - 0.75).abs() < 1e-12);
        assert!((tally.recall().unwrap() - 2.0 / 3.0).abs() < 1e-12);
    }

    #[test]
    fn an_item_without_cluster_is_alone() {
        let items = [("a".to_owned(), Some("x".to_owned())), ("a".to_owned(), None)];
        let tally = b_cubed(&items);
        assert_eq!((tally.precision(), tally.recall()), (Some(1.0), Some(0.5)));
    }
}
