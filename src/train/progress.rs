//! What a training tells while it runs.

use std::time::{Duration, Instant};

use super::example::Misfits;
use super::loss::Losses;
use super::score::Figures;

/// An event of a training.
#[derive(Clone, Debug)]
pub enum Progress {
    /// A corpus is read.
    Read {
        /// Its folder and name.
        corpus: String,
        /// Texts in it.
        texts: usize,
        /// Pieces in them.
        pieces: usize,
        /// Labels that do not fit.
        misfits: Misfits,
    },
    /// An unfinished training goes on.
    Resumed {
        /// Steps done before.
        step: u64,
    },
    /// Some steps are done; losses are means over them.
    Steps {
        /// Steps done.
        step: u64,
        /// Steps in all.
        steps: u64,
        /// Mean losses.
        losses: Losses,
        /// Part of the highest rate.
        rate: f64,
        /// Length of the last gradient.
        gradient: f64,
        /// Pieces read per second, padding not counted.
        pieces_per_second: f64,
        /// Time left at this speed.
        left: Duration,
    },
    /// The model is scored; from step 1 on a checkpoint is written too.
    Scored {
        /// Steps done.
        step: u64,
        /// Dev figures by corpus.
        figures: Vec<(String, Figures)>,
        /// Mean over corpora of the means of their figures; 0 without dev corpora.
        score: f64,
        /// Whether it is the best so far.
        best: bool,
    },
}

/// Losses and speed since the last report.
pub struct Tally {
    started: Instant,
    paused: Duration,
    steps: usize,
    pieces: usize,
    sums: [(f64, usize); 6],
}

impl Tally {
    /// Starts the clock.
    pub fn new() -> Self {
        Tally { started: Instant::now(), paused: Duration::ZERO, steps: 0, pieces: 0, sums: [(0.0, 0); 6] }
    }

    /// Takes time out that was not spent on steps.
    pub fn pause(&mut self, time: Duration) {
        self.paused += time;
    }

    /// Adds a step.
    pub fn add(&mut self, losses: Losses, pieces: usize) {
        self.steps += 1;
        self.pieces += pieces;
        let parts = [Some(losses.total), losses.cue, losses.roles, losses.mentions, losses.stance, losses.flags];
        for (sum, part) in self.sums.iter_mut().zip(parts) {
            if let Some(value) = part {
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
    }

    /// What the steps so far amount to.
    pub fn progress(&self, step: u64, steps: u64, rate: f64, gradient: f64) -> Progress {
        let seconds = self.started.elapsed().saturating_sub(self.paused).as_secs_f64().max(1e-9);
        let mean = |index: usize| {
            let (sum, count) = self.sums[index];
            (count > 0).then(|| sum / count as f64)
        };
        let losses = Losses {
            total: mean(0).unwrap_or(0.0),
            cue: mean(1),
            roles: mean(2),
            mentions: mean(3),
            stance: mean(4),
            flags: mean(5),
        };
        let left = seconds / self.steps.max(1) as f64 * steps.saturating_sub(step) as f64;
        Progress::Steps {
            step,
            steps,
            losses,
            rate,
            gradient,
            pieces_per_second: self.pieces as f64 / seconds,
            left: Duration::from_secs_f64(left),
        }
    }
}
