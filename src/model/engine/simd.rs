//! Sixteen floats at a time: exp, GELU, layer norm.
//!
//! Invariant: each lane is computed by itself, so what stands beside a value does not change it.

use std::arch::x86_64::*;

/// Added to a variance, as rust-bert does whatever the configuration says.
const EPSILON: f32 = 1e-12;

/// Floats in a vector.
pub const LANES: usize = 16;

/// The floats of a slice of vectors.
pub fn floats(vectors: &[__m512]) -> &[f32] {
    // SAFETY: a vector is sixteen floats, has no padding, and is aligned more strictly than a float.
    unsafe { std::slice::from_raw_parts(vectors.as_ptr().cast(), vectors.len() * LANES) }
}

/// The floats of a slice of vectors, to be changed.
pub fn floats_mut(vectors: &mut [__m512]) -> &mut [f32] {
    // SAFETY: as above; every pattern of bits is a float.
    unsafe { std::slice::from_raw_parts_mut(vectors.as_mut_ptr().cast(), vectors.len() * LANES) }
}

/// Floats as vectors; the last is filled with zeros.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
pub fn vectors(values: &[f32]) -> Vec<__m512> {
    let mut vectors = vec![_mm512_setzero_ps(); values.len().div_ceil(LANES)];
    floats_mut(&mut vectors)[..values.len()].copy_from_slice(values);
    vectors
}

/// Sixteen numbers in bfloat16, two in each 32 bits.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
pub fn pairs(x: __m512) -> [i32; 8] {
    // SAFETY: both types are 32 bytes for which every pattern of bits is valid.
    unsafe { std::mem::transmute::<__m256bh, [i32; 8]>(_mm512_cvtneps_pbh(x)) }
}

/// e to the power of x, to 2e-7 of its value; x below -87 counts as -87.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
pub fn exp(x: __m512) -> __m512 {
    let x = _mm512_max_ps(x, _mm512_set1_ps(-87.0));
    let n = _mm512_roundscale_ps::<0>(_mm512_mul_ps(x, _mm512_set1_ps(std::f32::consts::LOG2_E)));
    // ln 2 in two parts, so that the remainder keeps its digits.
    let r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693_359_4), x);
    let r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.121_944_4e-4), r);
    let taylor = [1.0 / 120.0, 1.0 / 24.0, 1.0 / 6.0, 0.5, 1.0, 1.0];
    let sum =
        taylor.iter().fold(_mm512_set1_ps(1.0 / 720.0), |sum, &term| _mm512_fmadd_ps(sum, r, _mm512_set1_ps(term)));
    _mm512_scalef_ps(sum, n)
}

/// GELU with the error function (Abramowitz and Stegun 7.1.26, error below 2e-7).
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
pub fn gelu(x: __m512) -> __m512 {
    let one = _mm512_set1_ps(1.0);
    let size = _mm512_abs_ps(x);
    let z = _mm512_mul_ps(size, _mm512_set1_ps(std::f32::consts::FRAC_1_SQRT_2));
    let t = _mm512_div_ps(one, _mm512_fmadd_ps(z, _mm512_set1_ps(0.327_591_1), one));
    let terms = [-1.453_152_1, 1.421_413_8, -0.284_496_72, 0.254_829_6];
    let sum =
        terms.iter().fold(_mm512_set1_ps(1.061_405_4), |sum, &term| _mm512_fmadd_ps(sum, t, _mm512_set1_ps(term)));
    let tail = _mm512_mul_ps(_mm512_mul_ps(sum, t), exp(_mm512_sub_ps(_mm512_setzero_ps(), _mm512_mul_ps(z, z))));
    let erf = _mm512_sub_ps(one, tail);
    _mm512_mul_ps(_mm512_set1_ps(0.5), _mm512_fmadd_ps(size, erf, x))
}

/// Weight and bias of a layer norm.
pub struct Norm {
    /// One factor a unit.
    pub weight: Vec<__m512>,
    /// One summand a unit.
    pub bias: Vec<__m512>,
}

impl Norm {
    /// Normalises one row in place.
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512bf16")]
    pub fn apply(&self, row: &mut [__m512]) {
        let count = (row.len() * LANES) as f32;
        let sum = row.iter().fold(_mm512_setzero_ps(), |sum, x| _mm512_add_ps(sum, *x));
        let mean = _mm512_set1_ps(_mm512_reduce_add_ps(sum) / count);
        let squares = row.iter().fold(_mm512_setzero_ps(), |sum, x| {
            let d = _mm512_sub_ps(*x, mean);
            _mm512_fmadd_ps(d, d, sum)
        });
        let scale = _mm512_set1_ps(1.0 / (_mm512_reduce_add_ps(squares) / count + EPSILON).sqrt());
        for ((x, weight), bias) in row.iter_mut().zip(&self.weight).zip(&self.bias) {
            *x = _mm512_fmadd_ps(_mm512_mul_ps(_mm512_sub_ps(*x, mean), scale), *weight, *bias);
        }
    }
}
