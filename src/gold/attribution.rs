//! A line of an attribution corpus (`source`, `cue`, `content` as lists of spans) → [`GoldArticle`].
//!
//! Invariant: the n-th attribution is the n-th statement, so that labels that name it by number find it.

use serde::Deserialize;

use super::{GoldArticle, GoldSpan, GoldStatement};

#[derive(Deserialize)]
pub(super) struct Line {
    id: String,
    text: String,
    attributions: Vec<Attribution>,
    #[serde(default)]
    discard: Vec<GoldSpan>,
}

#[derive(Deserialize)]
struct Attribution {
    #[serde(default)]
    source: Vec<GoldSpan>,
    #[serde(default)]
    cue: Vec<GoldSpan>,
    #[serde(default)]
    content: Vec<GoldSpan>,
}

impl From<Line> for GoldArticle {
    /// The text is all that is labelled (it holds the headline), so a title beside it is left out. Attributions
    /// as PolNeAR and PARC mark them hold the quotations that follow.
    fn from(line: Line) -> Self {
        GoldArticle {
            id: line.id,
            text: line.text,
            statements: Some(line.attributions.into_iter().map(GoldStatement::from).collect()),
            discard: line.discard,
            continued: true,
            ..GoldArticle::default()
        }
    }
}

impl From<Attribution> for GoldStatement {
    /// A source or cue in several runs is rare and kept by its first.
    fn from(attribution: Attribution) -> Self {
        GoldStatement {
            source_span: attribution.source.first().copied(),
            cue_span: attribution.cue.first().copied(),
            content_spans: attribution.content,
            ..GoldStatement::default()
        }
    }
}
