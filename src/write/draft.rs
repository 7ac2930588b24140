//! The rows of one table → its files, one for each format, under other names until they are whole.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use super::csv::TableWriter;
use super::disk::{Disk, DiskFile};
use super::error::WriteError;
use super::folder::Folder;
use super::format::Format;
use super::package::Published;
#[cfg(feature = "parquet")]
use super::parquet::ParquetWriter;
use super::run::RunInfo;
use super::table::Row;
use super::tally::{Tally, Written};

/// A table in the making, in all formats that have a file for it.
pub(super) struct TableDraft<R: Row> {
    files: Vec<(Format, PathBuf, Sink<R>)>,
}

enum Sink<R: Row> {
    Csv(TableWriter<R, DiskFile>),
    #[cfg(feature = "parquet")]
    Parquet(ParquetWriter<R, DiskFile>),
}

impl<R: Row> TableDraft<R> {
    pub fn new(disk: &Disk, folder: &Folder, extra: &[String], info: &RunInfo) -> Result<Self, WriteError> {
        let mut files = Vec::new();
        for format in info.formats.iter() {
            let Some(name) = format.file(&R::TABLE) else { continue };
            let path = folder.draft(&name);
            let file = disk.create(&path)?;
            let sink = match format {
                #[cfg(feature = "parquet")]
                Format::Parquet => ParquetWriter::new(file, extra).map(Sink::Parquet),
                Format::Csv | Format::Jsonl => TableWriter::new(file, extra, info.preset).map(Sink::Csv),
            };
            let sink = sink.map_err(|error| WriteError::io(&path, error))?;
            files.push((format, path, sink));
        }
        Ok(TableDraft { files })
    }

    pub fn write(&mut self, row: &R, extra: &[String]) -> Result<(), WriteError> {
        for (_, path, sink) in &mut self.files {
            let written = match sink {
                Sink::Csv(table) => table.write(row, extra),
                #[cfg(feature = "parquet")]
                Sink::Parquet(table) => table.write(row, extra),
            };
            written.map_err(|error| WriteError::io(path, error))?;
        }
        Ok(())
    }

    pub fn write_all(&mut self, rows: &[R]) -> Result<(), WriteError> {
        rows.iter().try_for_each(|row| self.write(row, &[]))
    }

    /// The files, whole and synced.
    pub fn finish(self) -> Result<Vec<Published>, WriteError> {
        let mut published = Vec::new();
        for (format, path, sink) in self.files {
            let at = |error| WriteError::io(&path, error);
            let (mut file, written) = match sink {
                Sink::Csv(table) => table.finish().map_err(at)?,
                #[cfg(feature = "parquet")]
                Sink::Parquet(table) => table.finish().map_err(at)?,
            };
            file.flush().map_err(at)?;
            file.sync()?;
            published.extend(format.file(&R::TABLE).map(|name| Published {
                name,
                table: Some((R::TABLE_REF, format)),
                written,
            }));
        }
        Ok(published)
    }
}

/// A file of lines in the making.
pub(super) struct LinesDraft {
    name: &'static str,
    path: PathBuf,
    out: Lines,
    lines: u64,
}

enum Lines {
    Plain(BufWriter<Tally<DiskFile>>),
    Compressed(zstd::Encoder<'static, BufWriter<Tally<DiskFile>>>),
}

impl LinesDraft {
    /// A file of this name; compressed with Zstandard if its name ends in `.zst`.
    pub fn new(disk: &Disk, folder: &Folder, name: &'static str) -> Result<Self, WriteError> {
        let path = folder.draft(name);
        let file = BufWriter::new(Tally::new(disk.create(&path)?));
        let out = if name.ends_with(".zst") {
            let encoder = zstd::Encoder::new(file, super::unit::LEVEL).and_then(|mut encoder| {
                encoder.include_checksum(true)?;
                Ok(encoder)
            });
            Lines::Compressed(encoder.map_err(|error| WriteError::io(&path, error))?)
        } else {
            Lines::Plain(file)
        };
        Ok(LinesDraft { name, path, out, lines: 0 })
    }

    /// Writes a line, which `write` ends itself.
    pub fn write(&mut self, write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), WriteError> {
        self.lines += 1;
        let written = match &mut self.out {
            Lines::Plain(out) => write(out),
            Lines::Compressed(out) => write(out),
        };
        written.map_err(|error| WriteError::io(&self.path, error))
    }

    /// The file, whole and synced.
    pub fn finish(self) -> Result<Published, WriteError> {
        let at = |error| WriteError::io(&self.path, error);
        let file = match self.out {
            Lines::Plain(out) => out,
            Lines::Compressed(encoder) => encoder.finish().map_err(at)?,
        };
        let tally = file.into_inner().map_err(|error| at(error.into_error()))?;
        let (file, written): (DiskFile, Written) = tally.finish(self.lines);
        file.sync()?;
        Ok(Published { name: self.name.to_owned(), table: None, written })
    }
}
