//! Noun phrase without a name at its head → the entity that it describes.
//!
//! Invariant: what matches nobody in the article names itself, as an entity private to the article.

use std::ops::Range;

use super::phrases::parse;
use super::scene::{Answer, Scene};
use crate::labels::{How, Part};

/// Whom a description stands for.
pub(super) fn resolve(scene: &mut Scene<'_>, part: Part, range: Range<usize>) -> Vec<Answer> {
    let Some(words) = scene.words(part) else { return Vec::new() };
    let span = words.cover(range.clone());
    let phrase = parse(words, range, scene.gazetteer);
    let entity = scene.describe(part, span, phrase.as_ref(), false);
    vec![Answer { entity, surface: Some(span), antecedent: None, how: How::Description, score: 0.9 }]
}
