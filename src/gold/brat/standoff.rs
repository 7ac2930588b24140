//! Lines of an `.ann` file → annotations, as they stand.
//!
//! Invariant: every annotation keeps the number of its line, so that whoever uses it can name the place.

use std::collections::BTreeMap;

use super::Wrong;
use crate::gold::names::{Kind, kind_of, unknown};
use crate::gold::{GoldMention, GoldSpan};
use crate::labels::{Quotation, Stance};

/// The part that a span plays in a statement.
#[derive(Clone, Copy, PartialEq)]
pub enum Role {
    Source,
    Cue,
    Content,
    Addressee,
}

/// A text-bound annotation with a role.
pub struct RoleSpan {
    pub line: u64,
    pub role: Role,
    pub runs: Vec<GoldSpan>,
}

/// Something said about one or more other annotations.
pub struct About<T> {
    pub line: u64,
    pub mark: String,
    pub about: T,
}

/// All annotations of a document.
#[derive(Default)]
pub struct Standoff {
    /// By mark (`T1`).
    pub spans: BTreeMap<String, RoleSpan>,
    pub mentions: Vec<GoldMention>,
    /// The marks of an event's parts.
    pub events: Vec<About<Vec<String>>>,
    /// The two ends of a relation.
    pub links: Vec<About<(String, String)>>,
    /// Of which annotation, name, value.
    pub attributes: Vec<About<(String, String, String)>>,
    /// Of which annotation, words.
    pub notes: Vec<About<(String, String)>>,
}

impl Standoff {
    /// Takes in all lines.
    pub fn parse(marks: &str) -> Result<Standoff, Wrong> {
        let mut standoff = Standoff::default();
        for (number, line) in (1..).zip(marks.lines()) {
            standoff.take(number, line).map_err(|what| (number, what))?;
        }
        Ok(standoff)
    }

    fn take(&mut self, number: u64, line: &str) -> Result<(), String> {
        let mut fields = line.split('\t');
        let (mark, body) = (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let words: Vec<&str> = body.split_whitespace().collect();
        let (line, mark) = (number, mark.to_owned());
        match mark.chars().next() {
            None => {}
            Some('T') => self.take_span(line, mark, body)?,
            Some('E') => {
                let parts: Option<Vec<String>> = words.iter().map(|word| after_colon(word)).collect();
                let about = parts.filter(|p| !p.is_empty()).ok_or("an event reads `E1<tab>Cue:T1 Source:T2 …`")?;
                self.events.push(About { line, mark, about });
            }
            Some('R') => {
                let ends = (words.get(1).and_then(|w| after_colon(w)), words.get(2).and_then(|w| after_colon(w)));
                let (Some(a), Some(b)) = ends else {
                    return Err("a relation reads `R1<tab>Source Arg1:T1 Arg2:T2`".to_owned());
                };
                self.links.push(About { line, mark, about: (a, b) });
            }
            Some('A' | 'M') => {
                let (name, of, value) = match words.as_slice() {
                    [name, of] => (name, of, "true"),
                    [name, of, value] => (name, of, *value),
                    _ => return Err("an attribute reads `A1<tab>Stance T1 warn` or `A1<tab>Negated T1`".to_owned()),
                };
                let (name, value) = (name.to_lowercase(), value.to_lowercase());
                known_attribute(&name, &value)?;
                self.attributes.push(About { line, mark, about: ((*of).to_owned(), name, value) });
            }
            Some('#') => {
                let of = words.get(1).copied().unwrap_or_default().to_owned();
                self.notes.push(About { line, mark, about: (of, fields.next().unwrap_or_default().to_owned()) });
            }
            Some(_) => {
                return Err(format!("`{mark}` is none of T (span), E (event), R (relation), A (attribute), # (note)"));
            }
        }
        Ok(())
    }

    fn take_span(&mut self, line: u64, mark: String, body: &str) -> Result<(), String> {
        let form = || format!("a span reads `{mark}<tab>Cue 4 8<tab>said`, its runs separated by `;`");
        let (word, runs) = body.split_once(' ').ok_or_else(form)?;
        let run = |run: &str| {
            let (start, end) = run.trim().split_once(' ')?;
            Some([start.parse().ok()?, end.parse().ok()?])
        };
        let runs: Vec<GoldSpan> = runs.split(';').map(run).collect::<Option<_>>().ok_or_else(form)?;
        let role = match word.to_lowercase().as_str() {
            "source" => Role::Source,
            "cue" => Role::Cue,
            "content" => Role::Content,
            "addressee" => Role::Addressee,
            _ => return self.take_mention(word, &runs),
        };
        self.spans.insert(mark, RoleSpan { line, role, runs });
        Ok(())
    }

    fn take_mention(&mut self, word: &str, runs: &[GoldSpan]) -> Result<(), String> {
        match (kind_of(word), runs) {
            (Kind::Named(kind), &[[start, end]]) => {
                self.mentions.push(GoldMention { part: None, start, end, kind, entity: None });
                Ok(())
            }
            (Kind::Named(_), _) => Err("a name in several runs; a mention is one run".to_owned()),
            (Kind::NoName, _) => Ok(()),
            (Kind::Unknown, _) => Err(format!("{}, or Source, Cue, Content, Addressee", unknown(word))),
        }
    }
}

fn after_colon(word: &str) -> Option<String> {
    word.split_once(':').map(|(_, mark)| mark.to_owned())
}

fn known_attribute(name: &str, value: &str) -> Result<(), String> {
    match name {
        "stance" if Stance::parse(value).is_none() => Err(format!("`{value}` is none of the 18 stances")),
        "quotation" if Quotation::parse(value).is_none() => {
            Err(format!("`{value}` is none of direct, mixed, indirect"))
        }
        "stance" | "quotation" | "negated" | "hedged" | "unreal" => Ok(()),
        _ => Err(format!("the attribute `{name}` is none of Stance, Quotation, Negated, Hedged, Unreal")),
    }
}
