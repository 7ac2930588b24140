//! `.csv` and `.tsv`: each row after the header → one draft.

use std::io;
use std::sync::Arc;

use super::ReadOptions;
use super::bytes;
use super::csv_rows::{Broken, Marks, Row, Rows};
use super::decode::{Utf8, decode};
use super::draft::{Draft, Drafts, Values, only};
use super::fields::{Columns, Slot, missing, not_carried};

/// What may part the fields of a `.csv`, the likeliest first.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// The drafts of a comma-separated file; other separators are recognised by the header.
pub(super) fn comma_separated(utf8: Utf8, options: &Arc<ReadOptions>) -> Drafts {
    drafts(utf8, None, options)
}

/// The drafts of a tab-separated file.
pub(super) fn tab_separated(utf8: Utf8, options: &Arc<ReadOptions>) -> Drafts {
    drafts(utf8, Some(b'\t'), options)
}

fn drafts(utf8: Utf8, delimiter: Option<u8>, options: &Arc<ReadOptions>) -> Drafts {
    match Table::open(utf8, delimiter, Arc::clone(options)) {
        Ok(Some(table)) => Box::new(table),
        Ok(None) => Box::new(std::iter::empty()),
        Err(reason) => only(Draft::failed(1, reason)),
    }
}

/// A table whose header is read.
struct Table {
    rows: Rows,
    transcoded: bool,
    options: Arc<ReadOptions>,
    columns: Columns,
    /// Fields of the header.
    width: usize,
    record: u64,
    ended: bool,
}

impl Table {
    /// Reads the header, if there is one; an error is the reason why the table cannot be read.
    fn open(utf8: Utf8, delimiter: Option<u8>, options: Arc<ReadOptions>) -> Result<Option<Self>, String> {
        let marks = if delimiter == Some(b'\t') { Marks::Literal } else { Marks::Quote };
        let mut rows = Rows::new(utf8.bytes, delimiter.unwrap_or(b','), marks, options.longest());
        let unreadable = |error: io::Error| bytes::reason(&error);
        if delimiter.is_none() {
            let header = rows.first_line(1 << 16).map_err(unreadable)?;
            let likeliest = likeliest_delimiter(header);
            rows.set_delimiter(likeliest);
        }
        let Some(header) = rows.next().map_err(unreadable)? else {
            return Ok(None);
        };
        let header = header.fields.map_err(|broken| told(&broken, header.line, &options))?;
        let width = header.len();
        let (names, _) = decode(header.iter().map(Vec::as_slice), utf8.transcoded);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let columns = Columns::find(&names, &options, |_| true);
        if let Some(slot) = columns.absent.first() {
            return Err(missing(*slot, &names, &options));
        }
        Ok(Some(Table { rows, transcoded: utf8.transcoded, options, columns, width, record: 0, ended: false }))
    }

    fn draft(&mut self, row: Row) -> Draft {
        let fields = match row.fields {
            Ok(fields) => fields,
            Err(broken) => {
                self.ended = broken == Broken::GivenUp;
                return Draft::failed(self.record, told(&broken, row.line, &self.options));
            }
        };
        if fields.len() != self.width {
            let reason = format!("line {}: {} fields, but the header has {}", row.line, fields.len(), self.width);
            return Draft::failed(self.record, reason);
        }
        let (mut texts, harm) = decode(fields.iter().map(Vec::as_slice), self.transcoded);
        let carried = self.columns.carry.iter().map(|at| at.map_or_else(String::new, |at| texts[at].clone())).collect();
        let value = |slot| self.columns.get(slot).map_or_else(String::new, |at| texts[at].clone());
        let mut values = Values {
            id: value(Slot::Id),
            title: value(Slot::Title),
            published: value(Slot::Date),
            url: value(Slot::Url),
            publisher: value(Slot::Publisher),
            carried,
            text: String::new(),
        };
        if let Some(at) = self.columns.get(Slot::Text) {
            values.text = std::mem::take(&mut texts[at]);
        }
        let mut draft = Draft::read(self.record, values);
        harm.tell(&mut draft);
        if row.loose_marks && self.rows.marks() == Marks::Quote {
            draft.note("quotation marks inside a quoted field are not doubled");
        }
        draft.note(&not_carried(&self.columns.not_carried));
        draft
    }
}

impl Iterator for Table {
    type Item = Draft;

    fn next(&mut self) -> Option<Draft> {
        if self.ended {
            return None;
        }
        let row = self.rows.next();
        self.record += 1;
        match row {
            Ok(Some(row)) => Some(self.draft(row)),
            Ok(None) => None,
            Err(error) => {
                self.ended = true;
                let reason = format!("{}; the rows before are read", bytes::reason(&error));
                Some(Draft::failed(self.record, reason))
            }
        }
    }
}

/// The separator that the header holds most of, outside quotation marks.
fn likeliest_delimiter(header: &[u8]) -> u8 {
    let mut counts = [0; DELIMITERS.len()];
    let mut quoted = false;
    for byte in header {
        quoted ^= *byte == b'"';
        if let Some(at) = DELIMITERS.iter().position(|delimiter| delimiter == byte && !quoted) {
            counts[at] += 1;
        }
    }
    // Of several that come equally often the first: `max_by_key` would give the last.
    let best = (0..counts.len()).rev().max_by_key(|&at| counts[at]).unwrap_or(0);
    DELIMITERS[best]
}

/// What to tell about a broken row.
fn told(broken: &Broken, line: u64, options: &ReadOptions) -> String {
    match broken {
        Broken::Unclosed { line } => format!(
            "line {line}: a quotation mark opens a field here and does not close it; \
             close it, and double those inside the field; the next line is read as a new row"
        ),
        Broken::TooLong => format!("line {line}: {}", options.too_long()),
        Broken::GivenUp => {
            format!("line {line}: {}; it does not end, so the rest of the file is not read", options.too_long())
        }
    }
}
