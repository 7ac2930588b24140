//! What a format hands on: a record without its id, its language and its final status.

use crate::labels::Status;

/// A record as its format reads it.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// 1-based place in its file.
    pub record: u64,
    /// The values of its fields, as given; empty where there is none.
    pub values: Values,
    /// `Failed`, `Partial` or `Ok`.
    pub status: Status,
    /// Why it failed.
    pub reason: String,
    /// What else its reader should know.
    pub remark: String,
}

/// The values of a record's fields.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    pub text: String,
    pub id: String,
    pub title: String,
    pub published: String,
    pub url: String,
    pub publisher: String,
    pub carried: Vec<String>,
}

/// The drafts of one file.
pub(super) type Drafts = Box<dyn Iterator<Item = Draft> + Send>;

impl Draft {
    pub fn read(record: u64, values: Values) -> Self {
        Draft { record, values, status: Status::Ok, reason: String::new(), remark: String::new() }
    }

    pub fn failed(record: u64, reason: impl Into<String>) -> Self {
        let mut draft = Draft::read(record, Values::default());
        draft.fail(reason);
        draft
    }

    pub fn skipped(record: u64, reason: impl Into<String>) -> Self {
        let mut draft = Draft::read(record, Values::default());
        draft.skip(reason);
        draft
    }

    pub fn fail(&mut self, reason: impl Into<String>) {
        self.status = Status::Failed;
        self.reason = reason.into();
    }

    pub fn skip(&mut self, reason: impl Into<String>) {
        self.status = Status::Skipped;
        self.reason = reason.into();
    }

    /// Adds to the remarks.
    pub fn note(&mut self, remark: &str) {
        if !self.remark.is_empty() && !remark.is_empty() {
            self.remark.push_str("; ");
        }
        self.remark.push_str(remark);
    }
}

/// The drafts of a file that yields one.
pub(super) fn only(draft: Draft) -> Drafts {
    Box::new(std::iter::once(draft))
}
