//! Pieces → where they stand: their sentence, and whether in quotation marks.

use super::PassagePieces;
use super::quotes::Quotes;
use crate::text::Span;

/// The layout of a passage, piece by piece.
pub(super) struct Layout {
    /// The quotations of the passage.
    pub quotes: Quotes,
    /// Index of the sentence of each piece.
    pub sentence: Vec<u32>,
    /// Index of the quotation that each piece stands in, from 1; 0 outside.
    pub quotation: Vec<u32>,
    /// Number of the line of each piece.
    pub line: Vec<u32>,
}

impl Layout {
    /// Lays out a passage.
    pub fn of(at: &PassagePieces<'_>) -> Self {
        let quotes = Quotes::find(&at.passage.text);
        let sentences = &at.passage.sentences;
        let (mut sentence, mut quotation, mut line) = (Vec::new(), Vec::new(), Vec::new());
        let (mut s, mut q, mut lines, mut at_char) = (0, 0, 0, 0);
        for offset in &at.pieces.offsets {
            while s + 1 < sentences.len() && sentences[s + 1].start <= offset.start {
                s += 1;
            }
            while q < quotes.spans.len() && quotes.spans[q].end <= offset.start {
                q += 1;
            }
            let inside = quotes.spans.get(q).is_some_and(|span| span.start <= offset.start);
            let between = at.passage.text.slice(Span::new(at_char, offset.start));
            lines += between.chars().filter(|&c| c == '\n').count();
            at_char = at_char.max(offset.start);
            line.push(lines as u32);
            sentence.push(s as u32);
            quotation.push(if inside { q as u32 + 1 } else { 0 });
        }
        Layout { quotes, sentence, quotation, line }
    }
}
