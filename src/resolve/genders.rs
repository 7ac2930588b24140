//! "He" and "she" in the text → votes for the gender of the only person whom they can mean.
//!
//! Invariant: no vote where a second person is named near by; one pass over the words.

use super::portraits::Portrait;
use super::titles::Gender;
use super::words::Words;
use crate::article::{Entity, Findings};
use crate::labels::{EntityType, Part};

/// Words within which only one person may be named for a pronoun to tell that person's gender.
const ALONE: usize = 60;
/// Words between that person's name and the pronoun.
const NEAR: usize = 25;

/// "He" or "she" shortly after the only person named for a while.
pub(super) fn lone_pronouns(
    part: Part,
    words: &Words<'_>,
    findings: &Findings,
    mention_entity: &[Option<usize>],
    entities: &[Entity],
    portraits: &mut [Portrait],
) {
    let mut persons: Vec<(usize, usize)> = Vec::new();
    let mut next = findings.mentions.partition_point(|m| m.part < part);
    for at in 0..words.len() {
        while let Some(mention) =
            findings.mentions.get(next).filter(|m| m.part == part && m.span.start <= words.span(at).start)
        {
            if let Some(entity) = mention_entity[next].filter(|&e| entities[e].kind == Some(EntityType::Per)) {
                persons.push((words.within(mention.span).end, entity));
            }
            next += 1;
        }
        let gender = match words.at(at) {
            "he" | "He" | "his" | "His" | "him" => Gender::Male,
            "she" | "She" | "her" | "Her" => Gender::Female,
            _ => continue,
        };
        let Some(&(end, person)) = persons.last().filter(|(end, _)| at.saturating_sub(*end) <= NEAR) else { continue };
        let others =
            persons.iter().rev().take_while(|(e, _)| at.saturating_sub(*e) <= ALONE).any(|(_, p)| *p != person);
        if !others && end <= at {
            portraits[person].vote(Some(gender), 1);
        }
    }
}
