//! A text as the words that are compared: their places, a number for each wording, and the lines they stand on.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::text::span::Span;
use crate::text::token::TokenKind;
use crate::text::tokenize::tokens;

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
    /// For each line of the part, the first word that stands on it or behind it.
    first_words: Vec<usize>,
}

/// Gives each wording a number.
#[derive(Debug, Default)]
pub struct Numbers<'a> {
    /// By their bytes and how many they are: most words are short, and are found by two numbers.
    short: FxHashMap<[u64; 2], u32>,
    long: FxHashMap<&'a str, u32>,
}

impl<'a> Numbers<'a> {
    /// The words of `part` of `text`. A part begins and ends at a line's beginning or an end of the text.
    pub fn words(&mut self, text: &'a str, part: Span) -> Words<'a> {
        // A word and what stands behind it have five bytes and more; room that is not used is never touched.
        let room = part.len_bytes() / 4 + 1;
        let mut words = Words {
            text,
            part,
            places: Vec::with_capacity(room),
            kinds: Vec::with_capacity(room),
            ids: Vec::with_capacity(room),
            first_words: vec![0],
        };
        // Where lines begin, but the first.
        let line_ends = part.of(text).match_indices('\n');
        let mut lines = line_ends.map(|(at, _)| part.start + at + 1).peekable();
        for token in tokens(part.of(text)) {
            let place = Span::new(part.start + token.span.start, part.start + token.span.end);
            while lines.next_if(|&start| start <= place.start).is_some() {
                words.first_words.push(words.places.len());
            }
            words.ids.push(self.number(text, place));
            words.places.push(place);
            words.kinds.push(token.kind);
        }
        words.first_words.extend(lines.map(|_| words.places.len()));
        words
    }

    fn number(&mut self, text: &'a str, place: Span) -> u32 {
        let next = (self.short.len() + self.long.len()) as u32;
        match short(text.as_bytes(), place) {
            Some(short) => *self.short.entry(short).or_insert(next),
            None => *self.long.entry(place.of(text)).or_insert(next),
        }
    }
}

/// The bytes of a word of at most fifteen as two numbers, zeros behind them, and their number in the highest byte.
fn short(text: &[u8], place: Span) -> Option<[u64; 2]> {
    let len = place.len_bytes();
    if len > 15 {
        return None;
    }
    let bytes = match text[place.start..].first_chunk::<16>() {
        Some(bytes) => u128::from_le_bytes(*bytes) & !(u128::MAX << (8 * len)),
        None => text[place.start..place.end].iter().rev().fold(0, |all, &byte| all << 8 | u128::from(byte)),
    };
    Some([bytes as u64, (bytes >> 64) as u64 | (len as u64) << 56])
}

impl<'a> Words<'a> {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The line, counted from the part's first, on which word `n` stands.
    pub fn line(&self, n: usize) -> usize {
        self.first_words.partition_point(|&first| first <= n) - 1
    }

    /// The words that begin on `line`.
    pub fn on_line(&self, line: usize) -> Range<usize> {
        let first = |line: usize| self.first_words.get(line).copied().unwrap_or(self.len());
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

    /// What stands before word `n`, which is not the first.
    pub fn gap(&self, n: usize) -> &'a str {
        &self.text[self.places[n - 1].end..self.places[n].start]
    }

    /// Where word `n` begins; the part's end where there is none.
    pub fn start_of(&self, n: usize) -> usize {
        self.places.get(n).map_or(self.part.end, |place| place.start)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole<'a>(numbers: &mut Numbers<'a>, text: &'a str) -> Words<'a> {
        numbers.words(text, Span::new(0, text.len()))
    }

    #[test]
    fn lines_have_their_words() {
        let text = "\nOne two\n\n three\nfour";
        let words = whole(&mut Numbers::default(), text);
        let on_line = |line| words.on_line(line).map(|n| words.word(n)).collect::<Vec<_>>();
        let lines: Vec<_> = (0..6).map(on_line).collect();
        assert_eq!(lines, [vec![], vec!["One", "two"], vec![], vec!["three"], vec!["four"], vec![]]);
        assert_eq!((0..words.len()).map(|n| words.line(n)).collect::<Vec<_>>(), [1, 1, 3, 4]);
        assert_eq!(whole(&mut Numbers::default(), "").on_line(0), 0..0);
    }

    proptest! {
        #[test]
        fn words_have_one_number_if_they_are_one(text in "([ab]{1,2}|[é]{1,9}|a{6,9}|[ab]{15,17}| |\n){0,40}") {
            let mut numbers = Numbers::default();
            // The last words of a text have less behind them.
            let longer = format!("{text} and more than that behind it");
            let (one, other) = (whole(&mut numbers, &text), whole(&mut numbers, &longer));
            let all: Vec<_> = [&one, &other].iter().flat_map(|w| (0..w.len()).map(|n| (w.word(n), w.ids[n]))).collect();
            for (word, id) in &all {
                prop_assert!(all.iter().all(|(other, number)| (word == other) == (id == number)));
            }
        }
    }
}
