//! Stance labels of single statements (`id` = article`#`index) → stance, addressee and flags of [`GoldArticle`]s.
//!
//! Invariant: every label finds its statement, or the reading ends with an error that names it.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{GoldArticle, GoldSpan};
use crate::labels::Stance;

#[derive(Deserialize)]
pub(super) struct Label {
    /// `article#index`.
    pub id: String,
    stance: Stance,
    #[serde(default)]
    addressee_span: Option<GoldSpan>,
    #[serde(default)]
    flags: Vec<String>,
}

/// Labels by article, then by index.
#[derive(Default)]
pub(super) struct Labels(BTreeMap<String, BTreeMap<usize, Label>>);

impl Labels {
    /// Takes a label in.
    pub fn insert(&mut self, label: Label) -> Result<(), String> {
        let Some((article, index)) = label.id.rsplit_once('#') else {
            return Err(format!("the id `{}` does not name a statement; write article#index", label.id));
        };
        let Ok(index) = index.parse() else {
            return Err(format!("`{index}` in the id `{}` is not the number of a statement", label.id));
        };
        let article = article.to_owned();
        if let Some(twice) = self.0.entry(article).or_default().insert(index, label) {
            return Err(format!("`{}` is labelled twice; leave one", twice.id));
        }
        Ok(())
    }

    /// Moves an article's labels onto its statements; `None` if it has none.
    pub fn apply(&mut self, mut article: GoldArticle) -> Result<Option<GoldArticle>, String> {
        let Some(labels) = self.0.remove(&article.id) else {
            return Ok(None);
        };
        let statements = article.statements.get_or_insert_default();
        for (index, label) in labels {
            let Some(statement) = statements.get_mut(index) else {
                return Err(format!("the label `{}` names a statement that the article does not have", label.id));
            };
            statement.stance = Some(label.stance);
            statement.addressee_span = label.addressee_span;
            statement.flags = label.flags;
        }
        Ok(Some(article))
    }

    /// A label whose article never came.
    pub fn left(&self) -> Option<&str> {
        self.0.values().flat_map(BTreeMap::values).next().map(|label| label.id.as_str())
    }
}
