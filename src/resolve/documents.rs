//! "The report", "WOLA's data" → the author who speaks through it.
//!
//! Invariant: only an author that the article names beside the document, now or before.

use super::gazetteer::NounKind;
use super::phrases::{Determiner, Phrase};
use super::scene::{Answer, Scene};
use crate::labels::{EntityType, How, Part};
use crate::text::Span;

/// The entities whose document a phrase names.
pub(super) fn authors(scene: &mut Scene<'_>, part: Part, phrase: &Phrase, span: Span) -> Vec<Answer> {
    debug_assert_eq!(phrase.kind, Some(NounKind::Document));
    let beside = beside(scene, part, phrase);
    let (who, score) = match beside {
        Some((entity, mention)) => (vec![(entity, Some(mention))], 0.85),
        None if phrase.determiner == Determiner::Definite && phrase.rest.is_empty() => {
            before(scene, part, phrase, span)
        }
        None => return Vec::new(),
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

/// The author named in the phrase: its owner, its maker, or the name before its noun.
fn beside(scene: &Scene<'_>, part: Part, phrase: &Phrase) -> Option<(usize, Span)> {
    let words = scene.words(part)?;
    let author = |m: usize| {
        let entity = scene.mention_entity[m]?;
        let fits = matches!(scene.entities[entity].kind, Some(EntityType::Per | EntityType::Org));
        fits.then(|| (entity, scene.findings.mentions[m].span))
    };
    let core = words.cover(phrase.core.start.saturating_sub(1)..phrase.head + 1);
    let mut inside = scene.mentions_in(part, core).filter_map(author);
    if let Some(found) = inside.next() {
        return Some(found);
    }
    let by = phrase.rest.clone().find(|&i| matches!(words.at(i), "by" | "from"))?;
    let next = words.cover(by + 1..(by + 5).min(phrase.rest.end));
    scene.mentions_in(part, next).find_map(author)
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
