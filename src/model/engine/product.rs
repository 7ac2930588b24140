//! Rows × matrix in bfloat16 or in 8-bit integers, sums in 32 bits.
//!
//! Invariant: the scale of a row comes from that row alone and that of a column from that column, so a
//! row's result does not depend on the rows beside it. Nothing saturates: 255 · 127 · 32768 is below 2³¹.

use std::arch::x86_64::*;

use super::simd::{LANES, pairs};

/// Columns that are computed together.
const PANEL: usize = 4 * LANES;

/// Rows that are computed together: 6 × 4 sums, 4 columns and a row fill the 32 registers.
const BLOCK: usize = 6;

/// What products are made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Precision {
    /// bfloat16: two numbers in 32 bits.
    Half,
    /// Integers, one scale a row: four numbers in 32 bits, twice as fast.
    Eight,
}

/// A linear layer.
pub struct Matrix {
    /// By panel of 64 outputs, then by 32 bits of inputs: 16 outputs in each vector.
    packed: Vec<__m512i>,
    precision: Precision,
    inputs: usize,
    /// Of integers, one an output.
    scale: Vec<__m512>,
    /// Sum of each output's integer weights.
    sums: Vec<__m512>,
    bias: Vec<__m512>,
}

/// Rows as a matrix takes them.
pub struct Rows {
    /// 32 bits of numbers each.
    words: Vec<i32>,
    precision: Precision,
    /// Words in a row.
    width: usize,
    count: usize,
    /// Of integers, one a row: value = low + scale · integer.
    low: Vec<f32>,
    scale: Vec<f32>,
}

impl Matrix {
    /// Whether a layer of this size can be packed.
    pub fn fits(outputs: usize, inputs: usize) -> bool {
        outputs > 0 && outputs.is_multiple_of(PANEL) && inputs.is_multiple_of(LANES) && inputs <= 32_768
    }

    /// Packs `weight` ([outputs, inputs], row-major) and `bias` (one an output, or none).
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    pub fn pack(weight: &[f32], inputs: usize, bias: &[f32], precision: Precision) -> Self {
        let outputs = weight.len() / inputs;
        let (mut scales, mut sums) = (vec![0f32; outputs], vec![0f32; outputs]);
        let per_word = precision.per_word();
        let mut bytes = vec![0u8; outputs * inputs * 4 / per_word];
        for (n, row) in weight.chunks_exact(inputs).enumerate() {
            let largest = row.iter().fold(0f32, |m, w| m.max(w.abs()));
            let scale = if largest > 0.0 { largest / 127.0 } else { 1.0 };
            for (k, w) in row.iter().enumerate() {
                let vector = (n / PANEL * (inputs / per_word) + k / per_word) * 4 + n % PANEL / LANES;
                let at = vector * 64 + n % LANES * 4;
                match precision {
                    Precision::Half => bytes[at + k % 2 * 2..][..2].copy_from_slice(&half(*w).to_le_bytes()),
                    Precision::Eight => {
                        let q = (w / scale).round_ties_even().clamp(-127.0, 127.0);
                        sums[n] += q;
                        bytes[at + k % 4] = q as i8 as u8;
                    }
                }
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
        Matrix { packed, precision, inputs, scale: vectors(&scales), sums: vectors(&sums), bias: vectors(&all) }
    }

    /// No rows yet, to be such as this matrix takes.
    pub fn rows(&self) -> Rows {
        let width = self.inputs / self.precision.per_word();
        Rows { words: Vec::new(), precision: self.precision, width, count: 0, low: Vec::new(), scale: Vec::new() }
    }

    /// Computes all rows and hands each vector of sixteen outputs to `put(row, vector, values)`. The rows
    /// must come from `rows()` of a matrix of the same precision and inputs.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    pub fn product(&self, rows: &Rows, mut put: impl FnMut(usize, usize, __m512)) {
        match self.precision {
            Precision::Half => self.panels::<true>(rows, &mut put),
            Precision::Eight => self.panels::<false>(rows, &mut put),
        }
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    fn panels<const HALF: bool>(&self, rows: &Rows, put: &mut impl FnMut(usize, usize, __m512)) {
        for (panel, lines) in self.packed.chunks_exact(rows.width * 4).enumerate() {
            let mut row = 0;
            while row + BLOCK <= rows.count {
                self.block::<HALF, BLOCK>(rows, row, panel, lines, put);
                row += BLOCK;
            }
            for row in row..rows.count {
                self.block::<HALF, 1>(rows, row, panel, lines, put);
            }
        }
    }

    // Indices, since what is unrolled by them stays in registers.
    #[allow(clippy::needless_range_loop)]
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    fn block<const HALF: bool, const R: usize>(
        &self,
        rows: &Rows,
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
                let word = _mm512_set1_epi32(words[r][step]);
                for c in 0..4 {
                    sums[r][c] = if HALF {
                        pair_products(sums[r][c], word, columns[c])
                    } else {
                        _mm512_dpbusd_epi32(sums[r][c], word, columns[c])
                    };
                }
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            for (c, sum) in sums.iter().enumerate() {
                let at = panel * 4 + c;
                let value = if HALF {
                    _mm512_add_ps(_mm512_castsi512_ps(*sum), self.bias[at])
                } else {
                    let (low, scale) = (_mm512_set1_ps(rows.low[first + r]), _mm512_set1_ps(rows.scale[first + r]));
                    let whole = _mm512_fmadd_ps(_mm512_cvtepi32_ps(*sum), scale, _mm512_mul_ps(low, self.sums[at]));
                    _mm512_fmadd_ps(whole, self.scale[at], self.bias[at])
                };
                put(first + r, at, value);
            }
        }
    }
}

impl Precision {
    /// Numbers in 32 bits.
    fn per_word(self) -> usize {
        match self {
            Precision::Half => 2,
            Precision::Eight => 4,
        }
    }
}

/// Sums of sixteen products of pairs in bfloat16, added to `sums` (floats).
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
pub fn pair_products(sums: __m512i, a: __m512i, b: __m512i) -> __m512i {
    // SAFETY: both types are 64 bytes for which every pattern of bits is valid.
    let (a, b) = unsafe { (std::mem::transmute::<__m512i, __m512bh>(a), std::mem::transmute::<__m512i, __m512bh>(b)) };
    _mm512_castps_si512(_mm512_dpbf16_ps(_mm512_castsi512_ps(sums), a, b))
}

/// The nearest bfloat16 of a finite number, ties to even.
fn half(x: f32) -> u16 {
    let bits = x.to_bits();
    ((bits + 0x7fff + (bits >> 16 & 1)) >> 16) as u16
}

impl Rows {
    /// Takes all rows out.
    pub fn clear(&mut self) {
        self.count = 0;
        self.words.clear();
        self.low.clear();
        self.scale.clear();
    }

    /// Adds a row.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    pub fn push(&mut self, row: &[__m512]) {
        self.count += 1;
        if self.precision == Precision::Half {
            for x in row {
                self.words.extend(pairs(*x));
            }
            return;
        }
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
