//! Roles in pieces → statements in code points, in order, with calibrated probabilities.
//!
//! Invariant: one row per act: no two statements share a cue, none is without content.

use std::ops::Range;

use super::PassagePieces;
use super::nest;
use super::quotes::{Quotes, quotation};
use crate::article::Statement;
use crate::labels::{Flags, Stance};
use crate::model::Calibration;
use crate::text::{Span, Text};

/// A statement as the network's heads give it, in pieces of its passage.
#[derive(Clone, Debug)]
pub(super) struct RawStatement {
    pub passage: usize,
    /// None for a free-standing quotation.
    pub cue: Option<Range<usize>>,
    pub source: Option<Range<usize>>,
    pub content: Vec<Range<usize>>,
    pub addressee: Option<Range<usize>>,
    pub cue_score: f32,
    pub content_score: f32,
    /// Logits of the 18 stances.
    pub stance: Vec<f32>,
    /// Probabilities of the three flags.
    pub flags: [f32; 3],
}

/// Of statements whose cues overlap (windows may disagree on a cue's extent), the surer one stays.
pub(super) fn one_per_cue(statements: &mut Vec<RawStatement>) {
    let start = |s: &RawStatement| s.cue.as_ref().map_or(usize::MAX, |c| c.start);
    statements
        .sort_by(|a, b| (a.passage, start(a)).cmp(&(b.passage, start(b))).then(b.cue_score.total_cmp(&a.cue_score)));
    let mut kept: Vec<RawStatement> = Vec::with_capacity(statements.len());
    for statement in statements.drain(..) {
        match kept.last_mut() {
            Some(last) if last.passage == statement.passage && overlap(&last.cue, &statement.cue) => {
                if statement.cue_score > last.cue_score {
                    *last = statement;
                }
            }
            _ => kept.push(statement),
        }
    }
    *statements = kept;
}

/// Whether two cues share a piece.
pub(super) fn overlap(a: &Option<Range<usize>>, b: &Option<Range<usize>>) -> bool {
    matches!((a, b), (Some(a), Some(b)) if a.start < b.end && b.start < a.end)
}

/// The statements of a passage.
pub(super) fn build(
    at: PassagePieces<'_>,
    quotes: &Quotes,
    raw: Vec<RawStatement>,
    calibration: &Calibration,
) -> Vec<Statement> {
    let text = &at.passage.text;
    let span = |range: &Range<usize>| at.pieces.span(range.start, range.end);
    let mut statements: Vec<Statement> = raw
        .into_iter()
        .filter_map(|raw| {
            let mut content: Vec<Span> = raw
                .content
                .iter()
                .map(|r| tidy(text, span(r), quotes))
                .filter(|s| text.slice(*s).chars().any(char::is_alphanumeric))
                .collect();
            apart(&mut content);
            let (stance, probability) = stance(&raw.stance);
            // Who declines to comment may do so without a content; any other act has one.
            if content.is_empty() && stance != Stance::Decline {
                return None;
            }
            Some(Statement {
                part: at.passage.part,
                cue: raw.cue.as_ref().map(span),
                source: raw.source.as_ref().map(span),
                addressee: raw.addressee.as_ref().map(span),
                quotation: quotation(text, &content, quotes),
                content,
                stance,
                stance_score: calibration.stance_score(probability),
                flags: Flags { negated: raw.flags[0] > 0.5, hedged: raw.flags[1] > 0.5, unreal: raw.flags[2] > 0.5 },
                score: calibration.score(raw.cue_score, raw.content_score),
                nested_in: None,
            })
        })
        .collect();
    statements.sort_by_key(|s| (s.anchor().start, std::cmp::Reverse(s.extent().len()), s.anchor().end));
    nest::link(&mut statements);
    statements
}

/// The likeliest stance and its probability.
fn stance(logits: &[f32]) -> (Stance, f32) {
    let best = (0..logits.len()).fold(0, |best, i| if logits[i] > logits[best] { i } else { best });
    let sum: f32 = logits.iter().map(|l| (l - logits[best]).exp()).sum();
    (Stance::ALL[best], 1.0 / sum)
}

/// Leaves to each part what those before it do not hold: pieces may share a character, and parts a quotation mark.
fn apart(content: &mut Vec<Span>) {
    let mut end = 0;
    content.retain_mut(|part| {
        part.start = part.start.max(end);
        end = end.max(part.end);
        !part.is_empty()
    });
}

/// A content as it is to be labelled: with the quotation marks that belong to it, without the comma or
/// full stop that stands outside them.
fn tidy(text: &Text, span: Span, quotes: &Quotes) -> Span {
    let mut span = text.trim(span);
    let stop = |c: Option<char>| c.is_some_and(|c| ",.;:".contains(c));
    let quoted = |at: usize| quotes.around(at);
    while span.len() > 1
        && stop(text.char_at(span.end - 1))
        && quoted(span.end - 1).is_none()
        && !abbreviated(text, span)
    {
        span = text.trim(Span::new(span.start, span.end - 1));
    }
    if let Some(quote) = quoted(span.start)
        && quote.start + 1 == span.start
    {
        span.start = quote.start;
    }
    if let Some(quote) = span.end.checked_sub(1).and_then(quoted) {
        let rest = text.slice(Span::new(span.end, quote.end));
        if !rest.is_empty()
            && rest.chars().count() <= 2
            && !rest.chars().any(|c| c.is_alphanumeric() || c.is_whitespace())
        {
            span.end = quote.end;
        }
    }
    span
}

/// Whether the full stop at a span's end belongs to an abbreviation ("the U.S.", "Acme Inc.").
fn abbreviated(text: &Text, span: Span) -> bool {
    let word: String = text.slice(span).chars().rev().take_while(|c| !c.is_whitespace()).collect();
    let word: String = word.chars().rev().collect();
    word.ends_with('.')
        && (word[..word.len() - 1].contains('.')
            || ["Inc.", "Corp.", "Ltd.", "Co.", "Jr.", "Sr.", "No."].contains(&word.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tidied(text: &str, part: &str) -> String {
        let whole = Text::new(text);
        let start = whole.code_point_of(text.find(part).unwrap());
        let span = Span::new(start, start + part.chars().count());
        whole.slice(tidy(&whole, span, &Quotes::find(&whole))).to_owned()
    }

    #[test]
    fn marks_come_along_and_stops_outside_them_do_not() {
        assert_eq!(tidied("“We will pay,” he said.", "We will pay,"), "“We will pay,”");
        assert_eq!(tidied("He said they would pay.", "they would pay."), "they would pay");
        assert_eq!(tidied("He said “we pay”, then left.", "“we pay”,"), "“we pay”");
        assert_eq!(tidied("She blamed the U.S.", "the U.S."), "the U.S.");
    }

    #[test]
    fn parts_of_a_content_share_no_character() {
        let spans =
            |pairs: &[(usize, usize)]| pairs.iter().map(|&(start, end)| Span::new(start, end)).collect::<Vec<_>>();
        let mut content = spans(&[(0, 48), (47, 140), (100, 140), (150, 160)]);
        apart(&mut content);
        assert_eq!(content, spans(&[(0, 48), (48, 140), (150, 160)]));
    }

    #[test]
    fn the_likeliest_stance_has_its_softmax_probability() {
        let logits: Vec<f32> = (0..18).map(|i| if i == 17 { 4.0 } else { 0.0 }).collect();
        let (label, probability) = stance(&logits);
        assert_eq!(label, Stance::Warn);
        assert!((probability - 4f32.exp() / (4f32.exp() + 17.0)).abs() < 1e-6);
    }
}
