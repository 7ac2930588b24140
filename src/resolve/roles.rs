//! Scene → participants: whom each source and addressee stands for.
//!
//! Invariant: participants are ordered by statement, role and position; a role whose entity is not known has none.

use std::ops::Range;

use super::acronyms::is_acronym;
use super::descriptions;
use super::documents;
use super::fold::{fold, name_words};
use super::gazetteer::NounKind;
use super::groups;
use super::heads::heads;
use super::implicit;
use super::pronouns;
use super::scene::{Answer, Event, Scene};
use super::words::Words;
use crate::article::{Entity, Participant};
use crate::labels::{EntityType, How, Part, Role};
use crate::text::Span;

/// Resolves the roles of every statement, parents before those nested in them.
pub(super) fn participants(scene: &mut Scene<'_>) -> Vec<Participant> {
    let mut participants = Vec::new();
    for index in order(scene) {
        let statement = &scene.findings.statements[index];
        let source = match statement.source {
            Some(span) => resolve(scene, index, Role::Source, statement.part, span),
            None => implicit::source(scene, index),
        };
        for (role, answers) in [(Role::Source, source.clone()), (Role::Addressee, addressee(scene, index, &source))] {
            if let Some(span) = if role == Role::Source { statement.source } else { statement.addressee }
                && !answers.is_empty()
            {
                scene.spoken.push(Event {
                    part: statement.part,
                    span,
                    who: answers.iter().map(|a| a.entity).collect(),
                    source: role == Role::Source,
                    top: statement.nested_in.is_none(),
                    noun: false,
                });
            }
            participants.extend(answers.iter().map(|a| participant(scene, index, role, a)));
        }
        scene.sources[index] = source;
    }
    participants.extend(about(scene));
    participants.sort_by_key(|p| (p.statement, p.role, p.surface, p.entity));
    participants
}

/// A row of the cast.
fn participant(scene: &Scene<'_>, statement: usize, role: Role, answer: &Answer) -> Participant {
    let portrait = &scene.portraits[answer.entity];
    Participant {
        statement,
        role,
        entity: answer.entity,
        surface: answer.surface,
        antecedent: answer.antecedent,
        how: answer.how,
        score: answer.score,
        position: portrait.position.clone(),
        affiliation: portrait.affiliation.clone(),
    }
}

/// Statements in the order in which they can be resolved.
fn order(scene: &Scene<'_>) -> Vec<usize> {
    let statements = &scene.findings.statements;
    let ancestry = |mut index: usize| {
        let mut depth = 0;
        while let Some(parent) = statements
            .get(index)
            .and_then(|s| s.nested_in)
            .filter(|p| *p < statements.len() && depth < statements.len())
        {
            depth += 1;
            index = parent;
        }
        (index, depth)
    };
    let mut order: Vec<(Part, usize, usize, usize)> = (0..statements.len())
        .map(|index| {
            let (top, depth) = ancestry(index);
            (statements[index].part, statements[top].anchor().start, depth, index)
        })
        .collect();
    order.sort_unstable();
    order.into_iter().map(|(.., index)| index).collect()
}

/// Resolves the addressee, who is never the source.
fn addressee(scene: &mut Scene<'_>, index: usize, source: &[Answer]) -> Vec<Answer> {
    let statement = &scene.findings.statements[index];
    let Some(span) = statement.addressee else {
        return Vec::new();
    };
    let mut answers = resolve(scene, index, Role::Addressee, statement.part, span);
    answers.retain(|a| a.how == How::Name || !source.iter().any(|s| s.entity == a.entity));
    answers
}

/// Whom a span stands for.
fn resolve(scene: &mut Scene<'_>, statement: usize, role: Role, part: Part, span: Span) -> Vec<Answer> {
    let Some(words) = scene.words(part) else {
        return Vec::new();
    };
    let mut range = words.within(span);
    while !range.is_empty() && !words.at(range.start).starts_with(char::is_alphanumeric) {
        range.start += 1;
    }
    if matches!(fold(words.at(range.start)).as_str(), "his" | "her" | "their")
        && matches!(words.at(range.start + 1), "Highness" | "Majesty" | "Excellency" | "Holiness" | "Eminence")
        && range.len() > 2
    {
        range.start += 2;
    }
    if range.is_empty() {
        return Vec::new();
    }
    if let Some(answer) = given(scene, part, &range) {
        return vec![answer];
    }
    if let Some(answers) = groups::shared_head(scene, part, &range) {
        return answers;
    }
    let authors = documents::written_by(scene, part, &range);
    if !authors.is_empty() {
        return authors;
    }
    let Some(words) = scene.words(part) else {
        return Vec::new();
    };
    let heads = heads(scene, part, words, &range);
    if heads.is_empty() && pronouns::is_pronoun(words, &range) {
        return pronouns::resolve(scene, statement, role, part, range);
    }
    if let Some(parts) = groups::coordinated(scene, part, &range, &heads) {
        let mut answers: Vec<Answer> = Vec::new();
        for piece in parts {
            let Some(words) = scene.words(part) else {
                continue;
            };
            let span = words.cover(piece);
            for answer in resolve(scene, statement, role, part, span) {
                if !answers.iter().any(|a| a.entity == answer.entity) {
                    answers.push(Answer { how: How::Group, ..answer });
                }
            }
        }
        return answers;
    }
    if let Some(&head) = heads.first() {
        if let Some(answer) = office(scene, words, part, &range, head) {
            return vec![answer];
        }
        let answer = named(scene, part, span, head);
        return answer.map(|a| nation(scene, part, head, a)).into_iter().collect();
    }
    descriptions::resolve(scene, statement, role, part, range)
}

/// A whole phrase that the user's file explains.
fn given(scene: &mut Scene<'_>, part: Part, range: &Range<usize>) -> Option<Answer> {
    let words = scene.words(part)?;
    let span = words.cover(range.clone());
    let target = scene.aliases.target(&name_words(words.slice(span)), &scene.record.published)?;
    let known =
        scene.entities.iter().position(|e| e.name == target.name && (target.kind.is_none() || e.kind == target.kind));
    let entity = known.unwrap_or_else(|| {
        scene.enter(Entity {
            name: target.name.clone(),
            kind: target.kind.or(Some(EntityType::Org)),
            ..Entity::default()
        })
    });
    Some(Answer { entity, surface: Some(span), antecedent: None, how: How::Alias, score: 0.99 })
}

/// "The DP": an acronym that names no organisation but a person's office.
fn office(scene: &Scene<'_>, words: &Words<'_>, part: Part, range: &Range<usize>, mention: usize) -> Option<Answer> {
    let entity = scene.mention_entity[mention]?;
    let own = &scene.entities[entity];
    let alone = range.end - words.within(scene.findings.mentions[mention].span).start == 1;
    let written = scene.article.slice(part, scene.findings.mentions[mention].span);
    let last = own.name.rsplit(' ').next().map(fold).unwrap_or_default();
    let person = scene.gazetteer.noun(&last).is_some_and(|(noun, _)| noun.kind == NounKind::Person);
    if !alone
        || own.kind == Some(EntityType::Per) && !own.aliases.is_empty()
        || !is_acronym(written)
        || !(is_acronym(&own.name) || person)
    {
        return None;
    }
    let holder = scene.office(&fold(written)).filter(|&h| h != entity)?;
    let span = words.cover(range.clone());
    Some(Answer {
        entity: holder,
        surface: Some(span),
        antecedent: scene.last_before(holder, part, span.start),
        how: How::Description,
        score: 0.85,
    })
}

/// A nationality that stands for its country: "the Peruvian initiative".
fn nation(scene: &mut Scene<'_>, part: Part, mention: usize, answer: Answer) -> Answer {
    let found = &scene.findings.mentions[mention];
    let word = fold(scene.article.slice(part, found.span));
    let counted = scene.words(part).is_some_and(|words| {
        let at = words.within(found.span).start;
        let quantity = |i: usize| matches!(fold(words.at(i)).as_str(), "many" | "some" | "most" | "few" | "several");
        (at.saturating_sub(2)..at).any(quantity)
    });
    let adjective = found.kind == EntityType::Misc && !counted && !word.ends_with('s') && !word.contains(' ');
    let country = scene.gazetteer.country_code(&word).filter(|_| adjective).and_then(|c| scene.gazetteer.named(c));
    let Some(country) = country else { return answer };
    let named = |e: &Entity| e.kind == Some(EntityType::Loc) && e.name == country;
    let known = scene.entities.iter().position(named);
    let entity = known.unwrap_or_else(|| {
        let name = country.to_owned();
        scene.enter(Entity { name, kind: Some(EntityType::Loc), ..Entity::default() })
    });
    Answer { entity, how: How::Alias, score: 0.8, ..answer }
}

/// The entity that a name stands for.
fn named(scene: &Scene<'_>, part: Part, span: Span, mention: usize) -> Option<Answer> {
    let entity = scene.mention_entity[mention]?;
    let written = scene.article.slice(part, scene.findings.mentions[mention].span);
    let full = name_words(written) == name_words(&scene.entities[entity].name);
    Some(Answer {
        entity,
        surface: Some(span),
        antecedent: None,
        how: if full { How::Name } else { How::Alias },
        score: if full { 0.97 } else { 0.95 },
    })
}

/// The entities that contents mention.
fn about(scene: &Scene<'_>) -> Vec<Participant> {
    let mut found = Vec::new();
    for (index, statement) in scene.findings.statements.iter().enumerate() {
        let mut seen: Vec<usize> = Vec::new();
        for &content in &statement.content {
            for mention in scene.mentions_in(statement.part, content) {
                let Some(entity) = scene.mention_entity[mention] else {
                    continue;
                };
                if seen.contains(&entity) {
                    continue;
                }
                seen.push(entity);
                let named = named(scene, statement.part, scene.findings.mentions[mention].span, mention);
                found.extend(named.map(|a| participant(scene, index, Role::About, &a)));
            }
        }
    }
    found
}
