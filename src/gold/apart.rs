//! Labels of whole texts that lie apart from the texts (`id`, `text_sha256`, `statements`) → [`GoldArticle`]s.
//!
//! Invariant: labels are only ever put on the very characters that they were made for, so that they can be passed on
//! where the texts cannot; every label finds its text, or the reading ends with an error that names it.

use std::collections::BTreeMap;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::{GoldArticle, GoldStatement};

/// A text, whatever else its line has.
#[derive(Deserialize)]
pub(super) struct TextLine {
    id: String,
    text: String,
}

/// The labels of a text.
#[derive(Deserialize)]
pub(super) struct Label {
    id: String,
    /// SHA-256 of the text in UTF-8, in hexadecimal digits, as `documents.csv` has it.
    text_sha256: String,
    statements: Vec<GoldStatement>,
}

/// Labels by text.
#[derive(Default)]
pub(super) struct Labels(BTreeMap<String, Label>);

impl Labels {
    /// Takes a label in.
    pub fn insert(&mut self, label: Label) -> Result<(), String> {
        match self.0.insert(label.id.clone(), label) {
            Some(twice) => Err(format!("the text `{}` is labelled twice; leave one", twice.id)),
            None => Ok(()),
        }
    }

    /// Moves a text's labels onto it; `None` if it has none.
    pub fn apply(&mut self, line: TextLine) -> Result<Option<GoldArticle>, String> {
        let TextLine { id, text } = line;
        let Some(label) = self.0.remove(&id) else {
            return Ok(None);
        };
        if format!("{:x}", Sha256::digest(&text)) != label.text_sha256 {
            return Err(format!("the labels of `{id}` were made for another version of this text"));
        }
        Ok(Some(GoldArticle { id, text, statements: Some(label.statements), ..GoldArticle::default() }))
    }

    /// A label whose text never came.
    pub fn left(&self) -> Option<&str> {
        self.0.keys().next().map(String::as_str)
    }
}
