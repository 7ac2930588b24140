//! Report → the figures that a later run is held to, and which of them fell.
//!
//! Invariant: a figure of the baseline that the later run lacks has fallen; a new one has not.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::figures::lower_is_better;
use super::report::{Figure, Report};
use crate::gold::GoldArticle;

/// The figures of a run, and what they were measured on.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Baseline {
    /// SHA-256 of the gold articles as this program reads them.
    pub gold_sha256: String,
    /// Gold documents.
    pub documents: usize,
    /// Whether nested rows were dropped.
    pub outer: bool,
    /// Per cent, by name.
    pub figures: BTreeMap<String, f64>,
}

/// Why two runs cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// Other gold.
    #[error("the baseline was measured on other gold; write a new one with --write-baseline")]
    OtherGold,
    /// Another setting.
    #[error("the baseline was measured {}; do the same here or write a new one", if *.0 { "with --outer" } else { "without --outer" })]
    OtherOuter(bool),
}

/// A figure that is worse than in the baseline by more than the tolerance.
#[derive(Clone, PartialEq, Debug)]
pub struct Fall {
    /// Its name.
    pub key: String,
    /// In the baseline.
    pub was: f64,
    /// Now; `None` if it is not measured any more.
    pub is: Option<f64>,
}

impl Baseline {
    /// The figures of a report, calibration errors among them; without those by `how`, whose cases are
    /// the resolver's choice and not gold's.
    pub fn of(report: &Report, gold: &[GoldArticle]) -> Baseline {
        let held = |figure: &&Figure| !figure.key.starts_with("how.");
        let named = report.figures().filter(held).map(|f| (f.key.clone(), f.value));
        let mut figures: BTreeMap<String, f64> = named.collect();
        for (key, calibration) in [("score", &report.score), ("stance_score", &report.stance_score)] {
            if calibration.cases > 0 {
                figures.insert(format!("calibration.{key}"), (calibration.error * 1e6).round() / 1e4);
            }
        }
        Baseline { gold_sha256: fingerprint(gold), documents: report.documents, outer: report.outer, figures }
    }

    /// The figures of this baseline that are worse in `now` by more than `tolerance` points.
    pub fn falls(&self, now: &Baseline, tolerance: f64) -> Result<Vec<Fall>, BaselineError> {
        if self.gold_sha256 != now.gold_sha256 {
            return Err(BaselineError::OtherGold);
        }
        if self.outer != now.outer {
            return Err(BaselineError::OtherOuter(self.outer));
        }
        let mut falls = Vec::new();
        for (key, &was) in &self.figures {
            let is = now.figures.get(key).copied();
            let worse = is.is_none_or(|is| if lower_is_better(key) { is - was } else { was - is } > tolerance + 1e-9);
            if worse {
                falls.push(Fall { key: key.clone(), was, is });
            }
        }
        Ok(falls)
    }
}

/// The same for the same labels, whatever the file's shape, spacing and order.
fn fingerprint(gold: &[GoldArticle]) -> String {
    let mut articles: Vec<String> =
        gold.iter().map(|article| serde_json::to_string(article).unwrap_or_default()).collect();
    articles.sort();
    let mut hash = Sha256::new();
    articles.iter().for_each(|article| hash.update(article));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn baseline(figures: &[(&str, f64)]) -> Baseline {
        let figures = figures.iter().map(|&(key, value)| (key.to_owned(), value)).collect();
        Baseline { gold_sha256: "x".into(), documents: 1, outer: false, figures }
    }

    /// Protects the regression test: what falls further than the tolerance is named, what rises is not,
    /// errors are worse when they rise, and a figure that vanished has fallen.
    #[test]
    fn falls_are_named() {
        let was = baseline(&[("matched", 80.0), ("linked", 70.0), ("calibration.score", 5.0), ("whole", 30.0)]);
        let now = baseline(&[("matched", 79.5), ("linked", 68.0), ("calibration.score", 7.0), ("new", 1.0)]);
        let falls = was.falls(&now, 0.5).unwrap();
        let keys: Vec<&str> = falls.iter().map(|fall| fall.key.as_str()).collect();
        assert_eq!(keys, ["calibration.score", "linked", "whole"]);
        assert!(was.falls(&was, 0.0).unwrap().is_empty());
    }

    #[test]
    fn other_gold_is_refused() {
        let (was, mut now) = (baseline(&[]), baseline(&[]));
        now.gold_sha256 = "y".into();
        assert!(was.falls(&now, 1.0).is_err());
    }
}
