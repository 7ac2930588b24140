//! The tables' rows: the one place where their columns, order and meaning are written down.
//!
//! The header, `datapackage.json`, `sayso schema` and the README's table all come from these structs.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::table::{Column, Row, Table, Value, table};
use crate::labels::{EntityType, How, Part, Quotation, Role, Stance, Status};

/// A probability as it stands in a table: rounded to four decimals. What is no number gives no credit: 0.
pub fn rounded(probability: f32) -> f64 {
    if probability.is_nan() {
        return 0.0;
    }
    (f64::from(probability.clamp(0.0, 1.0)) * 10_000.0).round() / 10_000.0
}

/// The tables of a run, in the order in which they are described.
pub const TABLES: &[Table] =
    &[DocumentRow::TABLE, StatementRow::TABLE, ParticipantRow::TABLE, MentionRow::TABLE, EntityRow::TABLE];

table! {
    /// One row per input record, failed and skipped ones too. The columns of `--carry` follow as `x_<name>`.
    DocumentRow in "documents", key ["doc_id"], refers [] {
        /// The id as given, else made from path and record.
        doc_id: String,
        /// The file, as named or relative to the folder named.
        path: String,
        /// 1-based place in its file.
        record: u64,
        /// The headline as given.
        title: String,
        /// The date as given.
        published: String,
        /// The address as given.
        url: String,
        /// The publisher as given.
        publisher: String,
        /// ISO 639-1 code of the language found.
        language: String,
        /// Code points of the text.
        characters: u64,
        /// Sentences read, headline included.
        sentences: u64,
        /// Pieces read, headline included.
        pieces: u64,
        /// Mentions found.
        mentions: u64,
        /// Statements found, before any filter.
        statements: u64,
        /// Read whole (`ok`), with bytes replaced (`partial`), not read on purpose (`skipped`), or not readable (`failed`).
        status: Status,
        /// Why it was skipped or failed.
        reason: String,
        /// What else its reader should know.
        remark: String,
        /// SHA-256 of the text in UTF-8, hexadecimal; empty where no text could be read.
        text_sha256: String,
        /// The first document with nearly this text, headline not counted; empty for that one itself, and where there is none.
        duplicate_of: String,
        /// Share of the runs of four words that both texts have, estimated; empty where `duplicate_of` is.
        similarity: Option<f64>,
    }
}

table! {
    /// One row per statement: an act of speech, thought or writing.
    StatementRow in "statements", key ["statement_id"], refers ["doc_id" to "documents"] {
        /// `doc_id#s<n>`, numbered by position from 1, before any filter.
        statement_id: String,
        /// The document.
        doc_id: String,
        /// The part that all offsets of the row count in.
        part: Part,
        /// 0-based sentence of the cue, else of the content, in its part.
        sentence: u64,
        /// What the source does with the content.
        stance: Stance,
        /// Probability of the stance given the statement.
        stance_score: f64,
        /// Who says it, as written.
        source: String,
        /// First code point of the source.
        source_start: Option<u64>,
        /// One past the last code point of the source.
        source_end: Option<u64>,
        /// Names of the source entities, joined by `; `.
        source_entities: String,
        /// The reporting words, as written.
        cue: String,
        /// First code point of the cue.
        cue_start: Option<u64>,
        /// One past the last code point of the cue.
        cue_end: Option<u64>,
        /// To whom, as written.
        addressee: String,
        /// First code point of the addressee.
        addressee_start: Option<u64>,
        /// One past the last code point of the addressee.
        addressee_end: Option<u64>,
        /// Names of the addressee entities, joined by `; `.
        addressee_entities: String,
        /// What is said, its parts joined by ` … `.
        content: String,
        /// The parts of the content, `start-end` joined by `;`.
        content_spans: String,
        /// How much of the content is quoted: all, a part, nothing.
        quotation: Quotation,
        /// The act is reported as not done.
        negated: bool,
        /// The journalist distances from whether it happened.
        hedged: bool,
        /// Future, conditional, hypothetical or requested act.
        unreal: bool,
        /// The statement whose content this one lies in; a filter may have left out that one's row.
        nested_in: String,
        /// Probability that cue and content are right.
        score: f64,
        /// The sentences that the statement touches.
        context: String,
    }
}

table! {
    /// One row per statement, role and entity.
    ParticipantRow in "participants", key ["statement_id", "role", "entity_id"],
    refers ["statement_id" to "statements", "doc_id" to "documents", "entity_id" to "entities"] {
        /// The statement.
        statement_id: String,
        /// The document.
        doc_id: String,
        /// Who says it, who is told, or what the content mentions.
        role: Role,
        /// The entity.
        entity_id: String,
        /// Its name.
        entity: String,
        /// Person, organisation, place, other name, or a description that names itself (`UNNAMED`).
        kind as "type": EntityType,
        /// The words that stand for it, as written.
        surface: String,
        /// First code point of the surface.
        start: Option<u64>,
        /// One past the last code point of the surface.
        end: Option<u64>,
        /// First code point of the name that the surface was resolved to.
        antecedent_start: Option<u64>,
        /// One past its last code point.
        antecedent_end: Option<u64>,
        /// How the entity is known from the surface.
        how: How,
        /// Probability that the entity is right.
        score: f64,
        /// Office or function, as the article has it.
        position: String,
        /// For whom it speaks or works, as the article has it.
        affiliation: String,
        /// ISO 3166-1 alpha-3.
        country: String,
        /// Sector of the entity.
        sector: String,
    }
}

table! {
    /// One row per named-entity mention.
    MentionRow in "mentions", key ["mention_id"], refers ["doc_id" to "documents", "entity_id" to "entities"] {
        /// `doc_id#m<n>`, numbered by position from 1, before any filter.
        mention_id: String,
        /// The document.
        doc_id: String,
        /// The part that the offsets count in.
        part: Part,
        /// 0-based sentence in its part.
        sentence: u64,
        /// First code point.
        start: u64,
        /// One past the last code point.
        end: u64,
        /// The name as written.
        surface: String,
        /// Person, organisation, place or other name.
        kind as "type": EntityType,
        /// Probability that span and type are right.
        score: f64,
        /// Its entity.
        entity_id: String,
    }
}

table! {
    /// One row per entity of the whole run: the named ones by type and name, then the unnamed ones by document.
    EntityRow in "entities", key ["entity_id"], refers [] {
        /// Short hash of type, name and what tells two bearers apart.
        entity_id: String,
        /// Its name.
        entity: String,
        /// Person, organisation, place, other name, or a description that names itself (`UNNAMED`).
        kind as "type": EntityType,
        /// ISO 3166-1 alpha-3: the one that most documents give, then the first in the alphabet.
        country: String,
        /// Sector: the one that most documents give, then the first in the alphabet.
        sector: String,
        /// Its other names, sorted, joined by `; `.
        aliases: String,
        /// Documents with a mention or a participant row of it.
        documents: u64,
        /// Mentions of it.
        mentions: u64,
        /// Statement rows that it is a source of.
        statements: u64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_probability_has_four_decimals_and_is_always_one() {
        assert_eq!(rounded(0.123_456), 0.1235);
        assert_eq!([rounded(f32::NAN), rounded(2.0), rounded(-1.0)], [0.0, 1.0, 0.0]);
    }

    #[test]
    fn every_key_and_reference_names_columns_that_are_there() {
        for table in TABLES {
            let names: Vec<_> = table.columns.iter().map(|c| c.name).collect();
            assert!(table.key.iter().all(|key| names.contains(key)), "{}", table.name);
            for (column, other) in table.refers {
                assert!(names.contains(column), "{}", table.name);
                let other = TABLES.iter().find(|t| t.name == *other).expect("a table of the run");
                assert_eq!(other.key, [*column]);
            }
            assert!(table.columns.iter().all(|c| !c.description.is_empty()));
        }
    }
}
