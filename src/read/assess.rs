//! Draft → draft with its final status: is there text, and is it English?
//!
//! Invariant: a text is left out only with a reason that says so.

use super::ReadOptions;
use super::draft::Draft;
use super::language::{self, Language};
use crate::labels::Status;

/// What to tell about a file or text that is none.
pub(super) const BINARY: &str =
    "not text but binary data; if it is UTF-16 without a byte-order mark, say --encoding utf-16le (or utf-16be)";

/// Settles the status, and finds the language's ISO 639-1 code, empty if unknown.
pub(super) fn assess(draft: &mut Draft, options: &ReadOptions, is_single: bool) -> &'static str {
    if matches!(draft.status, Status::Failed | Status::Skipped) {
        return "";
    }
    let text = draft.values.text.as_str();
    if text.is_empty() {
        draft.skip("empty text");
        return "";
    }
    if text.trim().is_empty() {
        draft.skip("only white space");
        return "";
    }
    // A text file has no NUL; in a field of a table a stray one does no harm.
    if is_single && text.contains('\0') || is_binary_text(text) {
        draft.remark.clear();
        draft.fail(BINARY);
        return "";
    }
    let Language { code, foreign } = language::of(text);
    if let Some(name) = foreign.filter(|_| !options.any_language) {
        draft.skip(format!("in {name}, not English; --any-language reads it all the same"));
    }
    code
}

/// Whether the beginning of a file is none of a text: NULs, and one byte in twenty or more a control character.
pub(super) fn is_binary(head: &[u8]) -> bool {
    let controls = head.iter().filter(|byte| is_odd(char::from(**byte)) && byte.is_ascii()).count();
    head.contains(&0) && controls * 20 >= head.len()
}

/// Whether one character in twenty or more (of a short text, every second) is a control character or was not decoded.
fn is_binary_text(text: &str) -> bool {
    let odd = text.chars().filter(|&c| is_odd(c)).count();
    odd > 10 && odd * 20 >= text.chars().count() || odd * 2 > text.chars().count()
}

fn is_odd(c: char) -> bool {
    c == '\u{fffd}' || c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1b}' | '\u{85}')
}
