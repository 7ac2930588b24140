//! The schema and a run → `datapackage.json`, a Frictionless Data Package
//! (<https://specs.frictionlessdata.io/tabular-data-package/>).
//!
//! Invariant: it says nothing about tables that the row structs do not say, and nothing about the day, the
//! machine or the number of workers, so that it too is the same for the same run.

use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};

use super::format::Format;
use super::preset::Preset;
use super::publish::Totals;
use super::rows::TABLES;
use super::run::{RunInfo, VERSION};
use super::table::{Column, Kind, Table};
use super::tally::Written;

/// How every offset of every table is counted.
pub const OFFSETS: &str = "Unicode code points, 0-based, end exclusive, into the part (title or text) exactly as given: text[start:end] == surface";

const GUARD: &str = "A ' stands before text cells that begin with =, +, -, @, a tab or a line break, so that they are not \
taken for formulas. It is no part of the text.";

/// The tables without a run, as `sayso schema --json` prints them.
pub fn of_schema() -> Value {
    let resources: Vec<Value> = TABLES.iter().map(|table| resource(table, &[], Format::Csv, Preset::Plain)).collect();
    json!({
        "profile": "tabular-data-package",
        "name": "sayso",
        "resources": resources,
        "sayso": {"version": VERSION, "offsets": OFFSETS},
    })
}

/// A file that was published.
pub(super) struct Published {
    /// Its name in the folder.
    pub name: String,
    /// The table that it holds, if it holds one, and in which format.
    pub table: Option<(&'static Table, Format)>,
    /// What was written.
    pub written: Written,
}

/// The descriptor of a finished run, as its file holds it. `records` is the number of records of the whole
/// input, which a shard remembers.
pub(super) fn of_run(info: &RunInfo, files: &[Published], totals: &Totals, records: u64) -> String {
    let carried = info.carried_columns();
    // Each table is described once: as CSV if it is written as such.
    let described = if info.formats.has(Format::Csv) { Some(Format::Csv) } else { info.formats.iter().last() };
    let (mut resources, mut others) = (Vec::new(), Vec::new());
    for file in files {
        let mut resource = match file.table {
            Some((table, format)) if Some(format) == described => {
                let extra: &[String] = if table.name == "documents" { &carried } else { &[] };
                resource(table, extra, format, info.preset)
            }
            _ => json!({"name": file.name.replace('.', "-"), "path": file.name}),
        };
        resource["bytes"] = json!(file.written.bytes);
        resource["hash"] = json!(format!("sha256:{}", file.written.sha256));
        if file.table.is_some_and(|(_, format)| Some(format) == described) { &mut resources } else { &mut others }
            .push(resource);
    }
    // A package has a resource.
    if resources.is_empty() {
        std::mem::swap(&mut resources, &mut others);
    }
    let mut sayso = json!(info);
    for (name, value) in [
        ("key", json!(info.key().as_str())),
        ("version", json!(VERSION)),
        ("offsets", json!(OFFSETS)),
        ("totals", json!(totals)),
    ] {
        sayso[name] = value;
    }
    if !others.is_empty() {
        sayso["files"] = json!(others);
    }
    if info.shard.is_some() {
        sayso["records"] = json!(records);
    }
    if info.preset == Preset::Excel {
        sayso["formula_guard"] = json!(GUARD);
    }
    let package = json!({
        "profile": "tabular-data-package",
        "name": "sayso",
        "resources": resources,
        "sayso": sayso,
    });
    format!("{package:#}\n")
}

/// The descriptor in a file, if there is one.
pub(super) fn read(path: &Path) -> Option<Value> {
    serde_json::from_slice(&fs::read(path).ok()?).ok()
}

/// The key of the run that a descriptor describes; `None` if sayso did not write it.
pub(super) fn key_of(package: &Value) -> Option<&str> {
    package.get("sayso")?.get("key")?.as_str()
}

/// The names of the files that a descriptor describes, its own too.
pub(super) fn files_of(package: &Value) -> Vec<String> {
    let lists = [&package["resources"], &package["sayso"]["files"]];
    let files = lists.into_iter().filter_map(Value::as_array).flatten();
    let names = files.filter_map(|file| file["path"].as_str().map(str::to_owned));
    names.chain([super::folder::PACKAGE.to_owned()]).collect()
}

/// What the run of a descriptor holds.
pub(super) fn totals_of(package: &Value) -> Totals {
    serde_json::from_value(package["sayso"]["totals"].clone()).unwrap_or_default()
}

fn resource(table: &Table, extra: &[String], format: Format, preset: Preset) -> Value {
    let carried = |name: &String| json!({"name": name, "type": "string", "description": "As given in the input."});
    let fields: Vec<Value> =
        table.columns.iter().map(|column| field(table, column)).chain(extra.iter().map(carried)).collect();
    let mut schema = json!({"fields": fields, "missingValues": [""], "primaryKey": table.key});
    if !table.refers.is_empty() {
        let keys = table
            .refers
            .iter()
            .map(|(column, other)| json!({"fields": column, "reference": {"resource": other, "fields": column}}));
        schema["foreignKeys"] = keys.collect();
    }
    let mut resource = json!({
        "profile": "tabular-data-resource",
        "name": table.name,
        "path": format.file(table),
        "description": table.description,
        "format": format.as_str(),
        "schema": schema,
    });
    if format == Format::Csv {
        let (encoding, line_end) = match preset {
            Preset::Plain => ("utf-8", "\n"),
            Preset::Excel => ("utf-8-sig", "\r\n"),
        };
        resource["mediatype"] = json!("text/csv");
        resource["encoding"] = json!(encoding);
        resource["dialect"] = json!({"delimiter": ",", "lineTerminator": line_end, "quoteChar": "\"", "doubleQuote": true, "header": true});
    }
    resource
}

fn field(table: &Table, column: &Column) -> Value {
    let mut constraints = Map::new();
    if table.requires(column) {
        constraints.insert("required".into(), json!(true));
    }
    if table.key == [column.name] {
        constraints.insert("unique".into(), json!(true));
    }
    match column.kind {
        Kind::Label(words) => {
            constraints.insert("enum".into(), json!(words));
        }
        Kind::Integer => {
            constraints.insert("minimum".into(), json!(0));
        }
        Kind::Number => {
            constraints.insert("minimum".into(), json!(0));
            constraints.insert("maximum".into(), json!(1));
        }
        Kind::Text | Kind::Boolean => {}
    }
    let mut field = json!({"name": column.name, "type": column.kind.name(), "description": column.description});
    if !constraints.is_empty() {
        field["constraints"] = Value::Object(constraints);
    }
    field
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_descriptor_names_every_column_with_type_and_labels() {
        let package = of_schema();
        let statements = &package["resources"][1];
        assert_eq!(statements["path"], "statements.csv");
        let fields = statements["schema"]["fields"].as_array().expect("fields");
        let stance = fields.iter().find(|field| field["name"] == "stance").expect("a column");
        assert_eq!(stance["constraints"]["enum"].as_array().expect("labels").len(), 18);
        assert_eq!(stance["description"], "What the source does with the content.");
        assert_eq!(statements["schema"]["primaryKey"], json!(["statement_id"]));
        assert_eq!(statements["schema"]["foreignKeys"][0]["reference"]["resource"], "documents");
    }

    #[test]
    fn the_descriptor_of_a_run_says_what_it_was_and_what_the_cells_mean() {
        let info = RunInfo { carry: vec!["desk".into()], preset: Preset::Excel, ..RunInfo::default() };
        let written = Written { rows: 1, bytes: 2, sha256: "ab".into(), warnings: Vec::new() };
        let totals = Totals { documents: 1, failed: 1, ..Totals::default() };
        let files: Vec<Published> = TABLES
            .iter()
            .map(|table| Published { name: table.file(), table: Some((table, Format::Csv)), written: written.clone() })
            .collect();
        let package: Value = serde_json::from_str(&of_run(&info, &files, &totals, 1)).expect("JSON");
        assert_eq!(
            files_of(&package),
            [TABLES.iter().map(Table::file).collect(), vec!["datapackage.json".to_owned()]].concat()
        );
        let read: RunInfo = serde_json::from_value(package["sayso"].clone()).expect("what the run was");
        assert_eq!(read, info);
        assert_eq!(key_of(&package), Some(info.key().as_str()));
        assert_eq!(totals_of(&package), totals);
        assert_eq!(package["sayso"]["formula_guard"], GUARD);
        assert_eq!(package["resources"][0]["hash"], "sha256:ab");
        let fields = package["resources"][0]["schema"]["fields"].as_array().expect("fields");
        assert_eq!(fields.last().expect("a field")["name"], "x_desk");
    }
}
