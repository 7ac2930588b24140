//! Training ↔ files: the model folder, and the state from which a training goes on as if never stopped.
//!
//! Invariant: every file is written beside its place and moved there, so that a kill leaves the old one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tch::{Kind, Tensor, no_grad};

use super::TrainError;
use super::config::{Schedule, TrainConfig};
use super::optimise::Optimiser;
use crate::model::ModelFiles;

/// The file that holds the state of an unfinished training.
pub const STATE: &str = "training.safetensors";
/// The file beside it with the configuration, its paths resolved.
const CONFIG: &str = "training.toml";

/// Writes the weights as they are saved, in fp16; configuration and tokenizer lie there already. `lean` is how much the stances'
/// logits lean towards rare ones, [18]: it is taken off.
pub fn save_model(optimiser: &Optimiser, lean: &Tensor, files: &ModelFiles) -> Result<(), TrainError> {
    let half = |(name, weight): (_, Tensor)| (name, weight.to_kind(Kind::Half));
    let upright = |(name, weight)| (name, if name == "st_out.bias" { weight - lean } else { weight });
    let tensors: Vec<(&str, Tensor)> = optimiser.saved().map(upright).map(half).collect();
    place(&files.weights(), |path| Ok(Tensor::write_safetensors(&tensors, path)?))
}

/// Keeps the configuration beside the state, and refuses to go on with another one. What only says how
/// long a training takes and how often it reports may differ: a schedule can be stretched or cut short.
pub fn same_training(config: &TrainConfig, folder: &Path) -> Result<(), TrainError> {
    let path = folder.join(CONFIG);
    let fixed = |config: &TrainConfig| {
        let mut config = config.clone();
        let free = Schedule::default();
        config.schedule.steps = free.steps;
        config.schedule.checkpoint_every = free.checkpoint_every;
        config.schedule.report_every = free.report_every;
        toml::to_string(&config)
    };
    let state = folder.join(STATE);
    let refused = |why: String| TrainError::State { path: state.display().to_string(), why };
    if state.exists() {
        let text = fs::read_to_string(&path).map_err(|e| TrainError::file(&path, e))?;
        let before: TrainConfig = toml::from_str(&text).map_err(|e| refused(e.to_string()))?;
        if fixed(&before).ok() != fixed(config).ok() {
            return Err(refused(format!("it belongs to another training, the one of {}", path.display())));
        }
    }
    let text = toml::to_string(config).map_err(|e| refused(e.to_string()))?;
    place(&path, |path| fs::write(path, &text).map_err(|e| TrainError::file(path, e)))
}

/// Writes the state after `step` steps.
pub fn save_state(optimiser: &Optimiser, step: u64, best: f64, folder: &Path) -> Result<(), TrainError> {
    let mut tensors: Vec<(String, Tensor)> = Vec::new();
    for slot in &optimiser.slots {
        tensors.push((format!("weight/{}", slot.name), slot.value.detach()));
        tensors.push((format!("first/{}", slot.name), slot.first.shallow_clone()));
        tensors.push((format!("second/{}", slot.name), slot.second.shallow_clone()));
        tensors.push((format!("average/{}", slot.name), slot.average.shallow_clone()));
    }
    tensors.push(("step".into(), Tensor::from_slice(&[step as i64])));
    tensors.push(("best".into(), Tensor::from_slice(&[best])));
    place(&folder.join(STATE), |path| Ok(Tensor::write_safetensors(&tensors, path)?))
}

/// Takes a state over, if the folder has one; gives the steps done and the best score so far.
pub fn load_state(optimiser: &mut Optimiser, folder: &Path) -> Result<Option<(u64, f64)>, TrainError> {
    let path = folder.join(STATE);
    if !path.exists() {
        return Ok(None);
    }
    let damaged = |why: String| TrainError::State { path: path.display().to_string(), why };
    let tensors: BTreeMap<String, Tensor> = Tensor::read_safetensors(&path)?.into_iter().collect();
    let find = |name: String| tensors.get(&name).ok_or_else(|| damaged(format!("it has no {name}")));
    for slot in &mut optimiser.slots {
        for (what, target) in [
            ("weight", &mut slot.value),
            ("first", &mut slot.first),
            ("second", &mut slot.second),
            ("average", &mut slot.average),
        ] {
            let source = find(format!("{what}/{}", slot.name))?;
            if source.size() != target.size() {
                return Err(damaged(format!("{} has another shape", slot.name)));
            }
            no_grad(|| target.copy_(source));
        }
    }
    let step = find("step".into())?.int64_value(&[0]);
    let best = find("best".into())?.double_value(&[0]);
    Ok(Some((step as u64, best)))
}

/// Writes a file beside its place, then moves it there.
pub fn place(path: &Path, write: impl FnOnce(&Path) -> Result<(), TrainError>) -> Result<(), TrainError> {
    let beside = path.with_extension("unfinished");
    write(&beside)?;
    fs::rename(&beside, path).map_err(|e| TrainError::file(path, e))
}
