//! Who computes: the reference network of rust-bert in fp32, or a fast engine with short ones.
//!
//! The reference is what trains and what the fast engine is measured against (`tests/engines.rs`,
//! docs/profile.md). What the fast engine does not compute it leaves to the reference's heads.

#[cfg(target_arch = "x86_64")]
mod attention;
#[cfg(target_arch = "x86_64")]
mod encoder;
#[cfg(target_arch = "x86_64")]
mod fast;
#[cfg(target_arch = "x86_64")]
mod product;
#[cfg(target_arch = "x86_64")]
mod roles;
#[cfg(target_arch = "x86_64")]
mod simd;
#[cfg(target_arch = "x86_64")]
mod weights;

use std::sync::Arc;

#[cfg(target_arch = "x86_64")]
pub(super) use fast::Fast;
#[cfg(target_arch = "x86_64")]
use fast::Precision;

use super::{ModelConfig, ModelError, ModelFiles};

/// Which engine is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineChoice {
    /// bfloat16 where processor and network allow it, else the reference.
    #[default]
    Auto,
    /// The reference.
    Reference,
    /// Products in bfloat16, or an error.
    Bf16,
    /// Products in 8-bit integers, or an error.
    Int8,
}

/// The engine that computes; clones share its weights.
#[derive(Clone)]
pub enum Engine {
    /// The network of rust-bert.
    Reference,
    /// Packed weights.
    #[cfg(target_arch = "x86_64")]
    Fast(Arc<Fast>),
}

impl Engine {
    /// Makes the engine that was chosen ready for a model.
    pub fn load(choice: EngineChoice, files: &ModelFiles) -> Result<Self, ModelError> {
        #[cfg(target_arch = "x86_64")]
        if choice != EngineChoice::Reference {
            let precision = if choice == EngineChoice::Int8 { Precision::Eight } else { Precision::Half };
            let fast = Fast::load(files, &ModelConfig::read(&files.config())?, precision)?;
            if let Some(fast) = fast {
                return Ok(Engine::Fast(Arc::new(fast)));
            }
        }
        match choice {
            EngineChoice::Bf16 | EngineChoice::Int8 => Err(ModelError::NotFast),
            EngineChoice::Auto | EngineChoice::Reference => Ok(Engine::Reference),
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Engine::Reference => "reference",
            #[cfg(target_arch = "x86_64")]
            Engine::Fast(fast) => match fast.precision {
                Precision::Half => "bf16",
                Precision::Eight => "int8",
            },
        }
    }

    /// What it is.
    pub fn explanation(&self) -> &'static str {
        match self {
            Engine::Reference => "rust-bert, 32-bit floats throughout",
            #[cfg(target_arch = "x86_64")]
            Engine::Fast(fast) => match fast.precision {
                Precision::Half => "products in bfloat16, sums in 32 bits",
                Precision::Eight => "products in 8-bit integers",
            },
        }
    }
}
