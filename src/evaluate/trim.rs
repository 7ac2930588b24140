//! Span → the span that is compared: without white space, quotation marks and `,.;:—–-` at its ends.
//!
//! Invariant: a trimmed span is never empty; what holds nothing else is no span.

use crate::text::{Span, Text};

/// The span as it is compared; `None` if nothing is left of it.
pub fn trim(text: &Text, span: Span) -> Option<Span> {
    let trimmed = text.trim_matches(span, is_edge);
    (!trimmed.is_empty()).then_some(trimmed)
}

fn is_edge(c: char) -> bool {
    c.is_whitespace() || is_quotation_mark(c) || matches!(c, ',' | '.' | ';' | ':' | '—' | '–' | '-')
}

fn is_quotation_mark(c: char) -> bool {
    matches!(
        c,
        '"' | '\''
            | '`'
            | '´'
            | '“'
            | '”'
            | '„'
            | '‟'
            | '‘'
            | '’'
            | '‚'
            | '‛'
            | '«'
            | '»'
            | '‹'
            | '›'
            | '「'
            | '」'
    )
}

/// The runs as they are compared, in order, empty ones left out.
pub fn trim_all(text: &Text, spans: impl IntoIterator<Item = Span>) -> Vec<Span> {
    let mut spans: Vec<Span> = spans.into_iter().filter_map(|span| trim(text, span)).collect();
    spans.sort_unstable();
    spans
}

/// Shared ÷ joint code points of two runs of spans; 1 where both are empty.
pub fn iou(a: &[Span], b: &[Span]) -> f64 {
    let covered = |spans: &[Span]| {
        let mut at = 0;
        let mut total = 0;
        for span in spans {
            total += span.end.saturating_sub(at.max(span.start));
            at = at.max(span.end);
        }
        total
    };
    let mut both: Vec<Span> = a.iter().chain(b).copied().collect();
    both.sort_unstable();
    let (joint, apart) = (covered(&both), covered(a) + covered(b));
    if joint == 0 { 1.0 } else { (apart - joint) as f64 / joint as f64 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ends_are_trimmed_and_the_inside_is_not() {
        let text = Text::new("“Stay – at home,” – ");
        assert_eq!(trim(&text, Span::new(0, 20)), Some(Span::new(1, 15)));
        assert_eq!(trim(&text, Span::new(15, 20)), None);
    }

    /// Worked out: 0-10 and 5-15 share 5 of 15; a second run 20-25 on one side only makes it 5 of 20.
    #[test]
    fn iou_is_shared_over_joint() {
        let [a, b, c] = [Span::new(0, 10), Span::new(5, 15), Span::new(20, 25)];
        assert_eq!(iou(&[a], &[b]), 5.0 / 15.0);
        assert_eq!(iou(&[a, c], &[b]), 5.0 / 20.0);
        assert_eq!(iou(&[], &[a]), 0.0);
        assert_eq!(iou(&[], &[]), 1.0);
    }

    proptest! {
        #[test]
        fn iou_is_symmetric_and_one_only_for_equal_covers(a in 0usize..9, b in 1usize..9, c in 0usize..9, d in 1usize..9) {
            let (x, y) = ([Span::new(a, a + b)], [Span::new(c, c + d)]);
            prop_assert_eq!(iou(&x, &y), iou(&y, &x));
            prop_assert_eq!(iou(&x, &y) == 1.0, x == y);
        }
    }
}
