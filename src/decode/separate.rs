//! Content of a cue → what that cue reports, and no more.
//!
//! In “A,” she said. “B.” the cue reports A; that she says B too is understood, so B is a statement of its
//! own, without cue or source. In “A,” she said, “B.” both are hers, parts of one content.

use std::ops::Range;

use super::layout::Layout;
use super::statements::RawStatement;

/// Drops the quotations that stand after the sentence of the cue or in another paragraph, where something
/// else is left. They are free-standing; [`super::free_quotes`] finds them.
pub(super) fn separate(statement: &mut RawStatement, layout: &Layout) {
    let Some(cue) = statement.cue.clone() else {
        return;
    };
    let (sentence, line) = (layout.sentence[cue.end - 1], layout.line[cue.start]);
    let parts: Vec<Range<usize>> = statement.content.iter().flat_map(|part| split(part, layout)).collect();
    let (own, other): (Vec<_>, Vec<_>) = parts.into_iter().partition(|part| {
        let quoted = layout.quotation[part.start] != 0;
        !quoted || layout.line[part.start] == line && layout.sentence[part.start] <= sentence
    });
    if !own.is_empty() && !other.is_empty() {
        statement.content = own;
    }
}

/// A part in pieces that lie in one quotation and one paragraph each.
fn split(part: &Range<usize>, layout: &Layout) -> Vec<Range<usize>> {
    let parted = |piece: usize| {
        let (before, after) = (layout.quotation[piece - 1], layout.quotation[piece]);
        before != after && before != 0 && after != 0 || layout.line[piece - 1] != layout.line[piece]
    };
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut start = part.start;
    for piece in part.start + 1..part.end {
        if parted(piece) {
            parts.push(start..piece);
            start = piece;
        }
    }
    parts.push(start..part.end);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::quotes::Quotes;

    fn layout(sentence: &[u32], quotation: &[u32], line: &[u32]) -> Layout {
        Layout {
            quotes: Quotes::default(),
            sentence: sentence.into(),
            quotation: quotation.into(),
            line: line.into(),
            word: Vec::new(),
            kind: Vec::new(),
        }
    }

    fn content(parts: &[Range<usize>], layout: &Layout) -> Vec<Range<usize>> {
        let mut statement = RawStatement {
            passage: 0,
            cue: Some(3..4),
            source: None,
            content: parts.to_vec(),
            addressee: None,
            cue_score: 1.0,
            content_score: 1.0,
            stance: vec![0.0; 18],
            flags: [0.0; 3],
        };
        separate(&mut statement, layout);
        statement.content
    }

    #[test]
    fn a_quotation_after_the_sentence_of_the_cue_is_another_statement() {
        // “A a” she said . “B b”
        let at = layout(&[0, 0, 0, 0, 0, 1, 1], &[1, 1, 0, 0, 0, 2, 2], &[0; 7]);
        assert_eq!(content(&[0..2, 5..7], &at), [0..2]);
        // “A a” she said , “B b”
        let at = layout(&[0; 7], &[1, 1, 0, 0, 0, 2, 2], &[0; 7]);
        assert_eq!(content(&[0..2, 5..7], &at), [0..2, 5..7]);
    }

    #[test]
    fn all_that_a_cue_has_is_kept() {
        // She went on . said : “B b” in the next paragraph
        let at = layout(&[0, 0, 0, 0, 0, 1, 1], &[0, 0, 0, 0, 0, 1, 1], &[0, 0, 0, 0, 0, 1, 1]);
        assert_eq!(content(&[5..7], &at), [5..7]);
    }

    #[test]
    fn paragraphs_of_one_quotation_are_parted() {
        // “A / “B” she said
        let at = layout(&[0, 1, 1, 1, 1], &[1, 2, 0, 0, 0], &[0, 1, 1, 1, 1]);
        assert_eq!(content(&[0..2], &at), [1..2]);
    }
}
