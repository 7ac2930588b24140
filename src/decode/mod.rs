//! Logits → Findings: mentions and statements, with spans in code points and probabilities.
//!
//! Invariant: every span lies in its passage and slices to what is shown; statements come in order of
//! position; nothing is made up where the network found nothing.

mod cues;
mod free_quotes;
mod joined;
mod lattice;
mod layout;
mod mentions;
mod nest;
mod passes;
mod quotes;
mod roles;
mod separate;
mod statements;
mod tensors;

pub use passes::{PassagePieces, Reader};
pub use quotes::{Quotes, quotation};
