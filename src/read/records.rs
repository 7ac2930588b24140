//! Options → the stream of records.

use std::sync::Arc;

use super::discover::{self, Source};
use super::draft::{Draft, Drafts, only};
use super::ids::{self, Ids};
use super::{Progress, ReadError, ReadOptions, assess, format};
use crate::article::Record;
use crate::labels::Status;

/// Reason of the record that stands for an input without records.
pub const NO_RECORD: &str = "no record in the file";

/// Finds the inputs, so that a wrong argument is an error before anything is read, and reads them one by one.
///
/// # Errors
/// A path that is not there, a glob that fits nothing, a folder without files of a known format.
pub fn records(options: &ReadOptions) -> Result<Records, ReadError> {
    let sources = discover::sources(options)?;
    let total = sources.iter().map(|source| source.size).sum();
    Ok(Records {
        progress: Progress::new(total),
        sources: sources.into_iter(),
        options: Arc::new(options.clone()),
        current: None,
        ids: Ids::default(),
        left: options.limit.unwrap_or(u64::MAX),
        finished_bytes: 0,
    })
}

/// The records of all inputs, in order. Only the one at hand is in memory.
pub struct Records {
    options: Arc<ReadOptions>,
    sources: std::vec::IntoIter<Source>,
    current: Option<Current>,
    ids: Ids,
    /// How many more are wanted.
    left: u64,
    progress: Progress,
    /// Size of the sources that are done.
    finished_bytes: u64,
}

/// The source at hand.
struct Current {
    drafts: Drafts,
    path: String,
    is_single: bool,
    size: u64,
    /// Whether it has yielded anything.
    is_empty: bool,
}

impl Records {
    /// How far the reading is.
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    fn open(&self, mut source: Source) -> Current {
        let (drafts, is_single) = match source.unread.take() {
            Some(draft) => (only(*draft), true),
            None => {
                let (drafts, format) = format::drafts(&source, &self.options, &self.progress);
                (drafts, format.is_single())
            }
        };
        let size = source.size.unwrap_or(0);
        Current { drafts, path: source.path, is_single, size, is_empty: true }
    }

    /// The next draft, with the path of its source and whether that holds one record only.
    fn next_draft(&mut self) -> Option<(Draft, String, bool)> {
        loop {
            let mut current = match self.current.take() {
                Some(current) => current,
                None => {
                    let source = self.sources.next()?;
                    self.open(source)
                }
            };
            let draft = current.drafts.next();
            if let Some(draft) = draft {
                current.is_empty = false;
                let found = (draft, current.path.clone(), current.is_single);
                self.current = Some(current);
                return Some(found);
            }
            self.finished_bytes += current.size;
            if self.progress.total().is_some() {
                self.progress.set(self.finished_bytes);
            }
            if current.is_empty {
                return Some((Draft::skipped(1, NO_RECORD), current.path, current.is_single));
            }
        }
    }

    fn record(&mut self, mut draft: Draft, path: String, is_single: bool) -> Record {
        let language = assess::assess(&mut draft, &self.options, is_single);
        let mut values = std::mem::take(&mut draft.values);
        values.carried.resize(self.options.carry.len(), String::new());
        let is_made = values.id.trim().is_empty();
        if is_made {
            values.id = ids::made(&path, draft.record, is_single);
            // Where there cannot be an id, or nothing is read, that it is made goes without saying.
            if !is_single && matches!(draft.status, Status::Ok | Status::Partial) {
                draft.note("no id: made from path and record");
            }
        }
        let (doc_id, is_doubled) = self.ids.unique(values.id);
        if is_doubled {
            draft.note("id not unique: suffix added");
        }
        Record {
            doc_id,
            path,
            record: draft.record,
            title: values.title,
            text: values.text,
            published: values.published,
            url: values.url,
            publisher: values.publisher,
            carried: values.carried,
            status: draft.status,
            reason: draft.reason,
            remark: draft.remark,
            language: language.to_owned(),
        }
    }
}

impl Iterator for Records {
    type Item = Record;

    fn next(&mut self) -> Option<Record> {
        self.left = self.left.checked_sub(1)?;
        let (draft, path, is_single) = self.next_draft()?;
        Some(self.record(draft, path, is_single))
    }
}
