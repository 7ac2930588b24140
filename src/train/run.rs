//! The training itself: steps, reports, checkpoints.

use std::ops::ControlFlow;
use std::path::Path;
use std::time::Instant;

use tch::Tensor;

use super::TrainError;
use super::batch::batch;
use super::checkpoint::{load_state, same_training, save_model, save_state};
use super::config::{Corpus, Schedule, TrainConfig};
use super::corpus;
use super::encoder::Encoder;
use super::epoch::{Epoch, Texts};
use super::example::{Example, examples};
use super::loss::{Layers, loss, rare_weights};
use super::optimise::Optimiser;
use super::progress::{Progress, Tally};
use super::random::Random;
use super::record::Record;
use super::roles::RolesHead;
use super::score::{Figures, score};
use super::start;
use crate::encode::PieceEncoder;
use crate::labels::Stance;
use crate::model::{ModelConfig, ModelFiles};

/// Seeds of a step's dropout and of what is chosen in its batch.
const CHOICES: u64 = 2;

/// Where a training stands.
struct State {
    step: u64,
    best: f64,
}

/// Trains a model into a folder; goes on where an unfinished training in it stopped. Stops early when
/// `report` says so: what the last checkpoint holds stays.
pub fn train(
    config: &TrainConfig,
    out: &Path,
    report: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<(), TrainError> {
    let schedule = &config.schedule;
    if schedule.threads > 0 {
        tch::set_num_threads(schedule.threads);
    }
    let (start, files) = (ModelFiles::new(&config.start), ModelFiles::new(out));
    start::lay_out(&start, &files)?;
    same_training(config, out)?;
    let mut model = ModelConfig::read(&files.config())?;
    model.bert.hidden_dropout_prob = schedule.dropout;
    model.bert.attention_probs_dropout_prob = schedule.attention_dropout;
    let size = model.sayso.window - 2;
    let (store, network) = start::network(&start, &model, config.seed)?;
    let layers = Layers {
        encoder: Encoder::new(&store, &model, schedule.precision)?,
        roles: RolesHead::new(&store, &model, schedule.precision)?,
        network,
    };
    let mut optimiser = Optimiser::new(&store, schedule);
    let resumed = load_state(&mut optimiser, out)?;
    let mut state = resumed.map_or(State { step: 0, best: f64::MIN }, |(step, best)| State { step, best });

    let tokenizer = PieceEncoder::load(&files.tokenizer())?;
    let mut texts = Texts { examples: Vec::new(), corpora: Vec::new() };
    for (index, corpus) in config.corpus.iter().enumerate() {
        let read = read(corpus, &tokenizer, report)?;
        texts.corpora.extend(std::iter::repeat_n(index, read.len()));
        texts.examples.extend(read);
    }
    let mut dev = Vec::new();
    for corpus in &config.dev {
        dev.push((name(corpus), read(corpus, &tokenizer, report)?));
    }
    let rare = rare_weights(&stances(&texts.examples), config.loss.rare);
    // A loss that weighs a class w-fold teaches odds that are w-fold too high; what is kept of the start has learned none.
    let lean = rare.log() * (1.0 - schedule.keep_start);
    let score_all = |layers: &Layers, lean: &Tensor| score_all(layers, lean, &dev, schedule, size);

    let mut record = Record::open(out, state.step)?;
    let mut tell = |progress: Progress| -> Result<ControlFlow<()>, TrainError> {
        record.note(&progress)?;
        Ok(report(&progress))
    };
    if state.step > 0 {
        let _ = tell(Progress::Resumed { step: state.step })?;
    } else if schedule.score_start && !dev.is_empty() {
        let upright = lean.zeros_like();
        let (figures, score) = score_all(&layers, &upright);
        save_model(&optimiser, &upright, &files)?;
        state.best = score;
        let _ = tell(Progress::Scored { step: 0, figures, score, best: true })?;
    }
    let mut epoch = Epoch::first(config.seed, schedule, &config.corpus, &texts, size);
    let mut tally = Tally::new();
    while state.step < schedule.steps {
        let step = state.step;
        let group = loop {
            if epoch.is_empty() {
                return Err(TrainError::Nothing);
            }
            match epoch.group(step) {
                Some(group) => break group,
                None => epoch = epoch.next(config.seed, schedule, &config.corpus, &texts, size),
            }
        };
        let mut choices = Random::new(config.seed.wrapping_add(step), CHOICES);
        tch::manual_seed(config.seed.wrapping_add(step) as i64);
        let batch = batch(group, &texts.examples, &config.loss, Some(&mut choices));
        let hidden = layers.encoder.encode(&batch.windows, true);
        let (total, losses) = loss(&layers, &hidden, &batch, &config.loss, &rare);
        total.backward();
        let rate = optimiser.rate(step);
        let gradient = optimiser.step(step);
        state.step += 1;
        tally.add(losses, batch.pieces);
        let last = state.step == schedule.steps;
        let mut flow = ControlFlow::Continue(());
        if last || state.step.is_multiple_of(schedule.report_every) {
            flow = tell(tally.progress(state.step, schedule.steps, rate, gradient))?;
            tally = Tally::new();
        }
        if last || state.step.is_multiple_of(schedule.checkpoint_every) {
            let paused = Instant::now();
            let current = optimiser.swap_in_saved();
            let (figures, score) = score_all(&layers, &lean);
            optimiser.swap_back(&current);
            let best = score > state.best || figures.is_empty();
            if best {
                state.best = score;
                save_model(&optimiser, &lean, &files)?;
            }
            save_state(&optimiser, state.step, state.best, out)?;
            let stop = tell(Progress::Scored { step: state.step, figures, score, best })?;
            flow = if stop.is_break() { stop } else { flow };
            tally.pause(paused.elapsed());
        }
        if flow.is_break() {
            break;
        }
    }
    Ok(())
}

/// A corpus's folder and name.
fn name(corpus: &Corpus) -> String {
    let stem = corpus.path.file_stem().unwrap_or_default().to_string_lossy();
    let folder = corpus.path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    format!("{folder}/{stem}")
}

fn read(
    corpus: &Corpus,
    tokenizer: &PieceEncoder,
    report: &mut dyn FnMut(&Progress) -> ControlFlow<()>,
) -> Result<Vec<Example>, TrainError> {
    let (examples, misfits) = examples(tokenizer, &corpus::read(corpus)?)?;
    let pieces = examples.iter().map(|e| e.pieces.len()).sum();
    let _ = report(&Progress::Read { corpus: name(corpus), texts: examples.len(), pieces, misfits });
    Ok(examples)
}

/// How often each stance is labelled.
fn stances(examples: &[Example]) -> Vec<usize> {
    let mut counts = vec![0; Stance::ALL.len()];
    for stance in examples.iter().flat_map(|e| &e.statements).filter_map(|s| s.stance) {
        counts[stance as usize] += 1;
    }
    counts
}

/// Figures by dev corpus, and the mean over corpora of the means of their figures.
fn score_all(
    layers: &Layers,
    lean: &Tensor,
    dev: &[(String, Vec<Example>)],
    schedule: &Schedule,
    size: usize,
) -> (Vec<(String, Figures)>, f64) {
    let figures: Vec<(String, Figures)> =
        dev.iter().map(|(name, texts)| (name.clone(), score(layers, lean, texts, schedule, size))).collect();
    let mean = |f: &Figures| f.values().sum::<f64>() / f.len().max(1) as f64;
    let score = figures.iter().map(|(_, f)| mean(f)).sum::<f64>() / figures.len().max(1) as f64;
    (figures, score)
}
