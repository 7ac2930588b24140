//! How far the reading is, for a progress bar.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How far the reading is. Clones look at the same reading, from any thread.
#[derive(Clone, Debug)]
pub struct Progress {
    total: Option<u64>,
    read: Arc<AtomicU64>,
}

impl Progress {
    pub(super) fn new(total: Option<u64>) -> Self {
        Progress { total, read: Arc::default() }
    }

    /// Bytes of all inputs as they lie on disk (compressed, if they are); `None` where an input's size is unknown.
    pub fn total(&self) -> Option<u64> {
        self.total
    }

    /// Bytes read so far.
    pub fn read(&self) -> u64 {
        self.read.load(Ordering::Relaxed)
    }

    pub(super) fn add(&self, bytes: u64) {
        self.read.fetch_add(bytes, Ordering::Relaxed);
    }

    /// Corrects the count at the end of a file that was not read to its end.
    pub(super) fn set(&self, bytes: u64) {
        self.read.store(bytes, Ordering::Relaxed);
    }
}
