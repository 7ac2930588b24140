//! Finished shards → the articles of the whole run, in the order of their records.
//!
//! Invariant: what is handed on is the run that one process would have computed, or an error: shards of another
//! run, a shard that is missing or given twice, and a document that is in two shards or in none are refused.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::assemble::ArticleRows;
use super::error::WriteError;
use super::folder::PACKAGE;
use super::format::SHARD;
use super::package;
use super::publish::Act;
use super::run::{RunInfo, VERSION};
use super::unit;
use crate::select::Shard;

/// Why folders are not the shards of one run.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ShardError {
    /// A folder does not hold a finished shard.
    #[error("{} is no finished shard ({why}): name folders that `sayso extract --shard i/n` has finished", path.display())]
    NoShard {
        /// The folder.
        path: PathBuf,
        /// What is not as it should be.
        why: &'static str,
    },
    /// Two folders differ in what must be the same.
    #[error("{} and {} differ in {what}: shards of one run have the same inputs, options, model and program version", a.display(), b.display())]
    Different {
        /// The first folder.
        a: PathBuf,
        /// The other one.
        b: PathBuf,
        /// What differs.
        what: &'static str,
    },
    /// One shard in two folders.
    #[error("{} and {} hold the same documents: both are shard {shard}", a.display(), b.display())]
    Twice {
        /// The first folder.
        a: PathBuf,
        /// The other one.
        b: PathBuf,
        /// Which.
        shard: Shard,
    },
    /// Not all shards are there.
    #[error("{missing} missing: name the folders of all {of} shards")]
    Missing {
        /// Which.
        missing: String,
        /// How many there should be.
        of: u32,
    },
    /// A document stands where it cannot.
    #[error("{}: document {doc_id} {why}: extract this shard again from the unchanged input", path.display())]
    Misplaced {
        /// The folder.
        path: PathBuf,
        /// The document.
        doc_id: String,
        /// What is wrong.
        why: &'static str,
    },
    /// Records are in no shard.
    #[error("the shards hold {found} of {records} records: extract them again from the unchanged input")]
    Incomplete {
        /// How many there are.
        found: u64,
        /// How many the input had.
        records: u64,
    },
}

/// All shards of a run.
pub struct Shards {
    info: RunInfo,
    folders: Vec<(Shard, PathBuf)>,
    records: u64,
}

impl Shards {
    /// Looks at the folders; nothing but their descriptors is read yet.
    ///
    /// # Errors
    /// If they are not all the shards of one run.
    pub fn open(folders: &[PathBuf]) -> Result<Self, ShardError> {
        let mut known: BTreeMap<Shard, &PathBuf> = BTreeMap::new();
        let mut first: Option<(&PathBuf, RunInfo, u64)> = None;
        for path in folders {
            let (info, records) = described(path)?;
            let Some(shard) = info.shard else {
                return Err(ShardError::NoShard { path: path.clone(), why: "it holds a whole run" });
            };
            match &first {
                None => first = Some((path, info, records)),
                Some((a, other, others)) => {
                    let what = difference(other, &info).or((*others != records).then_some("the number of records"));
                    if let Some(what) = what {
                        return Err(ShardError::Different { a: a.to_path_buf(), b: path.clone(), what });
                    }
                }
            }
            if let Some(a) = known.insert(shard, path) {
                return Err(ShardError::Twice { a: a.clone(), b: path.clone(), shard });
            }
        }
        let Some((_, info, records)) = first else {
            return Err(ShardError::Missing { missing: "all shards are".into(), of: 0 });
        };
        let of = info.shard.map_or(0, Shard::of);
        let missing: Vec<String> = (1..=of)
            .filter(|&index| Shard::new(index, of).is_some_and(|shard| !known.contains_key(&shard)))
            .map(|index| format!("{index}/{of}"))
            .collect();
        if !missing.is_empty() {
            let verb = if missing.len() == 1 { "is" } else { "are" };
            return Err(ShardError::Missing { missing: format!("{} {verb}", missing.join(", ")), of });
        }
        let folders = known.into_iter().map(|(shard, path)| (shard, path.clone())).collect();
        Ok(Shards { info: RunInfo { shard: None, ..info }, folders, records })
    }

    /// The run that the shards are of, as if it had been computed in one go.
    pub fn info(&self) -> &RunInfo {
        &self.info
    }

    /// Every article of the run, in the order of the records.
    pub(super) fn each(&self, act: Act<'_>) -> Result<(), WriteError> {
        let files: Vec<PathBuf> = self.folders.iter().map(|(_, folder)| folder.join(SHARD)).collect();
        let mut readers = Vec::with_capacity(files.len());
        for path in &files {
            readers.push(unit::decode(path).map_err(lost)?);
        }
        let mut heads: Vec<Option<ArticleRows>> = Vec::with_capacity(readers.len());
        for reader in &mut readers {
            heads.push(reader.next().transpose().map_err(lost)?);
        }
        let mut expected = 0;
        while let Some(at) = earliest(&heads) {
            let next = readers[at].next().transpose().map_err(lost)?;
            let Some(article) = std::mem::replace(&mut heads[at], next) else { break };
            let (shard, folder) = &self.folders[at];
            let why = if !shard.holds(&article.document.doc_id) {
                Some("belongs to another shard")
            } else if article.number < expected {
                Some("has the place of another one")
            } else {
                None
            };
            if let Some(why) = why {
                let doc_id = article.document.doc_id;
                return Err(ShardError::Misplaced { path: folder.clone(), doc_id, why }.into());
            }
            if article.number > expected {
                return Err(ShardError::Incomplete { found: expected, records: self.records }.into());
            }
            act(&article)?;
            expected += 1;
        }
        if expected == self.records {
            Ok(())
        } else {
            Err(ShardError::Incomplete { found: expected, records: self.records }.into())
        }
    }
}

/// The shard whose next article comes first.
fn earliest(heads: &[Option<ArticleRows>]) -> Option<usize> {
    let numbers = heads.iter().enumerate().filter_map(|(at, head)| Some((head.as_ref()?.number, at)));
    numbers.min().map(|(_, at)| at)
}

/// A file of a shard that cannot be read is not made anew by giving the same command again.
fn lost(error: WriteError) -> WriteError {
    match error {
        WriteError::Damaged { path, .. } => {
            let folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
            ShardError::NoShard { path: folder, why: "its file shard.jsonl.zst is damaged" }.into()
        }
        other => other,
    }
}

/// What a folder's descriptor says of its run, and the number of records of the whole input.
fn described(path: &Path) -> Result<(RunInfo, u64), ShardError> {
    let no_shard = |why| ShardError::NoShard { path: path.to_owned(), why };
    let package = package::read(&path.join(PACKAGE)).ok_or_else(|| no_shard("it has no datapackage.json"))?;
    let sayso = &package["sayso"];
    let key = package::key_of(&package).ok_or_else(|| no_shard("sayso did not write its datapackage.json"))?;
    if sayso["version"] != VERSION {
        return Err(no_shard("another version of sayso wrote it"));
    }
    let info: RunInfo =
        serde_json::from_value(sayso.clone()).map_err(|_| no_shard("its datapackage.json is damaged"))?;
    if info.key().as_str() != key {
        return Err(no_shard("its datapackage.json was changed"));
    }
    if info.shard.is_some() && !path.join(SHARD).is_file() {
        return Err(no_shard("its file shard.jsonl.zst is gone"));
    }
    Ok((info, sayso.get("records").and_then(Value::as_u64).unwrap_or(0)))
}

/// What two shards differ in and should not.
fn difference(a: &RunInfo, b: &RunInfo) -> Option<&'static str> {
    let differs = [
        (a.model_sha256 != b.model_sha256 || a.model != b.model, "the model"),
        (a.inputs != b.inputs, "the inputs"),
        (a.shard.map(Shard::of) != b.shard.map(Shard::of), "the number of shards"),
        (RunInfo { shard: None, ..a.clone() } != RunInfo { shard: None, ..b.clone() }, "the options"),
    ];
    differs.into_iter().find_map(|(differs, what)| differs.then_some(what))
}
