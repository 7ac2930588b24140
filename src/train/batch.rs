//! Windows → batches: their pieces, padded, with the targets of every task that they have labels for.
//!
//! Invariant: a statement is in a batch as a whole or not at all, unless no window could hold it.

use tch::Tensor;

use super::config::LossWeights;
use super::example::{Example, Statement, UNKNOWN};
use super::random::Random;
use super::stretch::Stretch;
use crate::model::{Cues, Windows};

const CLS: i64 = 101;
const SEP: i64 = 102;
const MASK: i64 = 103;

/// The tensors of one step.
pub struct Batch {
    /// What is read.
    pub windows: Windows,
    /// Real pieces in it.
    pub pieces: usize,
    /// Cue tags, [B, L]; `None` for texts without labelled statements.
    pub cues: Option<Tensor>,
    /// Mention tags, [B, L], and whether MISC is known, [B]; `None` for texts without labelled mentions.
    pub mentions: Option<(Tensor, Tensor)>,
    /// The statements in the windows, if any.
    pub statements: Option<Statements>,
}

/// The statements of a batch: C of them.
pub struct Statements {
    /// What their roles are read from.
    pub cues: Cues,
    /// Role tags, [C, L].
    pub roles: Tensor,
    /// Weight of each role tag in the loss, [C, L].
    pub role_weights: Tensor,
    /// 1 where the addressee is labelled, [C].
    pub addressee_known: Tensor,
    /// Sums to 1 over the pieces of the content, [C, L].
    pub content: Tensor,
    /// Sums to 1 over the pieces of the source, or to 0, [C, L].
    pub source: Tensor,
    /// 1 where the stance is learned from the roles as predicted, [C].
    pub predicted: Tensor,
    /// Stances, [C].
    pub stances: Tensor,
    /// Flags, [C, 3].
    pub flags: Tensor,
    /// 1 where the flags are labelled, [C].
    pub flags_known: Tensor,
}

/// Lays out the tensors of a batch. With a `random`, words are hidden and cues of direct quotations dropped now and then.
pub fn batch(group: &[Stretch], examples: &[Example], weights: &LossWeights, mut random: Option<&mut Random>) -> Batch {
    let width = group.iter().map(|w| w.end - w.start + 2).max().unwrap_or(2);
    let rows = group.len();
    let mut ids = vec![0i64; rows * width];
    let mut shapes = ids.clone();
    let mut mask = ids.clone();
    let mut cues = vec![UNKNOWN; rows * width];
    let mut mentions = cues.clone();
    let mut misc = vec![0f32; rows];
    let mut statements = Layout { width, ..Layout::default() };
    for (row, stretch) in group.iter().enumerate() {
        let example = &examples[stretch.example];
        let base = row * width;
        let length = stretch.end - stretch.start;
        ids[base] = CLS;
        ids[base + length + 1] = SEP;
        mask[base..base + length + 2].fill(1);
        misc[row] = f32::from(u8::from(example.misc));
        for (at, piece) in (stretch.start..stretch.end).enumerate() {
            let cell = base + at + 1;
            ids[cell] = i64::from(example.pieces.ids[piece]);
            shapes[cell] = i64::from(example.pieces.shapes[piece]);
            cues[cell] = example.cues.get(piece).copied().unwrap_or(UNKNOWN);
            mentions[cell] = example.mentions.get(piece).copied().unwrap_or(UNKNOWN);
        }
        if let Some(random) = random.as_deref_mut() {
            let words = &example.pieces.words[stretch.start..stretch.end];
            hide_words(&mut ids[base + 1..base + 1 + length], words, weights.hide_words, random);
        }
        for statement in example.statements.iter().filter(|s| learnable(s, stretch)) {
            statements.add(row, statement, stretch, weights, random.as_deref_mut());
        }
    }
    let shape = [rows as i64, width as i64];
    let tensor = |values: &[i64]| Tensor::from_slice(values).view(shape);
    let any = |values: &[i64]| values.iter().any(|&v| v != UNKNOWN);
    Batch {
        pieces: group.iter().map(|w| w.end - w.start + 2).sum(),
        windows: Windows { ids: tensor(&ids), shapes: tensor(&shapes), mask: tensor(&mask) },
        cues: any(&cues).then(|| tensor(&cues)),
        mentions: any(&mentions).then(|| (tensor(&mentions), Tensor::from_slice(&misc))),
        statements: statements.finish(),
    }
}

/// Puts the vocabulary's mask in place of all pieces of some of the words.
fn hide_words(ids: &mut [i64], words: &[u32], part: f64, random: &mut Random) {
    let mut start = 0;
    for word in words.chunk_by(|a, b| a == b) {
        let end = start + word.len();
        if part > 0.0 && random.chance(part) {
            ids[start..end].fill(MASK);
        }
        start = end;
    }
}

/// Whether a window holds a statement: all of it, or as much as any window can.
fn learnable(statement: &Statement, window: &Stretch) -> bool {
    let anchor = &statement.anchor;
    let extent = statement.extent();
    let inside = window.start <= extent.start && extent.end <= window.end;
    let too_long = extent.len() > 150 && window.end - window.start > 150;
    window.start <= anchor.start && anchor.end <= window.end && (inside || too_long)
}

#[derive(Default)]
struct Layout {
    width: usize,
    windows: Vec<i64>,
    first: Vec<i64>,
    anchor: Vec<f32>,
    roles: Vec<i64>,
    role_weights: Vec<f32>,
    addressee_known: Vec<f32>,
    content: Vec<f32>,
    source: Vec<f32>,
    predicted: Vec<f32>,
    stances: Vec<i64>,
    flags: Vec<f32>,
    flags_known: Vec<f32>,
}

impl Layout {
    fn add(
        &mut self,
        row: usize,
        statement: &Statement,
        window: &Stretch,
        loss: &LossWeights,
        random: Option<&mut Random>,
    ) {
        let (mut drop, mut predicted) = (false, false);
        if let Some(random) = random {
            let mark_inside = statement.mark.is_some_and(|mark| (window.start..window.end).contains(&mark));
            drop = random.chance(loss.drop_cue) && mark_inside;
            predicted = random.chance(loss.predicted_roles);
        }
        let cell = |piece: usize| piece + 1 - window.start;
        let local = |range: &std::ops::Range<usize>| {
            let (start, end) = (range.start.max(window.start), range.end.min(window.end));
            if start < end { cell(start)..cell(end) } else { 0..0 }
        };
        let anchor = match statement.mark {
            Some(mark) if drop => mark..mark + 1,
            _ => statement.anchor.clone(),
        };
        let freestanding = drop || statement.freestanding;
        let (length, width) = (window.end - window.start, self.width);
        let mut roles = vec![UNKNOWN; width];
        roles[1..=length].fill(0);
        let mut weights = vec![1f32; width];
        let content = statement.content.iter().map(|r| (3, r));
        let addressee = statement.addressee.iter().flatten().map(|r| (5, r));
        for (tag, range) in content.chain(addressee).chain(statement.source.iter().map(|r| (1, r))) {
            let range = local(range);
            for at in range.clone() {
                let hidden = freestanding && tag != 3;
                roles[at] = if hidden { UNKNOWN } else { tag + i64::from(at > range.start) };
                weights[at] = if tag == 5 { loss.addressee as f32 } else { 1.0 };
            }
        }
        for edge in 2..=length {
            if (roles[edge] + 1) / 2 != (roles[edge - 1] + 1) / 2 || roles[edge] % 2 == 1 {
                weights[edge - 1] *= loss.boundary as f32;
                weights[edge] *= loss.boundary as f32;
            }
        }
        if statement.stance_only {
            roles.fill(UNKNOWN);
        }
        let mean = |ranges: &[std::ops::Range<usize>]| {
            let mut values = vec![0f32; width];
            ranges.iter().for_each(|r| values[local(r)].fill(1.0));
            let sum: f32 = values.iter().sum();
            values.iter_mut().for_each(|v| *v /= sum.max(1.0));
            values
        };
        self.windows.push(row as i64);
        self.first.push(cell(anchor.start) as i64);
        self.anchor.extend(mean(std::slice::from_ref(&anchor)));
        self.content.extend(mean(&statement.content));
        self.source.extend(if freestanding { vec![0.0; width] } else { mean(&statement.source) });
        self.roles.extend(roles);
        self.role_weights.extend(weights);
        self.addressee_known.push(f32::from(u8::from(statement.addressee.is_some())));
        self.predicted.push(f32::from(u8::from(predicted && !freestanding)));
        self.stances.push(statement.stance.map_or(UNKNOWN, |s| s as i64));
        self.flags.extend(statement.flags.map(|f| f32::from(u8::from(f))));
        self.flags_known.push(f32::from(u8::from(statement.stance.is_some())));
    }

    fn finish(self) -> Option<Statements> {
        let (count, width) = (self.windows.len() as i64, self.width as i64);
        let floats = |values: &[f32]| Tensor::from_slice(values).view([count, width]);
        (count > 0).then(|| Statements {
            cues: Cues {
                window: Tensor::from_slice(&self.windows),
                first: self.first.clone(),
                weights: floats(&self.anchor),
            },
            roles: Tensor::from_slice(&self.roles).view([count, width]),
            role_weights: floats(&self.role_weights),
            addressee_known: Tensor::from_slice(&self.addressee_known),
            content: floats(&self.content),
            source: floats(&self.source),
            predicted: Tensor::from_slice(&self.predicted),
            stances: Tensor::from_slice(&self.stances),
            flags: Tensor::from_slice(&self.flags).view([count, 3]),
            flags_known: Tensor::from_slice(&self.flags_known),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_standing_quotation_teaches_its_content_and_no_source() {
        let statement = Statement {
            anchor: 4..5,
            mark: Some(0),
            source: std::iter::once(5..7).collect(),
            content: std::iter::once(0..3).collect(),
            addressee: Some(Vec::new()),
            ..Statement::default()
        };
        let mut layout = Layout { width: 10, ..Layout::default() };
        let loss = LossWeights { drop_cue: 1.0, ..LossWeights::default() };
        let window = Stretch { example: 0, start: 0, end: 8 };
        layout.add(0, &statement, &window, &loss, Some(&mut Random::new(1, 1)));
        assert_eq!(layout.roles, [UNKNOWN, 3, 4, 4, 0, 0, UNKNOWN, UNKNOWN, 0, UNKNOWN]);
        assert_eq!(layout.first, [1]);
        // A mark outside the window cannot stand for the cue.
        let later = Stretch { start: 2, ..window };
        let mut clipped = Layout { width: 10, ..Layout::default() };
        clipped.add(0, &statement, &later, &loss, Some(&mut Random::new(1, 1)));
        assert_eq!(clipped.first, [3]);
        layout.add(0, &statement, &window, &loss, None);
        assert_eq!(layout.roles[10..], [UNKNOWN, 3, 4, 4, 0, 0, 1, 2, 0, UNKNOWN]);
        assert_eq!(layout.first, [1, 5]);
    }

    #[test]
    fn a_hidden_word_is_hidden_whole() {
        let words: Vec<u32> = (0..3000).flat_map(|w| vec![w; 1 + w as usize % 3]).collect();
        let mut ids = vec![7i64; words.len()];
        hide_words(&mut ids, &words, 0.2, &mut Random::new(1, 1));
        let mut hidden = 0;
        for word in 0..3000u32 {
            let of: Vec<i64> = ids.iter().zip(&words).filter(|(_, w)| **w == word).map(|(id, _)| *id).collect();
            assert!(of.iter().all(|id| *id == of[0]), "word {word}: {of:?}");
            hidden += usize::from(of[0] == MASK);
        }
        assert!((500..700).contains(&hidden), "{hidden} of 3000");
    }
}
