//! Corpora → model.
//!
//! Invariant: on one machine the same configuration gives the same model, killed and resumed or not:
//! every order and every choice comes from the seed and the number of the step, and what the optimiser
//! knows is saved with the weights.

mod batch;
mod checkpoint;
mod config;
mod corpus;
mod encoder;
mod epoch;
mod example;
mod loss;
mod optimise;
mod plot;
mod progress;
mod random;
mod record;
mod roles;
mod run;
mod score;
mod start;
mod stretch;
mod words;

use std::path::Path;

pub use config::{Corpus, CorpusKind, LossWeights, Precision, Schedule, TrainConfig};
pub use example::Misfits;
pub use loss::Losses;
pub use progress::Progress;
pub use run::train;
pub use score::Figures;

/// A training could not begin or go on.
#[derive(Debug, thiserror::Error)]
pub enum TrainError {
    /// A file is missing, unreadable or cannot be written.
    #[error("cannot use {path}: {why}")]
    File {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// train.toml.
    #[error("{path} does not describe a training: {why}")]
    Config {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// A line of a corpus.
    #[error("{path}, line {line}: {why}; mend or remove the line")]
    Line {
        /// The file.
        path: String,
        /// Counted from 1.
        line: usize,
        /// What is wrong.
        why: String,
    },
    /// Labels that lie apart from their texts.
    #[error(transparent)]
    Gold(#[from] crate::gold::GoldError),
    /// The state of an unfinished training.
    #[error("cannot resume from {path}: {why}; remove it to start anew")]
    State {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// No batch can be made.
    #[error("there is nothing to learn from: the corpora hold no text, or all their weights are 0")]
    Nothing,
    /// A weight is missing or has another shape.
    #[error(
        "the weights to start from do not fit the network at {name}; config.json and model.safetensors must belong together"
    )]
    Weight {
        /// Its name.
        name: String,
    },
    /// The model started from.
    #[error(transparent)]
    Model(#[from] crate::model::ModelError),
    /// The tokenizer.
    #[error(transparent)]
    Encode(#[from] crate::encode::EncodeError),
    /// libtorch.
    #[error("the training failed: {0}")]
    Torch(#[from] tch::TchError),
}

impl TrainError {
    fn file(path: &Path, error: std::io::Error) -> Self {
        TrainError::File { path: path.display().to_string(), why: error.to_string() }
    }
}
