//! Document → the errors of its mentions.
//!
//! Invariant: a name of the right span and the wrong type is both missed and a false alarm, as it is counted.

use std::collections::{BTreeMap, BTreeSet};

use super::sentence::around;
use super::{Kind, Miss};
use crate::evaluate::document::Document;
use crate::evaluate::mentions::{Key, keys};
use crate::labels::EntityType;

/// The errors of a document's mentions, by position.
pub fn mentions(document: &Document, types: &BTreeSet<EntityType>) -> Vec<Miss> {
    let Some(gold) = &document.gold_mentions else {
        return Vec::new();
    };
    let (gold, found) = (keys(gold, types), keys(&document.found_mentions, types));
    let scores: BTreeMap<Key, f64> =
        document.found_mentions.iter().map(|n| ((n.part, n.span, n.kind), n.score)).collect();
    let mut misses = Vec::new();
    for &(part, span, kind) in gold.symmetric_difference(&found) {
        let missed = gold.contains(&(part, span, kind));
        let text = document.part(part);
        let (words, place) = (format!("{} ({kind})", text.slice(span)), span.to_string());
        let (gold, found) =
            if missed { ((words, place), Default::default()) } else { (Default::default(), (words, place)) };
        misses.push(Miss {
            kind: if missed { Kind::Missed } else { Kind::FalseAlarm },
            field: "mention",
            doc_id: document.id.clone(),
            part,
            gold_index: None,
            statement_id: None,
            gold: gold.0,
            gold_spans: gold.1,
            found: found.0,
            found_spans: found.1,
            score: scores.get(&(part, span, kind)).copied(),
            sentence: around(text, span),
        });
    }
    misses
}
