//! What can go wrong while gold is read, with the place and the remedy in the text.

use std::path::PathBuf;

/// Gold that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum GoldError {
    /// The file or folder cannot be opened or read.
    #[error("{path}: cannot be read ({cause}); is it a JSON-lines file, or a folder of .txt and .ann files?")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        cause: std::io::Error,
    },
    /// A line does not say what it should.
    #[error("{path}:{line}: {what}")]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based.
        line: u64,
        /// What is wrong and what to do about it.
        what: String,
    },
    /// The file as a whole does not fit what was asked for.
    #[error("{path}: {what}")]
    File {
        /// The file or folder.
        path: PathBuf,
        /// What is wrong and what to do about it.
        what: String,
    },
}
