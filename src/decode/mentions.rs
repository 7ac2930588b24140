//! Mention tags of a window → mentions, by the best legal path over words (I follows its own B or I).

use std::ops::Range;

use super::lattice::{Scores, best_path, tagged};
use crate::article::Mention;
use crate::labels::EntityType;

const KINDS: [EntityType; 4] = [EntityType::Per, EntityType::Org, EntityType::Loc, EntityType::Misc];

/// A mention in pieces of its window.
pub struct FoundMention {
    /// Pieces, counted from the window's first.
    pub pieces: Range<usize>,
    /// Its type.
    pub kind: EntityType,
    /// Geometric mean of the words' probabilities.
    pub score: f32,
}

/// The mentions of a window.
pub fn mentions(scores: Scores<'_>, words: &[Range<usize>]) -> Vec<FoundMention> {
    let emissions: Vec<[f32; 9]> = words
        .iter()
        .map(|word| {
            std::array::from_fn(|tag| match tag {
                0 => scores.word(word, 0, 0),
                begin if begin % 2 == 1 => scores.word(word, begin, begin + 1),
                inside => scores.word(word, inside, inside),
            })
        })
        .collect();
    let path = best_path(&emissions, |_, from, to| {
        let inside = to != 0 && to % 2 == 0;
        if inside && from != to && from + 1 != to { f32::NEG_INFINITY } else { 0.0 }
    });
    let found = tagged(&path).into_iter().map(|(tag, span)| {
        let sum: f32 = span.clone().map(|w| emissions[w][path[w]]).sum();
        FoundMention {
            pieces: words[span.start].start..words[span.end - 1].end,
            kind: KINDS[(tag - 1) / 2],
            score: (sum / span.len() as f32).exp(),
        }
    });
    found.collect()
}

/// Puts mentions in order. Of two that overlap (windows may disagree where they meet), the surer one stays.
pub fn one_per_place(mentions: &mut Vec<Mention>) {
    mentions.sort_by_key(|m| (m.span.start, m.span.end));
    let mut kept: Vec<Mention> = Vec::with_capacity(mentions.len());
    for mention in mentions.drain(..) {
        match kept.last_mut() {
            Some(last) if last.span.overlaps(mention.span) => {
                if mention.score > last.score {
                    *last = mention;
                }
            }
            _ => kept.push(mention),
        }
    }
    *mentions = kept;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(tags: &[usize]) -> Vec<f32> {
        tags.iter().flat_map(|&t| (0..9).map(move |i| if i == t { -0.1 } else { -3.0 })).collect()
    }

    #[test]
    fn neighbours_are_kept_apart_and_a_stray_inside_becomes_no_mention_of_its_own() {
        // B-PER I-PER B-PER O, then I-LOC without a B: the cheapest legal reading begins one there or drops it.
        let values = table(&[1, 2, 1, 0, 6]);
        let words: Vec<_> = (0..5).map(|i| i..i + 1).collect();
        let found = mentions(Scores { values: &values, tags: 9 }, &words);
        let spans: Vec<_> = found.iter().take(2).map(|m| (m.pieces.clone(), m.kind)).collect();
        assert_eq!(spans, [(0..2, EntityType::Per), (2..3, EntityType::Per)]);
    }

    #[test]
    fn a_word_of_several_pieces_is_one_decision() {
        // Pieces say B-ORG, O, I-ORG; as one word they are an ORG.
        let values = table(&[3, 0, 4]);
        let found = mentions(Scores { values: &values, tags: 9 }, &[0..3]);
        assert_eq!((found.len(), found[0].pieces.clone(), found[0].kind), (1, 0..3, EntityType::Org));
    }

    #[test]
    fn of_overlapping_mentions_the_surer_one_stays() {
        use crate::labels::Part;
        use crate::text::Span;
        let mention =
            |start, end, score| Mention { part: Part::Text, span: Span::new(start, end), kind: EntityType::Per, score };
        let mut mentions = vec![mention(8, 12, 0.9), mention(0, 3, 0.4), mention(10, 12, 0.7), mention(12, 15, 0.5)];
        one_per_place(&mut mentions);
        assert_eq!(mentions, [mention(0, 3, 0.4), mention(8, 12, 0.9), mention(12, 15, 0.5)]);
    }
}
