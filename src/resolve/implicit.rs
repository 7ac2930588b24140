//! Free-standing quotation → the source of the statement that it continues.
//!
//! Invariant: only a quotation without cue and source is answered here.

use super::scene::{Answer, Scene};
use crate::labels::How;

/// Statements looked back over.
const REACH: usize = 12;
/// Sentences that may lie between.
const SENTENCES: usize = 6;

/// Who speaks in a free-standing quotation: the last speaker before it at its level.
pub(super) fn source(scene: &Scene<'_>, index: usize) -> Vec<Answer> {
    let statements = &scene.findings.statements;
    let this = &statements[index];
    if this.cue.is_some() || this.source.is_some() {
        return Vec::new();
    }
    let Some(start) = this.content.first().map(|c| c.start) else { return Vec::new() };
    let near = index.saturating_sub(REACH)..(index + REACH).min(statements.len());
    let level = near.filter(|&o| {
        o != index
            && statements[o].part == this.part
            && statements[o].nested_in == this.nested_in
            && !scene.sources[o].is_empty()
    });
    let before = level.filter(|&o| statements[o].anchor().start < start).max_by_key(|&o| statements[o].anchor().start);
    let Some(before) = before else { return Vec::new() };
    let gap =
        scene.sentence(this.part, start).saturating_sub(scene.sentence(this.part, statements[before].extent().end));
    if gap > SENTENCES {
        return Vec::new();
    }
    let answer = |a: &Answer| Answer {
        surface: None,
        antecedent: None,
        how: How::Implicit,
        score: a.score * if gap <= 1 { 0.9 } else { 0.8 },
        ..*a
    };
    scene.sources[before].iter().map(answer).collect()
}
