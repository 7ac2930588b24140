//! Bytes on their way to a file → their number and hash.
//!
//! Invariant: what `datapackage.json` says of a file is counted as it is written; no file is read again for it.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::preset::Warning;

/// What was written to a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// Rows, without the header.
    pub rows: u64,
    /// Bytes of the file.
    pub bytes: u64,
    /// SHA-256 of the file, hexadecimal.
    pub sha256: String,
    /// What its reader should be told.
    pub warnings: Vec<Warning>,
}

/// Counts and hashes what passes through.
pub(super) struct Tally<W> {
    sink: W,
    bytes: u64,
    hash: Sha256,
}

impl<W: Write> Write for Tally<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.sink.write(bytes)?;
        self.hash.update(&bytes[..written]);
        self.bytes += written as u64;
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.sink.flush()
    }
}

impl<W> Tally<W> {
    pub fn new(sink: W) -> Self {
        Tally { sink, bytes: 0, hash: Sha256::new() }
    }

    /// The sink, and what was written to it.
    pub fn finish(self, rows: u64) -> (W, Written) {
        let sha256 = format!("{:x}", self.hash.finalize());
        (self.sink, Written { rows, bytes: self.bytes, sha256, warnings: Vec::new() })
    }
}
