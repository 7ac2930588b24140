//! Compared statements → their errors.
//!
//! Invariant: a matched pair has one row for every column in which its sides differ, as far as gold labels it.

use std::collections::BTreeSet;

use super::sentence::around;
use super::{Kind, Miss};
use crate::evaluate::Labelled;
use crate::evaluate::document::{Document, Side};
use crate::evaluate::sources::source_is_right;
use crate::evaluate::statements::Compared;
use crate::labels::Part;
use crate::text::{Span, Text};

/// The errors of a document's statements, gold's first.
pub fn statements(compared: &Compared, corpus: Labelled) -> Vec<Miss> {
    let document = compared.document;
    let mut misses = Vec::new();
    for (at, gold) in compared.gold.iter().enumerate() {
        match compared.matched.iter().find(|&&(g, _)| g == at) {
            None => misses.push(statement(document, Some(gold), None)),
            Some(&(_, f)) => differences(document, gold, &compared.found[f], corpus, &mut misses),
        }
    }
    let matched: BTreeSet<&str> = compared.pairs().map(|(_, found)| found.id.as_str()).collect();
    let alone = compared.all_asked().into_iter().filter(|found| !matched.contains(found.id.as_str()));
    misses.extend(alone.map(|found| statement(document, None, Some(found))));
    misses
}

/// A whole statement that only one side has.
fn statement(document: &Document, gold: Option<&Side>, found: Option<&Side>) -> Miss {
    let describe = |side: Option<&Side>| side.map(|side| describe(document, side)).unwrap_or_default();
    let kind = if gold.is_some() { Kind::Missed } else { Kind::FalseAlarm };
    miss(document, gold, found, kind, "statement", [describe(gold), describe(found)], found.map(|side| side.score))
}

fn differences(document: &Document, gold: &Side, found: &Side, corpus: Labelled, misses: &mut Vec<Miss>) {
    let text = document.part(gold.part);
    let mut differs = |field, values: [(String, String); 2], score| {
        misses.push(miss(document, Some(gold), Some(found), Kind::Differs, field, values, Some(score)));
    };
    let spans = |spans: &[Span]| (slices(text, spans), places(spans));
    let roles = [
        ("source", gold.source.as_slice(), found.source.as_slice(), true),
        ("cue", gold.cue.as_slice(), found.cue.as_slice(), true),
        ("content", gold.content.as_slice(), found.content.as_slice(), true),
        ("addressee", gold.addressee.as_slice(), found.addressee.as_slice(), gold.addressee_labelled),
    ];
    for (field, g, f, labelled) in roles {
        if labelled && g != f {
            differs(field, [spans(g), spans(f)], found.score);
        }
    }
    let plain = |word: String| (word, String::new());
    let word = |word: Option<&str>| plain(word.unwrap_or_default().to_owned());
    if gold.stance.is_some() && gold.stance != found.stance {
        let stance = |side: &Side| word(side.stance.map(|s| s.as_str()));
        differs("stance", [stance(gold), stance(found)], found.stance_score);
    }
    let flags = [
        ("negated", gold.flags.negated, found.flags.negated),
        ("hedged", gold.flags.hedged, found.flags.hedged),
        ("unreal", gold.flags.unreal, found.flags.unreal),
    ];
    for (field, g, f) in flags {
        if gold.stance.is_some() && g != f {
            differs(field, [plain(g.to_string()), plain(f.to_string())], found.score);
        }
    }
    if gold.quotation.is_some() && gold.quotation != found.quotation {
        let quotation = |side: &Side| word(side.quotation.map(|q| q.as_str()));
        differs("quotation", [quotation(gold), quotation(found)], found.score);
    }
    if corpus.nested && gold.nested != found.nested {
        differs("nested", [plain(gold.nested.to_string()), plain(found.nested.to_string())], found.score);
    }
    if source_is_right(gold, found) == Some(false) {
        let names = |side: &Side| plain(side.entities.as_deref().unwrap_or_default().join("; "));
        differs("source_entities", [names(gold), names(found)], found.score);
    }
}

fn miss(
    document: &Document,
    gold: Option<&Side>,
    found: Option<&Side>,
    kind: Kind,
    field: &'static str,
    [in_gold, in_found]: [(String, String); 2],
    score: Option<f64>,
) -> Miss {
    let part = gold.or(found).map_or(Part::Text, |side| side.part);
    let sides = || gold.into_iter().chain(found);
    let spans = || sides().flat_map(|s| s.cue.iter().chain(&s.source).chain(&s.content));
    let start = spans().map(|span| span.start).min().unwrap_or(0);
    let hull = Span::new(start, spans().map(|span| span.end).max().unwrap_or(start));
    Miss {
        kind,
        field,
        doc_id: document.id.clone(),
        part,
        gold_index: gold.map(|side| side.id.clone()),
        statement_id: found.map(|side| side.id.clone()),
        gold: in_gold.0,
        gold_spans: in_gold.1,
        found: in_found.0,
        found_spans: in_found.1,
        score,
        sentence: around(document.part(part), hull),
    }
}

/// `stance: source | cue | content` and the spans in the same order.
fn describe(document: &Document, side: &Side) -> (String, String) {
    let text = document.part(side.part);
    let roles = [side.source.as_slice(), side.cue.as_slice(), &side.content];
    let words: Vec<String> = roles.iter().map(|spans| slices(text, spans)).collect();
    let spans: Vec<String> = roles.iter().map(|spans| places(spans)).collect();
    let stance = side.stance.map_or(String::new(), |stance| format!("{stance}: "));
    (format!("{stance}{}", words.join(" | ")), spans.join(" | "))
}

fn slices(text: &Text, spans: &[Span]) -> String {
    spans.iter().map(|&span| text.slice(span)).collect::<Vec<_>>().join(" … ")
}

fn places(spans: &[Span]) -> String {
    spans.iter().map(Span::to_string).collect::<Vec<_>>().join(";")
}
