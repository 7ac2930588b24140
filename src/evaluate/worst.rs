//! Errors → the twenty worst of them as text, each with its sentence.
//!
//! Invariant: the surest false alarms and wrong stances, and the longest misses; of mentions only where
//! nothing is wrong about statements.

use super::misses::{Kind, Miss};

/// Characters of a sentence that are shown.
const SENTENCE: usize = 300;

/// A list of the report: its title, what it holds, and how many are shown.
type List = (&'static str, Kind, &'static str, usize);

const STATEMENTS: [List; 3] = [
    ("Missed, the longest first", Kind::Missed, "statement", 7),
    ("False alarms, the surest first", Kind::FalseAlarm, "statement", 7),
    ("Wrong stances, the surest first", Kind::Differs, "stance", 6),
];

const MENTIONS: [List; 2] = [
    ("Mentions missed, the longest first", Kind::Missed, "mention", 10),
    ("Mentions that are false alarms, the surest first", Kind::FalseAlarm, "mention", 10),
];

/// The lists, one error in two lines.
pub fn text(misses: &[Miss]) -> String {
    let of_statements = lists(misses, &STATEMENTS);
    if of_statements.is_empty() { lists(misses, &MENTIONS) } else { of_statements }
}

fn lists(misses: &[Miss], lists: &[List]) -> String {
    let mut out = String::new();
    for &(title, kind, field, most) in lists {
        let mut list: Vec<&Miss> = misses.iter().filter(|miss| miss.kind == kind && miss.field == field).collect();
        let score = |miss: &Miss| miss.score.unwrap_or(0.0);
        let length = |miss: &Miss| miss.gold.chars().count();
        list.sort_by(|a, b| score(b).total_cmp(&score(a)).then(length(b).cmp(&length(a))));
        if !list.is_empty() {
            out += &format!("\n{title} ({} of {})\n", list.len().min(most), list.len());
        }
        for miss in list.into_iter().take(most) {
            out += &format!("  {}\n    {}\n", headline(miss), shortened(&miss.sentence));
        }
    }
    out
}

fn headline(miss: &Miss) -> String {
    let score = miss.score.map_or(String::new(), |score| format!("{score:.2}  "));
    let at = match (&miss.statement_id, &miss.gold_index) {
        (Some(id), _) => id.clone(),
        (None, Some(index)) => format!("{}, gold statement {index}", miss.doc_id),
        (None, None) => miss.doc_id.clone(),
    };
    match miss.kind {
        Kind::Missed => format!("{at}  {}", shortened(&miss.gold)),
        Kind::FalseAlarm => format!("{score}{at}  {}", shortened(&miss.found)),
        Kind::Differs => format!("{score}{at}  {} found as {}", miss.gold, miss.found),
    }
}

fn shortened(words: &str) -> String {
    let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(SENTENCE) {
        Some((end, _)) => format!("{} …", &words[..end]),
        None => words,
    }
}
