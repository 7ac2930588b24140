//! Text before a pronoun → noun phrases without a name that it may stand for ("the victim", "opposition MPs").
//!
//! Invariant: each stretch of text is read at most once, so that cost follows the text's length.

use std::ops::Range;

use super::descriptions;
use super::fold::fold;
use super::gazetteer::{NounKind, last_part};
use super::phrases::{Determiner, ends_core, parse};
use super::scene::{Event, Scene};
use super::words::{Words, is_apostrophe};
use crate::labels::Part;

/// Words before a pronoun in which phrases are looked for.
const REACH: usize = 90;
/// Words before a noun that belong to its phrase.
const LEFT: usize = 5;

/// Enters the noun phrases before a word as events.
pub(super) fn enter(scene: &mut Scene<'_>, part: Part, before: usize) {
    let from = before.saturating_sub(REACH).max(scene.read_to(part));
    if from >= before {
        return;
    }
    scene.set_read_to(part, before);
    let Some(words) = scene.words(part) else {
        return;
    };
    let found: Vec<Range<usize>> = (from..before).filter_map(|at| phrase_at(scene, words, part, at)).collect();
    for range in found {
        let Some(words) = scene.words(part) else {
            continue;
        };
        let span = words.cover(range.clone());
        let Some(phrase) = parse(words, range, scene.gazetteer) else {
            continue;
        };
        let named = if phrase.plural || phrase.determiner != Determiner::Definite {
            None
        } else {
            descriptions::named(scene, part, &phrase, span).filter(|(.., score)| *score >= 0.8)
        };
        let entity = match named {
            Some((entity, ..)) => entity,
            None => scene.describe(part, span, Some(&phrase), phrase.determiner == Determiner::Indefinite),
        };
        scene.nouns.push(Event { part, span, who: vec![entity], source: false, top: false, noun: named.is_none() });
    }
}

/// The noun phrase whose head is a word, if it names people or a body and holds no name.
pub(super) fn phrase_at(scene: &Scene<'_>, words: &Words<'_>, part: Part, at: usize) -> Option<Range<usize>> {
    let written = words.at(at);
    if !written.starts_with(char::is_alphabetic) {
        return None;
    }
    let folded = last_part(written);
    let (noun, plural) = scene.gazetteer.noun(&folded)?;
    let next = words.at(at + 1);
    let compound = next.starts_with(char::is_uppercase)
        || scene.gazetteer.noun(&last_part(next)).is_some_and(|(n, _)| n.kind != NounKind::Document)
            && !ends_core(next);
    if noun.kind == NounKind::Document
        || compound
        || noun.lemma.len() < 3
        || matches!(
            folded.as_str(),
            "head"
                | "state"
                | "house"
                | "model"
                | "forward"
                | "second"
                | "fellow"
                | "some"
                | "many"
                | "most"
                | "all"
                | "none"
                | "others"
                | "both"
                | "several"
                | "few"
                | "media"
                | "general"
                | "service"
                | "project"
                | "program"
                | "programme"
                | "school"
                | "city"
                | "town"
                | "district"
                | "region"
                | "province"
                | "island"
                | "village"
                | "county"
                | "country"
                | "nation"
                | "world"
                | "campaign"
                | "office"
                | "court"
                | "side"
                | "forces"
                | "deputy"
                | "chief"
                | "host"
                | "force"
                | "station"
                | "board"
                | "centre"
                | "center"
        )
    {
        return None;
    }
    let mut start = at;
    let mut determined = false;
    while start > 0 && at - start < LEFT {
        let before = words.at(start - 1);
        let word = fold(before);
        if before.starts_with(is_apostrophe) && start > 1 {
            start -= 2;
            determined = true;
            continue;
        }
        if !before.starts_with(char::is_alphanumeric)
            || ends_core(&word)
            || word.len() > 3 && word.ends_with("ing")
            || matches!(
                word.as_str(),
                "if" | "not" | "told" | "he" | "she" | "they" | "it" | "we" | "i" | "also" | "so" | "while"
            )
        {
            break;
        }
        start -= 1;
        if matches!(
            word.as_str(),
            "the"
                | "a"
                | "an"
                | "his"
                | "her"
                | "their"
                | "its"
                | "this"
                | "that"
                | "these"
                | "those"
                | "another"
                | "some"
                | "one"
                | "two"
                | "three"
                | "four"
                | "our"
                | "my"
        ) {
            determined = true;
            break;
        }
    }
    if !determined && !plural {
        return None;
    }
    if !determined {
        let before = fold(words.at(at.wrapping_sub(1)));
        let describes = scene.gazetteer.country_code(&before).is_some()
            || scene.gazetteer.noun(&before).is_some()
            || ["al", "ic", "ive", "ous", "ese", "ish", "ary"].iter().any(|end| before.ends_with(end));
        start = at - usize::from(describes && start < at);
    }
    let span = words.cover(start..at + 1);
    let taken = scene.mentions_in(part, span).any(|m| words.within(scene.findings.mentions[m].span).end == at + 1);
    (!taken).then_some(start..at + 1)
}
