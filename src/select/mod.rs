//! Records → those that this process works on, each with its place in the whole input and what it copies.
//!
//! Invariant: every record of the input passes here, those of other shards too, so a record's number and
//! what it is a copy of are the same in every shard, after every resumption and for any number of workers.

mod duplicates;
mod shard;
mod signature;

pub use duplicates::{Duplicate, Duplicates, SIMILAR};
pub use shard::{BadShard, Shard};

use crate::article::Record;
use crate::labels::Status;

/// What of the input is worked on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// Only the records of one shard.
    pub shard: Option<Shard>,
    /// Near-copies of an earlier record are not read.
    pub drop_duplicates: bool,
}

/// A record with its place in the whole input.
#[derive(Clone, Debug)]
pub struct Item {
    /// The record.
    pub record: Record,
    /// Its place.
    pub place: Place,
}

/// Where a record stands in the whole input, and what it copies.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Place {
    /// 0-based number in the input, those of other shards counted.
    pub number: u64,
    /// The earlier record that it is a near-copy of.
    pub duplicate: Option<Duplicate>,
}

/// The records of an input that are worked on, in order.
pub struct Items<I> {
    records: I,
    selection: Selection,
    duplicates: Duplicates,
    read: u64,
}

impl<I: Iterator<Item = Record>> Items<I> {
    /// Selects from records, which must be all of the input.
    pub fn new(records: I, selection: Selection) -> Self {
        Items { records, selection, duplicates: Duplicates::default(), read: 0 }
    }

    /// How many records were read so far, those of other shards counted.
    pub fn read(&self) -> u64 {
        self.read
    }
}

impl<I: Iterator<Item = Record>> Iterator for Items<I> {
    type Item = Item;

    fn next(&mut self) -> Option<Item> {
        loop {
            let mut record = self.records.next()?;
            let place = Place { number: self.read, duplicate: self.duplicates.look(&record) };
            self.read += 1;
            if self.selection.shard.is_some_and(|shard| !shard.holds(&record.doc_id)) {
                continue;
            }
            if let (true, Some(duplicate)) = (self.selection.drop_duplicates, &place.duplicate) {
                record.status = Status::Skipped;
                record.reason = format!("near-copy of {}, left out by --drop-duplicates", duplicate.of);
            }
            return Some(Item { record, place });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(number: usize) -> Record {
        // Every third text is that of the first.
        let words: Vec<String> = (0..40)
            .map(|word| format!("w{}", if number.is_multiple_of(3) { word } else { number * 100 + word }))
            .collect();
        Record {
            doc_id: format!("doc-{number}"),
            path: "news.jsonl".into(),
            record: number as u64 + 1,
            text: words.join(" "),
            language: "en".into(),
            ..Record::default()
        }
    }

    fn all(selection: Selection) -> Vec<Item> {
        Items::new((0..60).map(record), selection).collect()
    }

    #[test]
    fn shards_part_the_input_and_agree_on_numbers_and_copies() {
        let whole = all(Selection::default());
        let shards = (1..=4).flat_map(|index| all(Selection { shard: Shard::new(index, 4), drop_duplicates: false }));
        let mut places: Vec<Place> = shards.map(|item| item.place).collect();
        places.sort_by_key(|place| place.number);
        assert_eq!(places, whole.iter().map(|item| item.place.clone()).collect::<Vec<_>>());
        assert_eq!(whole.iter().filter(|item| item.place.duplicate.is_some()).count(), 19);
    }

    #[test]
    fn a_copy_that_is_left_out_is_a_record_that_says_of_what() {
        let items = all(Selection { shard: None, drop_duplicates: true });
        assert_eq!(items.len(), 60);
        assert_eq!(items[0].record.status, Status::Ok);
        assert_eq!(items[3].record.status, Status::Skipped);
        assert!(items[3].record.reason.contains("doc-0"), "{}", items[3].record.reason);
    }
}
