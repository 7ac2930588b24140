//! What is typed about the input → [`ReadOptions`].

use std::path::PathBuf;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use encoding_rs::Encoding;
use sayso::read::{Fields, Format, ReadOptions};

/// What to read, and how.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Input")]
pub struct InputArgs {
    /// Files, folders, globs, or - for standard input: .txt .jsonl .csv .tsv .parquet, each also .gz or .zst
    ///
    /// Folders are read with all folders in them, in byte order of the paths, hidden files left out.
    /// Of a .txt all is text; of the others each line or row is an article.
    #[arg(value_name = "INPUT", required = true)]
    pub inputs: Vec<PathBuf>,

    /// Format of the input, whatever the names of the files; else standard input is JSON lines if it begins with {, or one text
    #[arg(long, value_name = "FORMAT")]
    pub format_in: Option<FormatIn>,

    /// Field that holds the text [default: text, body, content, article or the like]
    #[arg(long, value_name = "NAME")]
    pub text_field: Option<String>,

    /// Field that holds the id [default: id, doc_id or the like; else one is made from path and record]
    #[arg(long, value_name = "NAME")]
    pub id_field: Option<String>,

    /// Field that holds the headline [default: title, headline or the like]
    #[arg(long, value_name = "NAME")]
    pub title_field: Option<String>,

    /// Field that holds the date [default: date, published or the like]
    #[arg(long, value_name = "NAME")]
    pub date_field: Option<String>,

    /// Field that holds the address [default: url, link or the like]
    #[arg(long, value_name = "NAME")]
    pub url_field: Option<String>,

    /// Field that holds the publisher [default: publisher, source, outlet or the like]; in JSON, a.b names the b inside a
    #[arg(long, value_name = "NAME")]
    pub publisher_field: Option<String>,

    /// Other fields to carry along into documents.csv, as x_<name>, with commas between
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub carry: Vec<String>,

    /// Encoding of files without a byte-order mark, such as windows-1251 or utf-16le [default: utf-8, and windows-1252 for what is no utf-8]
    #[arg(long, value_name = "LABEL", value_parser = encoding)]
    pub encoding: Option<&'static Encoding>,

    /// Read texts in other languages than English too; the network knows English only
    #[arg(long)]
    pub any_language: bool,

    /// Read only so many records
    #[arg(long, value_name = "N")]
    pub limit: Option<u64>,

    /// Longest record to read, in bytes after decompression, at most 1G; K, M and G may follow the number
    #[arg(long, value_name = "BYTES", default_value = "64M", value_parser = bytes)]
    pub max_document_bytes: u64,
}

/// A format as it is typed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormatIn(Format);

impl ValueEnum for FormatIn {
    fn value_variants<'a>() -> &'a [Self] {
        &[
            FormatIn(Format::Txt),
            FormatIn(Format::Jsonl),
            FormatIn(Format::Csv),
            FormatIn(Format::Tsv),
            #[cfg(feature = "parquet")]
            FormatIn(Format::Parquet),
        ]
    }

    fn to_possible_value(&self) -> Option<clap::builder::PossibleValue> {
        Some(clap::builder::PossibleValue::new(self.0.name()))
    }
}

impl InputArgs {
    /// What is meant by what was typed.
    pub fn into_options(self) -> Result<ReadOptions> {
        if let Some(name) = self.carry.iter().find(|name| name.trim().is_empty()) {
            bail!("--carry {name:?}: a field needs a name; separate names by commas, without blanks");
        }
        Ok(ReadOptions {
            inputs: self.inputs,
            exclude: Vec::new(),
            format: self.format_in.map(|format| format.0),
            fields: Fields {
                text: self.text_field,
                id: self.id_field,
                title: self.title_field,
                date: self.date_field,
                url: self.url_field,
                publisher: self.publisher_field,
            },
            carry: self.carry,
            encoding: self.encoding,
            any_language: self.any_language,
            limit: self.limit,
            max_document_bytes: self.max_document_bytes,
        })
    }
}

/// An encoding by its label.
fn encoding(label: &str) -> Result<&'static Encoding, String> {
    match Encoding::for_label_no_replacement(label.as_bytes()) {
        Some(encoding) => Ok(encoding),
        None => Err("not a known encoding; known are utf-8, utf-16le, utf-16be, windows-1250 to windows-1258, \
                     iso-8859-1 to iso-8859-16, koi8-r, gb18030, big5, shift_jis, euc-jp, euc-kr and others"
            .into()),
    }
}

/// A number of bytes, with or without K, M, G.
fn bytes(typed: &str) -> Result<u64, String> {
    let upper = typed.trim().to_ascii_uppercase();
    let number = upper.trim_end_matches("IB").trim_end_matches('B');
    let (digits, shift) = match number.chars().last() {
        Some('K') => (&number[..number.len() - 1], 10),
        Some('M') => (&number[..number.len() - 1], 20),
        Some('G') => (&number[..number.len() - 1], 30),
        _ => (number, 0),
    };
    let bytes = digits.trim().parse::<u64>().ok().and_then(|count| count.checked_mul(1 << shift));
    match bytes {
        Some(bytes @ 1..=ReadOptions::MOST_BYTES) => Ok(bytes),
        Some(_) => Err("from 1 byte to 1G".into()),
        None => Err("not a number of bytes; write it as 1000000, 500K or 64M".into()),
    }
}
