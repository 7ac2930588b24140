//! Ids as given → ids that are unique in the run.
//!
//! Invariant: no id is handed out twice, and the same inputs get the same ids.
//! Of the ids seen only 16 bytes each are kept.

use rustc_hash::{FxHashMap, FxHashSet};
use sha2::{Digest, Sha256};

type Hash = [u8; 16];

/// The ids handed out so far.
#[derive(Default)]
pub(super) struct Ids {
    seen: FxHashSet<Hash>,
    /// How often each doubled id was seen.
    doubled: FxHashMap<Hash, u64>,
}

impl Ids {
    /// The id itself, or `id~2`, `id~3` … if it has been handed out before, and whether that was so.
    pub fn unique(&mut self, id: String) -> (String, bool) {
        if self.seen.insert(hash(&id)) {
            return (id, false);
        }
        let times = self.doubled.entry(hash(&id)).or_insert(1);
        loop {
            *times += 1;
            let other = format!("{id}~{times}");
            if self.seen.insert(hash(&other)) {
                return (other, true);
            }
        }
    }
}

/// The id of a record that has none: its file, and its place in it where the file can hold several.
pub(super) fn made(path: &str, record: u64, single: bool) -> String {
    let file = if path == "-" { "stdin" } else { path };
    if single { file.to_owned() } else { format!("{file}:{record}") }
}

fn hash(id: &str) -> Hash {
    let digest = Sha256::digest(id.as_bytes());
    std::array::from_fn(|at| digest[at])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_doubled_id_gets_the_next_free_suffix() {
        let mut ids = Ids::default();
        let given = ["a", "a", "a~3", "a", "b", "a~3"];
        let got: Vec<_> = given.iter().map(|id| ids.unique((*id).to_owned()).0).collect();
        assert_eq!(got, ["a", "a~2", "a~3", "a~4", "b", "a~3~2"]);
    }

    #[test]
    fn an_id_is_made_of_path_and_record() {
        assert_eq!(made("north/a.txt", 1, true), "north/a.txt");
        assert_eq!(made("a.csv", 7, false), "a.csv:7");
        assert_eq!(made("-", 7, false), "stdin:7");
    }

    proptest! {
        /// Tables are joined on ids.
        #[test]
        fn no_id_comes_twice(given in proptest::collection::vec("[ab~2-4]{1,3}", 0..60)) {
            let mut ids = Ids::default();
            let mut got: Vec<_> = given.into_iter().map(|id| ids.unique(id).0).collect();
            let all = got.len();
            got.sort();
            got.dedup();
            prop_assert_eq!(got.len(), all);
        }
    }
}
