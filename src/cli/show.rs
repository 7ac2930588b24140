//! `sayso show`: statements.csv as a readable table.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::Args;
use comfy_table::{Attribute, Cell, ColumnConstraint, ContentArrangement, Table, Width, presets};
use sayso::labels::Stance;
use sayso::write::rows::StatementRow;

use super::{exit, printed};

/// Print the statements of a finished run as a readable table
#[derive(Args, Clone, Debug)]
pub struct ShowArgs {
    /// Folder that `sayso extract` wrote
    #[arg(value_name = "OUT")]
    folder: PathBuf,

    /// Only statements of these stances
    #[arg(long, value_name = "STANCES", value_delimiter = ',')]
    stances: Vec<String>,

    /// Only statements whose score is at least this
    #[arg(long, value_name = "PROBABILITY", default_value_t = 0.0)]
    min_score: f64,

    /// Only the first so many
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: usize,
}

/// Characters of a cell; longer text is cut there, with `…`. The CSV has all of it.
const CELL: usize = 160;

/// Prints the table.
pub fn run(args: &ShowArgs) -> anyhow::Result<ExitCode> {
    for stance in &args.stances {
        if Stance::parse(stance).is_none() {
            return Err(exit::Usage(format!("{stance}: no such stance; `sayso schema --stances` lists them")).into());
        }
    }
    let path = args.folder.join("statements.csv");
    let file = File::open(&path).with_context(|| {
        format!(
            "cannot open {}: is {} what a finished `sayso extract -o` wrote?",
            path.display(),
            args.folder.display()
        )
    })?;
    let mut reader = csv::Reader::from_reader(BufReader::new(file));
    let (mut documents, mut shown, mut more): (Vec<(String, Table)>, usize, usize) = Default::default();
    for row in reader.deserialize() {
        let row: StatementRow =
            row.with_context(|| format!("{} is not a table of this version of sayso", path.display()))?;
        let wanted = args.stances.is_empty() || args.stances.iter().any(|s| s == row.stance.as_str());
        if !wanted || row.score < args.min_score {
            continue;
        }
        if shown == args.limit {
            more += 1;
            continue;
        }
        shown += 1;
        if documents.last().is_none_or(|(id, _)| *id != row.doc_id) {
            documents.push((row.doc_id.clone(), empty_table()));
        }
        if let Some((_, table)) = documents.last_mut() {
            table.add_row(cells(&row));
        }
    }
    printed(|out| {
        for (id, table) in &documents {
            writeln!(out, "\n{id}\n{table}")?;
        }
        match more {
            0 => writeln!(out, "\n{shown} statements"),
            more => writeln!(out, "\n{shown} statements, and {more} more (--limit)"),
        }
    })
}

/// A table for the statements of one document, as wide as the terminal, else 120 characters.
fn empty_table() -> Table {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_BORDERS_ONLY).set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header(["who", "stance", "to whom", "what", "score"].map(|h| Cell::new(h).add_attribute(Attribute::Bold)));
    let share = |percent| ColumnConstraint::Absolute(Width::Percentage(percent));
    table.set_constraints([share(20), share(13), share(14), share(46), share(7)]);
    if table.width().is_none() {
        table.set_width(120);
    }
    table
}

fn cells(row: &StatementRow) -> [String; 5] {
    [
        short(first(&row.source_entities, &row.source)),
        stance(row),
        short(first(&row.addressee_entities, &row.addressee)),
        short(&row.content),
        format!("{:.2}", row.score),
    ]
}

/// The stance with its reservations.
fn stance(row: &StatementRow) -> String {
    let mut text = row.stance.to_string();
    for (flag, word) in [(row.negated, "not"), (row.hedged, "reportedly"), (row.unreal, "unreal")] {
        if flag {
            text.push_str(&format!(" ({word})"));
        }
    }
    text
}

fn first<'a>(a: &'a str, b: &'a str) -> &'a str {
    if a.is_empty() { b } else { a }
}

fn short(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match flat.char_indices().nth(CELL) {
        Some((cut, _)) => format!("{}…", &flat[..cut]),
        None => flat,
    }
}
