//! A line of our own format × its article → strings that are not what their spans slice.
//!
//! Invariant: a string is compared with its span as it is in the file, untrimmed.

use serde_json::Value;

use crate::gold::{GoldArticle, span};
use crate::labels::Part;
use crate::text::{Span, Text};

/// Names every string beside a span that is not what the span slices.
pub fn problems(value: &Value, article: &GoldArticle) -> Vec<String> {
    let mut found = Vec::new();
    let texts = [Text::new(article.title.as_str()), Text::new(article.text.as_str())];
    let mut compare = |place: String, part: Part, spans: Vec<Span>, given: Vec<&str>| {
        let text = &texts[usize::from(part == Part::Text)];
        let slices: Vec<&str> = spans.iter().map(|&span| text.slice(span)).collect();
        if !given.is_empty() && slices != given && slices.join(" … ") != given.join(" … ") {
            found.push(format!("{place}: the file says {given:?}, its spans slice {slices:?}"));
        }
    };
    let strings = |value: &'_ Value| -> Vec<String> {
        let one = value.as_str().into_iter();
        one.chain(value.as_array().into_iter().flatten().filter_map(Value::as_str)).map(str::to_owned).collect()
    };
    for (index, statement) in article.statements.iter().flatten().enumerate() {
        let fields = &value["statements"][index];
        let roles = [
            ("source", statement.source_span.as_slice()),
            ("cue", statement.cue_span.as_slice()),
            ("addressee", statement.addressee_span.as_slice()),
            ("content", &statement.content_spans),
        ];
        for (role, spans) in roles {
            let given = strings(&fields[role]);
            let spans = spans.iter().map(|&run| span(run)).collect();
            compare(
                format!("statement {index}, {role}"),
                statement.part(),
                spans,
                given.iter().map(String::as_str).collect(),
            );
        }
    }
    for (index, mention) in article.mentions.iter().flatten().enumerate() {
        let given = strings(&value["mentions"][index]["surface"]);
        compare(
            format!("mention {index}"),
            mention.part(),
            vec![mention.span()],
            given.iter().map(String::as_str).collect(),
        );
    }
    found
}
