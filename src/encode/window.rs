//! Pieces → windows: the stretches that the network reads at once.
//!
//! Invariant: every piece is in a window, and in one where it has context on both sides as far as the
//! text has it.

/// A stretch of a passage that is read as a text of its own: all of it, or a content in which statements
/// are looked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Region {
    /// Which passage of the unit.
    pub passage: usize,
    /// First piece.
    pub start: usize,
    /// One past the last piece.
    pub end: usize,
}

/// A stretch of a region that fits the network, in pieces, `CLS` and `SEP` not counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Window {
    /// Where it lies, as an index into the regions.
    pub region: usize,
    /// First piece, counted in the passage.
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

    /// How far a piece lies from the nearer edge of the window; an edge of the region does not count.
    pub fn depth(&self, piece: usize, region: &Region) -> usize {
        let left = if self.start == region.start { usize::MAX } else { piece.saturating_sub(self.start) };
        let right = if self.end == region.end { usize::MAX } else { self.end.saturating_sub(piece + 1) };
        left.min(right)
    }

    /// A window of `size` pieces around a piece, kept within its region.
    pub fn centred(index: usize, region: &Region, piece: usize, size: usize) -> Self {
        let latest = region.end.saturating_sub(size).max(region.start);
        let start = piece.saturating_sub(size / 2).clamp(region.start, latest);
        Window { region: index, start, end: (start + size).min(region.end) }
    }
}

/// How a region is cut into windows.
#[derive(Clone, Copy, Debug)]
pub struct Cutter<'a> {
    /// Most pieces of a window.
    pub size: usize,
    /// Pieces of context on each side of a piece, as far as the region has them.
    pub overlap: usize,
    /// Number of the sentence of each piece of the passage, rising.
    pub sentences: &'a [u32],
}

impl Cutter<'_> {
    /// The windows of a region: as few as can be and of about the same length, each beginning and ending with a
    /// sentence where one does so near enough.
    pub fn windows(&self, index: usize, region: &Region) -> Vec<Window> {
        let mut windows = Vec::with_capacity((region.end - region.start) / (self.size - self.overlap) + 1);
        let mut start = region.start;
        while start < region.end {
            let end = self.end(start, region);
            windows.push(Window { region: index, start, end });
            if end == region.end {
                break;
            }
            start = self.next_start(start, end);
        }
        windows
    }

    /// Where a window ends: with the first sentence that makes it its share of what is left, or else the last that fits.
    fn end(&self, start: usize, region: &Region) -> usize {
        let left = region.end - start;
        if left <= self.size {
            return region.end;
        }
        let count = (left - self.overlap).div_ceil(self.size - self.overlap);
        let share = (left + (count - 1) * self.overlap).div_ceil(count);
        let fits = |end: &usize| self.begins_sentence(*end);
        (start + share..=start + self.size)
            .find(fits)
            .or_else(|| (start + self.size / 2..start + share).rev().find(fits))
            .unwrap_or(start + self.size)
    }

    /// Where the window after one begins: with the last sentence that leaves enough to be read twice, or else in mid-sentence.
    fn next_start(&self, start: usize, end: usize) -> usize {
        let latest = end - self.overlap;
        let earliest = (end - 2 * self.overlap).max(start + 1);
        (earliest..=latest).rev().find(|&piece| self.begins_sentence(piece)).unwrap_or(latest)
    }

    fn begins_sentence(&self, piece: usize) -> bool {
        self.sentences[piece] != self.sentences[piece - 1]
    }
}

/// Which window a piece is taken from: the one in which it lies deepest, the earlier of two.
pub struct Owners<'a> {
    /// The windows of all regions, in order of region and place.
    pub windows: &'a [Window],
}

impl Owners<'_> {
    /// Index of the window that a piece of a region is taken from.
    pub fn of(&self, piece: usize, region: &Region, index: usize) -> usize {
        let first = self.windows.partition_point(|w| (w.region, w.end) <= (index, piece));
        let holding = self.windows[first..].iter().take_while(|w| w.region == index && w.start <= piece);
        let mut best = (first, 0);
        for (i, window) in holding.enumerate() {
            let depth = window.depth(piece, region);
            if depth > best.1 {
                best = (first + i, depth);
            }
        }
        best.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// Nothing is ever cut off, and no piece is read only at an edge that is neither the region's nor its
        /// sentence's.
        #[test]
        fn every_piece_has_context_somewhere(
            start in 0usize..50,
            n in 1usize..2000,
            lengths in prop::collection::vec(1usize..120, 1..40),
        ) {
            let region = Region { passage: 0, start, end: start + n };
            let lengths = lengths.iter().cycle().enumerate();
            let sentences: Vec<u32> =
                lengths.flat_map(|(i, &l)| std::iter::repeat_n(i as u32, l)).take(start + n).collect();
            let cutter = Cutter { size: 190, overlap: 32, sentences: &sentences };
            let windows = cutter.windows(0, &region);
            for piece in start..start + n {
                let depth = windows.iter().filter(|w| (w.start..w.end).contains(&piece)).map(|w| w.depth(piece, &region)).max();
                prop_assert!(depth.is_some_and(|d| d >= 15), "piece {} of {}: {:?}", piece, n, depth);
            }
            prop_assert!(windows.iter().all(|w| w.len() <= 190));
            prop_assert!(windows.iter().zip(windows.iter().skip(1)).all(|(a, b)| a.start < b.start && a.end < b.end));
        }

        /// In sentences that are short beside a window, no window cuts one.
        #[test]
        fn windows_end_with_sentences(lengths in prop::collection::vec(1usize..32, 1..100)) {
            let sentences: Vec<u32> =
                lengths.iter().enumerate().flat_map(|(i, &l)| std::iter::repeat_n(i as u32, l)).collect();
            let region = Region { passage: 0, start: 0, end: sentences.len() };
            let cutter = Cutter { size: 190, overlap: 32, sentences: &sentences };
            for window in cutter.windows(0, &region) {
                for edge in [window.start, window.end] {
                    prop_assert!(edge == 0 || edge == sentences.len() || sentences[edge] != sentences[edge - 1]);
                }
            }
        }

        #[test]
        fn a_centred_window_is_full_or_the_region(start in 0usize..50, n in 1usize..500, at in 0usize..500) {
            let region = Region { passage: 0, start, end: start + n };
            let piece = start + at % n;
            let window = Window::centred(0, &region, piece, 190);
            prop_assert_eq!(window.len(), n.min(190));
            prop_assert!(window.start >= region.start && window.end <= region.end);
            prop_assert!((window.start..window.end).contains(&piece));
        }
    }
}
