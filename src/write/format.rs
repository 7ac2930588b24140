//! In which formats a run is written, and the names of its files.
//!
//! Invariant: the same rows stand in every format; which formats there are is part of the run's key.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::folder::PACKAGE;
use super::run::RunInfo;
use super::table::Table;

/// The file of all rows of a shard, from which the whole run is put together again.
pub(super) const SHARD: &str = "shard.jsonl.zst";
/// The file of nested objects.
pub(super) const ARTICLES: &str = "articles.jsonl";

/// A format of tables.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// One CSV file for each table.
    Csv,
    /// One file with a line of JSON for each article.
    Jsonl,
    /// One Parquet file for each table.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// All there are in this build.
    pub const ALL: &'static [Format] = &[
        Format::Csv,
        Format::Jsonl,
        #[cfg(feature = "parquet")]
        Format::Parquet,
    ];

    /// Its word on the command line and in `datapackage.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Csv => "csv",
            Format::Jsonl => "jsonl",
            #[cfg(feature = "parquet")]
            Format::Parquet => "parquet",
        }
    }

    /// The file of a table in this format; none where all tables stand in one.
    pub(super) fn file(self, table: &Table) -> Option<String> {
        match self {
            Format::Csv => Some(table.file()),
            Format::Jsonl => None,
            #[cfg(feature = "parquet")]
            Format::Parquet => Some(format!("{}.parquet", table.name)),
        }
    }
}

/// One format or several, each once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Formats(Vec<Format>);

impl Formats {
    /// These formats, in a fixed order; CSV if there are none.
    pub fn new(mut formats: Vec<Format>) -> Self {
        formats.sort_unstable();
        formats.dedup();
        if formats.is_empty() { Formats::default() } else { Formats(formats) }
    }

    /// Whether a format is among them.
    pub fn has(&self, format: Format) -> bool {
        self.0.contains(&format)
    }

    /// The formats.
    pub fn iter(&self) -> impl Iterator<Item = Format> + '_ {
        self.0.iter().copied()
    }
}

impl Default for Formats {
    fn default() -> Self {
        Formats(vec![Format::Csv])
    }
}

impl fmt::Display for Formats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.iter().map(|format| format.as_str()).collect::<Vec<_>>().join(","))
    }
}

/// A word that names no format.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0:?} is no format; there are {all}", all = Format::ALL.iter().map(|f| f.as_str()).collect::<Vec<_>>().join(", "))]
pub struct BadFormat(String);

impl FromStr for Format {
    type Err = BadFormat;

    fn from_str(word: &str) -> Result<Self, BadFormat> {
        let known = Format::ALL.iter().find(|format| format.as_str() == word.trim());
        known.copied().ok_or_else(|| BadFormat(word.to_owned()))
    }
}

impl FromStr for Formats {
    type Err = BadFormat;

    fn from_str(words: &str) -> Result<Self, BadFormat> {
        words.split(',').map(str::parse).collect::<Result<_, _>>().map(Formats::new)
    }
}

impl RunInfo {
    /// The names of all files that the run publishes, `datapackage.json` last.
    pub(super) fn files(&self) -> Vec<String> {
        let mut files = Vec::new();
        for format in self.formats.iter() {
            files.extend(super::rows::TABLES.iter().filter_map(|table| format.file(table)));
            if format == Format::Jsonl {
                files.push(ARTICLES.to_owned());
            }
        }
        files.extend(self.shard.map(|_| SHARD.to_owned()));
        files.push(PACKAGE.to_owned());
        files
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_a_set_and_a_wrong_word_names_those_there_are() {
        assert_eq!("jsonl, csv,csv".parse::<Formats>().map(|formats| formats.to_string()), Ok("csv,jsonl".to_owned()));
        let error = "xlsx".parse::<Formats>().expect_err("no such format").to_string();
        assert!(error.contains("xlsx") && error.contains("csv, jsonl"), "{error}");
    }

    #[test]
    fn the_plain_run_publishes_five_tables_and_their_descriptor() {
        let files = RunInfo::default().files();
        assert_eq!(files.len(), 6);
        assert_eq!(files.last().map(String::as_str), Some(PACKAGE));
        let shard = RunInfo { shard: crate::select::Shard::new(1, 2), ..RunInfo::default() };
        assert!(shard.files().contains(&SHARD.to_owned()));
    }
}
