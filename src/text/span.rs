//! A place in a text.

use serde::{Deserialize, Serialize};

/// A half-open range of bytes, `start..end`, with both ends on character boundaries of its text.
///
/// ```
/// use despin::text::span::Span;
/// let (word, all) = (Span::new(4, 9), Span::new(0, 9));
/// assert_eq!(word.of("The ferry"), "ferry");
/// assert!(all.contains(word) && all.overlaps(word) && word.len_bytes() == 5);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The span from `start` up to `end`.
    pub fn new(start: usize, end: usize) -> Self {
        debug_assert!(start <= end, "a span does not run backwards");
        Span { start, end }
    }

    /// How many bytes it covers.
    pub fn len_bytes(self) -> usize {
        self.end - self.start
    }

    /// True where it is a bare place between two characters.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// What `text` has there.
    ///
    /// # Panics
    ///
    /// Where the span is not one of `text`.
    pub fn of(self, text: &str) -> &str {
        &text[self.start..self.end]
    }

    /// True where the two share at least one byte.
    pub fn overlaps(self, other: Span) -> bool {
        self.start < other.end && other.start < self.end
    }

    /// The same place in a text that has `n_bytes` more before it.
    pub fn shifted(self, n_bytes: usize) -> Span {
        Span::new(self.start + n_bytes, self.end + n_bytes)
    }

    /// What `part` has of this, as a place in `part`; none where it has no byte of it.
    pub fn within(self, part: Span) -> Option<Span> {
        let (start, end) = (self.start.max(part.start), self.end.min(part.end));
        (start < end).then(|| Span::new(start - part.start, end - part.start))
    }

    /// True where every byte of `other` is one of this.
    pub fn contains(self, other: Span) -> bool {
        self.start <= other.start && other.end <= self.end
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_move_and_are_cut() {
        let span = Span::new(3, 9);
        assert_eq!(span.shifted(4), Span::new(7, 13));
        assert_eq!(span.within(Span::new(2, 20)), Some(Span::new(1, 7)));
        assert_eq!(span.within(Span::new(5, 7)), Some(Span::new(0, 2)));
        assert_eq!((span.within(Span::new(9, 12)), span.within(Span::new(0, 3))), (None, None));
    }
}
