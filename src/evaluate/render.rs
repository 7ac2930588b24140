//! Report → text for a terminal.
//!
//! Invariant: plain text, one figure a line, so that two reports can be compared with `diff`.

use std::collections::BTreeSet;
use std::fmt::Write;

use super::calibration::Calibration;
use super::report::{Figure, Report};
use super::worst;
use crate::labels::Stance;

/// The whole report.
pub fn text(report: &Report) -> String {
    let mut out = String::new();
    let outer = if report.outer { ", nested statements dropped" } else { "" };
    line(&mut out, format!("{} gold documents, {} of them read{outer}", report.documents, report.read));
    if report.read < report.documents {
        line(&mut out, "What was not read counts as missed.".into());
    }
    let heads = ["95 % interval", "P", "R", "gold", "found"];
    for (at, (title, figures)) in report.sections.iter().enumerate() {
        let [interval, p, r, gold, found] = if at == 0 { heads } else { [""; 5] };
        line(&mut out, String::new());
        line(
            &mut out,
            format!("{title:<44}{:>6}{interval:>16}{p:>8}{r:>7}{gold:>7}{found:>7}", if at == 0 { "%" } else { "" }),
        );
        figures.iter().for_each(|each| line(&mut out, figure(each)));
    }
    confusion(&mut out, report);
    calibration(&mut out, "score: the row is matched", &report.score);
    calibration(&mut out, "stance_score: the stance of a matched row is right", &report.stance_score);
    out.push_str(&worst::text(&report.misses));
    out
}

fn line(out: &mut String, text: String) {
    out.push_str(text.trim_end());
    out.push('\n');
}

fn figure(figure: &Figure) -> String {
    let interval = match (figure.low, figure.high) {
        (Some(low), Some(high)) => format!("{low:.1}–{high:.1}"),
        _ => String::new(),
    };
    let number = |value: Option<f64>, digits: usize| value.map_or(String::new(), |v| format!("{v:.digits$}"));
    format!(
        "  {:<42}{:>6.1}{interval:>16}{:>8}{:>7}{:>7}{:>7}",
        figure.title,
        figure.value,
        number(figure.precision, 1),
        number(figure.recall, 1),
        number(figure.gold, 0),
        number(figure.found, 0),
    )
}

/// Gold's stances down, those found across; only stances that occur.
fn confusion(out: &mut String, report: &Report) {
    if report.confusion.is_empty() {
        return;
    }
    let seen: BTreeSet<Stance> = report.confusion.keys().flat_map(|&(gold, found)| [gold, found]).flatten().collect();
    let labels: Vec<Option<Stance>> = seen.into_iter().map(Some).chain([None]).collect();
    let word = |label: Option<Stance>, none: &'static str| label.map_or(none, Stance::as_str);
    line(out, String::new());
    line(out, "Stances: gold down, found across".into());
    let mut head = format!("{:<14}", "");
    labels.iter().for_each(|&label| head += &format!("{:>6.5}", word(label, "missed")));
    line(out, head);
    for &gold in &labels {
        let mut row = format!("  {:<12}", word(gold, "false alarm"));
        for &found in &labels {
            let count = report.confusion.get(&(gold, found)).map_or(String::from("·"), usize::to_string);
            let _ = write!(row, "{count:>6}");
        }
        line(out, row);
    }
}

fn calibration(out: &mut String, title: &str, calibration: &Calibration) {
    if calibration.cases == 0 {
        return;
    }
    let error = 100.0 * calibration.error;
    line(out, String::new());
    line(out, format!("Calibration of {title} ({} cases, expected error {error:.1})", calibration.cases));
    line(out, format!("  {:<12}{:>7}{:>8}{:>8}", "from–to", "cases", "mean", "right"));
    for bin in &calibration.bins {
        let range = format!("{:.1}–{:.1}", bin.from, bin.to);
        line(out, format!("  {range:<12}{:>7}{:>8.1}{:>8.1}", bin.cases, 100.0 * bin.mean, 100.0 * bin.right));
    }
}
