//! Text → sentences, by sentencex (Wikimedia) within each line.
//!
//! News text breaks paragraphs with one newline as often as with two, and no sentence runs across a
//! newline, so each line is split by itself.

use crate::text::{Span, Text};

/// A line longer than this (bytes) is split in stretches at white space, so that a text without newlines
/// costs no more per character than one with them.
const STRETCH: usize = 16 * 1024;

/// The sentences of a text, without the white space between them.
pub fn sentences(text: &Text) -> Vec<Span> {
    let mut spans = Vec::new();
    for (line_start, line) in lines(text.as_str()) {
        for (start, stretch) in stretches(line) {
            for sentence in sentencex::get_sentence_boundaries("en", stretch) {
                let at = line_start + start;
                push(text, at + sentence.start_byte, at + sentence.end_byte, &mut spans);
            }
        }
    }
    spans
}

/// Titles that a name follows: no sentence ends with them.
const TITLES: [&str; 20] = [
    "Mr.", "Mrs.", "Ms.", "Dr.", "Prof.", "Gen.", "Sen.", "Rep.", "Gov.", "Lt.", "Col.", "Capt.", "Maj.", "Sgt.",
    "Adm.", "Rev.", "Hon.", "St.", "Messrs.", "Supt.",
];

/// Adds a sentence given in bytes, trimmed. What is as good as nothing (a lone closing mark) is joined to the
/// sentence before it, and so is what follows a title.
fn push(text: &Text, start: usize, end: usize, spans: &mut Vec<Span>) {
    let whole = Span::new(text.code_point_of(start), text.code_point_of(end));
    let span = text.trim(whole);
    if span.is_empty() {
        return;
    }
    let bare = !text.slice(span).chars().any(char::is_alphanumeric);
    let titled = |last: Span| text.slice(last).split_whitespace().last().is_some_and(|word| TITLES.contains(&word));
    match spans.last_mut() {
        Some(last) if (bare || titled(*last)) && !text.slice(Span::new(last.end, span.start)).contains('\n') => {
            last.end = span.end
        }
        _ => spans.push(span),
    }
}

/// The lines with their byte offsets.
fn lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    text.split('\n').map(move |line| {
        let at = start;
        start += line.len() + 1;
        (at, line)
    })
}

/// A line in stretches of at most about [`STRETCH`] bytes, each ending at white space where there is any.
fn stretches(line: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let mut start = 0;
    while line.len() - start > STRETCH {
        let mut limit = start + STRETCH;
        while !line.is_char_boundary(limit) {
            limit -= 1;
        }
        let window = &line[start..limit];
        let cut = window.rfind(". ").map(|at| at + 2).or_else(|| window.rfind(' ').map(|at| at + 1));
        let end = start + cut.unwrap_or(window.len());
        parts.push((start, &line[start..end]));
        start = end;
    }
    parts.push((start, &line[start..]));
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<String> {
        let text = Text::new(text);
        sentences(&text).into_iter().map(|s| text.slice(s).to_owned()).collect()
    }

    #[test]
    fn abbreviations_initials_and_decimals_do_not_end_a_sentence() {
        assert_eq!(
            split("Mr. A. B. Lund paid $3.5 million to the U.S. Treasury. He said “no.” Then he left."),
            ["Mr. A. B. Lund paid $3.5 million to the U.S. Treasury.", "He said “no.”", "Then he left."]
        );
        assert_eq!(
            split("Prof. Okoro waited… and waited. She left."),
            ["Prof. Okoro waited… and waited.", "She left."]
        );
    }

    #[test]
    fn a_newline_ends_a_sentence() {
        assert_eq!(
            split("Harbour reopens\nThe port is open.\r\n\r\nIt is busy"),
            ["Harbour reopens", "The port is open.", "It is busy"]
        );
    }

    #[test]
    fn a_quotation_of_one_sentence_stays_whole() {
        assert_eq!(
            split("\"We will pay,\" said Ms. Roth. \"All of it.\""),
            ["\"We will pay,\" said Ms. Roth.", "\"All of it.\""]
        );
    }

    proptest! {
        /// Nothing is lost, nothing stands twice, order is kept.
        #[test]
        fn sentences_hold_all_but_white_space(text in "([A-Za-zé😀“”\"'.,!? \n\r]{0,80}(Mr\\. |U\\.S\\. )?){0,4}") {
            let text = Text::new(text);
            let mut at = 0;
            let mut outside = String::new();
            for span in sentences(&text) {
                prop_assert!(span.start >= at && span.end > span.start);
                outside.push_str(text.slice(Span::new(at, span.start)));
                at = span.end;
            }
            outside.push_str(text.slice(Span::new(at, text.len())));
            prop_assert!(outside.chars().all(char::is_whitespace), "left out: {outside:?}");
        }
    }

    #[test]
    fn a_megabyte_without_a_newline_is_split_all_the_same() {
        let text = "The council said no. ".repeat(50_000);
        assert_eq!(split(&text).len(), 50_000);
    }
}
