//! Span → the parts of a coordination; descriptions of several → their members.
//!
//! Invariant: a span is only taken apart where every part is a whole noun phrase.

use std::ops::Range;

use super::fold::fold;
use super::gazetteer::NounKind;
use super::phrases::{Determiner, Phrase, parse};
use super::pronouns::is_pronoun;
use super::scene::{Answer, Scene};
use super::syntax::is_preposition;
use super::words::Words;
use crate::labels::{EntityType, How, Part};
use crate::text::Span;

/// Sentences within which the members of a counted group must have been named.
const BACK: usize = 6;

/// The parts of a coordination, if the span is one.
pub(super) fn coordinated(
    scene: &Scene<'_>,
    part: Part,
    range: &Range<usize>,
    heads: &[usize],
) -> Option<Vec<Range<usize>>> {
    let words = scene.words(part)?;
    let inside = |i: usize| {
        let named = |&h: &usize| words.within(scene.findings.mentions[h].span).contains(&i);
        heads.iter().any(named)
    };
    let joint = range
        .clone()
        .filter(|&i| !inside(i))
        .find(|&i| matches!(words.at(i), "and" | "&" | "or") || words.at(i) == "as" && words.at(i + 1) == "well");
    let entities: Vec<usize> = heads.iter().filter_map(|&h| scene.mention_entity[h]).collect();
    let distinct = entities.iter().enumerate().all(|(i, e)| !entities[..i].contains(e));
    if heads.len() >= 2 && distinct && joint.is_some() {
        let mut pieces = Vec::new();
        let mut start = range.start;
        for (i, &head) in heads.iter().enumerate() {
            let name = words.within(scene.findings.mentions[head].span);
            let end = if i + 1 < heads.len() { name.end } else { range.end.min(name.end) };
            let from = (start..name.start)
                .rev()
                .find(|&w| matches!(words.at(w), "," | "and" | "&" | "—" | "–" | "or" | ":"))
                .map_or(start, |w| w + 1);
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
    if left.clone().any(|i| {
        matches!(
            words.at(i),
            "," | "of"
                | "for"
                | "in"
                | "from"
                | "at"
                | "by"
                | "with"
                | "to"
                | "on"
                | "who"
                | "that"
                | "between"
                | "whose"
        )
    }) {
        return None;
    }
    let whole = |side: &Range<usize>| is_whole(scene, part, words, side);
    if let [head] = heads {
        let person = scene.mention_entity[*head].is_some_and(|e| scene.entities[e].kind == Some(EntityType::Per));
        let on_the_right = words.within(scene.findings.mentions[*head].span).start > joint;
        let one_person = is_pronoun(words, &left)
            || parse(words, left.clone(), scene.gazetteer)
                .is_some_and(|p| p.determiner != Determiner::Bare && p.kind.is_some());
        let title = scene.gazetteer.noun(&fold(words.at(joint + 1))).is_some_and(|(n, _)| n.kind == NounKind::Person)
            && words.at(joint + 2) == ",";
        if person && on_the_right && (!one_person || title) {
            return None;
        }
    }
    let bare = |side: &Range<usize>| {
        parse(words, side.clone(), scene.gazetteer).is_none_or(|p| p.determiner == Determiner::Bare)
    };
    let left_one = parse(words, left.clone(), scene.gazetteer)
        .is_some_and(|p| !p.plural && p.kind == Some(NounKind::Person) && p.determiner != Determiner::Bare);
    // "The chair and founder of Kestrel Foods" is one person: that name only belongs to the second noun.
    let named = |side: &Range<usize>| {
        let end = side.clone().find(|&i| is_preposition(words.at(i))).unwrap_or(side.end);
        end > side.start && scene.mentions_in(part, words.cover(side.start..end)).next().is_some()
    };
    if left_one && bare(&right) && !named(&right) && !is_pronoun(words, &left) {
        return None;
    }
    (whole(&left) && whole(&right)).then(|| vec![left, right])
}

/// The members of a group that a phrase describes, where the article tells who they are.
pub(super) fn members(scene: &Scene<'_>, part: Part, phrase: &Phrase, span: Span) -> Vec<Answer> {
    if phrase.determiner != Determiner::Definite || !phrase.rest.is_empty() {
        return Vec::new();
    }
    let bodies = phrase.kind.is_some()
        && matches!(
            singular(&phrase.lemma).as_str(),
            "company"
                | "firm"
                | "bank"
                | "country"
                | "nation"
                | "government"
                | "side"
                | "party"
                | "group"
                | "organisation"
                | "union"
                | "agency"
                | "club"
                | "team"
        );
    let fits = |e: usize| {
        if bodies { scene.is_body(e) && scene.entities[e].kind != Some(EntityType::Misc) } else { scene.is_person(e) }
    };
    let wanted = phrase.count;
    let events =
        scene.spoken.iter().rev().take(12).filter(|e| e.part == part && e.span.end <= span.start && e.who.len() > 1);
    let described = |e: usize| {
        let lemma = singular(&phrase.lemma);
        scene.portraits[e]
            .descriptors
            .iter()
            .any(|d| d.lemma == lemma || d.classes.split(' ').any(|class| class == lemma))
    };
    let pair = matches!(phrase.lemma.as_str(), "pair" | "duo" | "trio" | "couple" | "both" | "sides");
    let fits_event = |who: &[usize]| match wanted {
        Some(n) => n == who.len() && who.iter().all(|&w| fits(w) || phrase.kind.is_none()),
        None => who.iter().all(|&w| pair && fits(w) || described(w)),
    };
    let before = events.filter(|e| fits_event(&e.who)).max_by_key(|e| e.span.end);
    if let Some(event) = before {
        return answers(scene, part, span, &event.who, 0.75);
    }
    let Some(wanted) = wanted else {
        return Vec::new();
    };
    let sentence = scene.sentence(part, span.start);
    let mut found: Vec<usize> = Vec::new();
    let mut reached = sentence;
    for (mention, entity) in scene.mentions_before(part, span.start, 40) {
        let here = scene.sentence(part, scene.findings.mentions[mention].span.start);
        if here < reached && found.len() >= wanted || here + BACK < sentence {
            break;
        }
        reached = here;
        if scene.entities[entity].kind != Some(EntityType::Unnamed) && fits(entity) && !found.contains(&entity) {
            found.push(entity);
        }
    }
    if found.len() == wanted { answers(scene, part, span, &found, 0.7) } else { Vec::new() }
}

/// One answer for each member.
fn answers(scene: &Scene<'_>, part: Part, span: Span, who: &[usize], score: f32) -> Vec<Answer> {
    who.iter()
        .map(|&entity| Answer {
            entity,
            surface: Some(span),
            antecedent: scene.last_before(entity, part, span.start),
            how: How::Group,
            score,
        })
        .collect()
}

/// A plural noun in the singular.
fn singular(noun: &str) -> String {
    noun.strip_suffix("ies")
        .map(|stem| format!("{stem}y"))
        .or_else(|| noun.strip_suffix('s').map(str::to_owned))
        .unwrap_or_else(|| noun.to_owned())
}

/// "The Norse and Danish governments": one for each country.
pub(super) fn shared_head(scene: &mut Scene<'_>, part: Part, range: &Range<usize>) -> Option<Vec<Answer>> {
    let words = scene.words(part)?;
    let span = words.cover(range.clone());
    let and = range.clone().find(|&i| words.at(i) == "and").filter(|&i| i > range.start && i + 3 == range.end)?;
    let noun = words.at(range.end - 1);
    let nations = [words.at(and - 1), words.at(and + 1)];
    let apart =
        nations.iter().all(|n| n.starts_with(char::is_uppercase) && scene.gazetteer.country_code(&fold(n)).is_some())
            && noun.starts_with(char::is_lowercase);
    let few = and <= range.start + 3 && noun.ends_with('s');
    if !apart || !few {
        return None;
    }
    let names = nations.map(|nation| format!("{nation} {}", singular(noun)));
    let who = names.map(|name| scene.describe_as(&name));
    Some(
        who.into_iter()
            .map(|entity| Answer { entity, surface: Some(span), antecedent: None, how: How::Group, score: 0.85 })
            .collect(),
    )
}

/// Whether some words are a noun phrase that can stand alone.
fn is_whole(scene: &Scene<'_>, part: Part, words: &Words<'_>, range: &Range<usize>) -> bool {
    if is_pronoun(words, range) {
        return true;
    }
    let mut range = range.clone();
    if words.at(range.end - 1) == ")" {
        range.end = range.clone().rev().find(|&i| words.at(i) == "(").filter(|&i| i > range.start).unwrap_or(range.end);
    }
    let plural = words.at(range.end - 1).ends_with('s');
    let named = |m: usize| {
        words.within(scene.findings.mentions[m].span).end == range.end
            && (plural || scene.findings.mentions[m].kind != EntityType::Misc)
    };
    if scene.mentions_in(part, words.cover(range.clone())).any(|m| named(m) && scene.mention_entity[m].is_some()) {
        return true;
    }
    let Some(phrase) = parse(words, range.clone(), scene.gazetteer) else {
        return false;
    };
    phrase.kind.is_some()
        && (phrase.plural || phrase.determiner != Determiner::Bare || fold(words.at(range.start)) == "police")
}
