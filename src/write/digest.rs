//! A list of texts → one SHA-256.
//!
//! Invariant: two different lists never have the same bytes hashed, wherever their texts are divided.

use std::fmt::Write as _;

use sha2::{Digest, Sha256};

/// The hash of a list of texts, in the making.
#[derive(Default)]
pub(super) struct ListDigest(Sha256);

impl ListDigest {
    /// Adds the next text.
    pub fn add(&mut self, text: &str) {
        self.0.update((text.len() as u64).to_le_bytes());
        self.0.update(text);
    }

    /// The first `bytes` bytes of the hash (32 at most), hexadecimal.
    pub fn hex(self, bytes: usize) -> String {
        self.0.finalize().iter().take(bytes).fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}"); // writing to a string cannot fail
            hex
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(list: &[&str]) -> String {
        let mut digest = ListDigest::default();
        list.iter().for_each(|text| digest.add(text));
        digest.hex(32)
    }

    #[test]
    fn lists_with_the_same_letters_are_told_apart() {
        let lists: [&[&str]; 4] = [&["ab", "c"], &["a", "bc"], &["abc"], &["abc", ""]];
        for (at, list) in lists.iter().enumerate() {
            assert!(lists[..at].iter().all(|other| digest(other) != digest(list)));
        }
        assert_eq!(digest(lists[0]).len(), 64);
    }
}
