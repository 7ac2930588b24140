//! [`ArticleRows`] × Article → whether every offset is right.
//!
//! Invariant of all tables: `text[start:end] == surface`, in the part that the row names.

use rustc_hash::FxHashMap;

use super::assemble::ArticleRows;
use crate::article::Article;
use crate::labels::Part;
use crate::text::{Span, Text};

impl ArticleRows {
    /// Whether every span of every row is exactly the row's surface in the article.
    pub fn slices_back(&self, article: &Article) -> bool {
        let text_of = |part: Part| article.passage(part).map(|passage| &passage.text);
        let same = |part: Part, start: Option<u64>, end: Option<u64>, surface: &str| match (start, end) {
            (Some(start), Some(end)) => {
                let span = Span::new(start as usize, end as usize);
                text_of(part).is_some_and(|text| fits(text, span) && text.slice(span) == surface)
            }
            (start, end) => start.is_none() && end.is_none() && surface.is_empty(),
        };
        let mentions = self.mentions.iter().all(|row| same(row.part, Some(row.start), Some(row.end), &row.surface));
        let statements = self.statements.iter().all(|row| {
            same(row.part, row.source_start, row.source_end, &row.source)
                && same(row.part, row.cue_start, row.cue_end, &row.cue)
                && same(row.part, row.addressee_start, row.addressee_end, &row.addressee)
        });
        let parts: FxHashMap<&str, Part> =
            self.statements.iter().map(|row| (row.statement_id.as_str(), row.part)).collect();
        let participants = self.participants.iter().all(|row| {
            let part = parts.get(row.statement_id.as_str());
            part.is_some_and(|part| same(*part, row.start, row.end, &row.surface))
        });
        mentions && statements && participants
    }
}

fn fits(text: &Text, span: Span) -> bool {
    span.start <= span.end && span.end <= text.len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{any_case, case};

    #[test]
    fn a_shifted_span_and_another_surface_are_noticed() {
        let case = case(0);
        let rows = case.rows();
        let mut shifted = rows.clone();
        shifted.mentions[0].start += 1;
        let mut renamed = rows.clone();
        renamed.participants[0].surface = "Mara".into();
        assert!(rows.slices_back(&case.article));
        assert!(!shifted.slices_back(&case.article) && !renamed.slices_back(&case.article));
    }

    proptest! {
        /// The promise of every table: the offsets give the surface, whatever the text is made of.
        #[test]
        fn offsets_slice_back(case in any_case()) {
            let rows = case.rows();
            prop_assert!(rows.slices_back(&case.article));
            prop_assert_eq!(rows.statements.len(), case.findings.statements.len());
            prop_assert_eq!(rows.mentions.len(), case.findings.mentions.len());
        }
    }
}
