//! The rows of a unit's records (64 consecutive ones, fewer if they are very long) ↔ one file of the ledger.
//!
//! Invariant: a unit's file is there whole or not at all. Its name says which unit of which records it is,
//! so the names in the folder are the ledger, and the rename that gives the name is the commit.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::assemble::ArticleRows;
use super::digest::ListDigest;
use super::disk::Disk;
use super::error::WriteError;
use crate::article::Record;
use crate::labels::Status;
use crate::select::Place;

/// How many consecutive records make a unit.
pub const UNIT_RECORDS: usize = 64;

/// A unit ends after the record with which its texts reach so many bytes, so that memory does not grow with the
/// length of articles.
pub const UNIT_BYTES: usize = 8 << 20;

/// How hard units are compressed: zstd's default, faster than most disks.
pub(super) const LEVEL: i32 = 3;
const END: &str = ".jsonl.zst";
/// Marks a unit with failed documents: a later process reads it anew.
const FAILED: &str = "-failed";

/// Hash of a unit's records, all that was read of them: a changed input is another unit.
pub fn records_hash(records: &[Record]) -> String {
    let mut digest = ListDigest::default();
    for record in records {
        let (number, columns) = (record.record.to_string(), record.carried.len().to_string());
        let fields = [
            &record.doc_id,
            &record.path,
            &number,
            &record.title,
            &record.text,
            &record.published,
            &record.url,
            &record.publisher,
            &record.language,
            &record.reason,
            &record.remark,
            &columns,
        ];
        digest.add(record.status.as_str());
        fields.into_iter().chain(&record.carried).for_each(|field| digest.add(field));
    }
    digest.hex(16)
}

/// Hash of a unit: of its records, of where they stand in the input and of what they copy.
pub fn unit_hash(records: &[Record], places: &[Place]) -> String {
    let mut digest = ListDigest::default();
    digest.add(&records_hash(records));
    for place in places {
        digest.add(&place.number.to_string());
        if let Some(duplicate) = &place.duplicate {
            digest.add(&duplicate.of);
            digest.add(&duplicate.similarity.to_string());
        }
    }
    digest.hex(16)
}

/// A unit in the folder of units.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UnitFile {
    /// 0-based number in the run.
    pub unit: u64,
    /// Hash of its records.
    pub records: String,
    /// Whether one of its documents failed.
    pub failed: bool,
}

impl UnitFile {
    /// The file's name.
    pub fn name(&self) -> String {
        format!("{:08}-{}{}{END}", self.unit, self.records, if self.failed { FAILED } else { "" })
    }

    /// What a name says; `None` for other files, a draft for one.
    pub fn parse(name: &str) -> Option<Self> {
        let name = name.strip_suffix(END)?;
        let (name, failed) = name.strip_suffix(FAILED).map_or((name, false), |name| (name, true));
        let (unit, records) = name.split_once('-')?;
        Some(UnitFile { unit: unit.parse().ok()?, records: records.to_owned(), failed })
    }

    /// Writes the unit's file; when this returns, the unit is committed.
    pub fn commit(
        disk: &Disk,
        folder: &Path,
        unit: u64,
        records: &str,
        articles: &[ArticleRows],
    ) -> Result<Self, WriteError> {
        let failed = articles.iter().any(|article| article.document.status == Status::Failed);
        let file = UnitFile { unit, records: records.to_owned(), failed };
        let draft = folder.join(format!("{unit:08}.draft"));
        encode(disk, &draft, articles)?;
        disk.rename(&draft, &folder.join(file.name()))?;
        Ok(file)
    }
}

/// The units in a folder, in no particular order. Drafts and units with failed documents are removed: they are read anew.
pub(super) fn list(disk: &Disk, folder: &Path) -> Result<Vec<UnitFile>, WriteError> {
    let mut units = Vec::new();
    let entries = fs::read_dir(folder).map_err(|error| WriteError::io(folder, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| WriteError::io(folder, error))?;
        match entry.file_name().to_str().and_then(UnitFile::parse) {
            Some(unit) if !unit.failed => units.push(unit),
            _ => disk.remove_file(&entry.path())?,
        }
    }
    Ok(units)
}

fn encode(disk: &Disk, path: &Path, articles: &[ArticleRows]) -> Result<(), WriteError> {
    let at = |error| WriteError::io(path, error);
    let file = BufWriter::new(disk.create(path)?);
    let mut encoder = zstd::Encoder::new(file, LEVEL).map_err(at)?;
    encoder.include_checksum(true).map_err(at)?;
    for article in articles {
        write_line(&mut encoder, article).map_err(at)?;
    }
    let file = encoder.finish().and_then(|file| file.into_inner().map_err(|error| error.into_error())).map_err(at)?;
    file.sync()
}

/// Writes an article as a line that [`decode`] reads.
pub(super) fn write_line(mut out: impl Write, article: &ArticleRows) -> io::Result<()> {
    serde_json::to_writer(&mut out, article)?;
    out.write_all(b"\n")
}

/// The articles of a file of units, one at a time.
pub(super) fn decode(
    path: &Path,
) -> Result<impl Iterator<Item = Result<ArticleRows, WriteError>> + use<'_>, WriteError> {
    let damaged = |reason: String| WriteError::Damaged { path: path.to_owned(), reason };
    let file = File::open(path).map_err(|error| WriteError::io(path, error))?;
    let mut lines = BufReader::new(zstd::Decoder::new(file).map_err(|error| damaged(error.to_string()))?);
    let mut line = String::new();
    Ok(std::iter::from_fn(move || {
        line.clear();
        match lines.read_line(&mut line) {
            Ok(0) => None,
            Ok(_) => Some(serde_json::from_str(&line).map_err(|error| damaged(error.to_string()))),
            Err(error) if is_damage(&error) => Some(Err(damaged(error.to_string()))),
            Err(error) => Some(Err(WriteError::io(path, error))),
        }
    }))
}

/// Whether the bytes are wrong, rather than the reading of them.
fn is_damage(error: &io::Error) -> bool {
    use io::ErrorKind::{InvalidData, Other, UnexpectedEof};
    matches!(error.kind(), InvalidData | Other | UnexpectedEof)
}

/// Where the units of a run lie.
pub(super) fn path(folder: &Path, unit: &UnitFile) -> PathBuf {
    folder.join(unit.name())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::testing::{any_case, record};
    use super::*;
    use crate::select::Duplicate;

    #[test]
    fn a_name_reads_back_and_a_draft_is_no_unit() {
        for failed in [false, true] {
            let unit = UnitFile { unit: 7, records: "abc".into(), failed };
            assert_eq!(UnitFile::parse(&unit.name()), Some(unit));
        }
        assert_eq!(UnitFile::parse("00000007.draft"), None);
    }

    #[test]
    fn any_change_of_a_record_makes_another_unit() {
        let base = record(1, "Mara Ollin spoke.");
        let place = Place { number: 7, duplicate: None };
        let copy = Place { duplicate: Some(Duplicate { of: "a".into(), similarity: 0.9 }), ..place.clone() };
        let moved = Place { number: 8, ..place.clone() };
        let hash = |place: &Place| unit_hash(std::slice::from_ref(&base), std::slice::from_ref(place));
        assert!(hash(&place) != hash(&copy) && hash(&place) != hash(&moved));
        let others = [
            Record { text: "Mara Ollin spoke".into(), ..base.clone() },
            Record { title: base.text.clone(), text: base.title.clone(), ..base.clone() },
            Record { carried: Vec::new(), ..base.clone() },
            Record { status: Status::Partial, ..base.clone() },
        ];
        let hash = records_hash(std::slice::from_ref(&base));
        assert!(others.iter().all(|other| records_hash(std::slice::from_ref(other)) != hash));
        assert_ne!(records_hash(&[base.clone(), base.clone()]), hash);
    }

    #[test]
    fn a_cut_file_is_said_to_be_damaged() {
        let folder = tempfile::tempdir().expect("a folder");
        let rows = [super::super::testing::case(0).rows()];
        let unit = UnitFile::commit(&Disk::default(), folder.path(), 0, "a", &rows).expect("written");
        let path = path(folder.path(), &unit);
        let bytes = fs::read(&path).expect("there");
        fs::write(&path, &bytes[..bytes.len() - 6]).expect("written");
        let read: Result<Vec<_>, _> = decode(&path).expect("opens").collect();
        assert!(matches!(read, Err(WriteError::Damaged { .. })), "{read:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        /// Rows are the same after a stay in the ledger.
        #[test]
        fn what_is_committed_is_read_back(cases in prop::collection::vec(any_case(), 0..4)) {
            let folder = tempfile::tempdir().expect("a folder");
            let rows: Vec<_> = cases.iter().map(|case| case.rows()).collect();
            let unit = UnitFile::commit(&Disk::default(), folder.path(), 3, "a", &rows).expect("written");
            let read: Result<Vec<_>, _> = decode(&path(folder.path(), &unit)).expect("opens").collect();
            prop_assert_eq!(read.expect("whole"), rows);
        }
    }
}
