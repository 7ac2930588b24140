//! What a run is: its inputs, options and model → its key.
//!
//! Invariant: two runs with one key write the same tables from the same records; what does not change the
//! tables (threads, verbosity) is no part of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::digest::ListDigest;
use super::format::Formats;
use super::preset::Preset;
use crate::select::{Selection, Shard};

/// All that decides what a run writes, but for the records themselves.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct RunInfo {
    /// The inputs, as named.
    pub inputs: Vec<String>,
    /// Every option that changes the tables, by name, as given; defaults may be left out.
    pub options: BTreeMap<String, String>,
    /// Name of the model.
    pub model: String,
    /// SHA-256 of its weights, hexadecimal.
    pub model_sha256: String,
    /// The columns carried along, without `x_`.
    pub carry: Vec<String>,
    /// Who the CSV files are for.
    pub preset: Preset,
    /// In which formats the tables are written.
    pub formats: Formats,
    /// Whether near-copies are left out.
    pub drop_duplicates: bool,
    /// The share of the records that is worked on, if it is not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shard: Option<Shard>,
}

/// The version of the program, part of every key: another version may write other tables.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Hash of what a run is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunKey(String);

impl RunInfo {
    /// The key of the run.
    pub fn key(&self) -> RunKey {
        let mut digest = ListDigest::default();
        let mut add = |name: &str, value: &str| {
            digest.add(name);
            digest.add(value);
        };
        add("version", VERSION);
        add("model", &self.model);
        add("model_sha256", &self.model_sha256);
        add("preset", self.preset.as_str());
        add("formats", &self.formats.to_string());
        add("drop_duplicates", if self.drop_duplicates { "true" } else { "false" });
        add("shard", &self.shard.map(|shard| shard.to_string()).unwrap_or_default());
        self.inputs.iter().for_each(|input| add("input", input));
        self.carry.iter().for_each(|column| add("carry", column));
        self.options.iter().for_each(|(name, value)| add(&format!("--{name}"), value));
        RunKey(digest.hex(32))
    }

    /// What of the input is worked on.
    pub fn selection(&self) -> Selection {
        Selection { shard: self.shard, drop_duplicates: self.drop_duplicates }
    }

    /// The header of the carried columns.
    pub fn carried_columns(&self) -> Vec<String> {
        self.carry.iter().map(|name| format!("x_{name}")).collect()
    }
}

impl RunKey {
    /// The key in hexadecimal.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_changes_the_tables_changes_the_key() {
        let base = RunInfo { inputs: vec!["a".into(), "b".into()], ..RunInfo::default() };
        let others = [
            RunInfo { inputs: vec!["ab".into()], ..base.clone() },
            RunInfo { inputs: vec!["b".into(), "a".into()], ..base.clone() },
            RunInfo { options: BTreeMap::from([("min-score".into(), "0.5".into())]), ..base.clone() },
            RunInfo { model_sha256: "0".into(), ..base.clone() },
            RunInfo { carry: vec!["desk".into()], ..base.clone() },
            RunInfo { preset: Preset::Excel, ..base.clone() },
            RunInfo { formats: "csv,jsonl".parse().expect("formats"), ..base.clone() },
            RunInfo { drop_duplicates: true, ..base.clone() },
            RunInfo { shard: Shard::new(1, 2), ..base.clone() },
        ];
        assert_eq!(base.key(), base.clone().key());
        assert!(others.iter().all(|other| other.key() != base.key()));
    }
}
