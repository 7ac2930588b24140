//! brat standoff (`x.txt` and `x.ann`) → [`GoldArticle`].
//!
//! Invariant: every annotation is used or an error names its line; nesting is computed, not annotated.
//! The convention (types, links, attributes, notes) stands in `docs/labelling.md`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::names::{Kind, kind_of, unknown};
use super::nesting::nest;
use super::{GoldArticle, GoldError, GoldMention, GoldSpan, GoldStatement};
use crate::labels::{Quotation, Stance};

/// The `.ann` files of a folder, in byte order of their names, or the one file.
pub(super) fn files(path: &Path) -> Result<Vec<PathBuf>, GoldError> {
    if path.is_file() {
        return Ok(vec![path.to_owned()]);
    }
    let failed = |source| GoldError::Io {
        path: path.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        let file = entry.map_err(failed)?.path();
        if file.extension().is_some_and(|e| e == "ann") {
            files.push(file);
        }
    }
    if files.is_empty() {
        let what = "no .ann file in this folder; brat keeps one beside each .txt".to_owned();
        return Err(GoldError::File {
            path: path.to_owned(),
            what,
        });
    }
    files.sort();
    Ok(files)
}

/// The article of an `.ann` file and the `.txt` beside it; its id is the file's name without ending.
pub(super) fn read(ann: &Path) -> Result<GoldArticle, GoldError> {
    let open = |path: &Path| {
        std::fs::read_to_string(path).map_err(|source| GoldError::Io {
            path: path.to_owned(),
            source,
        })
    };
    let (text, marks) = (open(&ann.with_extension("txt"))?, open(ann)?);
    let mut standoff = Standoff::default();
    for (number, line) in (1..).zip(marks.lines()) {
        standoff.take(line).map_err(|what| GoldError::Line {
            path: ann.to_owned(),
            line: number,
            what,
        })?;
    }
    let id = ann
        .file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let (statements, mentions) = standoff.labels().map_err(|what| GoldError::File {
        path: ann.to_owned(),
        what,
    })?;
    let any_statement = !statements.is_empty() || mentions.is_empty();
    Ok(GoldArticle {
        id,
        text,
        statements: any_statement.then_some(statements),
        mentions: (!mentions.is_empty()).then_some(mentions),
        ..GoldArticle::default()
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Role {
    Source,
    Cue,
    Content,
    Addressee,
}

/// An annotation's mark: a text-bound span, or an event and the span that triggers it.
#[derive(Default)]
struct Standoff {
    /// Text-bound role spans by mark, in reading order of the file.
    spans: BTreeMap<String, (Role, Vec<GoldSpan>)>,
    mentions: Vec<GoldMention>,
    /// Statements by the mark of their trigger or event: the marks of their parts.
    groups: BTreeMap<String, Vec<String>>,
    /// Marks that an event or a relation has used.
    links: Vec<(String, String)>,
    /// Mark → attribute → value.
    attributes: Vec<(String, String, String)>,
    notes: Vec<(String, String)>,
}

impl Standoff {
    fn take(&mut self, line: &str) -> Result<(), String> {
        let mut fields = line.split('\t');
        let (mark, body) = (
            fields.next().unwrap_or_default(),
            fields.next().unwrap_or_default(),
        );
        let words: Vec<&str> = body.split_whitespace().collect();
        match mark.chars().next() {
            None => Ok(()),
            Some('T') => self.take_span(mark, body),
            Some('E') => {
                let marks: Option<Vec<_>> = words
                    .iter()
                    .map(|w| w.split_once(':').map(|(_, m)| m.to_owned()))
                    .collect();
                let marks = marks
                    .filter(|m| !m.is_empty())
                    .ok_or("an event reads `E1<tab>Cue:T1 Source:T2 …`")?;
                self.groups.insert(mark.to_owned(), marks);
                Ok(())
            }
            Some('R') => match words.as_slice() {
                [_, a, b] => {
                    let end = |w: &str| w.split_once(':').map_or(w, |(_, mark)| mark).to_owned();
                    self.links.push((end(a), end(b)));
                    Ok(())
                }
                _ => Err("a relation reads `R1<tab>Source Arg1:T1 Arg2:T2`".to_owned()),
            },
            Some('A' | 'M') => match words.as_slice() {
                [name, of] => self.take_attribute(of, name, "true"),
                [name, of, value] => self.take_attribute(of, name, value),
                _ => Err(
                    "an attribute reads `A1<tab>Stance T1 warn` or `A1<tab>Negated T1`".to_owned(),
                ),
            },
            Some('#') => {
                if let [_, of, ..] = words.as_slice() {
                    self.notes.push((
                        (*of).to_owned(),
                        fields.next().unwrap_or_default().to_owned(),
                    ));
                }
                Ok(())
            }
            Some(_) => Err(format!(
                "`{mark}` is none of T (span), E (event), R (relation), A (attribute), # (note)"
            )),
        }
    }

    fn take_span(&mut self, mark: &str, body: &str) -> Result<(), String> {
        let form =
            || format!("a span reads `{mark}<tab>Cue 4 8<tab>said`, its runs separated by `;`");
        let (word, runs) = body.split_once(' ').ok_or_else(form)?;
        let run = |run: &str| {
            let (start, end) = run.trim().split_once(' ')?;
            Some([start.parse().ok()?, end.parse().ok()?])
        };
        let runs: Vec<GoldSpan> = runs
            .split(';')
            .map(run)
            .collect::<Option<_>>()
            .ok_or_else(form)?;
        let role = match word.to_lowercase().as_str() {
            "source" => Role::Source,
            "cue" => Role::Cue,
            "content" => Role::Content,
            "addressee" => Role::Addressee,
            _ => return self.take_mention(word, &runs),
        };
        self.spans.insert(mark.to_owned(), (role, runs));
        Ok(())
    }

    fn take_mention(&mut self, word: &str, runs: &[GoldSpan]) -> Result<(), String> {
        match (kind_of(word), runs) {
            (Kind::Named(kind), [[start, end]]) => {
                self.mentions.push(GoldMention {
                    part: None,
                    start: *start,
                    end: *end,
                    kind,
                    entity: None,
                });
                Ok(())
            }
            (Kind::Named(_), _) => Err("a name in several runs; a mention is one run".to_owned()),
            (Kind::NoName, _) => Ok(()),
            (Kind::Unknown, _) => Err(format!(
                "{}, or Source, Cue, Content or Addressee",
                unknown(word)
            )),
        }
    }

    fn take_attribute(&mut self, of: &str, name: &str, value: &str) -> Result<(), String> {
        let (name, value) = (name.to_lowercase(), value.to_lowercase());
        match name.as_str() {
            "stance" if Stance::parse(&value).is_none() => {
                Err(format!("`{value}` is none of the 18 stances"))
            }
            "quotation" if Quotation::parse(&value).is_none() => {
                Err(format!("`{value}` is none of direct, mixed, indirect"))
            }
            "stance" | "quotation" | "negated" | "hedged" | "unreal" => {
                self.attributes.push((of.to_owned(), name, value));
                Ok(())
            }
            _ => Err(format!(
                "the attribute `{name}` is none of Stance, Quotation, Negated, Hedged, Unreal"
            )),
        }
    }

    /// Statements and mentions, in reading order.
    fn labels(mut self) -> Result<(Vec<GoldStatement>, Vec<GoldMention>), String> {
        self.group_what_is_linked();
        let mut statements = Vec::new();
        for (group, marks) in &self.groups {
            statements.push(self.statement(group, marks)?);
        }
        statements.sort_by_key(|s| (s.anchor(), s.source_span, s.content_spans.clone()));
        nest(&mut statements);
        self.mentions.sort_by_key(|m| (m.start, m.end));
        Ok((statements, self.mentions))
    }

    /// Makes a statement of every cue that no event uses, with what relations tie to it,
    /// then of every content that is still free: a quotation without cue.
    fn group_what_is_linked(&mut self) {
        for role in [Role::Cue, Role::Content] {
            let used: Vec<String> = self.groups.values().flatten().cloned().collect();
            let heads: Vec<String> = self
                .spans
                .iter()
                .filter(|(mark, s)| s.0 == role && !used.contains(mark))
                .map(|(m, _)| m.clone())
                .collect();
            let mut taken = Vec::new();
            for head in heads.into_iter().filter(|_| true) {
                if taken.contains(&head) {
                    continue;
                }
                let mut marks = vec![head.clone()];
                for (a, b) in &self.links {
                    match (*a == head, *b == head) {
                        (true, false) => marks.push(b.clone()),
                        (false, true) => marks.push(a.clone()),
                        _ => {}
                    }
                }
                taken.extend(marks.iter().cloned());
                self.groups.insert(head, marks);
            }
        }
    }

    fn statement(&self, group: &str, marks: &[String]) -> Result<GoldStatement, String> {
        let mut statement = GoldStatement::default();
        for mark in marks {
            let (role, runs) = self.spans.get(mark).ok_or_else(|| {
                format!("{group} names {mark}, which is no Source, Cue, Content or Addressee of this file")
            })?;
            let hull = match (runs.first(), runs.last()) {
                (Some([start, _]), Some([_, end])) => Some([*start, *end]),
                _ => None,
            };
            match role {
                Role::Source => statement.source_span = hull,
                Role::Cue => statement.cue_span = hull,
                Role::Addressee => statement.addressee_span = hull,
                Role::Content => statement.content_spans.extend(runs),
            }
        }
        statement.content_spans.sort_unstable();
        let ours = |of: &String| of == group || marks.contains(of);
        for (_, name, value) in self.attributes.iter().filter(|(of, ..)| ours(of)) {
            match name.as_str() {
                "stance" => statement.stance = Stance::parse(value),
                "quotation" => statement.quotation = Quotation::parse(value),
                _ if value == "true" => statement.flags.push(name.clone()),
                _ => {}
            }
        }
        for (_, note) in self.notes.iter().filter(|(of, _)| ours(of)) {
            let names = statement.source_entities.get_or_insert_default();
            names.extend(
                note.split(';')
                    .map(|name| name.trim().to_owned())
                    .filter(|name| !name.is_empty()),
            );
        }
        Ok(statement)
    }
}
