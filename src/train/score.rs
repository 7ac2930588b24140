//! Model × dev corpora → figures that are cheap enough for every checkpoint.
//!
//! Words are decoded one by one, roles with the labelled cue given: what `sayso evaluate` says of the
//! tables is the truth, this is its shadow, from the same hidden states as the loss.

use std::collections::BTreeMap;
use std::ops::Range;

use tch::{Kind, Tensor, no_grad};

use super::batch::{Stretch, batch, groups, stretches};
use super::config::{LossWeights, Schedule};
use super::example::{Example, UNKNOWN};
use super::loss::{Layers, statement_logits};
use super::random::Random;
use crate::labels::Stance;

/// What a change of role costs, in log-probability.
const CHANGE: f32 = 0.5;

/// Hits, predictions and labels of one kind of span.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    right: usize,
    found: usize,
    gold: usize,
}

impl Count {
    fn add(&mut self, found: &[Range<usize>], gold: &[Range<usize>]) {
        self.right += found.iter().filter(|f| gold.contains(f)).count();
        self.found += found.len();
        self.gold += gold.len();
    }

    fn f1(self) -> f64 {
        200.0 * self.right as f64 / (self.found + self.gold).max(1) as f64
    }
}

/// Figures by name, in per cent.
pub type Figures = BTreeMap<String, f64>;

/// Scores a model on one dev corpus; figures without a label to compare with are left out.
pub fn score(layers: &Layers, examples: &[Example], schedule: &Schedule, size: usize) -> Figures {
    let windows = examples.iter().enumerate().flat_map(|(i, e)| stretches(i, e, size, None)).collect();
    let mut tally = Tally::default();
    for group in groups(windows, schedule, &mut Random::new(0, 0)) {
        no_grad(|| tally.read(layers, &group, examples));
    }
    tally.figures()
}

#[derive(Default)]
struct Tally {
    spans: BTreeMap<&'static str, Count>,
    stances: BTreeMap<Stance, Count>,
}

impl Tally {
    fn read(&mut self, layers: &Layers, group: &[Stretch], examples: &[Example]) {
        let batch = batch(group, examples, &LossWeights { boundary: 1.0, ..LossWeights::default() }, None);
        let hidden = layers.encoder.encode(&batch.windows, false);
        if batch.cues.is_some() {
            let rows = rows(&layers.network.cue_logits(&hidden));
            for (window, row) in group.iter().zip(&rows) {
                let example = &examples[window.example];
                let known = &example.cues[window.start..window.end];
                let gold = runs(known.iter().map(|&t| if t > 0 { (1, t == 1) } else { (0, false) }));
                let words = words(example, window, row, 3, &[&[0], &[1, 2]]);
                let tags = words.iter().flat_map(|(range, scores)| {
                    range.clone().map(|at| (usize::from(scores[1] > scores[0] && known[at] != UNKNOWN), false))
                });
                self.spans
                    .entry("cue")
                    .or_default()
                    .add(&trimmed(example, window, runs(tags), 1), &trimmed(example, window, gold, 1));
            }
        }
        if batch.mentions.is_some() {
            let rows = rows(&layers.network.mention_logits(&hidden));
            for (window, row) in group.iter().zip(&rows) {
                let example = &examples[window.example];
                let gold = runs(
                    example.mentions[window.start..window.end].iter().map(|&t| ((t as usize).div_ceil(2), t % 2 == 1)),
                );
                let words = words(example, window, row, 9, &[&[0], &[1], &[2], &[3], &[4], &[5], &[6], &[7], &[8]]);
                let tags = words.iter().flat_map(|(range, s)| {
                    let class = |c: usize| if c == 0 { s[0] } else { s[2 * c - 1].max(s[2 * c]) };
                    let classes = if example.misc { 5 } else { 4 };
                    let best = (1..classes).fold(0, |best, c| if class(c) > class(best) { c } else { best });
                    let begins = best > 0 && s[2 * best - 1] > s[2 * best];
                    range.clone().map(move |at| (best, begins && at == range.start))
                });
                let found = runs(tags);
                for class in 1..5 {
                    self.spans.entry("mentions").or_default().add(
                        &trimmed(example, window, found.clone(), class),
                        &trimmed(example, window, gold.clone(), class),
                    );
                }
            }
        }
        if let Some(statements) = &batch.statements {
            let logits = statement_logits(layers, &hidden, &batch.windows.mask, statements, true, false);
            let tags = rows(&logits.roles);
            let gold_rows: Vec<i64> = flat(&statements.roles);
            let width = hidden.size()[1] as usize;
            let at: Vec<i64> = flat(&statements.cues.window);
            let known: Vec<f32> = flat(&statements.addressee_known);
            for (index, row) in tags.iter().enumerate() {
                let window = &group[at[index] as usize];
                let example = &examples[window.example];
                let gold_tags = &gold_rows[index * width + 1..][..window.end - window.start];
                let gold = runs(
                    gold_tags.iter().map(|&t| if t > 0 { ((t as usize).div_ceil(2), t % 2 == 1) } else { (0, false) }),
                );
                let words = words(example, window, row, 7, &[&[0], &[1, 2], &[3, 4], &[5, 6]]);
                let found = runs(cheapest(&words).into_iter());
                for (class, name) in [(1, "source"), (2, "content"), (3, "addressee")] {
                    if class < 3 || known[index] > 0.0 {
                        self.spans.entry(name).or_default().add(
                            &trimmed(example, window, found.clone(), class),
                            &trimmed(example, window, gold.clone(), class),
                        );
                    }
                }
            }
            let stances: Vec<i64> = flat(&statements.stances);
            let best: Vec<i64> = flat(&logits.stances.argmax(-1, false));
            for (&gold, &found) in stances.iter().zip(&best).filter(|(g, _)| **g != UNKNOWN) {
                let (gold, found) = (Stance::ALL[gold as usize], Stance::ALL[found as usize]);
                self.stances.entry(gold).or_default().gold += 1;
                self.stances.entry(found).or_default().found += 1;
                self.stances.entry(gold).or_default().right += usize::from(gold == found);
            }
        }
    }

    fn figures(self) -> Figures {
        let mut figures: Figures =
            self.spans.iter().filter(|(_, c)| c.gold > 0).map(|(name, c)| ((*name).to_owned(), c.f1())).collect();
        let labelled: Vec<&Count> = self.stances.values().filter(|c| c.gold > 0).collect();
        if !labelled.is_empty() {
            let gold: usize = labelled.iter().map(|c| c.gold).sum();
            let right: usize = labelled.iter().map(|c| c.right).sum();
            figures.insert("stance".into(), 100.0 * right as f64 / gold as f64);
            let macro_f1 = labelled.iter().map(|c| c.f1()).sum::<f64>() / labelled.len() as f64;
            figures.insert("stance macro".into(), macro_f1);
        }
        figures
    }
}

/// Log-probabilities, one row for each of the first dimension.
fn rows(logits: &Tensor) -> Vec<Vec<f32>> {
    let scores = logits.log_softmax(-1, Kind::Float);
    let all: Vec<f32> = flat(&scores);
    let each = (scores.size()[1] * scores.size()[2]) as usize;
    all.chunks(each.max(1)).map(<[f32]>::to_vec).collect()
}

fn flat<T: tch::kind::Element + Copy + Default>(tensor: &Tensor) -> Vec<T> {
    let mut values = vec![T::default(); tensor.numel()];
    tensor.to_kind(T::KIND).contiguous().copy_data(&mut values, tensor.numel());
    values
}

/// The words of a window (as pieces counted from its start) with the mean log-probability of each class;
/// a class is the sum of some tags.
fn words(
    example: &Example,
    window: &Stretch,
    row: &[f32],
    tags: usize,
    classes: &[&[usize]],
) -> Vec<(Range<usize>, Vec<f32>)> {
    let numbers = &example.pieces.words[window.start..window.end];
    let mut all = Vec::new();
    let mut start = 0;
    while start < numbers.len() {
        let end = start + numbers[start..].iter().take_while(|n| **n == numbers[start]).count();
        let score = |class: &&[usize]| {
            let pieces = (start..end)
                .map(|at| class.iter().map(|tag| row[(at + 1) * tags + tag].exp()).sum::<f32>().max(1e-9).ln());
            pieces.sum::<f32>() / (end - start) as f32
        };
        all.push((start..end, classes.iter().map(score).collect()));
        start = end;
    }
    all
}

/// The sequence of classes with the highest score, changes costing [`CHANGE`]; one tag for each piece.
fn cheapest(words: &[(Range<usize>, Vec<f32>)]) -> Vec<(usize, bool)> {
    let mut best: Vec<f32> = vec![0.0; 4];
    let mut from: Vec<[usize; 4]> = Vec::with_capacity(words.len());
    for (_, scores) in words {
        let step = |class: usize| {
            let cost = |before: usize| best[before] - if before == class { 0.0 } else { CHANGE };
            let before = (0..4).fold(class, |a, b| if cost(b) > cost(a) { b } else { a });
            (before, cost(before) + scores[class])
        };
        let steps = [0, 1, 2, 3].map(step);
        from.push(steps.map(|s| s.0));
        best = steps.iter().map(|s| s.1).collect();
    }
    let mut class = (0..4).fold(0, |a, b| if best[b] > best[a] { b } else { a });
    let mut tags: Vec<(usize, bool)> = Vec::new();
    for ((range, _), before) in words.iter().zip(&from).rev() {
        tags.extend(range.clone().map(|_| (class, false)));
        class = before[class];
    }
    tags.reverse();
    tags
}

/// Runs of the same class, with the class; a tag that begins a span ends the run before it.
fn runs(tags: impl Iterator<Item = (usize, bool)>) -> Vec<(Range<usize>, usize)> {
    let mut all: Vec<(Range<usize>, usize)> = Vec::new();
    for (at, (class, begins)) in tags.enumerate() {
        match all.last_mut() {
            Some((range, last)) if *last == class && range.end == at && !begins => range.end += 1,
            _ if class > 0 => all.push((at..at + 1, class)),
            _ => {}
        }
    }
    all
}

/// The runs of a class without the pieces at their ends that scores do not look at.
fn trimmed(example: &Example, window: &Stretch, runs: Vec<(Range<usize>, usize)>, class: usize) -> Vec<Range<usize>> {
    let bare = |at: usize| example.bare[window.start + at];
    let trim = |range: Range<usize>| {
        let start = range.clone().find(|&at| !bare(at)).unwrap_or(range.end);
        let end = range.clone().rev().find(|&at| !bare(at)).map_or(start, |at| at + 1);
        start..end
    };
    runs.into_iter().filter(|r| r.1 == class).map(|r| trim(r.0)).filter(|r| !r.is_empty()).collect()
}
