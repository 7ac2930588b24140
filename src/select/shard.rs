//! Id of a document → the shard that it belongs to.
//!
//! Invariant: the id alone decides, whatever the order of the records and whatever else is in the input.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// One of several shares of an input.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub struct Shard {
    /// Which, from 1.
    index: u32,
    /// How many there are.
    of: u32,
}

/// No shard is written so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a shard; give its number and how many there are, as 1/8 to 8/8")]
pub struct BadShard;

impl Shard {
    /// The shard of this number, from 1, of so many; `None` if there is none.
    pub fn new(index: u32, of: u32) -> Option<Self> {
        (1..=of).contains(&index).then_some(Shard { index, of })
    }

    /// Which, from 1.
    pub fn index(self) -> u32 {
        self.index
    }

    /// How many there are.
    pub fn of(self) -> u32 {
        self.of
    }

    /// Whether a document belongs to it.
    pub fn holds(self, doc_id: &str) -> bool {
        let digest = Sha256::digest(doc_id.as_bytes());
        let first: [u8; 8] = std::array::from_fn(|at| digest[at]);
        u64::from_be_bytes(first) % u64::from(self.of) == u64::from(self.index - 1)
    }
}

impl FromStr for Shard {
    type Err = BadShard;

    fn from_str(text: &str) -> Result<Self, BadShard> {
        let (index, of) = text.split_once('/').ok_or(BadShard)?;
        let number = |text: &str| text.trim().parse().map_err(|_| BadShard);
        Shard::new(number(index)?, number(of)?).ok_or(BadShard)
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.of)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_written_is_read_back_and_nonsense_is_refused() {
        assert_eq!("3/8".parse::<Shard>().map(|shard| shard.to_string()), Ok("3/8".to_owned()));
        for bad in ["", "3", "0/8", "9/8", "1/0", "-1/4", "a/b"] {
            assert_eq!(bad.parse::<Shard>(), Err(BadShard), "{bad}");
        }
    }

    #[test]
    fn an_id_stays_in_its_shard_in_every_version() {
        let shard = (1..=8).find(|&index| Shard::new(index, 8).is_some_and(|shard| shard.holds("north/a.txt")));
        assert_eq!(shard, Some(5), "shards of two versions would overlap");
    }

    proptest! {
        #[test]
        fn every_id_is_in_one_shard(id in "\\PC{0,20}", of in 1u32..40) {
            let holding = (1..=of).filter(|&index| Shard::new(index, of).is_some_and(|shard| shard.holds(&id)));
            prop_assert_eq!(holding.count(), 1);
        }
    }
}
