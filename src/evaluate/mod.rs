//! Tables × gold → scores, as DESIGN's users read them: how far the table can be trusted for their articles.
//!
//! Invariant: the same gold and tables give the same report, whatever the order of rows and documents.
//! How each score is defined stands in `docs/evaluate.md`.

pub mod agree;
pub mod baseline;
pub mod bootstrap;
pub mod calibration;
pub mod clusters;
pub mod document;
pub mod figures;
pub mod matching;
pub mod mentions;
pub mod misses;
pub mod render;
pub mod report;
pub mod sources;
pub mod statements;
pub mod tables;
pub mod tally;
pub mod trim;
pub mod worst;

use std::collections::BTreeSet;
use std::path::Path;

use crate::gold::GoldArticle;
use crate::labels::EntityType;
use document::Document;
use report::Report;
use statements::Compared;
use tables::{Found, TableError};
use tally::Sheet;

/// What the gold labels somewhere.
#[derive(Clone, Copy, Debug, Default)]
pub struct Labelled {
    /// Stances, and with them addressees and flags.
    pub stance: bool,
    /// Source entities.
    pub entities: bool,
    /// Kinds of quotation.
    pub quotation: bool,
    /// Nested statements.
    pub nested: bool,
}

impl Labelled {
    fn of(documents: &[Document]) -> Labelled {
        let sides = || documents.iter().filter_map(|d| d.gold.as_ref()).flatten();
        Labelled {
            stance: sides().any(|side| side.stance.is_some()),
            entities: sides().any(|side| side.entities.is_some()),
            quotation: sides().any(|side| side.quotation.is_some()),
            nested: sides().any(|side| side.nested),
        }
    }
}

/// Scores the tables in `folder` against gold. `outer` drops nested rows on both sides.
pub fn evaluate(folder: &Path, gold: &[GoldArticle], outer: bool) -> Result<Report, TableError> {
    Ok(compare(gold, &tables::read(folder, gold)?, outer))
}

/// Scores what was found, one [`Found`] for each gold article.
pub fn compare(gold: &[GoldArticle], found: &[Found], outer: bool) -> Report {
    let mut order: Vec<usize> = (0..gold.len()).collect();
    order.sort_by_key(|&at| &gold[at].id);
    let documents: Vec<Document> = order.iter().map(|&at| Document::new(&gold[at], &found[at], outer)).collect();
    let corpus = Labelled::of(&documents);
    let names = documents.iter().filter_map(|d| d.gold_mentions.as_ref()).flatten();
    let always = [EntityType::Per, EntityType::Org, EntityType::Loc];
    let types: BTreeSet<EntityType> = always.into_iter().chain(names.map(|name| name.kind)).collect();

    let mut report = Report::new(documents.len(), found.iter().filter(|found| found.read).count(), outer);
    let mut sheets = Vec::new();
    for document in &documents {
        let mut sheet = Sheet::default();
        if let Some(compared) = Compared::new(document, corpus) {
            compared.tally(&mut sheet);
            sources::tally(&compared, corpus, &mut sheet);
            report.take_statements(&compared, corpus);
        }
        mentions::tally(document, &types, &mut sheet);
        report.misses.extend(misses::mentions(document, &types));
        sheets.push(sheet);
    }
    report.finish(&sheets);
    report
}
