//! A run: records are read, worked on and committed at the same time, unit by unit.
//!
//! Invariant: memory holds a bounded number of units; whatever the number of workers, a unit is computed
//! from its own records alone, so the tables are the same.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::article::Record;
use crate::labels::Status;
use crate::model::{Engine, Model, ModelError, ModelFiles};
use crate::pipeline::{Stages, Worker};
use crate::write::{ArticleRows, Output, Totals, UNIT_RECORDS, WriteError, records_hash};

/// Why a run stopped. What was committed stays, and the same command goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// The model could not be loaded.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The output folder could not be written.
    #[error(transparent)]
    Write(#[from] WriteError),
}

/// What happened, for whoever shows progress.
#[derive(Clone, Copy, Debug)]
pub enum Event {
    /// A unit was committed.
    Committed {
        /// Records in it.
        records: usize,
        /// White-space words of their texts.
        words: usize,
        /// Statements written.
        statements: usize,
        /// Records that failed.
        failed: usize,
    },
    /// A unit that an earlier run had committed was passed over.
    Resumed {
        /// Records in it.
        records: usize,
    },
}

/// A unit of consecutive records.
struct Unit {
    number: u64,
    hash: String,
    records: Vec<Record>,
}

/// Reads all records, works on them with `workers` networks and publishes the tables.
pub fn run(
    records: impl Iterator<Item = Record> + Send,
    stages: Arc<Stages>,
    files: &ModelFiles,
    engine: &Engine,
    workers: usize,
    output: Output,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Totals, RunError> {
    let workers = workers.max(1);
    tch::set_num_threads(1);
    let stop = AtomicBool::new(false);
    let (failures, first_failure) = mpsc::channel::<RunError>();
    let (sender, receiver) = bounded::<Unit>(workers);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (receiver, stages, failures) = (receiver.clone(), stages.clone(), failures.clone());
            let (stop, output) = (&stop, &output);
            scope.spawn(move || {
                if let Err(error) = work(&receiver, stages, (files, engine), output, stop, on_event) {
                    stop.store(true, Ordering::Relaxed);
                    // The receiver lives until all threads have ended.
                    let _ = failures.send(error);
                }
            });
        }
        drop((receiver, failures));
        hand_out(records, &sender, &output, &stop, on_event);
        drop(sender);
    });
    match first_failure.try_recv() {
        Ok(error) => Err(error),
        Err(_) => Ok(output.finish()?),
    }
}

/// Reads records into units and hands out those that are not done.
fn hand_out(
    records: impl Iterator<Item = Record>,
    sender: &Sender<Unit>,
    output: &Output,
    stop: &AtomicBool,
    on_event: &(dyn Fn(Event) + Sync),
) {
    let mut records = records.peekable();
    let mut number = 0;
    while records.peek().is_some() && !stop.load(Ordering::Relaxed) {
        let unit: Vec<Record> = records.by_ref().take(UNIT_RECORDS).collect();
        let hash = records_hash(&unit);
        if output.is_done(number, &hash) {
            on_event(Event::Resumed { records: unit.len() });
        } else if sender.send(Unit { number, hash, records: unit }).is_err() {
            return;
        }
        number += 1;
    }
}

/// One worker: loads a network, then works on units until there are no more.
fn work(
    units: &Receiver<Unit>,
    stages: Arc<Stages>,
    (files, engine): (&ModelFiles, &Engine),
    output: &Output,
    stop: &AtomicBool,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<(), RunError> {
    // Of this thread: libtorch's heads would otherwise share out their work to threads that spin meanwhile.
    tch::set_num_threads(1);
    let worker = Worker { stages, model: Model::with_engine(files, engine.clone())? };
    for unit in units {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let rows = rows_or_failures(&worker, &unit.records);
        output.commit(unit.number, &unit.hash, &rows)?;
        on_event(Event::Committed {
            records: unit.records.len(),
            words: unit.records.iter().map(|r| r.text.split_whitespace().count()).sum(),
            statements: rows.iter().map(|r| r.statements.len()).sum(),
            failed: rows.iter().filter(|r| r.document.status == Status::Failed).count(),
        });
    }
    Ok(())
}

/// The rows of a unit. If an article makes the tokenizer or the network fail, the unit is halved until it
/// stands alone: it becomes a failed row, and the rest is kept.
fn rows_or_failures(worker: &Worker, records: &[Record]) -> Vec<ArticleRows> {
    let why = match catch_unwind(AssertUnwindSafe(|| worker.rows(records))) {
        Ok(Ok(rows)) => return rows,
        Ok(Err(error)) => error.to_string(),
        Err(panic) => panic_text(&*panic),
    };
    match records {
        [] => Vec::new(),
        [record] => {
            let failed = Record {
                status: Status::Failed,
                reason: format!("the network failed on this article: {why}"),
                ..record.clone()
            };
            worker.rows(&[failed]).unwrap_or_default()
        }
        _ => {
            let (left, right) = records.split_at(records.len() / 2);
            let mut rows = rows_or_failures(worker, left);
            rows.extend(rows_or_failures(worker, right));
            rows
        }
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").lines().next().unwrap_or_default().to_owned()
}
