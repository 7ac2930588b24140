//! Span of a source or addressee → the names that are its heads.
//!
//! Invariant: a name that only qualifies another word ("Harbour Bank's lawyer", "a spokesman for Ms Falk",
//! "Hong Kong police") is no head.

use std::ops::Range;

use super::fold::fold;
use super::gazetteer::NounKind;
use super::scene::Scene;
use super::syntax::is_preposition;
use super::titles::is_title;
use super::words::{Words, is_apostrophe};
use crate::labels::{EntityType, Part};

/// Numbers of the mentions that are heads of a span, persons first if there are any.
pub(super) fn heads(scene: &Scene<'_>, part: Part, words: &Words<'_>, range: &Range<usize>) -> Vec<usize> {
    let inside: Vec<usize> =
        scene.mentions_in(part, words.cover(range.clone())).filter(|&m| scene.mention_entity[m].is_some()).collect();
    let kind = |m: usize| scene.mention_entity[m].and_then(|e| scene.entities[e].kind);
    let mut persons: Vec<usize> = Vec::new();
    for &mention in inside.iter().filter(|&&m| kind(m) == Some(EntityType::Per)) {
        let start = words.within(scene.findings.mentions[mention].span).start;
        let within_another = !persons.is_empty() && preposition_before(words, range, start, true).is_some();
        if !within_another && is_person_head(scene, words, range, mention) {
            persons.push(mention);
        }
    }
    if !persons.is_empty() {
        return joined(scene, words, persons);
    }
    let mut bodies: Vec<usize> = Vec::new();
    for mention in inside {
        let start = words.within(scene.findings.mentions[mention].span).start;
        let plain = preposition_before(words, range, start, !bodies.is_empty()).is_none();
        if kind(mention) != Some(EntityType::Per) && plain && is_body_head(scene, words, range, mention) {
            bodies.push(mention);
        }
    }
    bodies
}

/// Of several persons those that commas or "and" join; of two in one stretch the last ("Te Awa chair Mere Hohepa").
fn joined(scene: &Scene<'_>, words: &Words<'_>, persons: Vec<usize>) -> Vec<usize> {
    let place = |m: usize| words.within(scene.findings.mentions[m].span);
    let parted = |a: usize, b: usize| {
        (place(a).end..place(b).start).any(|i| matches!(words.at(i), "," | "and" | "&" | "—" | "–" | "or" | ";" | "as"))
    };
    let mut kept: Vec<usize> = Vec::new();
    for person in persons {
        if kept.last().is_some_and(|&last| !parted(last, person)) {
            kept.pop();
        }
        kept.push(person);
    }
    kept
}

/// Whether "'s" or "'" follows within the span.
fn is_owner(words: &Words<'_>, range: &Range<usize>, end: usize) -> bool {
    end + 1 < range.end && words.at(end).starts_with(is_apostrophe)
}

/// Where the clause-like stretch that holds a word begins: after the last comma, dash, bracket or "and".
fn stretch_start(words: &Words<'_>, range: &Range<usize>, at: usize) -> usize {
    (range.start..at)
        .rev()
        .find(|&i| matches!(words.at(i), "," | "—" | "–" | ":" | "(" | "and" | "&"))
        .map_or(range.start, |i| i + 1)
}

/// The last preposition before a word: in its stretch, or from the beginning.
fn preposition_before(words: &Words<'_>, range: &Range<usize>, at: usize, stretch: bool) -> Option<usize> {
    let start = if stretch { stretch_start(words, range, at) } else { range.start };
    (start..at).rev().find(|&i| {
        let word = words.at(i);
        is_preposition(word) || matches!(word, "who" | "which" | "that" | "as" | "because")
    })
}

/// Whether a person's name is the head and no owner or object of a preposition.
fn is_person_head(scene: &Scene<'_>, words: &Words<'_>, range: &Range<usize>, mention: usize) -> bool {
    let name = words.within(scene.findings.mentions[mention].span);
    if is_owner(words, range, name.end)
        || names_others(scene, words, range, name.end)
        || name.start > range.start && words.at(name.start - 1) == "(" && name.start - 1 > range.start + 2
    {
        return false;
    }
    let Some(preposition) = preposition_before(words, range, name.start, true) else {
        return true;
    };
    let titles_only = (preposition + 1..name.start).all(|i| {
        let word = fold(words.at(i));
        let person = scene.gazetteer.noun(&word).is_some_and(|(noun, _)| noun.kind == NounKind::Person);
        person
            || is_title(&word)
            || matches!(
                word.as_str(),
                "the"
                    | "a"
                    | "an"
                    | "former"
                    | "late"
                    | "his"
                    | "her"
                    | "their"
                    | "s"
                    | "prime"
                    | "foreign"
                    | "vice"
                    | "deputy"
                    | "one"
                    | "\""
                    | "“"
            )
            || scene.gazetteer.country_code(&word).is_some()
    });
    !titles_only
}

/// "A Lund adviser", "Falk campaign aides": a name before the noun of other people who are the head.
fn names_others(scene: &Scene<'_>, words: &Words<'_>, range: &Range<usize>, end: usize) -> bool {
    let nouns = end..range.end;
    let plain = |i: usize| words.at(i).starts_with(char::is_lowercase) && !is_preposition(words.at(i));
    let people = |i: usize| {
        let noun = scene.gazetteer.noun(&fold(words.at(i)));
        noun.is_some_and(|(noun, _)| matches!(noun.kind, NounKind::Person | NounKind::People))
    };
    matches!(nouns.len(), 1 | 2) && nouns.clone().all(plain) && people(range.end - 1)
}

/// Whether another name ends its noun phrase.
fn is_body_head(scene: &Scene<'_>, words: &Words<'_>, range: &Range<usize>, mention: usize) -> bool {
    let found = &scene.findings.mentions[mention];
    let name = words.within(found.span);
    if found.kind == EntityType::Misc && name.end < range.end {
        return false;
    }
    if name.end < range.end
        && !matches!(
            words.at(name.end),
            "," | "("
                | ")"
                | "and"
                | "&"
                | "of"
                | "in"
                | "—"
                | "–"
                | "who"
                | "which"
                | "itself"
                | "”"
                | "\""
                | "or"
                | ";"
                | "as"
        )
    {
        let last = name.end + 1 == range.end && words.at(name.end).starts_with(is_apostrophe);
        return last;
    }
    true
}
