//! Quotations that belong to no cue: “We had no choice.” as a sentence of its own.
//!
//! Invariant: a quotation that a statement already holds is no row of its own; a title or a word in
//! quotation marks is none either.

use std::ops::Range;

use super::PassagePieces;
use super::lattice::Scores;
use super::layout::Layout;
use super::passes::CueAt;
use super::roles::FoundRoles;
use super::statements::RawStatement;
use crate::encode::Region;
use crate::text::{Span, Text};

/// Fewer words are a title or a turn of phrase.
const LEAST_WORDS: usize = 4;

/// The free-standing quotations of all passages, as cues at their opening marks.
pub(super) fn find(
    passages: &[PassagePieces<'_>],
    layouts: &[Layout],
    whole: &[Region],
    statements: &[RawStatement],
) -> Vec<CueAt> {
    let mut held: Vec<Vec<Range<usize>>> = passages.iter().map(|_| Vec::new()).collect();
    for statement in statements {
        held[statement.passage].extend(statement.content.iter().cloned());
    }
    let mut found = Vec::new();
    for (passage, at) in passages.iter().enumerate() {
        held[passage].sort_by_key(|r| (r.start, r.end));
        for &quote in &layouts[passage].quotes.spans {
            let pieces = at.pieces.covering(quote);
            if pieces.len() > LEAST_WORDS && is_sentence(&at.passage.text, quote) && !is_held(&held[passage], &pieces) {
                let opening = pieces.start..pieces.start + 1;
                found.push(CueAt { region: whole[passage], pieces: opening, score: 1.0, quotation: Some(pieces) });
            }
        }
    }
    found
}

/// Whether half or more of a quotation is in contents, given in order.
fn is_held(contents: &[Range<usize>], quote: &Range<usize>) -> bool {
    let mut shared = 0;
    let mut at = quote.start;
    for content in contents.iter().take_while(|c| c.start < quote.end) {
        let (start, end) = (content.start.max(at), content.end.min(quote.end));
        if end > start {
            shared += end - start;
            at = end;
        }
    }
    2 * shared >= quote.len()
}

/// Whether a quotation is a sentence or more: four words, a capital first, a full stop or its like last,
/// and not in the middle of another sentence.
fn is_sentence(text: &Text, quote: Span) -> bool {
    let is_mark = |c: char| "“”\"‘’'„«»".contains(c);
    let inner = text.trim_matches(quote, |c| is_mark(c) || c.is_whitespace());
    let words = text.slice(inner).split_whitespace().count();
    let capital = text.char_at(inner.start).is_some_and(|c| c.is_uppercase() || c.is_numeric());
    let ends = inner.end.checked_sub(1).and_then(|at| text.char_at(at)).is_some_and(|c| ".!?…".contains(c));
    let before = text.slice(Span::new(quote.start.saturating_sub(3), quote.start));
    let fresh = before.trim_end_matches([' ', '\u{a0}']).chars().last().is_none_or(|c| ".!?…:”\"’\n\r".contains(c));
    words >= LEAST_WORDS && capital && ends && fresh
}

/// The roles of a free-standing quotation: it is its own content, and nobody beside it is its source.
pub(super) fn roles(scores: Scores<'_>, words: &[Range<usize>], inside: &Range<usize>) -> FoundRoles {
    let quoted: Vec<&Range<usize>> = words.iter().filter(|w| inside.start <= w.start && w.end <= inside.end).collect();
    let probability = |p: usize| scores.at(p, 3).exp() + scores.at(p, 4).exp();
    let mean = |w: &Range<usize>| w.clone().map(|p| probability(p).ln()).sum::<f32>() / w.len() as f32;
    let sum: f32 = quoted.iter().map(|w| mean(w)).sum();
    FoundRoles {
        source: None,
        content: vec![inside.clone()],
        addressee: None,
        content_score: if quoted.is_empty() { 0.0 } else { (sum / quoted.len() as f32).exp() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decode::quotes::Quotes;

    #[test]
    fn sentences_count_and_titles_do_not() {
        let is = |text: &str| {
            let text = Text::new(text);
            Quotes::find(&text).spans.iter().map(|s| is_sentence(&text, *s)).collect::<Vec<_>>()
        };
        assert_eq!(is("He left.\n“We had no choice at all.”"), [true]);
        assert_eq!(is("She wrote “The Long Road to Port” in May."), [false]);
        assert_eq!(is("It was, he said, “a very bad day.”"), [false]);
        assert_eq!(is("He nodded. “Nobody told us about it!” “Never once did they.”"), [true, true]);
    }

    #[test]
    fn a_quotation_half_in_a_content_is_held() {
        assert!(is_held(&[0..5], &(0..10)));
        assert!(!is_held(&[0..4], &(0..10)));
        assert!(is_held(&[0..4, 2..5], &(0..10)));
        assert!(!is_held(&[0..4, 2..4], &(0..10)));
    }
}
