//! The writing stage as its users meet it: tables that slice back, folders that are never spoilt, runs that
//! survive the death of their process.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use proptest::prelude::*;
use sayso::article::{Article, Cast, Entity, Findings, Mention, Participant, Passage, Record, Statement};
use sayso::labels::{EntityType, Flags, How, Part, Quotation, Role, Stance, Status};
use sayso::text::{Span, Text};
use sayso::write::rows::{DocumentRow, EntityRow, MentionRow, ParticipantRow, StatementRow};
use sayso::write::{ArticleRows, Opened, Output, RunInfo, Totals, WriteError, assemble, records_hash};

/// An article whose statements and mentions lie at the given spans of its text.
fn article_rows(number: u64, text: &str, spans: &[(usize, usize)]) -> ArticleRows {
    let text = Text::new(text);
    let fit = |&(a, b): &(usize, usize)| {
        let (a, b) = (a % (text.len() + 1), b % (text.len() + 1));
        Span::new(a.min(b), a.max(b))
    };
    let spans: Vec<Span> = spans.iter().map(fit).collect();
    let statement = |span: &Span| Statement {
        part: Part::Text,
        cue: Some(*span),
        source: Some(*span),
        addressee: None,
        content: vec![*span, *span],
        stance: Stance::ALL[number as usize % 18],
        stance_score: 0.5,
        flags: Flags::default(),
        quotation: Quotation::Direct,
        score: 0.25,
        nested_in: None,
    };
    let participant = |statement: usize| Participant {
        statement,
        role: Role::Source,
        entity: statement % 2,
        surface: Some(spans[statement]),
        antecedent: None,
        how: How::Name,
        score: 0.75,
        position: "chair, \"acting\"".into(),
        affiliation: String::new(),
    };
    let entity = |name: &str, kind| Entity { name: name.into(), kind: Some(kind), ..Entity::default() };
    let record = record(number, text.as_str());
    let findings = Findings {
        mentions: spans
            .iter()
            .map(|span| Mention { part: Part::Text, span: *span, kind: EntityType::Per, score: 0.5 })
            .collect(),
        statements: spans.iter().map(statement).collect(),
    };
    let cast = Cast {
        entities: vec![entity("Mara Ollin", EntityType::Per), entity("a neighbour", EntityType::Unnamed)],
        mention_entity: spans.iter().map(|_| Some(0)).collect(),
        participants: (0..spans.len()).map(participant).collect(),
    };
    let sentences = vec![Span::new(0, text.len())];
    let article = Article { passages: vec![Passage { part: Part::Text, text, sentences }] };
    assemble(&record, &article, &findings, &cast, 9)
}

fn record(number: u64, text: &str) -> Record {
    Record {
        doc_id: format!("doc-{number}"),
        path: "news.jsonl".into(),
        record: number + 1,
        title: "A \"title\",\r\nof two lines".into(),
        text: text.into(),
        published: String::new(),
        url: String::new(),
        publisher: String::new(),
        carried: vec!["=desk".into()],
        status: Status::Ok,
        reason: String::new(),
        remark: String::new(),
        language: "en".into(),
    }
}

fn info() -> RunInfo {
    RunInfo { inputs: vec!["news.jsonl".into()], carry: vec!["desk".into()], ..RunInfo::default() }
}

fn open(dir: &Path) -> Output {
    match Output::open(dir, info(), false).expect("opens") {
        Opened::Fresh(output) | Opened::Resumed(output) => output,
        Opened::Finished(_) => panic!("finished already"),
    }
}

const UNITS: u64 = 12;

fn unit(unit: u64) -> (String, Vec<ArticleRows>) {
    let text = "Mara Ollin 😀 urged the harbour to wait. “E\u{301}t\u{e9}”, she said.\r\n".repeat(20);
    let numbers = unit * 8..unit * 8 + 8;
    let records: Vec<Record> = numbers.clone().map(|number| record(number, &text)).collect();
    let rows = numbers.map(|number| article_rows(number, &text, &[(0, 10), (13, 18), (41, 48)])).collect();
    (records_hash(&records), rows)
}

/// A whole run, with a line for every step, so that a test can end the process there.
fn run(dir: &Path, mut step: impl FnMut(&str)) -> Result<Totals, WriteError> {
    let output = match Output::open(dir, info(), false)? {
        Opened::Finished(totals) => return Ok(totals),
        Opened::Fresh(output) | Opened::Resumed(output) => output,
    };
    step("opened");
    for number in 0..UNITS {
        let (hash, rows) = unit(number);
        if !output.is_done(number, &hash) {
            output.commit(number, &hash, &rows)?;
        }
        step("committed");
    }
    step("finishing");
    output.finish()
}

fn published(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(dir).expect("the folder").map(|entry| entry.expect("an entry"));
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().expect("UTF-8"), fs::read(entry.path()).expect("a file")))
        .collect();
    files.sort();
    files
}

fn rows<R: serde::de::DeserializeOwned>(dir: &Path, table: &str) -> Vec<R> {
    let mut reader = csv::Reader::from_path(dir.join(table)).expect("a table");
    reader.deserialize().collect::<Result<_, _>>().expect("rows")
}

/// As Python slices.
fn slice(text: &str, start: u64, end: u64) -> String {
    text.chars().skip(start as usize).take((end - start) as usize).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// The first promise: read the tables with another reader, and every offset gives its surface.
    #[test]
    fn every_row_of_every_table_slices_back(
        text in "(Ollin|said|[ ,;\"'=]|\r\n|\n|\r|😀|👩\u{200d}🚀|e\u{301}|“É”|\u{feff}|\0|\\.){1,60}",
        spans in prop::collection::vec((0usize..200, 0usize..200), 0..8),
    ) {
        let dir = tempfile::tempdir().expect("a folder");
        let output = open(dir.path());
        output.commit(0, "a", &[article_rows(0, &text, &spans)]).expect("committed");
        let totals = output.finish().expect("finished");
        let statements: Vec<StatementRow> = rows(dir.path(), "statements.csv");
        let mentions: Vec<MentionRow> = rows(dir.path(), "mentions.csv");
        let participants: Vec<ParticipantRow> = rows(dir.path(), "participants.csv");
        for row in &statements {
            prop_assert_eq!(slice(&text, row.source_start.unwrap(), row.source_end.unwrap()), row.source.as_str());
            prop_assert_eq!(slice(&text, row.cue_start.unwrap(), row.cue_end.unwrap()), row.cue.as_str());
            let parts: Vec<String> = row.content_spans.split(';').map(|span| {
                let (start, end) = span.split_once('-').expect("start-end");
                slice(&text, start.parse().expect("a number"), end.parse().expect("a number"))
            }).collect();
            prop_assert_eq!(parts.join(" … "), row.content.as_str());
            prop_assert_eq!(text.as_str(), row.context.as_str());
        }
        for row in &mentions {
            prop_assert_eq!(slice(&text, row.start, row.end), row.surface.as_str());
        }
        for row in &participants {
            prop_assert_eq!(slice(&text, row.start.unwrap(), row.end.unwrap()), row.surface.as_str());
        }
        let documents: Vec<DocumentRow> = rows(dir.path(), "documents.csv");
        let entities: Vec<EntityRow> = rows(dir.path(), "entities.csv");
        let counts = [documents.len(), statements.len(), mentions.len(), participants.len(), entities.len()];
        let said = [totals.documents, totals.statements, totals.mentions, totals.participants, totals.entities];
        prop_assert_eq!(counts.map(|count| count as u64), said);
        prop_assert_eq!(counts[1..4].to_vec(), vec![spans.len(); 3]);
        prop_assert!(participants.iter().all(|row| entities.iter().any(|entity| entity.entity_id == row.entity_id)));
    }
}

/// Run by the tests below in a process of its own; as a test by itself it does nothing.
#[test]
fn a_run_in_its_own_process() {
    let Some(dir) = std::env::var_os("SAYSO_TEST_OUT") else { return };
    sayso::write::let_full_disks_be_errors();
    if let Err(error) = run(Path::new(&dir), |step| println!("step {step}")) {
        println!("error {error}");
    }
}

fn in_its_own_process(dir: &Path, limit: &str) -> Child {
    Command::new("sh")
        .args(["-c", &format!("{limit} exec \"$0\" a_run_in_its_own_process --exact --nocapture")])
        .arg(std::env::current_exe().expect("this test"))
        .env("SAYSO_TEST_OUT", dir)
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process")
}

/// Its lines that tell how far it is.
fn steps(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    let lines = BufReader::new(child.stdout.take().expect("piped")).lines().map(|line| line.expect("UTF-8"));
    lines.filter_map(|line| line.find("step ").or(line.find("error ")).map(|at| line[at..].to_owned()))
}

#[cfg(unix)]
#[test]
fn a_process_killed_at_any_step_leaves_a_run_that_goes_on_to_the_same_bytes() {
    let expected = tempfile::tempdir().expect("a folder");
    run(expected.path(), |_| ()).expect("a run");
    let dir = tempfile::tempdir().expect("a folder");
    for killed_after in 1..=UNITS as usize + 2 {
        let mut child = in_its_own_process(dir.path(), "");
        assert_eq!(steps(&mut child).take(killed_after).count(), killed_after);
        child.kill().expect("killed");
        child.wait().expect("gone");
        if dir.path().join("datapackage.json").exists() {
            break; // it was faster than the kill
        }
        assert!(dir.path().join(".sayso").exists());
    }
    run(dir.path(), |_| ()).expect("resumed");
    assert_eq!(published(dir.path()), published(expected.path()));
}

#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_that_says_so_and_the_run_goes_on() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut child = in_its_own_process(dir.path(), "ulimit -f 64 &&");
    let last = steps(&mut child).last().expect("a line");
    assert!(last.starts_with("error no room to write") && last.contains("give the same command again"), "{last}");
    child.wait().expect("gone");
    assert!(!dir.path().join("datapackage.json").exists());
    let expected = tempfile::tempdir().expect("a folder");
    run(expected.path(), |_| ()).expect("a run");
    run(dir.path(), |_| ()).expect("resumed");
    assert_eq!(published(dir.path()), published(expected.path()));
}

#[test]
fn two_runs_cannot_write_to_one_folder_but_a_dead_one_does_not_keep_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let output = open(dir.path());
    let second = Output::open(dir.path(), info(), false).err().expect("locked");
    assert!(matches!(second, WriteError::Locked { .. }));
    assert!(second.to_string().contains(&format!("process {}", std::process::id())), "{second}");
    assert!(matches!(Output::open(dir.path(), RunInfo::default(), true), Err(WriteError::Locked { .. })));
    drop(output);
    assert!(matches!(Output::open(dir.path(), info(), false), Ok(Opened::Resumed(_))));
}

#[test]
fn a_folder_with_other_files_is_refused_and_stays_as_it_is() {
    let dir = tempfile::tempdir().expect("a folder");
    fs::write(dir.path().join("notes.txt"), "mine").expect("written");
    let before = published(dir.path());
    let error = Output::open(dir.path(), info(), false).err().expect("refused");
    assert!(error.is_usage() && error.to_string().contains("notes.txt"), "{error}");
    assert_eq!(published(dir.path()), before);
    assert!(matches!(Output::open(dir.path(), info(), true), Ok(Opened::Fresh(_))));
    assert_eq!(fs::read_to_string(dir.path().join("notes.txt")).expect("there"), "mine");
}

#[test]
fn not_even_force_overwrites_a_file_that_is_not_ours() {
    for name in ["statements.csv", "datapackage.json"] {
        let dir = tempfile::tempdir().expect("a folder");
        fs::write(dir.path().join(name), "{\"mine\": true}").expect("written");
        let before = published(dir.path());
        let error = Output::open(dir.path(), info(), true).err().expect("refused");
        assert!(error.is_usage() && error.to_string().contains(name), "{error}");
        assert_eq!(published(dir.path()), before);
    }
}

#[test]
fn another_run_is_replaced_with_force_alone() {
    let other = RunInfo { model_sha256: "0".into(), ..info() };
    let expected = tempfile::tempdir().expect("a folder");
    run(expected.path(), |_| ()).expect("a run");
    for finished in [false, true] {
        let dir = tempfile::tempdir().expect("a folder");
        let Opened::Fresh(output) = Output::open(dir.path(), other.clone(), false).expect("opens") else {
            panic!("not fresh")
        };
        output.commit(0, &unit(0).0, &[]).expect("committed");
        if finished {
            output.finish().expect("finished");
        } else {
            drop(output);
        }
        let error = Output::open(dir.path(), info(), false).err().expect("refused");
        assert!(matches!(error, WriteError::OtherRun { .. }) && error.is_usage(), "{error}");
        drop(Output::open(dir.path(), info(), true).expect("replaced"));
        assert!(!dir.path().join("statements.csv").exists());
        run(dir.path(), |_| ()).expect("a run");
        assert_eq!(published(dir.path()), published(expected.path()));
    }
}

#[test]
fn a_folder_that_cannot_be_made_is_an_error_before_anything_is_computed() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("file");
    fs::write(&file, "mine").expect("written");
    for path in [file.clone(), file.join("below")] {
        let error = Output::open(&path, info(), true).err().expect("refused");
        assert!(matches!(error, WriteError::Folder { .. }) && error.to_string().contains("-o"), "{error}");
    }
    assert_eq!(fs::read_to_string(&file).expect("there"), "mine");
}

#[test]
fn no_records_make_tables_with_headers_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    assert_eq!(open(dir.path()).finish().expect("finished").documents, 0);
    let header = fs::read_to_string(dir.path().join("documents.csv")).expect("there");
    assert!(
        header.starts_with("doc_id,path,record,") && header.ends_with(",text_sha256,duplicate_of,similarity,x_desk\n"),
        "{header}"
    );
    assert_eq!(header.lines().count(), 1);
}
