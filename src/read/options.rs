//! What is to be read, and how.

use std::path::PathBuf;

use super::{Fields, Format};

/// A record is given up, and the rest of its file with it, when it is this many times longer than a record may be.
pub(super) const GIVE_UP: usize = 16;

/// What is to be read, and how.
#[derive(Clone, Debug)]
pub struct ReadOptions {
    /// Files, folders, globs, `-` for standard input; read in this order.
    pub inputs: Vec<PathBuf>,
    /// Folders that are never read, though they lie in an input: the output folder, for one.
    pub exclude: Vec<PathBuf>,
    /// The format of every input; `None`: each file's own, by its name.
    pub format: Option<Format>,
    /// Which fields hold what.
    pub fields: Fields,
    /// Fields whose values are carried along.
    pub carry: Vec<String>,
    /// Encoding of files without a byte-order mark; `None`: UTF-8, or Windows-1252 where a record is no UTF-8.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// Whether texts in other languages than English are read all the same.
    pub any_language: bool,
    /// Stop after this many records, failed and skipped ones counted.
    pub limit: Option<u64>,
    /// No record may be longer than this, in bytes after decompression; at most [`ReadOptions::MOST_BYTES`].
    pub max_document_bytes: u64,
}

impl ReadOptions {
    /// 64 MiB, the usual `max_document_bytes`.
    pub const USUAL_BYTES: u64 = 64 << 20;

    /// 1 GiB: a text of three bytes for each of these still has offsets of 32 bits.
    pub const MOST_BYTES: u64 = 1 << 30;

    /// The length that a record may have.
    pub(super) fn longest(&self) -> usize {
        // At most 2^30, which every usize of 32 bits or more holds.
        self.max_document_bytes.min(Self::MOST_BYTES) as usize
    }

    /// What to tell about a record that is longer.
    pub(super) fn too_long(&self) -> String {
        format!("longer than {} bytes; if it is meant, raise --max-document-bytes", self.longest())
    }
}

impl Default for ReadOptions {
    fn default() -> Self {
        ReadOptions {
            inputs: Vec::new(),
            exclude: Vec::new(),
            format: None,
            fields: Fields::default(),
            carry: Vec::new(),
            encoding: None,
            any_language: false,
            limit: None,
            max_document_bytes: Self::USUAL_BYTES,
        }
    }
}
