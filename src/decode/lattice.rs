//! Log-probabilities of pieces → best path over words.
//!
//! The pieces of a word share one tag: scores of a word are the means over its pieces. (Piece by piece,
//! exact spans are far worse: words fall apart.)

use std::ops::Range;

/// Rows of log-probabilities, one row a piece.
#[derive(Clone, Copy)]
pub struct Scores<'a> {
    /// Row-major values.
    pub values: &'a [f32],
    /// Tags, that is columns.
    pub tags: usize,
}

impl Scores<'_> {
    /// Log-probability of a tag at a piece.
    pub fn at(&self, piece: usize, tag: usize) -> f32 {
        self.values[piece * self.tags + tag]
    }

    /// Mean log-probability of a word whose first piece has `first` and whose other pieces have `rest`.
    pub fn word(&self, word: &Range<usize>, first: usize, rest: usize) -> f32 {
        let sum: f32 = word.clone().map(|p| self.at(p, if p == word.start { first } else { rest })).sum();
        sum / word.len() as f32
    }
}

/// Groups pieces by the word that they belong to; ranges count from the slice's start.
pub fn words(word_ids: &[u32]) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (piece, id) in word_ids.iter().enumerate() {
        match words.last_mut() {
            Some(word) if word_ids[word.start] == *id => word.end = piece + 1,
            _ => words.push(piece..piece + 1),
        }
    }
    words
}

/// The best path through `emissions` (one row a word, one column a state), where `step(word, from, to)` is
/// added for the move into each word; a path starts as if it came from state 0.
pub fn best_path<const STATES: usize>(
    emissions: &[[f32; STATES]],
    step: impl Fn(usize, usize, usize) -> f32,
) -> Vec<usize> {
    let mut back: Vec<[usize; STATES]> = Vec::with_capacity(emissions.len());
    let mut scores = [f32::NEG_INFINITY; STATES];
    scores[0] = 0.0;
    for (word, emission) in emissions.iter().enumerate() {
        let mut next = [f32::NEG_INFINITY; STATES];
        let mut from = [0; STATES];
        for to in 0..STATES {
            for (state, score) in scores.iter().enumerate() {
                let candidate = score + step(word, state, to) + emission[to];
                if candidate > next[to] {
                    next[to] = candidate;
                    from[to] = state;
                }
            }
        }
        scores = next;
        back.push(from);
    }
    let mut state = (0..STATES).fold(0, |best, s| if scores[s] > scores[best] { s } else { best });
    let mut path = vec![0; emissions.len()];
    for (word, from) in back.iter().enumerate().rev() {
        path[word] = state;
        state = from[state];
    }
    path
}

/// The spans of a legal path over begin and inside tags (0 outside, odd tags begin, the even ones after them go on): the
/// tag that begins, and a range of words.
pub fn tagged(path: &[usize]) -> Vec<(usize, Range<usize>)> {
    let mut spans = Vec::new();
    let mut word = 0;
    while word < path.len() {
        let (first, tag) = (word, path[word]);
        word += 1;
        if tag == 0 {
            continue;
        }
        while word < path.len() && path[word] == tag + 1 {
            word += 1;
        }
        spans.push((tag, first..word));
    }
    spans
}

/// Runs of one state other than 0, as ranges of words with the state.
pub fn runs(path: &[usize]) -> Vec<(usize, Range<usize>)> {
    let mut runs: Vec<(usize, Range<usize>)> = Vec::new();
    for (word, &state) in path.iter().enumerate() {
        match runs.last_mut() {
            Some((last, run)) if *last == state && run.end == word => run.end = word + 1,
            _ if state != 0 => runs.push((state, word..word + 1)),
            _ => {}
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_a_word_stay_together() {
        assert_eq!(words(&[3, 4, 4, 4, 5]), [0..1, 1..4, 4..5]);
        assert!(words(&[]).is_empty());
    }

    /// Emissions alone give 0 1 0 1; a dear change makes it 1 throughout (2·-1 < 3·-2 by hand: staying in
    /// state 1 costs the two weak words 1 each and one change, 0 1 0 1 costs three changes).
    #[test]
    fn changes_have_their_price() {
        let emissions = [[0.0, -1.0], [-5.0, 0.0], [0.0, -1.0], [-5.0, 0.0]];
        assert_eq!(best_path(&emissions, |_, _, _| 0.0), [0, 1, 0, 1]);
        assert_eq!(best_path(&emissions, |_, a, b| if a == b { 0.0 } else { -2.0 }), [0, 1, 1, 1]);
    }

    #[test]
    fn runs_are_maximal() {
        assert_eq!(runs(&[0, 1, 1, 2, 0, 2]), [(1, 1..3), (2, 3..4), (2, 5..6)]);
    }
}
