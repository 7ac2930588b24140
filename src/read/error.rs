//! What makes a run impossible before anything is read.

use thiserror::Error;

/// The arguments cannot be meant. What goes wrong later is a record with its reason.
#[derive(Debug, Error)]
pub enum ReadError {
    /// No input at all.
    #[error("no input: name a file, a folder or a glob, or - for standard input")]
    NoInput,
    /// A path that is not there.
    #[error("{path}: no such file or folder; check the spelling and the current folder")]
    NotFound {
        /// As named.
        path: String,
    },
    /// A path that cannot be looked at.
    #[error("{path}: {reason}; check who may read it and the folders above it")]
    Unreachable {
        /// As named.
        path: String,
        /// What the system says.
        reason: std::io::Error,
    },
    /// A pattern that fits nothing.
    #[error("{pattern}: no file fits this pattern; * stays within one folder, ** crosses folders")]
    NoMatch {
        /// As named.
        pattern: String,
    },
    /// A pattern that is none.
    #[error("{pattern}: not a pattern ({reason}); put [ and ] around a character that is meant as such")]
    BadPattern {
        /// As named.
        pattern: String,
        /// What is wrong with it.
        reason: globset::Error,
    },
    /// A folder without a file of a known format.
    #[error(
        "{path}: no file here has a known ending ({known}); if the files are in one of these formats under other \
         names, say which with --format-in"
    )]
    NothingKnown {
        /// The folder as named.
        path: String,
        /// The known endings.
        known: String,
    },
    /// Standard input named more than once.
    #[error("- (standard input) can be read only once: name it once")]
    StandardInputTwice,
}
