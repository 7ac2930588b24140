//! Whatever a network says, what is made of it holds: networks of random weights over any text.

mod common;

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use proptest::prelude::*;
use sayso::article::{Article, Findings, Record, Statement};
use sayso::decode::{PassagePieces, Reader};
use sayso::encode::Pieces;
use sayso::labels::{Part, Status};
use sayso::model::Engine;
use sayso::pipeline::{Stages, Worker};
use sayso::resolve::{ResolveOptions, Resolver};
use sayso::segment::segment;
use sayso::text::Span;
use sayso::write::Filter;

fn record(title: String, text: String) -> Record {
    Record {
        doc_id: "a".into(),
        path: "news.jsonl".into(),
        record: 1,
        title,
        text,
        language: "en".into(),
        ..Record::default()
    }
}

/// Words, quotation marks open and closed, emoji, combining marks, line ends, controls, and words without end.
fn any_text(longest: usize) -> impl Strategy<Value = String> {
    let bits = prop_oneof![
        4 => Just("Mara Ollin said ".to_owned()),
        4 => Just("the harbour would close. ".to_owned()),
        2 => Just("“No”, ".to_owned()),
        2 => prop::sample::select(vec!["“", "”", "\"", "'", "‘", "’", "«", "»"]).prop_map(str::to_owned),
        2 => prop::sample::select(vec!["\r\n", "\n\n", "\t", "\u{0}", "\u{200b}", "\u{202e}", "\u{feff}"]).prop_map(str::to_owned),
        2 => prop::sample::select(vec!["😀", "👩\u{200d}🚀", "e\u{301}", "מילה ", "北京", "ﬁ", "ǅ"]).prop_map(str::to_owned),
        1 => "\\PC{0,12}",
        1 => (1usize..300).prop_map(|length| "x".repeat(length)),
    ];
    prop::collection::vec(bits, 0..longest).prop_map(|bits| bits.concat())
}

fn is_within(article: &Article, part: Part, span: Span) -> bool {
    article.passage(part).is_some_and(|passage| span.start < span.end && span.end <= passage.text.len())
}

/// What holds of all findings.
fn check(article: &Article, findings: &Findings) -> Result<(), TestCaseError> {
    let is_probability = |score: f32| (0.0..=1.0).contains(&score);
    for mention in &findings.mentions {
        prop_assert!(is_within(article, mention.part, mention.span), "{mention:?}");
        prop_assert!(is_probability(mention.score));
    }
    prop_assert!(findings.mentions.is_sorted_by_key(|mention| (mention.part, mention.span)));
    for pair in findings.mentions.windows(2) {
        prop_assert!(pair[0].part != pair[1].part || !pair[0].span.overlaps(pair[1].span), "{pair:?}");
    }
    for (at, statement) in findings.statements.iter().enumerate() {
        let Statement { part, cue, source, addressee, content, .. } = statement;
        let spans: Vec<Span> = cue.iter().chain(source).chain(addressee).chain(content).copied().collect();
        prop_assert!(spans.iter().all(|span| is_within(article, *part, *span)), "{statement:?}");
        prop_assert!(cue.is_some() || !content.is_empty(), "neither cue nor content: {statement:?}");
        prop_assert!(content.windows(2).all(|parts| parts[0].end <= parts[1].start), "{statement:?}");
        prop_assert!(is_probability(statement.score) && is_probability(statement.stance_score));
        if let Some(parent) = statement.nested_in {
            prop_assert!(parent != at && parent < findings.statements.len());
            prop_assert_eq!(findings.statements[parent].part, *part);
            let own = statement.anchor();
            prop_assert!(findings.statements[parent].content.iter().any(|span| span.contains(own)), "{statement:?}");
        }
    }
    let mut order = findings.statements.iter().map(|statement| (statement.part, statement.anchor().start));
    let first = order.next();
    let sorted = order.try_fold(first, |before, next| (before <= Some(next)).then_some(Some(next)));
    prop_assert!(sorted.is_some(), "statements out of order");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 60, ..ProptestConfig::default() })]

    #[test]
    fn findings_hold_whatever_the_network_says(
        seed in 0i64..4,
        reserve in prop::sample::select(vec![-1.0, 0.3, 1.2]),
        title in any_text(4),
        text in any_text(50),
    ) {
        let record = record(title, text);
        let article = segment(&record);
        let worker = worker(seed, reserve);
        let pieces: Vec<Pieces> = TOKENIZER.with(|tokenizer| {
            article.passages.iter().map(|passage| tokenizer.encode(&passage.text).expect("any text has pieces")).collect()
        });
        let passages: Vec<PassagePieces<'_>> =
            article.passages.iter().zip(&pieces).map(|(passage, pieces)| PassagePieces { passage, pieces }).collect();
        let found = Findings::joined(Reader::new(&worker.model, &passages).read(None).expect("any text is read"));
        check(&article, &found)?;

        // And to the end: rows that slice back, twice the same.
        let prepared = worker.stages.prepare(record);
        let rows = worker.document(&prepared);
        prop_assert_ne!(rows.document.status, Status::Failed, "{}", rows.document.reason);
        prop_assert!(rows.slices_back(&article));
        prop_assert_eq!(&worker.document(&prepared), &rows);
    }
}

thread_local! {
    static TOKENIZER: sayso::encode::PieceEncoder = common::tokenizer();
    static WORKERS: RefCell<HashMap<(i64, u64), Rc<Worker>>> = RefCell::default();
    static STAGES: Arc<Stages> = Arc::new(Stages {
        engine: Engine::Reference,
        pieces: common::tokenizer(),
        resolver: Resolver::new(&ResolveOptions::default()).expect("a resolver"),
        filter: Filter::default(),
        given: None,
    });
}

/// Each network is made once.
fn worker(seed: i64, reserve: f64) -> Rc<Worker> {
    let make = || Rc::new(Worker { stages: STAGES.with(Arc::clone), model: common::tiny_model(seed, reserve) });
    WORKERS.with_borrow_mut(|workers| workers.entry((seed, reserve.to_bits())).or_insert_with(make).clone())
}

/// As many as `PROPTEST_CASES` says; few, so that the test takes seconds.
fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(24)
}
