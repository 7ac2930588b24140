//! A line of a named-entity corpus (`entities: [[start, end, type], …]`) → [`GoldArticle`].
//!
//! Invariant: a type that is not in the table is an error, so that no name is lost to a spelling.

use serde::Deserialize;

use super::{GoldArticle, GoldMention};
use crate::labels::EntityType::{self, Loc, Misc, Org, Per};

/// Corpora in which nationalities and other MISC names stand unmarked.
const WITHOUT_MISC: [&str; 4] = ["uner-ewt", "gum", "meantime", "re3d"];

#[derive(Deserialize)]
pub(super) struct Line {
    id: String,
    text: String,
    #[serde(default)]
    corpus: String,
    entities: Vec<(usize, usize, String)>,
}

impl Line {
    /// The article; its text is all that is labelled, so a title beside it is left out.
    pub fn article(self) -> Result<GoldArticle, String> {
        let misc = !WITHOUT_MISC.contains(&self.corpus.as_str());
        let mut mentions = Vec::with_capacity(self.entities.len());
        for (start, end, word) in self.entities {
            match kind_of(&word) {
                Kind::Named(Misc) if !misc => {}
                Kind::Named(kind) => mentions.push(GoldMention { part: None, start, end, kind, entity: None }),
                Kind::NoName => {}
                Kind::Unknown => return Err(unknown(&word)),
            }
        }
        Ok(GoldArticle {
            id: self.id,
            text: self.text,
            mentions: Some(mentions),
            mention_types: (!misc).then(|| vec![Per, Org, Loc]),
            ..GoldArticle::default()
        })
    }
}

/// What a corpus's type is to us.
pub(super) enum Kind {
    /// One of the four.
    Named(EntityType),
    /// Dates, sums, weapons: no names by our conventions.
    NoName,
    /// Nobody has said yet.
    Unknown,
}

/// Our type for a corpus's word for it.
pub(super) fn kind_of(word: &str) -> Kind {
    match word.to_lowercase().as_str() {
        "per" | "person" | "politician" => Kind::Named(Per),
        "org" | "organisation" | "organization" | "politicalparty" | "corporation" | "group" => Kind::Named(Org),
        "loc" | "location" | "place" | "country" | "facility" | "gpe" | "fac" => Kind::Named(Loc),
        "misc" | "norp" | "nationality" | "product" | "event" | "election" | "creative-work" => Kind::Named(Misc),
        "date" | "time" | "temporal" | "frequency" | "money" | "quantity" | "finance" | "abstract" | "object"
        | "animal" | "plant" | "substance" | "documentreference" | "weapon" | "vehicle" | "militaryplatform"
        | "commsidentifier" => Kind::NoName,
        _ => Kind::Unknown,
    }
}

/// What to say about a type that is not in the table.
pub(super) fn unknown(word: &str) -> String {
    format!("the type `{word}` is not known; write PER, ORG, LOC or MISC, and leave out what is no name")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(corpus: &str, entities: &str) -> Result<GoldArticle, String> {
        let line = format!(r#"{{"id":"a","corpus":"{corpus}","title":"x","text":"Ann","entities":{entities}}}"#);
        serde_json::from_str::<Line>(&line).map_err(|e| e.to_string())?.article()
    }

    /// Protects the scoring of corpora without MISC: the class is declared missing, not merely unseen.
    #[test]
    fn a_corpus_without_misc_says_so() {
        let gum = article("gum", r#"[[0,3,"person"],[0,3,"event"]]"#).unwrap();
        assert_eq!(gum.mentions.unwrap().len(), 1);
        assert_eq!(gum.mention_types, Some(vec![Per, Org, Loc]));
        assert_eq!(article("conll03", "[]").unwrap().mention_types, None);
    }

    #[test]
    fn dates_are_no_names_and_unknown_types_are_errors() {
        assert!(article("x", r#"[[0,3,"Date"]]"#).unwrap().mentions.unwrap().is_empty());
        assert!(article("x", r#"[[0,3,"Persn"]]"#).unwrap_err().contains("Persn"));
    }
}
