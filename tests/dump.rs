//! Whole runs of the program over a dump: killed, parted, piped, with any number of workers. The network is tiny and
//! random: what is around it is what is tested.

mod common;

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A model folder and a dump of five units.
struct Bench {
    folder: TempDir,
}

const ARTICLES: usize = 260;

static BENCH: LazyLock<Bench> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    common::write_tiny_model(&folder.path().join("tiny"));
    fs::write(folder.path().join("dump.jsonl"), common::dump(ARTICLES)).expect("written");
    Bench { folder }
});

fn model() -> PathBuf {
    BENCH.folder.path().join("tiny")
}

fn sayso(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sayso"));
    command.args(arguments).env("OMP_NUM_THREADS", "1");
    command
}

/// `sayso extract` of the dump into a folder.
fn extract(out: &Path, more: &[&str]) -> Command {
    let mut command = sayso(&["extract"]);
    command.arg(BENCH.folder.path().join("dump.jsonl")).arg("--model").arg(model()).arg("-o").arg(out);
    command.args(["--quiet", "--carry", "desk"]).args(more);
    command
}

fn done(mut command: Command) -> Output {
    let output = command.output().expect("a process");
    assert!(
        matches!(output.status.code(), Some(0 | 3)),
        "{command:?}: {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    output
}

/// The files of a folder, by name.
fn published(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<_> = fs::read_dir(folder)
        .expect("the folder")
        .map(|entry| entry.expect("an entry"))
        .map(|entry| (entry.file_name().into_string().expect("UTF-8"), fs::read(entry.path()).expect("a file")))
        .collect();
    files.sort();
    files
}

fn assert_same(a: &Path, b: &Path) {
    let (a, b) = (published(a), published(b));
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(names(&a), names(&b));
    for ((name, a), (_, b)) in a.iter().zip(&b) {
        assert!(a == b, "{name} differs");
    }
}

#[cfg(feature = "parquet")]
const ALL_FORMATS: &str = "csv,jsonl,parquet";
#[cfg(not(feature = "parquet"))]
const ALL_FORMATS: &str = "csv,jsonl";

/// One undisturbed run in all formats, which the others are compared with, and how long it took.
static WHOLE: LazyLock<(TempDir, Duration)> = LazyLock::new(|| {
    let out = tempfile::tempdir().expect("a folder");
    let started = Instant::now();
    done(extract(out.path(), &["--threads", "1", "--format", ALL_FORMATS]));
    (out, started.elapsed())
});

fn whole() -> &'static Path {
    WHOLE.0.path()
}

#[test]
fn the_run_that_others_are_compared_with_holds_something_of_everything() {
    let package: Value =
        serde_json::from_slice(&fs::read(whole().join("datapackage.json")).expect("there")).expect("JSON");
    let totals = &package["sayso"]["totals"];
    assert_eq!(totals["documents"], ARTICLES);
    for count in ["ok", "skipped", "failed", "statements", "participants", "mentions", "entities", "duplicates"] {
        assert!(totals[count].as_u64().expect("a number") > 0, "no {count}");
    }
}

#[test]
fn any_number_of_workers_writes_the_same_bytes() {
    for threads in ["2", "8"] {
        let out = tempfile::tempdir().expect("a folder");
        done(extract(out.path(), &["--threads", threads, "--format", ALL_FORMATS]));
        assert_same(out.path(), whole());
    }
}

#[cfg(unix)]
#[test]
fn killed_at_twenty_moments_a_run_ends_in_the_same_bytes() {
    let takes = LazyLock::force(&WHOLE).1;
    let mut dice = common::Dice(20);
    let out = tempfile::tempdir().expect("a folder");
    let mut killed = 0;
    while killed < 20 {
        let mut child = extract(out.path(), &["--threads", "2", "--format", ALL_FORMATS]).spawn().expect("a process");
        std::thread::sleep(takes * dice.below(1000) as u32 / 1000);
        if child.try_wait().expect("a state").is_some() {
            // Finished before it was killed: the next run begins anew.
            assert_same(out.path(), whole());
            fs::remove_dir_all(out.path()).expect("removed");
            continue;
        }
        child.kill().expect("killed");
        child.wait().expect("gone");
        killed += 1;
    }
    done(extract(out.path(), &["--threads", "2", "--format", ALL_FORMATS]));
    assert_same(out.path(), whole());
}

/// The dump in three shards.
fn shards(folder: &Path, more: &[&str]) -> Vec<PathBuf> {
    (1..=3)
        .map(|index| {
            let out = folder.join(format!("out-{index}"));
            let shard = format!("{index}/3");
            done(extract(&out, &[&["--shard", shard.as_str()], more].concat()));
            out
        })
        .collect()
}

fn merge(shards: &[&PathBuf], out: &Path) -> Command {
    let mut command = sayso(&["merge", "--quiet"]);
    command.args(shards).arg("-o").arg(out);
    command
}

#[test]
fn merged_shards_are_the_run_that_was_never_parted() {
    let folder = tempfile::tempdir().expect("a folder");
    let shards = shards(folder.path(), &["--format", ALL_FORMATS]);
    let out = folder.path().join("out");
    done(merge(&[&shards[2], &shards[0], &shards[1]], &out));
    assert_same(&out, whole());
    // Again: it is finished, and stays as it is.
    done(merge(&[&shards[0], &shards[1], &shards[2]], &out));
    assert_same(&out, whole());
}

#[test]
fn shards_that_make_no_whole_are_refused_with_the_reason() {
    let folder = tempfile::tempdir().expect("a folder");
    let ours = shards(folder.path(), &["--limit", "60"]);
    let others = shards(&folder.path().join("others"), &["--limit", "60", "--min-score", "0.5"]);
    let of_two = folder.path().join("of-two");
    done(extract(&of_two, &["--limit", "60", "--shard", "2/2"]));
    let changed = folder.path().join("changed");
    fs::create_dir(&changed).expect("a folder");
    for (name, bytes) in published(&ours[1]) {
        // The rows of another shard under this one's name.
        let bytes = if name == "shard.jsonl.zst" { fs::read(ours[0].join(&name)).expect("there") } else { bytes };
        fs::write(changed.join(name), bytes).expect("written");
    }
    let whole = whole().to_path_buf();
    let cases: [(&[&PathBuf], &str); 6] = [
        (&[&ours[0], &ours[2]], "2/3 is missing"),
        (&[&ours[0], &ours[1], &ours[2], &ours[1]], "both are shard 2/3"),
        (&[&ours[0], &others[1], &ours[2]], "differ in the options"),
        (&[&ours[0], &of_two], "differ in the number of shards"),
        (&[&whole], "it holds a whole run"),
        (&[&ours[0], &changed, &ours[2]], "from the unchanged input"),
    ];
    for (at, (shards, reason)) in cases.into_iter().enumerate() {
        let out = folder.path().join(format!("refused-{at}"));
        let output = merge(shards, &out).output().expect("a process");
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert!(told.contains(reason), "{told}");
        assert!(!out.join("datapackage.json").exists());
    }
}

/// `sayso extract - --format jsonl -o -`.
fn filter() -> Child {
    let mut command =
        sayso(&["extract", "-", "--format", "jsonl", "-o", "-", "--threads", "2", "--carry", "desk", "--model"]);
    command.arg(model()).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a process")
}

#[test]
fn a_filter_writes_a_line_for_each_line_as_soon_as_it_can() {
    let mut child = filter();
    let mut input = child.stdin.take().expect("piped");
    let mut output = BufReader::new(child.stdout.take().expect("piped")).lines();
    let ids = ["first", "second", ""];
    for id in ids {
        let line = serde_json::json!({"id": id, "text": "Mara Ollin urged Pell Ltd to wait."});
        writeln!(input, "{line}").expect("taken");
        input.flush().expect("taken");
        // Nothing more is sent until its line is there.
        let line: Value = serde_json::from_str(&output.next().expect("a line").expect("UTF-8")).expect("JSON");
        assert_eq!(line["document"]["status"], "ok");
        assert_eq!(line["document"]["doc_id"], if id.is_empty() { "stdin:3" } else { id });
    }
    writeln!(input, "{{\"text\": ").expect("taken");
    let line: Value = serde_json::from_str(&output.next().expect("a line").expect("UTF-8")).expect("JSON");
    assert_eq!(line["document"]["status"], "failed");
    drop(input);
    assert!(output.next().is_none());
    assert_eq!(child.wait().expect("gone").code(), Some(3));
}

#[test]
fn a_filter_writes_the_lines_of_a_run_in_their_order() {
    let mut child = filter();
    let mut input = child.stdin.take().expect("piped");
    let sender = std::thread::spawn(move || input.write_all(common::dump(ARTICLES).as_bytes()));
    let mut lines = String::new();
    child.stdout.take().expect("piped").read_to_string(&mut lines).expect("UTF-8");
    sender.join().expect("sent").expect("taken");
    child.wait().expect("gone");
    let written = fs::read_to_string(whole().join("articles.jsonl")).expect("there");
    assert_eq!(lines.lines().count(), ARTICLES);
    for (found, expected) in lines.lines().zip(written.lines()) {
        let (mut found, mut expected): (Value, Value) =
            (serde_json::from_str(found).expect("JSON"), serde_json::from_str(expected).expect("JSON"));
        // All but what tells where it was read from.
        for line in [&mut found, &mut expected] {
            if line["document"]["doc_id"].as_str().is_some_and(|id| id.contains(':')) {
                *line = Value::Null;
            } else {
                line["document"]["path"] = Value::Null;
                line["document"]["duplicate_of"] = Value::Null;
            }
        }
        assert_eq!(found, expected);
    }
}

#[cfg(unix)]
#[test]
fn a_filter_ends_in_peace_when_nobody_reads_any_more_and_when_nothing_comes() {
    let mut child = filter();
    let mut input = child.stdin.take().expect("piped");
    drop(child.stdout.take());
    let line = serde_json::json!({"text": "Mara Ollin urged Pell Ltd to wait."});
    // The process may end before all is taken; its input stays open, so it ends for want of a reader alone.
    let _ = (0..50).try_for_each(|_| writeln!(input, "{line}"));
    assert_eq!(child.wait().expect("gone").code(), Some(0));
    drop(input);

    let mut child = filter();
    drop(child.stdin.take());
    let output = child.wait_with_output().expect("gone");
    assert_eq!((output.status.code(), output.stdout), (Some(0), Vec::new()));
}

#[test]
fn standard_output_takes_json_lines_alone() {
    let output = sayso(&["extract", "-", "-o", "-", "--model"]).arg(model()).output().expect("a process");
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("--format jsonl"));
}

#[test]
fn near_copies_are_told_and_left_out_if_that_is_wanted() {
    let rows = |out: &Path, table: &str| -> Vec<csv::StringRecord> {
        csv::Reader::from_path(out.join(table)).expect("a table").records().map(|row| row.expect("a row")).collect()
    };
    let out = tempfile::tempdir().expect("a folder");
    done(extract(out.path(), &["--drop-duplicates"]));
    let (all, left) = (rows(whole(), "documents.csv"), rows(out.path(), "documents.csv"));
    assert_eq!(all.len(), left.len());
    let (status, copy_of) = (13, 17);
    for (all, left) in all.iter().zip(&left) {
        assert_eq!(all[copy_of], left[copy_of]);
        if left[copy_of].is_empty() {
            assert_eq!(all, left);
        } else {
            assert_eq!((&left[status], &left[12]), ("skipped", "0"));
        }
    }
    let copies: Vec<&str> = left.iter().filter(|row| !row[copy_of].is_empty()).map(|row| &row[0]).collect();
    assert!(copies.len() > 8);
    let kept = rows(whole(), "statements.csv").into_iter().filter(|row| !copies.contains(&&row[1]));
    assert_eq!(kept.collect::<Vec<_>>(), rows(out.path(), "statements.csv"));
}

/// Writes the tiny model into the folder that `SAYSO_TEST_MODEL` names, for `scripts/memory.sh`; else does nothing.
#[test]
fn a_tiny_model_for_scripts() {
    if let Some(folder) = std::env::var_os("SAYSO_TEST_MODEL") {
        common::write_tiny_model(Path::new(&folder));
    }
}
