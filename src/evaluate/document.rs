//! Gold article × rows of the tables → a document whose two sides can be compared.
//!
//! Invariant: both sides have the same form, trimmed spans, and only what gold labelled a part of:
//! rows in a title that gold does not have and in discarded runs are left out.

use super::tables::Found;
use super::trim::{trim, trim_all};
use crate::gold::{GoldArticle, GoldStatement, span};
use crate::labels::{EntityType, Flags, How, Part, Quotation, Stance};
use crate::text::{Span, Text};
use crate::write::rows::{MentionRow, StatementRow};

/// A document with both sides.
pub struct Document {
    /// Its id in gold.
    pub id: String,
    /// The headline.
    pub title: Text,
    /// The text.
    pub text: Text,
    /// Gold statements; `None` where statements are not labelled.
    pub gold: Option<Vec<Side>>,
    /// Statements found.
    pub found: Vec<Side>,
    /// Gold lists only some statements.
    pub partial: bool,
    /// Gold mentions; `None` where mentions are not labelled.
    pub gold_mentions: Option<Vec<Name>>,
    /// Mentions found.
    pub found_mentions: Vec<Name>,
}

/// A statement of either side.
#[derive(Clone, Debug)]
pub struct Side {
    /// `statement_id`, or the index in gold.
    pub id: String,
    /// The part that its spans count in.
    pub part: Part,
    /// Trimmed.
    pub cue: Option<Span>,
    /// Trimmed.
    pub source: Option<Span>,
    /// Trimmed.
    pub addressee: Option<Span>,
    /// Trimmed, in order.
    pub content: Vec<Span>,
    /// `None` where gold does not label it.
    pub stance: Option<Stance>,
    /// Reservations; of gold only where the stance is labelled.
    pub flags: Flags,
    /// `None` where gold does not label it.
    pub quotation: Option<Quotation>,
    /// Names of the source's entities; `None` where gold does not label them.
    pub entities: Option<Vec<String>>,
    /// Whether a missing addressee means that there is none.
    pub addressee_labelled: bool,
    /// Whether it lies in another's content.
    pub nested: bool,
    /// Probability of cue and content; 1 in gold.
    pub score: f64,
    /// Probability of the stance; 1 in gold.
    pub stance_score: f64,
    /// Of the found: its source participants' entity id, name and how they are known.
    pub sources: Vec<(String, String, How)>,
}

impl Side {
    /// Where it is: its cue, else its content.
    pub fn anchor(&self) -> Span {
        self.cue.or(self.content.first().copied()).or(self.source).unwrap_or_default()
    }
}

/// A mention of either side.
#[derive(Clone, Debug)]
pub struct Name {
    /// The part that it stands in.
    pub part: Part,
    /// Trimmed.
    pub span: Span,
    /// Its type.
    pub kind: EntityType,
    /// Its entity's id or gold name; `None` where there is none.
    pub entity: Option<String>,
    /// Its probability; 1 in gold.
    pub score: f64,
}

impl Document {
    /// The text of a part.
    pub fn part(&self, part: Part) -> &Text {
        match part {
            Part::Title => &self.title,
            Part::Text => &self.text,
        }
    }

    /// Puts both sides into one form; `outer` drops what is nested on both.
    pub fn new(article: &GoldArticle, found: &Found, outer: bool) -> Document {
        let mut document = Document {
            id: article.id.clone(),
            title: Text::new(article.title.as_str()),
            text: Text::new(article.text.as_str()),
            gold: None,
            found: Vec::new(),
            partial: article.partial,
            gold_mentions: None,
            found_mentions: Vec::new(),
        };
        let kept = |nested: bool| !(outer && nested);
        if let Some(statements) = &article.statements {
            let sides = statements.iter().enumerate().map(|(index, s)| document.gold_side(index, s));
            document.gold = Some(sides.filter(|side| kept(side.nested)).collect());
            let labelled = |side: &Side| document.is_labelled(article, side.part, side.anchor());
            let rows = found.statements.iter().map(|row| document.found_side(row, found));
            document.found = rows.filter(|side| kept(side.nested) && labelled(side)).collect();
            if article.continued {
                document.join_continued();
            }
        }
        if let Some(mentions) = &article.mentions {
            let names = mentions.iter().filter_map(|m| {
                let span = trim(document.part(m.part()), m.span())?;
                Some(Name { part: m.part(), span, kind: m.kind, entity: m.entity.clone(), score: 1.0 })
            });
            document.gold_mentions = Some(names.collect());
            let names = found.mentions.iter().filter_map(|row| document.found_name(row));
            let asked = |kind| article.mention_types.as_ref().is_none_or(|types| types.contains(&kind));
            let labelled = |name: &Name| asked(name.kind) && document.is_labelled(article, name.part, name.span);
            document.found_mentions = names.filter(labelled).collect();
        }
        document
    }

    /// Gives each quotation found without cue and source to the statement that it continues: the one before
    /// it, with nothing but punctuation between, in corpora that label it so.
    fn join_continued(&mut self) {
        let mut sides = std::mem::take(&mut self.found);
        sides.sort_by_key(|side| (side.part, side.content.first().map_or(side.anchor().start, |c| c.start)));
        let mut joined: Vec<Side> = Vec::with_capacity(sides.len());
        for side in sides {
            let understood = side.cue.is_none() && side.source.is_none();
            let start = side.anchor().start;
            let text = self.part(side.part);
            let continues = |before: &&mut Side| {
                let spans = before.cue.iter().chain(&before.source).chain(&before.addressee).chain(&before.content);
                let end = spans.map(|span| span.end).max().unwrap_or(0);
                let quoted = before.cue.is_some() && before.quotation != Some(Quotation::Indirect);
                let between = text.slice(Span::new(end, start));
                quoted && before.part == side.part && end <= start && !between.chars().any(char::is_alphanumeric)
            };
            match joined.iter_mut().rev().take(4).find(continues) {
                Some(before) if understood => before.content.extend(side.content),
                _ => joined.push(side),
            }
        }
        self.found = joined;
    }

    fn is_labelled(&self, article: &GoldArticle, part: Part, at: Span) -> bool {
        match part {
            Part::Title => !self.title.is_empty(),
            Part::Text => !article.discard.iter().any(|&run| span(run).overlaps(at)),
        }
    }

    fn gold_side(&self, index: usize, statement: &GoldStatement) -> Side {
        let text = self.part(statement.part());
        let run = |run| trim(text, span(run));
        Side {
            id: index.to_string(),
            part: statement.part(),
            cue: statement.cue_span.and_then(run),
            source: statement.source_span.and_then(run),
            addressee: statement.addressee_span.and_then(run),
            content: trim_all(text, statement.content_spans.iter().map(|&run| span(run))),
            stance: statement.stance,
            flags: statement.flags(),
            quotation: statement.quotation,
            entities: statement.source_entities.clone(),
            addressee_labelled: statement.addressee_labelled(),
            nested: statement.nested_in.is_some(),
            score: 1.0,
            stance_score: 1.0,
            sources: Vec::new(),
        }
    }

    fn found_side(&self, row: &StatementRow, found: &Found) -> Side {
        let text = self.part(row.part);
        let run = |start: Option<u64>, end: Option<u64>| trim(text, Span::new(start? as usize, end? as usize));
        let names = row.source_entities.split("; ").filter(|name| !name.is_empty());
        let sources = found.sources.iter().filter(|source| source.statement_id == row.statement_id);
        Side {
            id: row.statement_id.clone(),
            part: row.part,
            cue: run(row.cue_start, row.cue_end),
            source: run(row.source_start, row.source_end),
            addressee: run(row.addressee_start, row.addressee_end),
            content: trim_all(text, row.content_spans.split(';').filter_map(parse_span)),
            stance: Some(row.stance),
            flags: Flags { negated: row.negated, hedged: row.hedged, unreal: row.unreal },
            quotation: Some(row.quotation),
            entities: Some(names.map(str::to_owned).collect()),
            addressee_labelled: true,
            nested: !row.nested_in.is_empty(),
            score: row.score,
            stance_score: row.stance_score,
            sources: sources.map(|s| (s.entity_id.clone(), s.entity.clone(), s.how)).collect(),
        }
    }

    fn found_name(&self, row: &MentionRow) -> Option<Name> {
        let span = trim(self.part(row.part), Span::new(row.start as usize, row.end as usize))?;
        let entity = (!row.entity_id.is_empty()).then(|| row.entity_id.clone());
        Some(Name { part: row.part, span, kind: row.kind, entity, score: row.score })
    }
}

fn parse_span(run: &str) -> Option<Span> {
    let (start, end) = run.split_once('-')?;
    Some(Span::new(start.parse().ok()?, end.parse().ok()?))
}
