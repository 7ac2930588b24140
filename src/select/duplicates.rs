//! Record → the earlier record that it is a near-copy of.
//!
//! Invariant: the records before decide, in their order, and nothing else. A group is led by its first record,
//! and only leaders are remembered: about 220 bytes each, whatever their length.

use rustc_hash::FxHashMap;

use super::signature::{HASHES, Signature, minima};
use crate::article::Record;
use crate::labels::Status;

/// From this similarity on a text is a near-copy.
pub const SIMILAR: f64 = 0.7;

/// Two texts are compared if all minima of one of their bands are equal: with 8 bands of 3, 97 in 100 pairs of
/// similarity 0.7 and all but 2 in 10,000 of 0.9.
const BANDS: usize = 8;
const ROWS: usize = 3;
const _: () = assert!(BANDS * ROWS <= HASHES);

/// What a record is a near-copy of.
#[derive(Clone, Debug, PartialEq)]
pub struct Duplicate {
    /// Id of the first record of the group.
    pub of: String,
    /// Share of runs of four words that both have, estimated, in two decimals.
    pub similarity: f64,
}

/// The records seen so far that are near-copies of none.
#[derive(Default)]
pub struct Duplicates {
    leaders: Vec<Leader>,
    /// For the hash of each band the first leader that has it.
    bands: FxHashMap<u32, u32>,
}

struct Leader {
    id: Box<str>,
    signature: Signature,
}

impl Duplicates {
    /// What the next record is a near-copy of. One that is not read or has no words is a copy of nothing.
    pub fn look(&mut self, record: &Record) -> Option<Duplicate> {
        if !matches!(record.status, Status::Ok | Status::Partial) {
            return None;
        }
        let minima = minima(&record.text)?;
        let signature = Signature::of(&minima);
        let bands: [u32; BANDS] = std::array::from_fn(|band| band_hash(band, &minima));
        let known = bands.iter().filter_map(|band| self.bands.get(band));
        let found = known.map(|&leader| (self.leaders[leader as usize].signature.similarity(&signature), leader));
        // The most similar, of several the earliest.
        let best = found.max_by(|(a, first), (b, second)| a.total_cmp(b).then(second.cmp(first)));
        if let Some((similarity, leader)) = best.filter(|(similarity, _)| *similarity >= SIMILAR) {
            let of = self.leaders[leader as usize].id.to_string();
            return Some(Duplicate { of, similarity: (similarity * 100.0).round() / 100.0 });
        }
        // After four thousand million different texts, which no machine's memory holds, the rest leads no group.
        if let Ok(number) = u32::try_from(self.leaders.len()) {
            bands.iter().for_each(|band| {
                self.bands.entry(*band).or_insert(number);
            });
            self.leaders.push(Leader { id: record.doc_id.as_str().into(), signature });
        }
        None
    }
}

fn band_hash(band: usize, minima: &[u32; HASHES]) -> u32 {
    let rows = &minima[band * ROWS..(band + 1) * ROWS];
    let seed = 0xcbf2_9ce4_8422_2325 ^ band as u64;
    let hash = rows
        .iter()
        .fold(seed, |hash, row| (hash ^ u64::from(*row)).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29));
    (hash >> 32) as u32 ^ hash as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(id: &str, text: &str) -> Record {
        Record {
            doc_id: id.into(),
            path: "news.jsonl".into(),
            record: 1,
            text: text.into(),
            language: "en".into(),
            ..Record::default()
        }
    }

    fn text(numbers: std::ops::Range<u64>) -> String {
        let word = |number: u64| format!("w{}", number.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40);
        numbers.map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn copies_are_found_with_their_similarity_and_other_texts_are_none() {
        let mut seen = Duplicates::default();
        let cut = text(0..340);
        let edited = format!("{} correction {}", text(0..200), text(201..400));
        assert_eq!(seen.look(&record("a", &text(0..400))), None);
        assert_eq!(seen.look(&record("b", &text(1000..1400))), None);
        assert_eq!(seen.look(&record("c", &text(0..400))), Some(Duplicate { of: "a".into(), similarity: 1.0 }));
        for (id, near, exact) in [("d", &cut, 337.0 / 397.0), ("e", &edited, 393.0 / 401.0)] {
            let found = seen.look(&record(id, near)).expect("a near-copy");
            assert_eq!(found.of, "a");
            assert!((found.similarity - exact).abs() < 0.1, "{id}: {} is not near {exact}", found.similarity);
        }
        assert_eq!(seen.look(&record("f", &text(200..600))), None, "half of it is another text");
    }

    #[test]
    fn what_is_not_read_and_what_has_no_words_is_a_copy_of_nothing() {
        let mut seen = Duplicates::default();
        let skipped = Record { status: Status::Skipped, ..record("a", "The same text, word for word") };
        assert_eq!(seen.look(&skipped), None);
        assert_eq!(seen.look(&record("b", "The same text, word for word")), None);
        assert_eq!(seen.look(&record("c", " … ")), None);
        assert_eq!(seen.look(&record("d", " … ")), None);
    }

    #[test]
    fn nearly_all_copies_of_the_least_similarity_that_counts_are_found() {
        let mut seen = Duplicates::default();
        let (mut found, mut false_alarms) = (0, 0);
        for number in 0..200u64 {
            let first = number * 10_000;
            false_alarms += usize::from(seen.look(&record(&format!("{number}"), &text(first..first + 403))).is_some());
            let near = text(first + 40..first + 443);
            found += usize::from(seen.look(&record(&format!("{number}~"), &near)).is_some());
        }
        // Their similarity is 360 of 440, 0.82.
        assert!(found >= 190 && false_alarms == 0, "{found} of 200 copies, {false_alarms} false alarms");
    }
}
