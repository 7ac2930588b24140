//! `config.json`: the encoder as Hugging Face writes it, and the section `sayso` with what the heads need.

use std::path::Path;

use rust_bert::bert::BertConfig;
use serde::{Deserialize, Serialize};

use super::ModelError;
use crate::labels::Stance;

/// Tags of the roles head, in the order of its logits.
pub const ROLE_TAGS: [&str; 7] = ["O", "B-SRC", "I-SRC", "B-CON", "I-CON", "B-ADR", "I-ADR"];
const MENTION_TAGS: [&str; 9] = ["O", "B-PER", "I-PER", "B-ORG", "I-ORG", "B-LOC", "I-LOC", "B-MISC", "I-MISC"];
const CUE_TAGS: [&str; 3] = ["O", "B", "I"];
const FLAGS: [&str; 3] = ["negated", "hedged", "unreal"];

/// The configuration of a model.
#[derive(Clone, Debug)]
pub struct ModelConfig {
    /// The encoder.
    pub bert: BertConfig,
    /// Windows, tags, calibration.
    pub sayso: SaysoConfig,
}

/// The section `sayso` of `config.json`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SaysoConfig {
    /// Tags of the mentions head.
    pub mentions: Vec<String>,
    /// Tags of the cue head.
    pub cue: Vec<String>,
    /// Tags of the roles head.
    pub roles: Vec<String>,
    /// Labels of the stance head.
    pub stances: Vec<String>,
    /// Labels of the flags head.
    pub flags: Vec<String>,
    /// Pieces of a window, `CLS` and `SEP` counted.
    pub window: usize,
    /// Pieces that two neighbouring windows share, at least.
    #[serde(default = "overlap")]
    pub overlap: usize,
    /// Rows of the distance embedding.
    pub distance_buckets: i64,
    /// How raw probabilities become those in the tables; absent in a model that was not calibrated.
    #[serde(default)]
    pub calibration: Calibration,
}

fn overlap() -> usize {
    16
}

impl Default for SaysoConfig {
    fn default() -> Self {
        let words = |tags: &[&str]| tags.iter().map(|&tag| tag.to_owned()).collect();
        SaysoConfig {
            mentions: words(&MENTION_TAGS),
            cue: words(&CUE_TAGS),
            roles: words(&ROLE_TAGS),
            stances: Stance::ALL.iter().map(|s| s.as_str().to_owned()).collect(),
            flags: words(&FLAGS),
            window: 256,
            overlap: overlap(),
            distance_buckets: 65,
            calibration: Calibration::default(),
        }
    }
}

/// Maps what the network says to probabilities that hold (fitted on labelled articles, see the model card).
#[derive(Clone, Copy, Debug, Serialize, Deserialize, PartialEq)]
pub struct Calibration {
    /// `score` = sigmoid(bias + cue·logit(cue probability) + content·logit(content probability)).
    pub bias: f32,
    /// Weight of the cue.
    pub cue: f32,
    /// Weight of the content.
    pub content: f32,
    /// `stance_score` = sigmoid(stance_bias + stance_slope·logit(probability)).
    pub stance_bias: f32,
    /// Weight of the stance's log-odds.
    pub stance_slope: f32,
}

impl Default for Calibration {
    fn default() -> Self {
        Calibration { bias: 0.0, cue: 0.5, content: 0.5, stance_bias: 0.0, stance_slope: 1.0 }
    }
}

impl ModelConfig {
    /// Reads `config.json` and checks that its labels are this program's.
    pub fn read(path: &Path) -> Result<Self, ModelError> {
        let name = || path.display().to_string();
        let text = std::fs::read_to_string(path).map_err(|e| ModelError::File { path: name(), why: e.to_string() })?;
        let wrong = |why: String| ModelError::Config { path: name(), why };
        let mut json: serde_json::Value = serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))?;
        let section = json
            .get_mut("sayso")
            .map(serde_json::Value::take)
            .ok_or_else(|| wrong("it has no section \"sayso\"".into()))?;
        let sayso: SaysoConfig = serde_json::from_value(section).map_err(|e| wrong(e.to_string()))?;
        let bert: BertConfig = serde_json::from_value(json).map_err(|e| wrong(e.to_string()))?;
        let stances: Vec<&str> = Stance::ALL.iter().map(|s| s.as_str()).collect();
        for (what, found, expected) in [
            ("mentions", &sayso.mentions, &MENTION_TAGS[..]),
            ("cue", &sayso.cue, &CUE_TAGS[..]),
            ("roles", &sayso.roles, &ROLE_TAGS[..]),
            ("stances", &sayso.stances, &stances[..]),
            ("flags", &sayso.flags, &FLAGS[..]),
        ] {
            if found != expected {
                return Err(wrong(format!("its {what} are {found:?}, this program knows {expected:?}")));
            }
        }
        let room = bert.max_position_embeddings as usize;
        if sayso.window < 16 || sayso.window > room || sayso.overlap > sayso.window / 4 {
            return Err(wrong(format!(
                "windows of {} pieces that share {} do not fit {room} positions: a window has 16 positions at least, its overlap a quarter of them at most",
                sayso.window, sayso.overlap
            )));
        }
        if bert.type_vocab_size < crate::encode::SHAPES.len() as i64 {
            return Err(wrong(format!(
                "type_vocab_size is {}, word shapes need {}",
                bert.type_vocab_size,
                crate::encode::SHAPES.len()
            )));
        }
        Ok(ModelConfig { bert, sayso })
    }
}

impl Calibration {
    /// Probability that cue and content are right, from the raw probabilities of both.
    pub fn score(&self, cue: f32, content: f32) -> f32 {
        sigmoid(self.bias + self.cue * logit(cue) + self.content * logit(content))
    }

    /// Probability of a stance, from the network's.
    pub fn stance_score(&self, probability: f32) -> f32 {
        sigmoid(self.stance_bias + self.stance_slope * logit(probability))
    }

    /// This calibration with its results corrected by a straight line in log-odds each, given as (bias, slope).
    pub fn corrected(&self, score: (f32, f32), stance: (f32, f32)) -> Self {
        Calibration {
            bias: score.0 + score.1 * self.bias,
            cue: score.1 * self.cue,
            content: score.1 * self.content,
            stance_bias: stance.0 + stance.1 * self.stance_bias,
            stance_slope: stance.1 * self.stance_slope,
        }
    }

    /// Puts this calibration into a `config.json`, and leaves the rest of it as it is.
    pub fn write(&self, path: &Path) -> Result<(), ModelError> {
        let file = |why: String| ModelError::File { path: path.display().to_string(), why };
        let text = std::fs::read_to_string(path).map_err(|e| file(e.to_string()))?;
        let mut json: serde_json::Value = serde_json::from_str(&text).map_err(|e| file(e.to_string()))?;
        json["sayso"]["calibration"] = serde_json::to_value(self).map_err(|e| file(e.to_string()))?;
        let draft = path.with_extension("json.part");
        std::fs::write(&draft, format!("{json:#}\n")).map_err(|e| file(e.to_string()))?;
        std::fs::rename(&draft, path).map_err(|e| file(e.to_string()))
    }
}

fn logit(p: f32) -> f32 {
    let p = p.clamp(1e-4, 1.0 - 1e-4);
    (p / (1.0 - p)).ln()
}

fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + (-x).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_corrected_calibration_is_the_correction_of_its_results() {
        let before = Calibration { bias: 0.3, cue: 0.6, content: 0.2, stance_bias: -0.1, stance_slope: 0.8 };
        let after = before.corrected((-0.5, 0.7), (0.2, 0.9));
        for p in [0.2f32, 0.6, 0.95] {
            let expected = sigmoid(-0.5 + 0.7 * logit(before.score(p, 0.8)));
            assert!((after.score(p, 0.8) - expected).abs() < 1e-5);
            let expected = sigmoid(0.2 + 0.9 * logit(before.stance_score(p)));
            assert!((after.stance_score(p) - expected).abs() < 1e-5);
        }
    }
}
