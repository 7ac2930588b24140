//! `sayso evaluate`: arguments → report, files and exit code.
//!
//! Invariant: exit 0 where all is well, 1 where a figure fell or gold is wrong, 2 where nothing could be compared.

#![allow(clippy::print_stdout, clippy::print_stderr)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use serde::Serialize;

use sayso::evaluate::baseline::{Baseline, Fall};
use sayso::evaluate::{evaluate, misses, render, report::Report};
use sayso::evaluate::calibration::Calibration;
use sayso::gold::{self, GoldArticle};
use sayso::model::{ModelConfig, ModelFiles};

/// Score tables against labelled samples, and hold them to a baseline
#[derive(Args, Debug)]
#[command(
    long_about = "Score the tables in OUT against labelled samples: spans, statements, stances, source entities and \
        mentions, each with a 95 % interval over documents; then a table of confused stances, how far the \
        probabilities can be believed, and the worst errors with their sentences.\n\n\
        Gold is a JSON-lines file (docs/labelling.md), a corpus of attributions, names or stance labels, or a brat \
        folder; the shape is told by the keys. Extract from the texts of the gold file itself: it is an input like \
        any other.",
    after_long_help = "Examples:\n  \
        sayso extract samples.jsonl -o out\n  \
        sayso evaluate --gold samples.jsonl out\n  \
        sayso evaluate --gold samples.jsonl --errors errors.csv out\n\n  \
        Hold every later run to this one (exit 1 and the names of the figures that fell by more than a point):\n  \
        sayso evaluate --gold samples.jsonl --write-baseline baseline.json out\n  \
        sayso evaluate --gold samples.jsonl --baseline baseline.json --tolerance 1 out\n\n  \
        Look for mistakes in labels before scoring with them:\n  \
        sayso evaluate --check samples.jsonl\n\n\
        Exit codes: 0 done; 1 a figure fell, or --check found something; 2 nothing could be compared."
)]
pub struct EvaluateArgs {
    /// Folder that `sayso extract` wrote
    #[arg(value_name = "OUT", required_unless_present = "check", conflicts_with = "check")]
    out: Option<PathBuf>,

    /// Labelled samples: a JSON-lines file, or a folder of brat's .txt and .ann files
    #[arg(long, value_name = "FILE", required_unless_present = "check", help_heading = "Gold")]
    gold: Option<PathBuf>,

    /// The articles that the labels of single statements belong to
    #[arg(long, value_name = "FILE", help_heading = "Gold")]
    text: Option<PathBuf>,

    /// Drop nested statements on both sides, for gold that marks only outer ones
    #[arg(long, help_heading = "Gold")]
    outer: bool,

    /// Only look for what is wrong with the labels: spans that do not slice, overlap or are empty, unknown words
    #[arg(long, value_name = "GOLD", conflicts_with_all = ["gold", "outer", "errors", "json", "calibrate", "baseline", "write_baseline"], help_heading = "Gold")]
    check: Option<PathBuf>,

    /// Write every miss, false alarm and difference as CSV
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    errors: Option<PathBuf>,

    /// Write all figures, confused stances and calibration as JSON
    #[arg(long, value_name = "FILE", help_heading = "Results")]
    json: Option<PathBuf>,

    /// Fit the scores of this model, which wrote OUT, to the gold: its config.json gets the correction
    #[arg(long, value_name = "MODEL", help_heading = "Results")]
    calibrate: Option<PathBuf>,

    /// Exit 1 when a figure is worse than in this file
    #[arg(long, value_name = "FILE", help_heading = "Regression test")]
    baseline: Option<PathBuf>,

    /// Points by which a figure may be worse than in the baseline
    #[arg(long, value_name = "POINTS", default_value_t = 0.5, requires = "baseline", value_parser = points, help_heading = "Regression test")]
    tolerance: f64,

    /// Write the figures that later runs are held to
    #[arg(long, value_name = "FILE", help_heading = "Regression test")]
    write_baseline: Option<PathBuf>,
}

fn points(word: &str) -> Result<f64, String> {
    match word.parse::<f64>() {
        Ok(points) if points.is_finite() && points >= 0.0 => Ok(points),
        _ => Err("give points of per cent, 0 or more".to_owned()),
    }
}

/// Scores, prints, writes; the exit code says whether all is well.
pub fn run(args: EvaluateArgs) -> Result<ExitCode> {
    if let Some(path) = &args.check {
        return check(path, args.text.as_deref());
    }
    let (Some(path), Some(out)) = (&args.gold, &args.out) else {
        anyhow::bail!("name the gold with --gold and the folder with the tables");
    };
    let gold = gold::read(path, args.text.as_deref())?.collect::<Result<Vec<GoldArticle>, _>>()?;
    let was: Option<Baseline> = args.baseline.as_deref().map(read_baseline).transpose()?;
    let report = evaluate(out, &gold, args.outer)?;
    print!("{}", render::text(&report));
    warn_of_problems(path, args.text.as_deref())?;
    write_files(&args, &report, &gold)?;
    if let Some(model) = &args.calibrate {
        calibrate(model, &report)?;
    }
    match was {
        Some(was) => compare(&was, &Baseline::of(&report, &gold), args.tolerance),
        None => Ok(ExitCode::SUCCESS),
    }
}

fn check(path: &Path, text: Option<&Path>) -> Result<ExitCode> {
    let checked = gold::check(path, text)?;
    checked.problems.iter().for_each(|problem| println!("{problem}"));
    println!(
        "{} articles, {} statements, {} mentions: {}",
        checked.articles,
        checked.statements,
        checked.mentions,
        match checked.problems.len() {
            0 => "nothing wrong".to_owned(),
            n => format!("{n} problems"),
        }
    );
    Ok(if checked.problems.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn warn_of_problems(path: &Path, text: Option<&Path>) -> Result<()> {
    let problems = gold::check(path, text)?.problems.len();
    if problems > 0 {
        eprintln!("{problems} problems in the gold; sayso evaluate --check {} lists them", path.display());
    }
    Ok(())
}

fn write_files(args: &EvaluateArgs, report: &Report, gold: &[GoldArticle]) -> Result<()> {
    if let Some(path) = &args.errors {
        let mut table = Vec::new();
        misses::write_csv(&report.misses, &mut table)?;
        write(path, &table)?;
    }
    if let Some(path) = &args.json {
        write_json(path, &report.to_json())?;
    }
    if let Some(path) = &args.write_baseline {
        write_json(path, &Baseline::of(report, gold))?;
    }
    Ok(())
}

/// Corrects the probabilities of a model by what the gold says of them.
fn calibrate(model: &Path, report: &Report) -> Result<()> {
    let files = ModelFiles::new(model);
    let line = |calibration: &Calibration| {
        (calibration.correction.bias as f32, calibration.correction.slope as f32)
    };
    let before = ModelConfig::read(&files.config())?.sayso.calibration;
    let after = before.corrected(line(&report.score), line(&report.stance_score));
    after.write(&files.config())?;
    println!("\n{}: {after:?}, from {} rows; extract again to see it at work", files.config().display(), report.score.cases);
    Ok(())
}

fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    write(path, format!("{}\n", serde_json::to_string_pretty(value)?).as_bytes())
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| format!("{} cannot be written", path.display()))
}

fn read_baseline(path: &Path) -> Result<Baseline> {
    let text = std::fs::read_to_string(path)
        .with_context(|| format!("{} cannot be read; --write-baseline makes one", path.display()))?;
    serde_json::from_str(&text)
        .with_context(|| format!("{} is no baseline; --write-baseline makes one", path.display()))
}

fn compare(was: &Baseline, now: &Baseline, tolerance: f64) -> Result<ExitCode> {
    let falls = was.falls(now, tolerance)?;
    println!();
    if falls.is_empty() {
        println!("No figure is worse than in the baseline by more than {tolerance} points.");
        return Ok(ExitCode::SUCCESS);
    }
    println!("Worse than in the baseline by more than {tolerance} points:");
    for Fall { key, was, is } in &falls {
        let is = is.map_or("not measured".to_owned(), |is| format!("{is:.1}"));
        println!("  {key:<40} {was:.1} → {is}");
    }
    Ok(ExitCode::from(1))
}
