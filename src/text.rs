//! Text that is addressed by Unicode code points, as Python, R and DuckDB address it.
//!
//! Invariant: `text.slice(span)` equals `text[start:end]` in Python, for every span within the text.

use std::fmt;

/// A run of code points, 0-based, end exclusive.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Span {
    /// First code point.
    pub start: usize,
    /// One past the last code point.
    pub end: usize,
}

impl Span {
    /// The span from `start` to `end` (exclusive).
    pub fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// Length in code points.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether nothing is inside.
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether the two share a code point.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// Whether `other` lies wholly inside.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }

    /// How many code points the two share.
    pub fn shared(self, other: Span) -> usize {
        self.end.min(other.end).saturating_sub(self.start.max(other.start))
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.start, self.end)
    }
}

/// A text with a table from code points to bytes; ASCII texts need none.
#[derive(Clone, Debug, Default)]
pub struct Text {
    text: String,
    /// Byte offset of every code point and of the end; empty when each is one byte.
    bytes: Vec<u32>,
}

impl Text {
    /// Takes the text over unchanged. Texts of 4 GiB and more are refused by the readers before this.
    pub fn new(text: impl Into<String>) -> Self {
        let text = text.into();
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            let ends = std::iter::once(text.len());
            text.char_indices().map(|(byte, _)| byte).chain(ends).map(|byte| byte as u32).collect()
        };
        Text { text, bytes }
    }

    /// The text itself.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Length in code points.
    pub fn len(&self) -> usize {
        if self.bytes.is_empty() { self.text.len() } else { self.bytes.len() - 1 }
    }

    /// Whether there is no code point.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Byte offset of a code point; offsets past the end give the end.
    pub fn byte_of(&self, code_point: usize) -> usize {
        let at = code_point.min(self.len());
        if self.bytes.is_empty() { at } else { self.bytes[at] as usize }
    }

    /// Code point that starts at or covers a byte offset.
    pub fn code_point_of(&self, byte: usize) -> usize {
        if self.bytes.is_empty() {
            return byte.min(self.text.len());
        }
        match self.bytes.binary_search(&(byte as u32)) {
            Ok(at) => at,
            Err(next) => next.saturating_sub(1).min(self.len()),
        }
    }

    /// The characters of a span, cut to the text's end.
    pub fn slice(&self, span: Span) -> &str {
        let (start, end) = (self.byte_of(span.start), self.byte_of(span.end));
        if start >= end { "" } else { &self.text[start..end] }
    }

    /// The character at a code point, if there is one.
    pub fn char_at(&self, code_point: usize) -> Option<char> {
        self.text[self.byte_of(code_point)..].chars().next()
    }

    /// The span without white space at its ends.
    pub fn trim(&self, span: Span) -> Span {
        self.trim_matches(span, char::is_whitespace)
    }

    /// The span without characters at its ends that `drop` names.
    pub fn trim_matches(&self, span: Span, drop: impl Fn(char) -> bool) -> Span {
        let inside = self.slice(span);
        let front = inside.chars().take_while(|&c| drop(c)).count();
        let length = inside.chars().count();
        if front == length {
            return Span::new(span.start, span.start);
        }
        let back = inside.chars().rev().take_while(|&c| drop(c)).count();
        Span::new(span.start + front, span.start + length - back)
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Text::new(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn slices_by_code_point_not_by_byte() {
        let text = Text::new("“É” – 😀 said");
        assert_eq!(text.slice(Span::new(1, 2)), "É");
        assert_eq!(text.slice(Span::new(6, 7)), "😀");
        assert_eq!(text.trim_matches(Span::new(0, 3), |c| c == '“' || c == '”'), Span::new(1, 2));
    }

    proptest! {
        /// What users check in Python: text[start:end] is the surface.
        #[test]
        fn a_slice_is_what_python_would_slice(text in "\\PC{0,40}", a in 0usize..45, b in 0usize..45) {
            let expected: String = text.chars().skip(a).take(b.saturating_sub(a)).collect();
            let text = Text::new(text);
            prop_assert_eq!(text.slice(Span::new(a, b)), expected);
        }

        #[test]
        fn bytes_and_code_points_map_back(text in "\\PC{0,40}") {
            let text = Text::new(text);
            for at in 0..=text.len() {
                prop_assert_eq!(text.code_point_of(text.byte_of(at)), at);
            }
        }
    }
}
