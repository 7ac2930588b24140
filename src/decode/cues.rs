//! Cue tags of a window → cues.

use std::ops::Range;

use super::lattice::{Scores, best_path};

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
    let mut found = Vec::new();
    let mut word = 0;
    while word < words.len() {
        let first = word;
        word += 1;
        if path[first] == 0 {
            continue;
        }
        while word < words.len() && path[word] == 2 {
            word += 1;
        }
        let sum: f32 = (first..word).map(|w| emissions[w][path[w]]).sum();
        found.push(FoundCue {
            pieces: words[first].start..words[word - 1].end,
            score: (sum / (word - first) as f32).exp(),
        });
    }
    found
}
