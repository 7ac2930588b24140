//! Hidden states and cues → role logits, products as in the encoder.
//!
//! The same sums as the reference network's: `W_tok·h` once a window, `W_dist·D` once for all.

use std::arch::x86_64::*;

use super::product::{Matrix, Precision};
use super::simd::{floats, gelu, vectors};
use super::weights::Weights;
use crate::model::{ModelError, ROLE_TAGS};

const TAGS: usize = ROLE_TAGS.len();

/// The roles head.
pub struct Roles {
    token: Matrix,
    cue: Matrix,
    product: Matrix,
    /// W_dist·D, a row for each distance.
    distances: Vec<__m512>,
    out: Vec<__m512>,
    out_bias: Vec<f32>,
}

/// A cue: where its window's states begin, how much each of its pieces counts, and the row of `distances`
/// that each piece of the window takes.
pub struct CueStates<'a> {
    /// Index of the window.
    pub window: usize,
    /// One a piece.
    pub weights: &'a [f32],
    /// One a piece.
    pub distances: Vec<usize>,
}

impl Roles {
    /// Packs the weights of a head of `hidden` units.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    pub fn new(weights: &Weights, hidden: usize, precision: Precision) -> Result<Self, ModelError> {
        let plain = |name: &str| Ok::<_, ModelError>(Matrix::pack(&weights.take(name)?, hidden, &[], precision));
        let distances = weights.tensor("dist.weight")?.matmul(&weights.tensor("role_dist.weight")?.tr());
        Ok(Roles {
            token: Matrix::pack(&weights.take("role_tok.weight")?, hidden, &weights.take("role_tok.bias")?, precision),
            cue: plain("role_cue.weight")?,
            product: plain("role_mul.weight")?,
            distances: vectors(&Vec::try_from(distances.flatten(0, -1))?),
            out: vectors(&weights.take("role_out.weight")?),
            out_bias: weights.take("role_out.bias")?,
        })
    }

    /// Logits, seven a piece, and state of each cue. `states` holds all windows, `hidden` vectors a piece.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    pub fn logits(&self, states: &[__m512], hidden: usize, cues: &[CueStates<'_>]) -> (Vec<f32>, Vec<f32>) {
        let length = cues.first().map_or(0, |cue| cue.weights.len());
        let zeros = || vec![_mm512_setzero_ps(); length * hidden];
        let (mut tokens, mut z, mut row_of_one) = (zeros(), zeros(), vec![_mm512_setzero_ps(); hidden]);
        let (mut logits, mut own) = (Vec::with_capacity(cues.len() * length * TAGS), Vec::new());
        let mut rows = self.token.rows();
        let mut window = None;
        for cue in cues {
            let states = &states[cue.window * length * hidden..][..length * hidden];
            if window != Some(cue.window) {
                rows.clear();
                states.chunks_exact(hidden).for_each(|row| rows.push(row));
                self.token.product(&rows, |row, at, value| tokens[row * hidden + at] = value);
                window = Some(cue.window);
            }
            let q = mean(states, hidden, cue.weights);
            own.extend_from_slice(floats(&q));
            rows.clear();
            rows.push(&q);
            self.cue.product(&rows, |_, at, value| row_of_one[at] = value);
            rows.clear();
            for row in states.chunks_exact(hidden) {
                let product: Vec<__m512> = row.iter().zip(&q).map(|(h, q)| _mm512_mul_ps(*h, *q)).collect();
                rows.push(&product);
            }
            self.product.product(&rows, |row, at, value| {
                let base = _mm512_add_ps(tokens[row * hidden + at], row_of_one[at]);
                let distance = self.distances[cue.distances[row] * hidden + at];
                z[row * hidden + at] = gelu(_mm512_add_ps(_mm512_add_ps(base, distance), value));
            });
            for row in z.chunks_exact(hidden) {
                for (weights, bias) in self.out.chunks_exact(hidden).zip(&self.out_bias) {
                    let sum =
                        row.iter().zip(weights).fold(_mm512_setzero_ps(), |sum, (z, w)| _mm512_fmadd_ps(*z, *w, sum));
                    logits.push(_mm512_reduce_add_ps(sum) + bias);
                }
            }
        }
        (logits, own)
    }
}

#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
fn mean(states: &[__m512], hidden: usize, weights: &[f32]) -> Vec<__m512> {
    let mut q = vec![_mm512_setzero_ps(); hidden];
    for (row, weight) in states.chunks_exact(hidden).zip(weights).filter(|(_, weight)| **weight != 0.0) {
        for (q, h) in q.iter_mut().zip(row) {
            *q = _mm512_fmadd_ps(_mm512_set1_ps(*weight), *h, *q);
        }
    }
    q
}
