//! Rows → one Parquet file.
//!
//! Invariant: the columns are the schema's, as Arrow readers take them: int64, double, boolean, string; an empty
//! cell is null. No more than a group of rows is held in memory.

use std::io::{self, Write};
use std::marker::PhantomData;
use std::sync::Arc;

use parquet::basic::{Compression, LogicalType, Repetition, Type as Physical, ZstdLevel};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::table::{Kind, Row};
use super::tally::{Tally, Written};

/// A group of rows ends with so many rows …
const GROUP_ROWS: usize = 65_536;
/// … or so many bytes of text.
const GROUP_BYTES: usize = 16 << 20;

/// Writes the rows of one table. Nothing is sure to be written before [`ParquetWriter::finish`].
pub(super) struct ParquetWriter<R, W: Write + Send> {
    file: SerializedFileWriter<Lent<W>>,
    columns: Vec<Column>,
    /// In the group at hand.
    group_rows: usize,
    group_bytes: usize,
    rows: u64,
    row: PhantomData<R>,
}

impl<R: Row, W: Write + Send> ParquetWriter<R, W> {
    /// The schema's columns, then `extra` ones.
    pub fn new(sink: W, extra: &[String]) -> io::Result<Self> {
        let of_table = R::TABLE.columns.iter().map(|column| (column.name, column.kind, R::TABLE.requires(column)));
        let extra = extra.iter().map(|name| (name.as_str(), Kind::Text, false));
        let (mut fields, mut columns) = (Vec::new(), Vec::new());
        for (name, kind, required) in of_table.chain(extra) {
            fields.push(field(name, kind, required).map_err(io_error)?);
            columns.push(Column { cells: Cells::new(kind), levels: (!required).then(Vec::new) });
        }
        let schema = Type::group_type_builder(R::TABLE.name).with_fields(fields).build().map_err(io_error)?;
        let level = ZstdLevel::try_new(super::unit::LEVEL).map_err(io_error)?;
        // A version in the file would make two builds' tables differ.
        let properties =
            WriterProperties::builder().set_compression(Compression::ZSTD(level)).set_created_by("sayso".into());
        let file =
            SerializedFileWriter::new(Lent(Some(Tally::new(sink))), Arc::new(schema), Arc::new(properties.build()));
        Ok(ParquetWriter {
            file: file.map_err(io_error)?,
            columns,
            group_rows: 0,
            group_bytes: 0,
            rows: 0,
            row: PhantomData,
        })
    }

    /// Writes a row and the values of the extra columns; where there are too few, the last columns stay empty.
    pub fn write(&mut self, row: &R, extra: &[String]) -> io::Result<()> {
        let cells = row.cells();
        let extra = (cells.len()..self.columns.len()).map(|at| extra.get(at - cells.len()).map_or("", String::as_str));
        for (column, cell) in self.columns.iter_mut().zip(cells.iter().map(AsRef::as_ref).chain(extra)) {
            column.add(cell)?;
            self.group_bytes += cell.len();
        }
        self.rows += 1;
        self.group_rows += 1;
        if self.group_rows >= GROUP_ROWS || self.group_bytes >= GROUP_BYTES { self.end_group() } else { Ok(()) }
    }

    /// Hands back the sink and what was written to it.
    pub fn finish(mut self) -> io::Result<(W, Written)> {
        if self.group_rows > 0 {
            self.end_group()?;
        }
        self.file.finish().map_err(io_error)?;
        let tally = self.file.inner_mut().0.take().ok_or_else(gone)?;
        Ok(tally.finish(self.rows))
    }

    fn end_group(&mut self) -> io::Result<()> {
        let mut group = self.file.next_row_group().map_err(io_error)?;
        for column in &mut self.columns {
            let writer = group.next_column().map_err(io_error)?;
            let mut writer = writer.ok_or_else(|| io::Error::other("more columns than the schema has"))?;
            column.flush(&mut writer).map_err(io_error)?;
            writer.close().map_err(io_error)?;
        }
        group.close().map_err(io_error)?;
        (self.group_rows, self.group_bytes) = (0, 0);
        Ok(())
    }
}

/// The sink, to be taken back: the library hands it out only in a way that hides why it could not be written.
struct Lent<W>(Option<Tally<W>>);

impl<W: Write> Write for Lent<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.as_mut().ok_or_else(gone)?.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.as_mut().ok_or_else(gone)?.flush()
    }
}

fn gone() -> io::Error {
    io::Error::other("the file is finished")
}

fn field(name: &str, kind: Kind, required: bool) -> Result<TypePtr, ParquetError> {
    let (physical, logical) = match kind {
        Kind::Text | Kind::Label(_) => (Physical::BYTE_ARRAY, Some(LogicalType::String)),
        Kind::Integer => (Physical::INT64, None),
        Kind::Number => (Physical::DOUBLE, None),
        Kind::Boolean => (Physical::BOOLEAN, None),
    };
    let repetition = if required { Repetition::REQUIRED } else { Repetition::OPTIONAL };
    let builder = Type::primitive_type_builder(name, physical).with_logical_type(logical).with_repetition(repetition);
    Ok(Arc::new(builder.build()?))
}

/// The cells of a column in the group at hand.
struct Column {
    cells: Cells,
    /// For each row 1 if it has a cell, 0 if it is null; none where every row has one.
    levels: Option<Vec<i16>>,
}

enum Cells {
    Text(Vec<ByteArray>),
    Integer(Vec<i64>),
    Number(Vec<f64>),
    Boolean(Vec<bool>),
}

impl Cells {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text | Kind::Label(_) => Cells::Text(Vec::new()),
            Kind::Integer => Cells::Integer(Vec::new()),
            Kind::Number => Cells::Number(Vec::new()),
            Kind::Boolean => Cells::Boolean(Vec::new()),
        }
    }
}

impl Column {
    fn add(&mut self, cell: &str) -> io::Result<()> {
        if let Some(levels) = &mut self.levels {
            levels.push(i16::from(!cell.is_empty()));
            if cell.is_empty() {
                return Ok(());
            }
        }
        match &mut self.cells {
            Cells::Text(cells) => cells.push(ByteArray::from(cell)),
            Cells::Integer(cells) => cells.push(cell.parse().map_err(io::Error::other)?),
            Cells::Number(cells) => cells.push(cell.parse().map_err(io::Error::other)?),
            Cells::Boolean(cells) => cells.push(cell == "true"),
        }
        Ok(())
    }

    fn flush(&mut self, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = self.levels.as_deref();
        match &mut self.cells {
            Cells::Text(cells) => {
                writer.typed::<ByteArrayType>().write_batch(cells, levels, None)?;
                cells.clear();
            }
            Cells::Integer(cells) => {
                writer.typed::<Int64Type>().write_batch(cells, levels, None)?;
                cells.clear();
            }
            Cells::Number(cells) => {
                writer.typed::<DoubleType>().write_batch(cells, levels, None)?;
                cells.clear();
            }
            Cells::Boolean(cells) => {
                writer.typed::<BoolType>().write_batch(cells, levels, None)?;
                cells.clear();
            }
        }
        if let Some(levels) = &mut self.levels {
            levels.clear();
        }
        Ok(())
    }
}

/// The input or output error inside a Parquet error, with its kind: a full disk must stay recognisable.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(inner) => match inner.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(other) => io::Error::other(other),
        },
        other => io::Error::other(other),
    }
}

#[cfg(test)]
mod tests {
    use parquet::file::reader::{FileReader, SerializedFileReader};
    use parquet::record::Field;
    use proptest::prelude::*;

    use super::super::rows::StatementRow;
    use super::super::testing::{any_case, case};
    use super::*;

    fn written(rows: &[StatementRow], extra: &[String]) -> Vec<u8> {
        let mut table = ParquetWriter::new(Vec::new(), extra).expect("memory takes it");
        rows.iter().for_each(|row| table.write(row, &[]).expect("memory takes it"));
        table.finish().expect("memory takes it").0
    }

    fn read(bytes: Vec<u8>) -> Vec<Vec<(String, Field)>> {
        let mut file = tempfile::tempfile().expect("a file");
        file.write_all(&bytes).expect("written");
        let reader = SerializedFileReader::new(file).expect("a Parquet file");
        let rows = reader.get_row_iter(None).expect("rows");
        rows.map(|row| row.expect("a row").into_columns()).collect()
    }

    #[test]
    fn columns_have_their_types_and_empty_cells_are_null() {
        let rows = case(0).rows().statements;
        let read = read(written(&rows, &["x_page".into()]));
        let cell =
            |row: usize, name: &str| read[row].iter().find(|(column, _)| column == name).expect("a column").1.clone();
        assert_eq!(cell(0, "cue_start"), Field::Long(11));
        assert_eq!(cell(1, "cue_start"), Field::Null);
        assert_eq!(cell(1, "cue"), Field::Null);
        assert_eq!(cell(0, "stance"), Field::Str("urge".into()));
        assert_eq!((cell(0, "negated"), cell(0, "score")), (Field::Bool(false), Field::Double(0.75)));
        assert_eq!(cell(0, "x_page"), Field::Null);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// The same rows as in the CSV table, whatever they hold.
        #[test]
        fn what_is_written_is_read_back(case in any_case()) {
            let rows = case.rows().statements;
            let read = read(written(&rows, &[]));
            prop_assert_eq!(read.len(), rows.len());
            for (read, row) in read.iter().zip(&rows) {
                for ((_, field), cell) in read.iter().zip(row.cells()) {
                    let text = match field {
                        Field::Null => String::new(),
                        Field::Str(text) => text.clone(),
                        Field::Long(number) => number.to_string(),
                        Field::Double(number) => format!("{number:?}"),
                        Field::Bool(flag) => flag.to_string(),
                        other => panic!("{other:?}"),
                    };
                    prop_assert_eq!(text, cell.as_ref());
                }
            }
        }
    }
}
