//! Model × dev corpora → figures that are cheap enough for every checkpoint.
//!
//! Words are decoded one by one, roles with the labelled cue given: what `sayso evaluate` says of the
//! tables is the truth, this is its shadow, from the same hidden states as the loss.

use std::collections::BTreeMap;
use std::ops::Range;

use tch::{Tensor, no_grad};

use super::batch::{Statements, batch};
use super::config::{LossWeights, Schedule};
use super::example::{Example, UNKNOWN};
use super::loss::{Layers, statement_logits};
use super::random::Random;
use super::stretch::{Stretch, groups, stretches};
use super::words::{Run, cheapest, class_of, flat, rows, runs, trimmed, words};
use crate::labels::Stance;

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
pub fn score(layers: &Layers, lean: &Tensor, examples: &[Example], schedule: &Schedule, size: usize) -> Figures {
    let windows = examples.iter().enumerate().flat_map(|(i, e)| stretches(i, e, size, None)).collect();
    let mut tally = Tally::default();
    for group in groups(windows, schedule, &mut Random::new(0, 0)) {
        no_grad(|| tally.read(layers, lean, &group, examples));
    }
    tally.figures()
}

#[derive(Default)]
struct Tally {
    spans: BTreeMap<&'static str, Count>,
    stances: BTreeMap<Stance, Count>,
}

impl Tally {
    fn read(&mut self, layers: &Layers, lean: &Tensor, group: &[Stretch], examples: &[Example]) {
        let batch = batch(group, examples, &LossWeights::default(), None);
        let hidden = layers.encoder.encode(&batch.windows, false);
        if batch.cues.is_some() {
            self.cues(&rows(&layers.network.heads.cue_logits(&hidden)), group, examples);
        }
        if batch.mentions.is_some() {
            self.mentions(&rows(&layers.network.heads.mention_logits(&hidden)), group, examples);
        }
        if let Some(statements) = &batch.statements {
            let logits = statement_logits(layers, &hidden, &batch.windows.mask, statements, true, false);
            self.roles(&rows(&logits.roles), statements, group, examples);
            self.stances(&(logits.stances - lean), statements);
        }
    }

    fn add(
        &mut self,
        name: &'static str,
        example: &Example,
        window: &Stretch,
        found: &[Run],
        gold: &[Run],
        class: usize,
    ) {
        let (found, gold) = (trimmed(example, window, found, class), trimmed(example, window, gold, class));
        self.spans.entry(name).or_default().add(&found, &gold);
    }

    fn cues(&mut self, rows: &[Vec<f32>], group: &[Stretch], examples: &[Example]) {
        for (window, row) in group.iter().zip(rows) {
            let example = &examples[window.example];
            let Some(tags) = example.cues.get(window.start..window.end) else {
                continue;
            };
            let gold = runs(tags.iter().map(|&tag| class_of(tag)));
            let words = words(example, window, row, 3, &[&[0], &[1, 2]]);
            let found = runs(words.iter().flat_map(|(range, scores)| {
                range.clone().map(|at| (usize::from(scores[1] > scores[0] && tags[at] != UNKNOWN), false))
            }));
            self.add("cue", example, window, &found, &gold, 1);
        }
    }

    fn mentions(&mut self, rows: &[Vec<f32>], group: &[Stretch], examples: &[Example]) {
        for (window, row) in group.iter().zip(rows) {
            let example = &examples[window.example];
            let Some(tags) = example.mentions.get(window.start..window.end) else {
                continue;
            };
            let gold = runs(tags.iter().map(|&tag| class_of(tag)));
            let words = words(example, window, row, 9, &[&[0], &[1], &[2], &[3], &[4], &[5], &[6], &[7], &[8]]);
            let found = runs(words.iter().flat_map(|(range, s)| {
                let class = |c: usize| {
                    if c == 0 { s[0] } else { s[2 * c - 1].max(s[2 * c]) }
                };
                let classes = if example.misc { 5 } else { 4 };
                let best = (1..classes).fold(0, |best, c| if class(c) > class(best) { c } else { best });
                let begins = best > 0 && s[2 * best - 1] > s[2 * best];
                range.clone().map(move |at| (best, begins && at == range.start))
            }));
            for class in 1..5 {
                self.add("mentions", example, window, &found, &gold, class);
            }
        }
    }

    fn roles(&mut self, rows: &[Vec<f32>], statements: &Statements, group: &[Stretch], examples: &[Example]) {
        let width = statements.roles.size()[1] as usize;
        let tags: Vec<i64> = flat(&statements.roles);
        let windows: Vec<i64> = flat(&statements.cues.window);
        let known: Vec<f32> = flat(&statements.addressee_known);
        for (index, row) in rows.iter().enumerate() {
            let window = &group[windows[index] as usize];
            let example = &examples[window.example];
            let tags = &tags[index * width + 1..][..window.end - window.start];
            let gold = runs(tags.iter().map(|&tag| class_of(tag)));
            let found = runs(cheapest(&words(example, window, row, 7, &[&[0], &[1, 2], &[3, 4], &[5, 6]])).into_iter());
            self.add("source", example, window, &found, &gold, 1);
            self.add("content", example, window, &found, &gold, 2);
            if known[index] > 0.0 {
                self.add("addressee", example, window, &found, &gold, 3);
            }
        }
    }

    fn stances(&mut self, logits: &Tensor, statements: &Statements) {
        let gold: Vec<i64> = flat(&statements.stances);
        let best: Vec<i64> = flat(&logits.argmax(-1, false));
        for (&gold, &found) in gold.iter().zip(&best).filter(|(gold, _)| **gold != UNKNOWN) {
            let (gold, found) = (Stance::ALL[gold as usize], Stance::ALL[found as usize]);
            self.stances.entry(gold).or_default().gold += 1;
            self.stances.entry(found).or_default().found += 1;
            self.stances.entry(gold).or_default().right += usize::from(gold == found);
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
