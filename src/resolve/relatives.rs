//! "Who", "which", "that" → what stands right before them.
//!
//! Invariant: only the phrase that ends there, past a comma, a bracket or a quotation mark.

use std::ops::Range;

use super::descriptions;
use super::fold::fold;
use super::nouns;
use super::phrases::ends_core;
use super::scene::{Answer, Scene};
use super::words::Words;
use crate::labels::{EntityType, How, Part, Role};
use crate::text::Span;

/// Words in brackets between a name and its relative pronoun.
const BRACKETS: usize = 8;
/// Words of a description before its last name ("the leader of the Harbour Party, who").
const BACK: usize = 8;

/// Whom a relative pronoun stands for.
pub(super) fn antecedent(
    scene: &mut Scene<'_>,
    statement: usize,
    role: Role,
    part: Part,
    at: usize,
    span: Span,
) -> Vec<Answer> {
    let Some(words) = scene.words(part) else {
        return Vec::new();
    };
    let Some(last) = last_word(words, at) else {
        return Vec::new();
    };
    let human = matches!(fold(words.at(at)).as_str(), "who" | "whom");
    let within = Span::new(words.span(last.saturating_sub(7)).start, words.span(last).end);
    let name = scene.mentions_in(part, within).filter(|&m| scene.findings.mentions[m].span.end == words.span(last).end);
    let name = name.last().and_then(|m| Some((m, scene.mention_entity[m]?)));
    let mut phrase = None;
    if let Some((mention, entity)) = name {
        let found = scene.findings.mentions[mention].span;
        let kind = scene.entities[entity].kind;
        let first = words.within(found).start;
        if human && kind != Some(EntityType::Per) {
            phrase = owner(scene, words, part, first).map(|start| start..last + 1);
        }
        if phrase.is_none() && !(human && kind == Some(EntityType::Loc)) {
            let answer =
                Answer { entity, surface: Some(span), antecedent: Some(found), how: How::Pronoun, score: 0.95 };
            return vec![answer];
        }
    }
    let phrase = phrase.or_else(|| {
        let whole = nouns::phrase_at(scene, words, part, last);
        let whole = whole.or_else(|| owner(scene, words, part, last).map(|start| start..last + 1));
        whole.or_else(|| determined(words, last).map(|start| start..last + 1))
    });
    let Some(range) = phrase else {
        return Vec::new();
    };
    if human && let Some((entity, found)) = apposed(scene, words, part, range.start) {
        return vec![Answer { entity, surface: Some(span), antecedent: Some(found), how: How::Pronoun, score: 0.9 }];
    }
    let before = words.cover(range.clone());
    let answers = descriptions::resolve(scene, statement, role, part, range);
    let answer = |a: Answer| Answer {
        surface: Some(span),
        antecedent: a.antecedent.or(Some(before)),
        how: How::Pronoun,
        score: 0.9 * a.score,
        ..a
    };
    answers.into_iter().map(answer).collect()
}

/// "Lund, a consultant who", "Lund was the one who": the person of whom a phrase is said.
fn apposed(scene: &Scene<'_>, words: &Words<'_>, part: Part, start: usize) -> Option<(usize, Span)> {
    let mut at = start.checked_sub(1)?;
    if words.at(at) == "also" {
        at = at.checked_sub(1)?;
    }
    if !matches!(words.at(at), "," | "is" | "was") {
        return None;
    }
    let end = words.span(at.checked_sub(1)?).end;
    let near = Span::new(words.span(at.saturating_sub(5)).start, end);
    let name = scene.mentions_in(part, near).filter(|&m| scene.findings.mentions[m].span.end == end).last()?;
    let entity = scene.mention_entity[name]?;
    let person = scene.entities[entity].kind == Some(EntityType::Per);
    person.then(|| (entity, scene.findings.mentions[name].span))
}

/// The last word of what a relative pronoun follows.
fn last_word(words: &Words<'_>, at: usize) -> Option<usize> {
    let mut last = at.checked_sub(1)?;
    for _ in 0..3 {
        if words.at(last) == ")" {
            last = (last.saturating_sub(BRACKETS)..last).rev().find(|&i| words.at(i) == "(")?.checked_sub(1)?;
        } else if !words.at(last).starts_with(char::is_alphanumeric) {
            last = last.checked_sub(1)?;
        }
    }
    words.at(last).starts_with(char::is_alphanumeric).then_some(last)
}

/// Where the determiner before a noun stands ("the liberals", "a bystander").
fn determined(words: &Words<'_>, last: usize) -> Option<usize> {
    let plain = |i: &usize| words.at(*i).starts_with(char::is_alphanumeric) && !ends_core(words.at(*i));
    let range = (last.saturating_sub(4)..last).rev().take_while(plain);
    let mut determiners = range.filter(|&i| {
        let word = fold(words.at(i));
        matches!(
            word.as_str(),
            "the" | "a" | "an" | "another" | "some" | "several" | "many" | "these" | "those" | "two"
        )
    });
    determiners.next()
}

/// Where the phrase begins whose noun stands before "of" or "for" and a last part ("the leader of X").
fn owner(scene: &Scene<'_>, words: &Words<'_>, part: Part, last: usize) -> Option<usize> {
    let range: Range<usize> = last.saturating_sub(BACK)..last;
    let of = range.rev().find(|&i| matches!(words.at(i), "of" | "for" | "at" | "from" | "in" | "with"))?;
    let plain = (of + 1..last).all(|i| words.at(i).starts_with(char::is_alphanumeric));
    let phrase = nouns::phrase_at(scene, words, part, of.checked_sub(1)?).filter(|_| plain)?;
    Some(phrase.start)
}
