//! Gold file → everything that is wrong with it, not only the first thing.
//!
//! Invariant: [`check()`] finds nothing only in gold that [`super::read()`] reads whole.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use super::read::{Line, Lines, is_folder, parse, read};
use super::{GoldArticle, GoldError, brat, structure};
use crate::labels::{EntityType, Part, Quotation, Stance};
use crate::text::{Span, Text};

/// Something that is wrong, and where.
#[derive(Clone, PartialEq, Debug)]
pub struct Problem {
    /// File and line, or file.
    pub place: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

/// What was looked at, and what is wrong with it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Checked {
    /// Articles that could be read.
    pub articles: usize,
    /// Their statements.
    pub statements: usize,
    /// Their mentions.
    pub mentions: usize,
    /// Everything that is wrong, in order.
    pub problems: Vec<Problem>,
    ids: BTreeSet<String>,
}

/// Looks through gold of any shape. `text` is the articles' file of stance labels.
pub fn check(path: &Path, text: Option<&Path>) -> Result<Checked, GoldError> {
    let mut checked = Checked::default();
    if is_folder(path) {
        for file in brat::files(path)? {
            match brat::read(&file) {
                Ok(article) => checked.take(&file.display().to_string(), &article),
                Err(error) => checked.problems.push(Problem::of(error)),
            }
        }
    } else if text.is_some() {
        for article in read(path, text)? {
            match article {
                Ok(article) => checked.take(&path.display().to_string(), &article),
                Err(error) => checked.problems.push(Problem::of(error)),
            }
        }
    } else {
        for line in Lines::open(path)? {
            checked.take_line(&line?);
        }
    }
    Ok(checked)
}

impl Problem {
    fn of(error: GoldError) -> Problem {
        let (place, what) = match error {
            GoldError::Line { path, line, what } => (format!("{}:{line}", path.display()), what),
            GoldError::File { path, what } => (path.display().to_string(), what),
            GoldError::Io { ref path, .. } => (path.display().to_string(), error.to_string()),
        };
        Problem { place, what }
    }
}

impl Checked {
    fn take(&mut self, place: &str, article: &GoldArticle) {
        self.articles += 1;
        self.statements += article.statements.iter().flatten().count();
        self.mentions += article.mentions.iter().flatten().count();
        if !self.ids.insert(article.id.clone()) {
            self.add(
                place,
                &article.id,
                "its id stands there twice; give each article its own".to_owned(),
            );
        }
        structure::problems(article)
            .into_iter()
            .for_each(|what| self.add(place, &article.id, what));
    }

    fn take_line(&mut self, line: &Line) {
        let place = line.place();
        let Ok(mut value) = serde_json::from_str::<Value>(&line.text) else {
            let what = parse(&line.text).err().unwrap_or_default();
            return self.problems.push(Problem { place, what });
        };
        let id = value["id"].as_str().unwrap_or_default().to_owned();
        let mut labels = Vec::new();
        if value.get("attributions").is_none() {
            unknown_labels(&mut value, &mut labels);
        }
        labels
            .into_iter()
            .for_each(|what| self.add(&place, &id, what));
        match parse(&value.to_string()) {
            Ok(article) => {
                self.take(&place, &article);
                surfaces(&value, &article)
                    .into_iter()
                    .for_each(|what| self.add(&place, &id, what));
            }
            Err(what) => self.add(&place, &id, what),
        }
    }

    fn add(&mut self, place: &str, id: &str, what: String) {
        let place = if id.is_empty() {
            place.to_owned()
        } else {
            format!("{place} ({id})")
        };
        self.problems.push(Problem { place, what });
    }
}

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

/// Names unknown labels and keys and takes the labels out, so that the rest of the line can be looked at.
fn unknown_labels(article: &mut Value, found: &mut Vec<String>) {
    for (index, statement) in article["statements"]
        .as_array_mut()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let Some(fields) = statement.as_object_mut() else {
            continue;
        };
        for key in fields.keys().filter(|key| !KEYS.contains(&key.as_str())) {
            found.push(format!(
                "statement {index}: the key `{key}` is not known; remarks belong in `note`"
            ));
        }
        let known: [(&str, fn(&str) -> bool); 3] = [
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
        let known = |mention: &Value| {
            mention["type"]
                .as_str()
                .is_none_or(|word| EntityType::parse(word).is_some())
        };
        for (index, mention) in mentions
            .iter()
            .enumerate()
            .filter(|(_, mention)| !known(mention))
        {
            found.push(format!(
                "mention {index}: the type {} is not known; write PER, ORG, LOC or MISC",
                mention["type"]
            ));
        }
        mentions.retain(known);
    }
}

/// Names every string beside a span that is not what the span slices.
fn surfaces(value: &Value, article: &GoldArticle) -> Vec<String> {
    let mut found = Vec::new();
    let texts = [
        Text::new(article.title.as_str()),
        Text::new(article.text.as_str()),
    ];
    let mut compare = |place: String, part: Part, spans: Vec<Span>, given: Vec<&str>| {
        let text = &texts[usize::from(part == Part::Text)];
        let slices: Vec<&str> = spans.iter().map(|&span| text.slice(span)).collect();
        if !given.is_empty() && slices != given && slices.join(" … ") != given.join(" … ") {
            found.push(format!(
                "{place}: the file says {given:?}, its spans slice {slices:?}"
            ));
        }
    };
    let strings = |value: &'_ Value| -> Vec<String> {
        let one = value.as_str().into_iter();
        one.chain(
            value
                .as_array()
                .into_iter()
                .flatten()
                .filter_map(Value::as_str),
        )
        .map(str::to_owned)
        .collect()
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
            let spans = spans.iter().map(|&run| super::span(run)).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn check_line(line: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gold.jsonl");
        std::fs::write(&path, line).unwrap();
        check(&path, None)
            .unwrap()
            .problems
            .iter()
            .map(Problem::to_string)
            .collect()
    }

    /// Protects whoever labels a hundred statements: one look names all that is wrong, with its place.
    #[test]
    fn every_problem_of_a_line_is_named_at_once() {
        let problems = check_line(
            r#"{"id":"a","text":"Ann said no.","statements":[
                {"source":"Anna","source_span":[0,3],"cue_span":[4,8],"content_spans":[[9,30]],"stance":"shout","cue_spn":1}],
                "mentions":[{"start":0,"end":3,"type":"DOG"}]}"#
                .replace('\n', " ")
                .as_str(),
        );
        for named in [
            "`shout`",
            "`cue_spn`",
            "\"DOG\"",
            "9-30 does not slice",
            "[\"Anna\"]",
        ] {
            assert!(
                problems
                    .iter()
                    .any(|p| p.contains(named) && p.contains("gold.jsonl:1")),
                "{named}: {problems:#?}"
            );
        }
        assert_eq!(problems.len(), 5, "{problems:#?}");
    }

    #[test]
    fn broken_json_and_double_ids_are_named() {
        let line = r#"{"id":"a","text":"Ann","mentions":[]}"#;
        let problems = check_line(&format!("{line}\n{{\n{line}"));
        assert_eq!(problems.len(), 2);
        assert!(
            problems[0].contains("gold.jsonl:2") && problems[1].contains("twice"),
            "{problems:#?}"
        );
    }
}
