//! Output folder → the rows of the documents that gold has.
//!
//! Invariant: tables are streamed; only rows of gold documents are kept, in table order.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use crate::gold::GoldArticle;
use crate::labels::{Role, Status};
use crate::write::rows::{DocumentRow, MentionRow, ParticipantRow, StatementRow};

/// Why the tables cannot be scored.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// A table is not there.
    #[error("{path}: cannot be read ({cause}); name the folder that `sayso extract … -o` wrote")]
    Open {
        /// The table.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A row is not as this version writes it.
    #[error("{path}: {cause}; was it written by this version of sayso?")]
    Row {
        /// The table.
        path: PathBuf,
        /// What the CSV reader says, with the line.
        cause: csv::Error,
    },
    /// Offsets would count in another text.
    #[error(
        "the text of `{id}` differs from gold's, so offsets cannot be compared; extract from the gold file's texts"
    )]
    OtherText {
        /// The document.
        id: String,
    },
    /// Nothing to compare.
    #[error("none of the {gold} gold documents is in {path}; extract from the gold file's texts, with their ids")]
    NoDocument {
        /// How many gold documents there are.
        gold: usize,
        /// The output folder.
        path: PathBuf,
    },
}

/// What the tables hold of one document.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Whether the document was read (not skipped, not failed, not missing).
    pub read: bool,
    /// Its statements.
    pub statements: Vec<StatementRow>,
    /// Its mentions.
    pub mentions: Vec<MentionRow>,
    /// Those who play the source in its statements.
    pub sources: Vec<ParticipantRow>,
}

/// Reads the tables in `folder` for the gold documents; what is not there gives an empty [`Found`].
pub fn read(folder: &Path, gold: &[GoldArticle]) -> Result<Vec<Found>, TableError> {
    let join = Join::new(folder, gold)?;
    let mut found = vec![Found::default(); gold.len()];
    for &at in join.0.values() {
        found[at].read = true;
    }
    if gold.iter().any(|article| article.statements.is_some()) {
        each(folder, "statements.csv", |row: StatementRow| {
            if let Some(at) = join.at(&row.doc_id) {
                found[at].statements.push(row);
            }
        })?;
        if folder.join("participants.csv").exists() {
            each(folder, "participants.csv", |row: ParticipantRow| {
                if let (Some(at), Role::Source) = (join.at(&row.doc_id), row.role) {
                    found[at].sources.push(row);
                }
            })?;
        }
    }
    if gold.iter().any(|article| article.mentions.is_some()) {
        each(folder, "mentions.csv", |row: MentionRow| {
            if let Some(at) = join.at(&row.doc_id) {
                found[at].mentions.push(row);
            }
        })?;
    }
    Ok(found)
}

/// Which gold document a `doc_id` of the tables is: the one of that id, else the one of that text.
struct Join(BTreeMap<String, usize>);

impl Join {
    fn new(folder: &Path, gold: &[GoldArticle]) -> Result<Join, TableError> {
        let by_id: BTreeMap<&str, usize> = gold.iter().enumerate().map(|(at, a)| (a.id.as_str(), at)).collect();
        let by_text: BTreeMap<String, usize> = gold.iter().enumerate().map(|(at, a)| (sha256(&a.text), at)).collect();
        let (mut join, mut strangers, mut other) = (BTreeMap::new(), Vec::new(), None);
        each(folder, "documents.csv", |row: DocumentRow| match by_id.get(row.doc_id.as_str()) {
            Some(_) if matches!(row.status, Status::Skipped | Status::Failed) => {}
            Some(&at) if sha256(&gold[at].text) != row.text_sha256 => {
                other.get_or_insert(row.doc_id);
            }
            Some(&at) => {
                join.insert(row.doc_id, at);
            }
            None => {
                if let Some(&at) = by_text.get(&row.text_sha256) {
                    strangers.push((row.doc_id, at));
                }
            }
        })?;
        if let Some(id) = other {
            return Err(TableError::OtherText { id });
        }
        let mut taken: BTreeSet<usize> = join.values().copied().collect();
        for (id, at) in strangers {
            if taken.insert(at) {
                join.insert(id, at);
            }
        }
        if join.is_empty() {
            return Err(TableError::NoDocument { gold: gold.len(), path: folder.to_owned() });
        }
        Ok(Join(join))
    }

    fn at(&self, doc_id: &str) -> Option<usize> {
        self.0.get(doc_id).copied()
    }
}

fn sha256(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}

fn each<R: DeserializeOwned>(folder: &Path, name: &str, mut take: impl FnMut(R)) -> Result<(), TableError> {
    let path = folder.join(name);
    let file = File::open(&path).map_err(|cause| TableError::Open { path: path.clone(), cause })?;
    for row in csv::Reader::from_reader(file).into_deserialize() {
        take(row.map_err(|cause| TableError::Row { path: path.clone(), cause })?);
    }
    Ok(())
}
