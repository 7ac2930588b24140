//! Each stage by itself over the articles of data/gold/demo.jsonl, in bytes of text per second: `cargo bench`.
//!
//! The stages before one are done beforehand, so that what is measured is that stage alone; `network` is the passes
//! of decoding with everything that they compute, by engine.

use std::path::Path;
use std::sync::LazyLock;

use divan::Bencher;
use divan::counter::BytesCount;
use sayso::article::{Article, Cast, Findings, Record};
use sayso::decode::{PassagePieces, Reader};
use sayso::encode::{PieceEncoder, Pieces};
use sayso::model::{DEFAULT_MODEL, Engine, EngineChoice, Model, ModelFiles, find};
use sayso::read::{ReadOptions, records};
use sayso::resolve::{ResolveOptions, Resolver};
use sayso::segment::segment;
use sayso::write::{assemble, jsonl};

fn main() {
    tch::set_num_threads(1);
    divan::main();
}

fn files() -> ModelFiles {
    find(DEFAULT_MODEL).expect("the model of this repository")
}

fn options() -> ReadOptions {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("data/gold/demo.jsonl");
    ReadOptions { inputs: vec![path], ..ReadOptions::default() }
}

/// The articles as every stage has them before it.
struct Done {
    records: Vec<Record>,
    articles: Vec<Article>,
    tokenizer: PieceEncoder,
    pieces: Vec<Vec<Pieces>>,
    findings: Vec<Findings>,
    resolver: Resolver,
    casts: Vec<Cast>,
}

static DONE: LazyLock<Done> = LazyLock::new(|| {
    let records: Vec<Record> = records(&options()).expect("the file").collect();
    let articles: Vec<Article> = records.iter().map(segment).collect();
    let tokenizer = Model::tokenizer(&files()).expect("the tokenizer");
    let of = |article: &Article| -> Vec<Pieces> {
        article.passages.iter().map(|p| tokenizer.encode(&p.text).expect("pieces")).collect()
    };
    let pieces: Vec<Vec<Pieces>> = articles.iter().map(of).collect();
    let model = model(EngineChoice::Auto).expect("a model");
    let findings: Vec<Findings> =
        articles.iter().zip(&pieces).map(|(article, pieces)| read(&model, article, pieces)).collect();
    let resolver = Resolver::new(&ResolveOptions::default()).expect("a resolver");
    let all = records.iter().zip(&articles).zip(&findings);
    let casts = all.map(|((record, article), findings)| resolver.resolve(record, article, findings)).collect();
    Done { records, articles, tokenizer, pieces, findings, resolver, casts }
});

fn model(choice: EngineChoice) -> Option<Model> {
    let engine = Engine::load(choice, &files()).ok()?;
    Model::with_engine(&files(), engine).ok()
}

fn read(model: &Model, article: &Article, pieces: &[Pieces]) -> Findings {
    let passages: Vec<PassagePieces<'_>> =
        article.passages.iter().zip(pieces).map(|(passage, pieces)| PassagePieces { passage, pieces }).collect();
    Findings::joined(Reader::new(model, &passages).read(None).expect("findings"))
}

fn bytes() -> BytesCount {
    BytesCount::new(DONE.records.iter().map(|record| record.title.len() + record.text.len()).sum::<usize>())
}

#[divan::bench]
fn a_read(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| records(&options()).expect("the file").count());
}

#[divan::bench]
fn b_segment(bencher: Bencher<'_, '_>) {
    bencher.counter(bytes()).bench(|| DONE.records.iter().map(segment).map(|a| a.passages.len()).sum::<usize>());
}

#[divan::bench]
fn c_pieces(bencher: Bencher<'_, '_>) {
    let passages = || DONE.articles.iter().flat_map(|article| &article.passages);
    bencher
        .counter(bytes())
        .bench(|| passages().map(|p| DONE.tokenizer.encode(&p.text).expect("pieces").len()).sum::<usize>());
}

#[divan::bench(args = ["reference", "bf16", "int8"], sample_count = 5, sample_size = 1)]
fn d_network(bencher: Bencher<'_, '_>, engine: &str) {
    let choice = match engine {
        "bf16" => EngineChoice::Bf16,
        "int8" => EngineChoice::Int8,
        _ => EngineChoice::Reference,
    };
    // A processor without the instructions has nothing to measure.
    let Some(model) = model(choice) else { return };
    let texts = || DONE.articles.iter().zip(&DONE.pieces);
    bencher
        .counter(bytes())
        .bench_local(|| texts().map(|(article, pieces)| read(&model, article, pieces).statements.len()).sum::<usize>());
}

#[divan::bench]
fn e_resolve(bencher: Bencher<'_, '_>) {
    let all = || DONE.records.iter().zip(&DONE.articles).zip(&DONE.findings);
    bencher.counter(bytes()).bench(|| {
        all().map(|((r, article), found)| DONE.resolver.resolve(r, article, found).participants.len()).sum::<usize>()
    });
}

#[divan::bench]
fn f_rows_to_json(bencher: Bencher<'_, '_>) {
    let all = || DONE.records.iter().zip(&DONE.articles).zip(&DONE.findings).zip(&DONE.casts);
    bencher.counter(bytes()).bench(|| {
        all()
            .map(|(((r, article), found), cast)| jsonl::line(&assemble(r, article, found, cast, 0), &[]).len())
            .sum::<usize>()
    });
}
