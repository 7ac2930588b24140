//! Two sides' statements → one-to-one pairs.
//!
//! Invariant: no statement is in two pairs, and the pairs do not depend on the order of the table's rows.
//! Pairs are taken greedily, the best first: cues that overlap before those that do not, then by the
//! overlap (IoU) of the contents, of the cues, of the sources, then by position.

use super::document::Side;
use super::trim::iou;
use crate::text::Span;

/// Least overlap of the contents where cues overlap.
const WITH_CUE: f64 = 0.3;
/// Least overlap of the contents alone.
const ALONE: f64 = 0.6;
/// Least overlap of the contents of a linked pair.
const LINKED: f64 = 0.5;

/// Index in gold and index in the found.
pub type Pair = (usize, usize);

/// Pairs whose cues overlap with content IoU ≥ 0.3, or whose content IoU is ≥ 0.6.
pub fn matched(gold: &[Side], found: &[Side]) -> Vec<Pair> {
    pair(gold, found, |g, f, iou| (overlap(g.cue, f.cue) && iou >= WITH_CUE) || (iou >= ALONE && !g.content.is_empty()))
}

/// Pairs whose cues overlap, whose sources overlap, with content IoU ≥ 0.5; a role that both lack counts as overlapping.
pub fn linked(gold: &[Side], found: &[Side]) -> Vec<Pair> {
    let same = |a: Option<Span>, b: Option<Span>| overlap(a, b) || (a.is_none() && b.is_none());
    pair(gold, found, |g, f, iou| same(g.cue, f.cue) && same(g.source, f.source) && iou >= LINKED)
}

/// Whether both are there and share a code point.
pub fn overlap(a: Option<Span>, b: Option<Span>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.overlaps(b))
}

fn pair(gold: &[Side], found: &[Side], fits: impl Fn(&Side, &Side, f64) -> bool) -> Vec<Pair> {
    let mut candidates = Vec::new();
    for (g, a) in gold.iter().enumerate() {
        for (f, b) in found.iter().enumerate().filter(|(_, b)| a.part == b.part) {
            let content = iou(&a.content, &b.content);
            if fits(a, b, content) {
                let rank = [f64::from(overlap(a.cue, b.cue)), content, role(a.cue, b.cue), role(a.source, b.source)];
                let place = (b.anchor(), b.source, b.content.as_slice(), b.id.as_str());
                candidates.push((rank, a.anchor(), g, place, f));
            }
        }
    }
    candidates.sort_by(|a, b| {
        let best_first = b.0.iter().zip(&a.0).map(|(b, a)| b.total_cmp(a)).find(|order| order.is_ne());
        best_first.unwrap_or_else(|| (a.1, a.2, a.3).cmp(&(b.1, b.2, b.3)))
    });
    let (mut free_gold, mut free_found) = (vec![true; gold.len()], vec![true; found.len()]);
    let mut pairs = Vec::new();
    for (_, _, g, _, f) in candidates {
        if free_gold[g] && free_found[f] {
            (free_gold[g], free_found[f]) = (false, false);
            pairs.push((g, f));
        }
    }
    pairs.sort_unstable();
    pairs
}

fn role(a: Option<Span>, b: Option<Span>) -> f64 {
    iou(a.as_slice(), b.as_slice())
}
