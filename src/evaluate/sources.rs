//! Matched statements → tallies of who their sources are.
//!
//! Invariant: only statements that are matched and whose source entities gold labels are asked,
//! so these figures are the resolution's alone.

use std::collections::BTreeSet;

use super::Labelled;
use super::agree::{lists_agree, names_agree};
use super::clusters::b_cubed;
use super::document::Side;
use super::statements::Compared;
use super::tally::{Sheet, Tally};

/// Whether the source entities are right; `None` where gold does not label them.
pub fn source_is_right(gold: &Side, found: &Side) -> Option<bool> {
    Some(lists_agree(gold.entities.as_ref()?, found.entities.as_ref()?))
}

/// Adds the tallies of entities: rows with the right one, accuracy, how, clusters.
pub fn tally(compared: &Compared, corpus: Labelled, sheet: &mut Sheet) {
    let labelled = |side: &Side| side.entities.is_some();
    let whole = |side: &Side| side.entities.is_some() && side.stance.is_some();
    let right = |(g, f): &(&Side, &Side)| source_is_right(g, f) == Some(true);
    let rows = compared.asked(labelled, corpus.entities).len();
    let gold = compared.gold.iter().filter(|side| labelled(side)).count();
    sheet.add("with_source", Tally::pairs(gold, rows, compared.pairs().filter(right).count()));
    let rows = compared.asked(whole, corpus.entities && corpus.stance).len();
    let gold = compared.gold.iter().filter(|side| whole(side)).count();
    let same = compared.pairs().filter(|p| p.0.stance.is_some() && p.0.stance == p.1.stance && right(p));
    sheet.add("whole", Tally::pairs(gold, rows, same.count()));

    let mut items = Vec::new();
    for (gold, found) in compared.pairs() {
        let (Some(names), Some(given)) = (&gold.entities, &found.entities) else {
            continue;
        };
        if names.is_empty() {
            sheet.add("source.invented", Tally::case(!given.is_empty()));
            continue;
        }
        let right = lists_agree(names, given);
        sheet.add("source.right", Tally::case(right));
        sheet.add("source.wrong", Tally::case(!right && !given.is_empty()));
        sheet.add("source.empty", Tally::case(given.is_empty()));
        for (_, name, how) in &found.sources {
            sheet.add(format!("how.{how}"), Tally::case(names.iter().any(|gold| names_agree(gold, name))));
        }
        items.push((joined(names.iter().map(|name| name.to_lowercase())), found_cluster(found)));
    }
    sheet.add("b3.source", b_cubed(&items));
}

/// The found entities as one word: their ids, or their names where there are no participants.
fn found_cluster(found: &Side) -> Option<String> {
    if found.sources.is_empty() {
        let names = found.entities.as_ref().filter(|names| !names.is_empty())?;
        return Some(joined(names.iter().map(|name| name.to_lowercase())));
    }
    Some(joined(found.sources.iter().map(|(id, ..)| id.clone())))
}

fn joined(names: impl Iterator<Item = String>) -> String {
    let distinct: BTreeSet<String> = names.collect();
    distinct.into_iter().collect::<Vec<_>>().join("\n")
}
