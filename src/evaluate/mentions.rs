//! Document → tallies of its mentions: exact span and type.
//!
//! Invariant: of one span and type there is one mention on either side, however often it is listed.

use std::collections::{BTreeMap, BTreeSet};

use super::clusters::b_cubed;
use super::document::{Document, Name};
use super::tally::{Sheet, Tally};
use crate::labels::{EntityType, Part};
use crate::text::Span;

/// What a mention is compared by.
pub type Key = (Part, Span, EntityType);

/// The distinct mentions of a side, in order, of the types that are asked for.
pub fn keys(names: &[Name], types: &BTreeSet<EntityType>) -> BTreeSet<Key> {
    names.iter().filter(|n| types.contains(&n.kind)).map(|n| (n.part, n.span, n.kind)).collect()
}

/// Adds the tallies; `types` are PER, ORG, LOC, and MISC if the gold corpus has any.
pub fn tally(document: &Document, types: &BTreeSet<EntityType>, sheet: &mut Sheet) {
    let Some(gold_names) = &document.gold_mentions else {
        return;
    };
    let (gold, found) = (keys(gold_names, types), keys(&document.found_mentions, types));
    let right = gold.intersection(&found).count();
    sheet.add("mention", Tally::pairs(gold.len(), found.len(), right));
    for &kind in types {
        let count = |keys: &BTreeSet<Key>| keys.iter().filter(|key| key.2 == kind).count();
        let right = gold.intersection(&found).filter(|key| key.2 == kind).count();
        sheet.add(format!("mention.{kind}"), Tally::pairs(count(&gold), count(&found), right));
    }
    let spans = |keys: &BTreeSet<Key>| keys.iter().map(|key| (key.0, key.1)).collect::<BTreeSet<_>>();
    let (gold_spans, found_spans) = (spans(&gold), spans(&found));
    let right = gold_spans.intersection(&found_spans).count();
    sheet.add("mention_span", Tally::pairs(gold_spans.len(), found_spans.len(), right));

    let ids: BTreeMap<Key, &Option<String>> =
        document.found_mentions.iter().map(|n| ((n.part, n.span, n.kind), &n.entity)).collect();
    let mut items = Vec::new();
    for name in gold_names {
        if let (Some(entity), Some(id)) = (&name.entity, ids.get(&(name.part, name.span, name.kind))) {
            items.push((entity.clone(), (*id).clone()));
        }
    }
    sheet.add("b3.mention", b_cubed(&items));
}
