//! Cue tags of a window → cues.

use std::ops::Range;

use super::lattice::{Scores, best_path, tagged};

/// A cue in pieces of its window.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundCue {
    /// Pieces, counted from the window's first.
    pub pieces: Range<usize>,
    /// Geometric mean of the words' probabilities.
    pub score: f32,
}

/// The cues of a window, by the best legal path over words.
pub fn cues(scores: Scores<'_>, words: &[Range<usize>]) -> Vec<FoundCue> {
    let emissions: Vec<[f32; 3]> =
        words.iter().map(|word| [scores.word(word, 0, 0), scores.word(word, 1, 2), scores.word(word, 2, 2)]).collect();
    let path = best_path(&emissions, |_, from, to| if from == 0 && to == 2 { f32::NEG_INFINITY } else { 0.0 });
    let found = tagged(&path).into_iter().map(|(_, span)| {
        let sum: f32 = span.clone().map(|w| emissions[w][path[w]]).sum();
        FoundCue { pieces: words[span.start].start..words[span.end - 1].end, score: (sum / span.len() as f32).exp() }
    });
    found.collect()
}
