//! Pronoun → the entity that it stands for.
//!
//! Invariant: number and gender must not contradict; below the threshold there is no answer.

use std::ops::Range;

use super::choice::{Choice, Weights, choose};
use super::firsts;
use super::fold::fold;
use super::nouns;
use super::relatives;
use super::salience::{Place, candidates};
use super::scene::{Answer, Scene};
use super::titles::Gender;
use super::weights::{IT, NARRATIVE_OBJECT, NARRATIVE_OWNER, NARRATIVE_SUBJECT, PERSON, THEY};
use super::words::{Words, is_apostrophe};
use crate::labels::{How, Part, Role};
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
    if matches!(word, "US" | "WHO" | "IT") {
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

/// Whom a pronoun stands for.
pub(super) fn resolve(
    scene: &mut Scene<'_>,
    statement: usize,
    role: Role,
    part: Part,
    range: Range<usize>,
) -> Vec<Answer> {
    let Some(words) = scene.words(part) else {
        return Vec::new();
    };
    let span = words.cover(range.clone());
    let Some(at) = range.clone().find(|&i| pronoun(words.at(i)).is_some()) else {
        return Vec::new();
    };
    let Some(pronoun) = pronoun(words.at(at)) else {
        return Vec::new();
    };
    let place = place(words, statement, role, part, at);
    if pronoun == Pronoun::It && place.subject && is_expletive(words, at) {
        return Vec::new();
    }
    if matches!(pronoun, Pronoun::He | Pronoun::She | Pronoun::It | Pronoun::They) {
        nouns::enter(scene, part, at);
    }
    match pronoun {
        Pronoun::I => firsts::singular(scene, statement, part, span),
        Pronoun::We => firsts::plural(scene, &place, span),
        Pronoun::You => Vec::new(),
        Pronoun::He => person(scene, &place, span, Gender::Female),
        Pronoun::She => person(scene, &place, span, Gender::Male),
        Pronoun::It => best(scene, &place, span, &IT, |scene, who| who.len() == 1 && scene.is_body(who[0])),
        Pronoun::They => best(scene, &place, span, &THEY, |_, _| true),
        Pronoun::Who => relatives::antecedent(scene, statement, role, part, range.start, span),
    }
}

/// The person that he or she stands for, who is not of the other gender.
fn person(scene: &mut Scene<'_>, place: &Place, span: Span, other: Gender) -> Vec<Answer> {
    let told =
        scene.spoken.iter().rev().take(16).any(|e| e.source && e.part == place.part && e.span.end <= place.span.start);
    let weights = match (told, place.possessive, place.subject) {
        (true, ..) => &PERSON,
        (false, true, _) => &NARRATIVE_OWNER,
        (false, _, true) => &NARRATIVE_SUBJECT,
        _ => &NARRATIVE_OBJECT,
    };
    best(scene, place, span, weights, |scene, who| {
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
    let ahead = matches!(word.as_str(), "he" | "she" | "his" | "her" | "him");
    Place { part, span: words.span(at), statement, possessive, subject, plural, ahead }
}

/// The candidate that fits best, if it is likely enough.
fn best(
    scene: &mut Scene<'_>,
    place: &Place,
    span: Span,
    weights: &Weights,
    fits: impl Fn(&Scene<'_>, &[usize]) -> bool,
) -> Vec<Answer> {
    let candidates = candidates(scene, place, fits);
    let Choice::One(chosen, score) = choose(scene, place.part, span, candidates, weights) else {
        return Vec::new();
    };
    let answer = |&entity: &usize| Answer {
        entity,
        surface: Some(span),
        antecedent: Some(chosen.span),
        how: How::Pronoun,
        score,
    };
    chosen.who.iter().map(answer).collect()
}
