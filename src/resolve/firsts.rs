//! "I" and "we" → who speaks, or the body for which they speak.
//!
//! Invariant: a first person is the source of the statement around it, somebody who belongs to that source,
//! or, outside of quotations, the author.

use super::choice::{Choice, choose};
use super::salience::{Candidate, FEATURES, OF_DESCRIPTION, Place, candidates};
use super::scene::{Answer, Scene};
use super::weights::WE;
use crate::labels::{EntityType, How, Part};
use crate::text::Span;

/// Sentences between a quotation and the speaker whom it continues.
const REACH: usize = 4;

/// Offices whose holders say "we" of the body that they speak for.
const SPEAKS_FOR: &[&str] = &[
    "spokesperson",
    "director",
    "director-general",
    "chief executive",
    "chair",
    "president",
    "executive",
    "manager",
    "secretary",
    "official",
    "founder",
    "head",
    "representative",
    "coordinator",
    "chief",
    "officer",
];

/// Whom "I" stands for.
pub(super) fn singular(scene: &mut Scene<'_>, statement: usize, part: Part, span: Span) -> Vec<Answer> {
    speakers(scene, statement, part, span, 0.95)
}

/// Whom "we" stands for: the speaker, the speaker's body, or a group that the speaker belongs to.
pub(super) fn plural(scene: &mut Scene<'_>, place: &Place, span: Span) -> Vec<Answer> {
    let around = speakers(scene, place.statement, place.part, span, 0.7);
    let [speaker] = around[..] else {
        return around;
    };
    let who = speaker.entity;
    let portrait = &scene.portraits[who];
    let speaks = portrait.descriptors.iter().any(|d| SPEAKS_FOR.contains(&d.lemma.as_str()));
    let body =
        portrait.affiliated.filter(|&b| matches!(scene.entities[b].kind, Some(EntityType::Org | EntityType::Loc)));
    let mut found = candidates(scene, place, |scene, them| match them {
        [one] => *one == who || Some(*one) == body || scene.entities[*one].kind == Some(EntityType::Org),
        them => them.contains(&who),
    });
    for one in std::iter::once(who).chain(body) {
        if !found.iter().any(|c| c.who == [one]) {
            let before = scene.last_before(one, place.part, span.start).or(speaker.antecedent).or(speaker.surface);
            found.push(Candidate { who: vec![one], span: before.unwrap_or(span), features: [0.0; FEATURES] });
        }
    }
    let person = scene.is_person(who);
    for candidate in &mut found {
        let (own, belongs) = (candidate.who == [who], body.is_some_and(|b| candidate.who == [b]));
        let organisation = body.is_some_and(|b| scene.entities[b].kind == Some(EntityType::Org));
        let told = [
            belongs,
            own,
            own && speaks,
            own && body.is_some(),
            own && person,
            belongs && speaks,
            belongs && organisation,
            belongs && speaks && organisation,
            candidate.who.len() > 1,
            own && organisation && speaks,
        ];
        for (feature, value) in candidate.features[OF_DESCRIPTION..].iter_mut().zip(told) {
            *feature = f32::from(value);
        }
    }
    let Choice::One(chosen, score) = choose(scene, place.part, span, found, &WE) else {
        return Vec::new();
    };
    let antecedent = if chosen.who == [who] { speaker.antecedent.or(speaker.surface) } else { Some(chosen.span) };
    let answer = |&entity: &usize| Answer { entity, surface: Some(span), antecedent, how: How::Pronoun, score };
    chosen.who.iter().map(answer).collect()
}

/// "By Ada Lund" at the beginning of the text: who writes.
fn byline(scene: &Scene<'_>) -> Option<usize> {
    let words = scene.words(Part::Text)?;
    if !matches!(words.at(0), "By" | "by" | "BY") {
        return None;
    }
    let mention = scene.mentions_in(Part::Text, words.cover(1..8)).next()?;
    let entity = scene.mention_entity[mention]?;
    let person = scene.entities[entity].kind == Some(EntityType::Per);
    let next = words.within(scene.findings.mentions[mention].span).start == 1;
    (person && next).then_some(entity)
}

/// The source of the statement that a first person lies in; outside of all statements the last speaker,
/// if it stands in quotation marks, else the author.
fn speakers(scene: &mut Scene<'_>, statement: usize, part: Part, span: Span, score: f32) -> Vec<Answer> {
    let known = scene.parent(statement).map(|(parent, _)| parent).or_else(|| {
        let before = scene.last_statement(statement, part, span.start)?;
        let gap =
            scene.sentence(part, span.start) - scene.sentence(part, before.1).min(scene.sentence(part, span.start));
        (gap <= REACH && scene.is_quoted(part, span.start)).then_some(before.0)
    });
    let Some(parent) = known else {
        if scene.parent(statement).is_some() || scene.is_quoted(part, span.start) {
            return Vec::new();
        }
        let entity = byline(scene).unwrap_or_else(|| scene.describe_as("the author"));
        return vec![Answer { entity, surface: Some(span), antecedent: None, how: How::Pronoun, score: 0.6 }];
    };
    let answer = |a: &Answer| Answer {
        entity: a.entity,
        surface: Some(span),
        antecedent: a.antecedent.or(a.surface),
        how: How::Pronoun,
        score: score * a.score,
    };
    scene.sources[parent].iter().map(answer).collect()
}
