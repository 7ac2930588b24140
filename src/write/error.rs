//! What can go wrong with the output folder, and what to do about it.

use std::io;
use std::path::{Path, PathBuf};

use super::merge::ShardError;

/// Why the tables could not be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The folder cannot be made or written to.
    #[error("cannot write to the output folder {}: {source}; choose another one with -o", path.display())]
    Folder {
        /// What could not be made or written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// No room is left, or a limit on the size of files or on the user's share of the disk is reached.
    #[error(
        "no room to write {}: {source}; make room (or raise the limit) and give the same command again: it goes on where it stopped",
        path.display()
    )]
    Full {
        /// What could not be written.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Any other input or output error.
    #[error("{}: {source}; when that is mended, give the same command again: it goes on where it stopped", path.display())]
    Io {
        /// What could not be written or read.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The folder holds something that is not sayso's.
    #[error(
        "the output folder {} holds other files ({names}); choose an empty or new folder with -o, or give --force to write beside them",
        path.display()
    )]
    Foreign {
        /// The folder.
        path: PathBuf,
        /// Some of the names.
        names: String,
    },
    /// A file that is not sayso's stands where a table is to be written; not even `--force` deletes it.
    #[error("{} is not a file that sayso wrote, and it would be overwritten: move it away, or choose another folder with -o", path.display())]
    InTheWay {
        /// The file.
        path: PathBuf,
    },
    /// The folder holds another run.
    #[error(
        "the output folder {} holds {what} of other inputs, options, model or program version; choose another folder with -o, or give --force to replace it",
        path.display()
    )]
    OtherRun {
        /// The folder.
        path: PathBuf,
        /// A finished or an unfinished run.
        what: &'static str,
    },
    /// Another process writes to the folder.
    #[error("another sayso{process} is writing to {}: wait for it to end, or choose another folder with -o", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
        /// ` (process 123)`, if known.
        process: String,
    },
    /// What an earlier run left is damaged; it was thrown away.
    #[error("{} is damaged ({reason}) and was thrown away: give the same command again, it reads that part anew", path.display())]
    Damaged {
        /// The file of the unit.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// Shards that make no whole.
    #[error(transparent)]
    Shard(#[from] ShardError),
    /// A unit was left out; the caller must commit all before it finishes.
    #[error("units {first} to {last} of the run were never written: give the same command again")]
    Gap {
        /// 0-based number of the first unit that is missing.
        first: u64,
        /// And of the last one.
        last: u64,
    },
}

impl WriteError {
    /// Whether the command was wrong rather than the machine: exit code 2, else 1.
    pub fn is_usage(&self) -> bool {
        use WriteError::{Foreign, InTheWay, OtherRun, Shard};
        matches!(self, Foreign { .. } | InTheWay { .. } | OtherRun { .. } | Shard(_))
    }

    /// An error of a run under way.
    pub(super) fn io(path: &Path, source: io::Error) -> Self {
        use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
        let path = path.to_owned();
        match source.kind() {
            FileTooLarge | QuotaExceeded | StorageFull => WriteError::Full { path, source },
            _ => WriteError::Io { path, source },
        }
    }

    /// The same error as one of opening the folder.
    pub(super) fn on_opening(self) -> Self {
        match self {
            WriteError::Io { path, source } => WriteError::Folder { path, source },
            other => other,
        }
    }
}
