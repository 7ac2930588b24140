//! Everything that an evaluation found out.
//!
//! Invariant: percentages are between 0 and 100, and a figure that nothing was asked of is not listed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Labelled;
use super::bootstrap::intervals;
use super::calibration::Calibration;
use super::document::Side;
use super::figures::{Measure, pairs, sections};
use super::misses::{self, Miss};
use super::statements::Compared;
use super::tally::Sheet;
use crate::labels::Stance;

/// A figure with its interval.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Figure {
    /// Its name in JSON and baselines.
    pub key: String,
    /// Its line in the report.
    #[serde(skip)]
    pub title: String,
    /// Per cent: F1, or the share that its title names.
    pub value: f64,
    /// Lower end of the 95 % interval over documents.
    pub low: Option<f64>,
    /// Its upper end.
    pub high: Option<f64>,
    /// Per cent, where the figure is an F1.
    pub precision: Option<f64>,
    /// Per cent, where the figure is an F1.
    pub recall: Option<f64>,
    /// How many there were in gold.
    pub gold: Option<f64>,
    /// How many in the tables.
    pub found: Option<f64>,
}

/// How often gold's stance (a row's first word, `none` for a false alarm) was found as which (`none`: missed).
pub type Confusion = BTreeMap<(Option<Stance>, Option<Stance>), usize>;

/// The whole of it.
#[derive(Clone, PartialEq, Debug)]
pub struct Report {
    /// Gold documents.
    pub documents: usize,
    /// Of them, those that the tables have as read.
    pub read: usize,
    /// Whether nested rows were dropped.
    pub outer: bool,
    /// Figures by section.
    pub sections: Vec<(&'static str, Vec<Figure>)>,
    /// Stances of gold against stances found.
    pub confusion: Confusion,
    /// Of `score`: right where the row is matched.
    pub score: Calibration,
    /// Of `stance_score`: right where the stance of a matched row is.
    pub stance_score: Calibration,
    /// Every miss, false alarm and difference.
    pub misses: Vec<Miss>,
    score_cases: Vec<(f64, bool)>,
    stance_cases: Vec<(f64, bool)>,
}

impl Report {
    /// An empty report.
    pub(super) fn new(documents: usize, read: usize, outer: bool) -> Report {
        Report {
            documents,
            read,
            outer,
            sections: Vec::new(),
            confusion: Confusion::new(),
            score: Calibration::default(),
            stance_score: Calibration::default(),
            misses: Vec::new(),
            score_cases: Vec::new(),
            stance_cases: Vec::new(),
        }
    }

    /// The figures of all sections.
    pub fn figures(&self) -> impl Iterator<Item = &Figure> {
        self.sections.iter().flat_map(|(_, figures)| figures)
    }

    /// Takes in what is no sum of tallies.
    pub(super) fn take_statements(&mut self, compared: &Compared, corpus: Labelled) {
        let partner = |id: &str| compared.pairs().find(|(_, found)| found.id == id).map(|(gold, _)| gold);
        if !compared.document.partial {
            let cases = compared.found.iter().map(|found| (found.score, partner(&found.id).is_some()));
            self.score_cases.extend(cases);
        }
        let labelled = |side: &Side| side.stance.is_some();
        for found in compared.asked(labelled, corpus.stance) {
            let gold = partner(&found.id);
            *self.confusion.entry((gold.and_then(|gold| gold.stance), found.stance)).or_default() += 1;
            if let Some(gold) = gold {
                self.stance_cases.push((found.stance_score, gold.stance == found.stance));
            }
        }
        let is_matched = |at: usize| compared.matched.iter().any(|&(g, _)| g == at);
        for (at, gold) in compared.gold.iter().enumerate() {
            if labelled(gold) && !is_matched(at) {
                *self.confusion.entry((gold.stance, None)).or_default() += 1;
            }
        }
        self.misses.extend(misses::statements(compared, corpus));
    }

    /// Makes the figures.
    pub(super) fn finish(&mut self, sheets: &[Sheet]) {
        let mut sum = Sheet::default();
        sheets.iter().for_each(|sheet| sum.add_all(sheet));
        self.score = Calibration::of(&std::mem::take(&mut self.score_cases));
        self.stance_score = Calibration::of(&std::mem::take(&mut self.stance_cases));
        let sections = sections();
        let asked: Vec<_> = sections.iter().flat_map(|section| section.figures.clone()).collect();
        let mut intervals = intervals(sheets, &asked).into_iter();
        for section in sections {
            let mut figures = Vec::new();
            for asked in section.figures {
                let interval = intervals.next().flatten();
                let Some(value) = asked.value(pairs(&sum)) else {
                    continue;
                };
                let (tally, is_f1) = (sum.get(&asked.key), asked.measure == Measure::F1);
                let counted = asked.measure != Measure::MacroF1;
                figures.push(Figure {
                    value: percent(value),
                    low: interval.map(|(low, _)| percent(low)),
                    high: interval.map(|(_, high)| percent(high)),
                    precision: tally.precision().filter(|_| is_f1).map(percent),
                    recall: tally.recall().filter(|_| is_f1).map(percent),
                    gold: counted.then_some(tally.gold),
                    found: is_f1.then_some(tally.found),
                    key: asked.key,
                    title: asked.title,
                });
            }
            if !figures.is_empty() {
                self.sections.push((section.title, figures));
            }
        }
    }

    /// All figures, the confusion table and the calibration, for programs.
    pub fn to_json(&self) -> serde_json::Value {
        let word = |stance: Option<Stance>| stance.map_or("none", Stance::as_str);
        let mut confusion: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for (&(gold, found), &count) in &self.confusion {
            confusion.entry(word(gold)).or_default().insert(word(found), count);
        }
        let figures: BTreeMap<&str, &Figure> = self.figures().map(|figure| (figure.key.as_str(), figure)).collect();
        serde_json::json!({
            "documents": self.documents,
            "documents_read": self.read,
            "outer": self.outer,
            "figures": figures,
            "confusion": confusion,
            "calibration": { "score": self.score, "stance_score": self.stance_score },
        })
    }
}

/// A share as per cent, to four decimals, so that files do not differ in the last bits.
fn percent(share: f64) -> f64 {
    (share * 1e6).round() / 1e4
}
