//! One text of a pair, cut into what is aligned: paragraphs, sentences, units.

use std::ops::Range;

use crate::text::sentence::sentences;
use crate::text::tokenize::tokenize;
use crate::text::unit::{Unit, UnitKind, units};

/// A text cut up.
#[derive(Debug, Clone, PartialEq)]
pub struct Side<'a> {
    /// The text.
    pub text: &'a str,
    /// Its units, in order.
    pub units: Vec<Unit>,
    /// Its sentences as ranges of units, in order; every unit is in one.
    pub sentences: Vec<Range<usize>>,
    /// Its paragraphs, which are lines, as ranges of sentences.
    pub paragraphs: Vec<Range<usize>>,
}

impl<'a> Side<'a> {
    /// `text` cut up.
    pub fn new(text: &'a str) -> Side<'a> {
        let tokens = tokenize(text);
        let units = units(text, &tokens);
        let mut found: Vec<Range<usize>> = Vec::new();
        let mut first = 0;
        for span in sentences(text, &tokens) {
            let end = first + units[first..].iter().take_while(|unit| unit.span.start < span.end).count();
            found.push(first..end);
            first = end;
        }
        let mut paragraphs: Vec<Range<usize>> = Vec::new();
        for (idx, sentence) in found.iter().enumerate() {
            let start = units[sentence.start].span.start;
            let from = sentence.start.checked_sub(1).map_or(0, |before| units[before].span.end);
            match paragraphs.last_mut() {
                Some(paragraph) if !text[from..start].contains('\n') => paragraph.end = idx + 1,
                _ => paragraphs.push(idx..idx + 1),
            }
        }
        Side { text, units, sentences: found, paragraphs }
    }

    /// The wording of a range of units, with one space for each gap; empty for an empty range.
    pub fn wording(&self, range: Range<usize>) -> String {
        let mut out = String::new();
        for unit in &self.units[range] {
            if !out.is_empty() && !unit.is_joined {
                out.push(' ');
            }
            out.push_str(unit.span.of(self.text));
        }
        out
    }

    /// As [`wording`](Self::wording), folded.
    pub fn folded(&self, range: Range<usize>) -> String {
        let mut out = String::new();
        range.for_each(|at| self.fold_onto(at, &mut out));
        out
    }

    /// Adds unit `at`, folded, to a wording that ends before it.
    pub fn fold_onto(&self, at: usize, wording: &mut String) {
        let unit = &self.units[at];
        if !wording.is_empty() && !unit.is_joined {
            wording.push(' ');
        }
        wording.push_str(&unit.folded);
    }

    /// `range` of a spun text in its sentence, with the original's wording, as examples of dictionaries are written:
    /// `some words [spun|original] some words`.
    pub fn example(&self, range: Range<usize>, original: &str) -> String {
        let sentence = self.sentence_of(range.start.min(self.units.len().saturating_sub(1)));
        let first = sentence.start.max(range.start.saturating_sub(EXAMPLE_UNITS)).min(range.start);
        let end = sentence.end.min(range.end + EXAMPLE_UNITS).max(range.end);
        let (before, after) = (self.wording(first..range.start), self.wording(range.end..end));
        // An opening sign may end what stands before, and a full stop begin what stands after.
        let is_apart = |start: usize| self.units.get(start).is_some_and(|unit| !unit.is_joined);
        // It begins with a word.
        let mut text = before.trim_start_matches([',', ';', ':', '.', ')', '-', '–', '—', ' ']).to_string();
        if !text.is_empty() && (is_apart(range.start) || range.is_empty()) {
            text.push(' ');
        }
        text += &format!("[{}|{original}]", self.wording(range.clone()));
        if !after.is_empty() && is_apart(range.end) {
            text.push(' ');
        }
        text + &after
    }

    /// Which sentence unit `at` is in.
    pub fn sentence_of(&self, at: usize) -> Range<usize> {
        let idx = self.sentences.partition_point(|sentence| sentence.end <= at);
        self.sentences.get(idx).cloned().unwrap_or(at..at)
    }
}

/// How many units of a sentence an example shows on each side.
const EXAMPLE_UNITS: usize = 7;

/// True for a unit that no entry should have in it: punctuation, and what is never looked into.
pub fn is_barrier(unit: &Unit) -> bool {
    match unit.kind {
        UnitKind::Punctuation => !matches!(unit.folded.as_str(), "%" | "&" | "$" | "/"),
        UnitKind::Opaque => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_paragraphs_and_units_are_in_sentences() {
        let side = Side::new("The mayor’s well-known dog. It barks.\nNobody  cares.\n");
        assert_eq!(side.sentences.len(), 3);
        assert_eq!(side.paragraphs, [0..2, 2..3]);
        assert_eq!(side.sentences.last().unwrap().end, side.units.len());
        assert_eq!(side.folded(1..6), "mayor's well-known");
        assert_eq!(side.wording(side.sentences[2].clone()), "Nobody cares.");
        assert!(Side::new("").sentences.is_empty());
    }
}
