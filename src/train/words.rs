//! Logits → spans, word by word: the cheap decoding that dev figures rest on.
//!
//! Pieces are counted from the start of their window. Every piece of a word takes the word's mean
//! log-probabilities.

use std::ops::Range;

use tch::{Kind, Tensor};

use super::example::Example;
use super::stretch::Stretch;

/// What a change of role costs, in log-probability.
const CHANGE: f32 = 0.5;

/// Pieces of the same class, with the class.
pub type Run = (Range<usize>, usize);

/// The class of a tag (O, B, I, B, I, …), and whether it begins a span.
pub fn class_of(tag: i64) -> (usize, bool) {
    let tag = usize::try_from(tag).unwrap_or(0);
    (tag.div_ceil(2), tag % 2 == 1)
}

/// Log-probabilities, one row for each of the first dimension.
pub fn rows(logits: &Tensor) -> Vec<Vec<f32>> {
    let scores = logits.log_softmax(-1, Kind::Float);
    let all: Vec<f32> = flat(&scores);
    let each = (scores.size()[1] * scores.size()[2]) as usize;
    all.chunks(each.max(1)).map(<[f32]>::to_vec).collect()
}

/// The values of a tensor, row by row.
pub fn flat<T: tch::kind::Element + Copy + Default>(tensor: &Tensor) -> Vec<T> {
    let mut values = vec![T::default(); tensor.numel()];
    tensor.to_kind(T::KIND).contiguous().copy_data(&mut values, tensor.numel());
    values
}

/// The words of a window (as pieces counted from its start) with the mean log-probability of each class;
/// a class is the sum of some tags.
pub fn words(
    example: &Example,
    window: &Stretch,
    row: &[f32],
    tags: usize,
    classes: &[&[usize]],
) -> Vec<(Range<usize>, Vec<f32>)> {
    let numbers = &example.pieces.words[window.start..window.end];
    let mut all = Vec::new();
    let mut start = 0;
    while start < numbers.len() {
        let end = start + numbers[start..].iter().take_while(|n| **n == numbers[start]).count();
        let score = |class: &&[usize]| {
            let pieces = (start..end)
                .map(|at| class.iter().map(|tag| row[(at + 1) * tags + tag].exp()).sum::<f32>().max(1e-9).ln());
            pieces.sum::<f32>() / (end - start) as f32
        };
        all.push((start..end, classes.iter().map(score).collect()));
        start = end;
    }
    all
}

/// The sequence of classes with the highest score, changes costing [`CHANGE`]; one tag for each piece.
pub fn cheapest(words: &[(Range<usize>, Vec<f32>)]) -> Vec<(usize, bool)> {
    let mut best: Vec<f32> = vec![0.0; 4];
    let mut from: Vec<[usize; 4]> = Vec::with_capacity(words.len());
    for (_, scores) in words {
        let step = |class: usize| {
            let cost = |before: usize| best[before] - if before == class { 0.0 } else { CHANGE };
            let before = (0..4).fold(class, |a, b| if cost(b) > cost(a) { b } else { a });
            (before, cost(before) + scores[class])
        };
        let steps = [0, 1, 2, 3].map(step);
        from.push(steps.map(|s| s.0));
        best = steps.iter().map(|s| s.1).collect();
    }
    let mut class = (0..4).fold(0, |a, b| if best[b] > best[a] { b } else { a });
    let mut tags: Vec<(usize, bool)> = Vec::new();
    for ((range, _), before) in words.iter().zip(&from).rev() {
        tags.extend(range.clone().map(|_| (class, false)));
        class = before[class];
    }
    tags.reverse();
    tags
}

/// Runs of the same class, with the class; a tag that begins a span ends the run before it.
pub fn runs(tags: impl Iterator<Item = (usize, bool)>) -> Vec<Run> {
    let mut all: Vec<Run> = Vec::new();
    for (at, (class, begins)) in tags.enumerate() {
        match all.last_mut() {
            Some((range, last)) if *last == class && range.end == at && !begins => range.end += 1,
            _ if class > 0 => all.push((at..at + 1, class)),
            _ => {}
        }
    }
    all
}

/// The runs of a class without the pieces at their ends that scores do not look at.
pub fn trimmed(example: &Example, window: &Stretch, runs: &[Run], class: usize) -> Vec<Range<usize>> {
    let bare = |at: usize| example.bare[window.start + at];
    let trim = |range: Range<usize>| {
        let start = range.clone().find(|&at| !bare(at)).unwrap_or(range.end);
        let end = range.clone().rev().find(|&at| !bare(at)).map_or(start, |at| at + 1);
        start..end
    };
    runs.iter().filter(|r| r.1 == class).map(|r| trim(r.0.clone())).filter(|r| !r.is_empty()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encode::Pieces;

    fn example(words: &[u32], bare: &[bool]) -> (Example, Stretch) {
        let pieces = Pieces { ids: vec![1; words.len()], words: words.to_vec(), ..Pieces::default() };
        let window = Stretch { example: 0, start: 0, end: words.len() };
        (Example { pieces, bare: bare.to_vec(), ..Example::default() }, window)
    }

    #[test]
    fn a_word_is_of_one_class_and_a_change_must_pay() {
        let scores = |values: [f32; 4]| values.to_vec();
        let words = [(0..2, scores([0.0, -1.0, -9.0, -9.0])), (2..3, scores([-0.3, 0.0, -9.0, -9.0]))];
        assert_eq!(cheapest(&words), [(0, false); 3]);
        let words = [(0..2, scores([0.0, -1.0, -9.0, -9.0])), (2..3, scores([-0.9, 0.0, -9.0, -9.0]))];
        assert_eq!(cheapest(&words), [(0, false), (0, false), (1, false)]);
    }

    #[test]
    fn marks_at_the_ends_do_not_count() {
        let (example, window) = example(&[0, 1, 2, 3], &[true, false, false, true]);
        let found = runs([(1, true), (1, false), (1, true), (1, false)].into_iter());
        assert_eq!(found, [(0..2, 1), (2..4, 1)]);
        assert_eq!(trimmed(&example, &window, &found, 1), [1..2, 2..3]);
    }
}
