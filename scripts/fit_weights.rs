//! Fits the weights of who is who to labelled articles (docs/entities.md, "Your own weights").
//!
//!     cargo run --release --example fit_weights -- cases GOLD.jsonl... > cases.tsv
//!     cargo run --release --example fit_weights -- fit KINDS L2 PRIOR cases.tsv... > kind.rs
//!
//! `cases` lists what each choice is made among in articles with `source_entities`: the statements are taken from the
//! labels, the mentions too if there are any, else from the model that comes with the program. A line is, parted by
//! tabs: kind, document, 1 if the words as written agree with the label, the present weights, candidates (parted by `;`)
//! as `right:number=value,…`. A candidate is right if its names agree with all of the label's.
//!
//! `fit` fits a conditional logit with nobody as a choice, drawn to PRIOR: an earlier output, `now` for the present
//! weights, `-` for none. KINDS joins kinds with `+`. How many answers of a cross-validation over documents are right and
//! wrong, from which least probability on, goes to standard error; one half is what is printed.

use std::path::Path;
use std::process::ExitCode;

use sayso::article::Findings;
use sayso::decode::{PassagePieces, Reader};
use sayso::evaluate::agree::lists_agree;
use sayso::given::{Given, GivenStage};
use sayso::gold::GoldArticle;
use sayso::labels::Part;
use sayso::model::{DEFAULT_MODEL, Engine, EngineChoice, Model, find};
use sayso::read::{ReadOptions, records};
use sayso::resolve::{ResolveOptions, Resolver};
use sayso::segment::segment;

type Failure = Box<dyn std::error::Error>;

/// Least probability of an answer: it is likelier right than wrong.
const LEAST: f64 = 0.5;
/// Parts of the cross-validation.
const FOLDS: u64 = 5;
const STEPS: i32 = 500;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["cases", ref gold @ ..] if !gold.is_empty() => gold.iter().try_for_each(|path| cases(path)),
        ["fit", kinds, l2, prior, ref files @ ..] if !files.is_empty() => fit_kinds(kinds, l2, prior, files),
        _ => Err("usage: fit_weights cases GOLD.jsonl... | fit_weights fit KINDS L2 PRIOR CASES...".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("fit_weights: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints the cases of a labelled file.
fn cases(path: &str) -> Result<(), Failure> {
    tch::set_num_threads(1);
    let files = find(DEFAULT_MODEL)?;
    let tokenizer = Model::tokenizer(&files)?;
    let model = Model::with_engine(&files, Engine::load(EngineChoice::Auto, &files)?)?;
    let resolver = Resolver::new(&ResolveOptions::default())?;
    let gold: Vec<GoldArticle> = sayso::gold::read(Path::new(path), None)?.collect::<Result<_, _>>()?;
    let given = Given::new(vec![GivenStage::Mentions, GivenStage::Statements], gold.iter().cloned());
    let options = ReadOptions { inputs: vec![path.into()], any_language: true, ..ReadOptions::default() };
    for record in records(&options)? {
        let Some(labels) = gold.iter().find(|g| g.id == record.doc_id) else { continue };
        let article = segment(&record);
        let mut findings = Findings::default();
        if labels.mentions.is_none() {
            let pieces = article.passages.iter().map(|p| tokenizer.encode(&p.text)).collect::<Result<Vec<_>, _>>()?;
            let passages: Vec<PassagePieces<'_>> = (article.passages.iter().zip(&pieces))
                .map(|(passage, pieces)| PassagePieces { passage, pieces })
                .collect();
            findings = Findings::joined(Reader::new(&model, &passages).read(None)?);
        }
        given.apply(&record, &article, &mut findings);
        for weighing in resolver.weighed(&record, &article, &findings) {
            let place = Some([weighing.span.start, weighing.span.end]);
            let here = |s: &&sayso::gold::GoldStatement| {
                s.source_span == place && s.part.unwrap_or(Part::Text) == weighing.part && s.source_entities.is_some()
            };
            let statement = labels.statements.iter().flatten().find(here);
            let Some(names) = statement.and_then(|s| s.source_entities.as_ref()).filter(|n| !n.is_empty()) else {
                continue;
            };
            let written = article.slice(weighing.part, weighing.span).to_owned();
            let candidates = weighing.candidates.iter().map(|(who, features)| {
                let told = features.iter().enumerate().filter(|(_, v)| **v != 0.0);
                let told: Vec<String> = told.map(|(i, v)| format!("{i}={v}")).collect();
                format!("{}:{}", u8::from(lists_agree(names, who)), told.join(","))
            });
            let candidates: Vec<String> = candidates.collect();
            let kept = u8::from(lists_agree(names, &[written]));
            let weights: Vec<String> = weighing.weights.iter().map(f32::to_string).collect();
            let columns = [weighing.kind, &record.doc_id, &kept.to_string(), &weights.join(" "), &candidates.join(";")];
            println!("{}", columns.join("\t"));
        }
    }
    Ok(())
}

/// One choice whose right answer is known.
struct Case {
    fold: u64,
    kind: String,
    /// Whether the words as written are right: nobody is meant.
    kept: bool,
    candidates: Vec<(bool, Vec<(usize, f64)>)>,
}

impl Case {
    fn read(line: &str, present: &mut Vec<f64>) -> Result<Case, Failure> {
        let columns: Vec<&str> = line.split('\t').collect();
        let [kind, doc, kept, weights, candidates] = columns[..] else { return Err("a line of other columns".into()) };
        *present = numbers(weights);
        let candidate = |text: &str| -> Result<(bool, Vec<(usize, f64)>), Failure> {
            let (right, told) = text.split_once(':').ok_or("a candidate without :")?;
            let pairs = told.split(',').filter_map(|pair| pair.split_once('='));
            let told = pairs.map(|(i, v)| Ok::<_, Failure>((i.parse()?, v.parse()?))).collect::<Result<_, _>>()?;
            Ok((right == "1", told))
        };
        let hash = |h: u64, b: u8| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3);
        Ok(Case {
            fold: doc.bytes().fold(0xcbf2_9ce4_8422_2325, hash) % FOLDS,
            kind: kind.to_owned(),
            kept: kept == "1",
            candidates: candidates.split(';').filter(|c| !c.is_empty()).map(candidate).collect::<Result<_, _>>()?,
        })
    }

    /// The probability of each candidate, and of nobody.
    fn probabilities(&self, weights: &[f64]) -> (Vec<f64>, f64) {
        let nobody = weights[weights.len() - 1];
        let worth = |told: &[(usize, f64)]| told.iter().map(|(i, v)| weights[*i] * v).sum::<f64>();
        let worths: Vec<f64> = self.candidates.iter().map(|(_, told)| worth(told)).collect();
        let most = worths.iter().copied().fold(nobody, f64::max);
        let total = worths.iter().map(|w| (w - most).exp()).sum::<f64>() + (nobody - most).exp();
        (worths.iter().map(|w| (w - most).exp() / total).collect(), (nobody - most).exp() / total)
    }
}

/// All numbers in a text.
fn numbers(text: &str) -> Vec<f64> {
    text.split(|c: char| !c.is_ascii_digit() && !matches!(c, '.' | '-')).filter_map(|n| n.parse().ok()).collect()
}

/// The weights that fit the cases best (Adam on the mean log loss).
fn fit(cases: &[&Case], l2: f64, prior: &[f64]) -> Vec<f64> {
    let (mut weights, n) = (prior.to_vec(), prior.len());
    let (mut mean, mut square) = (vec![0.0; n], vec![0.0; n]);
    for step in 1..=STEPS {
        let mut slope = vec![0.0; n];
        for case in cases {
            let (each, nobody) = case.probabilities(&weights);
            let right: f64 = case.candidates.iter().zip(&each).filter(|(c, _)| c.0).map(|(_, p)| p).sum();
            let any = case.candidates.iter().any(|c| c.0);
            for ((is_right, told), p) in case.candidates.iter().zip(&each) {
                let wanted = if *is_right { p / right.max(1e-12) } else { 0.0 };
                told.iter().for_each(|(i, v)| slope[*i] += (p - wanted) * v);
            }
            slope[n - 1] += nobody - f64::from(u8::from(!any));
        }
        let rate = if step < STEPS / 2 {
            0.05
        } else if step < STEPS * 4 / 5 {
            0.02
        } else {
            0.005
        };
        for i in 0..n {
            let drawn = if i + 1 < n { l2 * (weights[i] - prior[i]) } else { 0.0 };
            let slope = (slope[i] + drawn) / cases.len().max(1) as f64;
            mean[i] = 0.9 * mean[i] + 0.1 * slope;
            square[i] = 0.99 * square[i] + 0.01 * slope * slope;
            let (m, s) = (mean[i] / (1.0 - 0.9f64.powi(step)), square[i] / (1.0 - 0.99f64.powi(step)));
            weights[i] -= rate * m / (s.sqrt() + 1e-8);
        }
    }
    weights
}

/// What came of a case that was held out.
struct Held {
    /// Probability of the best candidate.
    p: f64,
    /// Whether that is right.
    right: bool,
    /// Probability of nobody.
    nobody: f64,
    /// Whether that is right.
    kept: bool,
}

/// Fits the weights of some kinds together and prints them as `src/resolve/weights.rs` has them.
fn fit_kinds(kinds: &str, l2: &str, prior: &str, files: &[&str]) -> Result<(), Failure> {
    let l2: f64 = l2.parse()?;
    let (mut cases, mut present) = (Vec::new(), Vec::new());
    for file in files {
        for line in std::fs::read_to_string(file)?.lines() {
            let mut weights = Vec::new();
            let case = Case::read(line, &mut weights)?;
            if kinds.split('+').any(|kind| kind == case.kind) {
                present = weights;
                cases.push(case);
            }
        }
    }
    let n = present.len();
    let prior = match prior {
        "now" => present,
        "-" => vec![0.0; n],
        file => numbers(&std::fs::read_to_string(file)?).into_iter().take(n).collect(),
    };
    if cases.is_empty() || prior.len() != n {
        return Err(format!("no cases of {kinds}, or a prior of another length").into());
    }
    let mut held: Vec<Held> = Vec::new();
    for fold in 0..FOLDS {
        let rest: Vec<&Case> = cases.iter().filter(|c| c.fold != fold).collect();
        let weights = fit(&rest, l2, &prior);
        for case in cases.iter().filter(|c| c.fold == fold) {
            let (each, nobody) = case.probabilities(&weights);
            let best = (0..each.len()).max_by(|a, b| each[*a].total_cmp(&each[*b]));
            let (p, right) = best.map_or((0.0, false), |i| (each[i], case.candidates[i].0));
            held.push(Held { p, right, nobody, kept: case.kept });
        }
    }
    let share = |of: &dyn Fn(&Held) -> bool| 100.0 * held.iter().filter(|h| of(h)).count() as f64 / held.len() as f64;
    eprintln!(
        "{kinds}: {} cases, the right one among {:.1} %; held out from {LEAST}: {:.1} right, {:.1} wrong; nobody: {:.1} right, {:.1} wrong",
        cases.len(),
        100.0 * cases.iter().filter(|c| c.candidates.iter().any(|c| c.0)).count() as f64 / cases.len() as f64,
        share(&|h| h.p >= LEAST && h.right),
        share(&|h| h.p >= LEAST && !h.right),
        share(&|h| h.nobody >= LEAST && h.kept),
        share(&|h| h.nobody >= LEAST && !h.kept),
    );
    for t in [0.0, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8] {
        eprint!("  {t}: {:.1}/{:.1}", share(&|h| h.p >= t && h.right), share(&|h| h.p >= t && !h.right));
    }
    eprintln!();
    let weights = fit(&cases.iter().collect::<Vec<_>>(), l2, &prior);
    let features: Vec<String> = weights[..n - 1].iter().map(|w| format!("{w:.2}")).collect();
    println!("    features: [{}],\n    nobody: {:.2},", features.join(", "), weights[n - 1]);
    println!("    least: {LEAST:.2},\n    least_nobody: {LEAST:.2},");
    Ok(())
}
