//! Pieces → where they stand: their sentence, line and quotation, and what kind of word they belong to.

use super::PassagePieces;
use super::joined::written_words;
use super::lattice::words;
use super::quotes::Quotes;
use crate::text::Span;

/// What a word may be to the edge of a span.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WordKind {
    /// A word that may end a span.
    Word,
    /// A punctuation mark.
    Mark,
    /// A bracket that opens.
    Opening,
    /// A bracket that closes.
    Closing,
    /// An article, preposition or the like: no span ends with it.
    Opener,
    /// What follows a word's apostrophe ("’s", "’ll"): no span begins with it.
    Ending,
    /// A possessive: it may be a source ("her demand that"), but ends no content.
    Possessive,
}

/// Words after which a phrase goes on.
const OPENERS: [&str; 31] = [
    "the",
    "a",
    "an",
    "of",
    "and",
    "or",
    "but",
    "nor",
    "that",
    "which",
    "whose",
    "than",
    "from",
    "with",
    "into",
    "between",
    "including",
    "such",
    "very",
    "every",
    "each",
    "because",
    "while",
    "if",
    "is",
    "are",
    "was",
    "were",
    "be",
    "been",
    "being",
];
const POSSESSIVES: [&str; 7] = ["his", "her", "its", "their", "our", "my", "your"];

impl WordKind {
    fn of(word: &str) -> Self {
        let lower = word.to_lowercase();
        if matches!(word, "(" | "[") {
            WordKind::Opening
        } else if matches!(word, ")" | "]") {
            WordKind::Closing
        } else if !lower.chars().any(char::is_alphanumeric) {
            WordKind::Mark
        } else if lower.starts_with(['\'', '’']) {
            WordKind::Ending
        } else if OPENERS.contains(&lower.as_str()) {
            WordKind::Opener
        } else if POSSESSIVES.contains(&lower.as_str()) {
            WordKind::Possessive
        } else {
            WordKind::Word
        }
    }
}

impl WordKind {
    /// Whether it is a punctuation mark of any kind.
    pub fn is_mark(self) -> bool {
        matches!(self, WordKind::Mark | WordKind::Opening | WordKind::Closing)
    }
}

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
    /// Number of the written word that each piece belongs to, rising.
    pub word: Vec<u32>,
    /// Kind of that word.
    pub kind: Vec<WordKind>,
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
        let word = written_words(at);
        let kind = kinds(at, &word);
        Layout { quotes, sentence, quotation, line, word, kind }
    }
}

fn kinds(at: &PassagePieces<'_>, word: &[u32]) -> Vec<WordKind> {
    let mut kinds = Vec::with_capacity(at.pieces.len());
    for word in words(word) {
        let kind = WordKind::of(at.passage.text.slice(at.pieces.span(word.start, word.end)));
        kinds.extend(std::iter::repeat_n(kind, word.len()));
    }
    kinds
}
