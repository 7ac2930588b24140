//! The files of the units, in order → the tables and `datapackage.json`.
//!
//! Invariant: tables are written under other names, synced and renamed, `datapackage.json` last; memory holds
//! one article and the named entities of the run.

use std::io::Write;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::assemble::ArticleRows;
use super::csv::{TableWriter, Written};
use super::disk::{Disk, DiskFile};
use super::entities::{Entities, of_article};
use super::error::WriteError;
use super::folder::{Folder, PACKAGE};
use super::package;
use super::preset::Warning;
use super::rows::{DocumentRow, EntityRow, MentionRow, ParticipantRow, StatementRow};
use super::run::RunInfo;
use super::table::Row;
use super::unit;
use crate::labels::{EntityType, Status};

/// What a run holds.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Totals {
    /// Documents, whatever became of them.
    pub documents: u64,
    /// Documents read whole.
    pub ok: u64,
    /// Documents read with bytes replaced.
    pub partial: u64,
    /// Documents not read on purpose.
    pub skipped: u64,
    /// Documents that could not be read.
    pub failed: u64,
    /// Statement rows.
    pub statements: u64,
    /// Participant rows.
    pub participants: u64,
    /// Mention rows.
    pub mentions: u64,
    /// Entity rows.
    pub entities: u64,
    /// What the reader of the tables should be told.
    #[serde(skip)]
    pub warnings: Vec<Warning>,
}

impl Totals {
    fn count(&mut self, status: Status) {
        match status {
            Status::Ok => self.ok += 1,
            Status::Partial => self.partial += 1,
            Status::Skipped => self.skipped += 1,
            Status::Failed => self.failed += 1,
        }
    }
}

pub(super) fn publish(disk: &Disk, folder: &Folder, units: &[PathBuf], info: &RunInfo) -> Result<Totals, WriteError> {
    let mut totals = Totals::default();
    let carried = info.carried_columns();
    let mut documents = Draft::<DocumentRow>::new(disk, folder, &carried, info)?;
    let mut statements = Draft::<StatementRow>::new(disk, folder, &[], info)?;
    let mut participants = Draft::<ParticipantRow>::new(disk, folder, &[], info)?;
    let mut mentions = Draft::<MentionRow>::new(disk, folder, &[], info)?;
    let mut entities = Draft::<EntityRow>::new(disk, folder, &[], info)?;
    let mut named = Entities::default();
    each_article(disk, units, |article| {
        totals.count(article.document.status);
        named.add(article);
        documents.write(&article.document, &article.carried)?;
        statements.write_all(&article.statements)?;
        participants.write_all(&article.participants)?;
        mentions.write_all(&article.mentions)
    })?;
    named.into_rows().try_for_each(|row| entities.write(&row, &[]))?;
    // A second pass, so that the unnamed entities, of which there are many, need not be held in memory.
    each_article(disk, units, |article| {
        let rows = of_article(article).into_iter().filter(|row| row.kind == EntityType::Unnamed);
        rows.into_iter().try_for_each(|row| entities.write(&row, &[]))
    })?;
    let written =
        [documents.finish()?, statements.finish()?, participants.finish()?, mentions.finish()?, entities.finish()?];
    totals.documents = written[0].rows;
    totals.statements = written[1].rows;
    totals.participants = written[2].rows;
    totals.mentions = written[3].rows;
    totals.entities = written[4].rows;
    totals.warnings = written.iter().flat_map(|table| table.warnings.clone()).collect();
    for table in super::rows::TABLES {
        disk.rename(&folder.draft(&table.file()), &folder.published(&table.file()))?;
    }
    disk.sync_dir(&folder.root)?;
    let package = package::of_run(info, &written, &totals);
    disk.replace(&folder.published(PACKAGE), &folder.draft(PACKAGE), package.as_bytes())?;
    disk.sync_dir(&folder.root)?;
    disk.remove_dir(&folder.hidden())?;
    Ok(totals)
}

/// Every article of the run, in order. A unit that turns out damaged is thrown away, so that the next run reads it anew.
fn each_article(
    disk: &Disk,
    units: &[PathBuf],
    mut act: impl FnMut(&ArticleRows) -> Result<(), WriteError>,
) -> Result<(), WriteError> {
    for path in units {
        let read = unit::decode(path).and_then(|mut articles| articles.try_for_each(|article| act(&article?)));
        if let Err(WriteError::Damaged { .. }) = read {
            disk.remove_file(path)?;
        }
        read?;
    }
    Ok(())
}

/// A table in the making.
struct Draft<R> {
    table: TableWriter<R, DiskFile>,
    path: PathBuf,
}

impl<R: Row> Draft<R> {
    fn new(disk: &Disk, folder: &Folder, extra: &[String], info: &RunInfo) -> Result<Self, WriteError> {
        let path = folder.draft(&R::TABLE.file());
        let file = disk.create(&path)?;
        let table = TableWriter::new(file, extra, info.preset).map_err(|error| WriteError::io(&path, error))?;
        Ok(Draft { table, path })
    }

    fn write(&mut self, row: &R, extra: &[String]) -> Result<(), WriteError> {
        self.table.write(row, extra).map_err(|error| WriteError::io(&self.path, error))
    }

    fn write_all(&mut self, rows: &[R]) -> Result<(), WriteError> {
        rows.iter().try_for_each(|row| self.write(row, &[]))
    }

    fn finish(self) -> Result<Written, WriteError> {
        let at = |error| WriteError::io(&self.path, error);
        let (mut file, written) = self.table.finish().map_err(at)?;
        file.flush().map_err(at)?;
        file.sync()?;
        Ok(written)
    }
}
