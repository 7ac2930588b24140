//! A tiny network with random weights, and articles of mixed words, for tests of all that is around the network.

#![allow(dead_code)] // each test uses its share

use std::fs;
use std::path::Path;

use rust_bert::bert::BertConfig;
use sayso::encode::PieceEncoder;
use sayso::model::{Model, ModelConfig, ModelFiles};

/// The model whose tokenizer and labels are taken.
fn committed() -> ModelFiles {
    ModelFiles::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("models/sayso-en"))
}

/// Its tokenizer.
pub fn tokenizer() -> PieceEncoder {
    PieceEncoder::load(&committed().tokenizer()).expect("the committed tokenizer")
}

/// Its configuration with an encoder of two layers of 32 units.
fn tiny_config() -> serde_json::Value {
    let text = fs::read_to_string(committed().config()).expect("the committed configuration");
    let mut config: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for (name, size) in
        [("hidden_size", 32), ("intermediate_size", 64), ("num_attention_heads", 2), ("num_hidden_layers", 2)]
    {
        config[name] = size.into();
    }
    config
}

/// A network of random weights. `reserve` is added to the logit of "nothing here" of mentions and cues.
pub fn tiny_model(seed: i64, reserve: f64) -> Model {
    tch::manual_seed(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config.json");
    fs::write(&path, tiny_config().to_string()).expect("written");
    let config = ModelConfig::read(&path).expect("a configuration");
    let model = Model::random(config);
    tch::no_grad(|| {
        for name in ["ner.bias", "cue.bias"] {
            let _ = model.store.variables()[name].get(0).fill_(reserve);
        }
    });
    model
}

/// Writes a model folder with a tiny network.
pub fn write_tiny_model(folder: &Path) {
    fs::create_dir_all(folder).expect("a folder");
    let files = ModelFiles::new(folder);
    fs::copy(committed().tokenizer(), files.tokenizer()).expect("copied");
    fs::write(files.config(), tiny_config().to_string()).expect("written");
    tiny_model(7, 1.2).store.save(files.weights()).expect("saved");
}

/// The encoder's own part of the configuration, as a check that it is tiny.
pub fn encoder(model: &Model) -> &BertConfig {
    &model.config.bert
}

/// Numbers that look random and are the same on every machine.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % limit
    }
}

const WORDS: &[&str] = &[
    "Mara",
    "Ollin",
    "said",
    "that",
    "the",
    "harbour",
    "would",
    "not",
    "close,",
    "and",
    "Pell",
    "Ltd",
    "urged",
    "council",
    "to",
    "wait.",
    "“No",
    "ferry",
    "sails”,",
    "she",
    "told",
    "reporters",
    "in",
    "Vessby.",
    "warned",
    "of",
    "ice",
    "denied",
    "it.",
    "😀",
    "Édouard",
    "e\u{301}t\u{e9}",
    "per",
    "cent",
    "ministry",
    "accused",
    "him",
    "workers",
    "two",
    "companies",
    "2031",
    "👩\u{200d}🚀",
    "\r\n",
    "\n\n",
    "agreed",
    "plan",
    "Union",
    "of",
    "Lamplighters",
    "asked,",
    "why?",
    "\u{feff}",
    "reportedly",
];

/// A text of so many words.
pub fn text(dice: &mut Dice, words: usize) -> String {
    let words: Vec<&str> = (0..words).map(|_| WORDS[dice.below(WORDS.len())]).collect();
    words.join(" ")
}

/// A dump of articles as JSON lines: some without an id, some empty, some near-copies, some lines that are none.
pub fn dump(articles: usize) -> String {
    let mut dice = Dice(articles as u64);
    let mut lines = String::new();
    let mut copied = text(&mut dice, 80);
    for number in 0..articles {
        let mut body = text(&mut dice, 20 + number % 60);
        match number % 20 {
            3 => body = format!("{copied} Again."),
            7 => body.clear(),
            11 => copied = body.clone(),
            _ => {}
        }
        let line = match number % 50 {
            17 => "{\"text\": ".to_owned(),
            23 => serde_json::json!({"text": body, "desk": "=north"}).to_string(),
            _ => serde_json::json!({"id": format!("a-{number}"), "title": text(&mut dice, 4), "text": body, "desk": "south"}).to_string(),
        };
        lines.push_str(&line);
        lines.push('\n');
    }
    lines
}
