//! A file of texts, a file of labels → labelled articles.
//!
//! Invariant: labels are only ever put on the characters that they were made for; who may share labels need not
//! share the texts.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::TrainError;
use super::corpus::lines;
use crate::gold::{GoldArticle, GoldStatement};

#[derive(Deserialize)]
struct TextLine {
    id: String,
    text: String,
}

#[derive(Deserialize)]
struct LabelLine {
    /// The id of the text.
    id: String,
    /// SHA-256 of the text in UTF-8, in hexadecimal digits.
    text_sha256: String,
    statements: Vec<GoldStatement>,
}

/// The texts that are labelled, in the order of the labels.
pub fn read(texts: &Path, labels: &Path) -> Result<Vec<GoldArticle>, TrainError> {
    let mut by_id: BTreeMap<String, String> =
        lines::<TextLine>(texts)?.into_iter().map(|line| (line.id, line.text)).collect();
    let labelled: Vec<LabelLine> = lines(labels)?;
    let wrong =
        |index: usize, why: String| TrainError::Line { path: labels.display().to_string(), line: index + 1, why };
    let articles = labelled.into_iter().enumerate().map(|(index, line)| {
        let LabelLine { id, text_sha256, statements } = line;
        let text = by_id.remove(&id).ok_or_else(|| {
            wrong(index, format!("the text `{id}` is not in {}, or is labelled twice", texts.display()))
        })?;
        let hash = format!("{:x}", Sha256::digest(text.as_bytes()));
        if hash != text_sha256 {
            return Err(wrong(
                index,
                format!("these labels were made for another text `{id}` than the one in {}", texts.display()),
            ));
        }
        Ok(GoldArticle { id, text, statements: Some(statements), ..GoldArticle::default() })
    });
    articles.collect()
}
