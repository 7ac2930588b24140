//! Statements inside the contents of others.
//!
//! Defined: a statement is nested when its cue (else its content) lies inside another's content; its parent
//! is the smallest such.

use crate::article::Statement;
use crate::text::Span;

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
