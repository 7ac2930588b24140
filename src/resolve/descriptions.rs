//! Noun phrase without a name at its head → the entity that it describes.
//!
//! Invariant: what matches nobody in the article names itself, as an entity private to the article.
//! A match needs the same or a wider head noun, and no modifier that contradicts.

use std::ops::Range;

use super::acronyms::abbreviates;
use super::documents;
use super::fold::fold;
use super::gazetteer::NounKind;
use super::groups;
use super::nouns;
use super::phrases::{Determiner, Phrase, ends_core, parse};
use super::portraits::{Descriptor, Portrait};
use super::pronouns;
use super::resumed::{Resumed, resume};
use super::scene::{Answer, Scene};
use super::words::Words;
use crate::labels::{EntityType, How, Part, Role};
use crate::text::Span;

/// Candidates looked at for one description, latest first.
const CANDIDATES: usize = 40;
/// Least worth of a match.
const LEAST: f32 = 0.45;
/// Sentences in which an article may describe somebody before it names them.
const LEAD: usize = 2;
/// Sentences after which a name may still explain a description in the lead.
const AHEAD: usize = 4;

/// Camps that exclude each other when they qualify an office.
const PARTIES: &[&str] = &[
    "republican",
    "democratic",
    "libertarian",
    "labour",
    "conservative",
    "liberal",
    "green",
    "socialist",
    "communist",
    "independent",
    "opposition",
];

/// Whom a description stands for.
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
    let parsed = parse(words, range.clone(), scene.gazetteer);
    if parsed.as_ref().is_some_and(|p| p.kind == Some(NounKind::Person) && p.determiner == Determiner::Definite) {
        nouns::enter(scene, part, range.start);
    }
    let Some(phrase) = parsed else {
        let entity = scene.describe(part, span, None, false);
        return vec![Answer { entity, surface: Some(span), antecedent: None, how: How::Description, score: 0.7 }];
    };
    if phrase.kind == Some(NounKind::Document) {
        let authors = documents::authors(scene, part, &phrase, span);
        if !authors.is_empty() {
            return authors;
        }
    }
    if phrase.plural {
        let members = groups::members(scene, part, &phrase, span);
        if !members.is_empty() {
            return members;
        }
    } else if let Some(resumed) = resume(scene, statement, part, &phrase, span) {
        match resumed {
            Resumed::Somebody(answers) => return answers,
            Resumed::Nobody => {}
            Resumed::Unsure => return Vec::new(),
        }
    } else if let Some((entity, antecedent, score)) = named(scene, part, &phrase, span) {
        return vec![Answer { entity, surface: Some(span), antecedent, how: How::Description, score }];
    }
    if let Some((entity, antecedent)) = sovereign(scene, part, &phrase, span) {
        return vec![Answer { entity, surface: Some(span), antecedent, how: How::Description, score: 0.8 }];
    }
    if let Some(answer) = owned(scene, statement, role, part, &phrase, span) {
        return vec![answer];
    }
    let (entity, score) = match known(scene, &phrase) {
        Some(entity) => (entity, 0.8),
        None => (scene.describe(part, span, Some(&phrase), phrase.determiner == Determiner::Indefinite), 0.9),
    };
    vec![Answer { entity, surface: Some(span), antecedent: None, how: How::Description, score }]
}

/// "His Majesty": whoever of those named reigns, the last one spoken of.
fn sovereign(scene: &Scene<'_>, part: Part, phrase: &Phrase, span: Span) -> Option<(usize, Option<Span>)> {
    let title = scene.words(part)?.at(phrase.head);
    if !phrase.pronoun_owns || !matches!(title, "Majesty" | "Highness" | "Holiness" | "Excellency") {
        return None;
    }
    let ranks = ["king", "queen", "emperor", "sultan", "emir", "amir", "prince", "princess", "pope", "sheikh"];
    let bearers = ranks.iter().flat_map(|rank| scene.described_as(rank));
    let spoken = bearers.filter_map(|&e| Some((e, scene.last_before(e, part, span.start)?)));
    spoken.max_by_key(|(_, last)| last.end).map(|(entity, last)| (entity, Some(last)))
}

/// "His critics": the owner's name in place of the pronoun, where the article tells who that is.
fn owned(
    scene: &mut Scene<'_>,
    statement: usize,
    role: Role,
    part: Part,
    phrase: &Phrase,
    span: Span,
) -> Option<Answer> {
    if !phrase.pronoun_owns {
        return None;
    }
    let first = scene.words(part)?.within(span).start;
    let pronoun = fold(scene.words(part)?.at(first));
    if !matches!(pronoun.as_str(), "his" | "her" | "its" | "their") {
        return None;
    }
    let owners = pronouns::resolve(scene, statement, role, part, first..first + 1);
    let [owner] = owners[..] else { return None };
    let words = scene.words(part)?;
    let rest = words.slice(Span::new(words.span(first + 1).start, span.end)).split_whitespace();
    let name = format!("{}’s {}", scene.entities[owner.entity].name, rest.collect::<Vec<_>>().join(" "));
    let entity = scene.describe(part, span, Some(phrase), true);
    let entity = scene.rename(entity, name);
    let score = 0.9 * owner.score;
    Some(Answer { entity, surface: Some(span), antecedent: owner.antecedent, how: How::Description, score })
}

/// The named entity that a description of one fits best.
pub(super) fn named(scene: &Scene<'_>, part: Part, phrase: &Phrase, span: Span) -> Option<(usize, Option<Span>, f32)> {
    if phrase.pronoun_owns && phrase.kind == Some(NounKind::Organisation) {
        return None;
    }
    let sentence = scene.sentence(part, span.start);
    let mut best: Option<(f32, usize, Option<Span>)> = None;
    for &entity in scene.described_as(&phrase.lemma).iter().rev().take(CANDIDATES) {
        let Some(fit) = scene.portraits[entity]
            .descriptors
            .iter()
            .filter_map(|d| fit(scene, part, phrase, d, entity))
            .max_by(f32::total_cmp)
        else {
            continue;
        };
        let (distance, antecedent) = match scene.last_spoken(entity, part, span.start) {
            Some(last) => (sentence - scene.sentence(part, last.start).min(sentence), Some(last)),
            None => {
                let next = scene.first_after(entity, part, span.end)?;
                let ahead = scene.sentence(part, next.start).saturating_sub(sentence);
                if ahead > AHEAD || fit < 0.6 {
                    continue;
                }
                (ahead + 4, Some(next))
            }
        };
        let introduced = antecedent.is_some_and(|a| a.start > span.start);
        if phrase.determiner == Determiner::Indefinite && (!introduced || sentence > LEAD || distance > 6) {
            continue;
        }
        let spoke = scene.last_speaker(part, span.start).is_some_and(|who| who == [entity]);
        let worth = fit - 0.03 * distance.min(12) as f32 + if spoke { 0.25 } else { 0.0 };
        if best.is_none_or(|(b, ..)| worth > b) {
            best = Some((worth, entity, antecedent));
        }
    }
    best.filter(|(worth, ..)| *worth >= LEAST)
        .map(|(worth, entity, antecedent)| (entity, antecedent, (0.6 + 0.25 * worth).min(0.95)))
}

/// How well a description fits one that the article gives of an entity; none if they contradict.
pub(super) fn fit(
    scene: &Scene<'_>,
    part: Part,
    phrase: &Phrase,
    descriptor: &Descriptor,
    entity: usize,
) -> Option<f32> {
    let exact = descriptor.lemma == phrase.lemma;
    let wider = descriptor.classes.split(' ').any(|class| class == phrase.lemma);
    if !exact && !wider {
        return None;
    }
    let portrait = &scene.portraits[entity];
    if phrase.gender.is_some() && portrait.gender().is_some() && phrase.gender != portrait.gender() {
        return None;
    }
    let assistant = |w: &String| matches!(w.as_str(), "deputy" | "vice" | "assistant" | "ex" | "under" | "associate");
    if exact && descriptor.words.iter().any(assistant) && !phrase.modifiers.iter().any(assistant) {
        return None;
    }
    let party = |words: &[String]| PARTIES.iter().position(|p| words.iter().any(|w| w == p));
    if let (Some(mine), Some(theirs)) = (party(&phrase.modifiers), party(&descriptor.words))
        && mine != theirs
    {
        return None;
    }
    let mut worth = if exact { 0.9 } else { 0.55 };
    let words = scene.words(part)?;
    let core = words.cover(phrase.core.start..phrase.head);
    let mut named: Vec<Range<usize>> = Vec::new();
    for mention in scene.mentions_in(part, core) {
        let name = words.within(scene.findings.mentions[mention].span);
        worth += owner_fit(scene, scene.mention_entity[mention], &name, words, descriptor, entity)?;
        named.push(name);
    }
    for (i, modifier) in (phrase.core.start..phrase.head).map(|i| (i, fold(words.at(i)))) {
        if named.iter().any(|n| n.contains(&i)) || modifier == "s" || !modifier.chars().any(char::is_alphanumeric) {
            continue;
        }
        if mentions_word(portrait, &modifier) {
            worth += 0.25;
        } else if let Some(code) = scene.gazetteer.country_code(&modifier) {
            worth += country_fit(scene, code, descriptor)?;
        } else if words.at(i).starts_with(char::is_uppercase) && words.at(phrase.head).starts_with(char::is_lowercase) {
            worth -= 0.35;
        } else {
            worth -= 0.05;
        }
    }
    let before = phrase
        .head
        .checked_sub(1)
        .filter(|i| phrase.core.contains(i))
        .map(|i| fold(words.at(i)))
        .filter(|w| specifies(scene, w));
    if let (true, Some(mine), Some(theirs)) = (exact, before, &descriptor.before)
        && specifies(scene, theirs)
        && !descriptor.words.contains(&mine)
        && !phrase.modifiers.contains(theirs)
    {
        return None;
    }
    if !phrase.rest.is_empty() {
        let rest = scene.mentions_in(part, words.cover(phrase.rest.clone())).next();
        worth += match rest {
            Some(mention) => owner_fit(
                scene,
                scene.mention_entity[mention],
                &words.within(scene.findings.mentions[mention].span),
                words,
                descriptor,
                entity,
            )?,
            None if phrase.rest.clone().any(|i| mentions_word(portrait, &fold(words.at(i)))) => 0.2,
            None => -0.3,
        };
    }
    Some(worth)
}

/// Whether some description of an entity has a word that tells something.
fn mentions_word(portrait: &Portrait, word: &str) -> bool {
    !ends_core(word) && portrait.descriptors.iter().any(|d| d.words.iter().any(|w| w == word))
}

/// What it adds that a description names an owner ("the Ostbank lawyer"); none if the entity has another.
fn owner_fit(
    scene: &Scene<'_>,
    owner: Option<usize>,
    name: &Range<usize>,
    words: &Words<'_>,
    descriptor: &Descriptor,
    entity: usize,
) -> Option<f32> {
    let portrait = &scene.portraits[entity];
    if owner == Some(entity) {
        return None;
    }
    let folded: Vec<String> = name.clone().map(|i| fold(words.at(i))).filter(|w| w != "s").collect();
    if owner.is_some() && owner == portrait.affiliated
        || folded.iter().any(|w| mentions_word(portrait, w))
        || abbreviated(portrait, &folded)
    {
        return Some(0.35);
    }
    if let Some(code) = scene.gazetteer.country_code(&folded.join(" ")) {
        return country_fit(scene, code, descriptor);
    }
    let theirs = portrait.affiliated.filter(|&a| scene.entities[a].kind == Some(EntityType::Org));
    if theirs.is_some() && owner.is_some_and(|o| scene.entities[o].kind == Some(EntityType::Org)) {
        Some(-0.3)
    } else {
        Some(-0.2)
    }
}

/// Whether a description of an entity holds an acronym of a name.
fn abbreviated(portrait: &Portrait, name: &[String]) -> bool {
    name.len() > 1 && portrait.descriptors.iter().any(|d| d.words.iter().any(|w| abbreviates(w, name)))
}

/// What it adds that a description names a country; none if the entity's description names another.
fn country_fit(scene: &Scene<'_>, code: &str, descriptor: &Descriptor) -> Option<f32> {
    match descriptor.words.iter().find_map(|w| scene.gazetteer.country_code(w)) {
        Some(other) if other != code => None,
        Some(_) => Some(0.3),
        None => Some(-0.15),
    }
}

/// Whether a word before a head tells one office from another ("finance", "police") and does not only judge.
fn specifies(scene: &Scene<'_>, word: &str) -> bool {
    !matches!(
        word,
        "former"
            | "senior"
            | "new"
            | "then"
            | "current"
            | "outspoken"
            | "veteran"
            | "ex"
            | "outgoing"
            | "late"
            | "top"
            | "young"
            | "old"
            | "first"
            | "same"
            | "s"
            | "ruling"
            | "local"
            | "main"
    ) && scene.gazetteer.country_code(word).is_none()
}

/// The described entity that a definite description takes up again.
pub(super) fn known(scene: &Scene<'_>, phrase: &Phrase) -> Option<usize> {
    if phrase.determiner != Determiner::Definite || !phrase.rest.is_empty() {
        return None;
    }
    scene.unnamed_as(&phrase.lemma).iter().rev().take(CANDIDATES).copied().find(|&entity| {
        let portrait = &scene.portraits[entity];
        portrait.plural == phrase.plural
            && portrait.descriptors.iter().any(|d| phrase.modifiers.iter().all(|m| d.words.contains(m)))
    })
}
