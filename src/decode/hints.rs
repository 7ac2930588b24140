//! Cue logits of a pass → how much each piece looks a cue, whatever the best path made of it.

use super::PassagePieces;
use crate::encode::{Region, Window};

/// For each piece of each passage, the largest probability of being in a cue that any window gave it.
#[derive(Default)]
pub(super) struct CueHints(Vec<Vec<f32>>);

impl CueHints {
    /// Nothing looks a cue yet.
    pub fn new(passages: &[PassagePieces<'_>]) -> Self {
        CueHints(passages.iter().map(|p| vec![0.0; p.pieces.len()]).collect())
    }

    /// Takes what a window says; `probability` is asked for its pieces, counted from the window's first.
    pub fn add(&mut self, passage: usize, window: &Window, probability: impl Fn(usize) -> f32) {
        for (at, hint) in self.0[passage][window.start..window.end].iter_mut().enumerate() {
            *hint = hint.max(probability(at));
        }
    }

    /// The largest probability in a region.
    pub fn in_region(&self, region: &Region) -> f32 {
        self.0[region.passage][region.start..region.end].iter().copied().fold(0.0, f32::max)
    }
}
