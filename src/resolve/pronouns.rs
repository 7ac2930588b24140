//! Pronoun → the entity that it stands for.
//!
//! Invariant: number and gender must not contradict; below the threshold there is no answer.

use std::ops::Range;

use super::fold::fold;
use super::nouns;
use super::salience::{Candidate, FEATURES, Place, candidates};
use super::scene::{Answer, Scene};
use super::titles::Gender;
use super::words::{Words, is_apostrophe};
use crate::labels::{EntityType, How, Part, Role};
use crate::text::Span;

/// Pronouns that can stand for a source or an addressee.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Pronoun {
    /// I, me, my.
    I,
    /// we, us, our.
    We,
    /// you, your.
    You,
    /// he, him, his.
    He,
    /// she, her.
    She,
    /// it, its.
    It,
    /// they, them, their.
    They,
    /// who, which, that.
    Who,
}

/// The pronoun that a word is.
pub(super) fn pronoun(word: &str) -> Option<Pronoun> {
    if word == "US" {
        return None;
    }
    let bare = word.split(is_apostrophe).next().unwrap_or(word);
    Some(match fold(bare).as_str() {
        "i" | "me" | "my" | "mine" | "myself" => Pronoun::I,
        "we" | "us" | "our" | "ours" | "ourselves" => Pronoun::We,
        "you" | "your" | "yours" | "yourself" | "yourselves" => Pronoun::You,
        "he" | "him" | "his" | "himself" => Pronoun::He,
        "she" | "her" | "hers" | "herself" => Pronoun::She,
        "it" | "its" | "itself" => Pronoun::It,
        "they" | "them" | "their" | "theirs" | "themselves" => Pronoun::They,
        "who" | "whom" | "whose" | "which" | "that" => Pronoun::Who,
        _ => return None,
    })
}

/// Whether some words are a pronoun, perhaps with "himself" or "all of" around it.
pub(super) fn is_pronoun(words: &Words<'_>, range: &Range<usize>) -> bool {
    let last = range.end.saturating_sub(1);
    match range.len() {
        1 => pronoun(words.at(range.start)).is_some(),
        2 => {
            pronoun(words.at(range.start)).is_some()
                && (fold(words.at(last)).ends_with("self") || matches!(words.at(last), "both" | "all"))
        }
        3 => {
            matches!(fold(words.at(range.start)).as_str(), "all" | "both")
                && words.at(range.start + 1) == "of"
                && pronoun(words.at(last)).is_some()
        }
        _ => false,
    }
}

/// What each feature of a candidate counts for he and she where somebody spoke before (`docs/entities.md`).
const PERSON: [f32; FEATURES] = [
    1.01, 0.67, 0.11, -0.61, 1.79, 0.60, 0.32, -0.81, -0.66, -0.48, 0.45, 0.32, 0.31, 0.13, -0.54, 0.50, -1.08, 0.45,
    -2.05, -1.08, 0.45, -0.96, 1.00, -0.43, -0.13, -0.01, -0.05, 0.03, -0.21, 0.22, 0.56, 0.44, -0.39, -0.17, 0.00,
    0.09, -0.16, 0.00, 0.00, -0.02, -0.8, 0.4, 0.0,
];
/// What nobody at all counts there.
const NOBODY_PERSON: f32 = 1.58;
/// The same where nobody spoke before: in a narrative.
const NARRATIVE: [f32; FEATURES] = [
    5.19, 1.17, 1.22, 1.58, 0.00, 1.72, 0.69, -0.33, 0.91, 0.39, 0.82, 0.34, 2.57, 1.74, 1.58, 0.33, -0.59, 0.00, 0.00,
    0.00, 0.00, 1.47, 1.94, 1.93, -0.00, -1.58, -0.91, -0.68, -2.06, 0.52, 2.09, 1.99, 1.23, 0.51, 0.70, -0.41, 1.29,
    0.70, -0.29, -0.66, 1.18, -2.39, 0.00,
];
/// What nobody at all counts there.
const NOBODY_NARRATIVE: f32 = 1.02;
/// The same for it and they.
const THING: [f32; FEATURES] = [
    1.0, 1.0, -0.5, -1.5, 2.0, 0.8, 0.4, -0.8, -0.6, -0.5, 0.6, 0.4, 0.3, 0.0, -0.5, 0.5, -1.0, 0.5, -1.0, -1.0, 0.5,
    -1.0, 1.5, -0.5, 0.0, 0.0, 0.0, 0.0, -0.2, 0.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, -0.6, 0.0, -1.2,
];
/// What nobody at all counts there.
const NOBODY_THING: f32 = 0.5;
/// Least probability of an answer.
const THRESHOLD: f32 = 0.4;

/// Whom a pronoun stands for.
pub(super) fn resolve(
    scene: &mut Scene<'_>,
    statement: usize,
    role: Role,
    part: Part,
    range: Range<usize>,
) -> Vec<Answer> {
    let Some(words) = scene.words(part) else { return Vec::new() };
    let span = words.cover(range.clone());
    let Some(at) = range.clone().find(|&i| pronoun(words.at(i)).is_some()) else { return Vec::new() };
    let Some(pronoun) = pronoun(words.at(at)) else { return Vec::new() };
    let place = place(words, statement, role, part, at);
    if pronoun == Pronoun::It && place.subject && is_expletive(words, at) {
        return Vec::new();
    }
    if matches!(pronoun, Pronoun::He | Pronoun::She | Pronoun::They) {
        nouns::enter(scene, part, at);
    }
    match pronoun {
        Pronoun::I => speaker(scene, statement, span, 0.95),
        Pronoun::We => we(scene, statement, span),
        Pronoun::You => Vec::new(),
        Pronoun::He => person(scene, &place, span, Gender::Female),
        Pronoun::She => person(scene, &place, span, Gender::Male),
        Pronoun::It => {
            best(scene, &place, span, &THING, NOBODY_THING, |scene, who| who.len() == 1 && scene.is_body(who[0]))
        }
        Pronoun::They => {
            best(scene, &place, span, &THING, NOBODY_THING, |scene, who| who.len() > 1 || scene.is_several(who[0]))
        }
        Pronoun::Who => relative(scene, part, range.start, span),
    }
}

/// The person that he or she stands for, who is not of the other gender.
fn person(scene: &Scene<'_>, place: &Place, span: Span, other: Gender) -> Vec<Answer> {
    let told =
        scene.spoken.iter().rev().take(16).any(|e| e.source && e.part == place.part && e.span.end <= place.span.start);
    let (weights, nobody) = if told { (&PERSON, NOBODY_PERSON) } else { (&NARRATIVE, NOBODY_NARRATIVE) };
    best(scene, place, span, weights, nobody, |scene, who| {
        who.len() == 1 && scene.is_person(who[0]) && scene.portraits[who[0]].gender() != Some(other)
    })
}

/// "It is known that", "it was reported": nobody is meant.
fn is_expletive(words: &Words<'_>, at: usize) -> bool {
    let be = matches!(words.at(at + 1), "is" | "was" | "seems" | "appears" | "remains")
        || words.at(at + 1) == "has" && words.at(at + 2) == "been";
    be && (at + 2..at + 5).map(|i| words.at(i)).any(|w| {
        matches!(
            w,
            "known"
                | "said"
                | "believed"
                | "understood"
                | "reported"
                | "expected"
                | "thought"
                | "clear"
                | "unclear"
                | "possible"
                | "likely"
                | "feared"
                | "alleged"
                | "hoped"
                | "estimated"
                | "claimed"
                | "announced"
                | "important"
                | "necessary"
                | "that"
                | "noted"
                | "true"
                | "considered"
        )
    })
}

/// Where a pronoun stands in its clause.
fn place(words: &Words<'_>, statement: usize, role: Role, part: Part, at: usize) -> Place {
    let word = fold(words.at(at));
    let next = words.at(at + 1);
    let noun_follows = next.starts_with(char::is_alphabetic)
        && !matches!(
            fold(next).as_str(),
            "to" | "that"
                | "in"
                | "on"
                | "at"
                | "for"
                | "and"
                | "about"
                | "by"
                | "of"
                | "not"
                | "when"
                | "if"
                | "as"
                | "whether"
                | "with"
                | "he"
                | "she"
                | "from"
        );
    let possessive =
        matches!(word.as_str(), "his" | "its" | "their") || word == "her" && noun_follows && role == Role::Source;
    let subject = matches!(word.as_str(), "he" | "she" | "they" | "it") && role == Role::Source;
    let plural = matches!(word.as_str(), "they" | "them" | "their" | "theirs");
    Place { part, span: words.span(at), statement, possessive, subject, plural }
}

/// The source of the statement that a first person lies in.
fn speaker(scene: &Scene<'_>, statement: usize, span: Span, score: f32) -> Vec<Answer> {
    let Some((parent, _)) = scene.parent(statement) else { return Vec::new() };
    let answer = |a: &Answer| Answer {
        entity: a.entity,
        surface: Some(span),
        antecedent: a.antecedent.or(a.surface),
        how: How::Pronoun,
        score: score * a.score,
    };
    scene.sources[parent].iter().map(answer).collect()
}

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

/// The body for which the speaker of the statement around it speaks; nobody if the article names none.
fn we(scene: &Scene<'_>, statement: usize, span: Span) -> Vec<Answer> {
    let mut answers = speaker(scene, statement, span, 0.7);
    if let [one] = &mut answers[..] {
        let portrait = &scene.portraits[one.entity];
        let speaks = portrait.descriptors.iter().any(|d| SPEAKS_FOR.contains(&d.lemma.as_str()));
        match portrait.affiliated.filter(|&body| speaks && scene.entities[body].kind == Some(EntityType::Org)) {
            Some(body) => one.entity = body,
            None if scene.is_person(one.entity) => return Vec::new(),
            None => {}
        }
    }
    answers
}

/// The candidate that fits best, if it is likely enough.
fn best(
    scene: &Scene<'_>,
    place: &Place,
    span: Span,
    weights: &[f32; FEATURES],
    nobody: f32,
    fits: impl Fn(&Scene<'_>, &[usize]) -> bool,
) -> Vec<Answer> {
    let candidates = candidates(scene, place, fits);
    let worth = |c: &Candidate| c.features.iter().zip(weights).map(|(f, w)| f * w).sum::<f32>();
    let total: f32 = candidates.iter().map(|c| worth(c).exp()).sum::<f32>() + nobody.exp();
    let Some(chosen) = candidates.iter().max_by(|a, b| worth(a).total_cmp(&worth(b))) else { return Vec::new() };
    let score = worth(chosen).exp() / total;
    if score < THRESHOLD {
        return Vec::new();
    }
    chosen
        .who
        .iter()
        .map(|&entity| Answer { entity, surface: Some(span), antecedent: Some(chosen.span), how: How::Pronoun, score })
        .collect()
}

/// The name right before a relative pronoun.
fn relative(scene: &Scene<'_>, part: Part, at: usize, span: Span) -> Vec<Answer> {
    let Some(words) = scene.words(part) else { return Vec::new() };
    let before =
        (1..=2).filter_map(|back| at.checked_sub(back)).find(|&i| words.at(i).starts_with(char::is_alphanumeric));
    let Some(before) = before else { return Vec::new() };
    let mention =
        scene.mentions_in(part, Span::new(words.span(before.saturating_sub(6)).start, words.span(before).end)).last();
    let Some(mention) = mention.filter(|&m| scene.findings.mentions[m].span.end == words.span(before).end) else {
        return Vec::new();
    };
    let human = matches!(fold(words.at(at)).as_str(), "who" | "whom");
    let answer = |entity| Answer {
        entity,
        surface: Some(span),
        antecedent: Some(scene.findings.mentions[mention].span),
        how: How::Pronoun,
        score: 0.95,
    };
    scene.mention_entity[mention]
        .filter(|&e| !human || scene.entities[e].kind != Some(EntityType::Loc))
        .map(answer)
        .into_iter()
        .collect()
}
