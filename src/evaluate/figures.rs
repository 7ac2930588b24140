//! Sheets of tallies → figures, each with its interval.
//!
//! Invariant: this list is the one place where figures are named; the report, the JSON and baselines follow it.

use super::tally::{Sheet, Tally};
use crate::labels::{EntityType, How, Quotation, Stance};

/// What is made of a tally.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Measure {
    /// F1 of the key.
    F1,
    /// Right ÷ gold of the key.
    Share,
    /// Mean F1 over all keys that begin with the key and that gold has.
    MacroF1,
}

/// A figure to be computed.
#[derive(Clone, PartialEq, Debug)]
pub struct Asked {
    /// Its name in JSON and baselines, and the key of its tally.
    pub key: String,
    /// Its line in the report.
    pub title: String,
    /// What is made of the tally.
    pub measure: Measure,
}

impl Asked {
    /// The figure's value, between 0 and 1; `None` where nothing was asked.
    pub fn value<'t>(&self, tallies: impl Iterator<Item = (&'t str, Tally)>) -> Option<f64> {
        match self.measure {
            Measure::F1 => self.own(tallies).f1(),
            Measure::Share => self.own(tallies).recall(),
            Measure::MacroF1 => {
                let of_class = |key: &str| key.strip_prefix(self.prefix()).is_some_and(|rest| rest.starts_with('.'));
                let classes = tallies.filter(|(key, tally)| of_class(key) && tally.gold > 0.0);
                let values: Vec<f64> = classes.filter_map(|(_, tally)| tally.f1()).collect();
                (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64)
            }
        }
    }

    /// Whether the tally of a key has a part in the figure.
    pub fn needs(&self, key: &str) -> bool {
        match self.measure {
            Measure::F1 | Measure::Share => key == self.key,
            Measure::MacroF1 => key.strip_prefix(self.prefix()).is_some_and(|rest| rest.starts_with('.')),
        }
    }

    /// `stance_f1.macro` is the mean over `stance_f1.…`.
    fn prefix(&self) -> &str {
        self.key.strip_suffix(".macro").unwrap_or(&self.key)
    }

    fn own<'t>(&self, mut tallies: impl Iterator<Item = (&'t str, Tally)>) -> Tally {
        tallies.find(|(key, _)| *key == self.key).map(|(_, tally)| tally).unwrap_or_default()
    }
}

/// A section of the report with its figures.
pub struct Section {
    /// Its heading.
    pub title: &'static str,
    /// Its figures, in order.
    pub figures: Vec<Asked>,
}

/// Every figure there is, in the order of the report.
pub fn sections() -> Vec<Section> {
    use Measure::{F1, MacroF1, Share};
    let fixed = |list: &[(&str, &str, Measure)]| {
        list.iter().map(|&(key, title, measure)| Asked { key: key.into(), title: title.into(), measure }).collect()
    };
    let each = |prefix: &str, words: &[&str], measure| {
        words.iter().map(|w| Asked { key: format!("{prefix}.{w}"), title: (*w).into(), measure }).collect::<Vec<_>>()
    };
    let stances: Vec<&str> = Stance::ALL.iter().map(|s| s.as_str()).collect();
    let quotations: Vec<&str> = Quotation::ALL.iter().map(|q| q.as_str()).collect();
    let hows: Vec<&str> = How::ALL.iter().map(|h| h.as_str()).collect();
    let types: Vec<&str> = EntityType::ALL.iter().map(|t| t.as_str()).collect();
    let section = |title, figures| Section { title, figures };
    let mut kinds = each("quotation", &quotations, F1);
    kinds.extend(each("place", &["outer", "nested"], F1));
    let mut mentions = each("mention", &types, F1);
    mentions.insert(0, Asked { key: "mention".into(), title: "all types".into(), measure: F1 });
    mentions.extend(fixed(&[("mention_span", "span alone", F1), ("b3.mention", "entities of mentions (B³)", F1)]));
    vec![
        section(
            "Rows",
            fixed(&[
                ("matched", "matched", F1),
                ("with_stance", "matched, stance right", F1),
                ("with_source", "matched, source entity right", F1),
                ("whole", "whole row", F1),
                ("linked", "linked", F1),
            ]),
        ),
        section(
            "Exact spans",
            fixed(&[
                ("exact.source", "source", F1),
                ("exact.cue", "cue", F1),
                ("exact.content", "content", F1),
                ("exact.addressee", "addressee", F1),
            ]),
        ),
        section(
            "Stance",
            fixed(&[
                ("stance.found", "statements matched", Share),
                ("stance.of_matched", "right, of the matched", Share),
                ("stance.end_to_end", "right, of all gold", Share),
                ("stance_f1.macro", "macro-F1, end to end", MacroF1),
                ("stance_of_matched_f1.macro", "macro-F1, of the matched", MacroF1),
            ]),
        ),
        section("F1 by stance, end to end", each("stance_f1", &stances, F1)),
        section(
            "Addressee, flags and quotation",
            fixed(&[
                ("addressee.of_matched", "addressee of the matched", F1),
                ("addressee.overlap", "addressee of the matched, overlapping", F1),
                ("flag.negated", "negated", F1),
                ("flag.hedged", "hedged", F1),
                ("flag.unreal", "unreal", F1),
                ("quotation.right", "quotation right, of the matched", Share),
            ]),
        ),
        section("Matched statements by kind", kinds),
        section(
            "Source entity, of the matched",
            fixed(&[
                ("source.right", "right", Share),
                ("source.wrong", "wrong", Share),
                ("source.empty", "empty", Share),
                ("source.invented", "named although gold has none", Share),
                ("b3.source", "entities of sources (B³)", F1),
            ]),
        ),
        section("Source entity right, by how it is known", each("how", &hows, Share)),
        section("Mentions", mentions),
    ]
}

/// The tallies of a sheet as pairs.
pub fn pairs(sheet: &Sheet) -> impl Iterator<Item = (&str, Tally)> {
    sheet.0.iter().map(|(key, &tally)| (key.as_str(), tally))
}

/// Whether a figure is better when it is lower.
pub fn lower_is_better(key: &str) -> bool {
    matches!(key, "source.wrong" | "source.empty" | "source.invented") || key.starts_with("calibration.")
}
