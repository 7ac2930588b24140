//! A model folder: `config.json`, `tokenizer.json`, `model.safetensors` (fp16), `MODEL_CARD.md`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
#[cfg(target_arch = "x86_64")]
use std::sync::Arc;

use rust_bert::bert::{BertEmbeddings, BertModel};
use sha2::{Digest, Sha256};
use tch::{Device, Tensor, nn};

#[cfg(target_arch = "x86_64")]
use super::engine::Fast;
use super::{Cues, Engine, Heads, ModelConfig, ModelError, Network, Windows, network};
use crate::encode::PieceEncoder;

/// Where a model's files lie.
#[derive(Clone, Debug)]
pub struct ModelFiles {
    /// The folder.
    pub folder: PathBuf,
}

impl ModelFiles {
    /// The files of a folder; they are looked at when they are loaded.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        ModelFiles { folder: folder.into() }
    }

    /// `config.json`
    pub fn config(&self) -> PathBuf {
        self.folder.join("config.json")
    }

    /// `tokenizer.json`
    pub fn tokenizer(&self) -> PathBuf {
        self.folder.join("tokenizer.json")
    }

    /// `model.safetensors`
    pub fn weights(&self) -> PathBuf {
        self.folder.join("model.safetensors")
    }

    /// The folder's own name.
    pub fn name(&self) -> String {
        self.folder.file_name().map_or_else(|| "model".to_owned(), |n| n.to_string_lossy().into_owned())
    }

    /// SHA-256 over the three files, hexadecimal: what tells two models apart.
    pub fn hash(&self) -> Result<String, ModelError> {
        let mut all = Sha256::new();
        for path in [self.config(), self.tokenizer(), self.weights()] {
            all.update(
                sha256(&path).map_err(|e| ModelError::File { path: path.display().to_string(), why: e.to_string() })?,
            );
        }
        Ok(hex(&all.finalize()))
    }
}

/// SHA-256 of a file, hexadecimal.
pub fn sha256(path: &Path) -> std::io::Result<String> {
    let mut file = File::open(path)?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok(hex(&hash.finalize())),
            n => hash.update(&buffer[..n]),
        }
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

/// Fills a store from a file. The weights come in fp16 and are widened, or the network would run in fp16.
fn fill(store: &mut nn::VarStore, weights: &Path) -> Result<(), ModelError> {
    let wrong = |why: String| ModelError::File { path: weights.display().to_string(), why };
    File::open(weights).map_err(|error| wrong(error.to_string()))?;
    store.load(weights).map_err(|error| wrong(error.to_string()))?;
    store.float();
    Ok(())
}

/// What computes hidden states.
enum Encoder {
    Reference(Box<BertModel<BertEmbeddings>>),
    #[cfg(target_arch = "x86_64")]
    Fast(Arc<Fast>),
}

/// A loaded model; each worker loads its own, since libtorch's modules are not shared between threads.
pub struct Model {
    /// Its configuration.
    pub config: ModelConfig,
    /// Its heads, in fp32.
    pub heads: Heads,
    /// Who computes the hidden states and the roles.
    encoder: Encoder,
    /// The weights' store.
    pub store: nn::VarStore,
}

impl Model {
    /// Loads a model that computes as the reference does.
    pub fn load(files: &ModelFiles) -> Result<Self, ModelError> {
        Self::with_engine(files, Engine::Reference)
    }

    /// A model of random weights that computes as the reference does.
    pub fn random(config: ModelConfig) -> Self {
        let mut store = nn::VarStore::new(Device::Cpu);
        let Network { bert, heads } = Network::new(store.root(), &config);
        store.freeze();
        Model { config, heads, encoder: Encoder::Reference(Box::new(bert)), store }
    }

    /// Loads a model for an engine. A fast one has an encoder and the weights of the heads already.
    pub fn with_engine(files: &ModelFiles, engine: Engine) -> Result<Self, ModelError> {
        let config = ModelConfig::read(&files.config())?;
        let mut store = nn::VarStore::new(Device::Cpu);
        let (heads, encoder) = match engine {
            Engine::Reference => {
                let Network { bert, heads } = Network::new(store.root(), &config);
                fill(&mut store, &files.weights())?;
                (heads, Encoder::Reference(Box::new(bert)))
            }
            #[cfg(target_arch = "x86_64")]
            Engine::Fast(fast) => {
                let heads = Heads::new(store.root(), &config);
                fast.fill_heads(store.variables())?;
                (heads, Encoder::Fast(fast))
            }
        };
        store.freeze();
        Ok(Model { config, heads, encoder, store })
    }

    /// Hidden states of a batch, [B, L, H].
    pub fn encode(&self, windows: &Windows) -> Result<Tensor, ModelError> {
        match &self.encoder {
            Encoder::Reference(bert) => network::encode(bert, windows),
            #[cfg(target_arch = "x86_64")]
            Encoder::Fast(fast) => fast.encode(windows),
        }
    }

    /// Logits of the role tags for each cue, [C, L, 7], and the cues' own states, [C, H].
    pub fn role_logits(&self, hidden: &Tensor, cues: &Cues) -> Result<(Tensor, Tensor), ModelError> {
        match &self.encoder {
            Encoder::Reference(_) => Ok(self.heads.role_logits(hidden, cues, false)),
            #[cfg(target_arch = "x86_64")]
            Encoder::Fast(fast) => fast.role_logits(hidden, cues),
        }
    }

    /// The tokenizer of a model folder.
    pub fn tokenizer(files: &ModelFiles) -> Result<PieceEncoder, ModelError> {
        Ok(PieceEncoder::load(&files.tokenizer())?)
    }
}
