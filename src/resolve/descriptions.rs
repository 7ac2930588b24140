//! Noun phrase without a name → an entity that its description names.
//!
//! Invariant: such an entity is private to its article.

use crate::article::{Entity, Record};
use crate::labels::EntityType;

/// An unnamed entity: the phrase as written, on one line.
pub(super) fn unnamed(record: &Record, phrase: &str) -> Entity {
    let name = phrase.split_whitespace().collect::<Vec<_>>().join(" ");
    Entity { name, kind: Some(EntityType::Unnamed), apart: record.doc_id.clone(), ..Entity::default() }
}
