//! Clusters, words around mentions → what the article says each entity is: descriptions, position, affiliation, gender.
//!
//! Invariant: only words next to a mention count (title, apposition, copula); each mention looks at a fixed
//! number of words, so that cost follows the number of mentions.

use std::ops::Range;

use super::acronyms::is_acronym;
use super::fold::fold;
use super::gazetteer::{Gazetteer, NounKind, last_part};
use super::heads::heads;
use super::phrases::{Phrase, ends_core, parse};
use super::scene::Scene;
use super::titles::{Gender, gender_of_honorific, is_title};
use super::words::Words;
use crate::article::{Entity, Findings};
use crate::labels::{EntityType, Part};

/// Words of a title before a name that are read.
const REACH: usize = 12;
/// Descriptions kept for one entity.
const MOST: usize = 16;

/// One description of an entity.
#[derive(Clone, Debug)]
pub(super) struct Descriptor {
    /// Lemma of the head noun.
    pub(super) lemma: String,
    /// Wider nouns for it.
    pub(super) classes: &'static str,
    /// Every other folded word.
    pub(super) words: Vec<String>,
    /// Folded acronyms in it that own nothing: offices ("MEC for Finance").
    pub(super) offices: Vec<String>,
    /// The word right before the head, if it is not a name ("finance" in "finance minister").
    pub(super) before: Option<String>,
}

/// What an article says of an entity.
#[derive(Clone, Debug, Default)]
pub(super) struct Portrait {
    pub(super) descriptors: Vec<Descriptor>,
    /// Votes for male and for female.
    pub(super) male: u32,
    pub(super) female: u32,
    pub(super) position: String,
    pub(super) affiliation: String,
    /// The entity that the affiliation names.
    pub(super) affiliated: Option<usize>,
    /// For a described entity: what its head noun names.
    pub(super) noun: Option<NounKind>,
    /// For a described entity: whether it is several.
    pub(super) plural: bool,
}

impl Portrait {
    /// The gender for which the evidence is, if it agrees.
    pub(super) fn gender(&self) -> Option<Gender> {
        if self.male > 2 * self.female {
            Some(Gender::Male)
        } else if self.female > 2 * self.male {
            Some(Gender::Female)
        } else {
            None
        }
    }

    /// Counts evidence of a gender.
    pub(super) fn vote(&mut self, gender: Option<Gender>, weight: u32) {
        match gender {
            Some(Gender::Male) => self.male += weight,
            Some(Gender::Female) => self.female += weight,
            None => {}
        }
    }

    /// Adds a description, unless it is known or there are enough.
    pub(super) fn describe(&mut self, descriptor: Descriptor) {
        let known = self.descriptors.iter().any(|d| d.lemma == descriptor.lemma && d.words == descriptor.words);
        if !known && self.descriptors.len() < MOST {
            self.descriptors.push(descriptor);
        }
    }
}

/// What is needed to look around a mention.
struct View<'a> {
    words: &'a Words<'a>,
    part: Part,
    findings: &'a Findings,
    mention_entity: &'a [Option<usize>],
    gazetteer: &'a Gazetteer,
}

impl View<'_> {
    /// The mentions that lie within some words.
    fn mentions(&self, range: Range<usize>) -> Range<usize> {
        let span = self.words.cover(range);
        let first = self.findings.mentions.partition_point(|m| (m.part, m.span.start) < (self.part, span.start));
        let past = self.findings.mentions.partition_point(|m| (m.part, m.span.end) <= (self.part, span.end));
        first..past.max(first)
    }
}

/// Adds what the sources and addressees of statements say beside the names at their heads.
pub(super) fn study(scene: &mut Scene<'_>) {
    let mut portraits = std::mem::take(&mut scene.portraits);
    for statement in &scene.findings.statements {
        for span in [statement.source, statement.addressee].into_iter().flatten() {
            let Some(words) = scene.words(statement.part) else { continue };
            let range = words.within(span);
            let [head] = heads(scene, statement.part, words, &range)[..] else { continue };
            let Some(entity) = scene.mention_entity[head] else { continue };
            let mut end = words.within(scene.findings.mentions[head].span).start;
            while end > range.start && !words.at(end - 1).starts_with(char::is_alphanumeric) {
                end -= 1;
            }
            if end > range.start && scene.entities[entity].kind == Some(EntityType::Per) {
                let view = View {
                    words,
                    part: statement.part,
                    findings: scene.findings,
                    mention_entity: &scene.mention_entity,
                    gazetteer: scene.gazetteer,
                };
                note(&view, Some(range.start..end), entity, &scene.entities, &mut portraits, NounKind::Person);
            }
        }
    }
    scene.portraits = portraits;
}

/// Draws the portrait of every entity.
pub(super) fn portraits(
    passages: &[(Part, Words<'_>)],
    findings: &Findings,
    mention_entity: &[Option<usize>],
    entities: &[Entity],
    gazetteer: &Gazetteer,
) -> Vec<Portrait> {
    let mut portraits = vec![Portrait::default(); entities.len()];
    for (mention, entity) in findings.mentions.iter().zip(mention_entity) {
        let (Some(entity), Some((_, words))) = (*entity, passages.iter().find(|(part, _)| *part == mention.part))
        else {
            continue;
        };
        let view = View { words, part: mention.part, findings, mention_entity, gazetteer };
        let range = words.within(mention.span);
        let kind = entities[entity].kind;
        if kind == Some(EntityType::Per) {
            for word in range.clone().chain(range.start.saturating_sub(2)..range.start) {
                let honorific = gender_of_honorific(&fold(words.at(word)))
                    .filter(|_| words.at(word).starts_with(char::is_uppercase));
                portraits[entity].vote(honorific, 8);
            }
            let title = title_before(&view, range.start);
            note(&view, title, entity, entities, &mut portraits, NounKind::Person);
            let apposition = apposition_after(&view, range.end, NounKind::Person);
            let second = apposition.as_ref().and_then(|first| conjunct_after(&view, first.end));
            note(&view, apposition, entity, entities, &mut portraits, NounKind::Person);
            note(&view, second, entity, entities, &mut portraits, NounKind::Person);
            affiliation_after(&view, range.end, entity, entities, &mut portraits);
        } else if matches!(kind, Some(EntityType::Org | EntityType::Misc)) {
            let title =
                title_before(&view, range.start).filter(|title| !title.clone().any(|i| fold(words.at(i)) == "s"));
            note(&view, title, entity, entities, &mut portraits, NounKind::Organisation);
            let apposition = apposition_after(&view, range.end, NounKind::Organisation);
            note(&view, apposition, entity, entities, &mut portraits, NounKind::Organisation);
        }
    }
    for (portrait, entity) in portraits.iter_mut().zip(entities) {
        own_words(portrait, entity, gazetteer);
    }
    for (part, words) in passages {
        lone_pronouns(*part, words, findings, mention_entity, entities, &mut portraits);
    }
    portraits
}

/// Words within which only one person may be named for a pronoun to tell that person's gender.
const ALONE: usize = 60;
/// Words between that person's name and the pronoun.
const NEAR: usize = 25;

/// "He" or "she" shortly after the only person named for a while.
fn lone_pronouns(
    part: Part,
    words: &Words<'_>,
    findings: &Findings,
    mention_entity: &[Option<usize>],
    entities: &[Entity],
    portraits: &mut [Portrait],
) {
    let mut persons: Vec<(usize, usize)> = Vec::new();
    let mut next = findings.mentions.partition_point(|m| m.part < part);
    for at in 0..words.len() {
        while let Some(mention) =
            findings.mentions.get(next).filter(|m| m.part == part && m.span.start <= words.span(at).start)
        {
            if let Some(entity) = mention_entity[next].filter(|&e| entities[e].kind == Some(EntityType::Per)) {
                persons.push((words.within(mention.span).end, entity));
            }
            next += 1;
        }
        let gender = match words.at(at) {
            "he" | "He" | "his" | "His" | "him" => Gender::Male,
            "she" | "She" | "her" | "Her" => Gender::Female,
            _ => continue,
        };
        let Some(&(end, person)) = persons.last().filter(|(end, _)| at.saturating_sub(*end) <= NEAR) else { continue };
        let others =
            persons.iter().rev().take_while(|(e, _)| at.saturating_sub(*e) <= ALONE).any(|(_, p)| *p != person);
        if !others && end <= at {
            portraits[person].vote(Some(gender), 1);
        }
    }
}

/// The words before a name that describe it: from the first word that can belong to a title.
fn title_before(view: &View<'_>, start: usize) -> Option<Range<usize>> {
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
fn apposition_after(view: &View<'_>, mut at: usize, kind: NounKind) -> Option<Range<usize>> {
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
fn conjunct_after(view: &View<'_>, and: usize) -> Option<Range<usize>> {
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

/// Enters a description of an entity: head, words, gender, position, affiliation.
fn note(
    view: &View<'_>,
    range: Option<Range<usize>>,
    entity: usize,
    entities: &[Entity],
    portraits: &mut [Portrait],
    kind: NounKind,
) {
    let Some(range) = range else { return };
    let Some(phrase) = parse(view.words, range.clone(), view.gazetteer) else { return };
    let Some(phrase) = refocus(view, phrase, kind) else { return };
    let mut described = descriptor(view.words, &phrase, range.clone());
    if described.lemma == "counterpart" {
        let before = view
            .findings
            .mentions
            .partition_point(|m| (m.part, m.span.end) <= (view.part, view.words.span(range.start).start));
        let other = (before.saturating_sub(6)..before)
            .rev()
            .filter_map(|m| view.mention_entity[m])
            .find(|&e| e != entity && entities[e].kind == Some(EntityType::Per));
        if let Some(office) = other.and_then(|e| portraits[e].descriptors.first()) {
            (described.lemma, described.classes, described.before) =
                (office.lemma.clone(), office.classes, office.before.clone());
            described.words.extend(office.before.clone());
        }
    }
    let portrait = &mut portraits[entity];
    portrait.vote(phrase.gender, 6);
    portrait.describe(described);
    for other in other_titles(view, &phrase, kind) {
        portrait.describe(other);
    }
    if kind != NounKind::Person {
        return;
    }
    let (position, affiliation) = office(view, &phrase, range.end);
    if portrait.position.is_empty() {
        portrait.position = position;
    }
    if portrait.affiliated.is_none() {
        if let Some(affiliated) = affiliation.filter(|a| *a != entity) {
            portrait.affiliation = entities[affiliated].name.clone();
            portrait.affiliated = Some(affiliated);
        }
    }
}

/// The phrase with its head moved to a known noun, where the words after it are no noun ("youth leader Hon").
fn refocus(view: &View<'_>, mut phrase: Phrase, kind: NounKind) -> Option<Phrase> {
    let office = kind == NounKind::Person && is_acronym(view.words.at(phrase.head));
    if phrase.kind == Some(kind) || office && phrase.core.len() == 1 {
        return Some(phrase);
    }
    let known = |i: usize| {
        view.gazetteer.noun(&last_part(view.words.at(i))).filter(|(noun, plural)| noun.kind == kind && !plural)
    };
    let (at, noun) = (phrase.core.start..phrase.head).rev().find_map(|i| known(i).map(|(noun, _)| (i, noun)))?;
    phrase.modifiers =
        (phrase.core.start..at).map(|i| fold(view.words.at(i))).filter(|w| w != "s" && !w.is_empty()).collect();
    (phrase.head, phrase.lemma, phrase.kind, phrase.gender, phrase.classes) =
        (at, noun.lemma.to_owned(), Some(noun.kind), noun.gender, noun.classes);
    Some(phrase)
}

/// Titles before the last one: "the Emir Sheikh …" is an emir as well.
fn other_titles(view: &View<'_>, phrase: &Phrase, kind: NounKind) -> Vec<Descriptor> {
    let title = |i: usize| {
        let (noun, plural) = view.gazetteer.noun(&last_part(view.words.at(i)))?;
        let owns = fold(view.words.at(i + 1)) == "s";
        (noun.kind == kind && !plural && !owns).then_some((i, noun))
    };
    let found = (phrase.core.start..phrase.head).filter_map(title).filter(|_| kind == NounKind::Person);
    found
        .map(|(i, noun)| {
            let before = i.checked_sub(1).filter(|b| phrase.core.contains(b)).map(|b| fold(view.words.at(b)));
            let words = (phrase.core.start..i).map(|w| fold(view.words.at(w))).collect();
            Descriptor { lemma: noun.lemma.to_owned(), classes: noun.classes, words, offices: Vec::new(), before }
        })
        .collect()
}

/// A phrase as a description.
pub(super) fn descriptor(words: &Words<'_>, phrase: &Phrase, range: Range<usize>) -> Descriptor {
    let others = range.clone().filter(|i| *i != phrase.head).map(|i| fold(words.at(i)));
    let others = others.filter(|w| {
        w.chars().any(char::is_alphanumeric)
            && !matches!(w.as_str(), "the" | "a" | "an" | "s" | "of" | "for" | "and" | "at" | "in" | "to")
    });
    let before = phrase
        .head
        .checked_sub(1)
        .filter(|i| phrase.core.contains(i))
        .map(|i| words.at(i))
        .filter(|w| w.starts_with(char::is_alphabetic))
        .map(fold);
    let office = |i: usize| {
        is_acronym(words.at(i))
            && (i + 1 >= range.end || matches!(words.at(i + 1), "of" | "for" | "in" | "at" | ")" | ","))
    };
    let offices = range.clone().filter(|&i| office(i)).map(|i| fold(words.at(i))).collect();
    Descriptor { lemma: phrase.lemma.clone(), classes: phrase.classes, words: others.collect(), offices, before }
}

/// Position and body of an unnamed person, from its own phrase.
pub(super) fn office_of(scene: &Scene<'_>, part: Part, phrase: &Phrase) -> (String, Option<usize>) {
    let Some(words) = scene.words(part) else { return (String::new(), None) };
    let view = View { words, part, findings: scene.findings, mention_entity: &scene.mention_entity, gazetteer: scene.gazetteer };
    office(&view, phrase, phrase.rest.end)
}

/// Position in words, and the entity for which it is held.
fn office(view: &View<'_>, phrase: &Phrase, end: usize) -> (String, Option<usize>) {
    let words = view.words;
    let from = phrase.core.start;
    let named: Vec<usize> = view
        .mentions(from..end)
        .filter(|&m| matches!(view.findings.mentions[m].kind, EntityType::Org | EntityType::Loc))
        .collect();
    let organisation = named.iter().copied().find(|&m| view.findings.mentions[m].kind == EntityType::Org);
    let chosen = organisation.or(named.first().copied());
    let affiliation = chosen.and_then(|m| view.mention_entity[m]);
    let mut start = from;
    let mut past = (from..end).find(|&i| i > phrase.head && matches!(words.at(i), "," | "(" | ";")).unwrap_or(end);
    if let Some(chosen) = chosen {
        let at = words.within(view.findings.mentions[chosen].span);
        if at.end <= phrase.head {
            start = at.end + usize::from(fold(words.at(at.end)) == "s");
        } else if let Some(cut) = (phrase.head + 1..at.start).rev().find(|&i| ends_core(&fold(words.at(i)))) {
            past = cut.min(past);
        }
    }
    while start < phrase.head
        && (matches!(fold(words.at(start)).as_str(), "the" | "a" | "an" | "s")
            || !words.at(start).starts_with(char::is_alphanumeric))
    {
        start += 1;
    }
    let past = past.max(phrase.head + 1);
    (words.slice(words.cover(start..past)).split_whitespace().collect::<Vec<_>>().join(" "), affiliation)
}

/// "Mario of the Economic Commission", "Mario from Ostbank": an affiliation without a position.
fn affiliation_after(view: &View<'_>, mut at: usize, entity: usize, entities: &[Entity], portraits: &mut [Portrait]) {
    let comma = view.words.at(at) == ",";
    at += usize::from(comma);
    if portraits[entity].affiliated.is_some() || view.words.at(at) != "of" && !(comma && view.words.at(at) == "from") {
        return;
    }
    at += 1 + usize::from(fold(view.words.at(at + 1)) == "the");
    let mention = view.mentions(at..at + 1).start;
    let Some(found) = view.findings.mentions.get(mention).filter(|m| m.part == view.part && m.kind == EntityType::Org)
    else {
        return;
    };
    if view.words.within(found.span).start == at {
        if let Some(affiliated) = view.mention_entity[mention] {
            portraits[entity].affiliation = entities[affiliated].name.clone();
            portraits[entity].affiliated = Some(affiliated);
        }
    }
}

/// What the name itself says: "the chamber" for a Chamber of Commerce; a first name's gender.
fn own_words(portrait: &mut Portrait, entity: &Entity, gazetteer: &Gazetteer) {
    let words: Vec<String> = entity.name.split_whitespace().map(fold).collect();
    if entity.kind == Some(EntityType::Per) {
        let first = words.first().filter(|_| words.len() > 1).and_then(|w| gazetteer.first_name(w));
        portrait.vote(first, 2);
        portrait.vote(gazetteer.known(&words.join(" ")).and_then(|k| k.gender), 4);
        return;
    }
    for name in std::iter::once(&entity.name).chain(&entity.aliases) {
        let words: Vec<String> = name.split_whitespace().map(fold).collect();
        let stop = words.iter().position(|w| ends_core(w)).unwrap_or(words.len());
        let Some(head) = stop.checked_sub(1) else { continue };
        let Some((noun, false)) = gazetteer.noun(&words[head]) else { continue };
        let others =
            words.iter().enumerate().filter(|(i, w)| *i != head && !ends_core(w)).map(|(_, w)| w.clone()).collect();
        let before = head.checked_sub(1).map(|i| words[i].clone());
        portrait.describe(Descriptor {
            lemma: noun.lemma.to_owned(),
            classes: noun.classes,
            words: others,
            offices: Vec::new(),
            before,
        });
    }
}
