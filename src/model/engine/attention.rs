//! Queries, keys and values of one window → each piece's mix of values, head by head.
//!
//! Products in bfloat16, sums and the softmax in fp32.

use std::arch::x86_64::*;

use super::product::pair_products;
use super::simd::{LANES, exp, floats_mut, pairs};

/// Queries that are computed together.
const ROWS: usize = 8;

/// Units of a head are taken two vectors at a time.
pub const HEAD_STEP: usize = 2 * LANES;

/// What attention needs besides its input; kept from window to window.
#[derive(Default)]
pub struct Room {
    /// Pairs of units, piece by piece.
    queries: Vec<i32>,
    /// Pairs of units; for each the pieces side by side.
    keys: Vec<__m512i>,
    /// Pairs of pieces; for each the units side by side.
    values: Vec<__m512i>,
    scores: Vec<__m512>,
    /// Pairs of pieces, query by query.
    shares: Vec<i32>,
}

/// Attention over a window. `states` holds query, key and value of each piece in a row, `hidden` vectors
/// each; `mixed` takes `hidden` vectors a piece.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
pub fn attend(states: &[__m512], hidden: usize, heads: usize, room: &mut Room, mixed: &mut [__m512]) {
    let length = states.len() / (3 * hidden);
    let units = hidden / heads;
    // Vectors of keys, an even number.
    let wide = length.div_ceil(2 * LANES) * 2;
    room.keys.resize(units * LANES / 2 * wide, _mm512_setzero_si512());
    room.scores.resize(ROWS * wide, _mm512_setzero_ps());
    for head in 0..heads {
        room.take(states, hidden, head * units, units, wide);
        for row in (0..length).step_by(ROWS) {
            let count = ROWS.min(length - row);
            // The last row is computed again where fewer are left, so that there is one kernel.
            let rows: [usize; ROWS] = std::array::from_fn(|r| row + r.min(count - 1));
            room.score(&rows, wide);
            let sums = room.soften(wide, length);
            room.mix(units, wide, length, |r, at, value| {
                if r < count {
                    mixed[rows[r] * hidden + head * units + at] = _mm512_mul_ps(value, _mm512_set1_ps(1.0 / sums[r]));
                }
            });
        }
    }
}

impl Room {
    /// Queries, keys (scaled by 1/√units) and values of one head, which begins at vector `first`.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    fn take(&mut self, states: &[__m512], hidden: usize, first: usize, units: usize, wide: usize) {
        let scale = _mm512_set1_ps(1.0 / ((units * LANES) as f32).sqrt());
        self.queries.clear();
        self.values.clear();
        // SAFETY: a vector is sixteen integers of 32 bits, has no padding, and is aligned more strictly.
        let keys =
            unsafe { std::slice::from_raw_parts_mut(self.keys.as_mut_ptr().cast::<i32>(), self.keys.len() * LANES) };
        for (piece, row) in states.chunks_exact(3 * hidden).enumerate() {
            for at in 0..units {
                self.queries.extend(pairs(row[first + at]));
                for (pair, word) in pairs(_mm512_mul_ps(row[hidden + first + at], scale)).into_iter().enumerate() {
                    keys[(at * LANES / 2 + pair) * wide * LANES + piece] = word;
                }
            }
        }
        for two in states.chunks(2 * 3 * hidden) {
            for at in 2 * hidden + first..2 * hidden + first + units {
                let next = two.get(3 * hidden + at).copied().unwrap_or(_mm512_setzero_ps());
                self.values.push(interleaved(two[at], next));
            }
        }
    }

    /// Products of some queries with all keys.
    #[allow(clippy::needless_range_loop)]
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    fn score(&mut self, rows: &[usize; ROWS], wide: usize) {
        let steps = self.keys.len() / wide;
        let mut queries = [&self.queries[..0]; ROWS];
        for (query, row) in queries.iter_mut().zip(rows) {
            *query = &self.queries[row * steps..][..steps];
        }
        for at in (0..wide).step_by(2) {
            let mut sums = [[_mm512_setzero_si512(); 2]; ROWS];
            for (step, keys) in self.keys.chunks_exact(wide).enumerate() {
                let (left, right) = (keys[at], keys[at + 1]);
                for r in 0..ROWS {
                    let query = _mm512_set1_epi32(queries[r][step]);
                    sums[r][0] = pair_products(sums[r][0], query, left);
                    sums[r][1] = pair_products(sums[r][1], query, right);
                }
            }
            for (r, sums) in sums.iter().enumerate() {
                self.scores[r * wide + at] = _mm512_castsi512_ps(sums[0]);
                self.scores[r * wide + at + 1] = _mm512_castsi512_ps(sums[1]);
            }
        }
    }

    /// e to the power of each score less its row's largest, as shares; the sums of the rows. What lies
    /// beyond the window's length becomes zero.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    fn soften(&mut self, wide: usize, length: usize) -> [f32; ROWS] {
        let mut sums = [0.0; ROWS];
        self.shares.clear();
        for (row, sum) in self.scores.chunks_exact_mut(wide).zip(&mut sums) {
            floats_mut(row)[length..].fill(f32::NEG_INFINITY);
            let largest = row.iter().fold(row[0], |m, x| _mm512_max_ps(m, *x));
            let largest = _mm512_set1_ps(_mm512_reduce_max_ps(largest));
            for x in row.iter_mut() {
                *x = exp(_mm512_sub_ps(*x, largest));
            }
            floats_mut(row)[length..].fill(0.0);
            let mut total = _mm512_setzero_ps();
            for x in row.iter() {
                total = _mm512_add_ps(total, *x);
                self.shares.extend(pairs(*x));
            }
            *sum = _mm512_reduce_add_ps(total);
        }
        sums
    }

    /// Values in the shares of each row, handed to `put(row, vector, values)`.
    #[allow(clippy::needless_range_loop)]
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    fn mix(&self, units: usize, wide: usize, length: usize, mut put: impl FnMut(usize, usize, __m512)) {
        let mut shares = [&self.shares[..0]; ROWS];
        for (r, own) in shares.iter_mut().enumerate() {
            *own = &self.shares[r * wide * LANES / 2..][..length.div_ceil(2)];
        }
        for at in (0..units).step_by(2) {
            let mut sums = [[_mm512_setzero_si512(); 2]; ROWS];
            for (pair, values) in self.values.chunks_exact(units).enumerate() {
                let (left, right) = (values[at], values[at + 1]);
                for r in 0..ROWS {
                    let share = _mm512_set1_epi32(shares[r][pair]);
                    sums[r][0] = pair_products(sums[r][0], share, left);
                    sums[r][1] = pair_products(sums[r][1], share, right);
                }
            }
            for (r, sums) in sums.iter().enumerate() {
                put(r, at, _mm512_castsi512_ps(sums[0]));
                put(r, at + 1, _mm512_castsi512_ps(sums[1]));
            }
        }
    }
}

/// Two rows in bfloat16, the numbers of a column side by side.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
fn interleaved(one: __m512, two: __m512) -> __m512i {
    // SAFETY: both types are 32 bytes for which every pattern of bits is valid.
    let bits = |x: __m512| unsafe { std::mem::transmute::<__m256bh, __m256i>(_mm512_cvtneps_pbh(x)) };
    let (low, high) = (_mm512_cvtepu16_epi32(bits(one)), _mm512_cvtepu16_epi32(bits(two)));
    _mm512_or_si512(low, _mm512_slli_epi32::<16>(high))
}
