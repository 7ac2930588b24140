//! Gold file → everything that is wrong with it, not only the first thing.
//!
//! Invariant: [`check()`] finds nothing only in gold that [`super::read()`] reads whole.

mod structure;
mod surfaces;
mod words;

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use serde_json::Value;

use super::lines::{Line, Lines};
use super::read::{is_folder, parse, read};
use super::{GoldArticle, GoldError, brat};

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
    let articles = read(path, text)?;
    if is_folder(path) {
        for file in brat::files(path)? {
            match brat::read(&file) {
                Ok(article) => checked.take(&file.display().to_string(), &article),
                Err(error) => checked.problems.push(Problem::of(error)),
            }
        }
    } else if text.is_some() {
        for article in articles {
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
            self.add(place, &article.id, "its id stands there twice; give each article its own".to_owned());
        }
        structure::problems(article).into_iter().for_each(|what| self.add(place, &article.id, what));
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
            words::unknown(&mut value, &mut labels);
        }
        labels.into_iter().for_each(|what| self.add(&place, &id, what));
        match parse(&value.to_string()) {
            Ok(article) => {
                self.take(&place, &article);
                surfaces::problems(&value, &article).into_iter().for_each(|what| self.add(&place, &id, what));
            }
            Err(what) => self.add(&place, &id, what),
        }
    }

    fn add(&mut self, place: &str, id: &str, what: String) {
        let place = if id.is_empty() { place.to_owned() } else { format!("{place} ({id})") };
        self.problems.push(Problem { place, what });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_line(line: &str) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("gold.jsonl");
        std::fs::write(&path, line).unwrap();
        check(&path, None).unwrap().problems.iter().map(Problem::to_string).collect()
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
        for named in ["`shout`", "`cue_spn`", "\"DOG\"", "9-30 does not slice", "[\"Anna\"]"] {
            assert!(problems.iter().any(|p| p.contains(named) && p.contains("gold.jsonl:1")), "{named}: {problems:#?}");
        }
        assert_eq!(problems.len(), 5, "{problems:#?}");
    }

    #[test]
    fn broken_json_and_double_ids_are_named() {
        let line = r#"{"id":"a","text":"Ann","mentions":[]}"#;
        let problems = check_line(&format!("{line}\n{{\n{line}"));
        assert_eq!(problems.len(), 2);
        assert!(problems[0].contains("gold.jsonl:2") && problems[1].contains("twice"), "{problems:#?}");
    }
}
