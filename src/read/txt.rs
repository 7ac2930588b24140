//! `.txt`: the whole file → one draft. All of it is text; there are no other fields.

use std::io::Read;

use super::ReadOptions;
use super::bytes;
use super::decode::{Utf8, decode_one};
use super::draft::{Draft, Drafts, Values, only};

/// The one draft of a text file.
pub(super) fn drafts(utf8: Utf8, options: &ReadOptions) -> Drafts {
    only(draft(utf8, options))
}

fn draft(utf8: Utf8, options: &ReadOptions) -> Draft {
    let longest = options.longest();
    let mut raw = Vec::new();
    if let Err(error) = utf8.bytes.take(longest as u64 + 1).read_to_end(&mut raw) {
        return Draft::failed(1, bytes::reason(&error));
    }
    if raw.len() > longest {
        return Draft::failed(1, options.too_long());
    }
    let (text, harm) = decode_one(&raw, utf8.transcoded);
    let mut draft =
        Draft::read(1, Values { text, carried: vec![String::new(); options.carry.len()], ..Values::default() });
    harm.tell(&mut draft);
    draft
}
