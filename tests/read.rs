//! What users may rely on when sayso reads: texts come exactly as given, and whatever is in the input is a record.
//!
//! Properties first, then an example for each kind of bad input.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use sayso::article::Record;
use sayso::labels::Status;
use sayso::read::{Fields, Format, ReadError, ReadOptions, records};
use tempfile::TempDir;

/// A folder with files in it.
fn folder(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }
    folder
}

/// The records of a path, read as usual.
fn read(path: &Path) -> Vec<Record> {
    read_with(path, ReadOptions::default())
}

fn read_with(path: &Path, options: ReadOptions) -> Vec<Record> {
    records(&ReadOptions { inputs: vec![path.to_owned()], ..options }).unwrap().collect()
}

/// The records of one file with this content.
fn read_file(name: &str, bytes: &[u8]) -> Vec<Record> {
    read(folder(&[(name, bytes)]).path())
}

/// Status and reason of each record.
fn outcomes(records: &[Record]) -> Vec<String> {
    records.iter().map(|record| format!("{} {}", record.status, record.reason).trim_end().to_owned()).collect()
}

fn ids(records: &[Record]) -> Vec<&str> {
    records.iter().map(|record| record.doc_id.as_str()).collect()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn csv_of(fields: [&str; 2], rows: &[String]) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(fields).unwrap();
    rows.iter().enumerate().for_each(|(at, text)| writer.write_record([&at.to_string(), text]).unwrap());
    writer.into_inner().unwrap()
}

fn jsonl_of(rows: &[String]) -> Vec<u8> {
    let lines =
        rows.iter().enumerate().map(|(at, text)| serde_json::json!({"id": at, "text": text}).to_string() + "\n");
    lines.collect::<String>().into_bytes()
}

/// Texts with what is known to go wrong: emoji, marks that combine, line ends, quotation marks, NUL.
fn texts() -> impl Strategy<Value = Vec<String>> {
    proptest::collection::vec("[a-c \"',;\t\r\n\u{0}\u{301}é“”😀\u{200f}\u{feff}\u{2028}\\\\]{1,30}", 1..6)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Offsets count in the text as given: nothing is trimmed, normalised or unescaped twice.
    #[test]
    fn texts_come_back_exactly(rows in texts()) {
        let csv = csv_of(["id", "text"], &rows);
        let jsonl = jsonl_of(&rows);
        let zstd = zstd::encode_all(&jsonl[..], 1).unwrap();
        for (name, bytes) in [("a.csv", &csv), ("a.jsonl", &jsonl), ("a.jsonl.gz", &gzip(&jsonl)), ("a.jsonl.zst", &zstd)] {
            let texts: Vec<_> = read_file(name, bytes).into_iter().map(|record| record.text).collect();
            prop_assert_eq!(&texts, &rows, "{}", name);
        }
        let text = rows[0].trim_start_matches('\u{feff}');
        prop_assume!(!text.is_empty());
        prop_assert_eq!(&read_file("a.txt", text.as_bytes())[0].text, text);
    }

    /// Hostile files are records with a reason, never a crash and never nothing.
    #[test]
    fn any_bytes_are_records(bytes in any::<Vec<u8>>(), start in 0usize..6) {
        let starts: [&[u8]; 6] = [b"", b"id,text\n1,", b"{\"text\":\"", b"\xff\xfe", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd"];
        let bytes = [starts[start], &bytes].concat();
        for &format in Format::ALL {
            let folder = folder(&[("a", &bytes)]);
            let options = ReadOptions { format: Some(format), max_document_bytes: 50, ..ReadOptions::default() };
            let records = read_with(folder.path(), options);
            prop_assert!(!records.is_empty());
            for (at, record) in records.iter().enumerate() {
                prop_assert_eq!(record.record, at as u64 + 1);
                prop_assert_eq!(record.reason.is_empty(), matches!(record.status, Status::Ok | Status::Partial));
            }
        }
    }

    /// A line is a record, good or bad.
    #[test]
    fn every_line_is_one_record(lines in proptest::collection::vec("(\\{\"text\": ?\"[a-z]{0,4}\"\\})|[a-z{}\"\\[ ]{1,8}|", 1..12)) {
        let expected = lines.iter().filter(|line| !line.trim().is_empty()).count().max(1);
        prop_assert_eq!(read_file("a.jsonl", lines.join("\n").as_bytes()).len(), expected);
        prop_assert_eq!(read_file("a.jsonl", lines.join("\r\n").as_bytes()).len(), expected);
    }
}

#[test]
fn records_come_in_the_order_of_arguments_then_of_bytes() {
    let folder = folder(&[
        ("n/b.txt", b"x"),
        ("n/a/z.txt", b"x"),
        ("n/a.txt", b"x"),
        ("n/B.TXT", b"x"),
        ("n/.hidden.txt", b"x"),
        ("n/page.html", b"x"),
        ("m.txt", b"x"),
    ]);
    let inputs = [folder.path().join("n"), folder.path().join("m.txt")];
    let mut options = ReadOptions { inputs: inputs.to_vec(), ..ReadOptions::default() };
    let all: Vec<_> = records(&options).unwrap().collect();
    assert_eq!(ids(&all)[..4], ["B.TXT", "a.txt", "a/z.txt", "b.txt"]);
    assert!(all[4].path.ends_with("m.txt"));
    options.limit = Some(2);
    assert_eq!(records(&options).unwrap().count(), 2);
}

#[test]
fn patterns_find_files_and_folders() {
    let folder = folder(&[("d/1.txt", b"x"), ("d/2.csv", b"text\nx"), ("d/e/3.txt", b"x"), ("d/4.html", b"x")]);
    let names = |pattern: &str| -> Vec<String> {
        let records = read(&folder.path().join(pattern));
        records.iter().map(|record| record.path.rsplit('/').next().unwrap().to_owned()).collect()
    };
    assert_eq!(names("d/*.txt"), ["1.txt"]);
    assert_eq!(names("d/**/*.txt"), ["1.txt", "3.txt"]);
    assert_eq!(names("d/[1-2].*"), ["1.txt", "2.csv"]);
    assert_eq!(names("*"), ["1.txt", "2.csv", "3.txt"]);
    assert_eq!(names("d/*"), ["1.txt", "2.csv", "4.html", "3.txt"]);
}

#[test]
fn a_wrong_argument_is_an_error_before_anything_is_read() {
    let folder = folder(&[("a.txt", b"x"), ("d/page.html", b"x")]);
    let error = |inputs: &[&str]| {
        let inputs: Vec<PathBuf> = inputs.iter().map(|input| folder.path().join(input)).collect();
        records(&ReadOptions { inputs, ..ReadOptions::default() }).map(|_| ()).unwrap_err()
    };
    assert!(matches!(error(&["a.txt", "b.txt"]), ReadError::NotFound { .. }));
    assert!(matches!(error(&["a.txt", "a.txt/b"]), ReadError::NotFound { .. }));
    assert!(matches!(error(&["*.csv"]), ReadError::NoMatch { .. }));
    assert!(matches!(error(&["[a"]), ReadError::BadPattern { .. }));
    assert!(matches!(error(&["d"]), ReadError::NothingKnown { .. }));
    assert!(matches!(error(&[]), ReadError::NoInput));
    let twice = ReadOptions { inputs: vec!["-".into(), "-".into()], ..ReadOptions::default() };
    assert!(matches!(records(&twice), Err(ReadError::StandardInputTwice)));
}

#[test]
fn the_output_folder_is_never_read() {
    let folder = folder(&[("a.txt", b"x"), ("out/documents.csv", b"text\nx")]);
    let options = ReadOptions { exclude: vec![folder.path().join("out")], ..ReadOptions::default() };
    assert_eq!(ids(&read_with(folder.path(), options)), ["a.txt"]);
}

#[test]
fn a_file_of_unknown_format_is_told_when_named() {
    let folder = folder(&[("page.html", b"x"), ("articles", b"{\"text\":\"x\"}")]);
    let read = read(&folder.path().join("page.html"));
    assert_eq!(read[0].status, Status::Failed);
    assert!(read[0].reason.contains("--format-in"), "{}", read[0].reason);
    let options = ReadOptions { format: Some(Format::Jsonl), ..ReadOptions::default() };
    assert_eq!(read_with(&folder.path().join("articles"), options)[0].text, "x");
}

#[test]
fn fields_are_found_named_and_carried() {
    let line =
        br#"{"ID": 12345678901234567890, "headline": "H", "body": "B", "source": {"name": "Tidende"}, "tags": ["a"]}"#;
    let folder = folder(&[("a.jsonl", line)]);
    let record = &read(folder.path())[0];
    assert_eq!(
        (record.doc_id.as_str(), record.title.as_str(), record.text.as_str()),
        ("12345678901234567890", "H", "B")
    );
    assert_eq!(record.publisher, "", "an object is not the name of a publisher");
    let fields = Fields { publisher: Some("source.name".into()), ..Fields::default() };
    let options = ReadOptions { fields, carry: vec!["tags".into(), "section".into()], ..ReadOptions::default() };
    let record = &read_with(folder.path(), options)[0];
    assert_eq!(record.publisher, "Tidende");
    assert_eq!(record.carried, ["[\"a\"]", ""]);
    assert_eq!(record.remark, "no field \"section\" to carry");
}

#[test]
fn a_missing_field_is_told_with_the_fields_that_are_there() {
    let outcome = |name, bytes: &[u8]| outcomes(&read_file(name, bytes));
    let expected = "failed no field for the text; fields there: \"id\", \"lead\"; name one with --text-field";
    assert_eq!(outcome("a.csv", b"id,lead\n1,x\n2,y"), [expected]);
    let expected = ["failed line 1: no field for the text; fields there: \"id\"; name one with --text-field", "ok"];
    assert_eq!(outcome("a.jsonl", b"{\"id\":1}\n{\"text\":\"x\"}"), expected);
}

#[test]
fn a_named_field_that_never_turns_up_is_a_mistake_and_one_that_does_may_lack_later() {
    let fields = Fields { title: Some("head".into()), ..Fields::default() };
    let options = ReadOptions { fields, ..ReadOptions::default() };
    let lines = b"{\"text\":\"x\"}\n{\"text\":\"y\",\"head\":\"h\"}\n{\"text\":\"z\"}";
    let folder = folder(&[("a.jsonl", lines)]);
    let records = read_with(folder.path(), options);
    let expected = ["failed line 1: no field \"head\" (--title-field); fields there: \"text\"", "ok", "ok"];
    assert_eq!(outcomes(&records), expected);
    assert!(records[2].remark.starts_with("no field \"head\""), "{}", records[2].remark);
}

#[test]
fn ids_missing_or_doubled_become_stable_ones() {
    let records = read_file("a.csv", b"id,text\n7,a\n,b\n7,c\n7,d");
    assert_eq!(ids(&records), ["7", "a.csv:2", "7~2", "7~3"]);
    let remarks: Vec<_> = records.iter().map(|record| record.remark.as_str()).collect();
    let suffix = "id not unique: suffix added";
    assert_eq!(remarks, ["", "no id: made from path and record", suffix, suffix]);
}

#[test]
fn texts_without_words_are_skipped() {
    assert_eq!(outcomes(&read_file("a.txt", b"")), ["skipped empty file"]);
    assert_eq!(outcomes(&read_file("a.txt", b" \r\n")), ["skipped only white space"]);
    assert_eq!(outcomes(&read_file("a.csv", b"")), ["skipped empty file"]);
    assert_eq!(outcomes(&read_file("a.csv", b"id,text\n")), ["skipped no record in the file"]);
    assert_eq!(outcomes(&read_file("a.jsonl.gz", &gzip(b""))), ["skipped empty file"]);
    let expected = ["skipped empty text"; 2];
    assert_eq!(outcomes(&read_file("a.jsonl", b"{\"text\":\"\"}\n{\"text\":null}")), expected);
}

#[test]
fn another_language_is_skipped_by_name_unless_asked_for() {
    let text = "Die Ministerin warnte am Dienstag vor den Folgen der neuen Abgabe. Viele Betriebe im Norden des Landes \
                könnten die Kosten nicht tragen, sagte sie nach einem Gespräch mit den Bürgermeistern. Der Verband der \
                Fischer forderte den Senat auf, die Abgabe noch vor dem Winter zurückzunehmen.";
    let folder = folder(&[("a.txt", text.as_bytes())]);
    let record = &read(folder.path())[0];
    assert_eq!(record.reason, "in German, not English; --any-language reads it all the same");
    assert_eq!((record.status, record.language.as_str()), (Status::Skipped, "de"));
    let options = ReadOptions { any_language: true, ..ReadOptions::default() };
    let record = &read_with(folder.path(), options)[0];
    assert_eq!((record.status, record.language.as_str()), (Status::Ok, "de"));
}

#[test]
fn binary_files_fail_as_such() {
    let noise: Vec<u8> = (0..5_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    for name in ["a.txt", "a.csv", "a.jsonl"] {
        let records = read_file(name, &noise);
        assert!(records.len() == 1 && records[0].reason.starts_with("not text but binary data"), "{name}");
    }
    assert_eq!(read_file("a.txt", b"one\0two")[0].status, Status::Failed);
    let stray = read_file("a.jsonl", b"{\"text\":\"one\\u0000two\"}\n{\"text\":\"x\0y\"}");
    assert_eq!((stray[0].status, stray[0].text.as_str()), (Status::Ok, "one\0two"));
    assert!(stray[1].reason.contains("control character"), "{}", stray[1].reason);
}

#[test]
fn encodings_may_differ_from_record_to_record() {
    let lines = [&b"{\"text\":\"Caf\xe9\"}\n"[..], "{\"text\":\"Café\"}\n".as_bytes()].concat();
    let records = read_file("a.jsonl", &lines);
    assert!(records.iter().all(|record| record.text == "Café" && record.status == Status::Ok));
    assert_eq!(records[0].remark, "no UTF-8: read as Windows-1252; no id: made from path and record");

    let utf16: Vec<u8> = "\u{feff}id,text\r\n1,“Café”".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(read_file("a.csv", &utf16)[0].text, "“Café”");

    let broken = ["“Café” – ".as_bytes(), b"\xe2\x80"].concat();
    let record = &read_file("a.txt", &broken)[0];
    assert_eq!((record.status, record.text.as_str()), (Status::Partial, "“Café” – \u{fffd}"));

    let encoding = encoding_rs::Encoding::for_label(b"windows-1251");
    let folder = folder(&[("a.txt", b"\xcc\xe8\xed\xf1\xea")]);
    assert_eq!(read_with(folder.path(), ReadOptions { encoding, ..ReadOptions::default() })[0].text, "Минск");
}

#[test]
fn a_bad_json_line_is_one_failed_record() {
    let records = read_file("a.jsonl", b"{\"text\":\"a\"}\n\nnot json\n[1]\n{\"text\":[\"p\"]}\n{\"text\":\"b\"}");
    let expected = [
        "ok",
        "failed line 3, column 2: not JSON (expected ident); a record is one JSON object on one line",
        "failed line 4, column 1: a list instead of an object; a record is one JSON object on one line",
        "failed line 5: the field \"text\" holds a list or an object, not a text; --text-field names another",
        "ok",
    ];
    assert_eq!(outcomes(&records), expected);
}

#[test]
fn deep_json_does_not_overflow_the_stack() {
    let deep = |open: &str, close: &str| open.repeat(10_000) + "1" + &close.repeat(10_000);
    let lines = format!("{{\"x\":{},\"text\":\"a\"}}\n{{\"x\":{}}}", deep("[", "]"), deep("{\"a\":", "}"));
    let records = read_file("a.jsonl", lines.as_bytes());
    assert_eq!((records[0].status, records[1].status), (Status::Ok, Status::Failed));
}

#[test]
fn half_a_surrogate_pair_keeps_its_place() {
    let record = &read_file("a.jsonl", b"{\"text\":\"a\\ud83d b\"}")[0];
    assert_eq!((record.status, record.text.as_str()), (Status::Partial, "a\u{fffd} b"));
}

#[test]
fn bad_csv_rows_fail_alone() {
    let table = b"id,text\r\n1,a\r\n2\r\n3,b,c\r\n4,\"open\r\n5,\"d, \"\"e\"\"\r\nf\"\r\n6,\"g \"h\" i\"\r\n";
    let records = read_file("a.csv", table);
    let expected = [
        "ok",
        "failed line 3: 1 fields, but the header has 2",
        "failed line 4: 3 fields, but the header has 2",
        "failed line 5: a quotation mark opens a field here and does not close it; close it, and double those inside \
         the field; the next line is read as a new row",
        "ok",
        "ok",
    ];
    assert_eq!(outcomes(&records), expected);
    assert_eq!(records[4].text, "d, \"e\"\r\nf");
    assert_eq!(records[5].text, "g \"h\" i");
}

#[test]
fn tables_from_other_programs_are_read() {
    assert_eq!(read_file("a.csv", "\u{feff}id;text\n1;one, two".as_bytes())[0].text, "one, two");
    let records = read_file("a.tsv", b"id\ttext\n1\t\"We go,\" she said.\n2\tNo.\n");
    assert_eq!(records[0].text, "\"We go,\" she said.");
    assert_eq!(records[1].text, "No.");
}

#[test]
fn a_cut_file_gives_what_it_holds_and_a_failed_record() {
    let lines: Vec<String> = (0..2_000u64).map(|at| format!("{at} {}", at * at * 7_919 % 99_991)).collect();
    for (name, whole) in [("a.jsonl.gz", jsonl_of(&lines)), ("a.csv.gz", csv_of(["id", "text"], &lines))] {
        let mut cut = gzip(&whole);
        cut.truncate(cut.len() - 500);
        let records = read_file(name, &cut);
        let (last, before) = records.split_last().unwrap();
        assert!(before.len() > 1_000 && before.iter().zip(&lines).all(|(record, line)| record.text == *line), "{name}");
        assert!(last.status == Status::Failed && last.reason.contains("cut off"), "{}", last.reason);
    }
}

#[test]
fn a_bomb_is_a_failed_record() {
    let bomb = gzip(&vec![b'a'; 50 << 20]);
    for name in ["a.txt.gz", "a.jsonl.gz"] {
        let folder = folder(&[(name, &bomb)]);
        let options = ReadOptions { max_document_bytes: 1 << 16, ..ReadOptions::default() };
        let records = read_with(folder.path(), options);
        assert!(records.len() == 1 && records[0].reason.contains("--max-document-bytes"), "{:?}", outcomes(&records));
    }
}

#[test]
fn a_long_line_fails_alone() {
    let lines = format!("{{\"text\":\"{}\"}}\n{{\"text\":\"b\"}}\n", "a".repeat(200));
    let folder = folder(&[("a.jsonl", lines.as_bytes())]);
    let options = ReadOptions { max_document_bytes: 100, ..ReadOptions::default() };
    let expected = ["failed line 1: longer than 100 bytes; if it is meant, raise --max-document-bytes", "ok"];
    assert_eq!(outcomes(&read_with(folder.path(), options)), expected);
}

#[test]
fn an_article_of_twenty_megabytes_on_one_line_is_read() {
    let text = "The harbour master denied it. ".repeat(700_000);
    assert_eq!(read_file("a.txt", text.as_bytes())[0].text, text);
    assert_eq!(read_file("a.jsonl", &jsonl_of(std::slice::from_ref(&text)))[0].status, Status::Ok);
}

#[test]
fn a_file_that_vanishes_is_a_failed_record() {
    let folder = folder(&[("a.txt", b"x"), ("b.txt", b"y")]);
    let options = ReadOptions { inputs: vec![folder.path().to_owned()], ..ReadOptions::default() };
    let records = records(&options).unwrap();
    fs::remove_file(folder.path().join("a.txt")).unwrap();
    let records: Vec<_> = records.collect();
    assert_eq!(outcomes(&records), ["failed it is not there (any more)", "ok"]);
}

#[cfg(unix)]
#[test]
fn links_in_circles_and_to_nothing_are_told() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[("d/a.txt", b"x")]);
    symlink("..", folder.path().join("d/up")).unwrap();
    symlink("nowhere", folder.path().join("d/lost.txt")).unwrap();
    symlink("a.txt", folder.path().join("d/z.txt")).unwrap();
    let records = read(folder.path());
    assert_eq!(ids(&records), ["d/a.txt", "d/lost.txt", "d/up", "d/z.txt"]);
    let statuses: Vec<_> = records.iter().map(|record| record.status).collect();
    assert_eq!(statuses, [Status::Ok, Status::Failed, Status::Skipped, Status::Ok]);
}

#[cfg(target_os = "linux")]
#[test]
fn names_that_are_no_utf8_are_shown_and_told_apart() {
    use std::os::unix::ffi::OsStrExt;
    let folder = folder(&[]);
    for name in [&b"caf\xe8.txt"[..], b"caf\xe9.txt"] {
        fs::write(folder.path().join(std::ffi::OsStr::from_bytes(name)), "x").unwrap();
    }
    assert_eq!(ids(&read(folder.path())), ["caf\\xE8.txt", "caf\\xE9.txt"]);
}

#[cfg(unix)]
#[test]
fn unreadable_files_are_failed_records() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("a.txt", b"x"), ("b.txt", b"y"), ("d/c.txt", b"z")]);
    for (name, mode) in [("a.txt", 0o000), ("d", 0o000)] {
        fs::set_permissions(folder.path().join(name), fs::Permissions::from_mode(mode)).unwrap();
    }
    // Whoever may read everything (root) sees three good files.
    let everything = fs::read(folder.path().join("a.txt")).is_ok();
    let records = read(folder.path());
    fs::set_permissions(folder.path().join("d"), fs::Permissions::from_mode(0o700)).unwrap();
    let failed = "failed it may not be read: check its permissions";
    let expected = if everything { ["ok"; 3] } else { [failed, "ok", failed] };
    assert_eq!(outcomes(&records), expected);
}

#[test]
fn many_files_in_one_folder_come_in_order() {
    let folder = folder(&[]);
    (0..3_000).for_each(|at| fs::write(folder.path().join(format!("{at:05}.txt")), "x").unwrap());
    let records = read(folder.path());
    assert!(records.len() == 3_000 && ids(&records).is_sorted());
}

#[test]
fn progress_reaches_the_total() {
    let folder = folder(&[("a.txt", b"four"), ("b.csv", b"lead\n1"), ("c.jsonl", b"{\"text\":\"x\"}")]);
    let options = ReadOptions { inputs: vec![folder.path().to_owned()], ..ReadOptions::default() };
    let mut records = records(&options).unwrap();
    let progress = records.progress();
    assert_eq!((progress.read(), progress.total()), (0, Some(22)));
    assert_eq!(records.by_ref().count(), 3);
    assert_eq!(progress.read(), 22);
}
