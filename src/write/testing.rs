//! Articles with findings for the tests of this folder.

use proptest::prelude::*;

use super::assemble::{ArticleRows, assemble};
use crate::article::{Article, Cast, Entity, Findings, Mention, Participant, Passage, Record, Statement};
use crate::labels::{EntityType, Flags, How, Part, Quotation, Role, Stance};
use crate::text::{Span, Text};

/// All that an article's rows are made from.
#[derive(Clone, Debug)]
pub struct Case {
    pub record: Record,
    pub article: Article,
    pub findings: Findings,
    pub cast: Cast,
}

impl Case {
    pub fn rows(&self) -> ArticleRows {
        assemble(&self.record, &self.article, &self.findings, &self.cast, 12)
    }
}

pub fn record(number: u64, text: &str) -> Record {
    Record {
        doc_id: format!("doc-{number}"),
        path: "news.jsonl".into(),
        record: number + 1,
        text: text.into(),
        published: "2024-05-06".into(),
        publisher: "The Ollin Gazette".into(),
        carried: vec![format!("page {number}")],
        language: "en".into(),
        ..Record::default()
    }
}

fn entity(name: &str, kind: EntityType) -> Entity {
    Entity { name: name.into(), kind: Some(kind), ..Entity::default() }
}

fn statement(part: Part, content: Vec<Span>) -> Statement {
    Statement {
        part,
        cue: None,
        source: None,
        addressee: None,
        content,
        stance: Stance::Say,
        stance_score: 0.5,
        flags: Flags::default(),
        quotation: Quotation::Indirect,
        score: 0.75,
        nested_in: None,
    }
}

fn participant(statement: usize, role: Role, entity: usize, surface: Option<Span>) -> Participant {
    Participant {
        statement,
        role,
        entity,
        surface,
        antecedent: None,
        how: How::Name,
        score: 0.9,
        position: String::new(),
        affiliation: String::new(),
    }
}

/// A small article with two statements, an unnamed source, an emoji and a Windows line end.
pub fn case(number: u64) -> Case {
    let text = "Mara Ollin urged Pell Ltd\r\nto stop, she 😀 at once. Nothing was denied.";
    let passage =
        Passage { part: Part::Text, text: Text::new(text), sentences: vec![Span::new(0, 50), Span::new(51, 70)] };
    let urged = Statement {
        cue: Some(Span::new(11, 16)),
        source: Some(Span::new(0, 10)),
        addressee: Some(Span::new(17, 25)),
        stance: Stance::Urge,
        ..statement(Part::Text, vec![Span::new(27, 34), Span::new(42, 49)])
    };
    let denied = Statement {
        source: Some(Span::new(36, 39)),
        stance: Stance::Deny,
        nested_in: Some(0),
        ..statement(Part::Text, vec![Span::new(42, 49)])
    };
    let mention = |span, kind| Mention { part: Part::Text, span, kind, score: 0.98 };
    Case {
        record: record(number, text),
        article: Article { passages: vec![passage] },
        findings: Findings {
            mentions: vec![mention(Span::new(0, 10), EntityType::Per), mention(Span::new(17, 25), EntityType::Org)],
            statements: vec![urged, denied],
        },
        cast: Cast {
            entities: vec![
                Entity { aliases: vec![format!("Ollin {}", number % 3)], ..entity("Mara Ollin", EntityType::Per) },
                Entity {
                    country: if number.is_multiple_of(2) { "NOR" } else { "" }.into(),
                    ..entity("Pell Ltd", EntityType::Org)
                },
                entity("she", EntityType::Unnamed),
            ],
            mention_entity: vec![Some(0), Some(1)],
            participants: vec![
                participant(0, Role::Source, 0, Some(Span::new(0, 10))),
                participant(0, Role::Addressee, 1, Some(Span::new(17, 25))),
                participant(1, Role::Source, 2, Some(Span::new(36, 39))),
            ],
        },
    }
}

/// Any text of letters, quotes, commas, formula signs, emoji, combining marks and every kind of line end.
pub fn any_text() -> impl Strategy<Value = String> {
    let bits = prop_oneof![
        Just("Ollin"),
        Just(" "),
        Just("\r\n"),
        Just("\n"),
        Just("\r"),
        Just("\""),
        Just(","),
        Just(";"),
        Just("="),
        Just("@"),
        Just("😀"),
        Just("e\u{301}"),
        Just("“É”"),
        Just("👩\u{200d}🚀"),
        Just("\u{feff}"),
        Just("מילה"),
        Just("\0"),
        Just("."),
    ];
    prop::collection::vec(bits, 1..40).prop_map(|bits| bits.concat())
}

/// Any article with any findings whose spans lie in it.
pub fn any_case() -> impl Strategy<Value = Case> {
    (any_text(), any_text(), 0u64..1000).prop_flat_map(|(title, text, number)| {
        let passages: Vec<Passage> = [(Part::Title, title), (Part::Text, text)]
            .into_iter()
            .map(|(part, text)| {
                let text = Text::new(text);
                let sentences = vec![Span::new(0, text.len())];
                Passage { part, text, sentences }
            })
            .collect();
        let lengths = [passages[0].text.len(), passages[1].text.len()];
        let article = Article { passages };
        let spans = move |count| prop::collection::vec((0usize..2, 0usize..100, 0usize..100), count);
        (spans(0..6), spans(0..6), 0usize..3).prop_map(move |(mentions, statements, skip)| {
            let place = |(which, a, b): (usize, usize, usize)| {
                let (a, b) = (a % (lengths[which] + 1), b % (lengths[which] + 1));
                (if which == 0 { Part::Title } else { Part::Text }, Span::new(a.min(b), a.max(b)))
            };
            let mentions: Vec<Mention> = mentions
                .into_iter()
                .map(place)
                .map(|(part, span)| Mention { part, span, kind: EntityType::Org, score: 0.5 })
                .collect();
            let statements: Vec<Statement> = statements
                .into_iter()
                .enumerate()
                .map(|(at, spot)| {
                    let (part, span) = place(spot);
                    let cue = (at % 3 != skip).then_some(Span::new(span.start, span.start));
                    Statement { cue, source: Some(span), ..statement(part, vec![span, span]) }
                })
                .collect();
            let participants = statements
                .iter()
                .enumerate()
                .map(|(at, statement)| participant(at, Role::Source, at % 2, statement.source))
                .collect();
            let mut record = record(number, article.passages[1].text.as_str());
            record.title = article.passages[0].text.as_str().to_owned();
            record.carried = vec![record.title.clone()];
            Case {
                record,
                article: article.clone(),
                cast: Cast {
                    entities: vec![entity("=Ollin; Sons", EntityType::Org), entity("police,\n", EntityType::Unnamed)],
                    mention_entity: mentions.iter().map(|_| Some(0)).collect(),
                    participants,
                },
                findings: Findings { mentions, statements },
            }
        })
    })
}
