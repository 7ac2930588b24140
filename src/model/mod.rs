//! Batches → logits: one encoder, four heads.
//!
//! Invariant: what is computed for a window does not depend on the windows beside it in the batch
//! (padding is masked), up to the order of floating-point sums.

mod config;
mod engine;
mod find;
mod folder;
mod network;

pub use config::{Calibration, ModelConfig, ROLE_TAGS, SaysoConfig};
pub use engine::{Engine, EngineChoice};
pub use find::{DEFAULT_MODEL, find, folders, models};
pub use folder::{Model, ModelFiles, sha256};
pub use network::{Cues, Heads, Network, Windows, distance_bucket};

/// A model could not be loaded.
#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    /// No folder of that name.
    #[error(
        "there is no model {name:?}; there are: {known}. Name one of them, or the path of a folder with config.json, tokenizer.json and model.safetensors; SAYSO_MODELS may name a folder that holds models"
    )]
    Unknown {
        /// The name asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// A file of the folder is missing or unreadable.
    #[error(
        "cannot read {path}: {why}; a model folder holds config.json, tokenizer.json and model.safetensors (`sayso models` lists the folders that are looked at)"
    )]
    File {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// config.json describes another network than this program's.
    #[error("{path} does not describe a sayso network: {why}")]
    Config {
        /// The file.
        path: String,
        /// What is wrong.
        why: String,
    },
    /// A fast engine was asked for and cannot be had.
    #[error(
        "the engines bf16 and int8 need a processor with AVX-512 VNNI and BF16, and a BERT with heads of 32 units or a multiple; --engine auto takes the reference where they cannot be had"
    )]
    NotFast,
    /// The tokenizer.
    #[error(transparent)]
    Tokenizer(#[from] crate::encode::EncodeError),
    /// libtorch refuses an operation.
    #[error("the network failed: {0}")]
    Torch(#[from] tch::TchError),
    /// rust-bert refuses its input.
    #[error("the encoder failed: {0}")]
    Bert(#[from] rust_bert::RustBertError),
}
