//! Everything known of an article while its statements are resolved.
//!
//! Invariant: `entities` and `portraits` run in parallel; events of mentions are ordered by place.

use rustc_hash::FxHashMap;

use super::aliases::Aliases;
use super::choice::Weighing;
use super::clusters::Clusters;
use super::fold::name_words;
use super::gazetteer::{Gazetteer, NounKind};
use super::offices::{descriptor, office_of};
use super::phrases::Phrase;
use super::portraits::{Portrait, portraits, study};
use super::words::Words;
use crate::article::{Article, Entity, Findings, Mention, Record, Statement};
use crate::decode::Quotes;
use crate::labels::{EntityType, How, Part};
use crate::text::Span;

/// One entity that a span stands for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Answer {
    pub(super) entity: usize,
    pub(super) surface: Option<Span>,
    pub(super) antecedent: Option<Span>,
    pub(super) how: How,
    pub(super) score: f32,
}

/// A place where something is spoken of: a mention, or a source or addressee resolved before.
#[derive(Clone, Debug)]
pub(super) struct Event {
    pub(super) part: Part,
    pub(super) span: Span,
    /// Whom it stands for; several for a group.
    pub(super) who: Vec<usize>,
    /// Whether it is the source of a statement.
    pub(super) source: bool,
    /// Whether that statement lies in no other.
    pub(super) top: bool,
    /// Whether it is only a noun phrase in the text.
    pub(super) noun: bool,
}

/// The article, its findings and what has been made of them so far.
#[derive(Debug)]
pub(super) struct Scene<'a> {
    pub(super) record: &'a Record,
    pub(super) article: &'a Article,
    pub(super) passages: Vec<(Part, Words<'a>)>,
    pub(super) findings: &'a Findings,
    pub(super) gazetteer: &'a Gazetteer,
    pub(super) aliases: &'a Aliases,
    pub(super) entities: Vec<Entity>,
    pub(super) portraits: Vec<Portrait>,
    pub(super) mention_entity: Vec<Option<usize>>,
    /// Sources and addressees resolved so far, in the order in which they were.
    pub(super) spoken: Vec<Event>,
    /// Noun phrases without a name that pronouns may stand for.
    pub(super) nouns: Vec<Event>,
    /// For each passage the number of the first word not yet searched for noun phrases.
    read: Vec<usize>,
    /// What choices were made among, where that is asked for.
    pub(super) weighings: Option<Vec<Weighing>>,
    /// Whom the source of each statement stands for, once resolved.
    pub(super) sources: Vec<Vec<Answer>>,
    /// Whose documents have been spoken of, by the document's noun.
    pub(super) documents: FxHashMap<String, Vec<usize>>,
    /// The quotations of the parts that were asked for.
    pub(super) quotes: Vec<(Part, Quotes)>,
    /// Described entities by their folded words.
    described: FxHashMap<String, usize>,
    /// Named entities by the nouns that may describe them.
    by_noun: FxHashMap<String, Vec<usize>>,
    /// The first person named in the article.
    first_person: Option<usize>,
    /// Persons by what may abbreviate their offices ("DP").
    offices: FxHashMap<String, usize>,
    /// Described entities by their nouns.
    unnamed_by_noun: FxHashMap<String, Vec<usize>>,
    /// Numbers of the mentions of each named entity.
    pub(super) places: Vec<Vec<usize>>,
}

impl<'a> Scene<'a> {
    /// Sets the scene: names grouped, portraits drawn.
    pub(super) fn set(
        record: &'a Record,
        article: &'a Article,
        findings: &'a Findings,
        gazetteer: &'a Gazetteer,
        aliases: &'a Aliases,
    ) -> Self {
        let passages: Vec<(Part, Words<'a>)> = article.passages.iter().map(|p| (p.part, Words::of(&p.text))).collect();
        let Clusters { entities, mention_entity } =
            super::clusters::cluster(record, &passages, findings, gazetteer, aliases);
        let portraits = portraits(&passages, findings, &mention_entity, &entities, gazetteer);
        let sources = vec![Vec::new(); findings.statements.len()];
        let mut places = vec![Vec::new(); entities.len()];
        for (mention, entity) in mention_entity.iter().enumerate() {
            if let Some(entity) = *entity {
                places[entity].push(mention);
            }
        }
        let first_person = entities.iter().position(|e| e.kind == Some(EntityType::Per));
        let mut scene = Scene {
            first_person,
            record,
            article,
            passages,
            findings,
            gazetteer,
            aliases,
            entities,
            portraits,
            mention_entity,
            spoken: Vec::new(),
            nouns: Vec::new(),
            read: vec![0; article.passages.len()],
            sources,
            weighings: None,
            documents: FxHashMap::default(),
            quotes: Vec::new(),
            described: FxHashMap::default(),
            by_noun: FxHashMap::default(),
            offices: FxHashMap::default(),
            unnamed_by_noun: FxHashMap::default(),
            places,
        };
        study(&mut scene);
        scene.index();
        scene
    }

    /// Enters every named entity under the nouns that may describe it, persons also under the acronyms of offices.
    fn index(&mut self) {
        for (entity, portrait) in self.portraits.iter().enumerate() {
            for descriptor in &portrait.descriptors {
                if self.entities[entity].kind == Some(EntityType::Per) {
                    let letter = |w: &String| w.chars().next();
                    let initials: String =
                        descriptor.before.iter().chain([&descriptor.lemma]).filter_map(letter).collect();
                    let short = descriptor.offices.iter().cloned();
                    for office in short.chain([initials]).filter(|o| o.len() > 1) {
                        self.offices.entry(office).or_insert(entity);
                    }
                }
                for noun in std::iter::once(descriptor.lemma.as_str())
                    .chain(descriptor.classes.split(' '))
                    .filter(|n| !n.is_empty())
                {
                    let list = self.by_noun.entry(noun.to_owned()).or_default();
                    if list.last() != Some(&entity) {
                        list.push(entity);
                    }
                }
            }
        }
    }

    /// The named entities that a noun may describe, by first mention.
    pub(super) fn described_as(&self, noun: &str) -> &[usize] {
        self.by_noun.get(noun).map_or(&[], Vec::as_slice)
    }

    /// The person whose office a folded acronym may abbreviate.
    pub(super) fn office(&self, acronym: &str) -> Option<usize> {
        self.offices.get(acronym).copied()
    }

    /// The unnamed entities with this head noun, in the order in which they came up.
    pub(super) fn unnamed_as(&self, noun: &str) -> &[usize] {
        self.unnamed_by_noun.get(noun).map_or(&[], Vec::as_slice)
    }

    /// How often an entity is named in the article.
    pub(super) fn mentioned(&self, entity: usize) -> usize {
        self.places.get(entity).map_or(0, Vec::len)
    }

    /// Whether an entity is the first person named in the article.
    pub(super) fn is_first_person(&self, entity: usize) -> bool {
        self.first_person == Some(entity)
    }

    /// The words of a part.
    pub(super) fn words(&self, part: Part) -> Option<&Words<'a>> {
        self.passages.iter().find(|(p, _)| *p == part).map(|(_, words)| words)
    }

    /// The first word of a part not yet searched for noun phrases.
    pub(super) fn read_to(&self, part: Part) -> usize {
        self.passages.iter().position(|(p, _)| *p == part).map_or(0, |i| self.read[i])
    }

    /// Notes how far a part has been searched for noun phrases.
    pub(super) fn set_read_to(&mut self, part: Part, word: usize) {
        if let Some(i) = self.passages.iter().position(|(p, _)| *p == part) {
            self.read[i] = word;
        }
    }

    /// Number of the sentence at a code point.
    pub(super) fn sentence(&self, part: Part, at: usize) -> usize {
        self.article.passage(part).map_or(0, |p| p.sentence_of(at))
    }

    /// Numbers of the mentions that lie within a span.
    pub(super) fn mentions_in(&self, part: Part, span: Span) -> impl Iterator<Item = usize> + use<'a> {
        let mentions: &'a [Mention] = &self.findings.mentions;
        let from = mentions.partition_point(|m| (m.part, m.span.start) < (part, span.start));
        (from..mentions.len())
            .take_while(move |&m| mentions[m].part == part && mentions[m].span.start < span.end)
            .filter(move |&m| span.contains(mentions[m].span))
    }

    /// The statement whose content this statement lies in.
    pub(super) fn parent(&self, statement: usize) -> Option<(usize, &'a Statement)> {
        let parent = self.findings.statements.get(statement)?.nested_in?;
        Some((parent, self.findings.statements.get(parent)?))
    }

    /// Whether an entity is a person, by name or by description.
    pub(super) fn is_person(&self, entity: usize) -> bool {
        match self.entities[entity].kind {
            Some(EntityType::Per) => true,
            Some(EntityType::Unnamed) => {
                self.portraits[entity].noun == Some(NounKind::Person) && !self.portraits[entity].plural
            }
            _ => false,
        }
    }

    /// Whether an entity is a body that "it" can stand for.
    pub(super) fn is_body(&self, entity: usize) -> bool {
        match self.entities[entity].kind {
            Some(EntityType::Org | EntityType::Loc | EntityType::Misc) => true,
            Some(EntityType::Unnamed) => {
                !self.portraits[entity].plural
                    && !matches!(self.portraits[entity].noun, Some(NounKind::Person | NounKind::People))
            }
            _ => false,
        }
    }

    /// Whether an entity is a place or a name of another kind, which speaks more rarely than an organisation.
    pub(super) fn is_place(&self, entity: usize) -> bool {
        matches!(self.entities[entity].kind, Some(EntityType::Loc | EntityType::Misc))
    }

    /// Adds an entity that the article does not name.
    pub(super) fn enter(&mut self, entity: Entity) -> usize {
        self.entities.push(entity);
        self.portraits.push(Portrait::default());
        self.entities.len() - 1
    }

    /// The described entity of a name that the article does not write in one piece, made if it is new.
    pub(super) fn describe_as(&mut self, name: &str) -> usize {
        let key = name_words(name).join(" ");
        if let Some(&known) = self.described.get(&key) {
            return known;
        }
        let entity = self.enter(Entity {
            name: name.to_owned(),
            kind: Some(EntityType::Unnamed),
            apart: self.record.doc_id.clone(),
            ..Entity::default()
        });
        let noun = self.gazetteer.noun(key.rsplit(' ').next().unwrap_or(&key));
        self.portraits[entity].noun = noun.map(|(n, _)| n.kind).or(Some(NounKind::Organisation));
        self.described.insert(key, entity);
        entity
    }

    /// Gives a described entity a fuller name, unless another has it: then that one is meant.
    pub(super) fn rename(&mut self, entity: usize, name: String) -> usize {
        let key = name_words(&name).join(" ");
        if let Some(&known) = self.described.get(&key) {
            return known;
        }
        if self.entities[entity].kind == Some(EntityType::Unnamed) {
            self.entities[entity].name = name;
            self.described.insert(key, entity);
        }
        entity
    }

    /// The described entity of these words, made if it is new.
    pub(super) fn describe(&mut self, part: Part, span: Span, phrase: Option<&Phrase>, fresh: bool) -> usize {
        let Some(words) = self.words(part) else {
            return 0;
        };
        let written = words.slice(span).split_whitespace().collect::<Vec<_>>().join(" ");
        let descriptor = phrase.map(|p| descriptor(words, p, p.core.start..p.rest.end));
        let key = name_words(&written).join(" ");
        if let Some(&known) = self.described.get(&key).filter(|_| !fresh) {
            return known;
        }
        let entity = self.entities.len();
        let mut portrait = Portrait {
            noun: phrase.and_then(|p| p.kind),
            plural: phrase.is_some_and(|p| p.plural),
            ..Portrait::default()
        };
        portrait.vote(phrase.and_then(|p| p.gender), 6);
        if let Some(phrase) = phrase.filter(|p| matches!(p.kind, Some(NounKind::Person))) {
            let (position, affiliated) = office_of(self, part, phrase);
            portrait.position = position;
            portrait.affiliation = affiliated.map(|a| self.entities[a].name.clone()).unwrap_or_default();
            portrait.affiliated = affiliated;
        }
        if let Some(descriptor) = descriptor {
            portrait.describe(descriptor);
        }
        self.entities.push(Entity {
            name: written,
            kind: Some(EntityType::Unnamed),
            apart: self.record.doc_id.clone(),
            ..Entity::default()
        });
        self.portraits.push(portrait);
        self.described.insert(key, entity);
        if let Some(phrase) = phrase {
            self.unnamed_by_noun.entry(phrase.lemma.clone()).or_default().push(entity);
        }
        entity
    }
}
