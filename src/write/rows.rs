//! The tables' rows: the one place where their columns, order and meaning are written down.
//!
//! The header, `datapackage.json`, `sayso schema` and the README's table all come from these structs.

use serde::{Deserialize, Serialize};

use crate::labels::{EntityType, How, Part, Quotation, Role, Stance, Status};

/// A probability as it stands in a table: rounded to four decimals.
pub fn rounded(probability: f32) -> f64 {
    (f64::from(probability) * 10_000.0).round() / 10_000.0
}

/// A row of `documents.csv`: one input record, failed and skipped ones too. The columns of `--carry` follow as `x_<name>`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DocumentRow {
    /// The id as given, else made from path and record.
    pub doc_id: String,
    /// The file, as named or relative to the folder named.
    pub path: String,
    /// 1-based place in its file.
    pub record: u64,
    /// The headline as given.
    pub title: String,
    /// The date as given.
    pub published: String,
    /// The address as given.
    pub url: String,
    /// The publisher as given.
    pub publisher: String,
    /// ISO 639-1 code of the language found.
    pub language: String,
    /// Code points of the text.
    pub characters: u64,
    /// Sentences read, headline included.
    pub sentences: u64,
    /// Pieces read, headline included.
    pub pieces: u64,
    /// Mentions found.
    pub mentions: u64,
    /// Statements found, before any filter.
    pub statements: u64,
    /// ok, partial, skipped or failed.
    pub status: Status,
    /// Why it was skipped or failed.
    pub reason: String,
    /// What else its reader should know.
    pub remark: String,
    /// SHA-256 of the text in UTF-8, hexadecimal.
    pub text_sha256: String,
}

/// A row of `statements.csv`: one act of speech, thought or writing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StatementRow {
    /// `doc_id#s<n>`, numbered by position from 1, before any filter.
    pub statement_id: String,
    /// The document.
    pub doc_id: String,
    /// The part that all offsets of the row count in.
    pub part: Part,
    /// 0-based sentence of the cue, else of the content, in its part.
    pub sentence: u64,
    /// What the source does with the content.
    pub stance: Stance,
    /// Probability of the stance given the statement.
    pub stance_score: f64,
    /// Who says it, as written.
    pub source: String,
    /// First code point of the source.
    pub source_start: Option<u64>,
    /// One past the last code point of the source.
    pub source_end: Option<u64>,
    /// Names of the source entities, joined by `; `.
    pub source_entities: String,
    /// The reporting words, as written.
    pub cue: String,
    /// First code point of the cue.
    pub cue_start: Option<u64>,
    /// One past the last code point of the cue.
    pub cue_end: Option<u64>,
    /// To whom, as written.
    pub addressee: String,
    /// First code point of the addressee.
    pub addressee_start: Option<u64>,
    /// One past the last code point of the addressee.
    pub addressee_end: Option<u64>,
    /// Names of the addressee entities, joined by `; `.
    pub addressee_entities: String,
    /// What is said, its parts joined by ` … `.
    pub content: String,
    /// The parts of the content, `start-end` joined by `;`.
    pub content_spans: String,
    /// direct, mixed or indirect.
    pub quotation: Quotation,
    /// The act is reported as not done.
    pub negated: bool,
    /// The journalist distances from whether it happened.
    pub hedged: bool,
    /// Future, conditional, hypothetical or requested act.
    pub unreal: bool,
    /// The statement whose content this one lies in.
    pub nested_in: String,
    /// Probability that cue and content are right.
    pub score: f64,
    /// The sentences that the statement touches.
    pub context: String,
}

/// A row of `participants.csv`: one entity in one role of one statement.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ParticipantRow {
    /// The statement.
    pub statement_id: String,
    /// The document.
    pub doc_id: String,
    /// source, addressee or about.
    pub role: Role,
    /// The entity.
    pub entity_id: String,
    /// Its name.
    pub entity: String,
    /// PER, ORG, LOC, MISC or UNNAMED.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// The words that stand for it, as written.
    pub surface: String,
    /// First code point of the surface.
    pub start: Option<u64>,
    /// One past the last code point of the surface.
    pub end: Option<u64>,
    /// First code point of the name that the surface was resolved to.
    pub antecedent_start: Option<u64>,
    /// One past its last code point.
    pub antecedent_end: Option<u64>,
    /// name, alias, pronoun, group, description or implicit.
    pub how: How,
    /// Probability that the entity is right.
    pub score: f64,
    /// Office or function, as the article has it.
    pub position: String,
    /// For whom it speaks or works, as the article has it.
    pub affiliation: String,
    /// ISO 3166-1 alpha-3.
    pub country: String,
    /// Sector of the entity.
    pub sector: String,
}

/// A row of `mentions.csv`: one named-entity mention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MentionRow {
    /// `doc_id#m<n>`, numbered by position from 1, before any filter.
    pub mention_id: String,
    /// The document.
    pub doc_id: String,
    /// The part that the offsets count in.
    pub part: Part,
    /// 0-based sentence in its part.
    pub sentence: u64,
    /// First code point.
    pub start: u64,
    /// One past the last code point.
    pub end: u64,
    /// The name as written.
    pub surface: String,
    /// PER, ORG, LOC or MISC.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// Probability that span and type are right.
    pub score: f64,
    /// Its entity.
    pub entity_id: String,
}

/// A row of `entities.csv`: one entity of the whole run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EntityRow {
    /// Short hash of type, name and what tells two bearers apart.
    pub entity_id: String,
    /// Its name.
    pub entity: String,
    /// PER, ORG, LOC, MISC or UNNAMED.
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// ISO 3166-1 alpha-3.
    pub country: String,
    /// Sector.
    pub sector: String,
    /// Its other names, joined by `; `.
    pub aliases: String,
    /// Documents that mention it.
    pub documents: u64,
    /// Mentions of it.
    pub mentions: u64,
    /// Statements that it is a source of.
    pub statements: u64,
}
