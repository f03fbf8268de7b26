//! Cuts a changed stretch into its edits: what was moved, what was replaced word by word, and the white space between.

use std::ops::Range;

use crate::diff::moves::likeness;
use crate::diff::substitution;
use crate::diff::words::Words;
use crate::diff::{Changed, Context};
use crate::text::span::Span;

/// Words `a` of the first text became words `b` of the second; the words on both sides of it are equal.
#[derive(Debug, Clone)]
pub struct Stretch {
    /// Words of the first text.
    pub a: Range<usize>,
    /// Words of the second.
    pub b: Range<usize>,
}

/// The edits of `stretch` and the white space round it, in order.
pub fn edits(context: &Context, stretch: &Stretch, out: &mut Vec<Changed>) {
    let (a, b) = (context.a, context.b);
    let moved_a = blocks(context.moved.iter().map(|m| &m.a), &stretch.a);
    let moved_b = blocks(context.moved.iter().map(|m| &m.b), &stretch.b);
    let whole = Span::new(a.end_before(stretch.a.start), a.start_of(stretch.a.end));
    let becomes = Span::new(b.end_before(stretch.b.start), b.start_of(stretch.b.end));
    if moved_a.is_empty() && moved_b.is_empty() {
        return words(context, stretch, whole, becomes, out);
    }
    // Between moved blocks stand pieces that may have become one another: those that are most alike are compared.
    let pieces = |range: &Range<usize>, moved: &[Range<usize>]| {
        let mut pieces = Vec::new();
        let mut at = range.start;
        for block in moved.iter().chain([&(range.end..range.end)]) {
            if at < block.start {
                pieces.push(at..block.start);
            }
            at = block.end;
        }
        pieces
    };
    let pairs = pairs(a, pieces(&stretch.a, &moved_a), b, pieces(&stretch.b, &moved_b));
    let (mut at_a, mut at_b) = (whole.start, becomes.start);
    for (piece_a, piece_b) in pairs {
        let (span_a, span_b) = (a.span(&piece_a), b.span(&piece_b));
        plain(context, Span::new(at_a, span_a.start), Span::new(at_b, span_b.start), out);
        words(context, &Stretch { a: piece_a, b: piece_b }, span_a, span_b, out);
        (at_a, at_b) = (span_a.end, span_b.end);
    }
    plain(context, Span::new(at_a, whole.end), Span::new(at_b, becomes.end), out);
}

/// Those of `moved` that lie in `range`.
fn blocks<'a>(moved: impl Iterator<Item = &'a Range<usize>>, range: &Range<usize>) -> Vec<Range<usize>> {
    let mut found: Vec<_> = moved.filter(|m| range.start <= m.start && m.end <= range.end).cloned().collect();
    found.sort_by_key(|m| m.start);
    found
}

/// Which pieces became which, in order, by what they have in common; pieces that have no partner are left out.
fn pairs(a: &Words, of_a: Vec<Range<usize>>, b: &Words, of_b: Vec<Range<usize>>) -> Vec<(Range<usize>, Range<usize>)> {
    let (n, m) = (of_a.len(), of_b.len());
    let alike: Vec<Vec<f64>> =
        of_a.iter().map(|x| of_b.iter().map(|y| 0.01 + likeness(a, x.clone(), b, y.clone())).collect()).collect();
    // The best sum of all that come after a pair of places.
    let mut best = vec![vec![0.0f64; m + 1]; n + 1];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            best[i][j] = (best[i + 1][j + 1] + alike[i][j]).max(best[i + 1][j]).max(best[i][j + 1]);
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < n && j < m {
        if best[i][j] == best[i + 1][j] {
            i += 1;
        } else if best[i][j] == best[i][j + 1] {
            j += 1;
        } else {
            found.push((of_a[i].clone(), of_b[j].clone()));
            (i, j) = (i + 1, j + 1);
        }
    }
    found
}

/// The edits of a stretch that has nothing moved in it; `whole` and `becomes` are its places, with or without the white
/// space round it.
fn words(context: &Context, stretch: &Stretch, whole: Span, becomes: Span, out: &mut Vec<Changed>) {
    let (a, b) = (context.a, context.b);
    let (mut at_a, mut at_b) = (whole.start, becomes.start);
    if !(stretch.a.is_empty() && stretch.b.is_empty()) {
        for one in substitution::cut(a, stretch.a.clone(), b, stretch.b.clone(), context.lexicon) {
            if one.a.is_empty() || one.b.is_empty() {
                // Words come and go with what stands before them.
                let end = |words: &Words, range: &Range<usize>, at: usize| match range.is_empty() {
                    true => at,
                    false => words.places[range.end - 1].end,
                };
                let (end_a, end_b) = (end(a, &one.a, at_a), end(b, &one.b, at_b));
                push(context, Span::new(at_a, end_a), Span::new(at_b, end_b), None, out);
                (at_a, at_b) = (end_a, end_b);
            } else {
                let (span_a, span_b) = (a.span(&one.a), b.span(&one.b));
                push(context, Span::new(at_a, span_a.start), Span::new(at_b, span_b.start), None, out);
                push(context, span_a, span_b, one.entry, out);
                (at_a, at_b) = (span_a.end, span_b.end);
            }
        }
    }
    push(context, Span::new(at_a, whole.end), Span::new(at_b, becomes.end), None, out);
}

/// One edit, without the white space that both sides begin or end with.
fn plain(context: &Context, mut of: Span, mut to: Span, out: &mut Vec<Changed>) {
    let is_blank = |c: char| c.is_whitespace();
    let (x, y) = (of.of(context.a.text), to.of(context.b.text));
    let head: usize =
        x.chars().zip(y.chars()).take_while(|(x, y)| x == y && is_blank(*x)).map(|(x, _)| x.len_utf8()).sum();
    (of.start, to.start) = (of.start + head, to.start + head);
    let (x, y) = (&x[head..], &y[head..]);
    let tail = x.chars().rev().zip(y.chars().rev()).take_while(|(x, y)| x == y && is_blank(*x));
    let tail: usize = tail.map(|(x, _)| x.len_utf8()).sum();
    push(context, Span::new(of.start, of.end - tail), Span::new(to.start, to.end - tail), None, out);
}

fn push(context: &Context, of: Span, to: Span, entry: Option<u32>, out: &mut Vec<Changed>) {
    if of.of(context.a.text) == to.of(context.b.text) {
        return;
    }
    match out.last_mut() {
        // Two insertions at one place are one.
        Some(last) if last.before == of && of.is_empty() && last.after.end == to.start => last.after.end = to.end,
        _ => out.push(Changed { before: of, after: to, entry }),
    }
}
