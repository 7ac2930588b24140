//! Candidates with features → the one who is meant, nobody of them, or no telling.
//!
//! Invariant: a conditional logit in which nobody is a choice as well; weights come from `weights.rs` alone.
//! What is less likely than its least probability is not chosen.

use super::salience::{Candidate, Features};
use super::scene::Scene;
use crate::labels::Part;
use crate::text::Span;

/// What the features count for one kind of choice.
#[derive(Debug)]
pub(super) struct Weights {
    /// Its name in `scripts/fit_weights.rs`.
    pub(super) kind: &'static str,
    pub(super) features: Features,
    /// What nobody at all counts.
    pub(super) nobody: f32,
    /// Least probability of an answer.
    pub(super) least: f32,
    /// Least probability of nobody; between the two there is no telling.
    pub(super) least_nobody: f32,
}

/// What one choice was made among: a case to fit weights to.
#[derive(Clone, Debug)]
pub struct Weighing {
    /// The part of the article.
    pub part: Part,
    /// The words whose entity was to be found.
    pub span: Span,
    /// Which weights chose.
    pub kind: &'static str,
    /// Those weights, nobody's last.
    pub weights: Vec<f32>,
    /// The names of each candidate (several of a group), with its features.
    pub candidates: Vec<(Vec<String>, Vec<f32>)>,
}

/// What came out of a choice.
#[derive(Debug)]
pub(super) enum Choice {
    /// This one, with its probability.
    One(Box<Candidate>, f32),
    /// None of those spoken of.
    Nobody,
    /// Neither is likely enough.
    Unsure,
}

/// The candidate that fits best, nobody, or neither, whichever is likely enough.
pub(super) fn choose(
    scene: &mut Scene<'_>,
    part: Part,
    span: Span,
    candidates: Vec<Candidate>,
    weights: &Weights,
) -> Choice {
    if let Some(weighings) = &mut scene.weighings {
        let names = |who: &[usize]| who.iter().map(|&e| scene.entities[e].name.clone()).collect();
        let candidates = candidates.iter().map(|c| (names(&c.who), c.features.to_vec())).collect();
        let present = weights.features.iter().copied().chain([weights.nobody]).collect();
        weighings.push(Weighing { part, span, kind: weights.kind, weights: present, candidates });
    }
    let worth = |c: &Candidate| c.features.iter().zip(&weights.features).map(|(f, w)| f * w).sum::<f32>();
    let total: f32 = candidates.iter().map(|c| worth(c).exp()).sum::<f32>() + weights.nobody.exp();
    let nobody = weights.nobody.exp() / total >= weights.least_nobody;
    let best = candidates.into_iter().max_by(|a, b| worth(a).total_cmp(&worth(b)));
    match best.map(|best| (worth(&best).exp() / total, best)) {
        Some((score, best)) if score >= weights.least => Choice::One(Box::new(best), score),
        _ if nobody => Choice::Nobody,
        _ => Choice::Unsure,
    }
}
