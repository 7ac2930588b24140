//! Examples → the batches of an epoch.
//!
//! Invariant: they depend on the seed and the number of the epoch alone, so that a resumed training finds
//! its place again.

use super::config::{Corpus, Schedule};
use super::example::Example;
use super::random::Random;
use super::stretch::{Stretch, groups, stretches};

/// The texts to be learned from, with the corpus of each.
pub struct Texts {
    /// All of them, corpus by corpus.
    pub examples: Vec<Example>,
    /// Index of each one's corpus.
    pub corpora: Vec<usize>,
}

/// An epoch's batches, and where it stands in the training.
pub struct Epoch {
    number: u64,
    first_step: u64,
    groups: Vec<Vec<Stretch>>,
}

impl Epoch {
    /// The first epoch.
    pub fn first(seed: u64, schedule: &Schedule, corpora: &[Corpus], texts: &Texts, size: usize) -> Self {
        Epoch { number: 0, first_step: 0, groups: plan(seed, 0, schedule, corpora, texts, size) }
    }

    /// The epoch after this one.
    pub fn next(&self, seed: u64, schedule: &Schedule, corpora: &[Corpus], texts: &Texts, size: usize) -> Self {
        let number = self.number + 1;
        let first_step = self.first_step + self.groups.len() as u64;
        Epoch { number, first_step, groups: plan(seed, number, schedule, corpora, texts, size) }
    }

    /// Whether there is nothing to learn from.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// The batch of a step, if the step is in this epoch.
    pub fn group(&self, step: u64) -> Option<&[Stretch]> {
        let at = usize::try_from(step.checked_sub(self.first_step)?).ok()?;
        self.groups.get(at).map(Vec::as_slice)
    }
}

/// Draws texts by the weights of their corpora and cuts them into windows. Texts with statements and texts
/// with mentions are batched apart, so that a statement's loss is a mean over like many statements.
fn plan(
    seed: u64,
    number: u64,
    schedule: &Schedule,
    corpora: &[Corpus],
    texts: &Texts,
    size: usize,
) -> Vec<Vec<Stretch>> {
    let mut random = Random::new(seed, 1 + (number << 8));
    let (mut statements, mut mentions) = (Vec::new(), Vec::new());
    for (index, (text, &corpus)) in texts.examples.iter().zip(&texts.corpora).enumerate() {
        let weight = corpora[corpus].weight;
        let times = weight as usize + usize::from(random.chance(weight.fract()));
        let target = if text.cues.is_empty() { &mut mentions } else { &mut statements };
        for _ in 0..times {
            let windows = stretches(index, text, size, Some(&mut random));
            target.extend(windows.into_iter().filter(|window| text.teaches(window.start..window.end)));
        }
    }
    let mut all = groups(statements, schedule, &mut random);
    all.extend(groups(mentions, schedule, &mut random));
    random.shuffle(&mut all);
    all
}
