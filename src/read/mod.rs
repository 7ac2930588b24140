//! Inputs → [`Record`]s, one at a time, in input order.
//!
//! Invariant: what is in the inputs is in the records. Whatever cannot be read, or is not read on purpose,
//! is a record too, with its reason; nothing is cut, trimmed or dropped in silence.
//!
//! [`discover`] turns arguments into files, [`bytes`] files into plain bytes, [`decode`] bytes into UTF-8,
//! one file per format those into drafts, and [`assess`], [`ids`] and [`language`] drafts into records.
//! A new format is a file here and a line in [`Format`].

mod assess;
mod bytes;
mod csv;
mod csv_rows;
mod decode;
mod discover;
mod draft;
mod error;
mod fields;
mod format;
mod ids;
mod json;
mod jsonl;
mod language;
mod options;
#[cfg(feature = "parquet")]
mod parquet;
mod progress;
mod records;
mod txt;

pub use error::ReadError;
pub use fields::Fields;
pub use format::Format;
pub use options::ReadOptions;
pub use progress::Progress;
pub use records::{NO_RECORD, Records, records};

#[cfg(doc)]
use crate::article::Record;
