//! Who computes: the reference network of rust-bert in fp32, or the fast engine with 8-bit products.
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
use fast::Fast;

use super::{ModelConfig, ModelError, ModelFiles};

/// Which engine is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EngineChoice {
    /// The fast one where processor and network allow it.
    #[default]
    Auto,
    /// The reference.
    Reference,
    /// The fast one, or an error.
    Fast,
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
        if choice != EngineChoice::Reference
            && let Some(fast) = Fast::load(files, &ModelConfig::read(&files.config())?)?
        {
            return Ok(Engine::Fast(Arc::new(fast)));
        }
        match choice {
            EngineChoice::Fast => Err(ModelError::NotFast),
            EngineChoice::Auto | EngineChoice::Reference => Ok(Engine::Reference),
        }
    }

    /// Its name.
    pub fn name(&self) -> &'static str {
        match self {
            Engine::Reference => "reference",
            #[cfg(target_arch = "x86_64")]
            Engine::Fast(_) => "fast",
        }
    }

    /// What it is.
    pub fn explanation(&self) -> &'static str {
        match self {
            Engine::Reference => "rust-bert, 32-bit floats throughout",
            #[cfg(target_arch = "x86_64")]
            Engine::Fast(_) => "8-bit products with AVX-512 VNNI",
        }
    }
}
