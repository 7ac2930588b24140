//! Candidates with features → the one who is meant, if that is likely enough.
//!
//! Invariant: a conditional logit in which nobody is a choice as well; weights come from `weights.rs` alone.

use super::salience::{Candidate, Features};

/// What the features count for one kind of choice.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) features: Features,
    /// What nobody at all counts.
    pub(super) nobody: f32,
    /// Least probability of an answer.
    pub(super) least: f32,
}

/// The candidate that fits best, with its probability, if it is likely enough.
pub(super) fn choose(candidates: Vec<Candidate>, weights: &Weights) -> Option<(Candidate, f32)> {
    let worth = |c: &Candidate| c.features.iter().zip(&weights.features).map(|(f, w)| f * w).sum::<f32>();
    let total: f32 = candidates.iter().map(|c| worth(c).exp()).sum::<f32>() + weights.nobody.exp();
    let chosen = candidates.into_iter().max_by(|a, b| worth(a).total_cmp(&worth(b)))?;
    let score = worth(&chosen).exp() / total;
    (score >= weights.least).then_some((chosen, score))
}
