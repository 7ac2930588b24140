//! Passage → words, addressed by number and by code point.
//!
//! Invariant: `at(i)` is the text between `span(i)`, words are in order and do not overlap, and every
//! character that is not white space belongs to exactly one word. One pass, whatever the line lengths.

use std::ops::Range;

use crate::text::{Span, Text};

/// Where a word stands, in code points and in bytes.
#[derive(Clone, Copy, Debug)]
struct Word {
    start: u32,
    end: u32,
    from: u32,
    to: u32,
}

/// The words of a text: runs of letters and digits (with inner hyphens, apostrophes and the points of
/// "U.S."), a possessive "'s" by itself, and every other character by itself.
#[derive(Debug)]
pub(super) struct Words<'a> {
    whole: &'a Text,
    words: Vec<Word>,
}

impl<'a> Words<'a> {
    /// Cuts a text into words.
    pub(super) fn of(whole: &'a Text) -> Self {
        let text = whole.as_str();
        let mut cut = Words { whole, words: Vec::with_capacity(text.len() / 5) };
        let mut chars = text.char_indices().enumerate().peekable();
        while let Some((start, (from, c))) = chars.next() {
            if c.is_whitespace() {
                continue;
            }
            let (mut end, mut to) = (start + 1, from + c.len_utf8());
            let mut last = c;
            if c.is_alphanumeric() {
                while let Some(&(_, (byte, next))) = chars.peek() {
                    let after = text[byte + next.len_utf8()..].chars().next();
                    let joins = next.is_alphanumeric()
                        || is_mark(next)
                        || after.is_some_and(char::is_alphanumeric)
                            && (matches!(next, '-' | '‑' | '&')
                                || is_apostrophe(next) && !is_possessive(&text[byte..]))
                        || next == '.' && last.is_uppercase() && is_initial(text, from, byte, after);
                    if !joins {
                        break;
                    }
                    chars.next();
                    (end, to, last) = (end + 1, byte + next.len_utf8(), next);
                }
            } else if is_apostrophe(c)
                && is_possessive(&text[from..])
                && cut.words.last().is_some_and(|w| w.end as usize == start)
            {
                chars.next();
                (end, to) = (end + 1, to + 1);
            }
            cut.words.push(Word { start: start as u32, end: end as u32, from: from as u32, to: to as u32 });
        }
        cut
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The word of a number; empty outside the text.
    pub(super) fn at(&self, index: usize) -> &'a str {
        self.words.get(index).map_or("", |w| &self.whole.as_str()[w.from as usize..w.to as usize])
    }

    /// Where the word of a number stands.
    pub(super) fn span(&self, index: usize) -> Span {
        self.words.get(index).map_or_else(Span::default, |w| Span::new(w.start as usize, w.end as usize))
    }

    /// From the first to the last of some words.
    pub(super) fn cover(&self, range: Range<usize>) -> Span {
        if range.is_empty() {
            return Span::default();
        }
        Span::new(self.span(range.start).start, self.span(range.end - 1).end)
    }

    /// The numbers of the words that share a code point with a span.
    pub(super) fn within(&self, span: Span) -> Range<usize> {
        let first = self.words.partition_point(|w| w.end as usize <= span.start);
        let past = self.words.partition_point(|w| (w.start as usize) < span.end);
        first..past.max(first)
    }

    /// The characters of a span.
    pub(super) fn slice(&self, span: Span) -> &'a str {
        self.whole.slice(span)
    }
}

/// Whether a character is one of the apostrophes.
pub(super) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | 'ʼ' | '‘')
}

/// Combining accents, which belong to the letter before.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

/// Whether an apostrophe opens a possessive "'s" at a word's end.
fn is_possessive(rest: &str) -> bool {
    let mut chars = rest.chars().skip(1);
    matches!(chars.next(), Some('s' | 'S')) && !chars.next().is_some_and(char::is_alphanumeric)
}

/// Whether the point at `byte` belongs to an initial or an acronym written with points ("J.", "U.S.").
fn is_initial(text: &str, from: usize, byte: usize, after: Option<char>) -> bool {
    let word = &text[from..byte];
    let single = word.chars().count() == 1 || word.contains('.');
    single && (word.contains('.') || after.is_some_and(|c| c.is_uppercase() || c == ' '))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cut(text: &str) -> Vec<String> {
        let text = Text::new(text);
        let words = Words::of(&text);
        (0..words.len()).map(|i| words.at(i).to_owned()).collect()
    }

    #[test]
    fn possessives_points_and_hyphens() {
        assert_eq!(
            cut("Lena O’Dowd’s U.S. aide, J. Al-Haddad."),
            ["Lena", "O’Dowd", "’s", "U.S.", "aide", ",", "J.", "Al-Haddad", "."]
        );
        assert_eq!(cut("the firms' plan"), ["the", "firms", "'", "plan"]);
    }

    proptest! {
        /// Nothing but white space is lost, and every span slices back to its word.
        #[test]
        fn words_tile_the_text(text in "[\\PC\n]{0,60}") {
            let text = Text::new(text);
            let words = Words::of(&text);
            let joined: String = (0..words.len()).map(|i| words.at(i)).collect();
            let expected: String = text.as_str().chars().filter(|c| !c.is_whitespace()).collect();
            prop_assert_eq!(joined, expected);
            for i in 0..words.len() {
                prop_assert_eq!(text.slice(words.span(i)), words.at(i));
            }
        }
    }
}
