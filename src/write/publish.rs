//! The articles of a run, in order → the tables and `datapackage.json`.
//!
//! Invariant: files are written under other names, synced and renamed, `datapackage.json` last; memory holds
//! one article and the named entities of the run. From the same articles come the same bytes, wherever they were kept.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::assemble::ArticleRows;
use super::disk::Disk;
use super::draft::{LinesDraft, TableDraft};
use super::entities::{Entities, of_article};
use super::error::WriteError;
use super::folder::{Folder, PACKAGE};
use super::format::{ARTICLES, Format, SHARD};
use super::jsonl;
use super::package::{self, Published};
use super::preset::Warning;
use super::rows::{DocumentRow, EntityRow, MentionRow, ParticipantRow, StatementRow};
use super::run::RunInfo;
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
    /// Documents that are near-copies of an earlier one.
    pub duplicates: u64,
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
    fn count(&mut self, article: &ArticleRows) {
        match article.document.status {
            Status::Ok => self.ok += 1,
            Status::Partial => self.partial += 1,
            Status::Skipped => self.skipped += 1,
            Status::Failed => self.failed += 1,
        }
        self.documents += 1;
        self.duplicates += u64::from(!article.document.duplicate_of.is_empty());
        self.statements += article.statements.len() as u64;
        self.participants += article.participants.len() as u64;
        self.mentions += article.mentions.len() as u64;
    }
}

/// Something done with each article.
pub(super) type Act<'a> = &'a mut dyn FnMut(&ArticleRows) -> Result<(), WriteError>;

/// Publishes the articles that `each` goes through, in the order of their records, as often as it is called.
/// `records` is the number of records of the whole input.
pub(super) fn publish(
    disk: &Disk,
    folder: &Folder,
    each: &dyn Fn(Act<'_>) -> Result<(), WriteError>,
    info: &RunInfo,
    records: u64,
) -> Result<Totals, WriteError> {
    let mut totals = Totals::default();
    let files = write_files(disk, folder, each, info, &mut totals)?;
    totals.warnings = files.iter().flat_map(|file| file.written.warnings.clone()).collect();
    for file in &files {
        disk.rename(&folder.draft(&file.name), &folder.published(&file.name))?;
    }
    disk.sync_dir(&folder.root)?;
    let package = package::of_run(info, &files, &totals, records);
    disk.replace(&folder.published(PACKAGE), &folder.draft(PACKAGE), package.as_bytes())?;
    disk.sync_dir(&folder.root)?;
    disk.remove_dir(&folder.hidden())?;
    Ok(totals)
}

fn write_files(
    disk: &Disk,
    folder: &Folder,
    each: &dyn Fn(Act<'_>) -> Result<(), WriteError>,
    info: &RunInfo,
    totals: &mut Totals,
) -> Result<Vec<Published>, WriteError> {
    let carried = info.carried_columns();
    let mut documents = TableDraft::<DocumentRow>::new(disk, folder, &carried, info)?;
    let mut statements = TableDraft::<StatementRow>::new(disk, folder, &[], info)?;
    let mut participants = TableDraft::<ParticipantRow>::new(disk, folder, &[], info)?;
    let mut mentions = TableDraft::<MentionRow>::new(disk, folder, &[], info)?;
    let mut entities = TableDraft::<EntityRow>::new(disk, folder, &[], info)?;
    let lines = |name, wanted: bool| wanted.then(|| LinesDraft::new(disk, folder, name)).transpose();
    let mut articles = lines(ARTICLES, info.formats.has(Format::Jsonl))?;
    let mut shard = lines(SHARD, info.shard.is_some())?;
    let mut named = Entities::default();
    each(&mut |article| {
        totals.count(article);
        named.add(article);
        documents.write(&article.document, &article.carried)?;
        statements.write_all(&article.statements)?;
        participants.write_all(&article.participants)?;
        mentions.write_all(&article.mentions)?;
        if let Some(articles) = &mut articles {
            articles.write(|out| writeln!(out, "{}", jsonl::line(article, &carried)))?;
        }
        match &mut shard {
            Some(shard) => shard.write(|out| unit::write_line(out, article)),
            None => Ok(()),
        }
    })?;
    named.into_rows().try_for_each(|row| {
        totals.entities += 1;
        entities.write(&row, &[])
    })?;
    // A second pass, so that the unnamed entities, of which there are many, need not be held in memory.
    each(&mut |article| {
        let rows = of_article(article).into_iter().filter(|row| row.kind == EntityType::Unnamed);
        rows.into_iter().try_for_each(|row| {
            totals.entities += 1;
            entities.write(&row, &[])
        })
    })?;
    let mut files = documents.finish()?;
    files.extend(statements.finish()?);
    files.extend(participants.finish()?);
    files.extend(mentions.finish()?);
    files.extend(entities.finish()?);
    for lines in [articles, shard].into_iter().flatten() {
        files.push(lines.finish()?);
    }
    Ok(files)
}

/// Every article of these units, in order. A unit that turns out damaged is thrown away, so that the next run reads it anew.
pub(super) fn each_of_units(disk: &Disk, units: &[PathBuf], act: Act<'_>) -> Result<(), WriteError> {
    for path in units {
        let read = unit::decode(path).and_then(|mut articles| articles.try_for_each(|article| act(&article?)));
        if let Err(WriteError::Damaged { .. }) = read {
            disk.remove_file(path)?;
        }
        read?;
    }
    Ok(())
}
