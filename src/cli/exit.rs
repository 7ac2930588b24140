//! Errors → exit codes.

use std::io;

use sayso::model::ModelError;
use sayso::read::ReadError;
use sayso::resolve::ResolveError;
use sayso::run::RunError;
use sayso::stream::StreamError;
use sayso::write::{ShardError, WriteError};

/// Done.
pub const GOOD: u8 = 0;
/// Failed; what was done stays.
pub const FAILED: u8 = 1;
/// The command cannot be meant.
pub const USAGE: u8 = 2;
/// Done, but some documents could not be read.
pub const DONE_WITH_FAILURES: u8 = 3;

/// A command that cannot be meant, for which there is no typed error.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct Usage(pub String);

/// The exit code of an error. A reader of our output that went away is none.
pub fn code_of(error: &anyhow::Error) -> u8 {
    for cause in error.chain() {
        let io = cause.downcast_ref::<io::Error>().or_else(|| match cause.downcast_ref::<StreamError>() {
            Some(StreamError::Write(error)) => Some(error),
            _ => None,
        });
        if io.is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
            return GOOD;
        }
        let write = cause.downcast_ref::<WriteError>().or_else(|| match cause.downcast_ref::<RunError>() {
            Some(RunError::Write(error)) => Some(error),
            _ => None,
        });
        let usage = cause.is::<Usage>()
            || cause.is::<ReadError>()
            || cause.is::<ShardError>()
            || cause.is::<ResolveError>()
            || matches!(cause.downcast_ref(), Some(ModelError::Unknown { .. }))
            || write.is_some_and(WriteError::is_usage);
        if usage {
            return USAGE;
        }
    }
    FAILED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_command_is_two_and_a_closed_pipe_is_none() {
        assert_eq!(code_of(&ReadError::NoInput.into()), USAGE);
        assert_eq!(code_of(&io::Error::from(io::ErrorKind::BrokenPipe).into()), GOOD);
        assert_eq!(code_of(&io::Error::from(io::ErrorKind::NotFound).into()), FAILED);
    }
}
