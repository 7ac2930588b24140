//! `.jsonl`: each line that is not blank → one draft.

use std::io::{self, BufRead, Read};
use std::sync::Arc;

use super::bytes;
use super::decode::{Harm, Utf8, decode_one};
use super::draft::{Draft, Drafts, Values};
use super::fields::{Columns, Slot, missing, not_carried};
use super::json::{self, Member};
use super::options::{GIVE_UP, ReadOptions};

/// The drafts of a file of JSON lines.
pub(super) fn drafts(utf8: Utf8, options: &Arc<ReadOptions>) -> Drafts {
    let options = Arc::clone(options);
    Box::new(Lines { utf8, options, line: 0, record: 0, buffer: Vec::new(), known: Vec::new(), ended: false })
}

struct Lines {
    utf8: Utf8,
    options: Arc<ReadOptions>,
    /// 1-based number of the line read last.
    line: u64,
    record: u64,
    buffer: Vec<u8>,
    /// The named fields that have turned up in this file: that they lack in a record is no mistake in the name.
    known: Vec<Slot>,
    ended: bool,
}

/// How a line ended.
enum Line {
    Whole,
    TooLong,
    /// Too long and given up before its end.
    GivenUp,
    EndOfFile,
}

impl Iterator for Lines {
    type Item = Draft;

    fn next(&mut self) -> Option<Draft> {
        while !self.ended {
            let line = self.read_line();
            self.line += 1;
            let blank = matches!(line, Ok(Line::Whole)) && self.buffer.trim_ascii().is_empty();
            if blank {
                continue;
            }
            self.record += 1;
            let failed = |reason: String| Some(Draft::failed(self.record, format!("line {}: {reason}", self.line)));
            return match line {
                Ok(Line::Whole) => Some(self.draft()),
                Ok(Line::TooLong) => failed(self.options.too_long()),
                Ok(Line::GivenUp) => {
                    self.ended = true;
                    failed(format!("{}; it does not end, so the rest of the file is not read", self.options.too_long()))
                }
                Ok(Line::EndOfFile) => {
                    self.ended = true;
                    None
                }
                Err(error) => {
                    self.ended = true;
                    failed(format!("{}; the lines before it are read", bytes::reason(&error)))
                }
            };
        }
        None
    }
}

impl Lines {
    /// Reads the next line into the buffer, as much of it as a record may hold.
    fn read_line(&mut self) -> io::Result<Line> {
        let longest = self.options.longest() as u64;
        self.buffer.clear();
        self.buffer.shrink_to(1 << 20);
        let input = &mut self.utf8.bytes;
        // One more for the line's end, or to see that there is more.
        if input.by_ref().take(longest + 1).read_until(b'\n', &mut self.buffer)? == 0 {
            return Ok(Line::EndOfFile);
        }
        if self.buffer.last() == Some(&b'\n') {
            self.buffer.pop();
        }
        if self.buffer.len() as u64 <= longest {
            return Ok(Line::Whole);
        }
        self.buffer.clear();
        let patience = longest.saturating_mul(GIVE_UP as u64);
        let skipped = input.by_ref().take(patience).skip_until(b'\n')? as u64;
        Ok(if skipped == patience { Line::GivenUp } else { Line::TooLong })
    }

    /// The draft of the line in the buffer.
    fn draft(&mut self) -> Draft {
        let (line, harm) = decode_one(&self.buffer, self.utf8.transcoded);
        let line = line.trim_start_matches('\u{feff}');
        let mut draft = match json::object(line) {
            Ok(members) => self.values(with_nested(members, &self.options)),
            Err(fault) => Draft::failed(
                self.record,
                format!(
                    "line {}, column {}: {}; a record is one JSON object on one line",
                    self.line, fault.column, fault.what
                ),
            ),
        };
        harm.tell(&mut draft);
        draft
    }

    fn values(&mut self, members: Vec<Member<'_>>) -> Draft {
        let names: Vec<&str> = members.iter().map(|(name, _)| name.as_str()).collect();
        let columns = Columns::find(&names, &self.options, |at| !is_nested(members[at].1) && members[at].1 != "null");
        for slot in Slot::ALL {
            if columns.get(slot).is_some() && !self.known.contains(&slot) {
                self.known.push(slot);
            }
        }
        let unknown = columns.absent.iter().find(|slot| **slot == Slot::Text || !self.known.contains(slot));
        if let Some(slot) = unknown {
            return self.failed(&missing(*slot, &names, &self.options));
        }
        let mut halves = 0;
        let mut value = |at: Option<usize>| match at.map(|at| members[at].1) {
            None | Some("null") => String::new(),
            Some(raw) if raw.starts_with('"') => {
                let (text, lost) = json::string(raw);
                halves += lost;
                text
            }
            Some(raw) => raw.to_owned(),
        };
        let text = columns.get(Slot::Text);
        if let Some((name, _)) = text.map(|at| &members[at]).filter(|(_, raw)| is_nested(raw)) {
            return self.failed(&format!(
                "the field {name:?} holds a list or an object, not a text; --text-field names another"
            ));
        }
        // A guessed field with something nested in it is not what its name promises.
        let mut plain = |slot: Slot| {
            let named = self.options.fields.named(slot).is_some();
            value(columns.get(slot).filter(|&at| named || !is_nested(members[at].1)))
        };
        let values = Values {
            text: plain(Slot::Text),
            id: plain(Slot::Id),
            title: plain(Slot::Title),
            published: plain(Slot::Date),
            url: plain(Slot::Url),
            publisher: plain(Slot::Publisher),
            carried: columns.carry.iter().map(|at| value(*at)).collect(),
        };
        let mut draft = Draft::read(self.record, values);
        if halves > 0 {
            Harm::replaced(halves, "halves of surrogate pairs,").tell(&mut draft);
        }
        for slot in &columns.absent {
            draft.note(&missing(*slot, &names, &self.options));
        }
        draft.note(&not_carried(&columns.not_carried));
        draft
    }

    fn failed(&self, reason: &str) -> Draft {
        Draft::failed(self.record, format!("line {}: {reason}", self.line))
    }
}

fn is_nested(raw: &str) -> bool {
    raw.starts_with(['{', '['])
}

/// The members, and after them those inside others that the user names with dots (`source.name`).
fn with_nested<'a>(mut members: Vec<Member<'a>>, options: &ReadOptions) -> Vec<Member<'a>> {
    let named = Slot::ALL.into_iter().filter_map(|slot| options.fields.named(slot));
    for name in named.chain(options.carry.iter().map(String::as_str)) {
        let is_there = members.iter().any(|(other, _)| other == name);
        if let Some(raw) = nested(&members, name).filter(|_| !is_there) {
            members.push((name.to_owned(), raw));
        }
    }
    members
}

fn nested<'a>(members: &[Member<'a>], name: &str) -> Option<&'a str> {
    let (first, rest) = name.split_once('.')?;
    let mut raw = members.iter().find(|(other, _)| other == first)?.1;
    for step in rest.split('.') {
        if !raw.starts_with('{') {
            return None;
        }
        raw = json::members(raw).into_iter().find(|(other, _)| other == step)?.1;
    }
    Some(raw)
}
