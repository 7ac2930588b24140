//! The schema → text that people read: for `sayso schema` and for the README.
//!
//! Invariant: the words are those of the row structs and the labels; this only lays them out.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::package::OFFSETS;
use super::rows::TABLES;
use super::table::{Kind, Table};
use crate::labels::Stance;

pub use super::package::of_schema as descriptor;

/// The tables with their columns, for a terminal.
pub fn tables_text() -> String {
    let mut text = format!("Offsets: {OFFSETS}.\n");
    for table in TABLES {
        let _ = write!(text, "\n{}: {}\n", table.file(), table.description);
        let names = table.columns.iter().map(|column| column.name.len()).max().unwrap_or(0);
        for column in table.columns {
            let kind = kind_text(column.kind);
            let _ = writeln!(text, "  {:names$}  {kind:7}  {}", column.name, column.description);
            if let Kind::Label(words) = column.kind {
                let _ = writeln!(text, "  {:names$}  {:7}  one of {}", "", "", words.join(", "));
            }
        }
    }
    text
}

/// The columns of a table, as a Markdown table.
pub fn table_markdown(table: &Table) -> String {
    let mut text = String::from("| column | holds | meaning |\n|---|---|---|\n");
    for column in table.columns {
        let holds = match column.kind {
            Kind::Label(words) if words.len() <= 6 => {
                words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
            }
            kind => kind_text(kind).to_owned(),
        };
        let _ = writeln!(text, "| `{}` | {holds} | {} |", column.name, column.description);
    }
    text
}

/// The stances with definition and codes, for a terminal.
pub fn stances_text() -> String {
    let mut text = String::from("stance     CAMEO  PLOVER    definition\n");
    for stance in Stance::ALL {
        let codes = stance.codes();
        let plover = if codes.plover.is_empty() { "-" } else { codes.plover };
        let _ = writeln!(text, "{:9}  {:5}  {plover:8}  {}", stance.as_str(), codes.cameo, stance.definition());
        if !codes.note.is_empty() {
            let _ = writeln!(text, "{:28}{}", "", codes.note);
        }
    }
    text.push_str("\nA code is the nearest one; \"-\" means that none fits.\n");
    text
}

/// The stances with definition and codes, as JSON; an empty code means that none fits.
pub fn stances_json() -> Value {
    let stance = |stance: &Stance| {
        let codes = stance.codes();
        json!({
            "stance": stance.as_str(),
            "definition": stance.definition(),
            "cameo": codes.cameo,
            "cameo_name": codes.cameo_name,
            "plover": codes.plover,
            "note": codes.note,
        })
    };
    Stance::ALL.iter().map(stance).collect()
}

fn kind_text(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "text",
        Kind::Integer => "integer",
        Kind::Number => "number",
        Kind::Boolean => "boolean",
        Kind::Label(_) => "label",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_column_and_every_stance_is_described() {
        let text = tables_text();
        for column in TABLES.iter().flat_map(|table| table.columns) {
            assert!(text.contains(column.description), "{}", column.name);
        }
        let stances = stances_text();
        assert!(Stance::ALL.iter().all(|stance| stances.contains(stance.definition())));
        assert_eq!(stances_json().as_array().map(Vec::len), Some(18));
    }

    #[test]
    fn a_readme_table_shows_labels_where_they_are_few() {
        let markdown = table_markdown(&TABLES[1]);
        assert!(markdown.contains("| `part` | `title`, `text` | The part that all offsets of the row count in. |"));
        assert!(markdown.contains("| `stance` | label |"));
    }
}
