//! Pronoun → the entity that it stands for.
//!
//! Invariant: number and gender must not contradict; below the threshold there is no answer.

use std::ops::Range;

use super::fold::fold;
use super::scene::{Answer, Scene};
use super::words::Words;
use crate::labels::{How, Part, Role};

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
    Some(match fold(word).as_str() {
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
        2 => pronoun(words.at(range.start)).is_some() && (fold(words.at(last)).ends_with("self") || matches!(words.at(last), "both" | "all")),
        3 => matches!(fold(words.at(range.start)).as_str(), "all" | "both") && words.at(range.start + 1) == "of" && pronoun(words.at(last)).is_some(),
        _ => false,
    }
}

/// Whom a pronoun stands for.
pub(super) fn resolve(scene: &mut Scene<'_>, statement: usize, _role: Role, part: Part, range: Range<usize>) -> Vec<Answer> {
    let Some(words) = scene.words(part) else { return Vec::new() };
    let span = words.cover(range.clone());
    let Some(pronoun) = range.clone().find_map(|i| pronoun(words.at(i))) else { return Vec::new() };
    let parent = scene.parent(statement).and_then(|(p, _)| scene.sources[p].first().copied());
    let speaker = scene.spoken.iter().rev().find(|e| e.source).and_then(|e| e.who.first().map(|w| (*w, e.span)));
    let who = match pronoun {
        Pronoun::I | Pronoun::We => parent.map(|p| p.entity),
        Pronoun::He | Pronoun::She => parent.map(|p| p.entity).or(speaker.map(|s| s.0)).filter(|&s| scene.is_person(s)),
        _ => None,
    };
    who.map(|entity| Answer { entity, surface: Some(span), antecedent: None, how: How::Pronoun, score: 0.7 }).into_iter().collect()
}
