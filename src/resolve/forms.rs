//! Mentions → the distinct names of an article.
//!
//! Invariant: mentions with the same folded words have one form and one type, except that a word that is also
//! part of a person's fuller name keeps two: the person and the company of that name.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use super::fold::{fold, name_words, strip_possessive};
use super::titles::{Gender, gender_of_honorific, is_title};
use super::words::Words;
use crate::article::{Findings, Mention};
use crate::labels::{EntityType, Part};
use crate::text::Span;

/// One way in which something is named in the article.
#[derive(Debug)]
pub(super) struct Form {
    /// Folded words, titles dropped.
    pub(super) words: Vec<String>,
    pub(super) kind: EntityType,
    /// The gender that the honorific before it gives ("Mr Lund" and "Ms Lund" are two forms).
    pub(super) gender: Option<Gender>,
    /// As first written, preferring a spelling that is not all capitals.
    pub(super) surface: String,
    pub(super) count: usize,
    /// The form that it belongs to; its own number if none.
    pub(super) joined: usize,
    /// Whether the user's file says what it stands for.
    pub(super) given: bool,
    /// Several bearers, when its mentions have to be told apart one by one.
    pub(super) bearers: Vec<usize>,
}

/// The distinct names, and for each mention the number of its own.
#[derive(Debug, Default)]
pub(super) struct Forms {
    pub(super) forms: Vec<Form>,
    pub(super) of_mention: Vec<Option<usize>>,
}

impl Forms {
    /// The form that others joined, from one that did.
    pub(super) fn root(&self, mut index: usize) -> usize {
        while self.forms[index].joined != index {
            index = self.forms[index].joined;
        }
        index
    }
}

/// A mention as a name: folded words and surface, without titles and possessive ending.
fn read(written: &str, kind: EntityType) -> (Vec<String>, String) {
    let mut words = name_words(written);
    let mut shown = strip_possessive(written.trim());
    shown = shown.strip_prefix("the ").unwrap_or(shown);
    if kind == EntityType::Per {
        while words.len() > 1 && is_title(&words[0]) {
            words.remove(0);
            shown = shown.split_once(char::is_whitespace).map_or(shown, |(_, rest)| rest.trim_start());
        }
    }
    (words, shown.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// Collects the distinct names.
pub(super) fn forms(passages: &[(Part, Words<'_>)], findings: &Findings) -> Forms {
    let read: Vec<(Vec<String>, String)> =
        findings.mentions.iter().map(|m| read(surface(passages, m), m.kind)).collect();
    let kinds = kinds(&read, findings);
    let mut found = Forms::default();
    let mut known: FxHashMap<(String, EntityType, Option<Gender>), usize> = FxHashMap::default();
    for (mention, (words, shown)) in findings.mentions.iter().zip(read) {
        let gender =
            if mention.kind == EntityType::Per && words.len() == 1 { honorific(passages, mention) } else { None };
        let key = words.join(" ");
        if key.is_empty() {
            found.of_mention.push(None);
            continue;
        }
        let kind = kinds.get(&(key.clone(), mention.kind)).copied().unwrap_or(mention.kind);
        let next = found.forms.len();
        let index = *known.entry((key, kind, gender)).or_insert(next);
        if index == next {
            found.forms.push(Form {
                words,
                kind,
                gender,
                surface: shown,
                count: 1,
                joined: next,
                given: false,
                bearers: Vec::new(),
            });
        } else {
            let form = &mut found.forms[index];
            form.count += 1;
            if is_loud(&form.surface) && !is_loud(&shown) {
                form.surface = shown;
            }
        }
        found.of_mention.push(Some(index));
    }
    found
}

/// The gender of the honorific within or right before a mention.
fn honorific(passages: &[(Part, Words<'_>)], mention: &Mention) -> Option<Gender> {
    let (_, words) = passages.iter().find(|(part, _)| *part == mention.part)?;
    let range = words.within(mention.span);
    let mut before = range.start.checked_sub(1)?;
    if words.at(before) == "." {
        before = before.checked_sub(1)?;
    }
    let inside = range.clone().filter(|_| range.len() > 1);
    std::iter::once(before).chain(inside).find_map(|i| gender_of_honorific(&fold(words.at(i))))
}

/// The type that each name and type read by the network counts as.
fn kinds(read: &[(Vec<String>, String)], findings: &Findings) -> FxHashMap<(String, EntityType), EntityType> {
    let mut surnames: FxHashSet<&str> = FxHashSet::default();
    let mut votes: FxHashMap<String, BTreeMap<EntityType, f32>> = FxHashMap::default();
    for (mention, (words, _)) in findings.mentions.iter().zip(read) {
        if mention.kind == EntityType::Per && words.len() > 1 {
            surnames.extend(words.iter().map(String::as_str));
        }
        *votes.entry(words.join(" ")).or_default().entry(mention.kind).or_default() += mention.score;
    }
    let mut kinds = FxHashMap::default();
    for (name, votes) in votes.into_iter().filter(|(_, votes)| votes.len() > 1) {
        let person = surnames.contains(name.as_str());
        let among = votes.iter().filter(|(kind, _)| !person || **kind != EntityType::Per);
        let most = among.fold(None, |best: Option<(EntityType, f32)>, (kind, vote)| match best {
            Some((_, most)) if most >= *vote => best,
            _ => Some((*kind, *vote)),
        });
        let Some((most, _)) = most else { continue };
        for kind in votes.keys().filter(|kind| !person || **kind != EntityType::Per) {
            kinds.insert((name.clone(), *kind), most);
        }
    }
    kinds
}

/// The characters of a mention; of a person's also the first half of a hyphenated name that it begins within.
fn surface<'a>(passages: &[(Part, Words<'a>)], mention: &Mention) -> &'a str {
    let Some((_, words)) = passages.iter().find(|(part, _)| *part == mention.part) else { return "" };
    let whole = words.cover(words.within(mention.span));
    let cut = mention.kind == EntityType::Per
        && whole.start < mention.span.start
        && words.slice(whole).starts_with(char::is_uppercase);
    words.slice(if cut { Span::new(whole.start, mention.span.end) } else { mention.span })
}

/// Whether a name of several letters has no small one.
fn is_loud(name: &str) -> bool {
    name.chars().count() > 4 && !name.chars().any(char::is_lowercase)
}

/// The full name that brackets abbreviate, read back from the words before them: "community forum (CF)".
pub(super) fn written_out(words: &Words<'_>, bracket: usize, acronym: &str) -> Option<String> {
    let letters: Vec<char> = fold(acronym).chars().collect();
    let mut left = letters.len();
    let mut at = bracket;
    while left > 0 && at > 0 && bracket - at < letters.len() * 2 + 2 {
        at -= 1;
        let word = fold(words.at(at));
        let first = word.chars().next()?;
        if first == letters[left - 1] {
            left -= 1;
        } else if !matches!(word.as_str(), "of" | "the" | "and" | "for" | "in" | "on" | "to" | "de") {
            return None;
        }
    }
    if left > 0 || bracket - at < 2 {
        return None;
    }
    while at > 0
        && words.at(at - 1).chars().next().is_some_and(char::is_uppercase)
        && !matches!(fold(words.at(at - 1)).as_str(), "the" | "a" | "an")
        && bracket - at < 12
    {
        at -= 1;
    }
    Some(words.slice(words.cover(at..bracket)).split_whitespace().collect::<Vec<_>>().join(" "))
}
