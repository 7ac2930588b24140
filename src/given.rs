//! Gold labels in place of what the network would predict, so that a stage can be scored by itself.
//!
//! Invariant: an article that the gold does not have is read as usual.

use std::collections::HashMap;

use crate::article::{Article, Findings, Mention, Passage, Record, Statement};
use crate::decode::{Quotes, quotation};
use crate::gold::{GoldArticle, GoldSpan, GoldStatement};
use crate::labels::{Flags, Part, Stance};
use crate::text::{Span, Text};

/// Which labels are taken from the gold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum GivenStage {
    /// Mentions.
    Mentions,
    /// Cues: roles and stance are predicted for them.
    Cues,
    /// Whole statements: only who is who is worked out.
    Statements,
}

/// Gold labels by document.
pub struct Given {
    stages: Vec<GivenStage>,
    articles: HashMap<String, GoldArticle>,
}

impl Given {
    /// Takes these stages from these articles.
    pub fn new(stages: Vec<GivenStage>, articles: impl IntoIterator<Item = GoldArticle>) -> Self {
        Given { stages, articles: articles.into_iter().map(|a| (a.id.clone(), a)).collect() }
    }

    /// The cues of each passage of an article, if cues are given; none where the gold has no such article.
    pub fn cues(&self, record: &Record, article: &Article) -> Option<Vec<Vec<Span>>> {
        if !self.stages.contains(&GivenStage::Cues) {
            return None;
        }
        let gold = self.articles.get(&record.doc_id);
        let of = |passage: &Passage| {
            let statements = gold.iter().flat_map(|g| g.statements.iter().flatten());
            statements.filter(|s| part(s.part) == passage.part).filter_map(|s| s.cue_span).map(span).collect()
        };
        Some(article.passages.iter().map(of).collect())
    }

    /// Puts given mentions and statements in the place of those found.
    pub fn apply(&self, record: &Record, article: &Article, findings: &mut Findings) {
        let Some(gold) = self.articles.get(&record.doc_id) else {
            return;
        };
        if let (true, Some(mentions)) = (self.stages.contains(&GivenStage::Mentions), &gold.mentions) {
            findings.mentions = mentions
                .iter()
                .map(|m| Mention { part: part(m.part), span: Span::new(m.start, m.end), kind: m.kind, score: 1.0 })
                .collect();
            findings.mentions.sort_by_key(|m| (m.part, m.span));
        }
        if let (true, Some(statements)) = (self.stages.contains(&GivenStage::Statements), &gold.statements) {
            findings.statements = statements_of(article, statements);
        }
    }
}

fn part(part: Option<Part>) -> Part {
    part.unwrap_or(Part::Text)
}

fn span([start, end]: GoldSpan) -> Span {
    Span::new(start, end)
}

/// Gold statements in order of position, parents relinked.
fn statements_of(article: &Article, gold: &[GoldStatement]) -> Vec<Statement> {
    let empty = Text::default();
    let mut numbered: Vec<(usize, Statement)> = gold
        .iter()
        .map(|g| {
            let part = part(g.part);
            let text = article.passage(part).map_or(&empty, |p| &p.text);
            let content: Vec<Span> = g.content_spans.iter().copied().map(span).collect();
            let has = |flag: &str| g.flags.iter().any(|f| f == flag);
            Statement {
                part,
                cue: g.cue_span.map(span),
                source: g.source_span.map(span),
                addressee: g.addressee_span.map(span),
                quotation: g.quotation.unwrap_or_else(|| quotation(text, &content, &Quotes::find(text))),
                content,
                stance: g.stance.unwrap_or(Stance::Say),
                stance_score: 1.0,
                flags: Flags { negated: has("negated"), hedged: has("hedged"), unreal: has("unreal") },
                score: 1.0,
                nested_in: g.nested_in,
            }
        })
        .enumerate()
        .collect();
    numbered.sort_by_key(|(i, s)| (s.part, s.anchor().start, std::cmp::Reverse(s.extent().len()), *i));
    let mut place = vec![0; numbered.len()];
    for (new, (old, _)) in numbered.iter().enumerate() {
        place[*old] = new;
    }
    numbered
        .into_iter()
        .map(|(_, mut s)| {
            s.nested_in = s.nested_in.and_then(|parent| place.get(parent).copied());
            s
        })
        .collect()
}
