//! Hidden states and targets → loss.
//!
//! Invariant: what a corpus does not label costs nothing.

use tch::{Kind, Reduction, Tensor};

use super::batch::{Batch, Statements};
use super::config::LossWeights;
use super::encoder::Encoder;
use super::example::UNKNOWN;
use super::roles::RolesHead;
use crate::model::Network;

/// The network with the parts that training computes in its own way; all share their weights.
pub struct Layers {
    /// The network.
    pub network: Network,
    /// Its encoder.
    pub encoder: Encoder,
    /// Its roles head.
    pub roles: RolesHead,
}

/// What a step's loss is made of; `None` where the batch has no such labels.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Losses {
    /// Weighted sum.
    pub total: f64,
    /// Cue tags.
    pub cue: Option<f64>,
    /// Role tags.
    pub roles: Option<f64>,
    /// Mention tags.
    pub mentions: Option<f64>,
    /// Stances.
    pub stance: Option<f64>,
    /// Flags.
    pub flags: Option<f64>,
}

/// The network's answers about the statements of a batch.
pub struct StatementLogits {
    /// [C, L, 7], the addressee's all but impossible where it is not labelled.
    pub roles: Tensor,
    /// [C, 18]
    pub stances: Tensor,
    /// [C, 3]
    pub flags: Tensor,
}

/// Roles of every statement, and stance and flags read from the labelled roles, or where `predicted`
/// says so (for `Some(true)`, everywhere) from the roles as predicted.
pub fn statement_logits(
    layers: &Layers,
    hidden: &Tensor,
    mask: &Tensor,
    statements: &Statements,
    everywhere: bool,
    train: bool,
) -> StatementLogits {
    let (roles, q) = layers.roles.logits(hidden, &statements.cues, train);
    let rows = hidden.index_select(0, &statements.cues.window);
    let pieces = mask.index_select(0, &statements.cues.window).to_kind(Kind::Float);
    let tags = roles.detach().argmax(-1, false);
    let found = |first: i64, last: i64| {
        let on = tags.ge(first).logical_and(&tags.le(last)).to_kind(Kind::Float) * &pieces;
        let sum = on.sum_dim_intlist(-1, true, Kind::Float).clamp_min(1.0);
        on / sum
    };
    let predicted = if everywhere { statements.predicted.ones_like() } else { statements.predicted.shallow_clone() };
    let mix = |labelled: &Tensor, found: Tensor| {
        let use_found = predicted.unsqueeze(-1) * found.sum_dim_intlist(-1, true, Kind::Float).gt(0.0);
        labelled * (1.0 - &use_found) + found * use_found
    };
    let content = mix(&statements.content, found(3, 4));
    let source = mix(&statements.source, found(1, 2));
    let mean = |weights: Tensor| weights.unsqueeze(1).bmm(&rows).squeeze_dim(1);
    let (stances, flags) = layers.network.heads.stance_logits(&q, &mean(content), &mean(source), train);
    let known = statements.addressee_known.view([-1, 1, 1]);
    let addressee = Tensor::from_slice(&[0f32, 0., 0., 0., 0., 1., 1.]);
    let roles = roles - (1.0 - known) * addressee * 1e4;
    StatementLogits { roles, stances, flags }
}

/// The loss of a batch, and its parts. `rare` are the weights of the stances.
pub fn loss(layers: &Layers, hidden: &Tensor, batch: &Batch, weights: &LossWeights, rare: &Tensor) -> (Tensor, Losses) {
    let mut total = hidden.sum(Kind::Float) * 0.0;
    let mut parts = Losses::default();
    let mut add = |value: Tensor, weight: f64| {
        let number = value.double_value(&[]);
        total = &total + value * weight;
        Some(number)
    };
    if let Some(cues) = &batch.cues {
        parts.cue = add(tag_loss(&layers.network.heads.cue_logits(hidden), cues), weights.cue);
    }
    if let Some((mentions, misc)) = &batch.mentions {
        let logits = known_mentions(&layers.network.heads.mention_logits(hidden), misc);
        parts.mentions = add(tag_loss(&logits, mentions), weights.mentions);
    }
    if let Some(statements) = &batch.statements {
        let logits = statement_logits(layers, hidden, &batch.windows.mask, statements, false, true);
        parts.roles = add(role_loss(&logits.roles, statements), weights.roles);
        if statements.flags_known.sum(Kind::Float).double_value(&[]) > 0.0 {
            let stance = logits.stances.cross_entropy_loss(
                &statements.stances,
                Some(rare),
                Reduction::Mean,
                UNKNOWN,
                weights.smoothing,
            );
            parts.stance = add(stance, weights.stance);
            parts.flags = add(flag_loss(&logits.flags, statements), weights.flags);
        }
    }
    parts.total = total.double_value(&[]);
    (total, parts)
}

/// Mention logits with MISC all but impossible where a corpus does not have it.
fn known_mentions(logits: &Tensor, misc: &Tensor) -> Tensor {
    let class = Tensor::from_slice(&[0f32, 0., 0., 0., 0., 0., 0., 1., 1.]);
    logits - (1.0 - misc.view([-1, 1, 1])) * class * 1e4
}

fn tag_loss(logits: &Tensor, tags: &Tensor) -> Tensor {
    let classes = logits.size()[2];
    logits.view([-1, classes]).cross_entropy_loss::<Tensor>(&tags.view([-1]), None, Reduction::Mean, UNKNOWN, 0.0)
}

fn role_loss(logits: &Tensor, statements: &Statements) -> Tensor {
    let classes = logits.size()[2];
    let each = logits.view([-1, classes]).cross_entropy_loss::<Tensor>(
        &statements.roles.view([-1]),
        None,
        Reduction::None,
        UNKNOWN,
        0.0,
    );
    let weights = statements.role_weights.view([-1]) * statements.roles.view([-1]).ne(UNKNOWN);
    (each * &weights).sum(Kind::Float) / weights.sum(Kind::Float).clamp_min(1.0)
}

fn flag_loss(logits: &Tensor, statements: &Statements) -> Tensor {
    let known = statements.flags_known.unsqueeze(-1);
    let each = logits.binary_cross_entropy_with_logits::<Tensor>(&statements.flags, None, None, Reduction::None);
    (each * &known).sum(Kind::Float) / (known.sum(Kind::Float) * 3.0)
}

/// Weights of the stances: √inverse frequency, 1 for the most frequent, at most `most`.
pub fn rare_weights(counts: &[usize], most: f64) -> Tensor {
    let highest = counts.iter().copied().max().unwrap_or(1).max(1) as f64;
    let weights: Vec<f32> = counts.iter().map(|&c| (highest / c.max(1) as f64).sqrt().min(most) as f32).collect();
    Tensor::from_slice(&weights)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gradient(loss: &Tensor, of: &Tensor) -> Vec<f32> {
        loss.backward();
        let gradient = of.grad();
        let mut values = vec![0.0; gradient.numel()];
        gradient.contiguous().copy_data(&mut values, gradient.numel());
        values
    }

    #[test]
    fn tags_that_are_not_known_cost_nothing() {
        let logits = Tensor::zeros([1, 3, 3], (Kind::Float, tch::Device::Cpu)).set_requires_grad(true);
        let tags = Tensor::from_slice(&[1i64, UNKNOWN, 0]).view([1, 3]);
        let found = gradient(&tag_loss(&logits, &tags), &logits);
        assert!(found[..3].iter().all(|g| *g != 0.0) && found[3..6].iter().all(|g| *g == 0.0), "{found:?}");
    }

    #[test]
    fn a_class_that_a_corpus_lacks_is_neither_pushed_up_nor_down() {
        let logits = Tensor::zeros([1, 1, 9], (Kind::Float, tch::Device::Cpu)).set_requires_grad(true);
        let tags = Tensor::from_slice(&[0i64]).view([1, 1]);
        let without = known_mentions(&logits, &Tensor::from_slice(&[0f32]));
        let found = gradient(&tag_loss(&without, &tags), &logits);
        assert!(found[7..].iter().all(|g| *g == 0.0) && found[1..7].iter().all(|g| *g > 0.0), "{found:?}");
    }

    #[test]
    fn rare_stances_weigh_more_up_to_a_limit() {
        let weights: Vec<f32> = rare_weights(&[100, 25, 1, 0], 4.0).try_into().unwrap();
        assert_eq!(weights, [1.0, 2.0, 4.0, 4.0]);
    }
}
