//! What happens when the disk or the process fails at any moment.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::assemble::ArticleRows;
use super::disk::{Disk, Op};
use super::testing::{case, record};
use super::*;
use crate::article::Record;
use crate::labels::Status;
use crate::select::Shard;

/// What the tests let go wrong.
#[derive(Clone, Default)]
pub(super) struct Faults(Arc<Mutex<Plan>>);

#[derive(Default)]
struct Plan {
    /// Operations so far.
    count: usize,
    /// The one that fails.
    at: Option<usize>,
    /// Whether the process dies there, so that all that follow fail too and unsynced bytes are lost.
    crash: bool,
    /// How it fails.
    kind: Option<io::ErrorKind>,
    /// Files written since they were last synced.
    unsynced: BTreeSet<PathBuf>,
    seen: Vec<Op>,
}

impl Faults {
    fn at(at: usize, crash: bool, kind: io::ErrorKind) -> Self {
        Faults(Arc::new(Mutex::new(Plan { at: Some(at), crash, kind: Some(kind), ..Plan::default() })))
    }

    pub fn allow(&self, op: Op, path: &Path) -> io::Result<()> {
        let mut plan = self.0.lock().expect("one thread");
        let now = plan.count;
        plan.count += 1;
        plan.seen.push(op);
        let fails = plan.at.is_some_and(|at| now == at || (plan.crash && now > at));
        match (fails, op) {
            (true, _) => return Err(plan.kind.unwrap_or(io::ErrorKind::Other).into()),
            (_, Op::Write) => drop(plan.unsynced.insert(path.to_owned())),
            (_, Op::Sync) => drop(plan.unsynced.remove(path)),
            // A file that takes its name before it is safe would be an empty one after a loss of power.
            (_, Op::Rename) => assert!(!plan.unsynced.contains(path), "{} renamed before sync", path.display()),
            _ => {}
        }
        Ok(())
    }

    fn count(&self) -> usize {
        self.0.lock().expect("one thread").count
    }

    /// Does to the disk what a loss of power does to bytes that were not synced.
    fn lose_unsynced(&self) {
        for path in &self.0.lock().expect("one thread").unsynced {
            if path.exists() {
                fs::write(path, "").expect("emptied");
            }
        }
    }
}

const UNITS: u64 = 3;

fn info() -> RunInfo {
    RunInfo { inputs: vec!["news.jsonl".into()], carry: vec!["page".into()], ..RunInfo::default() }
}

fn unit_rows(unit: u64) -> Vec<ArticleRows> {
    (unit * 2..unit * 2 + 2).map(|number| case(number).rows()).collect()
}

fn unit_hash(unit: u64) -> String {
    let records: Vec<Record> = (unit * 2..unit * 2 + 2).map(|number| record(number, "any")).collect();
    records_hash(&records)
}

/// A whole run, as the pipeline does it.
fn run(disk: Disk, dir: &Path, order: impl Iterator<Item = u64>) -> Result<(Totals, u64), WriteError> {
    run_as(info(), disk, dir, order)
}

fn run_as(
    info: RunInfo,
    disk: Disk,
    dir: &Path,
    order: impl Iterator<Item = u64>,
) -> Result<(Totals, u64), WriteError> {
    let output = match Output::open_on(disk, dir, info, false)? {
        Opened::Finished(totals) => return Ok((totals, 0)),
        Opened::Fresh(output) | Opened::Resumed(output) => output,
    };
    let mut read = 0;
    for unit in order {
        if !output.is_done(unit, &unit_hash(unit)) {
            read += 1;
            output.commit(unit, &unit_hash(unit), &unit_rows(unit))?;
        }
    }
    Ok((output.finish()?, read))
}

/// Every file of a folder with its bytes; nothing hidden may be left.
fn published(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let entries = fs::read_dir(dir).expect("the folder").map(|entry| entry.expect("an entry"));
    let mut files: Vec<_> = entries
        .map(|entry| (entry.file_name().into_string().expect("UTF-8"), fs::read(entry.path()).expect("a file")))
        .collect();
    files.sort();
    files
}

fn undisturbed() -> (Vec<(String, Vec<u8>)>, Totals, usize) {
    let dir = tempfile::tempdir().expect("a folder");
    let disk = Disk::default();
    let (totals, _) = run(disk.clone(), dir.path(), 0..UNITS).expect("a run");
    (published(dir.path()), totals, disk.faults.count())
}

#[test]
fn a_run_publishes_five_tables_and_the_descriptor_and_nothing_else() {
    let (files, totals, _) = undisturbed();
    let names: Vec<_> = files.iter().map(|(name, _)| name.as_str()).collect();
    let expected =
        ["datapackage.json", "documents.csv", "entities.csv", "mentions.csv", "participants.csv", "statements.csv"];
    assert_eq!(names, expected);
    assert_eq!((totals.documents, totals.statements, totals.mentions, totals.entities), (6, 12, 12, 8));
}

#[test]
fn a_crash_at_any_call_costs_no_byte() {
    let (expected, totals, calls) = undisturbed();
    assert!(calls > 40, "{calls}");
    for at in 0..calls {
        let dir = tempfile::tempdir().expect("a folder");
        let faults = Faults::at(at, true, io::ErrorKind::Other);
        let crashed = run(Disk { faults: faults.clone() }, dir.path(), 0..UNITS);
        assert!(crashed.is_err(), "call {at} of {calls}");
        faults.lose_unsynced();
        let (again, _) = run(Disk::default(), dir.path(), 0..UNITS).expect("resumed");
        assert_eq!(published(dir.path()), expected, "call {at}");
        assert_eq!(again, totals);
    }
}

#[test]
fn one_failing_call_is_an_error_that_names_its_remedy_and_the_run_goes_on() {
    let (expected, _, calls) = undisturbed();
    for at in 0..calls {
        let dir = tempfile::tempdir().expect("a folder");
        let disk = Disk { faults: Faults::at(at, false, io::ErrorKind::StorageFull) };
        if let Err(error) = run(disk, dir.path(), 0..UNITS) {
            assert!(matches!(error, WriteError::Full { .. }), "{error}");
            assert!(!error.is_usage() && error.to_string().contains("same command again"));
        }
        run(Disk::default(), dir.path(), 0..UNITS).expect("resumed");
        assert_eq!(published(dir.path()), expected, "call {at}");
    }
}

/// A shard in every format.
fn everything() -> RunInfo {
    RunInfo { formats: Formats::new(Format::ALL.to_vec()), shard: Shard::new(1, 2), ..info() }
}

#[test]
fn a_crash_or_a_full_disk_at_any_call_costs_no_byte_in_any_format() {
    let dir = tempfile::tempdir().expect("a folder");
    let disk = Disk::default();
    run_as(everything(), disk.clone(), dir.path(), 0..UNITS).expect("a run");
    let (expected, calls) = (published(dir.path()), disk.faults.count());
    assert!(expected.len() > 7 && calls > 80, "{} files, {calls} calls", expected.len());
    for at in 0..calls {
        let dir = tempfile::tempdir().expect("a folder");
        let crash = at % 2 == 0;
        let faults = Faults::at(at, crash, io::ErrorKind::StorageFull);
        if let Err(error) = run_as(everything(), Disk { faults: faults.clone() }, dir.path(), 0..UNITS) {
            assert!(matches!(error, WriteError::Full { .. }), "call {at}: {error}");
        }
        if crash {
            faults.lose_unsynced();
        }
        run_as(everything(), Disk::default(), dir.path(), 0..UNITS).expect("resumed");
        assert_eq!(published(dir.path()), expected, "call {at}");
    }
}

#[test]
fn a_run_that_replaces_one_in_more_formats_leaves_none_of_its_files_and_no_file_of_others_goes() {
    let dir = tempfile::tempdir().expect("a folder");
    run_as(everything(), Disk::default(), dir.path(), 0..UNITS).expect("a run");
    fs::write(dir.path().join("notes.txt"), "mine").expect("written");
    drop(Output::open(dir.path(), info(), true).expect("replaced"));
    run(Disk::default(), dir.path(), 0..UNITS).expect("a run");
    fs::remove_file(dir.path().join("notes.txt")).expect("still there");
    assert_eq!(published(dir.path()), undisturbed().0);
    // The other way round, a file that bears the name of one that would be written is in the way.
    fs::write(dir.path().join("articles.jsonl"), "mine").expect("written");
    drop(Output::open(dir.path(), RunInfo { model: "other".into(), ..info() }, true).expect("replaced"));
    assert_eq!(fs::read_to_string(dir.path().join("articles.jsonl")).expect("there"), "mine");
}

#[test]
fn two_crashes_in_a_row_cost_no_byte_either() {
    let (expected, _, calls) = undisturbed();
    for at in (0..calls).step_by(3) {
        let dir = tempfile::tempdir().expect("a folder");
        for at in [at, calls - at] {
            let faults = Faults::at(at, true, io::ErrorKind::Other);
            let _ = run(Disk { faults: faults.clone() }, dir.path(), 0..UNITS);
            faults.lose_unsynced();
        }
        run(Disk::default(), dir.path(), 0..UNITS).expect("resumed");
        assert_eq!(published(dir.path()), expected, "call {at}");
    }
}

#[test]
fn what_was_committed_is_not_read_again() {
    let dir = tempfile::tempdir().expect("a folder");
    let Opened::Fresh(output) = Output::open(dir.path(), info(), false).expect("opens") else { panic!("not fresh") };
    output.commit(1, &unit_hash(1), &unit_rows(1)).expect("committed");
    drop(output);
    assert_eq!(run(Disk::default(), dir.path(), 0..UNITS).expect("resumed").1, UNITS - 1);
}

#[test]
fn units_in_any_order_give_the_same_bytes() {
    let dir = tempfile::tempdir().expect("a folder");
    run(Disk::default(), dir.path(), (0..UNITS).rev()).expect("a run");
    assert_eq!(published(dir.path()), undisturbed().0);
}

#[test]
fn workers_may_commit_side_by_side() {
    let dir = tempfile::tempdir().expect("a folder");
    let Opened::Fresh(output) = Output::open(dir.path(), info(), false).expect("opens") else { panic!("not fresh") };
    std::thread::scope(|scope| {
        for unit in 0..UNITS {
            let output = &output;
            scope.spawn(move || output.commit(unit, &unit_hash(unit), &unit_rows(unit)).expect("committed"));
        }
    });
    output.finish().expect("finished");
    assert_eq!(published(dir.path()), undisturbed().0);
}

#[test]
fn a_finished_run_says_so_and_is_left_alone() {
    let dir = tempfile::tempdir().expect("a folder");
    let (totals, _) = run(Disk::default(), dir.path(), 0..UNITS).expect("a run");
    let before = published(dir.path());
    match Output::open(dir.path(), info(), false).expect("opens") {
        Opened::Finished(again) => assert_eq!(again, totals),
        _ => panic!("not finished"),
    }
    assert_eq!(published(dir.path()), before);
}

#[test]
fn changed_records_are_read_anew_and_the_old_ones_leave_no_trace() {
    let dir = tempfile::tempdir().expect("a folder");
    let Opened::Fresh(output) = Output::open(dir.path(), info(), false).expect("opens") else { panic!("not fresh") };
    output.commit(0, "other", &unit_rows(7)).expect("committed");
    output.commit(9, &unit_hash(9), &unit_rows(9)).expect("committed");
    drop(output);
    assert_eq!(run(Disk::default(), dir.path(), 0..UNITS).expect("resumed").1, UNITS);
    assert_eq!(published(dir.path()), undisturbed().0);
}

#[test]
fn a_unit_with_a_failed_document_is_published_but_tried_again_on_resuming() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut rows = unit_rows(0);
    rows[1].document.status = Status::Failed;
    let Opened::Fresh(output) = Output::open(dir.path(), info(), false).expect("opens") else { panic!("not fresh") };
    output.commit(0, &unit_hash(0), &rows).expect("committed");
    drop(output);
    let Opened::Resumed(output) = Output::open(dir.path(), info(), false).expect("opens") else {
        panic!("not resumed")
    };
    assert!(!output.is_done(0, &unit_hash(0)));
    output.commit(0, &unit_hash(0), &rows).expect("committed");
    assert_eq!(output.finish().expect("finished").failed, 1);
}

#[test]
fn a_damaged_unit_is_thrown_away_and_read_anew() {
    let dir = tempfile::tempdir().expect("a folder");
    let Opened::Fresh(output) = Output::open(dir.path(), info(), false).expect("opens") else { panic!("not fresh") };
    (0..UNITS).for_each(|unit| output.commit(unit, &unit_hash(unit), &unit_rows(unit)).expect("committed"));
    let file = fs::read_dir(output.units_folder()).expect("units").next().expect("a unit").expect("a unit").path();
    fs::write(&file, "no zstd").expect("damaged");
    assert!(matches!(output.finish(), Err(WriteError::Damaged { .. })));
    assert_eq!(run(Disk::default(), dir.path(), 0..UNITS).expect("resumed").1, 1);
    assert_eq!(published(dir.path()), undisturbed().0);
}

#[test]
fn a_missing_unit_is_an_error_not_a_gap_in_the_tables() {
    let dir = tempfile::tempdir().expect("a folder");
    let Opened::Fresh(output) = Output::open(dir.path(), info(), false).expect("opens") else { panic!("not fresh") };
    output.commit(0, "a", &[]).expect("committed");
    output.commit(2, "c", &[]).expect("committed");
    assert!(matches!(output.finish(), Err(WriteError::Gap { first: 1, last: 1 })));
}

/// Another run, finished, in the way of ours.
fn other_run(dir: &Path) -> RunInfo {
    let other = RunInfo { model_sha256: "0".into(), ..info() };
    let Opened::Fresh(output) = Output::open(dir, other.clone(), false).expect("opens") else { panic!("not fresh") };
    output.commit(0, &unit_hash(5), &unit_rows(5)).expect("committed");
    output.finish().expect("finished");
    other
}

#[test]
fn a_crash_while_another_run_is_replaced_leaves_the_old_one_whole_or_the_new_one_begun() {
    let (expected, _, calls) = undisturbed();
    for at in 0..calls {
        let dir = tempfile::tempdir().expect("a folder");
        let other = other_run(dir.path());
        let before = published(dir.path());
        let faults = Faults::at(at, true, io::ErrorKind::Other);
        let crashed = Output::open_on(Disk { faults: faults.clone() }, dir.path(), info(), true);
        let replaced = crashed.is_ok();
        drop(crashed);
        faults.lose_unsynced();
        if let Opened::Finished(_) = Output::open(dir.path(), other, true).expect("opens") {
            assert_eq!(published(dir.path()), before, "call {at}");
        } else {
            assert!(!dir.path().join("datapackage.json").exists());
        }
        drop(Output::open(dir.path(), info(), true).expect("replaced"));
        run(Disk::default(), dir.path(), 0..UNITS).expect("a run");
        assert_eq!(published(dir.path()), expected, "call {at}");
        if replaced {
            return;
        }
    }
}
