//! Records → rows: the stages in order, and nothing else.
//!
//! Invariant: the rows of a document depend on its record, the options and the model, and on no other document:
//! a batch holds windows of one document, since the shape of a batch changes floating-point sums.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::article::{Article, Cast, Findings, Record};
use crate::decode::{PassagePieces, Reader};
use crate::encode::{PieceEncoder, Pieces};
use crate::given::Given;
use crate::labels::Status;
use crate::model::{Engine, Model, ModelError};
use crate::resolve::Resolver;
use crate::segment::segment;
use crate::write::{ArticleRows, Filter, assemble};

/// What all workers share.
pub struct Stages {
    /// Computes the network.
    pub engine: Engine,
    /// Splits text into pieces.
    pub pieces: PieceEncoder,
    /// Says who is who.
    pub resolver: Resolver,
    /// Which statements are wanted.
    pub filter: Filter,
    /// Labels to be taken as given, for scoring one stage by itself.
    pub given: Option<Given>,
}

/// One worker: the stages and a network of its own.
pub struct Worker {
    /// The stages.
    pub stages: Arc<Stages>,
    /// The network.
    pub model: Model,
}

impl Worker {
    /// The rows of a record. One that makes the tokenizer or the network fail is a failed row, so that no
    /// other is lost with it.
    pub fn document(&self, record: &Record) -> ArticleRows {
        let why = match catch_unwind(AssertUnwindSafe(|| self.rows(std::slice::from_ref(record)))) {
            Ok(Ok(rows)) => match rows.into_iter().next() {
                Some(rows) => return rows,
                None => "it gave no rows".to_owned(),
            },
            Ok(Err(error)) => error.to_string(),
            Err(panic) => panic_text(&*panic),
        };
        let reason = format!("the network failed on this article: {why}");
        let failed = Record { status: Status::Failed, reason, ..record.clone() };
        assemble(&failed, &Article::default(), &Findings::default(), &Cast::default(), 0)
    }

    /// The rows of records that are read together, in their order.
    pub fn rows(&self, records: &[Record]) -> Result<Vec<ArticleRows>, ModelError> {
        let articles: Vec<Article> = records.iter().map(readable).collect();
        let pieces = self.pieces(&articles)?;
        let findings = self.findings(records, &articles, &pieces)?;
        let rows = records.iter().zip(&articles).zip(&findings).zip(&pieces);
        Ok(rows
            .map(|(((record, article), findings), pieces)| self.assembled(record, article, findings, pieces))
            .collect())
    }

    fn pieces(&self, articles: &[Article]) -> Result<Vec<Vec<Pieces>>, ModelError> {
        let of = |article: &Article| article.passages.iter().map(|p| self.stages.pieces.encode(&p.text)).collect();
        Ok(articles.iter().map(of).collect::<Result<_, _>>()?)
    }

    fn findings(
        &self,
        records: &[Record],
        articles: &[Article],
        pieces: &[Vec<Pieces>],
    ) -> Result<Vec<Findings>, ModelError> {
        let passages: Vec<PassagePieces<'_>> = articles
            .iter()
            .zip(pieces)
            .flat_map(|(article, pieces)| article.passages.iter().zip(pieces))
            .map(|(passage, pieces)| PassagePieces { passage, pieces })
            .collect();
        let given = self.stages.given.as_ref();
        let cues = given.and_then(|given| given.cues(records, articles));
        let mut found = Reader::new(&self.model, &passages).read(cues.as_deref())?.into_iter();
        let mut all = Vec::with_capacity(articles.len());
        for (record, article) in records.iter().zip(articles) {
            let mut findings = Findings::joined(found.by_ref().take(article.passages.len()));
            if let Some(given) = given {
                given.apply(record, article, &mut findings);
            }
            all.push(findings);
        }
        Ok(all)
    }

    fn assembled(&self, record: &Record, article: &Article, findings: &Findings, pieces: &[Pieces]) -> ArticleRows {
        let cast = self.stages.resolver.resolve(record, article, findings);
        let pieces = pieces.iter().map(Pieces::len).sum();
        let mut rows = assemble(record, article, findings, &cast, pieces);
        self.stages.filter.apply(&mut rows);
        rows
    }
}

/// What of a record is to be read: nothing, if it failed or is skipped.
fn readable(record: &Record) -> Article {
    match record.status {
        Status::Ok | Status::Partial => segment(record),
        Status::Skipped | Status::Failed => Article::default(),
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    text.unwrap_or("it panicked").lines().next().unwrap_or_default().to_owned()
}
