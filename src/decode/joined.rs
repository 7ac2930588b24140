//! Pieces → words as they are written: no cue and no role is cut within one.
//!
//! The pre-tokeniser makes a word of every punctuation mark. Hyphenated words (“vice-chair”), names with an
//! apostrophe (“O’Hara”) and negations (“don’t”) are one word all the same; an ending (“’s”, “’ll”) is a word of its
//! own, since what it stands after may be a source by itself.

use super::PassagePieces;
use super::lattice::words;

/// Endings that follow an apostrophe.
const ENDINGS: [&str; 6] = ["s", "ll", "re", "ve", "d", "m"];

/// Number of the written word of each piece, rising.
pub(super) fn written_words(at: &PassagePieces<'_>) -> Vec<u32> {
    let parts = words(&at.pieces.words);
    let text: Vec<&str> = parts.iter().map(|w| at.passage.text.slice(at.pieces.span(w.start, w.end))).collect();
    // Whether a part goes on without white space from the one before it.
    let touches: Vec<bool> = (0..parts.len())
        .map(|i| i > 0 && at.pieces.offsets[parts[i].start].start == at.pieces.offsets[parts[i].start - 1].end)
        .collect();
    let is_word = |i: usize| text.get(i).is_some_and(|t| t.chars().all(char::is_alphanumeric));
    let between = |i: usize| i > 0 && is_word(i - 1) && is_word(i + 1) && touches[i] && touches[i + 1];
    let mut numbers = Vec::with_capacity(at.pieces.len());
    let mut number = 0;
    for (i, part) in parts.iter().enumerate() {
        let joined = match i.checked_sub(1) {
            None => true,
            Some(_) if between(i) => is_hyphen(text[i]) || is_apostrophe(text[i]) && !is_ending(text[i + 1]),
            Some(mark) => between(mark) && (is_hyphen(text[mark]) || is_apostrophe(text[mark])),
        };
        number += u32::from(!joined);
        numbers.extend(std::iter::repeat_n(number, part.len()));
    }
    numbers
}

fn is_hyphen(mark: &str) -> bool {
    matches!(mark, "-" | "\u{2010}" | "\u{2011}")
}

fn is_apostrophe(mark: &str) -> bool {
    matches!(mark, "'" | "’")
}

/// Whether an apostrophe and what stands after it are an ending.
fn is_ending(after: &str) -> bool {
    ENDINGS.contains(&after.to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::article::Passage;
    use crate::encode::{PieceEncoder, Pieces};
    use crate::labels::Part;
    use crate::text::Text;
    use std::path::Path;

    fn read(text: &str) -> Vec<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("models").join(crate::model::DEFAULT_MODEL);
        let text = Text::new(text);
        let pieces: Pieces = PieceEncoder::load(&folder.join("tokenizer.json")).unwrap().encode(&text).unwrap();
        let passage = Passage { part: Part::Text, text, sentences: Vec::new() };
        let numbers = written_words(&PassagePieces { passage: &passage, pieces: &pieces });
        let found = words(&numbers);
        found.iter().map(|w| passage.text.slice(pieces.span(w.start, w.end)).to_owned()).collect()
    }

    #[test]
    fn hyphens_and_apostrophes_join_and_endings_stand_alone() {
        assert_eq!(read("Vice-chair O’Hara didn’t go."), ["Vice-chair", "O’Hara", "didn’t", "go", "."]);
        assert_eq!(read("the port's mayor—she'll quit"), ["the", "port", "'s", "mayor", "—", "she", "'ll", "quit"]);
        assert_eq!(read("the workers' two-year-old plan"), ["the", "workers", "'", "two-year-old", "plan"]);
        assert_eq!(read("a - b, 'so' (D-Ohio)"), ["a", "-", "b", ",", "'", "so", "'", "(", "D-Ohio", ")"]);
    }

    #[test]
    fn pieces_of_a_word_stay_together() {
        assert_eq!(read("Unpronounceableness"), ["Unpronounceableness"]);
        assert_eq!(read(""), Vec::<String>::new());
    }
}
