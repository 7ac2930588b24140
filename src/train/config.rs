//! `train.toml`: what to learn from, how long, and with which weights.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::TrainError;
use crate::labels::EntityType;

/// A training, as `train.toml` describes it. Paths are relative to the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrainConfig {
    /// Decides every order and every choice.
    #[serde(default = "one")]
    pub seed: u64,
    /// The folder of the model to start from, or of a bare encoder (`make base-model`).
    pub start: PathBuf,
    /// How long and how fast.
    #[serde(default)]
    pub schedule: Schedule,
    /// What counts how much.
    #[serde(default)]
    pub loss: LossWeights,
    /// What is learned from.
    pub corpus: Vec<Corpus>,
    /// What it is scored on at checkpoints, never learned from.
    #[serde(default)]
    pub dev: Vec<Corpus>,
}

fn one() -> u64 {
    1
}

/// Steps, batches and rates.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Schedule {
    /// Steps in all; the rates fall to 0 over them.
    pub steps: u64,
    /// Pieces of a batch, padding counted.
    pub batch: usize,
    /// Part of the steps over which the rates rise.
    pub warmup: f64,
    /// Highest rate of the encoder.
    pub encoder_rate: f64,
    /// Highest rate of the heads.
    pub head_rate: f64,
    /// Weight decay of matrices.
    pub decay: f64,
    /// Longest gradient.
    pub clip: f64,
    /// Dropout of hidden units.
    pub dropout: f64,
    /// Dropout of attention; off, since drawing it costs a tenth of the time.
    pub attention_dropout: f64,
    /// The saved weights are a moving average over about 1 / (1 − average) steps.
    pub average: f64,
    /// Part that the weights started from have in the saved ones; the average has the rest.
    pub keep_start: f64,
    /// Steps between two checkpoints.
    pub checkpoint_every: u64,
    /// Steps between two lines of the record.
    pub report_every: u64,
    /// Threads; 0 for as many as there are cores.
    pub threads: i32,
    /// What the encoder computes in.
    pub precision: Precision,
    /// Whether the model started from is scored first; a later one must then be better to be kept.
    pub score_start: bool,
    /// Whether the word embeddings stay as they are (cheaper, and words that no corpus holds stay in tune).
    pub freeze_words: bool,
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule {
            steps: 3000,
            batch: 3072,
            warmup: 0.06,
            encoder_rate: 2e-4,
            head_rate: 1e-3,
            decay: 0.01,
            clip: 1.0,
            dropout: 0.1,
            attention_dropout: 0.0,
            average: 0.999,
            keep_start: 0.0,
            checkpoint_every: 500,
            report_every: 20,
            threads: 0,
            precision: Precision::Fp32,
            score_start: true,
            freeze_words: false,
        }
    }
}

/// What the encoder computes in; the weights themselves are always kept in fp32.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// 32 bits.
    Fp32,
    /// 16 bits in matrix products: faster on processors that have instructions for it.
    Bf16,
}

impl Precision {
    /// The kind of the tensors.
    pub fn kind(self) -> tch::Kind {
        match self {
            Precision::Fp32 => tch::Kind::Float,
            Precision::Bf16 => tch::Kind::BFloat16,
        }
    }
}

/// Weights of the losses.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LossWeights {
    /// Cue tags.
    pub cue: f64,
    /// Role tags.
    pub roles: f64,
    /// Addressee tags among the role tags.
    pub addressee: f64,
    /// First and last pieces of roles and the pieces beside them, among the role tags.
    pub boundary: f64,
    /// Mention tags.
    pub mentions: f64,
    /// Stance.
    pub stance: f64,
    /// Flags.
    pub flags: f64,
    /// Label smoothing of the stance.
    pub smoothing: f64,
    /// Heaviest weight of a rare stance (the weight is √inverse frequency).
    pub rare: f64,
    /// Part of the direct quotations whose cue is dropped, so that free-standing ones are learned.
    pub drop_cue: f64,
    /// Part of the statements whose stance is learned from the roles as predicted, not as labelled.
    pub predicted_roles: f64,
    /// Part of the words that are hidden from the network, so that it learns to judge by the others.
    pub hide_words: f64,
}

impl Default for LossWeights {
    fn default() -> Self {
        LossWeights {
            cue: 3.0,
            roles: 1.0,
            addressee: 1.5,
            boundary: 1.0,
            mentions: 2.0,
            stance: 0.5,
            flags: 0.3,
            smoothing: 0.05,
            rare: 4.0,
            drop_cue: 0.15,
            predicted_roles: 0.0,
            hide_words: 0.0,
        }
    }
}

/// A file of labelled texts.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corpus {
    /// JSON lines.
    pub path: PathBuf,
    /// What a line holds.
    pub kind: CorpusKind,
    /// Passes over it in one epoch; 0.5 takes every other text.
    #[serde(default = "whole")]
    pub weight: f64,
    /// `attributions` only: files with JSON lines of stances, by `id` (article id, `#`, index).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stances: Vec<PathBuf>,
    /// `articles` only: the labels, where they lie apart from the texts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub labels: Option<PathBuf>,
    /// `names` only: which of its types is which of ours; others are no mention.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub types: BTreeMap<String, EntityType>,
    /// Whether statements inside contents are labelled too.
    #[serde(default)]
    pub nested: bool,
    /// Only stances and flags are learned: the statements are some of those that a model found, where it found them.
    #[serde(default)]
    pub stance_only: bool,
}

fn whole() -> f64 {
    1.0
}

/// What a line of a corpus holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CorpusKind {
    /// An article with `attributions`, as PolNeAR has them.
    Attributions,
    /// An article in the project's gold format.
    Articles,
    /// A text with `entities`, `[start, end, type]`.
    Names,
}

impl TrainConfig {
    /// Reads the file and makes its paths relative to where it lies.
    pub fn read(path: &Path) -> Result<Self, TrainError> {
        let text = std::fs::read_to_string(path).map_err(|e| TrainError::file(path, e))?;
        let mut config: TrainConfig = toml::from_str(&text)
            .map_err(|e| TrainError::Config { path: path.display().to_string(), why: e.to_string() })?;
        let folder = path.parent().unwrap_or(Path::new(""));
        config.start = folder.join(&config.start);
        for corpus in config.corpus.iter_mut().chain(&mut config.dev) {
            corpus.path = folder.join(&corpus.path);
            corpus.stances.iter_mut().chain(&mut corpus.labels).for_each(|path| *path = folder.join(&*path));
        }
        config.check().map_err(|why| TrainError::Config { path: path.display().to_string(), why })?;
        Ok(config)
    }

    fn check(&self) -> Result<(), String> {
        let schedule = &self.schedule;
        if self.corpus.is_empty() {
            return Err("it names no [[corpus]] to learn from".into());
        }
        if schedule.steps == 0 || schedule.checkpoint_every == 0 || schedule.report_every == 0 {
            return Err("steps, checkpoint_every and report_every must be 1 or more".into());
        }
        for (name, part) in [
            ("warmup", schedule.warmup),
            ("dropout", schedule.dropout),
            ("attention_dropout", schedule.attention_dropout),
            ("average", schedule.average),
            ("keep_start", schedule.keep_start),
            ("hide_words", self.loss.hide_words),
        ] {
            if !(0.0..1.0).contains(&part) {
                return Err(format!("{name} is {part}, it must be at least 0 and below 1"));
            }
        }
        for corpus in self.corpus.iter().chain(&self.dev) {
            if corpus.kind == CorpusKind::Names && corpus.types.is_empty() {
                return Err(format!("{} needs `types`: which of its types is which of ours", corpus.path.display()));
            }
        }
        Ok(())
    }
}
