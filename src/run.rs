//! A run: records are read, prepared, worked on and committed at the same time, unit by unit, each on threads of its own.
//!
//! Invariant: memory holds a bounded number of units; a document is computed from its own record alone
//! ([`Worker::document`]), so the tables are the same whatever the workers, units and shards.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::article::Record;
use crate::labels::Status;
use crate::model::{Model, ModelError, ModelFiles};
use crate::pipeline::{Prepared, Stages, Worker};
use crate::select::{Item, Items, Place};
use crate::write::{ArticleRows, Output, Totals, UNIT_BYTES, UNIT_RECORDS, WriteError, unit_hash};

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

/// A unit of consecutive records, at one stage of the work on it.
struct Unit<T> {
    number: u64,
    hash: String,
    places: Vec<Place>,
    words: usize,
    articles: Vec<T>,
}

impl<T> Unit<T> {
    fn map<U>(self, of: impl FnMut((T, &Place)) -> U) -> Unit<U> {
        let articles = self.articles.into_iter().zip(&self.places).map(of).collect();
        Unit { number: self.number, hash: self.hash, words: self.words, articles, places: self.places }
    }
}

/// Reads all records, works on them with `workers` networks and publishes the tables.
pub fn run(
    records: impl Iterator<Item = Record> + Send,
    stages: Arc<Stages>,
    files: &ModelFiles,
    workers: usize,
    output: Output,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<Totals, RunError> {
    let workers = workers.max(1);
    tch::set_num_threads(1);
    let stop = AtomicBool::new(false);
    let (failures, first_failure) = mpsc::channel::<RunError>();
    let (sender, read) = bounded::<Unit<Record>>(1);
    let (preparer, prepared) = bounded::<Unit<Prepared>>(workers);
    let (finisher, done) = bounded::<Unit<ArticleRows>>(workers);
    let mut items = Items::new(records, output.selection());
    // A thread ends when nothing comes in any more, or when nobody takes what it makes.
    std::thread::scope(|scope| {
        let (stop, output) = (&stop, &output);
        let told = |result: Result<(), RunError>, failures: &mpsc::Sender<RunError>| {
            if let Err(error) = result {
                stop.store(true, Ordering::Relaxed);
                // The receiver lives until all threads have ended.
                let _ = failures.send(error);
            }
        };
        for _ in 0..workers {
            let (units, finisher) = (prepared.clone(), finisher.clone());
            let (stages, failures) = (stages.clone(), failures.clone());
            scope.spawn(move || told(work(&units, stages, files, &finisher, stop), &failures));
        }
        drop((prepared, finisher));
        scope.spawn(move || told(write(&done, output, on_event), &failures));
        scope.spawn(move || prepare(&read, &stages, &preparer));
        hand_out(&mut items, &sender, output, stop, on_event);
        drop(sender);
    });
    match first_failure.try_recv() {
        Ok(error) => Err(error),
        Err(_) => Ok(output.finish_of(items.read())?),
    }
}

/// Reads records into units and hands out those that are not done.
fn hand_out(
    items: &mut Items<impl Iterator<Item = Record>>,
    sender: &Sender<Unit<Record>>,
    output: &Output,
    stop: &AtomicBool,
    on_event: &(dyn Fn(Event) + Sync),
) {
    let mut number = 0;
    while !stop.load(Ordering::Relaxed) {
        let (records, places) = next_unit(items);
        if records.is_empty() {
            return;
        }
        let hash = unit_hash(&records, &places);
        if output.is_done(number, &hash) {
            on_event(Event::Resumed { records: records.len() });
        } else if sender.send(Unit { number, hash, places, words: words(&records), articles: records }).is_err() {
            return;
        }
        number += 1;
    }
}

/// The next unit's records: 64, or fewer where their texts are so long that so many should not be held together.
fn next_unit(items: &mut impl Iterator<Item = Item>) -> (Vec<Record>, Vec<Place>) {
    let (mut records, mut places, mut bytes) = (Vec::new(), Vec::new(), 0);
    while records.len() < UNIT_RECORDS && bytes < UNIT_BYTES {
        let Some(Item { record, place }) = items.next() else { break };
        bytes += record.text.len() + record.title.len() + record.carried.iter().map(String::len).sum::<usize>();
        records.push(record);
        places.push(place);
    }
    (records, places)
}

/// White-space words of the texts.
fn words(records: &[Record]) -> usize {
    records.iter().map(|record| record.text.split_whitespace().count()).sum()
}

/// Splits texts into sentences and pieces, before a network needs them.
fn prepare(units: &Receiver<Unit<Record>>, stages: &Stages, prepared: &Sender<Unit<Prepared>>) {
    for unit in units {
        if prepared.send(unit.map(|(record, _)| stages.prepare(record))).is_err() {
            return;
        }
    }
}

/// One worker: loads a network, then works on units until there are no more.
fn work(
    units: &Receiver<Unit<Prepared>>,
    stages: Arc<Stages>,
    files: &ModelFiles,
    done: &Sender<Unit<ArticleRows>>,
    stop: &AtomicBool,
) -> Result<(), RunError> {
    // Of this thread: libtorch's heads would otherwise share out their work to threads that spin meanwhile.
    tch::set_num_threads(1);
    let model = Model::with_engine(files, stages.engine.clone())?;
    let worker = Worker { stages, model };
    for unit in units {
        let unit = unit.map(|(prepared, place)| worker.document(&prepared).at(place));
        if stop.load(Ordering::Relaxed) || done.send(unit).is_err() {
            break;
        }
    }
    Ok(())
}

/// Commits units as they are done.
fn write(
    units: &Receiver<Unit<ArticleRows>>,
    output: &Output,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<(), RunError> {
    for Unit { number, hash, words, articles, .. } in units {
        output.commit(number, &hash, &articles)?;
        on_event(Event::Committed {
            records: articles.len(),
            words,
            statements: articles.iter().map(|r| r.statements.len()).sum(),
            failed: articles.iter().filter(|r| r.document.status == Status::Failed).count(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(bytes: usize) -> Item {
        let record = Record { text: "x".repeat(bytes), ..Record::default() };
        Item { record, place: Place::default() }
    }

    #[test]
    fn long_texts_are_not_held_together_and_none_is_lost() {
        let sizes = |bytes: &[usize]| {
            let mut items = bytes.iter().map(|&bytes| item(bytes));
            let units = std::iter::from_fn(|| Some(next_unit(&mut items).0.len()).filter(|&size| size > 0));
            units.collect::<Vec<_>>()
        };
        assert_eq!(sizes(&[1; 130]), [64, 64, 2]);
        assert_eq!(sizes(&[UNIT_BYTES; 3]), [1, 1, 1]);
        assert_eq!(sizes(&[UNIT_BYTES / 2 - 1, UNIT_BYTES / 2, 2, 1]), [3, 1]);
    }
}
