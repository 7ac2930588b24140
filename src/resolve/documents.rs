//! "The report", "WOLA's data" → the author who speaks through it.
//!
//! Invariant: only an author that the article names beside the document, now or before.

use std::ops::Range;

use super::gazetteer::NounKind;
use super::phrases::{Determiner, Phrase, parse};
use super::scene::{Answer, Scene};
use crate::labels::{EntityType, How, Part};
use crate::text::Span;

/// The entities whose document a phrase names.
pub(super) fn authors(scene: &mut Scene<'_>, part: Part, phrase: &Phrase, span: Span) -> Vec<Answer> {
    debug_assert_eq!(phrase.kind, Some(NounKind::Document));
    let beside: Vec<(usize, Option<Span>)> =
        beside(scene, part, phrase).into_iter().map(|(entity, mention)| (entity, Some(mention))).collect();
    let (who, score) = match beside.len() {
        1.. => (beside, 0.85),
        0 if phrase.determiner == Determiner::Definite && phrase.rest.is_empty() => before(scene, part, phrase, span),
        0 => return Vec::new(),
    };
    let answers: Vec<Answer> = who
        .iter()
        .map(|&(entity, antecedent)| Answer { entity, surface: Some(span), antecedent, how: How::Description, score })
        .collect();
    if !answers.is_empty() {
        scene.documents.insert(phrase.lemma.clone(), answers.iter().map(|a| a.entity).collect());
    }
    answers
}

/// "A study by Lund and Falk": the entities named as its authors in a span, taken before their names count as heads.
pub(super) fn written_by(scene: &mut Scene<'_>, part: Part, range: &Range<usize>) -> Vec<Answer> {
    let Some(words) = scene.words(part) else {
        return Vec::new();
    };
    let span = words.cover(range.clone());
    let parsed = parse(words, range.clone(), scene.gazetteer).filter(|p| p.kind == Some(NounKind::Document));
    let parsed = parsed.filter(|p| p.rest.clone().any(|i| words.at(i) == "by"));
    parsed.map(|phrase| authors(scene, part, &phrase, span)).unwrap_or_default()
}

/// The authors named in the phrase: its owner, its makers, or the name before its noun.
fn beside(scene: &Scene<'_>, part: Part, phrase: &Phrase) -> Vec<(usize, Span)> {
    let Some(words) = scene.words(part) else {
        return Vec::new();
    };
    let author = |m: usize| {
        let entity = scene.mention_entity[m]?;
        let fits = matches!(scene.entities[entity].kind, Some(EntityType::Per | EntityType::Org));
        fits.then(|| (entity, scene.findings.mentions[m].span))
    };
    let core = words.cover(phrase.core.start.saturating_sub(1)..phrase.head + 1);
    let mut inside = scene.mentions_in(part, core).filter_map(author);
    if let Some(found) = inside.next() {
        return vec![found];
    }
    let Some(by) = phrase.rest.clone().find(|&i| matches!(words.at(i), "by" | "from")) else {
        return Vec::new();
    };
    let mut makers: Vec<(usize, Span)> = Vec::new();
    let mut end = by + 1;
    for mention in scene.mentions_in(part, words.cover(by + 1..phrase.rest.end)) {
        let place = words.within(scene.findings.mentions[mention].span);
        let listed = (end..place.start).all(|i| matches!(words.at(i), "," | "and" | "&" | "the" | "(" | ")"));
        if makers.is_empty() && place.start > by + 4 || !makers.is_empty() && !listed {
            break;
        }
        end = place.end;
        makers.extend(author(mention).filter(|(entity, _)| !makers.iter().any(|m| m.0 == *entity)));
    }
    makers
}

/// The author of the document spoken of before; of a statement or speech, the last speaker.
fn before(scene: &Scene<'_>, part: Part, phrase: &Phrase, span: Span) -> (Vec<(usize, Option<Span>)>, f32) {
    let with_place = |who: &[usize]| who.iter().map(|&e| (e, scene.last_before(e, part, span.start))).collect();
    if let Some(who) = scene.documents.get(&phrase.lemma) {
        return (with_place(who), 0.8);
    }
    if matches!(
        phrase.lemma.as_str(),
        "statement" | "speech" | "letter" | "post" | "tweet" | "message" | "release" | "address"
    ) && let Some(who) = scene.last_speaker(part, span.start)
    {
        let near = who.iter().all(|&e| scene.entities[e].kind != Some(EntityType::Unnamed));
        if near {
            return (with_place(&who), 0.6);
        }
    }
    (Vec::new(), 0.0)
}
