//! Compares two texts word by word.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::report::{Change, Comparison};
use crate::text::edit::{Cause, Edit};
use crate::text::source::Source;
use crate::text::span::Span;
use crate::text::tokenize::tokenize;

/// The stage and the rule of changes that are found by comparing.
pub const STAGE: &str = "diff";

/// Compares two files by the words of their texts.
///
/// ```
/// use despin::render::words::compare;
/// let found = compare("a.txt", b"An uncommon assault.", "b.txt", b"A rare attack.");
/// let words: Vec<_> = found.changes.iter().map(|c| (c.edit.before.as_str(), c.edit.after.as_str())).collect();
/// assert_eq!(words, [("An", "A"), ("uncommon", "rare"), ("assault", "attack")]);
/// ```
pub fn compare(before_name: &str, before: &[u8], after_name: &str, after: &[u8]) -> Comparison {
    let (first, second) = (Source::decode(before).text, Source::decode(after).text);
    Comparison {
        before_name: before_name.to_string(),
        after_name: after_name.to_string(),
        before_bytes: before.to_vec(),
        after_bytes: after.to_vec(),
        changes: changes(&first, &second),
        before: first,
        after: second,
        verdict: None,
        left: Vec::new(),
        page: None,
    }
}

fn changes(before: &str, after: &str) -> Vec<Change> {
    let (a, b) = (Words::of(before), Words::of(after));
    let mut changes = Changes { a: &a, b: &b, found: Vec::new() };
    for op in capture_diff_slices(Algorithm::Myers, &a.words(), &b.words()) {
        let (from, to) = (op.old_range(), op.new_range());
        match op {
            DiffOp::Equal { .. } => from.zip(to).for_each(|(i, j)| changes.gap(i, j)),
            // Word for word, so that neighbours stay apart.
            DiffOp::Replace { .. } if from.len() == to.len() => from.zip(to).for_each(|(i, j)| {
                changes.gap(i, j);
                changes.push(a.places[i], b.places[j]);
            }),
            DiffOp::Replace { .. } => {
                changes.gap(from.start, to.start);
                let whole = |words: &Words, range: Range<usize>| {
                    Span::new(words.places[range.start].start, words.places[range.end - 1].end)
                };
                changes.push(whole(&a, from), whole(&b, to));
            }
            // A word comes and goes with what stands before it.
            _ => changes.push(a.with_gap(from), b.with_gap(to)),
        }
    }
    changes.gap(a.places.len(), b.places.len());
    changes.found
}

struct Changes<'a> {
    a: &'a Words<'a>,
    b: &'a Words<'a>,
    found: Vec<Change>,
}

impl Changes<'_> {
    /// What stands before word `i` of the first text and word `j` of the second.
    fn gap(&mut self, i: usize, j: usize) {
        self.push(self.a.gap(i), self.b.gap(j));
    }

    fn push(&mut self, span: Span, to: Span) {
        let (before, after) = (span.of(self.a.text).to_string(), to.of(self.b.text).to_string());
        if before == after {
            return;
        }
        match self.found.last_mut() {
            // Two insertions at one place are one.
            Some(last) if last.edit.span == span && span.is_empty() => last.edit.after.push_str(&after),
            _ => {
                let edit = Edit { span, before, after, cause: Cause::rule(STAGE) };
                self.found.push(Change { stage: STAGE, edit, grounds: None });
            }
        }
    }
}

/// A text and the places of its tokens.
struct Words<'a> {
    text: &'a str,
    places: Vec<Span>,
}

impl<'a> Words<'a> {
    fn of(text: &'a str) -> Self {
        Words { text, places: tokenize(text).iter().map(|token| token.span).collect() }
    }

    fn words(&self) -> Vec<&'a str> {
        self.places.iter().map(|place| place.of(self.text)).collect()
    }

    /// Where the word before word `n` ends.
    fn end_before(&self, n: usize) -> usize {
        n.checked_sub(1).map_or(0, |last| self.places[last].end)
    }

    /// What stands before word `n`, or at the end of the text.
    fn gap(&self, n: usize) -> Span {
        Span::new(self.end_before(n), self.places.get(n).map_or(self.text.len(), |place| place.start))
    }

    /// Words `range` with what stands before each.
    fn with_gap(&self, range: Range<usize>) -> Span {
        Span::new(self.end_before(range.start), self.end_before(range.end))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(before: &str, after: &str, expected: &[(&str, &str)]) {
        let found = changes(before, after);
        let words: Vec<_> = found.iter().map(|c| (c.edit.before.as_str(), c.edit.after.as_str())).collect();
        assert_eq!(words, expected, "{before} / {after}");
    }

    #[test]
    fn as_many_words_are_changed_one_by_one() {
        check("no big deal", "no great thing", &[("big", "great"), ("deal", "thing")]);
        check(
            "he had combating earlier than her",
            "he had fighting before her",
            &[("combating earlier than", "fighting before")],
        );
    }

    #[test]
    fn words_come_and_go_with_a_space() {
        check("their very own nation", "their own nation", &[(" very", "")]);
        check("own nation", "their own nation", &[("", "their ")]);
        check("so be it", "so be it.", &[("", ".")]);
        check("so  be it\n", "so be it", &[("  ", " "), ("\n", "")]);
    }
}
