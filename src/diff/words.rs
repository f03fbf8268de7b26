//! A text as the words that are compared: their places, a number for each wording, and the lines they stand on.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::text::span::Span;
use crate::text::token::TokenKind;
use crate::text::tokenize::tokenize;

/// A text and its tokens.
#[derive(Debug)]
pub struct Words<'a> {
    /// The whole text.
    pub text: &'a str,
    /// The part of it that is compared.
    pub part: Span,
    /// Where its tokens stand.
    pub places: Vec<Span>,
    /// What they are.
    pub kinds: Vec<TokenKind>,
    /// A number for each, the same where the wording is.
    pub ids: Vec<u32>,
    /// Where lines begin, of the part alone.
    lines: Vec<usize>,
}

/// Gives each wording a number.
#[derive(Debug, Default)]
pub struct Numbers<'a> {
    known: FxHashMap<&'a str, u32>,
}

impl<'a> Numbers<'a> {
    /// The words of `part` of `text`. A part begins and ends at a line's beginning or an end of the text.
    pub fn words(&mut self, text: &'a str, part: Span) -> Words<'a> {
        let tokens = tokenize(part.of(text));
        let mut words = Words {
            text,
            part,
            places: Vec::with_capacity(tokens.len()),
            kinds: Vec::with_capacity(tokens.len()),
            ids: Vec::with_capacity(tokens.len()),
            lines: Vec::new(),
        };
        for token in tokens {
            let place = Span::new(part.start + token.span.start, part.start + token.span.end);
            let next = self.known.len() as u32;
            words.ids.push(*self.known.entry(place.of(text)).or_insert(next));
            words.places.push(place);
            words.kinds.push(token.kind);
        }
        words.lines.push(part.start);
        words.lines.extend(part.of(text).match_indices('\n').map(|(at, _)| part.start + at + 1));
        words
    }
}

impl<'a> Words<'a> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The line, counted from the part's first, on which word `n` stands.
    pub fn line(&self, n: usize) -> usize {
        self.lines.partition_point(|&start| start <= self.places[n].start) - 1
    }

    /// The words that begin on `line`.
    pub fn on_line(&self, line: usize) -> Range<usize> {
        let first = |line: usize| match self.lines.get(line) {
            Some(&start) => self.places.partition_point(|place| place.start < start),
            None => self.len(),
        };
        first(line)..first(line + 1)
    }

    /// Word `n` itself.
    pub fn word(&self, n: usize) -> &'a str {
        self.places[n].of(self.text)
    }

    /// From the first of `range` up to the end of its last.
    ///
    /// # Panics
    ///
    /// Where `range` is empty.
    pub fn span(&self, range: &Range<usize>) -> Span {
        Span::new(self.places[range.start].start, self.places[range.end - 1].end)
    }

    /// Where the word before word `n` ends.
    pub fn end_before(&self, n: usize) -> usize {
        n.checked_sub(1).map_or(self.part.start, |last| self.places[last].end)
    }

    /// Where word `n` begins; the part's end where there is none.
    pub fn start_of(&self, n: usize) -> usize {
        self.places.get(n).map_or(self.part.end, |place| place.start)
    }
}
