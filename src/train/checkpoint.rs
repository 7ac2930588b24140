//! Training ↔ files: the model folder, and the state from which a training goes on as if never stopped.
//!
//! Invariant: every file is written beside its place and moved there, so that a kill leaves the old one.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use tch::{Kind, Tensor, no_grad};

use super::TrainError;
use super::optimise::Optimiser;
use crate::model::ModelFiles;

/// The file that holds the state of an unfinished training.
pub const STATE: &str = "training.safetensors";

/// Writes a model folder: the averaged weights in fp16, the configuration and the tokenizer of the model
/// started from.
pub fn save_model(optimiser: &Optimiser, from: &ModelFiles, to: &Path) -> Result<(), TrainError> {
    fs::create_dir_all(to).map_err(|e| TrainError::file(to, e))?;
    let files = ModelFiles::new(to);
    for (source, target) in [(from.config(), files.config()), (from.tokenizer(), files.tokenizer())] {
        if source != target {
            let bytes = fs::read(&source).map_err(|e| TrainError::file(&source, e))?;
            place(&target, |path| fs::write(path, &bytes).map_err(|e| TrainError::file(path, e)))?;
        }
    }
    let tensors: Vec<(&str, Tensor)> =
        optimiser.slots.iter().map(|s| (s.name.as_str(), s.average.to_kind(Kind::Half))).collect();
    place(&files.weights(), |path| Ok(Tensor::write_safetensors(&tensors, path)?))
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
fn place(path: &Path, write: impl FnOnce(&Path) -> Result<(), TrainError>) -> Result<(), TrainError> {
    let beside = path.with_extension("unfinished");
    write(&beside)?;
    fs::rename(&beside, path).map_err(|e| TrainError::file(path, e))
}
