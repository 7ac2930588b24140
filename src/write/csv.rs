//! Rows → one CSV file (RFC 4180).
//!
//! Invariant: the header is the schema's, every row has its columns, and a CSV reader gives back what was written.

use std::io::{self, Write};
use std::marker::PhantomData;

use csv::{Terminator, Writer, WriterBuilder};

use super::preset::{EXCEL_CELL, EXCEL_ROWS, Preset, Warning};
use super::table::{Kind, Row};
use super::tally::{Tally, Written};

/// Writes the rows of one table. Nothing is sure to be written before [`TableWriter::finish`].
pub struct TableWriter<R, W: Write> {
    csv: Writer<Tally<W>>,
    preset: Preset,
    extra: usize,
    rows: u64,
    long_cells: u64,
    row: PhantomData<R>,
}

impl<R: Row, W: Write> TableWriter<R, W> {
    /// Writes the header: the schema's columns, then `extra` ones.
    pub fn new(sink: W, extra: &[String], preset: Preset) -> io::Result<Self> {
        let mut sink = Tally::new(sink);
        let terminator = match preset {
            Preset::Plain => Terminator::Any(b'\n'),
            Preset::Excel => {
                sink.write_all("\u{feff}".as_bytes())?;
                Terminator::CRLF
            }
        };
        let mut csv = WriterBuilder::new().terminator(terminator).from_writer(sink);
        let header = R::TABLE.columns.iter().map(|column| column.name).chain(extra.iter().map(String::as_str));
        csv.write_record(header).map_err(io_error)?;
        Ok(TableWriter { csv, preset, extra: extra.len(), rows: 0, long_cells: 0, row: PhantomData })
    }

    /// Writes a row and the values of the extra columns; where there are too few, the last columns stay empty.
    pub fn write(&mut self, row: &R, extra: &[String]) -> io::Result<()> {
        for (column, cell) in R::TABLE.columns.iter().zip(row.cells()) {
            if column.kind == Kind::Text {
                self.text(&cell)?;
            } else {
                self.csv.write_field(cell.as_bytes()).map_err(io_error)?;
            }
        }
        for at in 0..self.extra {
            self.text(extra.get(at).map_or("", String::as_str))?;
        }
        self.rows += 1;
        self.csv.write_record(None::<&[u8]>).map_err(io_error)
    }

    /// Hands back the sink and what was written to it.
    pub fn finish(self) -> io::Result<(W, Written)> {
        let tally = self.csv.into_inner().map_err(|error| error.into_error())?;
        let mut warnings = Vec::new();
        if self.preset == Preset::Excel {
            let table = R::TABLE.name;
            if self.rows >= EXCEL_ROWS {
                warnings.push(Warning::TooManyRows { table, rows: self.rows });
            }
            if self.long_cells > 0 {
                warnings.push(Warning::LongCells { table, cells: self.long_cells });
            }
        }
        let (sink, written) = tally.finish(self.rows);
        Ok((sink, Written { warnings, ..written }))
    }

    fn text(&mut self, cell: &str) -> io::Result<()> {
        let cell = self.preset.text(cell);
        // A UTF-16 unit never takes less than a byte, so most cells need no count.
        if cell.len() > EXCEL_CELL && cell.encode_utf16().count() > EXCEL_CELL {
            self.long_cells += 1;
        }
        self.csv.write_field(cell.as_bytes()).map_err(io_error)
    }
}

/// The input or output error inside a CSV error, with its kind: a full disk must stay recognisable.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::assemble::ArticleRows;
    use super::super::rows::{DocumentRow, EntityRow, MentionRow, ParticipantRow, StatementRow};
    use super::super::table::Value;
    use super::super::testing::{any_case, case};
    use super::*;

    fn written<R: Row>(rows: &[R], preset: Preset) -> Vec<u8> {
        let mut table = TableWriter::new(Vec::new(), &[], preset).expect("memory takes it");
        rows.iter().for_each(|row| table.write(row, &[]).expect("memory takes it"));
        table.finish().expect("memory takes it").0
    }

    /// The columns, their order and their cells as serde has them must be ours.
    fn agrees<R: Row + serde::Serialize>(row: &R) {
        let mut theirs = csv::Writer::from_writer(Vec::new());
        theirs.serialize(row).expect("a flat row");
        let theirs = String::from_utf8(theirs.into_inner().expect("memory takes it")).expect("UTF-8");
        let ours = String::from_utf8(written(std::slice::from_ref(row), Preset::Plain)).expect("UTF-8");
        assert_eq!(ours, theirs);
        let json = serde_json::to_string(row).expect("a row");
        let mut from = 0;
        for column in R::TABLE.columns {
            let key = format!("\"{}\":", column.name);
            from += json[from..].find(&key).unwrap_or_else(|| panic!("{key} in order in {json}"));
        }
        let keys = serde_json::to_value(row).expect("a row").as_object().expect("an object").len();
        assert_eq!(keys, R::TABLE.columns.len());
    }

    #[test]
    fn schema_header_csv_and_json_agree_on_every_column() {
        let ArticleRows { document, statements, participants, mentions, .. } = case(0).rows();
        agrees::<DocumentRow>(&document);
        agrees::<StatementRow>(&statements[0]);
        agrees::<StatementRow>(&statements[1]);
        agrees::<ParticipantRow>(&participants[0]);
        agrees::<MentionRow>(&mentions[0]);
        agrees::<EntityRow>(&super::super::entities::of_article(&case(0).rows())[0]);
    }

    #[test]
    fn excel_gets_mark_line_ends_and_guards_on_text_alone() {
        let mut row = case(0).rows().document;
        row.title = "=1+1".into();
        let plain = String::from_utf8(written(std::slice::from_ref(&row), Preset::Plain)).expect("UTF-8");
        let excel = String::from_utf8(written(&[row], Preset::Excel)).expect("UTF-8");
        assert!(plain.contains(",=1+1,") && !plain.contains('\r') && !plain.starts_with('\u{feff}'));
        assert!(excel.contains(",'=1+1,") && excel.ends_with("\r\n") && excel.starts_with('\u{feff}'));
        assert_eq!(excel.matches('\'').count(), 1);
    }

    #[test]
    fn excel_is_warned_of_cells_that_it_cannot_hold() {
        let mut row = case(0).rows().document;
        row.title = "é".repeat(EXCEL_CELL);
        row.reason = "é".repeat(EXCEL_CELL + 1);
        for (preset, expected) in
            [(Preset::Plain, vec![]), (Preset::Excel, vec![Warning::LongCells { table: "documents", cells: 1 }])]
        {
            let mut table = TableWriter::new(io::sink(), &[], preset).expect("a sink takes it");
            table.write(&row, &[]).expect("a sink takes it");
            assert_eq!(table.finish().expect("a sink takes it").1.warnings, expected);
        }
    }

    #[test]
    fn excel_is_warned_of_rows_that_it_cannot_hold() {
        let row = case(0).rows().mentions[0].clone();
        let mut table = TableWriter::new(io::sink(), &[], Preset::Excel).expect("a sink takes it");
        table.rows = EXCEL_ROWS - 2;
        table.write(&row, &[]).expect("a sink takes it");
        table.write(&row, &[]).expect("a sink takes it");
        let warnings = table.finish().expect("a sink takes it").1.warnings;
        assert_eq!(warnings, [Warning::TooManyRows { table: "mentions", rows: EXCEL_ROWS }]);
    }

    #[test]
    fn a_record_without_the_carried_columns_has_them_empty() {
        let row = case(0).rows().document;
        let columns = ["x_a".to_owned(), "x_b".to_owned()];
        let mut table = TableWriter::new(Vec::new(), &columns, Preset::Plain).expect("memory takes it");
        table.write(&row, &["1".into()]).expect("memory takes it");
        table.write(&row, &[]).expect("memory takes it");
        let text = String::from_utf8(table.finish().expect("memory takes it").0).expect("UTF-8");
        assert!(text.contains(",1,\n"), "{text}");
        assert!(text.ends_with(",,\n"));
    }

    #[test]
    fn numbers_and_flags_are_written_as_every_reader_takes_them() {
        let cells = [true.cell(), 0.5.cell(), 1.0.cell(), 0.0001.cell(), None::<u64>.cell()];
        assert_eq!(cells, ["true", "0.5", "1.0", "0.0001", ""]);
    }

    proptest! {
        /// Any text comes back from a CSV reader as it went in.
        #[test]
        fn what_is_written_is_read_back(case in any_case()) {
            let rows = case.rows();
            let bytes = written(&rows.statements, Preset::Plain);
            let read: Vec<StatementRow> =
                csv::Reader::from_reader(&bytes[..]).deserialize().collect::<Result<_, _>>().expect("a table");
            prop_assert_eq!(read, rows.statements);
        }
    }
}
