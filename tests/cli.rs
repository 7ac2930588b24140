//! The program as it is used: what it writes, what it says, how it exits.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use sayso::write::rows::{DocumentRow, MentionRow, ParticipantRow, StatementRow};
use serde::de::DeserializeOwned;
use tempfile::TempDir;

fn sayso(args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_sayso")).args(args).env("NO_COLOR", "1").output().unwrap()
}

fn extract(input: &Path, out: &Path, more: &[&str]) -> Output {
    let mut args = vec!["extract", input.to_str().unwrap(), "-o", out.to_str().unwrap()];
    args.extend(more);
    sayso(&args)
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn rows<R: DeserializeOwned>(folder: &Path, table: &str) -> Vec<R> {
    csv::Reader::from_path(folder.join(table)).unwrap().deserialize().map(Result::unwrap).collect()
}

fn article(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/samples/wire").join(name)).unwrap()
}

/// A folder with two sample articles and one of our own with emoji, combining marks and CRLF.
fn articles() -> TempDir {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("a.txt"), article("router-warning.txt")).unwrap();
    fs::write(folder.path().join("b.txt"), article("harbour-strike.txt")).unwrap();
    fs::write(
        folder.path().join("c.txt"),
        "🚢 Ferry chief: “no danger” 😀\r\n\r\nMs. Zoe\u{301} Ańdal, head of Nordline, told reporters that the ferries “were never unsafe” 🚢.\r\nShe urged the port of Østhavn to reopen.\r\n",
    )
    .unwrap();
    folder
}

/// What users check first: text[start:end] is the surface, in every row of every table.
#[test]
fn every_offset_slices_back() {
    let (input, out) = (articles(), TempDir::new().unwrap());
    let out = out.path().join("out");
    assert_eq!(code(&extract(input.path(), &out, &["-q"])), 0);
    let texts: Vec<(String, Vec<char>)> = ["a.txt", "b.txt", "c.txt"]
        .iter()
        .map(|id| (id.to_string(), fs::read_to_string(input.path().join(id)).unwrap().chars().collect()))
        .collect();
    let slice = |id: &str, start: u64, end: u64| -> String {
        let text = &texts.iter().find(|t| t.0 == id).unwrap().1;
        text[start as usize..end as usize].iter().collect()
    };
    let statements: Vec<StatementRow> = rows(&out, "statements.csv");
    assert!(statements.len() > 20, "only {} statements", statements.len());
    assert!(statements.iter().any(|s| s.doc_id == "c.txt"));
    for row in &statements {
        for (surface, start, end) in [
            (&row.source, row.source_start, row.source_end),
            (&row.cue, row.cue_start, row.cue_end),
            (&row.addressee, row.addressee_start, row.addressee_end),
        ] {
            match (start, end) {
                (Some(start), Some(end)) => assert_eq!(&slice(&row.doc_id, start, end), surface),
                _ => assert!(surface.is_empty()),
            }
        }
        let parts: Vec<String> = row
            .content_spans
            .split(';')
            .filter_map(|span| span.split_once('-'))
            .map(|(a, b)| slice(&row.doc_id, a.parse().unwrap(), b.parse().unwrap()))
            .collect();
        assert_eq!(parts.join(" … "), row.content);
        assert!((0.0..=1.0).contains(&row.score) && (0.0..=1.0).contains(&row.stance_score));
    }
    for row in rows::<MentionRow>(&out, "mentions.csv") {
        assert_eq!(slice(&row.doc_id, row.start, row.end), row.surface);
    }
    for row in rows::<ParticipantRow>(&out, "participants.csv") {
        if let (Some(start), Some(end)) = (row.start, row.end) {
            assert_eq!(slice(&row.doc_id, start, end), row.surface);
        }
        assert!(statements.iter().any(|s| s.statement_id == row.statement_id));
    }
}

/// An article gives the same rows alone as among others, with one worker as with three.
#[test]
fn rows_do_not_depend_on_company_or_workers() {
    let (input, scratch) = (articles(), TempDir::new().unwrap());
    let out = |name: &str| scratch.path().join(name);
    assert_eq!(code(&extract(input.path(), &out("one"), &["-q", "--threads", "1"])), 0);
    assert_eq!(code(&extract(input.path(), &out("three"), &["-q", "--threads", "3"])), 0);
    for table in ["documents", "statements", "participants", "mentions", "entities"] {
        let read = |name: &str| fs::read(out(name).join(format!("{table}.csv"))).unwrap();
        assert_eq!(read("one"), read("three"), "{table}.csv differs");
    }
    assert_eq!(code(&extract(&input.path().join("b.txt"), &out("alone"), &["-q"])), 0);
    let together: Vec<StatementRow> = rows(&out("one"), "statements.csv");
    let together: Vec<&StatementRow> = together.iter().filter(|s| s.doc_id == "b.txt").collect();
    let alone: Vec<StatementRow> = rows(&out("alone"), "statements.csv");
    assert_eq!(together.len(), alone.len());
    for (a, b) in together.iter().zip(&alone) {
        // Sums run in another order, so probabilities may differ in the last digits; nothing else may.
        assert!((a.score - b.score).abs() < 2e-3 && (a.stance_score - b.stance_score).abs() < 2e-3);
        assert_eq!(
            (&a.cue, &a.source, &a.content_spans, a.stance, &a.source_entities),
            (&b.cue, &b.source, &b.content_spans, b.stance, &b.source_entities)
        );
    }
}

/// What the program is for: an act that is plain to a reader is a row with its parts.
#[test]
fn who_warned_denied_and_urged_whom_is_in_the_table() {
    let scratch = TempDir::new().unwrap();
    let text = "Harbour minister Ada Lindqvist warned shipowners on Monday that the ferries could sink in a storm.\n\n\
                Nordline denied that its ferries were unsafe.\n\n\
                Two senators urged Prime Minister Olaf Brandt in a letter to ban the ferries.\n";
    let input = scratch.path().join("ferries.txt");
    fs::write(&input, text).unwrap();
    let out = scratch.path().join("out");
    assert_eq!(code(&extract(&input, &out, &["-q"])), 0);
    let found: Vec<StatementRow> = rows(&out, "statements.csv");
    let row = |stance: &str| {
        found.iter().find(|s| s.stance.as_str() == stance).unwrap_or_else(|| panic!("no {stance}: {found:#?}"))
    };
    assert_eq!(row("warn").source_entities, "Ada Lindqvist");
    assert_eq!(row("warn").addressee, "shipowners");
    assert!(row("warn").content.contains("the ferries could sink in a storm"));
    assert_eq!(row("deny").source_entities, "Nordline");
    assert!(row("urge").content.contains("ban the ferries"));
    let only = scratch.path().join("only");
    assert_eq!(code(&extract(&input, &only, &["-q", "--stances", "warn,deny"])), 0);
    let kept: Vec<StatementRow> = rows(&only, "statements.csv");
    assert!(kept.iter().all(|s| ["warn", "deny"].contains(&s.stance.as_str())) && kept.len() == 2);
    assert!(kept.iter().all(|k| found.contains(k)), "a filter changes no row that it keeps");
}

/// A dump with everything that goes wrong in dumps: each record has its row, and the good ones are read.
#[test]
fn nothing_is_lost_in_a_broken_dump() {
    let scratch = TempDir::new().unwrap();
    let dump = scratch.path().join("dump");
    fs::create_dir(&dump).unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(dump.join(name), bytes).unwrap();
    write("a-good.txt", b"The mayor warned residents that the bridge could fall.");
    write("b-empty.txt", b"");
    write("c-white.txt", b" \n\t\n");
    write("d-binary.txt", &[0u8, 1, 2, 3, 0, 0, 255, 254, 7, 0, 0, 0]);
    write("e-latin.txt", b"The caf\xe9 owner said that prices \x96 all of them \x96 would rise.");
    write("f-lines.jsonl", b"{\"id\":\"1\",\"text\":\"The union said it would strike.\"}\nnot json\n{\"id\":\"2\",\"headline\":\"no text\"}\n");
    write("g-rows.csv", b"id,text\n7,\"The bank denied it.\"\n8\n9,\"The bank said it would reopen on Monday.\"\n");
    write("h-german.txt", "Der Minister sagte am Montag, dass die Regierung die Steuern nicht erhöhen werde, obwohl die Opposition das seit Wochen fordert. Die Gewerkschaften warnten vor den Folgen für die Beschäftigten, und der Verband der Unternehmer bestritt, dass es einen solchen Plan gebe.".as_bytes());
    let gz = {
        use std::io::Write;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        for i in 0..2000 {
            writeln!(encoder, "{{\"id\":\"z{i}\",\"text\":\"\"}}").unwrap();
        }
        encoder.finish().unwrap()
    };
    write("i-cut.jsonl.gz", &gz[..gz.len() / 2]);
    let out = scratch.path().join("out");
    let output = extract(&dump, &out, &[]);
    assert_eq!(code(&output), 3, "{}", said(&output));
    let documents: Vec<DocumentRow> = rows(&out, "documents.csv");
    let of = |path: &str| -> Vec<&DocumentRow> { documents.iter().filter(|d| d.path == path).collect() };
    let status = |path: &str| of(path).iter().map(|d| d.status.as_str()).collect::<Vec<_>>();
    assert_eq!(status("a-good.txt"), ["ok"]);
    assert_eq!(status("b-empty.txt"), ["skipped"]);
    assert_eq!(status("c-white.txt"), ["skipped"]);
    assert_eq!(status("d-binary.txt"), ["failed"]);
    assert_eq!(status("e-latin.txt"), ["ok"]);
    assert!(of("e-latin.txt")[0].remark.to_lowercase().contains("windows-1252"));
    assert_eq!(status("f-lines.jsonl"), ["ok", "failed", "failed"]);
    assert!(of("f-lines.jsonl")[2].reason.contains("headline"), "the fields that are there are named");
    assert_eq!(status("g-rows.csv"), ["ok", "failed", "ok"]);
    assert_eq!(status("h-german.txt"), ["skipped"]);
    assert!(of("h-german.txt")[0].reason.contains("German"));
    assert_eq!(status("i-cut.jsonl.gz").last(), Some(&"failed"));
    assert!(documents.iter().all(|d| d.status.as_str() != "failed" || !d.reason.is_empty()));
    let statements: Vec<StatementRow> = rows(&out, "statements.csv");
    assert!(statements.iter().any(|s| s.doc_id == "a-good.txt" && s.stance.as_str() == "warn"));
    assert!(statements.iter().any(|s| s.doc_id == "9"));
}

#[test]
fn a_wrong_command_says_what_to_do_and_exits_2() {
    let scratch = TempDir::new().unwrap();
    let input = scratch.path().join("a.txt");
    fs::write(&input, "The mayor said no.").unwrap();
    let out = scratch.path().join("out");
    for (args, words) in [
        (vec!["extract", "no/such/folder", "-o", "x"], "no such file"),
        (vec!["extract", input.to_str().unwrap(), "-o", out.to_str().unwrap(), "--model", "nobody"], "sayso-en"),
        (vec!["extract", input.to_str().unwrap(), "-o", out.to_str().unwrap(), "--stances", "shout"], "urge"),
        (vec!["extract", input.to_str().unwrap(), "-o", out.to_str().unwrap(), "--min-score", "7"], "0 to 1"),
        (vec!["extract", input.to_str().unwrap()], "--output"),
    ] {
        let output = sayso(&args);
        assert_eq!(code(&output), 2, "{args:?}: {}", said(&output));
        assert!(said(&output).contains(words), "{args:?}: {}", said(&output));
    }
    assert!(!out.exists(), "nothing is written before all is known to be right");
}

#[test]
fn an_output_folder_is_used_only_for_its_own_run() {
    let scratch = TempDir::new().unwrap();
    let input = scratch.path().join("a.txt");
    fs::write(&input, "The mayor said no.").unwrap();
    let out = scratch.path().join("out");
    assert_eq!(code(&extract(&input, &out, &[])), 0);
    let again = extract(&input, &out, &[]);
    assert_eq!(code(&again), 0);
    assert!(said(&again).contains("finished"));
    assert_eq!(code(&extract(&input, &out, &["--min-score", "0.9"])), 2, "another run is in the way");
    assert_eq!(code(&extract(&input, &out, &["--min-score", "0.9", "--force"])), 0);
    let file = scratch.path().join("file");
    fs::write(&file, "").unwrap();
    let below: PathBuf = file.join("out");
    let output = extract(&input, &below, &[]);
    assert_ne!(code(&output), 0);
    assert!(said(&output).contains("file"), "{}", said(&output));
}

/// A limit on file sizes behaves as a full disk does: an error, exit 1, and no half-written table.
#[cfg(unix)]
#[test]
fn a_full_disk_is_an_error_and_the_run_goes_on_later() {
    let (input, scratch) = (articles(), TempDir::new().unwrap());
    let out = scratch.path().join("out");
    let command = format!(
        "ulimit -f 1; exec '{}' extract '{}' -o '{}'",
        env!("CARGO_BIN_EXE_sayso"),
        input.path().display(),
        out.display()
    );
    let output = Command::new("bash").args(["-c", &command]).output().unwrap();
    assert_eq!(code(&output), 1, "{}", said(&output));
    assert!(!out.join("statements.csv").exists() && !out.join("datapackage.json").exists());
    assert_eq!(code(&extract(input.path(), &out, &[])), 0);
    let fresh = scratch.path().join("fresh");
    assert_eq!(code(&extract(input.path(), &fresh, &[])), 0);
    for table in ["documents.csv", "statements.csv", "participants.csv", "mentions.csv", "entities.csv"] {
        assert_eq!(fs::read(out.join(table)).unwrap(), fs::read(fresh.join(table)).unwrap(), "{table}");
    }
}

#[test]
fn a_very_long_line_is_read_whole() {
    let scratch = TempDir::new().unwrap();
    let input = scratch.path().join("long.jsonl");
    let filler = "The river was calm and the boats lay still in the grey morning light. ".repeat(600);
    let text = format!("{filler}The mayor warned residents that the bridge could fall.");
    fs::write(&input, format!("{}\n", serde_json::json!({ "id": "long", "text": text }))).unwrap();
    let out = scratch.path().join("out");
    assert_eq!(code(&extract(&input, &out, &["-q"])), 0);
    let found: Vec<StatementRow> = rows(&out, "statements.csv");
    let last = found.last().unwrap();
    assert_eq!((last.stance.as_str(), last.cue.as_str()), ("warn", "warned"));
    assert!(last.cue_start.unwrap() > filler.len() as u64);
}

#[test]
fn the_schema_and_the_models_are_shown() {
    let schema = sayso(&["schema"]);
    assert_eq!(code(&schema), 0);
    assert!(String::from_utf8_lossy(&schema.stdout).contains("statements.csv"));
    let models = sayso(&["models"]);
    assert!(String::from_utf8_lossy(&models.stdout).contains("sayso-en (default)"));
    assert_eq!(code(&sayso(&["extract", "--help"])), 0);
}
