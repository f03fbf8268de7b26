//! What one text has become in another: edits word by word, and paragraphs that were moved.
//!
//! 1. What both texts begin and end with is set aside, by lines.
//! 2. The rest is cut into words. Phrases of four words that occur once on each side are anchors ([`align`]).
//! 3. Anchors that cross the others say which paragraphs stand elsewhere ([`moves`]); those are taken out.
//! 4. The rest is aligned between the anchors ([`align`]) and made readable ([`tidy`]).
//! 5. Each changed stretch is cut into its edits ([`refine`]), replaced runs into substitutions ([`substitution`]).
//!
//! Time and memory are near linear in the texts' length; docs/diff.md has the figures.

pub mod align;
mod known;
mod moves;
mod refine;
mod substitution;
mod tidy;
mod words;

use crate::diff::align::{Anchors, Match, align, anchors};
use crate::diff::moves::{Moved, moved};
use crate::diff::refine::Stretch;
use crate::diff::words::{Numbers, Words};
use crate::lexicon::dictionary::{EntryId, Lexicon};
use crate::text::span::Span;

/// One edit between two texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Changed {
    /// Where, in the first text.
    pub before: Span,
    /// What it became, in the second.
    pub after: Span,
    /// The dictionary entry that makes one of the other, where a lexicon was given and has it.
    pub entry: Option<EntryId>,
}

/// A stretch of whole lines that stands elsewhere in the second text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Move {
    /// Where it stood in the first text, without white space at its ends.
    pub before: Span,
    /// Where it stands in the second.
    pub after: Span,
    /// What was changed inside it.
    pub edits: Vec<Changed>,
}

/// What one text has become in another.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diff {
    /// The edits that make the second text of the first, in order on both sides: between two of them the texts are equal. What was
    /// moved goes at one place and comes at another.
    pub edits: Vec<Changed>,
    /// The stretches that were moved, in order of the first text. Each lies in an edit on both sides.
    pub moves: Vec<Move>,
}

/// What the second text is compared with the first by.
struct Context<'a> {
    a: &'a Words<'a>,
    b: &'a Words<'a>,
    moved: &'a [Moved],
    lexicon: Option<&'a Lexicon>,
}

/// Words of an anchor.
///
/// Source: three are too often boilerplate (“he said that”), five are too seldom left where two words of five are replaced.
const ANCHOR: usize = 4;

/// What `before` has become in `after`. A lexicon helps to tell neighbouring substitutions apart.
///
/// ```
/// use despin::diff::diff;
/// let (before, after) = ("It was an uncommon assault.", "It was a rare attack.");
/// let found = diff(before, after, None);
/// let words: Vec<_> = found.edits.iter().map(|e| (e.before.of(before), e.after.of(after))).collect();
/// assert_eq!(words, [("an", "a"), ("uncommon", "rare"), ("assault", "attack")]);
/// ```
pub fn diff(before: &str, after: &str, lexicon: Option<&Lexicon>) -> Diff {
    if before == after {
        return Diff::default();
    }
    let (part_a, part_b) = parts(before, after);
    let mut numbers = Numbers::default();
    let (a, b) = (numbers.words(before, part_a), numbers.words(after, part_b));
    let found = anchors(&a.ids, &b.ids, ANCHOR);
    let moved = moved(&a, &b, &found);
    let matches = matches(&a, &b, &found, &moved);
    let edits = edits(&Context { a: &a, b: &b, moved: &moved, lexicon }, &matches);
    let moves = moved.iter().map(|one| {
        let (before, after) = (a.span(&one.a), b.span(&one.b));
        let inside = diff_inside(&a, &b, one, lexicon);
        Move { before, after, edits: inside }
    });
    Diff { moves: moves.collect(), edits }
}

/// What both texts have between what they begin and what they end with; whole lines.
fn parts(before: &str, after: &str) -> (Span, Span) {
    let (a, b) = (before.as_bytes(), after.as_bytes());
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let head = a[..head].iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    // What is equal at the end counts from the first line's end in it on.
    let tail = a[a.len() - tail..].iter().position(|&byte| byte == b'\n').map_or(0, |at| tail - at - 1);
    (Span::new(head, head + a.len() - tail), Span::new(head, head + b.len() - tail))
}

/// What is equal, as people would see it, in words of `a` and `b`; moved words are in none.
fn matches(a: &Words, b: &Words, found: &Anchors, moved: &[Moved]) -> Vec<Match> {
    if moved.is_empty() {
        let matches = align(&a.ids, &b.ids, &found.spine);
        return tidy::slid(tidy::without_islands(matches, a.len(), b.len()), a, b);
    }
    let rest_a = Rest::new(a, moved.iter().map(|m| &m.a));
    let rest_b = Rest::new(b, moved.iter().map(|m| &m.b));
    // An anchor of which some word was moved is none.
    let rank = |m: &Match| Some(Match { a: rest_a.rank(m.a, m.len)?, b: rest_b.rank(m.b, m.len)?, len: m.len });
    let spine: Vec<Match> = found.spine.iter().filter_map(rank).collect();
    let aligned = align(&rest_a.ids, &rest_b.ids, &spine);
    let aligned = tidy::without_islands(aligned, rest_a.ids.len(), rest_b.ids.len());
    // Back to places, torn where a moved block stood between two words.
    let mut matches: Vec<Match> = Vec::with_capacity(aligned.len());
    for one in aligned {
        let mut done = 0;
        while done < one.len {
            let ((at_a, run_a), (at_b, run_b)) = (rest_a.place(one.a + done), rest_b.place(one.b + done));
            let len = (one.len - done).min(run_a).min(run_b);
            match matches.last_mut() {
                Some(last) if last.a + last.len == at_a && last.b + last.len == at_b => last.len += len,
                _ => matches.push(Match { a: at_a, b: at_b, len }),
            }
            done += len;
        }
    }
    matches
}

/// The words that were not moved, numbered anew.
struct Rest {
    ids: Vec<u32>,
    /// The stretches between moved blocks: the number of the first word among these, and its place among all; the last is the end.
    pieces: Vec<(usize, usize)>,
}

impl Rest {
    fn new<'m>(words: &Words, moved: impl Iterator<Item = &'m std::ops::Range<usize>>) -> Self {
        let mut moved: Vec<_> = moved.collect();
        moved.sort_unstable_by_key(|block| block.start);
        let mut rest = Rest { ids: Vec::with_capacity(words.len()), pieces: Vec::with_capacity(moved.len() + 2) };
        let mut at = 0;
        for block in moved.into_iter().chain([&(words.len()..words.len())]) {
            if at < block.start {
                rest.pieces.push((rest.ids.len(), at));
                rest.ids.extend_from_slice(&words.ids[at..block.start]);
            }
            at = at.max(block.end);
        }
        rest.pieces.push((rest.ids.len(), words.len()));
        rest
    }

    /// The number among these of the word at place `n`, where it and `len - 1` words behind it stand together.
    fn rank(&self, n: usize, len: usize) -> Option<usize> {
        let piece = self.pieces.partition_point(|piece| piece.1 <= n).checked_sub(1)?;
        let (first, place) = self.pieces[piece];
        let rank = first + (n - place);
        (rank + len <= self.pieces.get(piece + 1)?.0).then_some(rank)
    }

    /// The place of word `rank` of these, and how many words from there on stand together.
    fn place(&self, rank: usize) -> (usize, usize) {
        let piece = self.pieces.partition_point(|piece| piece.0 <= rank) - 1;
        let (first, place) = self.pieces[piece];
        (place + (rank - first), self.pieces[piece + 1].0 - rank)
    }
}

/// The edits between and, where the white space differs, inside `matches`.
fn edits(context: &Context, matches: &[Match]) -> Vec<Changed> {
    let mut out = Vec::new();
    let (mut a, mut b) = (0, 0);
    let mut stretch = |a: std::ops::Range<usize>, b: std::ops::Range<usize>| {
        refine::edits(context, &Stretch { a, b }, &mut out);
    };
    for one in matches {
        stretch(a..one.a, b..one.b);
        for n in (1..one.len).filter(|n| context.a.gap(one.a + n) != context.b.gap(one.b + n)) {
            stretch(one.a + n..one.a + n, one.b + n..one.b + n);
        }
        (a, b) = (one.a + one.len, one.b + one.len);
    }
    stretch(a..context.a.len(), b..context.b.len());
    out
}

/// The edits inside a moved block.
fn diff_inside(a: &Words, b: &Words, one: &Moved, lexicon: Option<&Lexicon>) -> Vec<Changed> {
    let (before, after) = (a.span(&one.a), b.span(&one.b));
    let mut numbers = Numbers::default();
    let (inner_a, inner_b) = (numbers.words(a.text, before), numbers.words(b.text, after));
    let matches = align(&inner_a.ids, &inner_b.ids, &anchors(&inner_a.ids, &inner_b.ids, ANCHOR).spine);
    let matches = tidy::slid(tidy::without_islands(matches, inner_a.len(), inner_b.len()), &inner_a, &inner_b);
    edits(&Context { a: &inner_a, b: &inner_b, moved: &[], lexicon }, &matches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The edits as wordings, after checking that they make the second text of the first.
    fn wordings<'a>(before: &'a str, after: &'a str, found: &Diff) -> Vec<(&'a str, &'a str)> {
        let (mut at_a, mut at_b) = (0, 0);
        for edit in &found.edits {
            assert!(edit.before.start >= at_a && edit.after.start >= at_b, "{found:?}");
            assert_eq!(before[at_a..edit.before.start], after[at_b..edit.after.start], "{found:?}");
            (at_a, at_b) = (edit.before.end, edit.after.end);
        }
        assert_eq!(before[at_a..], after[at_b..]);
        for pair in found.edits.windows(2) {
            assert!(!(pair[0].before == pair[1].before && pair[0].before.is_empty()), "two insertions at one place");
        }
        found.edits.iter().map(|e| (e.before.of(before), e.after.of(after))).collect()
    }

    fn check(before: &str, after: &str, expected: &[(&str, &str)]) {
        assert_eq!(wordings(before, after, &diff(before, after, None)), expected, "{before} / {after}");
    }

    #[test]
    fn neighbours_are_kept_apart() {
        check("no big deal", "no great thing", &[("big", "great"), ("deal", "thing")]);
        let three = [("an", "a"), ("uncommon", "rare"), ("assault", "attack"), ("simply", "just")];
        check("It was an uncommon assault simply there.", "It was a rare attack just there.", &three);
        let two = [("combating", "fighting"), ("earlier than", "before")];
        check("he had combating earlier than her", "he had fighting before her", &two);
    }

    #[test]
    fn words_come_and_go_with_a_space() {
        check("their very own nation", "their own nation", &[(" very", "")]);
        check("own nation", "their own nation", &[("", "their ")]);
        check("so be it", "so be it.", &[("", ".")]);
        check("so  be it\n", "so be it", &[("  ", " "), ("\n", "")]);
        check("", "so it is", &[("", "so it is")]);
        check("so it is", "", &[("so it is", "")]);
        check(" ", "\r\n", &[(" ", "\r\n")]);
    }

    const FIRST: &str = "The harbour master told reporters on Monday that the crane would stay.";
    const SECOND: &str = "Two ferries were late because a cable had snapped in the storm overnight.";
    const THIRD: &str = "Residents of the old quarter asked the council for a second bridge.";

    #[test]
    fn moved_paragraphs_are_recognised() {
        let before = format!("{FIRST}\n\n{SECOND}\n\n{THIRD}\n");
        let after = format!("{SECOND}\n\n{THIRD}\n\n{FIRST}\n");
        let found = diff(&before, &after, None);
        wordings(&before, &after, &found);
        assert_eq!(found.moves.len(), 1, "{found:?}");
        assert_eq!((found.moves[0].before.of(&before), found.moves[0].after.of(&after)), (FIRST, FIRST));
        assert!(found.moves[0].edits.is_empty());
    }

    #[test]
    fn a_moved_paragraph_may_have_been_reworded() {
        let reworded = FIRST.replace("crane", "derrick").replace("told reporters", "told journalists");
        let before = format!("{FIRST}\n{SECOND}\n{THIRD}\n");
        let after = format!("{SECOND}\n{THIRD}\n{reworded}\n");
        let found = diff(&before, &after, None);
        wordings(&before, &after, &found);
        let inside: Vec<_> = found.moves[0].edits.iter().map(|e| (e.before.of(&before), e.after.of(&after))).collect();
        assert_eq!(inside, [("reporters", "journalists"), ("crane", "derrick")]);
    }

    #[test]
    fn other_text_is_no_jigsaw() {
        let found = diff(FIRST, SECOND, None);
        assert!(found.edits.len() <= 2, "{:?}", wordings(FIRST, SECOND, &found));
    }

    proptest! {
        #[test]
        fn edits_make_the_second_text(
            a in prop::collection::vec(prop::sample::select(vec!["the ", "cat ", "sat\n", "\n", "\r\n", ". ", "é", "\u{301}", "on a mat by the door "]), 0..40),
            b in prop::collection::vec(prop::sample::select(vec!["the ", "dog ", "sat\n", "\n", "\t", ". ", "é", "on a mat by the door "]), 0..40),
        ) {
            let (before, after) = (a.concat(), b.concat());
            wordings(&before, &after, &diff(&before, &after, None));
        }

        #[test]
        fn shuffled_paragraphs_too(order in Just(vec![FIRST, SECOND, THIRD, "", "A heading", "\u{feff}x"]).prop_shuffle(), n in 0usize..6) {
            let before = [FIRST, SECOND, "", "A heading", THIRD].join("\n");
            let after = order[..n].join("\n");
            wordings(&before, &after, &diff(&before, &after, None));
        }
    }
}
