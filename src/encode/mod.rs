//! Passage → pieces: token ids, word shapes, offsets in code points.
//!
//! Invariant: every character that the vocabulary's normaliser keeps is in a piece, however long the
//! text; `offsets` slice the passage as given.

mod batch;
mod shape;
mod window;

pub use batch::{Batch, batches};
pub use shape::{SHAPES, shape};
pub use window::{Cutter, Owners, Region, Window};

use std::path::Path;

use tokenizers::Tokenizer;

use crate::text::{Span, Text};

/// Longest stretch, in code points, that is tokenised at once. Pieces never cross white space, so a text
/// cut there has the same pieces as the whole.
const STRETCH: usize = 8192;

/// The pieces of a passage, without `CLS` and `SEP`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    /// Vocabulary ids.
    pub ids: Vec<u32>,
    /// Code points of each piece in the passage.
    pub offsets: Vec<Span>,
    /// Number of the pre-tokeniser's word that each piece belongs to, rising.
    pub words: Vec<u32>,
    /// Shape of that word ([`shape`]), which the network takes as token type.
    pub shapes: Vec<u8>,
}

impl Pieces {
    /// How many.
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// Code points from the first to the last piece of a range.
    pub fn span(&self, start: usize, end: usize) -> Span {
        match (self.offsets.get(start), self.offsets.get(end.wrapping_sub(1))) {
            (Some(first), Some(last)) if start < end => Span::new(first.start, last.end),
            _ => Span::default(),
        }
    }

    /// The pieces that share a code point with a span, as a range; empty if none does.
    pub fn covering(&self, span: Span) -> std::ops::Range<usize> {
        let start = self.offsets.partition_point(|o| o.end <= span.start);
        let end = self.offsets.partition_point(|o| o.start < span.end);
        start..end.max(start)
    }
}

/// The tokenizer could not be read or failed on a text.
#[derive(Debug, thiserror::Error)]
pub enum EncodeError {
    /// Its file is missing or damaged.
    #[error(
        "cannot read the tokenizer {path}: {why}; a model folder needs a tokenizer.json as Hugging Face tokenizers writes it"
    )]
    Load {
        /// The file.
        path: String,
        /// What the tokenizers library says.
        why: String,
    },
    /// A text could not be tokenised.
    #[error("the tokenizer failed on the text: {0}")]
    Text(String),
}

/// Splits passages into pieces.
pub struct PieceEncoder {
    tokenizer: Tokenizer,
}

impl PieceEncoder {
    /// Reads `tokenizer.json`, with truncation and padding switched off whatever the file says.
    pub fn load(path: &Path) -> Result<Self, EncodeError> {
        let failed = |why: String| EncodeError::Load { path: path.display().to_string(), why };
        let mut tokenizer = Tokenizer::from_file(path).map_err(|e| failed(e.to_string()))?;
        tokenizer.with_truncation(None).map_err(|e| failed(e.to_string()))?;
        tokenizer.with_padding(None);
        Ok(PieceEncoder { tokenizer })
    }

    /// The pieces of a passage.
    pub fn encode(&self, text: &Text) -> Result<Pieces, EncodeError> {
        let mut pieces = Pieces::default();
        for stretch in stretches(text) {
            self.encode_stretch(text, stretch, &mut pieces)?;
        }
        Ok(pieces)
    }

    fn encode_stretch(&self, text: &Text, stretch: Span, pieces: &mut Pieces) -> Result<(), EncodeError> {
        let encoding = self
            .tokenizer
            .encode_char_offsets(text.slice(stretch), false)
            .map_err(|e| EncodeError::Text(e.to_string()))?;
        let first_word = pieces.words.last().map_or(0, |w| w + 1);
        let first = pieces.len();
        for ((&id, &(start, end)), word) in
            encoding.get_ids().iter().zip(encoding.get_offsets()).zip(encoding.get_word_ids())
        {
            pieces.ids.push(id);
            pieces.offsets.push(Span::new(stretch.start + start, stretch.start + end));
            pieces.words.push(first_word + word.unwrap_or(0));
        }
        let mut at = first;
        while at < pieces.len() {
            let end = at + pieces.words[at..].iter().take_while(|w| **w == pieces.words[at]).count();
            let shape = shape(text.slice(pieces.span(at, end)));
            pieces.shapes.extend(std::iter::repeat_n(shape, end - at));
            at = end;
        }
        Ok(())
    }
}

/// A text in stretches of at most [`STRETCH`] code points, cut at white space where there is any.
fn stretches(text: &Text) -> Vec<Span> {
    let mut parts = Vec::new();
    let mut start = 0;
    while text.len() - start > STRETCH {
        let whole = Span::new(start, start + STRETCH);
        let back = text.slice(whole).chars().rev().take_while(|c| !c.is_whitespace()).count();
        let end = if back < STRETCH { whole.end - back } else { whole.end };
        parts.push(Span::new(start, end));
        start = end;
    }
    parts.push(Span::new(start, text.len()));
    parts
}
