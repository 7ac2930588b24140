//! Rows × matrix in 8-bit integers, sums in 32 bits.
//!
//! Invariant: the scale of a row comes from that row alone and that of a column from that column, so a
//! row's result does not depend on the rows beside it. Nothing saturates: 255 · 127 · 1536 is below 2³¹.

use std::arch::x86_64::*;

use super::simd::LANES;

/// Columns that are computed together.
const PANEL: usize = 4 * LANES;

/// Rows that are computed together: 6 × 4 sums, 4 columns and a row fill the 32 registers.
const BLOCK: usize = 6;

/// A linear layer with weights in 8 bits, one scale an output.
pub struct Matrix {
    /// By panel of 64 outputs, then by four inputs: 16 outputs × 4 inputs in each vector.
    packed: Vec<__m512i>,
    inputs: usize,
    scale: Vec<__m512>,
    /// Sum of each output's integer weights.
    sums: Vec<__m512>,
    bias: Vec<__m512>,
}

/// Rows in unsigned 8 bits: value = low + scale · integer.
pub struct Quantised {
    /// Four integers each.
    words: Vec<i32>,
    width: usize,
    low: Vec<f32>,
    scale: Vec<f32>,
}

impl Matrix {
    /// Whether a layer of this size can be packed.
    pub fn fits(outputs: usize, inputs: usize) -> bool {
        outputs > 0 && outputs.is_multiple_of(PANEL) && inputs.is_multiple_of(LANES) && inputs <= 32_768
    }

    /// Packs `weight` ([outputs, inputs], row-major) and `bias` (one an output, or none).
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    pub fn pack(weight: &[f32], inputs: usize, bias: &[f32]) -> Self {
        let outputs = weight.len() / inputs;
        let (mut scales, mut sums) = (vec![0f32; outputs], vec![0f32; outputs]);
        let mut bytes = vec![0i8; outputs * inputs];
        for (n, row) in weight.chunks_exact(inputs).enumerate() {
            let largest = row.iter().fold(0f32, |m, w| m.max(w.abs()));
            let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
            for (k, w) in row.iter().enumerate() {
                let q = (w / scale).round_ties_even().clamp(-127.0, 127.0);
                sums[n] += q;
                let vector = (n / PANEL * (inputs / 4) + k / 4) * 4 + n % PANEL / LANES;
                bytes[vector * 64 + n % LANES * 4 + k % 4] = q as i8;
            }
            scales[n] = scale;
        }
        let packed = bytes
            .chunks_exact(64)
            // SAFETY: a chunk is 64 bytes long, and the load asks for no alignment.
            .map(|chunk| unsafe { _mm512_loadu_si512(chunk.as_ptr().cast()) })
            .collect();
        let mut all = bias.to_vec();
        all.resize(outputs, 0.0);
        let vectors = |values: &[f32]| super::simd::vectors(values);
        Matrix { packed, inputs, scale: vectors(&scales), sums: vectors(&sums), bias: vectors(&all) }
    }

    /// Computes all rows and hands each vector of sixteen outputs to `put(row, vector, values)`.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    pub fn product(&self, rows: &Quantised, mut put: impl FnMut(usize, usize, __m512)) {
        let count = rows.low.len();
        for (panel, lines) in self.packed.chunks_exact(self.inputs).enumerate() {
            let mut row = 0;
            while row + BLOCK <= count {
                self.block::<BLOCK>(rows, row, panel, lines, &mut put);
                row += BLOCK;
            }
            match count - row {
                5 => self.block::<5>(rows, row, panel, lines, &mut put),
                4 => self.block::<4>(rows, row, panel, lines, &mut put),
                3 => self.block::<3>(rows, row, panel, lines, &mut put),
                2 => self.block::<2>(rows, row, panel, lines, &mut put),
                1 => self.block::<1>(rows, row, panel, lines, &mut put),
                _ => {}
            }
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    fn block<const R: usize>(
        &self,
        rows: &Quantised,
        first: usize,
        panel: usize,
        lines: &[__m512i],
        put: &mut impl FnMut(usize, usize, __m512),
    ) {
        let steps = lines.len() / 4;
        let mut words = [&rows.words[..0]; R];
        for (r, words) in words.iter_mut().enumerate() {
            *words = &rows.words[(first + r) * rows.width..][..steps];
        }
        let mut sums = [[_mm512_setzero_si512(); 4]; R];
        for (step, columns) in lines.chunks_exact(4).enumerate() {
            for r in 0..R {
                let four = _mm512_set1_epi32(words[r][step]);
                for c in 0..4 {
                    sums[r][c] = _mm512_dpbusd_epi32(sums[r][c], four, columns[c]);
                }
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            let (low, scale) = (_mm512_set1_ps(rows.low[first + r]), _mm512_set1_ps(rows.scale[first + r]));
            for (c, sum) in sums.iter().enumerate() {
                let at = panel * 4 + c;
                let whole = _mm512_fmadd_ps(_mm512_cvtepi32_ps(*sum), scale, _mm512_mul_ps(low, self.sums[at]));
                put(first + r, at, _mm512_fmadd_ps(whole, self.scale[at], self.bias[at]));
            }
        }
    }
}

impl Quantised {
    /// No rows yet, each to be `inputs` wide.
    pub fn new(inputs: usize) -> Self {
        Quantised { words: Vec::new(), width: inputs / 4, low: Vec::new(), scale: Vec::new() }
    }

    /// Takes all rows out.
    pub fn clear(&mut self) {
        self.words.clear();
        self.low.clear();
        self.scale.clear();
    }

    /// Adds a row.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    pub fn push(&mut self, row: &[__m512]) {
        let (mut low, mut high) = (row[0], row[0]);
        for x in row {
            low = _mm512_min_ps(low, *x);
            high = _mm512_max_ps(high, *x);
        }
        let (low, high) = (_mm512_reduce_min_ps(low), _mm512_reduce_max_ps(high));
        let scale = (high - low) / 255.0;
        let (base, per) = (_mm512_set1_ps(low), _mm512_set1_ps(if scale > 0.0 { 1.0 / scale } else { 0.0 }));
        for x in row {
            let integers = _mm512_cvtps_epi32(_mm512_mul_ps(_mm512_sub_ps(*x, base), per));
            let bytes = _mm512_cvtepi32_epi8(integers);
            self.words.extend([
                _mm_extract_epi32::<0>(bytes),
                _mm_extract_epi32::<1>(bytes),
                _mm_extract_epi32::<2>(bytes),
                _mm_extract_epi32::<3>(bytes),
            ]);
        }
        self.low.push(low);
        self.scale.push(scale);
    }
}
