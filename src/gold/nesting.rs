//! Statements → whose content each lies in, by the definition that the tables use.
//!
//! Invariant: a statement's parent is the smallest content around its anchor, never itself.

use super::{GoldStatement, span};

/// Sets `nested_in` of every statement.
pub(super) fn nest(statements: &mut [GoldStatement]) {
    let parents: Vec<_> = (0..statements.len()).map(|child| parent(statements, child)).collect();
    for (statement, parent) in statements.iter_mut().zip(parents) {
        statement.nested_in = parent;
    }
}

fn parent(statements: &[GoldStatement], child: usize) -> Option<usize> {
    let anchor = statements[child].anchor()?;
    let around = |index: &usize| {
        let other = &statements[*index];
        let apart = *index != child && other.part() == statements[child].part() && other.anchor() != Some(anchor);
        apart && other.content_spans.iter().any(|&content| span(content).contains(anchor))
    };
    let size = |index: &usize| statements[*index].content_spans.iter().map(|&c| span(c).len()).sum::<usize>();
    (0..statements.len()).filter(around).min_by_key(size)
}
