//! The user's alias file → which name stands for which entity, and when.
//!
//! Invariant: a row with a date bound holds only for articles whose date is known and within it; the first row that
//! holds wins, over everything that the article says.

use std::path::Path;

use rustc_hash::FxHashMap;
use serde::Deserialize;

use super::ResolveError;
use super::fold::name_words;
use crate::labels::EntityType;

/// A row of the file.
#[derive(Clone, Debug, Deserialize)]
struct Row {
    alias: String,
    entity: String,
    #[serde(rename = "type", default)]
    kind: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// What an alias stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Target {
    /// The entity's name.
    pub(super) name: String,
    /// Its type; none if the file leaves it to the article.
    pub(super) kind: Option<EntityType>,
    from: String,
    to: String,
}

/// The aliases of a file, by their folded words.
#[derive(Clone, Debug, Default)]
pub(super) struct Aliases {
    rows: FxHashMap<String, Vec<Target>>,
}

/// The day of a date as given: "2024-05-31T…" → "2024-05-31"; none if it does not begin so.
fn day(date: &str) -> Option<&str> {
    let day = date.trim().get(..10)?;
    let shaped = day.bytes().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    shaped.then_some(day)
}

impl Aliases {
    /// Reads a file with the columns alias, entity and, if wanted, type, from, to.
    pub(super) fn read(path: &Path) -> Result<Self, ResolveError> {
        let unreadable = |source: csv::Error| ResolveError::Unreadable { path: path.to_owned(), source };
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_path(path).map_err(unreadable)?;
        let mut aliases = Aliases::default();
        for (number, row) in reader.deserialize::<Row>().enumerate() {
            let row = row.map_err(unreadable)?;
            let wrong = |what: String| ResolveError::Row { path: path.to_owned(), row: number + 1, what };
            let kind = match row.kind.to_uppercase().as_str() {
                "" => None,
                kind => Some(
                    EntityType::parse(kind)
                        .filter(|k| *k != EntityType::Unnamed)
                        .ok_or_else(|| wrong(format!("\"{kind}\" is no type; write PER, ORG, LOC or MISC")))?,
                ),
            };
            for date in [&row.from, &row.to].into_iter().filter(|d| !d.is_empty()) {
                if day(date) != Some(date.as_str()) {
                    return Err(wrong(format!("\"{date}\" is no date; write it as 2024-05-31")));
                }
            }
            let key = name_words(&row.alias).join(" ");
            if key.is_empty() || row.entity.is_empty() {
                return Err(wrong("alias and entity must not be empty; fill them in or drop the row".to_owned()));
            }
            aliases.rows.entry(key).or_default().push(Target { name: row.entity, kind, from: row.from, to: row.to });
        }
        Ok(aliases)
    }

    /// What a name stands for in an article of a date.
    pub(super) fn target(&self, words: &[String], published: &str) -> Option<&Target> {
        if self.rows.is_empty() {
            return None;
        }
        let day = day(published);
        let holds = |t: &&Target| {
            (t.from.is_empty() || day.is_some_and(|d| *t.from <= *d))
                && (t.to.is_empty() || day.is_some_and(|d| *d <= *t.to))
        };
        self.rows.get(&words.join(" "))?.iter().find(holds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Aliases, ResolveError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("aliases.csv");
        std::fs::write(&path, text).unwrap();
        Aliases::read(&path)
    }

    #[test]
    fn dates_decide_between_two_holders_of_an_office() {
        let aliases = read("alias,entity,type,from,to\nthe Harbour Minister,Ada Lund,PER,,2020-12-31\nthe Harbour Minister,Bo Falk,PER,2021-01-01,\n").unwrap();
        let words = name_words("Harbour Minister");
        let name = |date| aliases.target(&words, date).map(|t| t.name.as_str());
        assert_eq!(name("2020-05-01"), Some("Ada Lund"));
        assert_eq!(name("2022-05-01T10:00:00Z"), Some("Bo Falk"));
        assert_eq!(name("May 2022"), None);
    }

    #[test]
    fn a_wrong_row_is_named_with_its_remedy() {
        let error = read("alias,entity,type\nHarbo,Harbour Bonds,COMPANY\n").unwrap_err().to_string();
        assert!(error.contains("row 1") && error.contains("PER, ORG, LOC or MISC"), "{error}");
        assert!(read("alias,entity,from\nHarbo,Harbour Bonds,1/2/2020\n").is_err());
    }
}
