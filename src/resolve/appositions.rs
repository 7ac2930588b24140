//! Name in its sentence → the words beside it that say what it is.
//!
//! Invariant: a fixed number of words on either side is looked at, and no verb is crossed.

use std::ops::Range;

use super::acronyms::is_acronym;
use super::fold::fold;
use super::gazetteer::{NounKind, last_part};
use super::phrases::parse;
use super::portraits::View;
use super::titles::is_title;
use crate::labels::EntityType;

/// Words of a title before a name that are read.
const REACH: usize = 12;

/// The words before a name that describe it: from the first word that can belong to a title.
pub(super) fn title_before(view: &View<'_>, start: usize) -> Option<Range<usize>> {
    let words = view.words;
    let mut first = start;
    while first > 0 && start - first < REACH {
        let written = words.at(first - 1);
        let word = fold(written);
        let noun = view.gazetteer.noun(&last_part(&word)).is_some();
        let belongs = written.starts_with(|c: char| c.is_uppercase())
            || noun
            || is_title(&word)
            || is_qualifier(&word)
            || word == "s"
            || view.gazetteer.country_code(&word).is_some();
        if !belongs
            || matches!(
                word.as_str(),
                "the"
                    | "but"
                    | "and"
                    | "when"
                    | "while"
                    | "if"
                    | "as"
                    | "he"
                    | "she"
                    | "it"
                    | "i"
                    | "we"
                    | "they"
                    | "in"
                    | "on"
                    | "at"
            )
        {
            break;
        }
        first -= 1;
    }
    (first < start).then_some(first..start)
}

/// Words in small letters that qualify an office.
fn is_qualifier(word: &str) -> bool {
    matches!(
        word,
        "former"
            | "deputy"
            | "vice"
            | "acting"
            | "senior"
            | "then"
            | "interim"
            | "outgoing"
            | "incoming"
            | "assistant"
            | "chief"
            | "general"
            | "foreign"
            | "prime"
            | "finance"
            | "defence"
            | "defense"
            | "interior"
            | "health"
            | "education"
            | "national"
            | "state"
            | "home"
            | "justice"
            | "presidential"
            | "federal"
            | "local"
            | "regional"
            | "provincial"
            | "economy"
            | "trade"
            | "energy"
            | "ex"
            | "communications"
            | "press"
            | "opposition"
            | "ruling"
            | "party"
            | "police"
            | "army"
            | "political"
            | "human"
            | "rights"
            | "managing"
            | "executive"
            | "current"
            | "new"
            | "longtime"
            | "veteran"
            | "fellow"
            | "vocal"
            | "union"
            | "chair"
            | "running"
            | "radio"
            | "tv"
            | "television"
            | "news"
            | "city"
            | "county"
            | "district"
            | "special"
            | "permanent"
            | "research"
            | "climate"
            | "environment"
            | "transport"
    )
}

/// The words after a name that say what it is: ", a spokesman for …", "who is the leader of …", "is a …".
pub(super) fn apposition_after(view: &View<'_>, mut at: usize, kind: NounKind) -> Option<Range<usize>> {
    let words = view.words;
    if words.at(at) == "(" {
        let close = (at..at + 8).find(|&i| words.at(i) == ")")?;
        at = close + 1;
    }
    let mut comma = false;
    if words.at(at) == "," {
        comma = true;
        at += 1;
    }
    if comma && fold(words.at(at)) == "who" {
        at += 1;
        comma = false;
    }
    if !comma {
        if !matches!(fold(words.at(at)).as_str(), "is" | "was" | "became" | "remains") {
            return None;
        }
        at += 1;
        if !matches!(fold(words.at(at)).as_str(), "a" | "an" | "the" | "also") {
            return None;
        }
    }
    let limit = at + 2 * REACH;
    let end = (at..limit)
        .find(|&i| {
            i >= words.len()
                || matches!(words.at(i), "," | "." | ";" | ":" | "—" | "–" | "”" | "\"" | "(")
                || is_verb(&fold(words.at(i)))
        })
        .unwrap_or(limit);
    let phrase = parse(words, at..end, view.gazetteer)?;
    let office = kind == NounKind::Person
        && phrase.core.len() == 1
        && is_acronym(words.at(phrase.head))
        && matches!(words.at(phrase.head + 1), "of" | "for" | "in" | "at");
    let fits = office || phrase.kind == Some(kind) && (!phrase.plural || kind == NounKind::Organisation);
    let named = view.mentions(phrase.core.clone()).any(|m| view.findings.mentions[m].kind == EntityType::Per);
    (fits && !named).then_some(at..end)
}

/// "…, chief of X and chairman of Y": the second office of an apposition.
pub(super) fn conjunct_after(view: &View<'_>, and: usize) -> Option<Range<usize>> {
    let words = view.words;
    if words.at(and) != "and" {
        return None;
    }
    let limit = and + 1 + REACH;
    let end = (and + 1..limit)
        .find(|&i| i >= words.len() || matches!(words.at(i), "," | "." | ";" | "(") || is_verb(&fold(words.at(i))))
        .unwrap_or(limit);
    let phrase = parse(words, and + 1..end, view.gazetteer)?;
    (phrase.kind == Some(NounKind::Person) && !phrase.plural).then_some(and + 1..end)
}

/// Verbs that end an apposition without a comma.
fn is_verb(word: &str) -> bool {
    matches!(
        word,
        "said"
            | "says"
            | "told"
            | "has"
            | "had"
            | "have"
            | "is"
            | "was"
            | "were"
            | "are"
            | "will"
            | "would"
            | "and"
            | "but"
            | "who"
            | "which"
    )
}
