//! Free-standing quotations → the source of the statement that they continue.
//!
//! Invariant: only a quotation without cue and source is answered here, and only from a quoted neighbour.

use super::scene::{Answer, Scene};
use crate::labels::{How, Quotation};

/// For each free-standing quotation the entities that speak, where its neighbour tells.
pub(super) fn sources(scene: &mut Scene<'_>) -> Vec<(usize, Vec<Answer>)> {
    let mut found = Vec::new();
    for index in 0..scene.findings.statements.len() {
        let statement = &scene.findings.statements[index];
        if statement.cue.is_some() || statement.source.is_some() || statement.content.is_empty() {
            continue;
        }
        let answers: Vec<Answer> = neighbour(scene, index).map(|n| scene.sources[n].clone()).unwrap_or_default();
        let answers: Vec<Answer> = answers.into_iter().map(|a| Answer { surface: None, antecedent: None, how: How::Implicit, score: 0.9 * a.score, ..a }).collect();
        scene.sources[index] = answers.clone();
        found.push((index, answers));
    }
    found
}

/// The statement before at the same level, else the one after within the paragraph.
fn neighbour(scene: &Scene<'_>, index: usize) -> Option<usize> {
    let statements = &scene.findings.statements;
    let this = &statements[index];
    let start = this.content.first()?.start;
    let level = |other: usize| statements[other].part == this.part && statements[other].nested_in == this.nested_in && other != index;
    let before = (0..statements.len()).filter(|&o| level(o) && statements[o].anchor().start < start && !scene.sources[o].is_empty()).max_by_key(|&o| statements[o].anchor().start);
    let before = before.filter(|&o| statements[o].quotation != Quotation::Indirect || scene.sentence(this.part, start) <= scene.sentence(this.part, statements[o].extent().end) + 1);
    before
}
