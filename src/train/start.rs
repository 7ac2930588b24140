//! A model folder or a bare encoder → the network that training begins with.
//!
//! Invariant: after [`lay_out`] the new folder has a configuration and a tokenizer of its own, so that
//! its weights are all that is missing; what is started from is never written to.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::Value;
use tch::{Device, Tensor, nn, no_grad};

use super::TrainError;
use super::checkpoint::place;
use crate::encode::SHAPES;
use crate::model::{ModelConfig, ModelFiles, Network, SaysoConfig};

/// The encoder's table of word shapes, which a bare encoder does not have.
const SHAPE_TABLE: &str = "bert.embeddings.token_type_embeddings.weight";

/// Writes configuration and tokenizer into the folder of the new model. A bare encoder (its config.json
/// has no section `sayso`) gets the section and room for word shapes.
pub fn lay_out(start: &ModelFiles, out: &ModelFiles) -> Result<(), TrainError> {
    fs::create_dir_all(&out.folder).map_err(|e| TrainError::file(&out.folder, e))?;
    let read = |path: &Path| fs::read(path).map_err(|e| TrainError::file(path, e));
    let wrong = |why: String| TrainError::Config { path: start.config().display().to_string(), why };
    let mut config: Value = serde_json::from_slice(&read(&start.config())?).map_err(|e| wrong(e.to_string()))?;
    let fields = config.as_object_mut().ok_or_else(|| wrong("it is no JSON object".into()))?;
    if !fields.contains_key("sayso") {
        let section = serde_json::to_value(SaysoConfig::default()).map_err(|e| wrong(e.to_string()))?;
        fields.insert("sayso".into(), section);
        fields.insert("type_vocab_size".into(), SHAPES.len().into());
    }
    let text = serde_json::to_string_pretty(&config).map_err(|e| wrong(e.to_string()))?;
    let tokenizer = read(&start.tokenizer())?;
    let write = |path: &Path, bytes: &[u8]| fs::write(path, bytes).map_err(|e| TrainError::file(path, e));
    place(&out.config(), |path| write(path, text.as_bytes()))?;
    place(&out.tokenizer(), |path| write(path, &tokenizer))
}

/// Builds the network and fills it, in fp32. Heads that a bare encoder does not have stay random, by the
/// seed; rows for word shapes begin as copies of its first.
pub fn network(start: &ModelFiles, config: &ModelConfig, seed: u64) -> Result<(nn::VarStore, Network), TrainError> {
    tch::manual_seed(seed as i64);
    let store = nn::VarStore::new(Device::Cpu);
    let network = Network::new(store.root(), config);
    let path = start.weights();
    fs::File::open(&path).map_err(|e| TrainError::file(&path, e))?;
    let found: BTreeMap<String, Tensor> = Tensor::read_safetensors(&path)?.into_iter().collect();
    let bare = !found.keys().any(|name| name.starts_with("bert."));
    for (name, mut weight) in store.variables() {
        let tensor = match found.get(if bare { name.strip_prefix("bert.").unwrap_or(&name) } else { &name }) {
            Some(tensor) if bare && name == SHAPE_TABLE => tensor.narrow(0, 0, 1).expand_as(&weight),
            Some(tensor) => tensor.shallow_clone(),
            None if bare && !name.starts_with("bert.") => continue,
            None => return Err(TrainError::Weight { name }),
        };
        if tensor.size() != weight.size() {
            return Err(TrainError::Weight { name });
        }
        no_grad(|| weight.copy_(&tensor));
    }
    Ok((store, network))
}
