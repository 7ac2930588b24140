//! Units of rows → a finished run in an output folder.
//!
//! Invariant: a unit is committed whole or not at all, in any order and from any thread; [`Output::finish`]
//! publishes the tables in the order of the records, and nothing that was committed is read or computed twice.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::assemble::ArticleRows;
use super::disk::{Disk, DiskFile};
use super::error::WriteError;
use super::folder::{Claim, Folder};
use super::merge::Shards;
use super::package;
use super::preset::Warning;
use super::publish::{Act, Totals, each_of_units, publish};
use super::run::RunInfo;
use super::unit::{self, UnitFile};
use crate::select::Selection;

/// What opening an output folder came to.
pub enum Opened {
    /// Nothing of this run was there.
    Fresh(Output),
    /// An unfinished run of the same inputs, options and model was there; it goes on.
    Resumed(Output),
    /// This very run is there, whole: nothing is to be done. What it holds.
    Finished(Totals),
}

/// An output folder that is being written to. Dropping it leaves an unfinished run, which the same command resumes.
pub struct Output {
    disk: Disk,
    folder: Folder,
    info: RunInfo,
    /// Units that an earlier process committed.
    found: BTreeSet<(u64, String)>,
    /// Units of this run so far.
    taken: Mutex<BTreeMap<u64, UnitFile>>,
    /// Keeps other processes out of the folder until it is dropped.
    lock: Option<DiskFile>,
}

impl Output {
    /// Opens a folder for a run; makes it if it is not there, and proves that it can be written to.
    ///
    /// # Errors
    /// If it cannot be made or written to, if another process writes to it, or if it holds anything but this
    /// run, unless `force` is given: that replaces another run of sayso and writes beside other files.
    pub fn open(dir: &Path, info: RunInfo, force: bool) -> Result<Opened, WriteError> {
        Self::open_on(Disk::default(), dir, info, force)
    }

    pub(super) fn open_on(disk: Disk, dir: &Path, info: RunInfo, force: bool) -> Result<Opened, WriteError> {
        let key = info.key();
        let folder = Folder::new(dir, &key, info.files());
        let (lock, resumed) = match folder.claim(&disk, &key, force)? {
            Claim::Finished(package) => return Ok(Opened::Finished(package::totals_of(&package))),
            Claim::Held { lock, resumed } => (lock, resumed),
        };
        let found = unit::list(&disk, &folder.units)?.into_iter().map(|unit| (unit.unit, unit.records)).collect();
        let output = Output { disk, folder, info, found, taken: Mutex::default(), lock };
        Ok(if resumed { Opened::Resumed(output) } else { Opened::Fresh(output) })
    }

    /// How many units an earlier process committed.
    pub fn found(&self) -> usize {
        self.found.len()
    }

    /// Whether an earlier process committed this unit (0-based) of these very
    /// records ([`super::records_hash`]) without a failed document. If so it is part of this run, and need not be
    /// read again.
    pub fn is_done(&self, unit: u64, records: &str) -> bool {
        let done = self.found.contains(&(unit, records.to_owned()));
        if done {
            self.take(UnitFile { unit, records: records.to_owned(), failed: false });
        }
        done
    }

    /// Commits a unit: when this returns, a crash loses nothing of it.
    ///
    /// # Errors
    /// If it cannot be written; the run can be resumed.
    pub fn commit(&self, unit: u64, records: &str, articles: &[ArticleRows]) -> Result<(), WriteError> {
        let file = UnitFile::commit(&self.disk, &self.folder.units, unit, records, articles)?;
        self.take(file);
        Ok(())
    }

    /// What of the input the run works on.
    pub fn selection(&self) -> Selection {
        self.info.selection()
    }

    /// Publishes the tables of all units, and last of all `datapackage.json`.
    ///
    /// # Errors
    /// If a unit is missing or something cannot be written; the run can be resumed.
    pub fn finish(self) -> Result<Totals, WriteError> {
        self.finish_of(0)
    }

    /// The same, where the whole input has so many records, which a shard remembers.
    ///
    /// # Errors
    /// If a unit is missing or something cannot be written; the run can be resumed.
    pub fn finish_of(self, records: u64) -> Result<Totals, WriteError> {
        let units = self.units()?;
        self.publish(&|act| each_of_units(&self.disk, &units, act), records)
    }

    /// Publishes the tables of shards as those of the whole run, which this is opened for ([`Shards::info`]).
    ///
    /// # Errors
    /// If a shard is damaged or does not fit the others, or something cannot be written.
    pub fn merge(self, shards: &Shards) -> Result<Totals, WriteError> {
        self.publish(&|act| shards.each(act), 0)
    }

    fn publish(&self, each: &dyn Fn(Act<'_>) -> Result<(), WriteError>, records: u64) -> Result<Totals, WriteError> {
        let mut totals = publish(&self.disk, &self.folder, each, &self.info, records)?;
        if self.lock.is_none() {
            totals.warnings.push(Warning::NoLock);
        }
        Ok(totals)
    }

    #[cfg(test)]
    pub(super) fn units_folder(&self) -> &Path {
        &self.folder.units
    }

    fn take(&self, file: UnitFile) {
        // A thread that died while it held the map left it whole: inserting is its only change.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner).insert(file.unit, file);
    }

    /// The files of the units, in order.
    fn units(&self) -> Result<Vec<PathBuf>, WriteError> {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        for (expected, &unit) in (0..).zip(taken.keys()) {
            if unit != expected {
                return Err(WriteError::Gap { first: expected, last: unit - 1 });
            }
        }
        Ok(taken.values().map(|file| unit::path(&self.folder.units, file)).collect())
    }
}
