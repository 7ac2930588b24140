//! Names joined by commas and "and" → those who can be meant together by "they".
//!
//! Invariant: only neighbouring names of one type with nothing but titles between them.

use std::ops::Range;

use super::scene::{Event, Scene};
use super::words::Words;
use crate::article::Mention;
use crate::labels::Part;
use crate::text::Span;

/// Words of a title that may stand between two names.
const TITLE: usize = 6;
/// Names in one list.
const MOST: usize = 6;

/// The lists among some mentions of a part.
pub(super) fn lists(scene: &Scene<'_>, words: &Words<'_>, part: Part, range: Range<usize>) -> Vec<Event> {
    let mentions = &scene.findings.mentions;
    let mut found = Vec::new();
    let mut first = range.start;
    for last in range.clone() {
        if last > first && !joined(words, &mentions[last - 1], &mentions[last]) {
            first = last;
        }
        let ends = last + 1 == range.end || !joined(words, &mentions[last], &mentions[last + 1]);
        if last == first || !ends || last - first >= MOST || mentions[first].part != part {
            continue;
        }
        let who: Vec<usize> = (first..=last).filter_map(|m| scene.mention_entity[m]).collect();
        let apart = (1..who.len()).all(|i| !who[..i].contains(&who[i]));
        let and =
            (first..last).any(|m| between(words, &mentions[m], &mentions[m + 1]).any(|w| matches!(w, "and" | "&")));
        if and && apart && who.len() > 1 {
            let span = Span::new(mentions[first].span.start, mentions[last].span.end);
            found.push(Event { part, span, who, source: false, top: false, noun: false });
        }
    }
    found
}

/// The words between two mentions.
fn between<'a>(words: &'a Words<'a>, a: &Mention, b: &Mention) -> impl Iterator<Item = &'a str> {
    (words.within(a.span).end..words.within(b.span).start).map(|i| words.at(i))
}

/// Whether two neighbouring mentions belong to one list.
fn joined(words: &Words<'_>, a: &Mention, b: &Mention) -> bool {
    if a.part != b.part || a.kind != b.kind || b.span.start < a.span.end {
        return false;
    }
    let mut between = between(words, a, b);
    let first = between.next();
    let rest: Vec<&str> = between.take(TITLE + 1).collect();
    let title =
        |w: &&str| w.starts_with(char::is_uppercase) || matches!(*w, "the" | "and" | "&" | "of" | "for" | "minister");
    matches!(first, Some("," | "and" | "&")) && rest.len() <= TITLE && rest.iter().all(title)
}
