//! Named tensors → rows of floats.

use std::collections::HashMap;

use tch::{Kind, Tensor};

use crate::model::ModelError;

/// The tensors of a model, by name.
pub struct Weights(HashMap<String, Tensor>);

impl Weights {
    /// Reads a safetensors file.
    pub fn read(path: &std::path::Path) -> Result<Self, ModelError> {
        let file = |why: String| ModelError::File { path: path.display().to_string(), why };
        let tensors = Tensor::read_safetensors(path).map_err(|e| file(e.to_string()))?;
        Ok(Weights(tensors.into_iter().collect()))
    }

    /// A tensor in fp32.
    pub fn tensor(&self, name: &str) -> Result<Tensor, ModelError> {
        let missing = || ModelError::Config { path: name.to_owned(), why: "the weights lack this tensor".into() };
        Ok(self.0.get(name).ok_or_else(missing)?.to_kind(Kind::Float))
    }

    /// The values of every tensor that is not the encoder's, row-major.
    pub fn of_heads(&self) -> Result<HashMap<String, Vec<f32>>, ModelError> {
        let names = self.0.keys().filter(|name| !name.starts_with("bert."));
        names.map(|name| Ok((name.clone(), self.take(name)?))).collect()
    }

    /// The values of a tensor, row-major.
    pub fn take(&self, name: &str) -> Result<Vec<f32>, ModelError> {
        Ok(Vec::try_from(self.tensor(name)?.flatten(0, -1))?)
    }
}
