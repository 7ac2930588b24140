//! The scorer against cases worked out by hand, and against what must hold for any gold.
//!
//! Protects every figure that the project reports: if a definition changes, a number here does.

use proptest::prelude::*;
use sayso::evaluate::baseline::Baseline;
use sayso::evaluate::report::Report;
use sayso::evaluate::tables::Found;
use sayso::evaluate::{compare, evaluate};
use sayso::gold::{GoldArticle, GoldStatement};
use sayso::labels::{EntityType, How, Part, Quotation, Role, Stance};
use sayso::text::{Span, Text};
use sayso::write::rows::{MentionRow, ParticipantRow, StatementRow};

//                  0         1         2         3         4         5         6         7
//                  01234567890123456789012345678901234567890123456789012345678901234567890123456789
const TEXT: &str = "Ann Lee warned Bo that fog is near. The mayor denied it. “Rain fell,” he said. ";

/// Three statements: Ann Lee warned Bo | The mayor denied it | he said.
fn gold() -> GoldArticle {
    let line = format!(
        r#"{{"id":"a","text":"{TEXT}","statements":[
        {{"source_span":[0,7],"cue_span":[8,14],"addressee_span":[15,17],"content_spans":[[18,34]],
          "stance":"warn","quotation":"indirect","source_entities":["Ann Lee"]}},
        {{"source_span":[36,45],"cue_span":[46,52],"content_spans":[[53,55]],
          "stance":"deny","quotation":"indirect","source_entities":["Cy Poe"]}},
        {{"source_span":[70,72],"cue_span":[73,77],"content_spans":[[57,69]],
          "stance":"say","quotation":"direct","source_entities":["Cy Poe"]}}]}}"#
    );
    serde_json::from_str(&line).unwrap()
}

type Run = Option<(u64, u64)>;

/// A row of the tables: cue, source, addressee; content as in the table; stance, source entities, both scores.
fn row(
    id: usize,
    [cue, source, addressee]: [Run; 3],
    content: &str,
    stance: Stance,
    names: &str,
    score: f64,
) -> StatementRow {
    let (start, end) = (|run: Run| run.map(|run| run.0), |run: Run| run.map(|run| run.1));
    StatementRow {
        statement_id: format!("a#s{id}"),
        doc_id: "a".into(),
        part: Part::Text,
        sentence: 0,
        stance,
        stance_score: score,
        source: String::new(),
        source_start: start(source),
        source_end: end(source),
        source_entities: names.into(),
        cue: String::new(),
        cue_start: start(cue),
        cue_end: end(cue),
        addressee: String::new(),
        addressee_start: start(addressee),
        addressee_end: end(addressee),
        addressee_entities: String::new(),
        content: String::new(),
        content_spans: content.into(),
        quotation: Quotation::Indirect,
        negated: false,
        hedged: false,
        unreal: false,
        nested_in: String::new(),
        score,
        context: String::new(),
    }
}

/// Row 1: as gold but for a full stop more in the content and "the" in the name.
/// Row 2: the cue is longer ("mayor denied"), so the source is "The"; stance wrong; the name is left open.
/// Row 3: beside everything: no gold statement there ("Rain fell", cue "fell").
fn found() -> Found {
    let statements = vec![
        row(1, [Some((8, 14)), Some((0, 7)), None], "18-35", Stance::Warn, "the Ann Lee", 0.9),
        row(2, [Some((40, 52)), Some((36, 39)), None], "53-55", Stance::Oppose, "", 0.8),
        row(3, [Some((63, 67)), Some((58, 62)), Some((70, 72))], "73-77", Stance::Say, "Rain", 0.6),
    ];
    Found { read: true, statements, ..Found::default() }
}

fn score(gold: &GoldArticle, found: &Found) -> Report {
    compare(std::slice::from_ref(gold), std::slice::from_ref(found), false)
}

/// Value to one decimal, then gold and found where they are counted.
fn figure(report: &Report, key: &str) -> (f64, Option<f64>, Option<f64>) {
    let figure = report.figures().find(|figure| figure.key == key).unwrap_or_else(|| panic!("no figure {key}"));
    ((figure.value * 10.0).round() / 10.0, figure.gold, figure.found)
}

#[test]
fn statements_by_hand() {
    let report = score(&gold(), &found());
    let f1 = |key, value, gold, found| assert_eq!(figure(&report, key), (value, Some(gold), Some(found)), "{key}");

    // Matched: gold 1 with row 1, gold 2 with row 2 (cues overlap, contents equal); row 3 with nothing:
    // its content "said" shares no character with "Rain fell". 2 of 3 and 2 of 3.
    f1("matched", 66.7, 3.0, 3.0);
    // Linked: in both pairs the sources overlap ("The" lies in "The mayor").
    f1("linked", 66.7, 3.0, 3.0);
    // Stance right in the first pair alone; its source's name too, so the whole row is.
    f1("with_stance", 33.3, 3.0, 3.0);
    f1("with_source", 33.3, 3.0, 3.0);
    f1("whole", 33.3, 3.0, 3.0);

    // Exact, after trimming. Sources: 0-7 is right, 36-39 and 58-62 are not.
    f1("exact.source", 33.3, 3.0, 3.0);
    // Cues: 8-14 right, 40-52 and 63-67 not.
    f1("exact.cue", 33.3, 3.0, 3.0);
    // Contents: 18-35 loses its full stop and is right, 53-55 is right, 73-77 is not.
    f1("exact.content", 66.7, 3.0, 3.0);
    // Addressees: gold has one, row 3 names another: nothing right.
    f1("exact.addressee", 0.0, 1.0, 1.0);
    // Of the matched pairs only gold has one.
    f1("addressee.of_matched", 0.0, 1.0, 0.0);

    // By kind: indirect: both gold ones are matched, but of three found only two: P 2/3, R 1, F1 4/5.
    f1("quotation.indirect", 80.0, 2.0, 3.0);
    f1("quotation.direct", 0.0, 1.0, 0.0);
}

#[test]
fn stances_and_sources_by_hand() {
    let report = score(&gold(), &found());
    let share = |key, value, gold| assert_eq!(figure(&report, key), (value, Some(gold), None), "{key}");
    share("stance.found", 66.7, 3.0);
    share("stance.end_to_end", 33.3, 3.0);
    share("stance.of_matched", 50.0, 2.0);
    // End to end: warn 1 of 1 and 1: 100. deny 0. say: gold 1, found 1 (row 3), right 0: 0. Mean of gold's three: 33.3.
    assert_eq!(figure(&report, "stance_f1.warn").0, 100.0);
    assert_eq!(figure(&report, "stance_f1.macro").0, 33.3);
    // Of the matched: warn 100, deny 0; say is not among them. Mean 50.
    assert_eq!(figure(&report, "stance_of_matched_f1.macro").0, 50.0);
    // Names: the first is right without "the", the second is empty.
    share("source.right", 50.0, 2.0);
    share("source.wrong", 0.0, 2.0);
    share("source.empty", 50.0, 2.0);

    let stances: Vec<_> = report.confusion.iter().map(|(&(gold, found), &count)| (gold, found, count)).collect();
    assert_eq!(
        stances,
        [
            (None, Some(Stance::Say), 1),
            (Some(Stance::Deny), Some(Stance::Oppose), 1),
            (Some(Stance::Say), None, 1),
            (Some(Stance::Warn), Some(Stance::Warn), 1),
        ]
    );
    // Calibration of score: 0.9 right (gap 0.1), 0.8 right (gap 0.2), 0.6 wrong (gap 0.6): (0.1 + 0.2 + 0.6) / 3 = 0.3.
    // Of stance_score: 0.9 right (gap 0.1), 0.8 wrong (gap 0.8): 0.45.
    assert!((report.score.error - 0.3).abs() < 1e-9 && report.score.cases == 3);
    assert!((report.stance_score.error - 0.45).abs() < 1e-9 && report.stance_score.cases == 2);
}

/// Where gold lists only some statements, or labels the stance of only some, the rest is no false alarm.
#[test]
fn what_is_not_labelled_is_no_false_alarm() {
    let mut partial = gold();
    partial.partial = true;
    partial.statements.as_mut().unwrap().truncate(1);
    let report = score(&partial, &found());
    for key in ["matched", "linked", "with_stance", "whole", "exact.source", "exact.content"] {
        assert_eq!(figure(&report, key), (100.0, Some(1.0), Some(1.0)), "{key}");
    }
    assert_eq!(report.score.cases, 0, "nothing is known about rows without partner");

    let mut one_stance = gold();
    for statement in &mut one_stance.statements.as_mut().unwrap()[1..] {
        statement.stance = None;
    }
    let report = score(&one_stance, &found());
    assert_eq!(figure(&report, "matched"), (66.7, Some(3.0), Some(3.0)));
    assert_eq!(figure(&report, "with_stance"), (100.0, Some(1.0), Some(1.0)));
}

/// Two rows want one gold statement: the one with the cue gets it, the other is a false alarm.
/// Without a cue the contents must share 0.6: of gold's 16 characters 8 are too few, 10 are enough.
#[test]
fn pairs_are_one_to_one_and_cues_go_first() {
    let (gold, mut found) = (gold(), found());
    let without_cue = row(0, [None, Some((0, 7)), None], "18-34", Stance::Say, "", 0.9);
    found.statements.insert(0, without_cue);
    // 2 right, 3 gold, 4 found: 4/7; stance still right in one: 2/7.
    assert_eq!(figure(&score(&gold, &found), "matched"), (57.1, Some(3.0), Some(4.0)));
    assert_eq!(figure(&score(&gold, &found), "with_stance"), (28.6, Some(3.0), Some(4.0)));
    for (content, f1) in [("18-26", 0.0), ("18-28", 50.0)] {
        found.statements = vec![row(0, [None; 3], content, Stance::Say, "", 0.9)];
        assert_eq!(figure(&score(&gold, &found), "matched").0, f1, "{content}");
    }
}

/// Nested rows go on both sides; what is found in a discarded run, or in a title that gold has not, does not count.
#[test]
fn outer_discard_and_title() {
    let (mut nested, mut found) = (gold(), found());
    nested.statements.as_mut().unwrap()[1].nested_in = Some(0);
    found.statements[2].nested_in = "a#s1".into();
    let report = compare(&[nested], std::slice::from_ref(&found), true);
    assert_eq!(figure(&report, "matched"), (50.0, Some(2.0), Some(2.0)));

    let discard = GoldArticle { discard: vec![[60, 70]], ..gold() };
    found.statements.push(StatementRow { part: Part::Title, ..found.statements[0].clone() });
    assert_eq!(figure(&score(&discard, &found), "matched"), (80.0, Some(3.0), Some(2.0)));
}

/// Two documents of names. Gold: Ann Lee PER, Bo PER | Fogtown LOC. Found: Ann Lee PER, Bo ORG | Fogtown LOC, Rain MISC.
/// Gold has no MISC, so it is left out: 3 gold, 3 found, 2 right. Spans alone: 3 of 3.
#[test]
fn mentions_by_hand() {
    let article = |id: &str, text: &str, mentions: &str| -> GoldArticle {
        serde_json::from_str(&format!(r#"{{"id":"{id}","text":"{text}","mentions":{mentions}}}"#)).unwrap()
    };
    let gold = [
        article("a", "Ann Lee met Bo.", r#"[{"start":0,"end":7,"type":"PER"},{"start":12,"end":14,"type":"PER"}]"#),
        article("b", "Rain in Fogtown", r#"[{"start":8,"end":15,"type":"LOC"}]"#),
    ];
    let mention = |start, end, kind| MentionRow {
        mention_id: String::new(),
        doc_id: String::new(),
        part: Part::Text,
        sentence: 0,
        start,
        end,
        surface: String::new(),
        kind,
        score: 0.5,
        entity_id: String::new(),
    };
    let found = |mentions| Found { read: true, mentions, ..Found::default() };
    let found = [
        found(vec![mention(0, 7, EntityType::Per), mention(12, 15, EntityType::Org)]),
        found(vec![mention(8, 15, EntityType::Loc), mention(0, 4, EntityType::Misc)]),
    ];
    let report = compare(&gold, &found, false);
    assert_eq!(figure(&report, "mention"), (66.7, Some(3.0), Some(3.0)));
    assert_eq!(figure(&report, "mention_span"), (100.0, Some(3.0), Some(3.0)));
    assert_eq!(figure(&report, "mention.PER"), (66.7, Some(2.0), Some(1.0)));
    assert_eq!(figure(&report, "mention.LOC"), (100.0, Some(1.0), Some(1.0)));
    assert!(report.figures().all(|figure| figure.key != "mention.MISC"));
    let errors: Vec<_> = report.misses.iter().map(|miss| (miss.gold.as_str(), miss.found.as_str())).collect();
    assert_eq!(errors, [("Bo (PER)", ""), ("", "Bo (ORG)")]);
}

/// Gold as tables; every source participant is known by name.
fn as_tables(article: &GoldArticle) -> Found {
    let mut found = Found { read: true, ..Found::default() };
    let run = |span: Option<[usize; 2]>| span.map(|[start, end]| (start as u64, end as u64));
    for (at, gold) in article.statements.iter().flatten().enumerate() {
        let names = gold.source_entities.clone().unwrap_or_default();
        let content: Vec<String> = gold.content_spans.iter().map(|[start, end]| format!("{start}-{end}")).collect();
        let spans = [run(gold.cue_span), run(gold.source_span), run(gold.addressee_span)];
        let stance = gold.stance.unwrap_or(Stance::Say);
        let mut row = row(at + 1, spans, &content.join(";"), stance, &names.join("; "), 1.0);
        row.quotation = gold.quotation.unwrap_or(Quotation::Indirect);
        found.sources.extend(names.iter().map(|name| participant(&row.statement_id, name)));
        found.statements.push(row);
    }
    found
}

fn participant(statement_id: &str, name: &str) -> ParticipantRow {
    ParticipantRow {
        statement_id: statement_id.into(),
        doc_id: "a".into(),
        role: Role::Source,
        entity_id: format!("id of {name}"),
        entity: name.into(),
        kind: EntityType::Per,
        surface: String::new(),
        start: None,
        end: None,
        antecedent_start: None,
        antecedent_end: None,
        how: How::Name,
        score: 1.0,
        position: String::new(),
        affiliation: String::new(),
        country: String::new(),
        sector: String::new(),
    }
}

prop_compose! {
    /// Statements of a text of 400 letters, each of a cue, content after it and perhaps a source before it.
    /// They may overlap each other, but no two have one cue: such two could stand for each other.
    fn any_gold()(
        drawn in proptest::collection::vec((1usize..300, 2usize..9, 1usize..60, 0usize..9, 0usize..18, 0usize..3), 1..12)
    ) -> GoldArticle {
        let text = Text::new("fog ".repeat(100));
        // Spans as an annotator would draw them: they begin and end with a letter.
        let run = |start, end| Some(text.trim(Span::new(start, end))).filter(|s| !s.is_empty()).map(|s| [s.start, s.end]);
        let mut statements = Vec::new();
        for (start, cue, content, source, stance, name) in drawn {
            statements.extend(run(start, start + cue).map(|cue_span| GoldStatement {
                cue_span: Some(cue_span),
                source_span: run(start.saturating_sub(source), start),
                content_spans: run(start + cue, start + cue + content).into_iter().collect(),
                stance: Some(Stance::ALL[stance]),
                quotation: Some(Quotation::ALL[name]),
                source_entities: Some(vec![["Ann Lee", "Bo", "Cy Poe"][name].into()]),
                ..GoldStatement::default()
            }));
        }
        statements.sort_by_key(|s| s.cue_span);
        statements.dedup_by_key(|s| s.cue_span);
        GoldArticle { id: "a".into(), text: text.as_str().into(), statements: Some(statements), ..GoldArticle::default() }
    }
}

proptest! {
    #[test]
    fn gold_scores_a_hundred_against_itself(gold in any_gold()) {
        let report = score(&gold, &as_tables(&gold));
        for figure in report.figures() {
            let is_error = ["source.wrong", "source.empty", "source.invented"].contains(&figure.key.as_str());
            prop_assert_eq!(figure.value, if is_error { 0.0 } else { 100.0 }, "{}", &figure.key);
        }
        prop_assert!(report.misses.is_empty());
    }

    /// Rows in another order are the same rows.
    #[test]
    fn the_order_of_rows_is_nothing(gold in any_gold()) {
        let mut found = as_tables(&gold);
        for (at, row) in found.statements.iter_mut().enumerate() {
            row.cue_end = row.cue_end.map(|end| end + at as u64 % 5);
            row.stance = Stance::ALL[at % 3];
        }
        let report = score(&gold, &found).to_json();
        found.statements.reverse();
        prop_assert_eq!(report, score(&gold, &found).to_json());
    }

    /// A row less costs recall alone.
    #[test]
    fn a_row_less_is_a_miss(gold in any_gold()) {
        let mut found = as_tables(&gold);
        found.statements.pop();
        let report = score(&gold, &found);
        let figure = report.figures().find(|figure| figure.key == "matched").unwrap();
        let (is, of) = (found.statements.len() as f64, found.statements.len() as f64 + 1.0);
        prop_assert!((figure.recall.unwrap() - 100.0 * is / of).abs() < 1e-3);
        prop_assert!(figure.precision.is_none_or(|precision| precision == 100.0));
    }
}

/// From files: the tables are joined by id or, with other ids, by text; another text under the id is refused.
#[test]
fn tables_are_joined_by_id_or_text() {
    let header = "doc_id,path,record,title,published,url,publisher,language,characters,sentences,pieces,mentions,\
        statements,status,reason,remark,text_sha256,duplicate_of,similarity\n";
    let (out, gold) = (tempfile::tempdir().unwrap(), gold());
    let write = |id: &str, text: &str| {
        let documents = format!("{header}{id},x,1,,,,,en,1,1,1,1,1,ok,,,{},,\n", sha256(text));
        std::fs::write(out.path().join("documents.csv"), documents).unwrap();
        let mut table = csv::Writer::from_path(out.path().join("statements.csv")).unwrap();
        for row in found().statements {
            table.serialize(StatementRow { doc_id: id.to_owned(), ..row }).unwrap();
        }
        table.flush().unwrap();
        evaluate(out.path(), std::slice::from_ref(&gold), false)
    };
    let report = write("a", TEXT).unwrap();
    assert_eq!(figure(&report, "matched"), (66.7, Some(3.0), Some(3.0)));
    assert_eq!(write("other", TEXT).unwrap().to_json(), report.to_json());
    assert!(write("a", "another").unwrap_err().to_string().contains("differs from gold's"));
    assert!(write("other", "another").unwrap_err().to_string().contains("none of the 1 gold documents"));

    let baseline = Baseline::of(&report, std::slice::from_ref(&gold));
    let written: Baseline = serde_json::from_str(&serde_json::to_string(&baseline).unwrap()).unwrap();
    assert_eq!(written.falls(&baseline, 0.0).unwrap(), []);
}

fn sha256(text: &str) -> String {
    use sha2::{Digest, Sha256};
    Sha256::digest(text).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The example of the guide is gold without a flaw, and is what the guide says it is.
#[test]
fn the_example_of_the_labelling_guide_is_right() {
    let guide = include_str!("../docs/labelling.md");
    let example = guide.split("```json").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("gold.jsonl");
    std::fs::write(&path, example.replace('\n', " ")).unwrap();
    let checked = sayso::gold::check(&path, None).unwrap();
    assert_eq!(checked.problems, []);
    assert_eq!((checked.articles, checked.statements, checked.mentions), (1, 5, 5));

    let brat: String = guide
        .lines()
        .filter_map(|line| line.strip_prefix("    "))
        .filter(|line| line.contains('\t'))
        .fold(String::new(), |all, line| all + line + "\n");
    std::fs::write(folder.path().join("fog.ann"), brat).unwrap();
    std::fs::write(folder.path().join("fog.txt"), "Ada Lund warned guests that fog was near.").unwrap();
    let fog = sayso::gold::read(&folder.path().join("fog.ann"), None).unwrap().next().unwrap().unwrap();
    let statement = &fog.statements.unwrap()[0];
    assert_eq!((statement.stance, statement.addressee_span), (Some(Stance::Warn), Some([16, 22])));
    assert_eq!(statement.source_entities, Some(vec!["Ada Lund".to_owned()]));
}
