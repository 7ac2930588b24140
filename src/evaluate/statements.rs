//! Document → tallies of its statements: spans, pairs, stance, flags, addressee, quotation.
//!
//! Invariant: a found row counts against a label only where gold would have labelled it:
//! in a document whose every statement carries the label, else only when matched to one that does.

use std::collections::BTreeSet;

use super::Labelled;
use super::document::{Document, Side};
use super::matching::{Pair, linked, matched, overlap};
use super::tally::{Sheet, Tally};
use crate::labels::{Part, Quotation, Stance};
use crate::text::Span;

/// A document's statements beside each other.
pub struct Compared<'a> {
    /// The document.
    pub document: &'a Document,
    /// Its gold statements.
    pub gold: &'a [Side],
    /// Those found.
    pub found: &'a [Side],
    /// The matched pairs.
    pub matched: Vec<Pair>,
    linked: Vec<Pair>,
    corpus: Labelled,
}

/// A label of a statement: present or not.
type Label = fn(&Side) -> bool;

/// The spans of a role.
type Runs = fn(&Side) -> &[Span];

impl<'a> Compared<'a> {
    /// Pairs the two sides; `None` where statements are not labelled.
    pub fn new(document: &'a Document, corpus: Labelled) -> Option<Self> {
        let (gold, found) = (document.gold.as_deref()?, document.found.as_slice());
        let (matched, linked) = (matched(gold, found), linked(gold, found));
        Some(Compared { document, gold, found, matched, linked, corpus })
    }

    /// The pairs themselves.
    pub fn pairs(&self) -> impl Iterator<Item = (&Side, &Side)> {
        self.matched.iter().map(|&(g, f)| (&self.gold[g], &self.found[f]))
    }

    /// The found rows that count where gold carries a label.
    pub fn asked(&self, label: Label, in_corpus: bool) -> Vec<&Side> {
        let complete = !self.document.partial && in_corpus && self.gold.iter().all(label);
        let partner = |at: usize| self.matched.iter().find(|&&(_, f)| f == at).map(|&(g, _)| &self.gold[g]);
        let counts = |at: usize| complete || partner(at).is_some_and(label);
        self.found.iter().enumerate().filter(|(at, _)| counts(*at)).map(|(_, side)| side).collect()
    }

    /// The found rows that are false alarms when they have no partner.
    pub fn all_asked(&self) -> Vec<&Side> {
        self.asked(|_| true, true)
    }

    /// Adds the document's tallies.
    pub fn tally(&self, sheet: &mut Sheet) {
        self.tally_spans(sheet);
        self.tally_pairs(sheet);
        self.tally_stances(sheet);
        self.tally_flags_and_addressees(sheet);
        self.tally_quotations(sheet);
    }

    fn tally_spans(&self, sheet: &mut Sheet) {
        let rows = self.all_asked();
        let roles: [(&str, Runs); 3] = [
            ("exact.source", |side| side.source.as_slice()),
            ("exact.cue", |side| side.cue.as_slice()),
            ("exact.content", |side| &side.content),
        ];
        for (key, spans) in roles {
            sheet.add(key, exact(self.gold.iter(), rows.iter().copied(), spans));
        }
        let gold = self.gold.iter().filter(|side| side.addressee_labelled);
        let rows = self.asked(|side| side.addressee_labelled, self.corpus.stance);
        sheet.add("exact.addressee", exact(gold, rows.into_iter(), |side| side.addressee.as_slice()));
    }

    fn tally_pairs(&self, sheet: &mut Sheet) {
        let found = self.all_asked().len();
        sheet.add("matched", Tally::pairs(self.gold.len(), found, self.matched.len()));
        let linked = if self.document.partial { self.linked.len() } else { found };
        sheet.add("linked", Tally::pairs(self.gold.len(), linked, self.linked.len()));
        if self.corpus.nested {
            let place = |side: &Side| {
                if side.nested { "place.nested" } else { "place.outer" }
            };
            self.tally_kinds(sheet, |_| true, true, |side| Some(place(side).to_owned()));
        }
    }

    fn tally_stances(&self, sheet: &mut Sheet) {
        let labelled: Label = |side| side.stance.is_some();
        let gold = self.gold.iter().filter(|side| labelled(side)).count();
        let asked = self.asked(labelled, self.corpus.stance);
        let (mut pairs, mut right) = (0, 0);
        for (g, f) in self.pairs().filter(|(g, _)| labelled(g)) {
            pairs += 1;
            right += usize::from(g.stance == f.stance);
        }
        sheet.add("stance.found", Tally::pairs(gold, gold, pairs));
        sheet.add("stance.end_to_end", Tally::pairs(gold, gold, right));
        sheet.add("stance.of_matched", Tally::pairs(pairs, pairs, right));
        sheet.add("with_stance", Tally::pairs(gold, asked.len(), right));
        for &stance in Stance::ALL {
            let is = |side: &Side| side.stance == Some(stance);
            let right = self.pairs().filter(|(g, f)| is(g) && is(f)).count();
            let gold = self.gold.iter().filter(|side| is(side)).count();
            let found = asked.iter().filter(|side| is(side)).count();
            sheet.add(format!("stance_f1.{stance}"), Tally::pairs(gold, found, right));
            let gold = self.pairs().filter(|(g, _)| is(g)).count();
            let found = self.pairs().filter(|(g, f)| labelled(g) && is(f)).count();
            sheet.add(format!("stance_of_matched_f1.{stance}"), Tally::pairs(gold, found, right));
        }
    }

    fn tally_flags_and_addressees(&self, sheet: &mut Sheet) {
        let flags: [(&str, Label); 3] = [
            ("flag.negated", |side| side.flags.negated),
            ("flag.hedged", |side| side.flags.hedged),
            ("flag.unreal", |side| side.flags.unreal),
        ];
        let asked = self.asked(|side| side.stance.is_some(), self.corpus.stance);
        for (key, is) in flags {
            let gold = self.gold.iter().filter(|g| g.stance.is_some() && is(g)).count();
            let right = self.pairs().filter(|(g, f)| g.stance.is_some() && is(g) && is(f)).count();
            sheet.add(key, Tally::pairs(gold, asked.iter().filter(|side| is(side)).count(), right));
        }
        for (g, f) in self.pairs().filter(|(g, _)| g.addressee_labelled) {
            let (gold, found) = (g.addressee.iter().len(), f.addressee.iter().len());
            let (same, touch) = (gold == 1 && g.addressee == f.addressee, overlap(g.addressee, f.addressee));
            sheet.add("addressee.of_matched", Tally::pairs(gold, found, usize::from(same)));
            sheet.add("addressee.overlap", Tally::pairs(gold, found, usize::from(touch)));
        }
    }

    fn tally_quotations(&self, sheet: &mut Sheet) {
        let labelled: Label = |side| side.quotation.is_some();
        for (g, f) in self.pairs().filter(|(g, _)| labelled(g)) {
            sheet.add("quotation.right", Tally::case(g.quotation == f.quotation));
        }
        let key = |kind: Quotation| format!("quotation.{kind}");
        self.tally_kinds(sheet, labelled, self.corpus.quotation, |side| side.quotation.map(key));
    }

    /// Matched statements by a kind: recall over gold's kinds, precision over the kinds found.
    fn tally_kinds(&self, sheet: &mut Sheet, label: Label, in_corpus: bool, kind: impl Fn(&Side) -> Option<String>) {
        for key in self.gold.iter().filter_map(&kind) {
            sheet.add(key, Tally { gold: 1.0, ..Tally::default() });
        }
        for key in self.asked(label, in_corpus).into_iter().filter_map(&kind) {
            sheet.add(key, Tally { found: 1.0, ..Tally::default() });
        }
        for (g, f) in self.pairs().filter(|(g, _)| label(g)) {
            if let Some(key) = kind(g) {
                sheet.add(key, Tally { gold_right: 1.0, ..Tally::default() });
            }
            if let Some(key) = kind(f) {
                sheet.add(key, Tally { found_right: 1.0, ..Tally::default() });
            }
        }
    }
}

fn exact<'s>(gold: impl Iterator<Item = &'s Side>, found: impl Iterator<Item = &'s Side>, spans: Runs) -> Tally {
    let distinct = |side: &'s Side| spans(side).iter().map(|&span| (side.part, span)).collect::<Vec<_>>();
    let gold: BTreeSet<(Part, Span)> = gold.flat_map(distinct).collect();
    let found: BTreeSet<(Part, Span)> = found.flat_map(distinct).collect();
    Tally::pairs(gold.len(), found.len(), gold.intersection(&found).count())
}
