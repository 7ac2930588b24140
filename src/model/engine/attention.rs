//! Queries, keys and values of one window → each piece's mix of values, head by head, in fp32.

use std::arch::x86_64::*;

use super::simd::{LANES, exp, floats, floats_mut};

/// Queries that are computed together.
const ROWS: usize = 8;

/// Units of a head are taken two vectors at a time.
pub const HEAD_STEP: usize = 2 * LANES;

/// What attention needs besides its input; kept from window to window.
#[derive(Default)]
pub struct Room {
    keys: Vec<__m512>,
    scores: Vec<__m512>,
}

/// Attention over a window. `states` holds query, key and value of each piece in a row, `hidden` vectors
/// each; `mixed` takes `hidden` vectors a piece.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
pub fn attend(states: &[__m512], hidden: usize, heads: usize, room: &mut Room, mixed: &mut [__m512]) {
    let length = states.len() / (3 * hidden);
    let units = hidden * LANES / heads;
    // Vectors of keys, an even number.
    let wide = length.div_ceil(2 * LANES) * 2;
    room.keys.resize(units * wide, _mm512_setzero_ps());
    room.scores.resize(ROWS * wide, _mm512_setzero_ps());
    for head in 0..heads {
        turn_keys(states, hidden, head * units, units, &mut room.keys);
        let mut row = 0;
        while row < length {
            let count = ROWS.min(length - row);
            // The last rows are computed again where fewer are left, so that there is one kernel.
            let rows: [usize; ROWS] = std::array::from_fn(|r| row + r.min(count - 1));
            scores(states, hidden, head * units, &rows, &room.keys, wide, &mut room.scores);
            let sums = soften(&mut room.scores, wide, length);
            mix(states, hidden, head * units, &rows[..count], &room.scores, wide, &sums, units, mixed);
            row += count;
        }
    }
}

/// Keys of a head, turned: unit by unit, the pieces side by side, scaled by 1/√units.
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
fn turn_keys(states: &[__m512], hidden: usize, first: usize, units: usize, keys: &mut [__m512]) {
    let (states, keys) = (floats(states), floats_mut(keys));
    let wide = keys.len() / units;
    let scale = 1.0 / (units as f32).sqrt();
    for (piece, row) in states.chunks_exact(3 * hidden * LANES).enumerate() {
        let own = &row[hidden * LANES + first..][..units];
        for (unit, value) in own.iter().enumerate() {
            keys[unit * wide + piece] = value * scale;
        }
    }
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
fn scores(
    states: &[__m512],
    hidden: usize,
    first: usize,
    rows: &[usize; ROWS],
    keys: &[__m512],
    wide: usize,
    out: &mut [__m512],
) {
    let units = keys.len() / wide;
    let states = floats(states);
    let mut queries = [&states[..0]; ROWS];
    for (query, row) in queries.iter_mut().zip(rows) {
        *query = &states[row * 3 * hidden * LANES + first..][..units];
    }
    for pair in 0..wide / 2 {
        let mut sums = [[_mm512_setzero_ps(); 2]; ROWS];
        for (unit, keys) in keys.chunks_exact(wide).enumerate() {
            let (left, right) = (keys[2 * pair], keys[2 * pair + 1]);
            for r in 0..ROWS {
                let q = _mm512_set1_ps(queries[r][unit]);
                sums[r][0] = _mm512_fmadd_ps(q, left, sums[r][0]);
                sums[r][1] = _mm512_fmadd_ps(q, right, sums[r][1]);
            }
        }
        for (r, sums) in sums.iter().enumerate() {
            out[r * wide + 2 * pair] = sums[0];
            out[r * wide + 2 * pair + 1] = sums[1];
        }
    }
}

/// e to the power of each score less its row's largest; the sums of the rows. What lies beyond the
/// window's length becomes zero.
#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
fn soften(scores: &mut [__m512], wide: usize, length: usize) -> [f32; ROWS] {
    let mut sums = [0.0; ROWS];
    for (row, sum) in scores.chunks_exact_mut(wide).zip(&mut sums) {
        floats_mut(row)[length..].fill(f32::NEG_INFINITY);
        let largest = row.iter().fold(row[0], |m, x| _mm512_max_ps(m, *x));
        let largest = _mm512_set1_ps(_mm512_reduce_max_ps(largest));
        for x in row.iter_mut() {
            *x = exp(_mm512_sub_ps(*x, largest));
        }
        floats_mut(row)[length..].fill(0.0);
        *sum = _mm512_reduce_add_ps(row.iter().fold(_mm512_setzero_ps(), |sum, x| _mm512_add_ps(sum, *x)));
    }
    sums
}

#[inline]
#[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
#[allow(clippy::too_many_arguments)]
fn mix(
    states: &[__m512],
    hidden: usize,
    first: usize,
    rows: &[usize],
    shares: &[__m512],
    wide: usize,
    sums: &[f32; ROWS],
    units: usize,
    mixed: &mut [__m512],
) {
    let shares = floats(shares);
    let length = states.len() / (3 * hidden);
    let mut own = [&shares[..0]; ROWS];
    for (r, own) in own.iter_mut().enumerate() {
        *own = &shares[r * wide * LANES..][..length];
    }
    for at in (first / LANES..(first + units) / LANES).step_by(2) {
        let mut totals = [[_mm512_setzero_ps(); 2]; ROWS];
        for (piece, row) in states.chunks_exact(3 * hidden).enumerate() {
            let (left, right) = (row[2 * hidden + at], row[2 * hidden + at + 1]);
            for r in 0..ROWS {
                let share = _mm512_set1_ps(own[r][piece]);
                totals[r][0] = _mm512_fmadd_ps(share, left, totals[r][0]);
                totals[r][1] = _mm512_fmadd_ps(share, right, totals[r][1]);
            }
        }
        for ((row, totals), sum) in rows.iter().zip(&totals).zip(sums) {
            let part = _mm512_set1_ps(1.0 / sum);
            mixed[row * hidden + at] = _mm512_mul_ps(totals[0], part);
            mixed[row * hidden + at + 1] = _mm512_mul_ps(totals[1], part);
        }
    }
}
