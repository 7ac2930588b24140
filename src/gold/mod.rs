//! Gold labels: JSON lines, one article each → [`GoldArticle`].
//!
//! Every span is `[start, end]` in code points of `text` (or of `title`, where `part` says so).
//! Shared by `evaluate` (to score), `extract --given` (to take stages as given) and `train` (to learn).

use serde::{Deserialize, Serialize};

use crate::labels::{EntityType, Part, Quotation, Stance};

/// A span as it stands in the file: `[start, end]`, code points, end exclusive.
pub type GoldSpan = [usize; 2];

/// An article with its labels.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct GoldArticle {
    /// The document's id.
    pub id: String,
    /// The headline, where it is a field of its own.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
    /// The text.
    pub text: String,
    /// What is hard about it, for a reader.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Every statement, in order; absent where statements are not labelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statements: Option<Vec<GoldStatement>>,
    /// Every named-entity mention; absent where mentions are not labelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mentions: Option<Vec<GoldMention>>,
}

/// A labelled statement.
#[derive(Clone, Debug, PartialEq, Default, Serialize, Deserialize)]
pub struct GoldStatement {
    /// `title` or `text` (the default).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// Who says it.
    #[serde(default)]
    pub source_span: Option<GoldSpan>,
    /// The reporting words.
    #[serde(default)]
    pub cue_span: Option<GoldSpan>,
    /// To whom.
    #[serde(default)]
    pub addressee_span: Option<GoldSpan>,
    /// What, in order.
    pub content_spans: Vec<GoldSpan>,
    /// Absent where the stance is not labelled.
    #[serde(default)]
    pub stance: Option<Stance>,
    /// Of `negated`, `hedged`, `unreal`.
    #[serde(default)]
    pub flags: Vec<String>,
    /// Absent where it is not labelled.
    #[serde(default)]
    pub quotation: Option<Quotation>,
    /// Full names of who says it, or the description as written; absent where not labelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_entities: Option<Vec<String>>,
    /// Index of the statement whose content this one lies in.
    #[serde(default)]
    pub nested_in: Option<usize>,
}

/// A labelled mention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GoldMention {
    /// `title` or `text` (the default).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub part: Option<Part>,
    /// First code point.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// PER, ORG, LOC or MISC.
    #[serde(rename = "type")]
    pub kind: EntityType,
}
