//! Clusters, words around mentions → what the article says each entity is: descriptions, position, affiliation, gender.
//!
//! Invariant: only words next to a mention count (title, apposition, copula); each mention looks at a fixed
//! number of words, so that cost follows the number of mentions.

use std::ops::Range;

use super::appositions::{apposition_after, conjunct_after, title_before};
use super::fold::fold;
use super::gazetteer::{Gazetteer, NounKind};
use super::genders::lone_pronouns;
use super::heads::heads;
use super::offices::{affiliation_after, note};
use super::phrases::ends_core;
use super::scene::Scene;
use super::titles::{Gender, gender_of_honorific};
use super::words::Words;
use crate::article::{Entity, Findings};
use crate::labels::{EntityType, Part};

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
pub(super) struct View<'a> {
    pub(super) words: &'a Words<'a>,
    pub(super) part: Part,
    pub(super) findings: &'a Findings,
    pub(super) mention_entity: &'a [Option<usize>],
    pub(super) gazetteer: &'a Gazetteer,
}

impl View<'_> {
    /// The mentions that lie within some words.
    pub(super) fn mentions(&self, range: Range<usize>) -> Range<usize> {
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
