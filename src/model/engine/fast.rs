//! The fast engines as the rest of the program sees it: tensors in, tensors out.
//!
//! Invariant: a `Fast` exists only where the processor has every instruction that its functions name.

use std::collections::HashMap;

use tch::{Kind, Tensor, no_grad};

use super::encoder::Encoder;
pub use super::product::Precision;
use super::roles::{CueStates, Roles};
use super::simd::{LANES, floats, vectors};
use super::weights::Weights;
use crate::model::{Cues, ModelConfig, ModelError, ModelFiles, ROLE_TAGS, Windows, distance_bucket};

/// Encoder and roles head with short products. It never changes, so workers share one.
pub struct Fast {
    /// What its products are made of.
    pub precision: Precision,
    encoder: Encoder,
    roles: Roles,
    buckets: i64,
    /// The values of the heads' weights, by name, for who computes those.
    heads: HashMap<String, Vec<f32>>,
}

/// Whether this processor has the instructions (AMD since Zen 4, Intel's servers since Sapphire Rapids).
pub fn has_instructions() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has!("avx512f")
        && has!("avx512bw")
        && has!("avx512dq")
        && has!("avx512vl")
        && has!("avx512vnni")
        && has!("avx512bf16")
}

impl Fast {
    /// Packs the weights of a model; None where processor or network do not allow it.
    pub fn load(files: &ModelFiles, config: &ModelConfig, precision: Precision) -> Result<Option<Self>, ModelError> {
        if !has_instructions() || !Encoder::fits(&config.bert) {
            return Ok(None);
        }
        let weights = Weights::read(&files.weights())?;
        // SAFETY: the instructions are there.
        let (encoder, roles) = unsafe {
            (
                Encoder::new(&weights, &config.bert, precision)?,
                Roles::new(&weights, config.bert.hidden_size as usize, precision)?,
            )
        };
        let heads = weights.of_heads()?;
        Ok(Some(Fast { precision, encoder, roles, buckets: config.sayso.distance_buckets, heads }))
    }

    /// Fills the variables of the heads.
    pub fn fill_heads(&self, variables: HashMap<String, Tensor>) -> Result<(), ModelError> {
        for (name, mut variable) in variables {
            let values = self.heads.get(&name).filter(|values| values.len() == variable.numel());
            let wrong =
                || ModelError::Config { path: name.clone(), why: "the weights lack a tensor of this size".into() };
            let values = Tensor::from_slice(values.ok_or_else(wrong)?).view_as(&variable);
            no_grad(|| variable.copy_(&values));
        }
        Ok(())
    }

    /// Hidden states of a batch, [B, L, H]; zeros where there is no piece.
    pub fn encode(&self, windows: &Windows) -> Result<Tensor, ModelError> {
        let (batch, length) = windows.ids.size2()?;
        let width = self.encoder.width() * LANES;
        let ids: Vec<i64> = Vec::try_from(windows.ids.flatten(0, -1))?;
        let shapes: Vec<i64> = Vec::try_from(windows.shapes.flatten(0, -1))?;
        let lengths: Vec<i64> = Vec::try_from(windows.mask.sum_dim_intlist(1, false, Kind::Int64))?;
        let mut all = vec![0f32; (batch * length) as usize * width];
        for (row, &own) in lengths.iter().enumerate() {
            let start = row * length as usize;
            let (ids, shapes) = (&ids[start..start + own as usize], &shapes[start..start + own as usize]);
            // SAFETY: the instructions are there, or there were no `self`.
            let states = unsafe { self.encoder.encode(ids, shapes) };
            all[start * width..(start + own as usize) * width].copy_from_slice(floats(&states));
        }
        Ok(Tensor::from_slice(&all).view([batch, length, width as i64]))
    }

    /// Logits of the role tags for each cue, [C, L, 7], and the cues' own states, [C, H].
    pub fn role_logits(&self, hidden: &Tensor, cues: &Cues) -> Result<(Tensor, Tensor), ModelError> {
        let (_, length, width) = hidden.size3()?;
        let values: Vec<f32> = Vec::try_from(hidden.flatten(0, -1))?;
        // SAFETY: the instructions are there, or there were no `self`.
        let states = unsafe { vectors(&values) };
        let windows: Vec<i64> = Vec::try_from(&cues.window)?;
        let weights: Vec<f32> = Vec::try_from(cues.weights.flatten(0, -1))?;
        let cues: Vec<CueStates<'_>> = windows
            .iter()
            .zip(&cues.first)
            .zip(weights.chunks_exact(length as usize))
            .map(|((&window, &first), weights)| CueStates {
                window: window as usize,
                weights,
                distances: (0..length).map(|t| distance_bucket(t - first, self.buckets) as usize).collect(),
            })
            .collect();
        // SAFETY: as above.
        let (logits, own) = unsafe { self.roles.logits(&states, width as usize / LANES, &cues) };
        let count = cues.len() as i64;
        Ok((
            Tensor::from_slice(&logits).view([count, length, ROLE_TAGS.len() as i64]),
            Tensor::from_slice(&own).view([count, width]),
        ))
    }
}
