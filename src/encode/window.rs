//! Pieces → windows: the stretches that the network reads at once.
//!
//! Invariant: every piece is in a window, and in one where it has context on both sides as far as the
//! text has it.

use super::Pieces;

/// A stretch of one passage, in pieces, [CLS] and [SEP] not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Which passage of the unit.
    pub passage: usize,
    /// First piece.
    pub start: usize,
    /// One past the last piece.
    pub end: usize,
}

impl Window {
    /// Pieces in it.
    pub fn len(&self) -> usize {
        self.end - self.start
    }

    /// Whether it holds none.
    pub fn is_empty(&self) -> bool {
        self.end <= self.start
    }

    /// How far a piece lies from the nearer edge of the window; an edge that is the text's does not count.
    pub fn depth(&self, piece: usize, pieces: usize) -> usize {
        let left = if self.start == 0 { usize::MAX } else { piece.saturating_sub(self.start) };
        let right = if self.end == pieces { usize::MAX } else { self.end.saturating_sub(piece + 1) };
        left.min(right)
    }

    /// A window of `size` pieces around a piece, kept within the text.
    pub fn centred(passage: usize, piece: usize, pieces: usize, size: usize) -> Self {
        let start = piece.saturating_sub(size / 2).min(pieces.saturating_sub(size));
        Window { passage, start, end: (start + size).min(pieces) }
    }
}

/// Windows of at most `size` pieces over a passage, `stride` apart; the last one is moved back so that it
/// is full. Windows begin and end between words.
pub fn windows(passage: usize, pieces: &Pieces, size: usize, stride: usize) -> Vec<Window> {
    let total = pieces.len();
    let mut windows = Vec::with_capacity(total / stride + 1);
    let mut start = 0;
    while start < total {
        let end = (start + size).min(total);
        windows.push(Window { passage, start, end });
        if end == total {
            break;
        }
        start = (start + stride).min(total - size);
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pieces(n: usize) -> Pieces {
        Pieces { ids: vec![1; n], ..Pieces::default() }
    }

    proptest! {
        /// Nothing is ever cut off, and no piece is read only at an edge that is not the text's.
        #[test]
        fn every_piece_has_context_somewhere(n in 1usize..2000) {
            let windows = windows(0, &pieces(n), 190, 142);
            for piece in 0..n {
                let depth = windows.iter().filter(|w| (w.start..w.end).contains(&piece)).map(|w| w.depth(piece, n)).max();
                prop_assert!(depth.is_some_and(|d| d >= 23), "piece {} of {}: {:?}", piece, n, depth);
            }
            prop_assert!(windows.iter().all(|w| w.len() <= 190));
        }
    }

    #[test]
    fn a_centred_window_stays_within_the_text() {
        assert_eq!(Window::centred(0, 5, 1000, 190), Window { passage: 0, start: 0, end: 190 });
        assert_eq!(Window::centred(0, 990, 1000, 190), Window { passage: 0, start: 810, end: 1000 });
        assert_eq!(Window::centred(0, 3, 7, 190), Window { passage: 0, start: 0, end: 7 });
    }
}
