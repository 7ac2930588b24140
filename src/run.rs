//! A run: records are read, worked on and committed at the same time, unit by unit.
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
use crate::pipeline::{Stages, Worker};
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

/// A unit of consecutive records.
struct Unit {
    number: u64,
    hash: String,
    records: Vec<Record>,
    places: Vec<Place>,
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
    let (sender, receiver) = bounded::<Unit>(workers);
    let mut items = Items::new(records, output.selection());
    std::thread::scope(|scope| {
        for _ in 0..workers {
            let (receiver, stages, failures) = (receiver.clone(), stages.clone(), failures.clone());
            let (stop, output) = (&stop, &output);
            scope.spawn(move || {
                if let Err(error) = work(&receiver, stages, files, output, stop, on_event) {
                    stop.store(true, Ordering::Relaxed);
                    // The receiver lives until all threads have ended.
                    let _ = failures.send(error);
                }
            });
        }
        drop((receiver, failures));
        hand_out(&mut items, &sender, &output, &stop, on_event);
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
    sender: &Sender<Unit>,
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
        } else if sender.send(Unit { number, hash, records, places }).is_err() {
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

/// One worker: loads a network, then works on units until there are no more.
fn work(
    units: &Receiver<Unit>,
    stages: Arc<Stages>,
    files: &ModelFiles,
    output: &Output,
    stop: &AtomicBool,
    on_event: &(dyn Fn(Event) + Sync),
) -> Result<(), RunError> {
    // Of this thread: libtorch's heads would otherwise share out their work to threads that spin meanwhile.
    tch::set_num_threads(1);
    let model = Model::with_engine(files, stages.engine.clone())?;
    let worker = Worker { stages, model };
    for unit in units {
        if stop.load(Ordering::Relaxed) {
            break;
        }
        let documents = unit.records.iter().zip(&unit.places);
        let rows: Vec<ArticleRows> = documents.map(|(record, place)| worker.document(record).at(place)).collect();
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
