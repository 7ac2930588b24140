//! Words that say what somebody is → description, position and affiliation.
//!
//! Invariant: the first position and the first affiliation that the article gives stay.

use std::ops::Range;

use super::acronyms::is_acronym;
use super::fold::fold;
use super::gazetteer::{NounKind, last_part};
use super::phrases::{Phrase, ends_core, parse};
use super::portraits::{Descriptor, Portrait, View};
use super::scene::Scene;
use super::words::Words;
use crate::article::Entity;
use crate::labels::{EntityType, Part};

/// Enters a description of an entity: head, words, gender, position, affiliation.
pub(super) fn note(
    view: &View<'_>,
    range: Option<Range<usize>>,
    entity: usize,
    entities: &[Entity],
    portraits: &mut [Portrait],
    kind: NounKind,
) {
    let Some(range) = range else { return };
    let Some(phrase) = parse(view.words, range.clone(), view.gazetteer) else { return };
    let Some(phrase) = refocus(view, phrase, kind) else { return };
    let mut described = descriptor(view.words, &phrase, range.clone());
    if described.lemma == "counterpart" {
        let before = view
            .findings
            .mentions
            .partition_point(|m| (m.part, m.span.end) <= (view.part, view.words.span(range.start).start));
        let other = (before.saturating_sub(6)..before)
            .rev()
            .filter_map(|m| view.mention_entity[m])
            .find(|&e| e != entity && entities[e].kind == Some(EntityType::Per));
        if let Some(office) = other.and_then(|e| portraits[e].descriptors.first()) {
            (described.lemma, described.classes, described.before) =
                (office.lemma.clone(), office.classes, office.before.clone());
            described.words.extend(office.before.clone());
        }
    }
    let portrait = &mut portraits[entity];
    portrait.vote(phrase.gender, 6);
    portrait.describe(described);
    for other in other_titles(view, &phrase, kind) {
        portrait.describe(other);
    }
    if kind != NounKind::Person {
        return;
    }
    let (position, affiliation) = office(view, &phrase, range.end);
    if portrait.position.is_empty() {
        portrait.position = position;
    }
    if portrait.affiliated.is_none()
        && let Some(affiliated) = affiliation.filter(|a| *a != entity)
    {
        portrait.affiliation = entities[affiliated].name.clone();
        portrait.affiliated = Some(affiliated);
    }
}

/// The phrase with its head moved to a known noun, where the words after it are no noun ("youth leader Hon").
fn refocus(view: &View<'_>, mut phrase: Phrase, kind: NounKind) -> Option<Phrase> {
    let office = kind == NounKind::Person && is_acronym(view.words.at(phrase.head));
    if phrase.kind == Some(kind) || office && phrase.core.len() == 1 {
        return Some(phrase);
    }
    let known = |i: usize| {
        view.gazetteer.noun(&last_part(view.words.at(i))).filter(|(noun, plural)| noun.kind == kind && !plural)
    };
    let (at, noun) = (phrase.core.start..phrase.head).rev().find_map(|i| known(i).map(|(noun, _)| (i, noun)))?;
    phrase.modifiers =
        (phrase.core.start..at).map(|i| fold(view.words.at(i))).filter(|w| w != "s" && !w.is_empty()).collect();
    (phrase.head, phrase.lemma, phrase.kind, phrase.gender, phrase.classes) =
        (at, noun.lemma.to_owned(), Some(noun.kind), noun.gender, noun.classes);
    Some(phrase)
}

/// Titles before the last one: "the Emir Sheikh …" is an emir as well.
fn other_titles(view: &View<'_>, phrase: &Phrase, kind: NounKind) -> Vec<Descriptor> {
    let title = |i: usize| {
        let (noun, plural) = view.gazetteer.noun(&last_part(view.words.at(i)))?;
        let owns = fold(view.words.at(i + 1)) == "s";
        (noun.kind == kind && !plural && !owns).then_some((i, noun))
    };
    let found = (phrase.core.start..phrase.head).filter_map(title).filter(|_| kind == NounKind::Person);
    found
        .map(|(i, noun)| {
            let before = i.checked_sub(1).filter(|b| phrase.core.contains(b)).map(|b| fold(view.words.at(b)));
            let words = (phrase.core.start..i).map(|w| fold(view.words.at(w))).collect();
            Descriptor { lemma: noun.lemma.to_owned(), classes: noun.classes, words, offices: Vec::new(), before }
        })
        .collect()
}

/// A phrase as a description.
pub(super) fn descriptor(words: &Words<'_>, phrase: &Phrase, range: Range<usize>) -> Descriptor {
    let others = range.clone().filter(|i| *i != phrase.head).map(|i| fold(words.at(i)));
    let others = others.filter(|w| {
        w.chars().any(char::is_alphanumeric)
            && !matches!(w.as_str(), "the" | "a" | "an" | "s" | "of" | "for" | "and" | "at" | "in" | "to")
    });
    let before = phrase
        .head
        .checked_sub(1)
        .filter(|i| phrase.core.contains(i))
        .map(|i| words.at(i))
        .filter(|w| w.starts_with(char::is_alphabetic))
        .map(fold);
    let office = |i: usize| {
        is_acronym(words.at(i))
            && (i + 1 >= range.end || matches!(words.at(i + 1), "of" | "for" | "in" | "at" | ")" | ","))
    };
    let offices = range.clone().filter(|&i| office(i)).map(|i| fold(words.at(i))).collect();
    Descriptor { lemma: phrase.lemma.clone(), classes: phrase.classes, words: others.collect(), offices, before }
}

/// Position and body of an unnamed person, from its own phrase.
pub(super) fn office_of(scene: &Scene<'_>, part: Part, phrase: &Phrase) -> (String, Option<usize>) {
    let Some(words) = scene.words(part) else { return (String::new(), None) };
    let view = View {
        words,
        part,
        findings: scene.findings,
        mention_entity: &scene.mention_entity,
        gazetteer: scene.gazetteer,
    };
    office(&view, phrase, phrase.rest.end)
}

/// Position in words, and the entity for which it is held.
fn office(view: &View<'_>, phrase: &Phrase, end: usize) -> (String, Option<usize>) {
    let words = view.words;
    let from = phrase.core.start;
    let named: Vec<usize> = view
        .mentions(from..end)
        .filter(|&m| matches!(view.findings.mentions[m].kind, EntityType::Org | EntityType::Loc))
        .collect();
    let organisation = named.iter().copied().find(|&m| view.findings.mentions[m].kind == EntityType::Org);
    let chosen = organisation.or(named.first().copied());
    let affiliation = chosen.and_then(|m| view.mention_entity[m]);
    let mut start = from;
    let mut past = (from..end).find(|&i| i > phrase.head && matches!(words.at(i), "," | "(" | ";")).unwrap_or(end);
    if let Some(chosen) = chosen {
        let at = words.within(view.findings.mentions[chosen].span);
        if at.end <= phrase.head {
            start = at.end + usize::from(fold(words.at(at.end)) == "s");
        } else if let Some(cut) = (phrase.head + 1..at.start).rev().find(|&i| ends_core(&fold(words.at(i)))) {
            past = cut.min(past);
        }
    }
    while start < phrase.head
        && (matches!(fold(words.at(start)).as_str(), "the" | "a" | "an" | "s")
            || !words.at(start).starts_with(char::is_alphanumeric))
    {
        start += 1;
    }
    let past = past.max(phrase.head + 1);
    (words.slice(words.cover(start..past)).split_whitespace().collect::<Vec<_>>().join(" "), affiliation)
}

/// "Mario of the Economic Commission", "Mario from Ostbank": an affiliation without a position.
pub(super) fn affiliation_after(
    view: &View<'_>,
    mut at: usize,
    entity: usize,
    entities: &[Entity],
    portraits: &mut [Portrait],
) {
    let comma = view.words.at(at) == ",";
    at += usize::from(comma);
    if portraits[entity].affiliated.is_some() || view.words.at(at) != "of" && !(comma && view.words.at(at) == "from") {
        return;
    }
    at += 1 + usize::from(fold(view.words.at(at + 1)) == "the");
    let mention = view.mentions(at..at + 1).start;
    let Some(found) = view.findings.mentions.get(mention).filter(|m| m.part == view.part && m.kind == EntityType::Org)
    else {
        return;
    };
    if view.words.within(found.span).start == at
        && let Some(affiliated) = view.mention_entity[mention]
    {
        portraits[entity].affiliation = entities[affiliated].name.clone();
        portraits[entity].affiliated = Some(affiliated);
    }
}
