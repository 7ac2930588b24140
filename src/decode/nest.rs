//! Statements inside the contents of others.
//!
//! Defined: a statement is nested when its cue (else its content) lies inside another's content; its parent
//! is the smallest such.

use super::statements::{RawStatement, overlap};
use crate::article::Statement;
use crate::encode::Region;
use crate::text::Span;

/// The contents to be read again: each part of `least` pieces or more.
pub(super) fn regions(statements: &[RawStatement], least: usize) -> Vec<Region> {
    let mut regions: Vec<Region> = statements
        .iter()
        .flat_map(|s| s.content.iter().map(|c| Region { passage: s.passage, start: c.start, end: c.end }))
        .filter(|r| r.end - r.start >= least)
        .collect();
    regions.sort_by_key(|r| (r.passage, r.start, r.end));
    regions.dedup();
    regions
}

/// Adds the statements found inside, except where one that is there has an overlapping cue.
pub(super) fn add(all: &mut Vec<RawStatement>, inner: Vec<RawStatement>) {
    let mut taken: Vec<(usize, std::ops::Range<usize>)> =
        all.iter().filter_map(|s| s.cue.clone().map(|c| (s.passage, c))).collect();
    taken.sort_by_key(|(passage, cue)| (*passage, cue.start));
    for statement in inner {
        let Some(cue) = statement.cue.clone() else {
            continue;
        };
        // Cues that are there do not overlap each other, so only the neighbours can overlap this one.
        let next = taken.partition_point(|(passage, c)| (*passage, c.start) < (statement.passage, cue.start));
        let clash = [next.checked_sub(1), Some(next)]
            .into_iter()
            .flatten()
            .filter_map(|i| taken.get(i))
            .any(|(passage, c)| *passage == statement.passage && overlap(&Some(c.clone()), &statement.cue));
        if !clash {
            taken.insert(next, (statement.passage, cue));
            all.push(statement);
        }
    }
}

/// Links each statement of a passage, in order of position, to its parent.
///
/// A parent's content is longer than its child's, so there are no circles.
pub(super) fn link(statements: &mut [Statement]) {
    let size = |s: &Statement| s.content.iter().map(|c| c.len()).sum::<usize>();
    // Contents in order of their start, with the furthest end of all before them: the search backwards stops
    // where nothing can reach any more.
    let mut parts: Vec<(Span, usize)> =
        statements.iter().enumerate().flat_map(|(i, s)| s.content.iter().map(move |c| (*c, i))).collect();
    parts.sort();
    let mut reach = 0;
    let reaches: Vec<usize> = parts
        .iter()
        .map(|(span, _)| {
            reach = reach.max(span.end);
            reach
        })
        .collect();
    for child in 0..statements.len() {
        let anchor = statements[child].anchor();
        let own = size(&statements[child]);
        let mut best: Option<(usize, usize)> = None;
        for at in (0..parts.partition_point(|(span, _)| span.start <= anchor.start)).rev() {
            if reaches[at] < anchor.end {
                break;
            }
            let (span, parent) = parts[at];
            let total = size(&statements[parent]);
            if parent != child && span.contains(anchor) && total > own && best.is_none_or(|b| (total, parent) < b) {
                best = Some((total, parent));
            }
        }
        statements[child].nested_in = best.map(|(_, parent)| parent);
    }
}
