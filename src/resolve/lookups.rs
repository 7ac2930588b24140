//! Scene → who is named or spoken of before and after a place.
//!
//! Invariant: each look-up goes over a fixed number of events or by halving, whatever the text's length.

use super::fold::fold;
use super::scene::{Event, Scene};
use crate::decode::Quotes;
use crate::labels::Part;
use crate::text::Span;

impl Scene<'_> {
    /// The last mention of an entity that ends before a place.
    pub(super) fn last_before(&self, entity: usize, part: Part, at: usize) -> Option<Span> {
        let mentions = &self.findings.mentions;
        let list = self.places.get(entity)?;
        let past = list.partition_point(|&m| (mentions[m].part, mentions[m].span.end) <= (part, at));
        let last = mentions[*list.get(past.checked_sub(1)?)?].clone();
        (last.part == part).then_some(last.span)
    }

    /// The last place before another where an entity is spoken of, by whatever words.
    pub(super) fn last_spoken(&self, entity: usize, part: Part, at: usize) -> Option<Span> {
        let events =
            self.spoken.iter().rev().take(24).filter(|e| e.part == part && e.span.end <= at && e.who == [entity]);
        events.map(|e| e.span).chain(self.last_before(entity, part, at)).max()
    }

    /// The first mention of an entity that begins after a place.
    pub(super) fn first_after(&self, entity: usize, part: Part, at: usize) -> Option<Span> {
        let mentions = &self.findings.mentions;
        let list = self.places.get(entity)?;
        let next = list.partition_point(|&m| (mentions[m].part, mentions[m].span.start) < (part, at));
        list.get(next).map(|&m| &mentions[m]).filter(|m| m.part == part).map(|m| m.span)
    }

    /// Mentions before a place with their entities, latest first.
    pub(super) fn mentions_before(
        &self,
        part: Part,
        at: usize,
        most: usize,
    ) -> impl Iterator<Item = (usize, usize)> + '_ {
        let mentions = &self.findings.mentions;
        let past = mentions.partition_point(|m| (m.part, m.span.end) <= (part, at));
        (past.saturating_sub(most)..past)
            .rev()
            .filter(move |&m| mentions[m].part == part)
            .filter_map(|m| Some((m, self.mention_entity[m]?)))
    }

    /// Who was the source of the statement before a place.
    pub(super) fn last_speaker(&self, part: Part, at: usize) -> Option<Vec<usize>> {
        let events =
            self.spoken.iter().rev().take(24).filter(|e| e.source && e.top && e.part == part && e.span.end <= at);
        events.max_by_key(|e| e.span.end).map(|e| e.who.clone())
    }

    /// Whether an entity is named in a sentence before a place that has a word.
    pub(super) fn named_with(&self, entity: usize, part: Part, before: usize, word: &str) -> bool {
        let (Some(passage), Some(places)) = (self.article.passage(part), self.places.get(entity)) else {
            return false;
        };
        let mentions = places.iter().map(|&m| &self.findings.mentions[m]);
        let near = mentions.filter(|m| m.part == part && m.span.end <= before).rev().take(8);
        near.map(|m| passage.sentences.get(passage.sentence_of(m.span.start)).copied().unwrap_or_default()).any(|s| {
            let words = passage.text.slice(s).split(|c: char| !c.is_alphanumeric());
            words.map(fold).any(|w| w == word || w.strip_suffix('s') == Some(word))
        })
    }

    /// Where the sentence at a code point begins.
    pub(super) fn sentence_start(&self, part: Part, at: usize) -> Option<usize> {
        let passage = self.article.passage(part)?;
        Some(passage.sentences.get(passage.sentence_of(at)).map_or(0, |s| s.start))
    }

    /// Whether an entity is named in the headline or in the first two sentences.
    pub(super) fn opens(&self, entity: usize) -> bool {
        let first = self.places.get(entity).and_then(|places| places.first()).map(|&m| &self.findings.mentions[m]);
        first.is_some_and(|m| m.part == Part::Title || self.sentence(m.part, m.span.start) < 2)
    }

    /// Whether an event is the addressee of a statement.
    pub(super) fn is_addressed(&self, event: &Event) -> bool {
        self.spoken.iter().rev().take(16).any(|e| !e.source && e.part == event.part && e.span.overlaps(event.span))
    }

    /// Whether a place lies in quotation marks.
    pub(super) fn is_quoted(&mut self, part: Part, at: usize) -> bool {
        let Some(passage) = self.article.passage(part) else {
            return false;
        };
        let quotes = match self.quotes.iter().position(|(p, _)| *p == part) {
            Some(known) => &self.quotes[known].1,
            None => {
                self.quotes.push((part, Quotes::find(&passage.text)));
                &self.quotes[self.quotes.len() - 1].1
            }
        };
        quotes.around(at).is_some()
    }

    /// The last statement with a known source before a place and outside of others, and where it begins.
    pub(super) fn last_statement(&self, statement: usize, part: Part, at: usize) -> Option<(usize, usize)> {
        let near = (statement.saturating_sub(12)..statement).rev();
        let fits = |&o: &usize| {
            let other = &self.findings.statements[o];
            other.part == part && other.nested_in.is_none() && other.anchor().start < at && !self.sources[o].is_empty()
        };
        near.filter(fits).map(|o| (o, self.findings.statements[o].anchor().start)).max_by_key(|(_, start)| *start)
    }
}
