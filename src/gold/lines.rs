//! File (`.gz` too) → its lines with their places.
//!
//! Invariant: one line is in memory at a time; empty ones and a byte-order mark are left out, but counted.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use super::GoldError;

/// A line with its place.
pub(super) struct Line {
    path: PathBuf,
    number: u64,
    pub text: String,
}

impl Line {
    /// File and line.
    pub fn place(&self) -> String {
        format!("{}:{}", self.path.display(), self.number)
    }

    pub fn error(&self, what: String) -> GoldError {
        GoldError::Line { path: self.path.clone(), line: self.number, what }
    }
}

/// The lines of a file that are not empty.
pub(super) struct Lines {
    path: PathBuf,
    reader: BufReader<Box<dyn Read + Send>>,
    number: u64,
}

impl Lines {
    pub fn open(path: &Path) -> Result<Lines, GoldError> {
        let file = File::open(path).map_err(|cause| GoldError::Io { path: path.to_owned(), cause })?;
        let packed = path.extension().is_some_and(|end| end == "gz");
        let bytes: Box<dyn Read + Send> = if packed { Box::new(MultiGzDecoder::new(file)) } else { Box::new(file) };
        Ok(Lines { path: path.to_owned(), reader: BufReader::new(bytes), number: 0 })
    }
}

impl Iterator for Lines {
    type Item = Result<Line, GoldError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let mut text = String::new();
            match self.reader.read_line(&mut text) {
                Ok(0) => return None,
                Ok(_) => self.number += 1,
                Err(cause) => {
                    return Some(Err(GoldError::Io { path: self.path.clone(), cause }));
                }
            }
            if !text.trim().is_empty() {
                let text = text.trim_start_matches('\u{feff}').to_owned();
                return Some(Ok(Line { path: self.path.clone(), number: self.number, text }));
            }
        }
    }
}
