//! Hidden states → role logits, as [`crate::model::Heads::role_logits`] computes them, in the precision
//! of the encoder: over every statement of a batch they cost a fifth of a step in fp32.
//!
//! Invariant: in fp32 and without dropout it gives what the network's own head gives.

use tch::{Kind, Tensor, nn};

use super::TrainError;
use super::config::Precision;
use crate::model::{Cues, ModelConfig, distance_bucket};

/// The weights of the roles head, shared with the store that they were taken from.
pub struct RolesHead {
    token: (Tensor, Tensor),
    cue: Tensor,
    product: Tensor,
    distance: Tensor,
    distances: Tensor,
    out: (Tensor, Tensor),
    dropout: f64,
    kind: Kind,
}

impl RolesHead {
    /// Takes the weights from a store. Dropout is the configuration's.
    pub fn new(store: &nn::VarStore, config: &ModelConfig, precision: Precision) -> Result<Self, TrainError> {
        let variables = store.variables();
        let tensor = |name: &str| {
            variables.get(name).map(Tensor::shallow_clone).ok_or_else(|| TrainError::Weight { name: name.into() })
        };
        Ok(RolesHead {
            token: (tensor("role_tok.weight")?, tensor("role_tok.bias")?),
            cue: tensor("role_cue.weight")?,
            product: tensor("role_mul.weight")?,
            distance: tensor("role_dist.weight")?,
            distances: tensor("dist.weight")?,
            out: (tensor("role_out.weight")?, tensor("role_out.bias")?),
            dropout: config.bert.hidden_dropout_prob,
            kind: precision.kind(),
        })
    }

    /// Logits in fp32, [C, L, 7], and the cues' own states, [C, H].
    pub fn logits(&self, hidden: &Tensor, cues: &Cues, train: bool) -> (Tensor, Tensor) {
        let length = hidden.size()[1];
        let rows = hidden.index_select(0, &cues.window);
        let q = cues.weights.unsqueeze(1).bmm(&rows).squeeze_dim(1);
        let buckets = self.distances.size()[0];
        let indices: Vec<i64> = cues
            .first
            .iter()
            .flat_map(|&first| (0..length).map(move |piece| distance_bucket(piece - first, buckets)))
            .collect();
        let plain = |x: &Tensor, weight: &Tensor| x.linear::<Tensor>(&weight.to_kind(self.kind), None);
        let distances = self.distances.linear::<Tensor>(&self.distance, None).to_kind(self.kind);
        let distances = distances.index_select(0, &Tensor::from_slice(&indices)).view([-1, length, q.size()[1]]);
        let half = hidden.to_kind(self.kind);
        let token = half.linear(&self.token.0.to_kind(self.kind), Some(self.token.1.to_kind(self.kind)));
        let narrow_q = q.to_kind(self.kind);
        let product = plain(&(rows.to_kind(self.kind) * narrow_q.unsqueeze(1)), &self.product);
        let z = token.index_select(0, &cues.window) + product + distances + plain(&narrow_q, &self.cue).unsqueeze(1);
        let z = z.gelu("none").dropout(self.dropout, train);
        (z.to_kind(Kind::Float).linear(&self.out.0, Some(&self.out.1)), q)
    }
}
