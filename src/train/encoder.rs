//! Windows → hidden states, as [`crate::model::Model::encode`] computes them, for training:
//! matrix products in bf16 if wanted, one product for query, key and value, attention without its matrix.
//!
//! Invariant: in fp32 and without dropout it gives what the reference gives.

use tch::{Kind, Tensor, nn};

use super::TrainError;
use super::config::Precision;
use crate::model::{ModelConfig, Windows};

/// The encoder's weights, shared with the store that they were taken from.
pub struct Encoder {
    words: Tensor,
    positions: Tensor,
    shapes: Tensor,
    norm: (Tensor, Tensor),
    layers: Vec<Layer>,
    heads: i64,
    hidden: i64,
    eps: f64,
    dropout: f64,
    attention_dropout: f64,
    kind: Kind,
}

struct Layer {
    query: (Tensor, Tensor),
    key: (Tensor, Tensor),
    value: (Tensor, Tensor),
    output: (Tensor, Tensor),
    output_norm: (Tensor, Tensor),
    wide: (Tensor, Tensor),
    narrow: (Tensor, Tensor),
    narrow_norm: (Tensor, Tensor),
}

impl Encoder {
    /// Takes the weights of `bert` from a store. Dropout is the configuration's.
    pub fn new(store: &nn::VarStore, config: &ModelConfig, precision: Precision) -> Result<Self, TrainError> {
        let variables = store.variables();
        let tensor = |name: String| {
            let name = format!("bert.{name}");
            variables.get(&name).map(Tensor::shallow_clone).ok_or(TrainError::Weight { name })
        };
        let pair = |name: String| -> Result<(Tensor, Tensor), TrainError> {
            Ok((tensor(format!("{name}.weight"))?, tensor(format!("{name}.bias"))?))
        };
        let layers = (0..config.bert.num_hidden_layers).map(|n| {
            let pair = |name: &str| pair(format!("encoder.layer.{n}.{name}"));
            Ok(Layer {
                query: pair("attention.self.query")?,
                key: pair("attention.self.key")?,
                value: pair("attention.self.value")?,
                output: pair("attention.output.dense")?,
                output_norm: pair("attention.output.LayerNorm")?,
                wide: pair("intermediate.dense")?,
                narrow: pair("output.dense")?,
                narrow_norm: pair("output.LayerNorm")?,
            })
        });
        Ok(Encoder {
            words: tensor("embeddings.word_embeddings.weight".into())?,
            positions: tensor("embeddings.position_embeddings.weight".into())?,
            shapes: tensor("embeddings.token_type_embeddings.weight".into())?,
            norm: pair("embeddings.LayerNorm".into())?,
            layers: layers.collect::<Result<_, TrainError>>()?,
            heads: config.bert.num_attention_heads,
            hidden: config.bert.hidden_size,
            eps: 1e-12,
            dropout: config.bert.hidden_dropout_prob,
            attention_dropout: config.bert.attention_probs_dropout_prob,
            kind: precision.kind(),
        })
    }

    /// Hidden states in fp32, [B, L, H].
    pub fn encode(&self, windows: &Windows, train: bool) -> Tensor {
        let size = windows.ids.size();
        let (rows, length) = (size[0], size[1]);
        let words = Tensor::embedding(&self.words, &windows.ids, -1, false, false);
        let shapes = Tensor::embedding(&self.shapes, &windows.shapes, -1, false, false);
        let x = words + shapes + self.positions.narrow(0, 0, length);
        let mut x = self.normed(&x, &self.norm).dropout(self.dropout, train).to_kind(self.kind);
        let inside = windows.mask.to_kind(Kind::Float);
        let mask = ((inside - 1.0) * 10000.0).to_kind(self.kind).view([rows, 1, 1, length]);
        for layer in &self.layers {
            x = self.layer(layer, &x, &mask, train);
        }
        x.to_kind(Kind::Float)
    }

    fn layer(&self, layer: &Layer, x: &Tensor, mask: &Tensor, train: bool) -> Tensor {
        let (rows, length) = (x.size()[0], x.size()[1]);
        let weights = Tensor::cat(&[&layer.query.0, &layer.key.0, &layer.value.0], 0);
        let biases = Tensor::cat(&[&layer.query.1, &layer.key.1, &layer.value.1], 0);
        let three = self.linear(x, &(weights, biases)).view([rows, length, 3, self.heads, -1]).permute([2, 0, 3, 1, 4]);
        let attention_dropout = if train { self.attention_dropout } else { 0.0 };
        let context = Tensor::scaled_dot_product_attention(
            &three.get(0),
            &three.get(1),
            &three.get(2),
            Some(mask),
            attention_dropout,
            false,
            None,
        );
        let context = context.transpose(1, 2).reshape([rows, length, self.hidden]);
        let attended = self.linear(&context, &layer.output).dropout(self.dropout, train);
        let x = self.normed(&(attended + x), &layer.output_norm);
        let wide = self.linear(&x, &layer.wide).gelu("none");
        let narrow = self.linear(&wide, &layer.narrow).dropout(self.dropout, train);
        self.normed(&(narrow + x), &layer.narrow_norm)
    }

    fn linear(&self, x: &Tensor, weights: &(Tensor, Tensor)) -> Tensor {
        x.linear(&weights.0.to_kind(self.kind), Some(weights.1.to_kind(self.kind)))
    }

    fn normed(&self, x: &Tensor, weights: &(Tensor, Tensor)) -> Tensor {
        let (weight, bias) = (weights.0.to_kind(x.kind()), weights.1.to_kind(x.kind()));
        x.layer_norm([self.hidden], Some(weight), Some(bias), self.eps, false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cues, Model, ModelFiles};
    use crate::train::roles::RolesHead;

    /// Weights that training moves are used by another forward pass than the one that reads articles.
    #[test]
    fn training_reads_windows_as_the_network_does() {
        let files = ModelFiles::new(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("models/sayso-en"));
        let model = Model::load(&files).unwrap();
        let ids = Tensor::from_slice(&[101i64, 1996, 3664, 7420, 102, 101, 2056, 102, 0, 0]).view([2, 5]);
        let mask = Tensor::from_slice(&[1i64, 1, 1, 1, 1, 1, 1, 1, 0, 0]).view([2, 5]);
        let windows =
            Windows { shapes: Tensor::from_slice(&[0i64, 1, 0, 0, 0, 0, 0, 0, 0, 0]).view([2, 5]), ids, mask };
        let encoder = Encoder::new(&model.store, &model.config, Precision::Fp32).unwrap();
        let (found, expected) = (encoder.encode(&windows, false), model.encode(&windows).unwrap());
        let real = windows.mask.unsqueeze(-1);
        let distance = |a: &Tensor, b: &Tensor| f64::try_from((a - b).abs().max()).unwrap();
        assert!(distance(&(&found * &real), &(&expected * &real)) < 1e-4);
        let cues = || Cues {
            window: Tensor::from_slice(&[0i64, 1]),
            first: vec![3, 1],
            weights: Tensor::from_slice(&[0f32, 0., 0., 1., 0., 0., 1., 0., 0., 0.]).view([2, 5]),
        };
        let roles = RolesHead::new(&model.store, &model.config, Precision::Fp32).unwrap();
        let (found, expected) =
            (roles.logits(&expected, &cues(), false), model.heads.role_logits(&expected, &cues(), false));
        assert!(distance(&found.0, &expected.0) < 1e-4 && distance(&found.1, &expected.1) < 1e-5);
    }
}
