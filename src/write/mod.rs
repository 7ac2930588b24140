//! Rows → tables.
//!
//! Invariant: whatever happens to the process, a folder holds either a whole run (its `datapackage.json`
//! is there) or one that the same command takes up where it stopped, and the tables come out byte for byte
//! the same. Inside a run rows pass through in this order: [`mod@assemble`] → [`filter`] → [`output`] → tables.

pub mod assemble;
mod check;
pub mod codes;
mod csv;
pub mod describe;
mod digest;
mod disk;
mod draft;
pub mod entities;
mod error;
pub mod filter;
mod folder;
mod format;
mod ids;
pub mod jsonl;
mod merge;
pub mod output;
mod package;
#[cfg(feature = "parquet")]
mod parquet;
mod preset;
mod publish;
pub mod rows;
mod run;
pub mod table;
mod tally;
mod unit;

#[cfg(test)]
mod crash_tests;
#[cfg(test)]
mod testing;

pub use assemble::{ArticleRows, EntityFacts, assemble};
pub use csv::TableWriter;
pub use disk::let_full_disks_be_errors;
pub use error::WriteError;
pub use filter::Filter;
pub use format::{BadFormat, Format, Formats};
pub use ids::{entity_id, join_names};
pub use merge::{ShardError, Shards};
pub use output::{Opened, Output};
pub use preset::{Preset, Warning};
pub use publish::Totals;
pub use run::{RunInfo, RunKey};
pub use tally::Written;
pub use unit::{UNIT_BYTES, UNIT_RECORDS, records_hash, unit_hash};
