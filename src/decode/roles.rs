//! Role tags of a cue → its source, content parts and addressee.
//!
//! One path over the words decides all roles together; each change of role costs something, so that spans do not fall
//! apart at a single doubtful word, and more where a phrase plainly goes on. Reported words stand in the sentence of
//! their cue or in quotation marks: elsewhere a role needs far better evidence.

use std::ops::Range;

use super::lattice::{Scores, best_path, runs};
use super::layout::WordKind;

/// Price of a change of role, in nats.
const CHANGE: f32 = 0.5;

/// The same from or to content within a sentence: contents are long, and one doubtful word is no end of them.
const CHANGE_OF_CONTENT: f32 = 1.5;

/// Price of ending a content before another word instead of a punctuation mark or the cue, in nats.
const BEFORE_A_WORD: f32 = 0.7;

/// Price of a content's edge in mid-sentence within a quotation that the cue stands outside of, in nats.
const MID_QUOTATION: f32 = 3.0;

/// Price of ending a span with an article, a preposition or the like, or of beginning it with an ending, in nats.
const UNFINISHED: f32 = 4.0;

/// Price of a word in a role outside the cue's sentence and outside quotation marks, in nats.
const ELSEWHERE: f32 = 3.0;

/// Where the words of a window stand, by piece.
pub struct Place<'a> {
    /// Sentence of each piece.
    pub sentence: &'a [u32],
    /// Quotation of each piece, 0 outside.
    pub quotation: &'a [u32],
    /// Kind of the word of each piece.
    pub kind: &'a [WordKind],
}

impl Place<'_> {
    /// Price of leaving a role between two words, given by their first pieces.
    fn ending(&self, role: usize, last: usize, next: usize, cue: &Range<usize>) -> f32 {
        let unfinished = match self.kind[last] {
            WordKind::Opener => true,
            WordKind::Possessive => role == CONTENT,
            WordKind::Opening => true,
            WordKind::Word | WordKind::Mark | WordKind::Closing | WordKind::Ending => false,
        };
        let runs_on = role == CONTENT
            && !self.kind[next].is_mark()
            && !self.kind[last].is_mark()
            && !cue.contains(&next)
            && self.sentence[last] == self.sentence[next];
        price(unfinished, UNFINISHED)
            + price(runs_on, BEFORE_A_WORD)
            + price(role == CONTENT && self.mid_quotation(last, next, cue), MID_QUOTATION)
    }

    /// Price of entering a role between two words.
    fn beginning(&self, role: usize, last: usize, next: usize, cue: &Range<usize>) -> f32 {
        price(self.kind[next] == WordKind::Ending, UNFINISHED)
            + price(role == CONTENT && self.mid_quotation(last, next, cue), MID_QUOTATION)
    }

    /// Whether two words are neighbours in a sentence of a quotation that the cue stands outside of.
    fn mid_quotation(&self, last: usize, next: usize, cue: &Range<usize>) -> bool {
        let quotation = self.quotation[last];
        quotation != 0
            && quotation == self.quotation[next]
            && quotation != self.quotation[cue.start]
            && self.sentence[last] == self.sentence[next]
    }

    /// A run of words with the bracket that closes at its end, if it has opened there, and without one that has not.
    fn whole_brackets(&self, run: &Range<usize>, words: &[Range<usize>], path: &[usize]) -> Range<usize> {
        let kind = |word: usize| words.get(word).map(|w| self.kind[w.start]);
        let (mut open, mut end) = (0, run.start);
        for word in run.clone() {
            match kind(word) {
                Some(WordKind::Opening) => open += 1,
                Some(WordKind::Closing) if open > 0 => open -= 1,
                Some(WordKind::Closing) if word + 1 == run.end => return run.start..word,
                _ => {}
            }
            end = word + 1;
        }
        let closes = kind(end) == Some(WordKind::Closing) && path[end] == OUTSIDE;
        if open == 1 && closes { run.start..end + 1 } else { run.clone() }
    }
}

fn price(applies: bool, nats: f32) -> f32 {
    f32::from(u8::from(applies)) * nats
}

/// States of the path.
const OUTSIDE: usize = 0;
const SOURCE: usize = 1;
const CONTENT: usize = 2;
const ADDRESSEE: usize = 3;

/// The roles of one cue, in pieces of its window.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FoundRoles {
    /// Who.
    pub source: Option<Range<usize>>,
    /// What, in order.
    pub content: Vec<Range<usize>>,
    /// To whom.
    pub addressee: Option<Range<usize>>,
    /// Geometric mean of the content words' probabilities; 0 without content.
    pub content_score: f32,
}

impl FoundRoles {
    /// Whether a role begins at the first or ends at the last piece of a window of `length` pieces.
    pub fn touches(&self, length: usize) -> (bool, bool) {
        let all = self.source.iter().chain(&self.content).chain(&self.addressee);
        (all.clone().any(|r| r.start == 0), all.clone().any(|r| r.end == length))
    }
}

/// The roles of a cue (given in pieces; empty for a free-standing quotation).
pub fn roles(scores: Scores<'_>, words: &[Range<usize>], cue: &Range<usize>, place: &Place<'_>) -> FoundRoles {
    let own = place.sentence[cue.start]..=place.sentence[cue.end - 1];
    let emissions: Vec<[f32; 4]> = words
        .iter()
        .map(|word| {
            let mut emission = emission(scores, word, cue);
            if place.quotation[word.start] == 0 && !own.contains(&place.sentence[word.start]) {
                emission[1..].iter_mut().for_each(|e| *e -= ELSEWHERE);
            }
            emission
        })
        .collect();
    let path = best_path(&emissions, |word, from, to| {
        if from == to {
            return 0.0;
        }
        let Some(before) = word.checked_sub(1) else {
            return -change(from, to);
        };
        let (last, next) = (words[before].start, words[word].start);
        let leaving = match from {
            OUTSIDE => 0.0,
            role => place.ending(role, last, next, cue),
        };
        let entering = match to {
            OUTSIDE => 0.0,
            role => place.beginning(role, last, next, cue),
        };
        let within = from == OUTSIDE || place.sentence[last] == place.sentence[next];
        -(if within { change(from, to) } else { CHANGE }) - leaving - entering
    });
    let mut found = FoundRoles::default();
    let mut best_source = f32::NEG_INFINITY;
    let mut best_addressee = f32::NEG_INFINITY;
    let mut content_sum = 0.0;
    let mut content_words = 0;
    for (state, run) in runs(&path) {
        let run = place.whole_brackets(&run, words, &path);
        if run.is_empty() {
            continue;
        }
        let pieces = words[run.start].start..words[run.end - 1].end;
        let gain: f32 = run.clone().map(|w| emissions[w][state] - emissions[w][OUTSIDE]).sum();
        match state {
            SOURCE if gain > best_source => (best_source, found.source) = (gain, Some(pieces)),
            ADDRESSEE if gain > best_addressee => (best_addressee, found.addressee) = (gain, Some(pieces)),
            CONTENT => {
                content_sum += run.clone().map(|w| emissions[w][CONTENT]).sum::<f32>();
                content_words += run.len();
                found.content.push(pieces);
            }
            _ => {}
        }
    }
    if content_words > 0 {
        found.content_score = (content_sum / content_words as f32).exp();
    }
    found
}

/// Price of a change of state.
fn change(from: usize, to: usize) -> f32 {
    if from == CONTENT || to == CONTENT { CHANGE_OF_CONTENT } else { CHANGE }
}

/// Log-probabilities of the four states at a word: B and I of a role added, averaged over its pieces.
/// A word of the cue is in no role.
fn emission(scores: Scores<'_>, word: &Range<usize>, cue: &Range<usize>) -> [f32; 4] {
    if word.start < cue.end && cue.start < word.end {
        return [0.0, f32::NEG_INFINITY, f32::NEG_INFINITY, f32::NEG_INFINITY];
    }
    let mean = |of: &dyn Fn(usize) -> f32| word.clone().map(of).sum::<f32>() / word.len() as f32;
    std::array::from_fn(|state| match state {
        OUTSIDE => mean(&|p| scores.at(p, 0)),
        role => mean(&|p| (scores.at(p, 2 * role - 1).exp() + scores.at(p, 2 * role).exp()).ln()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Probabilities .9 for the tag given, the rest shared.
    fn table(tags: &[usize]) -> Vec<f32> {
        let (yes, no) = (0.9f32.ln(), (0.1f32 / 6.0).ln());
        tags.iter().flat_map(|&t| (0..7).map(move |i| if i == t { yes } else { no })).collect()
    }

    fn read(values: &[f32], cue: Range<usize>, sentence: &[u32]) -> FoundRoles {
        let (quotation, kind) = (vec![0; sentence.len()], vec![WordKind::Word; sentence.len()]);
        let place = Place { sentence, quotation: &quotation, kind: &kind };
        roles(Scores { values, tags: 7 }, &each(sentence.len()), &cue, &place)
    }

    fn each(n: usize) -> Vec<Range<usize>> {
        (0..n).map(|i| i..i + 1).collect()
    }

    #[test]
    fn roles_are_read_around_the_cue_and_the_cue_is_in_none() {
        // source source cue(tagged content) addressee content content outside
        let values = table(&[1, 2, 3, 5, 3, 4, 0]);
        let found = read(&values, 2..3, &[0; 7]);
        assert_eq!(found.source, Some(0..2));
        assert_eq!(found.addressee, Some(3..4));
        assert_eq!(found.content, [4..6]);
        assert_eq!(found.touches(7), (true, false));
    }

    #[test]
    fn of_two_sources_the_surer_one_stays() {
        let mut values = table(&[1, 0, 0, 1, 2]);
        values[1] = 0.6f32.ln();
        let found = read(&values, 1..2, &[0; 5]);
        assert_eq!(found.source, Some(3..5));
    }

    #[test]
    fn without_content_there_is_no_content_probability() {
        let values = table(&[1, 0, 0]);
        let found = read(&values, 1..2, &[0; 3]);
        assert_eq!((found.content.len(), found.content_score), (0, 0.0));
    }

    #[test]
    fn the_next_sentence_is_no_content_unless_it_is_quoted() {
        let mut values = table(&[1, 0, 3, 4, 0, 0]);
        for word in 4..6 {
            (values[word * 7], values[word * 7 + 4]) = (0.08f32.ln(), 0.8f32.ln());
        }
        let sentence = [0, 0, 0, 0, 1, 1];
        assert_eq!(read(&values, 1..2, &sentence).content, [2..4]);
        let quoted = Place { sentence: &sentence, quotation: &[0, 0, 1, 1, 1, 1], kind: &[WordKind::Word; 6] };
        assert_eq!(roles(Scores { values: &values, tags: 7 }, &each(6), &(1..2), &quoted).content, [2..6]);
    }

    #[test]
    fn no_content_ends_in_the_middle_of_a_quotation() {
        // said(cue) it was “ a fairy tale ” — the network leaves the last word and the mark out.
        let mut values = table(&[0, 3, 4, 4, 4, 4, 0, 0]);
        for word in 6..8 {
            (values[word * 7], values[word * 7 + 4]) = (0.7f32.ln(), 0.28f32.ln());
        }
        let quotation = [0, 0, 0, 1, 1, 1, 1, 1];
        let place = Place { sentence: &[0; 8], quotation: &quotation, kind: &[WordKind::Word; 8] };
        assert_eq!(roles(Scores { values: &values, tags: 7 }, &each(8), &(0..1), &place).content, [1..8]);
    }

    #[test]
    fn no_content_ends_with_an_article() {
        // said(cue) they fix the bridge . — the network leaves the last two words out, the second only just.
        let mut values = table(&[0, 3, 4, 4, 0, 0]);
        values[4 * 7] = 0.6f32.ln();
        values[4 * 7 + 4] = 0.38f32.ln();
        let kind = [WordKind::Word, WordKind::Word, WordKind::Word, WordKind::Opener, WordKind::Word, WordKind::Mark];
        let place = Place { sentence: &[0; 6], quotation: &[0; 6], kind: &kind };
        assert_eq!(roles(Scores { values: &values, tags: 7 }, &each(6), &(0..1), &place).content, [1..5]);
    }

    #[test]
    fn brackets_are_taken_whole_or_not_at_all() {
        use WordKind::{Closing, Opening, Word};
        // the Board ( CRB ) warned(cue) drought ) — the network leaves the first closing bracket out, takes the second.
        let values = table(&[1, 2, 2, 2, 0, 0, 3, 4]);
        let kind = [Word, Word, Opening, Word, Closing, Word, Word, Closing];
        let place = Place { sentence: &[0; 8], quotation: &[0; 8], kind: &kind };
        let found = roles(Scores { values: &values, tags: 7 }, &each(8), &(5..6), &place);
        assert_eq!((found.source, found.content), (Some(0..5), vec![6..7]));
    }

    #[test]
    fn no_source_begins_with_an_ending() {
        // the port ’s chief said(cue) — the network begins with the ending, and would rather have it than not.
        let mut values = table(&[0, 0, 1, 2, 0]);
        values[2 * 7] = 0.05f32.ln();
        let kind = [WordKind::Word, WordKind::Word, WordKind::Ending, WordKind::Word, WordKind::Word];
        let place = Place { sentence: &[0; 5], quotation: &[0; 5], kind: &kind };
        assert_eq!(roles(Scores { values: &values, tags: 7 }, &each(5), &(4..5), &place).source, Some(3..4));
    }

    #[test]
    fn no_content_begins_in_the_middle_of_a_quotation() {
        // “ it was a tale ” she said(cue) — the network leaves the mark and the first word out.
        let mut values = table(&[0, 0, 3, 4, 4, 4, 1, 0]);
        for word in 0..2 {
            (values[word * 7], values[word * 7 + 4]) = (0.7f32.ln(), 0.28f32.ln());
        }
        let quotation = [1, 1, 1, 1, 1, 1, 0, 0];
        let place = Place { sentence: &[0; 8], quotation: &quotation, kind: &[WordKind::Word; 8] };
        assert_eq!(roles(Scores { values: &values, tags: 7 }, &each(8), &(7..8), &place).content, [0..6]);
    }
}
