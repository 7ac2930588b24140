//! Gold labels: JSON lines or a brat folder → [`GoldArticle`]s.
//!
//! Invariant: every span is `[start, end]` in code points of `text` (or of `title`, where `part` says so),
//! and what is not labelled is absent, never empty. [`read()`] takes every shape that `docs/labelling.md`
//! documents and tells them apart by their keys; [`check()`] says what is wrong with a file.
//! Shared by `evaluate` (to score), `extract --given` (to take stages as given) and `train` (to learn).

mod apart;
mod attribution;
mod brat;
mod check;
mod coreference;
mod error;
mod lines;
mod names;
mod nesting;
mod read;
mod stance;

pub use check::{Checked, Problem, check};
pub use error::GoldError;
pub use read::{Articles, read};

use serde::{Deserialize, Serialize};

use crate::labels::{EntityType, Flags, Part, Quotation, Stance};
use crate::text::Span;

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
    /// The mention types that are labelled, where not all four are (a corpus without MISC).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mention_types: Option<Vec<EntityType>>,
    /// Only some of the statements are labelled: what is found beside them is no false alarm.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub partial: bool,
    /// A quotation whose speaker is only understood (“A,” she said. “B.”) is labelled as content of the
    /// statement before it, not as a statement of its own.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub continued: bool,
    /// Runs of `text` that nobody labelled (bylines, boilerplate): what is found there does not count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub discard: Vec<GoldSpan>,
}

impl GoldArticle {
    /// The characters of a part.
    pub fn part(&self, part: Part) -> &str {
        match part {
            Part::Title => &self.title,
            Part::Text => &self.text,
        }
    }
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

impl GoldStatement {
    /// The part that its spans count in.
    pub fn part(&self) -> Part {
        self.part.unwrap_or(Part::Text)
    }

    /// The flags as the tables have them; unknown words are left out ([`check()`] names them).
    pub fn flags(&self) -> Flags {
        let has = |word| self.flags.iter().any(|flag| flag == word);
        Flags { negated: has("negated"), hedged: has("hedged"), unreal: has("unreal") }
    }

    /// Where the statement is: its cue, else its content.
    pub fn anchor(&self) -> Option<Span> {
        self.cue_span.or(self.content_spans.first().copied()).map(span)
    }

    /// Whether an absent addressee means that there is none: whoever labels the stance labels the addressee.
    pub fn addressee_labelled(&self) -> bool {
        self.stance.is_some() || self.addressee_span.is_some()
    }
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
    /// Whom it names: the same word for every mention of one entity; absent where not labelled.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entity: Option<String>,
}

impl GoldMention {
    /// The part that it stands in.
    pub fn part(&self) -> Part {
        self.part.unwrap_or(Part::Text)
    }

    /// Where it stands.
    pub fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// A span of the file as the rest of the program has it.
pub fn span([start, end]: GoldSpan) -> Span {
    Span::new(start, end)
}
