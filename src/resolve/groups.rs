//! Span → the parts of a coordination; descriptions of several → their members.
//!
//! Invariant: a span is only taken apart where every part is a whole noun phrase.

use std::ops::Range;

use super::fold::fold;
use super::phrases::{Determiner, parse};
use super::pronouns::is_pronoun;
use super::scene::Scene;
use super::words::Words;
use crate::labels::Part;

/// The parts of a coordination, if the span is one.
pub(super) fn coordinated(scene: &Scene<'_>, part: Part, range: &Range<usize>, heads: &[usize]) -> Option<Vec<Range<usize>>> {
    let words = scene.words(part)?;
    let joint = range.clone().find(|&i| matches!(words.at(i), "and" | "&" | "or") || words.at(i) == "as" && words.at(i + 1) == "well");
    let entities: Vec<usize> = heads.iter().filter_map(|&h| scene.mention_entity[h]).collect();
    let distinct = entities.iter().enumerate().all(|(i, e)| !entities[..i].contains(e));
    if heads.len() >= 2 && distinct && joint.is_some() {
        let mut pieces = Vec::new();
        let mut start = range.start;
        for (i, &head) in heads.iter().enumerate() {
            let name = words.within(scene.findings.mentions[head].span);
            let end = if i + 1 < heads.len() { name.end } else { range.end.min(name.end) };
            let from = (start..name.start).rev().find(|&w| matches!(words.at(w), "," | "and" | "&" | "—" | "–" | "or" | ":")).map_or(start, |w| w + 1);
            pieces.push(from..end);
            start = name.end;
        }
        let tail = start..range.end;
        if let Some(and) = tail.clone().find(|&w| words.at(w) == "and").filter(|&w| w == tail.start) {
            pieces.push(and + 1..range.end);
        }
        return Some(pieces);
    }
    let joint = joint.filter(|&j| j > range.start && j + 1 < range.end)?;
    let (left, right) = (range.start..joint, joint + 1..range.end);
    if left.clone().any(|i| matches!(words.at(i), "," | "of" | "for" | "in" | "from" | "at" | "by" | "with" | "to" | "on" | "who" | "that" | "between" | "whose")) {
        return None;
    }
    let whole = |side: &Range<usize>| is_whole(scene, part, words, side);
    (whole(&left) && whole(&right)).then(|| vec![left, right])
}

/// Whether some words are a noun phrase that can stand alone.
fn is_whole(scene: &Scene<'_>, part: Part, words: &Words<'_>, range: &Range<usize>) -> bool {
    if is_pronoun(words, range) {
        return true;
    }
    if scene.mentions_in(part, words.cover(range.clone())).any(|m| words.within(scene.findings.mentions[m].span).end == range.end && scene.mention_entity[m].is_some()) {
        return true;
    }
    let Some(phrase) = parse(words, range.clone(), scene.gazetteer) else { return false };
    phrase.kind.is_some() && (phrase.plural || phrase.determiner != Determiner::Bare || fold(words.at(range.start)) == "police")
}
