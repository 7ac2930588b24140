//! Names → what stands for them in the tables.
//!
//! Invariant: an id depends on the article's own words alone, so that it is the same in any run, order or shard.

use super::digest::ListDigest;
use crate::article::Entity;
use crate::labels::EntityType;

/// `e` and 16 hexadecimal digits: of type, name and `apart`; of an unnamed entity also of its document.
pub fn entity_id(entity: &Entity, doc_id: &str) -> String {
    let kind = entity.kind.unwrap_or(EntityType::Unnamed);
    let home = if kind == EntityType::Unnamed { doc_id } else { "" };
    let mut digest = ListDigest::default();
    [kind.as_str(), &entity.name, &entity.apart, home].iter().for_each(|text| digest.add(text));
    format!("e{}", digest.hex(8))
}

/// Names in one cell: joined by `; `, a `;` in a name written as `,`.
pub fn join_names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    names.into_iter().map(|name| name.replace(';', ",")).collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unnamed_entity_belongs_to_its_article_and_a_named_one_to_the_run() {
        let police = Entity { name: "police".into(), kind: Some(EntityType::Unnamed), ..Entity::default() };
        let firm = Entity { name: "Pell Ltd".into(), kind: Some(EntityType::Org), ..Entity::default() };
        assert_ne!(entity_id(&police, "a"), entity_id(&police, "b"));
        assert_eq!(entity_id(&firm, "a"), entity_id(&firm, "b"));
        let other = Entity { apart: "of the north".into(), ..firm.clone() };
        assert_ne!(entity_id(&firm, "a"), entity_id(&other, "a"));
    }

    #[test]
    fn a_semicolon_in_a_name_does_not_look_like_two_names() {
        assert_eq!(join_names(["Ollin; Sons", "Pell"]), "Ollin, Sons; Pell");
    }
}
