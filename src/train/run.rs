//! The training itself: steps, reports, checkpoints.

use std::path::Path;
use std::time::{Duration, Instant};

use tch::{Device, Tensor, nn, no_grad};

use super::TrainError;
use super::batch::{Stretch, batch, groups, stretches};
use super::checkpoint::{load_state, save_model, save_state};
use super::config::{Corpus, TrainConfig};
use super::corpus;
use super::encoder::Encoder;
use super::example::{Example, Misfits, examples};
use super::loss::{Losses, loss, rare_weights};
use super::optimise::Optimiser;
use super::random::Random;
use super::score::{Figures, score};
use crate::encode::PieceEncoder;
use crate::labels::Stance;
use crate::model::{ModelConfig, ModelFiles, Network};

/// What a training tells while it runs.
#[derive(Clone, Debug)]
pub enum Progress {
    /// A corpus is read.
    Read {
        /// Its file.
        corpus: String,
        /// Texts in it.
        texts: usize,
        /// Pieces in them.
        pieces: usize,
        /// Labels that do not fit.
        misfits: Misfits,
    },
    /// An unfinished training goes on.
    Resumed {
        /// Steps done before.
        step: u64,
    },
    /// Some steps are done; losses are means over them.
    Steps {
        /// Steps done.
        step: u64,
        /// Steps in all.
        steps: u64,
        /// Mean losses.
        losses: Losses,
        /// Part of the highest rate.
        rate: f64,
        /// Length of the last gradient.
        gradient: f64,
        /// Pieces read per second, padding not counted.
        pieces_per_second: f64,
        /// Time left at this speed.
        left: Duration,
    },
    /// A checkpoint is written.
    Checkpoint {
        /// Steps done.
        step: u64,
        /// Dev figures by corpus.
        figures: Vec<(String, Figures)>,
        /// Mean over corpora of the means of their figures; 0 without dev corpora.
        score: f64,
        /// Whether it is the best so far.
        best: bool,
    },
}

/// An epoch's batches, and where it stands in the training.
struct Epoch {
    number: u64,
    first_step: u64,
    groups: Vec<Vec<Stretch>>,
}

/// Trains a model into a folder; goes on where an unfinished training in it stopped.
pub fn train(config: &TrainConfig, out: &Path, report: &mut dyn FnMut(&Progress)) -> Result<(), TrainError> {
    let schedule = &config.schedule;
    if schedule.threads > 0 {
        tch::set_num_threads(schedule.threads);
    }
    let start = ModelFiles::new(&config.start);
    let mut model_config = ModelConfig::read(&start.config())?;
    model_config.bert.hidden_dropout_prob = schedule.dropout;
    model_config.bert.attention_probs_dropout_prob = schedule.attention_dropout;
    let tokenizer = PieceEncoder::load(&start.tokenizer())?;
    tch::manual_seed(config.seed as i64);
    let mut store = nn::VarStore::new(Device::Cpu);
    let network = Network::new(store.root(), &model_config);
    store.load(start.weights())?;
    store.float();
    let encoder = Encoder::new(&store, &model_config, schedule.precision)?;

    let size = model_config.sayso.window - 2;
    let (mut texts, mut owners) = (Vec::new(), Vec::new());
    for (index, corpus) in config.corpus.iter().enumerate() {
        let read = read(corpus, &tokenizer, report)?;
        owners.extend(std::iter::repeat_n(index, read.len()));
        texts.extend(read);
    }
    let mut dev = Vec::new();
    for corpus in &config.dev {
        dev.push((name(corpus), read(corpus, &tokenizer, report)?));
    }
    let mut counts = vec![0usize; Stance::ALL.len()];
    texts.iter().flat_map(|e| &e.statements).filter_map(|s| s.stance).for_each(|s| counts[s as usize] += 1);
    let rare = rare_weights(&counts, config.loss.rare);

    let mut optimiser = Optimiser::new(&store, schedule);
    let (mut step, mut best) = (0, f64::MIN);
    if let Some((done, score)) = load_state(&mut optimiser, out)? {
        (step, best) = (done, score);
        report(&Progress::Resumed { step });
    }
    let mut epoch = plan(0, 0, config, &texts, &owners, size);
    let mut window = Report::new();
    if std::env::var("SCORE0").is_ok() {
        let figures: Vec<(String, Figures)> =
            dev.iter().map(|(name, texts)| (name.clone(), score(&network, &encoder, texts, schedule, size))).collect();
        report(&Progress::Checkpoint { step, figures, score: 0.0, best: false });
    }
    while step < schedule.steps {
        while step >= epoch.first_step + epoch.groups.len() as u64 {
            let first_step = epoch.first_step + epoch.groups.len() as u64;
            epoch = plan(epoch.number + 1, first_step, config, &texts, &owners, size);
        }
        let group = &epoch.groups[(step - epoch.first_step) as usize];
        tch::manual_seed((config.seed + step) as i64);
        let batch = batch(group, &texts, &config.loss, Some(&mut Random::new(config.seed + step, 2)));
        let hidden = encoder.encode(&batch.windows, true);
        let (total, losses) = loss(&network, &hidden, &batch, &config.loss, &rare);
        total.backward();
        let rate = optimiser.rate(step);
        let gradient = optimiser.step(step);
        step += 1;
        window.add(losses, batch.pieces);
        if step % schedule.report_every == 0 || step == schedule.steps {
            report(&window.progress(step, schedule.steps, rate, gradient));
            window = Report::new();
        }
        if step % schedule.checkpoint_every == 0 || step == schedule.steps {
            let paused = Instant::now();
            let current = swap_in_average(&mut optimiser);
            let figures: Vec<(String, Figures)> = dev
                .iter()
                .map(|(name, texts)| (name.clone(), score(&network, &encoder, texts, schedule, size)))
                .collect();
            swap_back(&mut optimiser, &current);
            let mean = |f: &Figures| f.values().sum::<f64>() / f.len().max(1) as f64;
            let score = figures.iter().map(|(_, f)| mean(f)).sum::<f64>() / figures.len().max(1) as f64;
            let better = score > best || figures.is_empty();
            if better {
                best = score;
                save_model(&optimiser, &start, out)?;
            }
            save_model(&optimiser, &start, &out.join("last"))?;
            save_state(&optimiser, step, best, out)?;
            report(&Progress::Checkpoint { step, figures, score, best: better });
            window.paused += paused.elapsed();
        }
    }
    Ok(())
}

fn name(corpus: &Corpus) -> String {
    let stem = corpus.path.file_stem().unwrap_or_default().to_string_lossy();
    let folder = corpus.path.parent().and_then(Path::file_name).unwrap_or_default().to_string_lossy();
    format!("{folder}/{stem}")
}

fn read(
    corpus: &Corpus,
    tokenizer: &PieceEncoder,
    report: &mut dyn FnMut(&Progress),
) -> Result<Vec<Example>, TrainError> {
    let (examples, misfits) = examples(tokenizer, &corpus::read(corpus)?)?;
    let pieces = examples.iter().map(|e| e.pieces.len()).sum();
    report(&Progress::Read { corpus: name(corpus), texts: examples.len(), pieces, misfits });
    Ok(examples)
}

/// Draws the texts of an epoch and cuts them into windows; statements and mentions are batched apart.
fn plan(number: u64, first_step: u64, config: &TrainConfig, texts: &[Example], owners: &[usize], size: usize) -> Epoch {
    let mut random = Random::new(config.seed, 1 + (number << 8));
    let (mut statements, mut mentions) = (Vec::new(), Vec::new());
    for (index, (text, &owner)) in texts.iter().zip(owners).enumerate() {
        let weight = config.corpus[owner].weight;
        let times = weight as usize + usize::from(random.chance(weight.fract()));
        let target = if text.cues.is_empty() { &mut mentions } else { &mut statements };
        for _ in 0..times {
            target.extend(stretches(index, text, size, Some(&mut random)));
        }
    }
    let mut all = groups(statements, &config.schedule, &mut random);
    all.extend(groups(mentions, &config.schedule, &mut random));
    random.shuffle(&mut all);
    Epoch { number, first_step, groups: all }
}

/// Puts the averaged weights into the network; gives the others.
fn swap_in_average(optimiser: &mut Optimiser) -> Vec<Tensor> {
    no_grad(|| {
        optimiser
            .slots
            .iter_mut()
            .map(|slot| {
                let current = slot.value.detach().copy();
                slot.value.copy_(&slot.average);
                current
            })
            .collect()
    })
}

fn swap_back(optimiser: &mut Optimiser, current: &[Tensor]) {
    no_grad(|| optimiser.slots.iter_mut().zip(current).for_each(|(slot, value)| slot.value.copy_(value)));
}

/// Losses and speed since the last report.
struct Report {
    started: Instant,
    paused: Duration,
    steps: usize,
    pieces: usize,
    sums: [(f64, usize); 6],
}

impl Report {
    fn new() -> Self {
        Report { started: Instant::now(), paused: Duration::ZERO, steps: 0, pieces: 0, sums: [(0.0, 0); 6] }
    }

    fn add(&mut self, losses: Losses, pieces: usize) {
        self.steps += 1;
        self.pieces += pieces;
        let parts = [Some(losses.total), losses.cue, losses.roles, losses.mentions, losses.stance, losses.flags];
        for (sum, part) in self.sums.iter_mut().zip(parts) {
            if let Some(value) = part {
                *sum = (sum.0 + value, sum.1 + 1);
            }
        }
    }

    fn progress(&self, step: u64, steps: u64, rate: f64, gradient: f64) -> Progress {
        let seconds = self.started.elapsed().saturating_sub(self.paused).as_secs_f64().max(1e-9);
        let mean = |index: usize| {
            let (sum, count) = self.sums[index];
            (count > 0).then(|| sum / count as f64)
        };
        let losses = Losses {
            total: mean(0).unwrap_or(0.0),
            cue: mean(1),
            roles: mean(2),
            mentions: mean(3),
            stance: mean(4),
            flags: mean(5),
        };
        let left = seconds / self.steps.max(1) as f64 * (steps - step) as f64;
        Progress::Steps {
            step,
            steps,
            losses,
            rate,
            gradient,
            pieces_per_second: self.pieces as f64 / seconds,
            left: Duration::from_secs_f64(left),
        }
    }
}
