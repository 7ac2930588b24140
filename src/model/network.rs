//! The network: rust-bert's encoder and heads for mentions, cues, roles, stance and flags.
//!
//! Shapes: B windows, L pieces of the widest (`CLS` and `SEP` counted), H hidden units, C cues.

use std::borrow::Borrow;

use rust_bert::bert::{BertEmbeddings, BertModel};
use tch::Tensor;
use tch::nn::{self, Module};

use super::{ModelConfig, ModelError, ROLE_TAGS};
use crate::labels::Stance;

/// A batch of windows, padded with zeros.
pub struct Windows {
    /// Vocabulary ids with `CLS` and `SEP`, [B, L], Int64.
    pub ids: Tensor,
    /// Word shapes, [B, L], Int64.
    pub shapes: Tensor,
    /// 1 where there is a piece, [B, L], Int64.
    pub mask: Tensor,
}

/// Cues whose roles are wanted.
pub struct Cues {
    /// The window of each cue in the batch, `[C]`, Int64.
    pub window: Tensor,
    /// Its first piece, counted with `CLS`.
    pub first: Vec<i64>,
    /// 1/n on each of its n pieces, [C, L].
    pub weights: Tensor,
}

/// The encoder and the heads.
pub struct Network {
    pub(super) bert: BertModel<BertEmbeddings>,
    /// What is read off its hidden states.
    pub heads: Heads,
}

/// What is read off the hidden states of an encoder.
pub struct Heads {
    mentions: nn::Linear,
    cue: nn::Linear,
    role_token: nn::Linear,
    role_cue: nn::Linear,
    role_product: nn::Linear,
    role_distance: nn::Linear,
    distance: Tensor,
    role_out: nn::Linear,
    stance_hidden: nn::Linear,
    stance_out: nn::Linear,
    flags_out: nn::Linear,
    dropout: f64,
}

impl Network {
    /// Lays the network out in a variable store, with random weights.
    pub fn new<'p>(root: impl Borrow<nn::Path<'p>>, config: &ModelConfig) -> Self {
        let root = root.borrow();
        Network {
            bert: BertModel::new_with_optional_pooler(root / "bert", &config.bert, false),
            heads: Heads::new(root, config),
        }
    }
}

impl Heads {
    /// Lays the heads out in a variable store, with random weights.
    pub fn new<'p>(root: impl Borrow<nn::Path<'p>>, config: &ModelConfig) -> Self {
        let root = root.borrow();
        let hidden = config.bert.hidden_size;
        let plain = nn::LinearConfig { bias: false, ..Default::default() };
        let linear = |name: &str, from: i64, to: i64| nn::linear(root / name, from, to, Default::default());
        Heads {
            mentions: linear("ner", hidden, config.sayso.mentions.len() as i64),
            cue: linear("cue", hidden, config.sayso.cue.len() as i64),
            role_token: linear("role_tok", hidden, hidden),
            role_cue: nn::linear(root / "role_cue", hidden, hidden, plain),
            role_product: nn::linear(root / "role_mul", hidden, hidden, plain),
            role_distance: nn::linear(root / "role_dist", hidden, hidden, plain),
            distance: (root / "dist").randn("weight", &[config.sayso.distance_buckets, hidden], 0.0, 0.02),
            role_out: linear("role_out", hidden, ROLE_TAGS.len() as i64),
            stance_hidden: linear("st_hid", 3 * hidden, hidden),
            stance_out: linear("st_out", hidden, Stance::ALL.len() as i64),
            flags_out: linear("fl_out", hidden, 3),
            dropout: config.bert.hidden_dropout_prob,
        }
    }

    /// Logits of the mention tags, [B, L, 9].
    pub fn mention_logits(&self, hidden: &Tensor) -> Tensor {
        self.mentions.forward(hidden)
    }

    /// Logits of the cue tags, [B, L, 3].
    pub fn cue_logits(&self, hidden: &Tensor) -> Tensor {
        self.cue.forward(hidden)
    }

    /// Logits of the role tags for each cue, [C, L, 7], and the cues' own states, [C, H].
    pub fn role_logits(&self, hidden: &Tensor, cues: &Cues, train: bool) -> (Tensor, Tensor) {
        let length = hidden.size()[1];
        let rows = hidden.index_select(0, &cues.window);
        let q = cues.weights.unsqueeze(1).bmm(&rows).squeeze_dim(1);
        let buckets = self.distance.size()[0];
        let indices: Vec<i64> = cues
            .first
            .iter()
            .flat_map(|&first| (0..length).map(move |t| distance_bucket(t - first, buckets)))
            .collect();
        let distances = self
            .role_distance
            .forward(&self.distance)
            .index_select(0, &Tensor::from_slice(&indices))
            .view([cues.first.len() as i64, length, -1]);
        let token = self.role_token.forward(hidden).index_select(0, &cues.window);
        let product = self.role_product.forward(&(rows * q.unsqueeze(1)));
        let z = token + product + distances + self.role_cue.forward(&q).unsqueeze(1);
        let z = z.gelu("none").dropout(self.dropout, train);
        (self.role_out.forward(&z), q)
    }

    /// Logits of the stances, [C, 18], and of the flags, [C, 3], from the means of the hidden states over
    /// cue, content and source ([C, H] each; zeros where a statement has none).
    pub fn stance_logits(&self, cue: &Tensor, content: &Tensor, source: &Tensor, train: bool) -> (Tensor, Tensor) {
        let all = Tensor::cat(&[cue, content, source], -1);
        let z = self.stance_hidden.forward(&all).gelu("none").dropout(self.dropout, train);
        (self.stance_out.forward(&z), self.flags_out.forward(&z))
    }
}

/// Hidden states that an encoder gives, [B, L, H].
pub(super) fn encode(bert: &BertModel<BertEmbeddings>, windows: &Windows) -> Result<Tensor, ModelError> {
    let (ids, mask, shapes) = (Some(&windows.ids), Some(&windows.mask), Some(&windows.shapes));
    Ok(bert.forward_t(ids, mask, shapes, None, None, None, None, false)?.hidden_state)
}

/// Row of the distance embedding for a token `d` pieces from the cue's first piece.
pub fn distance_bucket(d: i64, buckets: i64) -> i64 {
    let half = buckets / 2;
    let size = ((d.abs() + 1) as f64).log2() * 3.2;
    let signed = (size * d.signum() as f64).round_ties_even() as i64;
    signed.clamp(-half, half) + half
}

#[cfg(test)]
mod tests {
    use super::distance_bucket as bucket;

    #[test]
    fn near_tokens_have_rows_of_their_own_and_far_ones_share() {
        assert_eq!((bucket(0, 65), bucket(1, 65), bucket(-1, 65)), (32, 35, 29));
        assert_eq!((bucket(191, 65), bucket(-191, 65)), (56, 8));
        assert_eq!((bucket(5000, 65), bucket(-5000, 65)), (64, 0));
    }
}
