//! Document → every miss, false alarm and difference, with the sentence around it.
//!
//! Invariant: a document without a row here scores 100 on all that gold labels.

mod mentions;
mod sentence;
mod statements;

pub use mentions::mentions;
pub use statements::statements;

use std::io::Write;

use serde::Serialize;

use crate::labels::Part;

/// What is wrong about a row.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize)]
pub enum Kind {
    /// In gold, not in the tables.
    #[serde(rename = "missed")]
    Missed,
    /// In the tables, not in gold.
    #[serde(rename = "false alarm")]
    FalseAlarm,
    /// In both, not alike.
    #[serde(rename = "differs")]
    Differs,
}

/// A row of the error table.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Miss {
    /// missed, false alarm or differs.
    pub kind: Kind,
    /// statement, a column of it, or mention.
    pub field: &'static str,
    /// The document.
    pub doc_id: String,
    /// The part that offsets count in.
    pub part: Part,
    /// 0-based index of the statement in gold.
    pub gold_index: Option<String>,
    /// The row in the tables.
    pub statement_id: Option<String>,
    /// What gold has.
    pub gold: String,
    /// Where.
    pub gold_spans: String,
    /// What was found.
    pub found: String,
    /// Where.
    pub found_spans: String,
    /// The probability that the tables give it: of a stance `stance_score`, else `score`.
    pub score: Option<f64>,
    /// The words around.
    pub sentence: String,
}

/// Writes the error table.
pub fn write_csv(misses: &[Miss], to: impl Write) -> csv::Result<()> {
    let mut table = csv::Writer::from_writer(to);
    if misses.is_empty() {
        let header = "kind,field,doc_id,part,gold_index,statement_id,gold,gold_spans,found,found_spans,score,sentence";
        table.write_record(header.split(','))?;
    }
    misses.iter().try_for_each(|miss| table.serialize(miss))?;
    table.flush()?;
    Ok(())
}
