//! A line of a coreference corpus (`clusters` of mentions) → [`GoldArticle`] whose mentions name their entity.
//!
//! Invariant: only names are kept, and of names within each other the longest, as our mentions are.

use serde::Deserialize;
use serde_json::Value;

use super::names::{Kind, kind_of, unknown};
use super::{GoldArticle, GoldMention};
use crate::labels::EntityType::{Loc, Misc, Org, Per};

#[derive(Deserialize)]
pub(super) struct Line {
    id: String,
    text: String,
    clusters: Vec<Cluster>,
}

#[derive(Deserialize)]
struct Cluster {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    /// Each begins with start, end, and what it is: name, nominal or pronoun.
    mentions: Vec<Vec<Value>>,
}

impl Line {
    /// The article. These corpora have no MISC.
    pub fn article(self) -> Result<GoldArticle, String> {
        let mut mentions = Vec::new();
        for cluster in &self.clusters {
            let kind = match kind_of(&cluster.kind) {
                Kind::Named(Misc) | Kind::NoName => continue,
                Kind::Named(kind) => kind,
                Kind::Unknown => return Err(unknown(&cluster.kind)),
            };
            for mention in &cluster.mentions {
                let number = |at: usize| mention.get(at).and_then(Value::as_u64).map(|n| n as usize);
                let (Some(start), Some(end)) = (number(0), number(1)) else {
                    return Err(format!("a mention of cluster {} has no start and end", cluster.id));
                };
                if mention.get(2).is_some_and(|what| what == "name") {
                    mentions.push(GoldMention { part: None, start, end, kind, entity: Some(cluster.id.clone()) });
                }
            }
        }
        mentions.sort_by_key(|mention| (mention.start, std::cmp::Reverse(mention.end)));
        let mut longest: Vec<GoldMention> = Vec::new();
        for mention in mentions {
            match longest.last_mut() {
                Some(last) if last.end > mention.start => {
                    if mention.span().len() > last.span().len() {
                        *last = mention;
                    }
                }
                _ => longest.push(mention),
            }
        }
        let mention_types = Some(vec![Per, Org, Loc]);
        Ok(GoldArticle {
            id: self.id,
            text: self.text,
            mentions: Some(longest),
            mention_types,
            ..GoldArticle::default()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_entity_and_the_longest_of_nested_ones_stays() {
        let line = r#"{"id":"a","text":"Port Ann council met. It voted.","clusters":[
            {"id":"1","type":"organization","mentions":[[0,16,"name",9,16],[22,24,"pronoun"]]},
            {"id":"2","type":"place","mentions":[[0,8,"name"]]},{"id":"3","type":"event","mentions":[[17,20,"name"]]}]}"#;
        let mentions = serde_json::from_str::<Line>(line).unwrap().article().unwrap().mentions.unwrap();
        assert_eq!(mentions, [GoldMention { part: None, start: 0, end: 16, kind: Org, entity: Some("1".into()) }]);
    }
}
