//! Windows → hidden states, as the encoder of [`crate::model::Network`] computes them, for training:
//! matrix products in bf16 if wanted, one product for query, key and value, attention without its matrix.
//!
//! Invariant: in fp32 and without dropout it gives what `Network::encode` gives.

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
            kind: match precision {
                Precision::Fp32 => Kind::Float,
                Precision::Bf16 => Kind::BFloat16,
            },
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
