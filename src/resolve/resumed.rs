//! Definite description → the one whom it most likely takes up.
//!
//! Invariant: only who is named is taken up; nobody is a choice too, and then the description names itself.
//! Where neither is likely enough there is no answer.

use super::choice::{Choice, Weights, choose};
use super::descriptions::{fit, known, named};
use super::gazetteer::NounKind;
use super::phrases::{Determiner, Phrase};
use super::salience::{Candidate, FEATURES, OF_DESCRIPTION, Place, candidates};
use super::scene::{Answer, Scene};
use super::titles::Gender;
use super::weights::{BODY, DOCUMENT, OFFICE};
use crate::labels::{EntityType, How, Part};
use crate::text::Span;

/// Named entities with a fitting noun that are looked at beside those near by, latest first.
const FAR: usize = 12;
/// Mentions and sentences in which the only organisation is looked for.
const MENTIONS: usize = 24;
const NEAR: usize = 3;

/// What became of a description.
pub(super) enum Resumed {
    /// It takes up these.
    Somebody(Vec<Answer>),
    /// It takes up nobody who is named.
    Nobody,
    /// It may or may not.
    Unsure,
}

/// The one whom a definite description takes up; none for a phrase that is not weighed.
pub(super) fn resume(
    scene: &mut Scene<'_>,
    statement: usize,
    part: Part,
    phrase: &Phrase,
    span: Span,
) -> Option<Resumed> {
    let unknown = phrase.kind.is_none() && !phrase.plural;
    let weights = match phrase.kind {
        Some(NounKind::Person) => &OFFICE,
        Some(NounKind::Organisation) => &BODY,
        Some(NounKind::Document) => &DOCUMENT,
        None if unknown => &OFFICE,
        _ => return None,
    };
    if phrase.determiner != Determiner::Definite || phrase.pronoun_owns || phrase.plural {
        return None;
    }
    let found = gather(scene, statement, part, phrase, span, weights);
    let (chosen, score) = match choose(scene, part, span, found, weights) {
        Choice::One(chosen, score) => (chosen, score),
        Choice::Nobody => return Some(Resumed::Nobody),
        Choice::Unsure => return Some(Resumed::Unsure),
    };
    let antecedent = chosen.who.first().and_then(|&one| scene.last_before(one, part, span.start)).or(Some(chosen.span));
    let answer = |&entity: &usize| Answer { entity, surface: Some(span), antecedent, how: How::Description, score };
    Some(Resumed::Somebody(chosen.who.iter().map(answer).collect()))
}

/// Candidates with what the description's words say of each.
fn gather(
    scene: &Scene<'_>,
    statement: usize,
    part: Part,
    phrase: &Phrase,
    span: Span,
    weights: &Weights,
) -> Vec<Candidate> {
    let subject = true;
    let place = Place { part, span, statement, possessive: false, subject, plural: false, ahead: false };
    let document = phrase.kind == Some(NounKind::Document);
    let person = std::ptr::eq(weights, &OFFICE);
    let other = phrase.gender.map(|g| if g == Gender::Male { Gender::Female } else { Gender::Male });
    let speaks = |scene: &Scene<'_>, one: usize| match scene.entities[one].kind {
        Some(EntityType::Per) => person || document,
        Some(EntityType::Org) => !person,
        Some(EntityType::Loc) => !person && !document,
        _ => false,
    };
    let fits = |scene: &Scene<'_>, who: &[usize]| {
        who.iter().all(|&one| speaks(scene, one) && (other.is_none() || scene.portraits[one].gender() != other))
            && (who.len() == 1 || document)
    };
    let mut found = candidates(scene, &place, fits);
    let fitting = if document { None } else { named(scene, part, phrase, span) };
    if let Some((one, antecedent, _)) = fitting
        && !found.iter().any(|c| c.who == [one])
    {
        let mut features = [0.0; FEATURES];
        (features[3], features[21]) = (1.0, 1.0);
        found.push(Candidate { who: vec![one], span: antecedent.unwrap_or(span), features });
    }
    let only = if document { None } else { only_body(scene, part, phrase, span) };
    if !document {
        for &one in scene.described_as(&phrase.lemma).iter().rev().take(FAR) {
            if fits(scene, &[one]) && !found.iter().any(|c| c.who == [one]) {
                let before = scene.last_before(one, part, span.start);
                let mut features = [0.0; FEATURES];
                features[3] = 1.0;
                features[21] = 1.0;
                if let Some(span) = before {
                    found.push(Candidate { who: vec![one], span, features });
                }
            }
        }
    }
    for candidate in &mut found {
        let told = if document {
            of_document(scene, part, phrase, candidate)
        } else {
            let worth = fitting.filter(|f| candidate.who == [f.0]).map(|f| f.2);
            let only = only.is_some_and(|one| candidate.who == [one]);
            of_description(scene, part, phrase, candidate, span, (worth, only))
        };
        candidate.features[OF_DESCRIPTION..].copy_from_slice(&told);
    }
    found
}

/// Features of a candidate for a description of a person or body; `worth` where its words fit this one best, `only`
/// where this is the only body near by.
fn of_description(
    scene: &Scene<'_>,
    part: Part,
    phrase: &Phrase,
    candidate: &Candidate,
    span: Span,
    (worth, only): (Option<f32>, bool),
) -> [f32; FEATURES - OF_DESCRIPTION] {
    let one = candidate.who[0];
    let portrait = &scene.portraits[one];
    let class = |d: &&super::portraits::Descriptor| {
        d.lemma == phrase.lemma || d.classes.split(' ').any(|class| class == phrase.lemma)
    };
    let near = portrait.descriptors.iter().filter(class).count();
    let exact = portrait.descriptors.iter().any(|d| d.lemma == phrase.lemma);
    let fit = portrait.descriptors.iter().filter_map(|d| fit(scene, part, phrase, d, one)).max_by(f32::total_cmp);
    let shares = phrase
        .modifiers
        .iter()
        .any(|m| m.len() > 3 && portrait.descriptors.iter().any(|d| d.words.contains(m) || d.lemma == *m));
    let vague = matches!(
        phrase.lemma.as_str(),
        "man"
            | "woman"
            | "official"
            | "politician"
            | "leader"
            | "representative"
            | "expert"
            | "company"
            | "group"
            | "organisation"
            | "body"
            | "institution"
            | "agency"
            | "country"
            | "government"
            | "firm"
    );
    let taken = scene.described_as(&phrase.lemma).iter().any(|&e| e != one);
    let inside = scene.words(part).map(|words| words.cover(phrase.core.start..phrase.head + 1)).unwrap_or_default();
    let mut names = scene.mentions_in(part, inside).filter_map(|m| scene.mention_entity[m]);
    let owner = names.next();
    let body = phrase.kind == Some(NounKind::Organisation);
    let alone = body && bodies_near(scene, part, span) == [one];
    let spoken_for = body
        && scene
            .last_speaker(part, span.start)
            .is_some_and(|who| matches!(who[..], [w] if scene.portraits[w].affiliated == Some(one)));
    let speaker = candidate.features[4];
    let topic = scene.mentioned(one) > 2 && candidate.features[49] > 0.0;
    let flag = |value: bool| f32::from(value);
    [
        fit.unwrap_or(0.0),
        flag(fit.is_some()),
        flag(exact && fit.is_some()),
        flag(near > 0 && fit.is_none()),
        flag(!phrase.rest.is_empty()),
        phrase.modifiers.len().min(3) as f32 / 3.0,
        flag(vague),
        if body { flag(alone) } else { flag(phrase.kind.is_none()) },
        if body { flag(vague && portrait.descriptors.is_empty()) } else { flag(portrait.descriptors.is_empty()) },
        flag(shares),
        flag(taken),
        flag(known(scene, phrase).is_some()),
        flag(scene.sentence(part, span.start) < 2),
        flag(owner.is_some()),
        if body { flag(spoken_for) } else { flag(owner.is_some() && owner == portrait.affiliated) },
        speaker * flag(phrase.rest.is_empty() && owner.is_none()),
        worth.unwrap_or(0.0),
        flag(worth.is_some()),
        flag(only),
        flag(worth.is_some() && exact),
        flag(worth.is_some() && known(scene, phrase).is_some()),
        flag(topic),
        flag(topic && worth.is_none() && phrase.kind.is_none()),
        flag(worth.is_some() && speaker > 0.0),
    ]
}

/// "The company": the only organisation near by, where nothing else is said of either.
fn only_body(scene: &Scene<'_>, part: Part, phrase: &Phrase, span: Span) -> Option<usize> {
    let generic = matches!(
        phrase.lemma.as_str(),
        "company" | "firm" | "bank" | "party" | "newspaper" | "paper" | "outlet" | "club"
    );
    if !generic || !phrase.modifiers.is_empty() || !phrase.rest.is_empty() {
        return None;
    }
    let [one] = bodies_near(scene, part, span)[..] else { return None };
    Some(one)
}

/// The organisations named in the last sentences that no noun describes.
fn bodies_near(scene: &Scene<'_>, part: Part, span: Span) -> Vec<usize> {
    let mut bodies: Vec<usize> = Vec::new();
    let sentence = scene.sentence(part, span.start);
    for (mention, entity) in scene.mentions_before(part, span.start, MENTIONS) {
        if sentence > scene.sentence(part, scene.findings.mentions[mention].span.start) + NEAR {
            break;
        }
        if scene.entities[entity].kind == Some(EntityType::Org)
            && scene.portraits[entity].descriptors.is_empty()
            && !bodies.contains(&entity)
        {
            bodies.push(entity);
        }
    }
    bodies
}

/// Features of a candidate for the author of a document.
fn of_document(
    scene: &Scene<'_>,
    part: Part,
    phrase: &Phrase,
    candidate: &Candidate,
) -> [f32; FEATURES - OF_DESCRIPTION] {
    let spoken = matches!(
        phrase.lemma.as_str(),
        "statement" | "speech" | "letter" | "post" | "tweet" | "message" | "release" | "address" | "email"
    );
    let study = matches!(phrase.lemma.as_str(), "report" | "study" | "survey" | "research" | "data" | "analysis");
    let one = candidate.who[0];
    let beside = scene.named_with(one, part, candidate.span.end, &phrase.lemma);
    let speaker = candidate.features[4] > 0.0;
    let subject = candidate.features[5] > 0.0;
    let flag = |value: bool| f32::from(value);
    let mut told = [0.0; FEATURES - OF_DESCRIPTION];
    told[..12].copy_from_slice(&[
        flag(spoken),
        flag(study),
        flag(beside),
        flag(beside && subject),
        flag(beside && speaker),
        flag(speaker && spoken),
        flag(speaker && study),
        flag(!phrase.rest.is_empty()),
        phrase.modifiers.len().min(3) as f32 / 3.0,
        flag(beside && candidate.features[43] > 0.0),
        flag(beside && candidate.features[48] > 0.0),
        flag(candidate.features[48] > 0.0 && spoken),
    ]);
    told
}
