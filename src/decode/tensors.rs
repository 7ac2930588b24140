//! Between libtorch's tensors and the decoder's slices.

use std::ops::Range;

use tch::{Kind, Tensor};

use crate::model::ModelError;

/// Log-probabilities on the processor's side, row-major.
pub(super) struct LogProbabilities {
    pub values: Vec<f32>,
    pub tags: usize,
}

/// Log-softmax over the last dimension.
pub(super) fn log_probabilities(logits: &Tensor) -> Result<LogProbabilities, ModelError> {
    let tags = logits.size().last().map_or(0, |&t| t as usize);
    Ok(LogProbabilities { values: Vec::try_from(logits.log_softmax(-1, Kind::Float).flatten(0, -1))?, tags })
}

/// 1/n on each of the n pieces that the spans of a row hold, [rows, width]; zeros where there are none.
pub(super) fn mean_weights<R: AsRef<[Range<usize>]>>(rows: &[R], width: usize) -> Tensor {
    let mut weights = vec![0f32; rows.len() * width];
    for (row, spans) in rows.iter().enumerate() {
        let spans = spans.as_ref();
        let total: usize = spans.iter().map(|s| s.len()).sum();
        for span in spans {
            weights[row * width + span.start..row * width + span.end].fill(1.0 / total as f32);
        }
    }
    Tensor::from_slice(&weights).view([rows.len() as i64, width as i64])
}
