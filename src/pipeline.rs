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

/// A record that is ready for the network.
pub struct Prepared {
    record: Record,
    article: Article,
    pieces: Vec<Pieces>,
}

impl Prepared {
    /// A record that a stage could not work on.
    fn failed(record: Record, stage: &str, why: &str) -> Self {
        let reason = format!("{stage} failed on this article: {why}");
        let record = Record { status: Status::Failed, reason, ..record };
        Prepared { record, article: Article::default(), pieces: Vec::new() }
    }
}

impl Stages {
    /// Does with a record what comes before the network: sentences and pieces. One that makes the tokenizer fail is
    /// a failed row, so that no other is lost with it.
    pub fn prepare(&self, record: Record) -> Prepared {
        let read = caught(|| {
            let article = readable(&record);
            let pieces = article.passages.iter().map(|p| self.pieces.encode(&p.text)).collect::<Result<_, _>>()?;
            Ok((article, pieces))
        });
        match read {
            Ok((article, pieces)) => Prepared { record, article, pieces },
            Err(why) => Prepared::failed(record, "the tokenizer", &why),
        }
    }
}

/// One worker: the stages and a network of its own.
pub struct Worker {
    /// The stages.
    pub stages: Arc<Stages>,
    /// The network.
    pub model: Model,
}

impl Worker {
    /// The rows of a record. One that makes the network fail is a failed row, so that no other is lost with it.
    pub fn document(&self, prepared: &Prepared) -> ArticleRows {
        caught(|| self.rows(prepared)).unwrap_or_else(|why| {
            let Prepared { record, article, pieces } = Prepared::failed(prepared.record.clone(), "the network", &why);
            self.assembled(&record, &article, &Findings::default(), &Cast::default(), &pieces)
        })
    }

    fn rows(&self, Prepared { record, article, pieces }: &Prepared) -> Result<ArticleRows, ModelError> {
        let findings = self.findings(record, article, pieces)?;
        let cast = self.stages.resolver.resolve(record, article, &findings);
        Ok(self.assembled(record, article, &findings, &cast, pieces))
    }

    fn findings(&self, record: &Record, article: &Article, pieces: &[Pieces]) -> Result<Findings, ModelError> {
        let passages: Vec<PassagePieces<'_>> =
            (article.passages.iter().zip(pieces)).map(|(passage, pieces)| PassagePieces { passage, pieces }).collect();
        let given = self.stages.given.as_ref();
        let cues = given.and_then(|given| given.cues(record, article));
        let mut findings = Findings::joined(Reader::new(&self.model, &passages).read(cues.as_deref())?);
        if let Some(given) = given {
            given.apply(record, article, &mut findings);
        }
        Ok(findings)
    }

    fn assembled(
        &self,
        record: &Record,
        article: &Article,
        findings: &Findings,
        cast: &Cast,
        pieces: &[Pieces],
    ) -> ArticleRows {
        let mut rows = assemble(record, article, findings, cast, pieces.iter().map(Pieces::len).sum());
        self.stages.filter.apply(&mut rows);
        rows
    }
}

/// What a stage gives, or why it did not: its error, or the first line of its panic.
fn caught<T>(stage: impl FnOnce() -> Result<T, ModelError>) -> Result<T, String> {
    match catch_unwind(AssertUnwindSafe(stage)) {
        Ok(done) => done.map_err(|error| error.to_string()),
        Err(panic) => Err(panic_text(&*panic)),
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
