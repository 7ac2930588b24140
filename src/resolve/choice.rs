//! Candidates with features → the one who is meant, if that is likely enough.
//!
//! Invariant: a conditional logit in which nobody is a choice as well; weights come from `weights.rs` alone.

use super::Weighing;
use super::salience::{Candidate, Features};
use super::scene::Scene;
use crate::labels::Role;

/// What the features count for one kind of choice.
#[derive(Debug)]
pub(super) struct Weights {
    /// Its name in the fitting script.
    pub(super) kind: &'static str,
    pub(super) features: Features,
    /// What nobody at all counts.
    pub(super) nobody: f32,
    /// Least probability of an answer.
    pub(super) least: f32,
}

/// The candidate that fits best, with its probability, if it is likely enough.
pub(super) fn choose(
    scene: &mut Scene<'_>,
    statement: usize,
    role: Role,
    candidates: Vec<Candidate>,
    weights: &Weights,
) -> Option<(Candidate, f32)> {
    if let Some(weighings) = &mut scene.weighings {
        let names = |who: &[usize]| who.iter().map(|&e| scene.entities[e].name.clone()).collect();
        let candidates = candidates.iter().map(|c| (names(&c.who), c.features.to_vec())).collect();
        weighings.push(Weighing { statement, role, kind: weights.kind, candidates });
    }
    let worth = |c: &Candidate| c.features.iter().zip(&weights.features).map(|(f, w)| f * w).sum::<f32>();
    let total: f32 = candidates.iter().map(|c| worth(c).exp()).sum::<f32>() + weights.nobody.exp();
    let chosen = candidates.into_iter().max_by(|a, b| worth(a).total_cmp(&worth(b)))?;
    let score = worth(&chosen).exp() / total;
    (score >= weights.least).then_some((chosen, score))
}
