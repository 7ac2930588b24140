//! Scene → participants: whom each source and addressee stands for.
//!
//! Invariant: participants are ordered by statement, role and position; a role whose entity is not known has none.

use super::descriptions;
use super::groups;
use super::heads::heads;
use super::implicit;
use super::pronouns;
use super::scene::{Answer, Event, Scene};
use crate::article::Participant;
use crate::labels::{How, Part, Role};
use crate::text::Span;

/// What a span stands for.
#[derive(Clone, Copy, Debug)]
struct Answer {
    entity: usize,
    surface: Option<Span>,
    antecedent: Option<Span>,
    how: How,
    score: f32,
}

/// Resolves the roles of every statement.
pub(super) fn cast(record: &Record, passages: &[(Part, Words<'_>)], findings: &Findings, clusters: Clusters) -> Cast {
    let mut cast =
        Cast { entities: clusters.entities, mention_entity: clusters.mention_entity, participants: Vec::new() };
    let mut described: FxHashMap<String, usize> = FxHashMap::default();
    let mut sources: Vec<Option<Answer>> = vec![None; findings.statements.len()];
    let mut speaker: Option<Answer> = None;
    for index in order(findings) {
        let statement = &findings.statements[index];
        let Some((_, words)) = passages.iter().find(|(part, _)| *part == statement.part) else { continue };
        let parent = statement.nested_in.and_then(|p| sources.get(p).copied().flatten());
        let mut answers = Vec::new();
        for (role, span) in [(Role::Source, statement.source), (Role::Addressee, statement.addressee)] {
            let answer = match span {
                Some(span) => {
                    resolve(record, statement.part, words, span, findings, &mut cast, &mut described, speaker, parent)
                }
                None if role == Role::Source && statement.cue.is_none() => {
                    speaker.map(|s| Answer { surface: None, antecedent: None, how: How::Implicit, score: 0.8, ..s })
                }
                None => None,
            };
            if role == Role::Source {
                sources[index] = answer;
                if answer.is_some() && statement.nested_in.is_none() {
                    speaker = answer;
                }
            }
            answers.extend(answer.map(|a| (role, a)));
        }
        for (mention, entity) in findings.mentions.iter().zip(&cast.mention_entity) {
            if mention.part == statement.part && statement.content.iter().any(|c| c.contains(mention.span)) {
                if let Some(entity) = *entity {
                    if !answers.iter().any(|(role, a)| *role == Role::About && a.entity == entity) {
                        answers.push((
                            Role::About,
                            Answer {
                                entity,
                                surface: Some(mention.span),
                                antecedent: None,
                                how: How::Name,
                                score: mention.score,
                            },
                        ));
                    }
                }
            }
        }
        for (role, answer) in answers {
            cast.participants.push(Participant {
                statement: index,
                role,
                entity: answer.entity,
                surface: answer.surface,
                antecedent: answer.antecedent,
                how: answer.how,
                score: answer.score,
                position: String::new(),
                affiliation: String::new(),
            });
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
        while let Some(parent) =
            findings.statements.get(index).and_then(|s| s.nested_in).filter(|_| depth < findings.statements.len())
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

/// Resolves one span.
#[allow(clippy::too_many_arguments)]
fn resolve(
    record: &Record,
    part: Part,
    words: &Words<'_>,
    span: Span,
    findings: &Findings,
    cast: &mut Cast,
    described: &mut FxHashMap<String, usize>,
    speaker: Option<Answer>,
    parent: Option<Answer>,
) -> Option<Answer> {
    let range = words.within(span);
    if range.len() == 1 {
        if let Some(pronoun) = pronoun(words.at(range.start)) {
            let antecedent = match pronoun {
                Pronoun::I | Pronoun::We => parent,
                Pronoun::He | Pronoun::She => {
                    parent.or(speaker).filter(|s| cast.entities[s.entity].kind == Some(EntityType::Per))
                }
                Pronoun::It => parent.or(speaker).filter(|s| cast.entities[s.entity].kind == Some(EntityType::Org)),
                _ => None,
            };
            return antecedent.map(|a| Answer {
                surface: Some(span),
                antecedent: a.antecedent.or(a.surface),
                how: How::Pronoun,
                score: 0.7,
                ..a
            });
        }
    }
    let from = findings.mentions.partition_point(|m| (m.part, m.span.end) <= (part, span.start));
    let inside: Vec<usize> = (from..findings.mentions.len())
        .take_while(|&m| findings.mentions[m].part == part && findings.mentions[m].span.start < span.end)
        .filter(|&m| span.contains(findings.mentions[m].span) && cast.mention_entity[m].is_some())
        .collect();
    let owned = |m: usize| {
        let end = words.within(findings.mentions[m].span).end;
        matches!(fold(words.at(end)).as_str(), "s" | "") && end < range.end
    };
    let person = inside.iter().copied().find(|&m| findings.mentions[m].kind == EntityType::Per && !owned(m));
    let whole = inside.iter().copied().find(|&m| {
        findings.mentions[m].span.end == span.end && words.within(findings.mentions[m].span).len() + 1 >= range.len()
    });
    if let Some(mention) = person.or(whole) {
        let entity = cast.mention_entity[mention]?;
        let name = name_words(words.slice(findings.mentions[mention].span)) == name_words(&cast.entities[entity].name);
        let how = if name { How::Name } else { How::Alias };
        return Some(Answer { entity, surface: Some(span), antecedent: None, how, score: 0.95 });
    }
    let key = name_words(words.slice(span)).join(" ");
    let entity = *described.entry(key).or_insert_with(|| {
        cast.entities.push(unnamed(record, words.slice(span)));
        cast.entities.len() - 1
    });
    Some(Answer { entity, surface: Some(span), antecedent: None, how: How::Description, score: 0.9 })
}
