//! A line of our own format → labels and keys in it that nobody knows.
//!
//! Invariant: what is named is taken out, so that the rest of the line can be looked at.

use serde_json::Value;

use crate::labels::{EntityType, Part, Quotation, Stance};

/// Keys that a statement may have.
const KEYS: [&str; 15] = [
    "part",
    "source_span",
    "cue_span",
    "addressee_span",
    "content_spans",
    "stance",
    "flags",
    "quotation",
    "source_entities",
    "nested_in",
    "source",
    "cue",
    "addressee",
    "content",
    "note",
];

/// Whether a word is a label.
type Known = fn(&str) -> bool;

/// Names unknown labels and keys, and takes the labels out.
pub fn unknown(article: &mut Value, found: &mut Vec<String>) {
    for (index, statement) in article["statements"].as_array_mut().into_iter().flatten().enumerate() {
        let Some(fields) = statement.as_object_mut() else {
            continue;
        };
        for key in fields.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            found.push(format!("statement {index}: the key `{key}` is not known; remarks belong in `note`"));
        }
        let known: [(&str, Known); 3] = [
            ("stance", |word| Stance::parse(word).is_some()),
            ("quotation", |word| Quotation::parse(word).is_some()),
            ("part", |word| Part::parse(word).is_some()),
        ];
        for (key, is_known) in known {
            let Some(word) = fields.get(key).and_then(Value::as_str) else {
                continue;
            };
            if !is_known(word) {
                found.push(format!("statement {index}: the {key} `{word}` is not known; docs/labelling.md lists them"));
                fields.remove(key);
            }
        }
    }
    if let Some(mentions) = article["mentions"].as_array_mut() {
        let known = |mention: &Value| mention["type"].as_str().is_none_or(|word| EntityType::parse(word).is_some());
        for (index, mention) in mentions.iter().enumerate().filter(|(_, mention)| !known(mention)) {
            found.push(format!(
                "mention {index}: the type {} is not known; write PER, ORG, LOC or MISC",
                mention["type"]
            ));
        }
        mentions.retain(known);
    }
}
