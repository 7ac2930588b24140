//! [`ArticleRows`] → those that `--stances` and `--min-score` ask for.
//!
//! Invariant: a row that stays is the same with and without the filter. Ids are not numbered anew,
//! `nested_in` still names a parent that was left out, and the document's counts stay those of what was found.

use rustc_hash::FxHashSet;

use super::assemble::ArticleRows;
use super::rows::StatementRow;
use crate::labels::Stance;

/// Which statements are written.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Filter {
    /// Only these stances; all if empty.
    pub stances: Vec<Stance>,
    /// Only statements with at least this score.
    pub min_score: f64,
}

impl Filter {
    /// Whether a statement is written.
    pub fn keeps(&self, row: &StatementRow) -> bool {
        row.score >= self.min_score && (self.stances.is_empty() || self.stances.contains(&row.stance))
    }

    /// Drops the other statements, with their participants and the entities that then stand in no row. Mentions stay.
    pub fn apply(&self, rows: &mut ArticleRows) {
        rows.statements.retain(|row| self.keeps(row));
        let statements: FxHashSet<&str> = rows.statements.iter().map(|row| row.statement_id.as_str()).collect();
        rows.participants.retain(|row| statements.contains(row.statement_id.as_str()));
        let mentioned = rows.mentions.iter().map(|row| row.entity_id.as_str());
        let takes_part = rows.participants.iter().map(|row| row.entity_id.as_str());
        let named: FxHashSet<&str> = mentioned.chain(takes_part).collect();
        rows.entities.retain(|entity| named.contains(entity.entity_id.as_str()));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::case;
    use super::*;

    #[test]
    fn without_wishes_nothing_is_dropped() {
        let rows = case(0).rows();
        let mut filtered = rows.clone();
        Filter::default().apply(&mut filtered);
        assert_eq!(filtered, rows);
    }

    #[test]
    fn a_statement_takes_its_participants_along_and_leaves_ids_and_counts_as_they_were() {
        let all = case(0).rows();
        let mut kept = all.clone();
        Filter { stances: vec![Stance::Deny], min_score: 0.0 }.apply(&mut kept);
        assert_eq!(kept.statements, [all.statements[1].clone()]);
        assert_eq!(kept.statements[0].nested_in, "doc-0#s1");
        assert!(kept.participants.iter().all(|row| row.statement_id == "doc-0#s2"));
        assert_eq!(kept.document, all.document);
        assert_eq!(kept.mentions, all.mentions);
    }

    #[test]
    fn an_entity_that_no_row_names_any_more_is_dropped() {
        let mut rows = case(0).rows();
        assert!(rows.entities.iter().any(|entity| entity.entity == "she"));
        Filter { stances: Vec::new(), min_score: 0.99 }.apply(&mut rows);
        assert!(rows.statements.is_empty() && rows.participants.is_empty());
        assert!(rows.entities.iter().all(|entity| entity.entity != "she"));
    }
}
