//! `.parquet`: each row → one draft.
//!
//! Invariant: only the columns that are wanted are read, a page at a time. The format's end is read first, so what
//! is no file (standard input, compressed ones) goes to a file without a name first.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use parquet::record::reader::RowIter;
use parquet::schema::types::Type;

use super::decode::decode;
use super::discover::{Place, Source};
use super::draft::{Draft, Drafts, Values, only};
use super::fields::{Columns, Slot, missing, not_carried};
use super::txt::too_long;
use super::{Progress, ReadOptions, bytes};

/// How every file of this format begins.
const MAGIC: &[u8; 4] = b"PAR1";

/// The drafts of a file.
pub(super) fn drafts(source: &Source, options: &Arc<ReadOptions>, progress: &Progress) -> Drafts {
    let opened = seekable(&source.place, progress).map_err(|error| bytes::reason(&error));
    let opened = opened.and_then(|file| guarded(|| Table::open(file, Arc::clone(options)))?);
    match opened {
        Ok(table) => Box::new(table),
        Err(reason) => only(Draft::failed(1, reason)),
    }
}

/// The file itself if it is plain, else a copy of what it holds.
fn seekable(place: &Place, progress: &Progress) -> io::Result<File> {
    if let Place::File(path) = place {
        let mut file = File::open(path)?;
        let mut head = Vec::new();
        if file.metadata()?.is_file() {
            file.by_ref().take(4).read_to_end(&mut head)?;
            if head == MAGIC {
                file.rewind()?;
                return Ok(file);
            }
        }
    }
    let (head, mut stream) = bytes::peek(bytes::open(place, progress)?, MAGIC.len())?;
    if head != MAGIC {
        return Err(io::Error::new(io::ErrorKind::InvalidData, damaged("it does not begin as one")));
    }
    let mut copy = tempfile::tempfile()?;
    io::copy(&mut stream, &mut copy)?;
    copy.rewind()?;
    Ok(copy)
}

/// Calls the library so that a damaged file that makes it panic is an error like others.
fn guarded<T>(read: impl FnOnce() -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).map_err(|_| damaged("it is not as its own description says"))
}

fn damaged(why: &str) -> String {
    format!("not a Parquet file that can be read ({why}); write it again, with snappy, zstd, gzip or no compression")
}

fn refused(error: &ParquetError) -> String {
    damaged(&error.to_string())
}

/// A file whose schema is read.
struct Table {
    rows: RowIter<'static>,
    columns: Columns,
    options: Arc<ReadOptions>,
    record: u64,
    ended: bool,
}

impl Table {
    /// Finds the columns that are wanted; an error is the reason why the file cannot be read.
    fn open(file: File, options: Arc<ReadOptions>) -> Result<Self, String> {
        let reader = SerializedFileReader::new(file).map_err(|error| refused(&error))?;
        let schema = reader.metadata().file_metadata().schema().clone();
        let names: Vec<&str> = schema.get_fields().iter().map(|field| field.name()).collect();
        // A guessed field with something nested in it is not what its name promises.
        let found = Columns::find(&names, &options, |at| schema.get_fields()[at].is_primitive());
        if let Some(slot) = found.absent.first() {
            return Err(missing(*slot, &names, &options));
        }
        if let Some(name) =
            found.get(Slot::Text).map(|at| &schema.get_fields()[at]).filter(|field| !field.is_primitive())
        {
            let name = name.name();
            return Err(format!("the field {name:?} holds lists or objects, not texts; --text-field names another"));
        }
        let wanted = |at: usize| {
            Slot::ALL.into_iter().any(|slot| found.get(slot) == Some(at)) || found.carry.contains(&Some(at))
        };
        let fields =
            schema.get_fields().iter().enumerate().filter(|(at, _)| wanted(*at)).map(|(_, field)| field.clone());
        let fields: Vec<_> = fields.collect();
        let names: Vec<&str> = fields.iter().map(|field| field.name()).collect();
        let mut columns = Columns::find(&names, &options, |at| fields[at].is_primitive());
        columns.not_carried = found.not_carried;
        let projection =
            Type::group_type_builder(schema.name()).with_fields(fields).build().map_err(|error| refused(&error))?;
        let rows =
            RowIter::from_file_into(Box::new(reader)).project(Some(projection)).map_err(|error| refused(&error))?;
        Ok(Table { rows, columns, options, record: 0, ended: false })
    }

    fn draft(&self, fields: Vec<(String, Field)>) -> Draft {
        let cells: Vec<Vec<u8>> = fields.into_iter().map(|(_, field)| bytes_of(field)).collect();
        if cells.iter().map(Vec::len).sum::<usize>() > self.options.longest() {
            return Draft::failed(self.record, format!("row {}: {}", self.record, too_long(&self.options)));
        }
        let (texts, harm) = decode(cells.iter().map(Vec::as_slice), false);
        let value = |at: Option<usize>| at.and_then(|at| texts.get(at)).cloned().unwrap_or_default();
        let values = Values {
            text: value(self.columns.get(Slot::Text)),
            id: value(self.columns.get(Slot::Id)),
            title: value(self.columns.get(Slot::Title)),
            published: value(self.columns.get(Slot::Date)),
            url: value(self.columns.get(Slot::Url)),
            publisher: value(self.columns.get(Slot::Publisher)),
            carried: self.columns.carry.iter().map(|at| value(*at)).collect(),
        };
        let mut draft = Draft::read(self.record, values);
        harm.tell(&mut draft);
        draft.note(&not_carried(&self.columns.not_carried));
        draft
    }
}

/// A cell as text; of a time, a number or a list its usual notation.
fn bytes_of(field: Field) -> Vec<u8> {
    match field {
        Field::Null => Vec::new(),
        Field::Str(text) => text.into_bytes(),
        Field::Bytes(bytes) => bytes.data().to_vec(),
        other => other.to_string().into_bytes(),
    }
}

impl Iterator for Table {
    type Item = Draft;

    fn next(&mut self) -> Option<Draft> {
        if self.ended {
            return None;
        }
        let row = guarded(|| self.rows.next());
        self.record += 1;
        let reason = match row {
            Ok(None) => return None,
            Ok(Some(Ok(row))) => return Some(self.draft(row.into_columns())),
            Ok(Some(Err(error))) => refused(&error),
            Err(reason) => reason,
        };
        self.ended = true;
        Some(Draft::failed(self.record, format!("row {}: {reason}; the rows before are read", self.record)))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use proptest::prelude::*;

    use super::super::records;
    use super::*;
    use crate::article::Record;
    use crate::labels::Status;

    /// A file with an id, a text, an embedding that nobody wants and a section.
    fn file(texts: &[&str]) -> Vec<u8> {
        let schema = "message news { required int64 id; optional binary text (UTF8); required int64 noise; optional binary section; }";
        let schema = Arc::new(parse_message_type(schema).expect("a schema"));
        let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::builder().build()))
            .expect("a writer");
        let mut group = writer.next_row_group().expect("a group");
        let numbers: Vec<i64> = (0..texts.len() as i64).collect();
        let there: Vec<i16> = texts.iter().map(|text| i16::from(!text.is_empty())).collect();
        let cells: Vec<ByteArray> =
            texts.iter().filter(|text| !text.is_empty()).map(|text| ByteArray::from(*text)).collect();
        let mut at = 0;
        while let Some(mut column) = group.next_column().expect("a column") {
            match at {
                0 | 2 => column.typed::<Int64Type>().write_batch(&numbers, None, None),
                _ => column.typed::<ByteArrayType>().write_batch(&cells, Some(&there), None),
            }
            .expect("written");
            column.close().expect("closed");
            at += 1;
        }
        group.close().expect("closed");
        writer.into_inner().expect("bytes")
    }

    fn read(path: &Path, options: ReadOptions) -> Vec<Record> {
        records(&ReadOptions { inputs: vec![path.to_owned()], ..options }).expect("a source").collect()
    }

    #[test]
    fn rows_are_records_with_the_columns_that_are_wanted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("news.parquet");
        fs::write(&path, file(&["Mara Ollin spoke.", "", "É 😀"])).expect("written");
        let found = read(&path, ReadOptions { carry: vec!["section".into(), "desk".into()], ..ReadOptions::default() });
        let texts: Vec<_> =
            found.iter().map(|record| (record.doc_id.as_str(), record.text.as_str(), record.status)).collect();
        assert_eq!(
            texts,
            [("0", "Mara Ollin spoke.", Status::Ok), ("1", "", Status::Skipped), ("2", "É 😀", Status::Ok)]
        );
        assert_eq!(found[2].carried, ["É 😀", ""]);
        assert!(found[2].remark.contains("desk"), "{}", found[2].remark);
    }

    #[test]
    fn a_compressed_file_and_one_under_another_name_are_read_too() {
        let folder = tempfile::tempdir().expect("a folder");
        for name in ["news.parquet.zst", "news.bin"] {
            let bytes = file(&["Mara Ollin spoke."]);
            let bytes =
                if name.ends_with("zst") { zstd::encode_all(&bytes[..], 1).expect("compressed") } else { bytes };
            fs::write(folder.path().join(name), bytes).expect("written");
            let options = ReadOptions { format: Some(super::super::Format::Parquet), ..ReadOptions::default() };
            assert_eq!(read(&folder.path().join(name), options)[0].text, "Mara Ollin spoke.");
        }
    }

    #[test]
    fn a_wrong_field_and_a_row_that_is_too_long_are_reasons() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("news.parquet");
        fs::write(&path, file(&["Mara Ollin spoke."])).expect("written");
        let fields = super::super::Fields { text: Some("lead".into()), ..Default::default() };
        let found = read(&path, ReadOptions { fields, ..ReadOptions::default() });
        assert!(found[0].reason.contains("lead") && found[0].reason.contains("\"noise\""), "{}", found[0].reason);
        let found = read(&path, ReadOptions { max_document_bytes: 8, ..ReadOptions::default() });
        assert!(found[0].reason.contains("--max-document-bytes"), "{}", found[0].reason);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// A damaged file is a failed record, or one that is read: never the end of the run.
        #[test]
        fn damage_is_a_reason(cut in 0usize..2000, spots in prop::collection::vec((0usize..2000, any::<u8>()), 0..6)) {
            let folder = tempfile::tempdir().expect("a folder");
            let path = folder.path().join("news.parquet");
            let mut bytes = file(&["Mara Ollin spoke.", "", "É 😀"]);
            for (at, byte) in spots {
                let at = at % bytes.len();
                bytes[at] = byte;
            }
            bytes.truncate(bytes.len().saturating_sub(cut % 7 * (cut / 7)));
            fs::write(&path, bytes).expect("written");
            let found = read(&path, ReadOptions::default());
            prop_assert!(!found.is_empty());
            prop_assert!(found.iter().all(|record| record.status != Status::Failed || !record.reason.is_empty()));
        }
    }
}
