//! Labelled texts → examples: the labels of every piece.
//!
//! Invariant: every label of the corpus is in the example or in [`Misfits`]; none is silently dropped.

use std::collections::BTreeMap;
use std::ops::Range;

use super::TrainError;
use super::corpus::{Labelled, LabelledStatement};
use crate::encode::{PieceEncoder, Pieces};
use crate::labels::{EntityType, Stance};
use crate::text::{Span, Text};

/// A label that is not known: no loss.
pub const UNKNOWN: i64 = -100;

/// Pieces of a passage.
pub type PieceRange = Range<usize>;

/// A text in pieces with their labels.
#[derive(Clone, Debug, Default)]
pub struct Example {
    /// The pieces.
    pub pieces: Pieces,
    /// Cue tag of each piece (O, B, I, or [`UNKNOWN`]); empty where statements are not labelled.
    pub cues: Vec<i64>,
    /// Mention tag of each piece; empty where mentions are not labelled.
    pub mentions: Vec<i64>,
    /// Whether MISC is among the labels of the mentions.
    pub misc: bool,
    /// Whether a piece is a mark that scores trim from the ends of spans.
    pub bare: Vec<bool>,
    /// The statements.
    pub statements: Vec<Statement>,
}

impl Example {
    /// Whether anything can be learned from a stretch of it.
    pub fn teaches(&self, pieces: PieceRange) -> bool {
        let known = |tags: &[i64]| tags.get(pieces.clone()).is_some_and(|tags| tags.iter().any(|&tag| tag != UNKNOWN));
        let inside = |s: &Statement| pieces.start <= s.anchor.start && s.anchor.end <= pieces.end;
        known(&self.cues) || known(&self.mentions) || self.statements.iter().any(inside)
    }
}

/// A statement in pieces.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Statement {
    /// The cue; for a free-standing quotation its opening mark.
    pub anchor: PieceRange,
    /// Whether the anchor is an opening mark.
    pub freestanding: bool,
    /// The opening mark of a direct quotation.
    pub mark: Option<usize>,
    /// Who says it.
    pub source: Vec<PieceRange>,
    /// What.
    pub content: Vec<PieceRange>,
    /// To whom; `None` where it is not labelled.
    pub addressee: Option<Vec<PieceRange>>,
    /// `None` where it is not labelled.
    pub stance: Option<Stance>,
    /// Negated, hedged, unreal.
    pub flags: [bool; 3],
    /// Whether only stance and flags are to be learned.
    pub stance_only: bool,
}

impl Statement {
    /// From its first to its last piece.
    pub fn extent(&self) -> PieceRange {
        let ranges = || self.source.iter().chain(&self.content).chain(self.addressee.iter().flatten());
        let start = ranges().map(|r| r.start).fold(self.anchor.start, usize::min);
        start..ranges().map(|r| r.end).fold(self.anchor.end, usize::max)
    }
}

/// Labels that do not fall on the edges of pieces, or cannot be learned at all.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Misfits {
    /// Spans labelled.
    pub spans: usize,
    /// Spans that begin or end inside a piece; they are learned as the pieces that they touch.
    pub inside_a_piece: usize,
    /// Spans that touch no piece (white space, or beyond the text's end); they are not learned.
    pub without_pieces: usize,
    /// Statements with neither a cue nor an opening quotation mark; their roles are not learned.
    pub without_anchor: usize,
}

impl Misfits {
    /// Adds another corpus's.
    pub fn add(&mut self, other: Misfits) {
        self.spans += other.spans;
        self.inside_a_piece += other.inside_a_piece;
        self.without_pieces += other.without_pieces;
        self.without_anchor += other.without_anchor;
    }
}

/// Turns texts into examples.
pub fn examples(encoder: &PieceEncoder, texts: &[Labelled]) -> Result<(Vec<Example>, Misfits), TrainError> {
    let mut misfits = Misfits::default();
    let pieces: Vec<Pieces> = texts.iter().map(|t| encoder.encode(&t.text)).collect::<Result<_, _>>()?;
    let cue_words = cue_words(texts, &pieces);
    let examples = texts.iter().zip(pieces).map(|(text, pieces)| example(text, pieces, &cue_words, &mut misfits));
    Ok((examples.collect(), misfits))
}

fn example(labelled: &Labelled, pieces: Pieces, cue_words: &[String], misfits: &mut Misfits) -> Example {
    let text = &labelled.text;
    let mut example = Example { misc: labelled.misc, ..Example::default() };
    let mut place = |spans: &[Span]| -> Vec<PieceRange> {
        spans.iter().filter_map(|&span| place(text, &pieces, span, misfits)).collect()
    };
    if let Some(mentions) = &labelled.mentions {
        example.mentions = vec![0; pieces.len()];
        for &(span, kind) in mentions {
            for range in place(&[span]) {
                tag(&mut example.mentions, range, first_tag(kind));
            }
        }
    }
    if let Some(statements) = &labelled.statements {
        let placed: Vec<(Vec<PieceRange>, Statement)> = statements
            .iter()
            .map(|s| {
                let statement = Statement {
                    source: place(&s.source),
                    content: place(&s.content),
                    addressee: s.addressee.as_ref().map(|a| place(a)),
                    stance: s.stance,
                    flags: s.flags,
                    stance_only: labelled.stance_only,
                    mark: None,
                    ..Statement::default()
                };
                (place(&s.cue), statement)
            })
            .collect();
        example.cues = vec![0; pieces.len()];
        for range in labelled.unknown.iter().map(|&u| pieces.covering(u)) {
            example.cues[range].fill(UNKNOWN);
        }
        if !labelled.nested {
            for range in placed.iter().flat_map(|(_, s)| &s.content) {
                for at in range.clone().filter(|&at| cue_words.binary_search(&word(text, &pieces, at)).is_ok()) {
                    example.cues[at] = UNKNOWN;
                }
            }
        }
        if labelled.stance_only {
            example.cues.fill(UNKNOWN);
        }
        for range in placed.iter().flat_map(|(cue, _)| cue).filter(|_| !labelled.stance_only) {
            tag(&mut example.cues, range.clone(), 1);
        }
        for ((cue, mut statement), labels) in placed.into_iter().zip(statements) {
            statement.mark = opening_mark(text, &pieces, labels, &statement);
            match (cue.first(), statement.mark) {
                (Some(cue), _) => statement.anchor = cue.clone(),
                (None, Some(mark)) => {
                    statement.anchor = mark..mark + 1;
                    statement.freestanding = true;
                }
                (None, None) => {
                    misfits.without_anchor += 1;
                    continue;
                }
            }
            example.statements.push(statement);
        }
    }
    let bare = |c: char| c.is_whitespace() || "\"“”‘’'«»„,.;:—–-".contains(c);
    example.bare = pieces.offsets.iter().map(|&o| text.slice(o).chars().all(bare)).collect();
    example.pieces = pieces;
    example
}

/// The pieces of a span, trimmed of white space.
fn place(text: &Text, pieces: &Pieces, span: Span, misfits: &mut Misfits) -> Option<PieceRange> {
    misfits.spans += 1;
    let span = text.trim(span);
    let range = pieces.covering(span);
    if span.is_empty() || range.is_empty() {
        misfits.without_pieces += 1;
        return None;
    }
    if pieces.span(range.start, range.end) != span {
        misfits.inside_a_piece += 1;
    }
    Some(range)
}

/// B on the first piece, I on the others.
fn tag(tags: &mut [i64], range: PieceRange, first: i64) {
    for at in range.clone() {
        tags[at] = if at == range.start { first } else { first + 1 };
    }
}

fn first_tag(kind: EntityType) -> i64 {
    match kind {
        EntityType::Per => 1,
        EntityType::Org => 3,
        EntityType::Loc => 5,
        EntityType::Misc | EntityType::Unnamed => 7,
    }
}

/// The piece of the opening quotation mark, if all of the content is quoted.
fn opening_mark(text: &Text, pieces: &Pieces, labels: &LabelledStatement, statement: &Statement) -> Option<usize> {
    let first = labels.content.first()?;
    let quoted = labels.content.iter().all(|&span| {
        let inside = text.slice(text.trim_matches(span, |c| c.is_whitespace() || ",.;:".contains(c)));
        inside.starts_with(['"', '“', '‘', '\'', '«', '„']) && inside.ends_with(['"', '”', '’', '\'', '»', '“'])
    });
    let at = statement.content.first()?.start;
    (quoted && first.len() > 2 && pieces.offsets[at].len() == 1).then_some(at)
}

/// The word that a piece belongs to, in lower case.
fn word(text: &Text, pieces: &Pieces, at: usize) -> String {
    let number = pieces.words[at];
    let start = pieces.words.partition_point(|&w| w < number);
    let end = pieces.words.partition_point(|&w| w <= number);
    text.slice(pieces.span(start, end)).to_lowercase()
}

/// Words that stand in cues often enough (twice, and one time in twenty) to be cues where nobody marked
/// them; sorted.
fn cue_words(texts: &[Labelled], pieces: &[Pieces]) -> Vec<String> {
    let mut counts: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for (labelled, pieces) in texts.iter().zip(pieces) {
        let Some(statements) = labelled.statements.as_ref().filter(|_| !labelled.nested) else {
            continue;
        };
        let mut in_cue = vec![false; pieces.len()];
        for &cue in statements.iter().flat_map(|s| &s.cue) {
            in_cue[pieces.covering(cue)].fill(true);
        }
        for (at, &inside) in in_cue.iter().enumerate() {
            if at == 0 || pieces.words[at] != pieces.words[at - 1] {
                let count = counts.entry(word(&labelled.text, pieces, at)).or_default();
                count.0 += usize::from(inside);
                count.1 += 1;
            }
        }
    }
    let often = |&(_, (cue, all)): &(String, (usize, usize))| cue >= 2 && cue * 20 >= all;
    counts.into_iter().filter(often).map(|(word, _)| word).collect()
}
