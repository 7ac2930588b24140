//! Rows → tables.
//!
//! Invariant: whatever happens to the process, a folder holds either a whole run (its `datapackage.json`
//! is there) or one that the same command takes up where it stopped, and the tables come out byte for byte
//! the same. Inside a run rows pass through in this order: [`assemble`] → [`filter`] → [`output`] → tables.

pub mod assemble;
mod check;
pub mod codes;
mod csv;
pub mod describe;
mod digest;
mod disk;
pub mod entities;
mod error;
pub mod filter;
mod folder;
mod ids;
pub mod jsonl;
pub mod output;
mod package;
mod preset;
mod publish;
pub mod rows;
mod run;
pub mod table;
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
pub use ids::{entity_id, join_names};
pub use output::{Opened, Output};
pub use preset::{Preset, Warning};
pub use publish::Totals;
pub use run::{RunInfo, RunKey};
pub use unit::{UNIT_RECORDS, records_hash};
