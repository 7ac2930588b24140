//! Who the CSV files are for, and what that changes.
//!
//! Invariant: in the plain preset text is untouched. The Excel preset changes text columns only, and says so
//! in `datapackage.json`.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Rows that a sheet of Excel holds, header included.
pub const EXCEL_ROWS: u64 = 1_048_576;
/// Characters (UTF-16 units) that a cell of Excel holds.
pub const EXCEL_CELL: usize = 32_767;

/// Who the CSV files are for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Preset {
    /// Programs: UTF-8, LF, text untouched.
    #[default]
    Plain,
    /// Excel: byte-order mark, CRLF, and a `'` before text that would be taken for a formula.
    Excel,
}

impl Preset {
    /// Its word on the command line and in `datapackage.json`.
    pub fn as_str(self) -> &'static str {
        match self {
            Preset::Plain => "plain",
            Preset::Excel => "excel",
        }
    }

    /// The text of a cell in a text column.
    pub(super) fn text<'a>(self, text: &'a str) -> Cow<'a, str> {
        let formula = self == Preset::Excel && text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
        if formula { Cow::Owned(format!("'{text}")) } else { Cow::Borrowed(text) }
    }
}

/// What a reader of the tables should be told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Warning {
    /// Excel drops the rows that its sheet cannot hold.
    TooManyRows {
        /// The table.
        table: &'static str,
        /// Its rows.
        rows: u64,
    },
    /// Excel cuts or breaks up longer cells.
    LongCells {
        /// The table.
        table: &'static str,
        /// How many cells are too long.
        cells: u64,
    },
    /// The file system knows no locks, so nothing keeps a second run out of the folder.
    NoLock,
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::TooManyRows { table, rows } => write!(
                f,
                "{table}.csv has {rows} rows, and Excel shows only the first {}: open it with a database or split it",
                EXCEL_ROWS - 1
            ),
            Warning::LongCells { table, cells } => write!(
                f,
                "{table}.csv has {cells} cells of more than {EXCEL_CELL} characters, which Excel does not show whole"
            ),
            Warning::NoLock => f.write_str(
                "the file system of the output folder knows no locks: see to it yourself that no second run writes to it",
            ),
        }
    }
}
