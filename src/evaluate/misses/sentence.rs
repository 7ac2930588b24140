//! Span → the words around it, for a reader who has not got the article at hand.
//!
//! Invariant: the span is inside, white space is single. Gold has no sentences of its own, so ends are guessed.

use crate::text::{Span, Text};

/// The span with what stands around it up to a sentence's end or a new line, white space made single.
pub fn around(text: &Text, span: Span) -> String {
    let (before, after) = (text.slice(Span::new(0, span.start)), text.slice(Span::new(span.end, text.len())));
    let from = before.char_indices().rev().find(|&(at, c)| {
        c == '\n' || (matches!(c, '.' | '!' | '?') && before[at + 1..].starts_with(char::is_whitespace))
    });
    let from = from.map_or(0, |(at, c)| at + c.len_utf8());
    let to = after.char_indices().find(|&(at, c)| {
        let next = after[at + c.len_utf8()..].chars().next();
        c == '\n'
            || (matches!(c, '.' | '!' | '?') && next.is_none_or(|next| next.is_whitespace() || "\"”’'".contains(next)))
    });
    let to = to.map_or(after.len(), |(at, c)| at + c.len_utf8());
    let words = format!("{}{}{}", &before[from..], text.slice(span), &after[..to]);
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_ends_at_its_stop_or_line() {
        let text = Text::new("Fog came. “Stay in,” Ann\u{a0}said at 3.5 knots. Bo left.\nNext");
        let at = |word: &str| text.as_str().find(word).map(|byte| text.code_point_of(byte)).unwrap();
        let said = Span::new(at("said"), at("said") + 4);
        assert_eq!(around(&text, said), "“Stay in,” Ann said at 3.5 knots.");
        assert_eq!(around(&text, Span::new(at("Bo"), at("Bo") + 2)), "Bo left.");
    }
}
