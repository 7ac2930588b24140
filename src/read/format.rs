//! File → drafts, by its format.

use std::io::{self, Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use super::decode::{Utf8, to_utf8};
use super::discover::Source;
use super::draft::{Draft, Drafts, only};
use super::{Progress, ReadOptions, assess, bytes, csv, jsonl, txt};

/// A format of input files.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// One article, all of it text.
    Txt,
    /// An article a line, each a JSON object.
    Jsonl,
    /// An article a row, with a header; `,` or another separator that the header shows.
    Csv,
    /// The same, separated by tabs.
    Tsv,
    /// An article a row.
    #[cfg(feature = "parquet")]
    Parquet,
}

impl Format {
    /// Every format.
    pub const ALL: &'static [Format] = &[
        Format::Txt,
        Format::Jsonl,
        Format::Csv,
        Format::Tsv,
        #[cfg(feature = "parquet")]
        Format::Parquet,
    ];

    /// Its name, as `--format-in` takes it.
    pub fn name(self) -> &'static str {
        self.endings()[0]
    }

    /// How the names of its files end.
    pub fn endings(self) -> &'static [&'static str] {
        match self {
            Format::Txt => &["txt"],
            Format::Jsonl => &["jsonl", "ndjson"],
            Format::Csv => &["csv"],
            Format::Tsv => &["tsv"],
            #[cfg(feature = "parquet")]
            Format::Parquet => &["parquet", "pq"],
        }
    }

    /// The format of a file by its name, compressed or not.
    pub fn of(path: &Path) -> Option<Format> {
        let name = path.file_name()?.to_string_lossy().to_ascii_lowercase();
        let name = name.strip_suffix(".gz").or_else(|| name.strip_suffix(".zst")).unwrap_or(&name);
        let ending = Path::new(name).extension()?.to_str()?;
        Format::ALL.iter().copied().find(|format| format.endings().contains(&ending))
    }

    /// Whether a file holds one record, so that its path alone is an id.
    pub(super) fn is_single(self) -> bool {
        self == Format::Txt
    }

    /// All endings in words.
    pub(super) fn known_endings() -> String {
        let endings: Vec<_> = Format::ALL.iter().flat_map(|format| format.endings()).map(|e| format!(".{e}")).collect();
        format!("{}, each also .gz or .zst", endings.join(" "))
    }
}

/// The drafts of a file, and its format. What cannot be opened is one failed draft.
pub(super) fn drafts(source: &Source, options: &Arc<ReadOptions>, progress: &Progress) -> (Drafts, Format) {
    #[cfg(feature = "parquet")]
    if source.format == Some(Format::Parquet) {
        return (super::parquet::drafts(source, options, progress), Format::Parquet);
    }
    let opened = bytes::open(&source.place, progress)
        .and_then(|bytes| to_utf8(bytes, options.encoding))
        .and_then(|utf8| with_format(utf8, source.format));
    let (format, head, utf8) = match opened {
        Ok(opened) => opened,
        Err(error) => return (only(Draft::failed(1, bytes::reason(&error))), source.format.unwrap_or(Format::Txt)),
    };
    let drafts = match format {
        _ if head.is_empty() => only(Draft::skipped(1, "empty file")),
        Format::Txt => txt::drafts(utf8, options),
        _ if assess::is_binary(&head) => only(Draft::failed(1, assess::BINARY)),
        Format::Jsonl => jsonl::drafts(utf8, options),
        Format::Csv => csv::comma_separated(utf8, options),
        Format::Tsv => csv::tab_separated(utf8, options),
        // Read above, and never guessed.
        #[cfg(feature = "parquet")]
        Format::Parquet => only(Draft::failed(1, assess::BINARY)),
    };
    (drafts, format)
}

/// The stream with its format, guessed if it is not known, and the stream's beginning.
fn with_format(mut utf8: Utf8, known: Option<Format>) -> io::Result<(Format, Vec<u8>, Utf8)> {
    if let Some(format) = known {
        let head = utf8.bytes.fill_buf()?.to_vec();
        return Ok((format, head, utf8));
    }
    let mut head = Vec::new();
    let first = loop {
        let chunk = utf8.bytes.fill_buf()?;
        let (length, first) = (chunk.len(), chunk.trim_ascii_start().first().copied());
        head.extend_from_slice(chunk);
        utf8.bytes.consume(length);
        // A megabyte of white space is no JSON that anybody wrote.
        if first.is_some() || length == 0 || head.len() > 1 << 20 {
            break first;
        }
    };
    let format = if first == Some(b'{') { Format::Jsonl } else { Format::Txt };
    let bytes = Box::new(Cursor::new(head.clone()).chain(utf8.bytes));
    Ok((format, head, Utf8 { bytes, transcoded: utf8.transcoded }))
}
