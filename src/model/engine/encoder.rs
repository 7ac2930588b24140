//! One window → hidden states: BERT's layers, products in bfloat16 or 8 bits, all else in fp32.
//!
//! Windows are computed one after another, so there is no padding and no mask, and the states of a
//! window stay in the processor's second-level cache.

use std::arch::x86_64::*;

use rust_bert::bert::BertConfig;

use super::attention::{self, attend};
use super::product::{Matrix, Precision, Rows};
use super::simd::{LANES, Norm, gelu, vectors};
use super::weights::Weights;
use crate::model::ModelError;

/// Rows of the feed-forward layer that are computed together.
const FEED_ROWS: usize = 96;

struct Layer {
    states: Matrix,
    mixed: Matrix,
    mixed_norm: Norm,
    feed: Matrix,
    back: Matrix,
    back_norm: Norm,
}

/// The encoder.
pub struct Encoder {
    words: Vec<__m512>,
    positions: Vec<__m512>,
    shapes: Vec<__m512>,
    norm: Norm,
    layers: Vec<Layer>,
    heads: usize,
    hidden: usize,
    inner: usize,
}

impl Encoder {
    /// Whether a network of this kind and size can be computed.
    pub fn fits(config: &BertConfig) -> bool {
        let (hidden, inner) = (config.hidden_size as usize, config.intermediate_size as usize);
        let head = hidden / (config.num_attention_heads as usize).max(1);
        Matrix::fits(hidden, inner)
            && Matrix::fits(inner, hidden)
            && head.is_multiple_of(attention::HEAD_STEP)
            && matches!(config.hidden_act, rust_bert::Activation::gelu)
    }

    /// Packs the weights.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    pub fn new(weights: &Weights, config: &BertConfig, precision: Precision) -> Result<Self, ModelError> {
        let (hidden, inner) = (config.hidden_size as usize, config.intermediate_size as usize);
        let table = |name: &str| Ok::<_, ModelError>(vectors(&weights.take(&format!("bert.embeddings.{name}"))?));
        let norm = |name: &str| {
            let part = |part: &str| Ok::<_, ModelError>(vectors(&weights.take(&format!("{name}.{part}"))?));
            Ok::<_, ModelError>(Norm { weight: part("weight")?, bias: part("bias")? })
        };
        let matrix = |names: &[String], inputs: usize| {
            let part = |part: &str| -> Result<Vec<f32>, ModelError> {
                let all: Result<Vec<_>, _> = names.iter().map(|n| weights.take(&format!("{n}.{part}"))).collect();
                Ok(all?.concat())
            };
            Ok::<_, ModelError>(Matrix::pack(&part("weight")?, inputs, &part("bias")?, precision))
        };
        let mut layers = Vec::new();
        for layer in 0..config.num_hidden_layers {
            let name = |rest: &str| format!("bert.encoder.layer.{layer}.{rest}");
            let own = ["query", "key", "value"].map(|part| name(&format!("attention.self.{part}")));
            layers.push(Layer {
                states: matrix(&own, hidden)?,
                mixed: matrix(&[name("attention.output.dense")], hidden)?,
                mixed_norm: norm(&name("attention.output.LayerNorm"))?,
                feed: matrix(&[name("intermediate.dense")], hidden)?,
                back: matrix(&[name("output.dense")], inner)?,
                back_norm: norm(&name("output.LayerNorm"))?,
            });
        }
        Ok(Encoder {
            words: table("word_embeddings.weight")?,
            positions: table("position_embeddings.weight")?,
            shapes: table("token_type_embeddings.weight")?,
            norm: norm("bert.embeddings.LayerNorm")?,
            layers,
            heads: config.num_attention_heads as usize,
            hidden: hidden / LANES,
            inner: inner / LANES,
        })
    }

    /// Vectors of a hidden state.
    pub fn width(&self) -> usize {
        self.hidden
    }

    /// Hidden states of a window, `width()` vectors a piece.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    pub fn encode(&self, ids: &[i64], shapes: &[i64]) -> Vec<__m512> {
        let (length, hidden) = (ids.len(), self.hidden);
        let zeros = |vectors: usize| vec![_mm512_setzero_ps(); vectors];
        let mut x = self.embed(ids, shapes);
        let (mut states, mut mixed) = (zeros(length * 3 * hidden), zeros(length * hidden));
        let mut fed = zeros(FEED_ROWS.min(length) * self.inner);
        let Some(first) = self.layers.first() else { return x };
        let (mut narrow, mut broad) = (first.states.rows(), first.back.rows());
        let mut room = attention::Room::default();
        for layer in &self.layers {
            narrowed(&x, hidden, &mut narrow);
            layer.states.product(&narrow, |row, at, value| states[row * 3 * hidden + at] = value);
            attend(&states, hidden, self.heads, &mut room, &mut mixed);
            narrowed(&mixed, hidden, &mut narrow);
            layer.mixed.product(&narrow, |row, at, value| add(&mut x[row * hidden + at], value));
            for row in x.chunks_exact_mut(hidden) {
                layer.mixed_norm.apply(row);
            }
            for x in x.chunks_mut(FEED_ROWS * hidden) {
                narrowed(x, hidden, &mut narrow);
                layer.feed.product(&narrow, |row, at, value| fed[row * self.inner + at] = gelu(value));
                narrowed(&fed[..x.len() / hidden * self.inner], self.inner, &mut broad);
                layer.back.product(&broad, |row, at, value| add(&mut x[row * hidden + at], value));
                for row in x.chunks_exact_mut(hidden) {
                    layer.back_norm.apply(row);
                }
            }
        }
        x
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    fn embed(&self, ids: &[i64], shapes: &[i64]) -> Vec<__m512> {
        let hidden = self.hidden;
        let row = |table: &'_ [__m512], index: usize| index * hidden..(index * hidden + hidden).min(table.len());
        let mut x = Vec::with_capacity(ids.len() * hidden);
        for (position, (&id, &shape)) in ids.iter().zip(shapes).enumerate() {
            let word = &self.words[row(&self.words, id as usize)];
            let place = &self.positions[row(&self.positions, position)];
            let kind = &self.shapes[row(&self.shapes, shape as usize)];
            let start = x.len();
            for ((word, place), kind) in word.iter().zip(place).zip(kind) {
                x.push(_mm512_add_ps(_mm512_add_ps(*word, *place), *kind));
            }
            self.norm.apply(&mut x[start..]);
        }
        x
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
fn narrowed(rows: &[__m512], width: usize, into: &mut Rows) {
    into.clear();
    for row in rows.chunks_exact(width) {
        into.push(row);
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
fn add(to: &mut __m512, value: __m512) {
    *to = _mm512_add_ps(*to, value);
}
