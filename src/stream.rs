//! A filter: one record in, one line of JSON out, each written as soon as it and those before it are done.
//!
//! Invariant: lines come in the order of the records, whatever the number of workers; a record has one line,
//! failed ones too; no more than a few records a worker are under way.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::article::Record;
use crate::labels::Status;
use crate::model::{Model, ModelError, ModelFiles};
use crate::pipeline::{Prepared, Stages, Worker};
use crate::run::Event;
use crate::select::{Item, Items, Place, Selection};
use crate::write::{ArticleRows, jsonl};

/// Why a stream ended before its input did.
#[derive(Debug, thiserror::Error)]
pub enum StreamError {
    /// The model could not be loaded.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The lines could not be written; a reader that went away is a broken pipe.
    #[error("cannot write the lines: {0}")]
    Write(#[from] io::Error),
}

/// How a stream is worked on.
#[derive(Clone, Debug, Default)]
pub struct StreamOptions {
    /// Networks side by side.
    pub workers: usize,
    /// What of the input is worked on.
    pub selection: Selection,
    /// The headers of the columns carried along (`x_<name>`).
    pub carried: Vec<String>,
}

/// Records of a worker that are under way.
const UNDER_WAY: usize = 4;

/// What a thread has for the writer.
enum News {
    Done(u64, Box<ArticleRows>),
    Unable(ModelError),
}

/// Reads records and writes their lines, until there are no more or nobody reads them.
///
/// When the reader of the lines goes away, this returns at once, though the thread that reads may still
/// wait for input: the caller is to end the process.
pub fn stream(
    records: impl Iterator<Item = Record> + Send + 'static,
    stages: Arc<Stages>,
    files: &ModelFiles,
    options: &StreamOptions,
    out: &mut dyn Write,
    on_event: &dyn Fn(Event),
) -> Result<(), StreamError> {
    tch::set_num_threads(1);
    let workers = options.workers.max(1);
    // A record is read only when one of these is free; the writer frees it.
    let (free, taken) = bounded::<()>(workers * UNDER_WAY);
    let (sender, receiver) = bounded::<Work>(workers);
    let (news, told) = bounded::<News>(workers * UNDER_WAY);
    for _ in 0..workers {
        let (receiver, news, stages, files) = (receiver.clone(), news.clone(), stages.clone(), files.clone());
        std::thread::spawn(move || work(&receiver, &news, stages, &files));
    }
    drop(news);
    let items = Items::new(records, options.selection);
    std::thread::spawn(move || hand_out(items, &stages, &free, &sender));
    write_lines(&told, &taken, &options.carried, out, on_event)
}

/// A record under way.
struct Work {
    number: u64,
    prepared: Prepared,
    place: Place,
}

fn hand_out(items: Items<impl Iterator<Item = Record>>, stages: &Stages, free: &Sender<()>, sender: &Sender<Work>) {
    for (number, Item { record, place }) in (0..).zip(items) {
        // The writer is gone: nobody wants more.
        if free.send(()).is_err() || sender.send(Work { number, prepared: stages.prepare(record), place }).is_err() {
            return;
        }
    }
}

fn work(items: &Receiver<Work>, news: &Sender<News>, stages: Arc<Stages>, files: &ModelFiles) {
    tch::set_num_threads(1);
    let worker = match Model::with_engine(files, stages.engine.clone()) {
        Ok(model) => Worker { stages, model },
        Err(error) => {
            // If the writer is gone, so is whoever could be told.
            let _ = news.send(News::Unable(error));
            return;
        }
    };
    for Work { number, prepared, place } in items {
        let rows = worker.document(&prepared).at(&place);
        if news.send(News::Done(number, Box::new(rows))).is_err() {
            return;
        }
    }
}

fn write_lines(
    told: &Receiver<News>,
    taken: &Receiver<()>,
    carried: &[String],
    out: &mut dyn Write,
    on_event: &dyn Fn(Event),
) -> Result<(), StreamError> {
    let mut waiting: BTreeMap<u64, Box<ArticleRows>> = BTreeMap::new();
    let mut next = 0;
    for news in told {
        match news {
            News::Done(number, rows) => drop(waiting.insert(number, rows)),
            News::Unable(error) => return Err(error.into()),
        }
        while let Some(rows) = waiting.remove(&next) {
            writeln!(out, "{}", jsonl::line(&rows, carried))?;
            next += 1;
            // The thread that reads is done with its share; it may have ended.
            let _ = taken.recv();
            on_event(Event::Committed {
                records: 1,
                words: 0,
                statements: rows.statements.len(),
                failed: usize::from(rows.document.status == Status::Failed),
            });
        }
        out.flush()?;
    }
    Ok(())
}
