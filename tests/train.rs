//! A training learns, goes on after a kill as if there had been none, and names what it cannot read.

use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use sayso::model::{Model, ModelConfig, ModelFiles, Network};
use sayso::train::{Progress, TrainConfig, train};
use serde_json::json;
use tch::{Device, Tensor, nn};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// libtorch has one source of random numbers for the whole process: who draws from it draws alone.
fn alone() -> MutexGuard<'static, ()> {
    static ONE: Mutex<()> = Mutex::new(());
    ONE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A model folder with two small layers and random weights.
fn tiny_model(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    let model = root().join("models/sayso-en");
    fs::copy(model.join("tokenizer.json"), folder.join("tokenizer.json")).unwrap();
    let text = fs::read_to_string(model.join("config.json")).unwrap();
    let mut config: serde_json::Value = serde_json::from_str(&text).unwrap();
    for (key, value) in
        [("hidden_size", 64), ("num_hidden_layers", 2), ("num_attention_heads", 4), ("intermediate_size", 128)]
    {
        config[key] = value.into();
    }
    config["sayso"]["window"] = 64.into();
    config["sayso"]["overlap"] = 16.into();
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    let config = ModelConfig::read(&folder.join("config.json")).unwrap();
    let _alone = alone();
    tch::manual_seed(3);
    let store = nn::VarStore::new(Device::Cpu);
    let _network = Network::new(store.root(), &config);
    store.save(folder.join("model.safetensors")).unwrap();
}

/// Writes a train.toml beside the model; `more` comes before the corpus.
fn config(folder: &Path, start: &str, steps: u64, more: &str, corpus: &Path) -> TrainConfig {
    let text = format!(
        "start = \"{start}\"\n[schedule]\nsteps = {steps}\nbatch = 512\nhead_rate = 2e-3\naverage = 0.9\nthreads = 1\n{more}\n[[corpus]]\npath = {corpus:?}\nkind = \"articles\"\n[[dev]]\npath = {corpus:?}\nkind = \"articles\"\n"
    );
    fs::write(folder.join("train.toml"), text).unwrap();
    TrainConfig::read(&folder.join("train.toml")).unwrap()
}

fn run(config: &TrainConfig, out: &Path, stop_after: Option<u64>) -> Vec<Progress> {
    let _alone = alone();
    let mut events = Vec::new();
    train(config, out, &mut |progress| {
        events.push(progress.clone());
        match progress {
            Progress::Scored { step, .. } if Some(*step) == stop_after => ControlFlow::Break(()),
            _ => ControlFlow::Continue(()),
        }
    })
    .unwrap();
    events
}

#[test]
fn the_loss_falls_and_the_scores_rise_above_chance() {
    let folder = tempfile::tempdir().unwrap();
    tiny_model(&folder.path().join("tiny"));
    let corpus = root().join("data/train/articles.jsonl");
    let config =
        config(folder.path(), "tiny", 200, "encoder_rate = 2e-3\nreport_every = 20\ncheckpoint_every = 200", &corpus);
    let out = folder.path().join("out");
    let events = run(&config, &out, None);
    let losses: Vec<f64> = events
        .iter()
        .filter_map(|e| match e {
            Progress::Steps { losses, .. } => Some(losses.total),
            _ => None,
        })
        .collect();
    assert!(losses[losses.len() - 1] < losses[0] / 3.0, "{losses:?}");
    let Some(Progress::Scored { figures, .. }) = events.last() else { panic!("no scores at the end") };
    // Four stances, so chance is 25; of spans nothing is right by chance.
    for (figure, least) in [("cue", 70.0), ("source", 30.0), ("content", 25.0), ("stance", 70.0), ("mentions", 40.0)] {
        assert!(figures[0].1[figure] > least, "{figure} of {figures:?}");
    }
    Model::load(&ModelFiles::new(&out)).unwrap();
    assert!(fs::read_to_string(out.join("metrics.csv")).unwrap().contains("\n200,loss,"));
    assert!(fs::read_to_string(out.join("plot.svg")).unwrap().ends_with("</svg>\n"));
}

#[test]
fn a_training_that_was_stopped_ends_with_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    tiny_model(&folder.path().join("tiny"));
    let corpus = root().join("data/train/articles.jsonl");
    let config = config(folder.path(), "tiny", 24, "report_every = 4\ncheckpoint_every = 8", &corpus);
    let (whole, stopped) = (folder.path().join("whole"), folder.path().join("stopped"));
    run(&config, &whole, None);
    run(&config, &stopped, Some(8));
    let events = run(&config, &stopped, None);
    assert!(events.iter().any(|e| matches!(e, Progress::Resumed { step: 8 })));
    for file in ["model.safetensors", "training.safetensors"] {
        assert!(fs::read(whole.join(file)).unwrap() == fs::read(stopped.join(file)).unwrap(), "{file} differs");
    }
    let metrics = |out: &Path| -> Vec<String> {
        let text = fs::read_to_string(out.join("metrics.csv")).unwrap();
        text.lines().filter(|l| !l.contains("pieces per second")).map(str::to_owned).collect()
    };
    assert_eq!(metrics(&whole), metrics(&stopped));
}

#[test]
fn another_configuration_does_not_go_on_with_an_unfinished_training() {
    let folder = tempfile::tempdir().unwrap();
    tiny_model(&folder.path().join("tiny"));
    let corpus = root().join("data/train/articles.jsonl");
    let out = folder.path().join("out");
    let mut config = config(folder.path(), "tiny", 4, "checkpoint_every = 2", &corpus);
    run(&config, &out, Some(2));
    config.seed += 1;
    let error = train(&config, &out, &mut |_| ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().contains("training.safetensors"), "{error}");
}

#[test]
fn a_bare_encoder_gets_heads_and_word_shapes() {
    let folder = tempfile::tempdir().unwrap();
    let (tiny, bare) = (folder.path().join("tiny"), folder.path().join("bare"));
    tiny_model(&tiny);
    fs::create_dir_all(&bare).unwrap();
    fs::copy(tiny.join("tokenizer.json"), bare.join("tokenizer.json")).unwrap();
    let text = fs::read_to_string(tiny.join("config.json")).unwrap();
    let mut config: serde_json::Value = serde_json::from_str(&text).unwrap();
    config.as_object_mut().unwrap().remove("sayso");
    config["type_vocab_size"] = 2.into();
    fs::write(bare.join("config.json"), config.to_string()).unwrap();
    let table = "embeddings.token_type_embeddings.weight";
    let tensors: Vec<(String, Tensor)> = Tensor::read_safetensors(tiny.join("model.safetensors"))
        .unwrap()
        .into_iter()
        .filter_map(|(name, t)| Some((name.strip_prefix("bert.")?.to_owned(), t)))
        .map(|(name, t)| if name == table { (name, t.narrow(0, 0, 2).contiguous()) } else { (name, t) })
        .collect();
    Tensor::write_safetensors(&tensors, bare.join("model.safetensors")).unwrap();
    let corpus = root().join("data/train/articles.jsonl");
    let out = folder.path().join("out");
    run(&self::config(folder.path(), "bare", 1, "encoder_rate = 0.0", &corpus), &out, None);
    let model = Model::load(&ModelFiles::new(&out)).unwrap();
    let rows = model.store.variables()[&format!("bert.{table}")].shallow_clone();
    assert_eq!(rows.size()[0], 6);
    let farthest = (&rows - rows.narrow(0, 0, 1)).abs().max();
    assert!(f64::try_from(farthest).unwrap() < 1e-6);
}

#[test]
fn a_bad_line_is_named_and_labels_off_the_pieces_are_counted() {
    let folder = tempfile::tempdir().unwrap();
    tiny_model(&folder.path().join("tiny"));
    let corpus = folder.path().join("mine.jsonl");
    // The cue begins inside a word, the addressee is white space.
    let line = r#"{"id":"a","text":"Ada Lindqvist warned  shipowners.","statements":[{"source_span":[0,13],"cue_span":[16,20],"addressee_span":[20,22],"content_spans":[],"stance":"warn"}]}"#;
    fs::write(&corpus, format!("{line}\n{{\"id\": 3}}\n")).unwrap();
    let config = config(folder.path(), "tiny", 1, "", &corpus);
    let out = folder.path().join("out");
    let error = train(&config, &out, &mut |_| ControlFlow::Continue(())).unwrap_err().to_string();
    assert!(error.contains("mine.jsonl, line 2"), "{error}");
    fs::write(&corpus, format!("{line}\n")).unwrap();
    let events = run(&config, &out, None);
    let Some(Progress::Read { misfits, .. }) = events.first() else { panic!("nothing read") };
    assert_eq!((misfits.spans, misfits.inside_a_piece, misfits.without_pieces), (3, 1, 1));
}

/// Protects labels that are passed on without their texts: they teach what they teach beside them.
#[test]
fn labels_that_lie_apart_teach_the_same() {
    let folder = tempfile::tempdir().unwrap();
    tiny_model(&folder.path().join("tiny"));
    let (mut together, mut texts, mut labels) = (String::new(), String::new(), String::new());
    for line in fs::read_to_string(root().join("data/train/articles.jsonl")).unwrap().lines() {
        let article: serde_json::Value = serde_json::from_str(line).unwrap();
        let (id, text, statements) = (&article["id"], article["text"].as_str().unwrap(), &article["statements"]);
        let hash = format!("{:x}", <sha2::Sha256 as sha2::Digest>::digest(text));
        together += &format!("{}\n", json!({"id": id, "text": text, "statements": statements}));
        texts += &format!("{}\n", json!({"id": id, "text": text}));
        labels += &format!("{}\n", json!({"id": id, "text_sha256": hash, "statements": statements}));
    }
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let (together, texts) = (file("together.jsonl", &together), file("texts.jsonl", &texts));
    let config = |corpus: &Path| config(folder.path(), "tiny", 2, "checkpoint_every = 2", corpus);
    let (beside, mut apart) = (config(&together), config(&texts));
    apart.corpus[0].labels = Some(file("labels.jsonl", &labels));
    apart.dev = beside.dev.clone();
    let outs = ["beside", "apart"].map(|name| folder.path().join(name));
    run(&beside, &outs[0], None);
    run(&apart, &outs[1], None);
    let weights = outs.map(|out| fs::read(out.join("model.safetensors")).unwrap());
    assert!(weights[0] == weights[1]);
}

/// Protects the spans: where only stances are sure, neither cues nor roles are learned.
#[test]
fn stances_alone_can_be_learned() {
    let folder = tempfile::tempdir().unwrap();
    tiny_model(&folder.path().join("tiny"));
    let corpus = root().join("data/train/articles.jsonl");
    let mut config = config(folder.path(), "tiny", 1, "report_every = 1", &corpus);
    config.corpus[0].stance_only = true;
    let events = run(&config, &folder.path().join("out"), None);
    let losses = events.iter().find_map(|event| match event {
        Progress::Steps { losses, .. } => Some(*losses),
        _ => None,
    });
    let losses = losses.unwrap();
    assert!(losses.cue.is_none() && losses.roles == Some(0.0) && losses.stance.unwrap() > 0.0, "{losses:?}");
}
