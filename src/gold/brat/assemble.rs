//! Annotations → statements.
//!
//! Invariant: each event is a statement, so is each cue that no event names, so is each content that is left:
//! a quotation without cue. What belongs to no statement is an error, and so is what is said about nothing.

use std::collections::{BTreeMap, BTreeSet};

use super::Wrong;
use super::standoff::{About, Role, Standoff};
use crate::gold::nesting::nest;
use crate::gold::{GoldSpan, GoldStatement};
use crate::labels::{Quotation, Stance};

/// The spans of one statement and the mark that attributes may name it by.
struct Group {
    line: u64,
    head: String,
    marks: Vec<String>,
}

/// The statements, in reading order, with their nesting.
pub fn statements(standoff: &Standoff) -> Result<Vec<GoldStatement>, Wrong> {
    let groups = groups(standoff);
    complete(standoff, &groups)?;
    let mut statements = groups.iter().map(|group| statement(standoff, group)).collect::<Result<Vec<_>, _>>()?;
    statements.sort_by_key(|s| (s.anchor(), s.source_span, s.content_spans.clone()));
    nest(&mut statements);
    Ok(statements)
}

fn groups(standoff: &Standoff) -> Vec<Group> {
    let mut linked: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for link in &standoff.links {
        let (a, b) = (link.about.0.as_str(), link.about.1.as_str());
        linked.entry(a).or_default().push(b);
        linked.entry(b).or_default().push(a);
    }
    let event =
        |event: &About<Vec<String>>| Group { line: event.line, head: event.mark.clone(), marks: event.about.clone() };
    let mut groups: Vec<Group> = standoff.events.iter().map(event).collect();
    for role in [Role::Cue, Role::Content] {
        let mut used: BTreeSet<String> = groups.iter().flat_map(|group| group.marks.clone()).collect();
        for (mark, span) in standoff.spans.iter().filter(|(_, span)| span.role == role) {
            if used.contains(mark) {
                continue;
            }
            let others = linked.get(mark.as_str()).into_iter().flatten().map(|&other| other.to_owned());
            let marks: Vec<String> = std::iter::once(mark.clone()).chain(others).collect();
            if role == Role::Content {
                used.extend(marks.iter().cloned());
            }
            groups.push(Group { line: span.line, head: mark.clone(), marks });
        }
    }
    groups
}

/// Names what leads nowhere.
fn complete(standoff: &Standoff, groups: &[Group]) -> Result<(), Wrong> {
    let missing =
        |line: u64, mark: &str| Err((line, format!("{mark} is no Source, Cue, Content or Addressee of this file")));
    for group in &standoff.events {
        if let Some(mark) = group.about.iter().find(|mark| !standoff.spans.contains_key(*mark)) {
            return missing(group.line, mark);
        }
    }
    for link in &standoff.links {
        let (a, b) = &link.about;
        if let Some(mark) = [a, b].into_iter().find(|mark| !standoff.spans.contains_key(*mark)) {
            return missing(link.line, mark);
        }
        if !groups.iter().any(|group| group.marks.contains(a) && group.marks.contains(b)) {
            return Err((link.line, format!("{a} and {b} meet in no statement; link each part to its cue")));
        }
    }
    let known = |mark: &String| standoff.spans.contains_key(mark) || groups.iter().any(|group| group.head == *mark);
    if let Some(attribute) = standoff.attributes.iter().find(|attribute| !known(&attribute.about.0)) {
        return missing(attribute.line, &attribute.about.0);
    }
    for (mark, span) in &standoff.spans {
        if !groups.iter().any(|group| group.marks.contains(mark)) {
            let what = format!("{mark} belongs to no statement; link it to a cue, or name it in an event");
            return Err((span.line, what));
        }
    }
    Ok(())
}

fn statement(standoff: &Standoff, group: &Group) -> Result<GoldStatement, Wrong> {
    let mut statement = GoldStatement::default();
    for span in group.marks.iter().filter_map(|mark| standoff.spans.get(mark)) {
        let hull = span.runs.first().zip(span.runs.last()).map(|(first, last)| [first[0], last[1]]);
        let twice = match span.role {
            Role::Source => set(&mut statement.source_span, hull),
            Role::Cue => set(&mut statement.cue_span, hull),
            Role::Addressee => set(&mut statement.addressee_span, hull),
            Role::Content => {
                statement.content_spans.extend(&span.runs);
                false
            }
        };
        if twice {
            let what =
                format!("the statement of {} has two spans of one role; only content may have several", group.head);
            return Err((group.line.max(span.line), what));
        }
    }
    statement.content_spans.sort_unstable();
    let ours = |of: &String| *of == group.head || group.marks.contains(of);
    for (of, name, value) in standoff.attributes.iter().map(|attribute| &attribute.about) {
        match name.as_str() {
            _ if !ours(of) => {}
            "stance" => statement.stance = Stance::parse(value),
            "quotation" => statement.quotation = Quotation::parse(value),
            flag => statement.flags.push(flag.to_owned()),
        }
    }
    for (of, note) in standoff.notes.iter().map(|note| &note.about).filter(|(of, _)| ours(of)) {
        let on_source = standoff.spans.get(of).is_some_and(|span| span.role == Role::Source);
        let Some(names) = note.strip_prefix("source:").or(on_source.then_some(note.as_str())) else { continue };
        let list = statement.source_entities.get_or_insert_default();
        list.extend(names.split(';').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()));
    }
    Ok(statement)
}

/// Sets a role's span; true if there was one already.
fn set(place: &mut Option<GoldSpan>, span: Option<GoldSpan>) -> bool {
    std::mem::replace(place, span).is_some()
}
