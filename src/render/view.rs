//! A comparison as what pages are made of: marks at places of both texts, and blocks that are shown or folded as one.

use std::ops::Range;

use crate::diff::Move;
use crate::eval::three_way::{Fate, Row, ThreeWay};
use crate::report::{Change, Comparison};
use crate::text::sentence::sentences;
use crate::text::span::Span;
use crate::text::tokenize::tokenize;

/// How a page for people looks.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// Columns to fill.
    pub width: usize,
    /// True to use colours.
    pub is_coloured: bool,
    /// True to say for each change how probable it is, where it comes from and what else was thought of; and to list
    /// what was not changed.
    pub is_explained: bool,
    /// Unchanged sentences shown before and behind each change; all of them where there is no number.
    pub n_context: Option<usize>,
    /// What became of each place, where the true original is known.
    pub judged: Option<&'a ThreeWay>,
}

impl Default for Look<'_> {
    /// 100 columns, no colours, no explanations, no context, nothing judged.
    fn default() -> Self {
        Look { width: 100, is_coloured: false, is_explained: false, n_context: Some(0), judged: None }
    }
}

/// What is marked at a place.
#[derive(Debug, Clone, Copy)]
pub enum Kind<'a> {
    /// A change.
    Changed(Option<&'a Change>),
    /// A place that is known to be right, wrong, missed or needless.
    Judged(&'a Row, Option<&'a Change>),
    /// A paragraph that went from here.
    Gone(&'a Move),
    /// A paragraph that came here.
    Come(&'a Move),
}

/// A mark at a place of both texts; what stands between two marks is equal.
#[derive(Debug, Clone, Copy)]
pub struct Mark<'a> {
    /// Where, in the first text.
    pub before: Span,
    /// What stands there now, in the second.
    pub after: Span,
    /// What it is.
    pub kind: Kind<'a>,
}

/// A stretch of both texts that is shown or folded as one: a sentence, or several that a change spans.
#[derive(Debug, Clone)]
pub struct Block {
    /// Where, in the first text.
    pub before: Span,
    /// Where, in the second.
    pub after: Span,
    /// Its line in the first text, from 1.
    pub line: usize,
    /// How many sentences it is.
    pub n_sentences: usize,
    /// Which marks are in it.
    pub marks: Range<usize>,
}

/// A row of a page.
#[derive(Debug, Clone)]
pub enum Shown {
    /// A block that is shown.
    Block(Block),
    /// Blocks that are folded: so many sentences, from here to there in the first text.
    Folded(usize, Span),
}

impl<'a> Kind<'a> {
    /// The change behind it.
    pub fn change(self) -> Option<&'a Change> {
        match self {
            Kind::Changed(change) | Kind::Judged(_, change) => change,
            _ => None,
        }
    }
}

/// The marks of `comparison`, in order of place.
pub fn marks<'a>(comparison: &'a Comparison, judged: Option<&'a ThreeWay>) -> Vec<Mark<'a>> {
    let mut marks = Vec::with_capacity(comparison.changes.len());
    let gone: Vec<&Move> = sorted(comparison, |one| one.before);
    let come: Vec<&Move> = sorted(comparison, |one| one.after);
    let mut shift = 0isize;
    for change in &comparison.changes {
        let before = change.edit.span;
        let start = before.start.saturating_add_signed(shift);
        let after = Span::new(start, start + change.edit.after.len());
        shift += after.len_bytes() as isize - before.len_bytes() as isize;
        tear((&gone, &come), change, before, after, &mut marks);
    }
    match judged {
        Some(judged) => judge(comparison, judged, marks),
        None => marks,
    }
}

/// The moves by their place on one side.
fn sorted(comparison: &Comparison, side: fn(&Move) -> Span) -> Vec<&Move> {
    let mut moves: Vec<&Move> = comparison.moves.iter().collect();
    moves.sort_by_key(|one| side(one));
    moves
}

/// Those of `moves`, sorted by `side`, that lie in `span`.
fn inside<'m, 'a>(moves: &'m [&'a Move], side: fn(&Move) -> Span, span: Span) -> impl Iterator<Item = &'a Move> + 'm {
    let first = moves.partition_point(|one| side(one).start < span.start);
    moves[first..].iter().take_while(move |one| side(one).end <= span.end).copied()
}

/// The marks of one change: one, unless paragraphs were moved out of it or into it.
fn tear<'a>(
    (gone, come): (&[&'a Move], &[&'a Move]),
    change: &'a Change,
    before: Span,
    after: Span,
    marks: &mut Vec<Mark<'a>>,
) {
    let mut gone = inside(gone, |one| one.before, before).peekable();
    let mut come = inside(come, |one| one.after, after).peekable();
    if gone.peek().is_none() && come.peek().is_none() {
        return marks.push(Mark { before, after, kind: Kind::Changed(Some(change)) });
    }
    let (here, there) = (Span::new(after.start, after.start), Span::new(before.end, before.end));
    let plain = |before: Span, after: Span, marks: &mut Vec<Mark<'a>>| {
        if !(before.is_empty() && after.is_empty()) {
            marks.push(Mark { before, after, kind: Kind::Changed(Some(change)) });
        }
    };
    let mut at = before.start;
    for one in gone {
        plain(Span::new(at, one.before.start), here, marks);
        marks.push(Mark { before: one.before, after: here, kind: Kind::Gone(one) });
        at = one.before.end;
    }
    plain(Span::new(at, before.end), here, marks);
    let mut at = after.start;
    for one in come {
        plain(there, Span::new(at, one.after.start), marks);
        marks.push(Mark { before: there, after: one.after, kind: Kind::Come(one) });
        at = one.after.end;
    }
    plain(there, Span::new(at, after.end), marks);
}

/// `marks`, those of judged places with what is known of them, and the missed places among them.
fn judge<'a>(comparison: &Comparison, judged: &'a ThreeWay, marks: Vec<Mark<'a>>) -> Vec<Mark<'a>> {
    let mut out: Vec<Mark> = Vec::with_capacity(marks.len() + judged.changes.len());
    let mut rows = judged.changes.iter().peekable();
    let (mut at, mut shift) = (0, 0isize);
    let missed = |row: &'a Row, at: usize, shift: isize, limit: usize, out: &mut Vec<Mark<'a>>| -> usize {
        // A place that is cut by a change is only pointed at.
        let start = row.span.start.clamp(at, limit);
        let end = if row.span.start >= at && row.span.end <= limit { row.span.end } else { start };
        let moved = |at: usize| at.saturating_add_signed(shift);
        let (before, after) = (Span::new(start, end), Span::new(moved(start), moved(end)));
        out.push(Mark { before, after, kind: Kind::Judged(row, None) });
        end
    };
    for mut mark in marks {
        while let Some(row) = rows.next_if(|row| row.outcome == Fate::Missed && row.span.start < mark.before.end) {
            at = missed(row, at, shift, mark.before.start.max(at), &mut out);
        }
        if let Some(row) = rows.next_if(|row| row.outcome != Fate::Missed && is_met(row.span, mark.before)) {
            mark.kind = Kind::Judged(row, mark.kind.change());
        }
        at = mark.before.end;
        shift = mark.after.end as isize - mark.before.end as isize;
        out.push(mark);
    }
    for row in rows.filter(|row| row.outcome == Fate::Missed) {
        at = missed(row, at, shift, comparison.before.len().max(at), &mut out);
    }
    out
}

/// True where the two share a byte or are one place.
fn is_met(one: Span, other: Span) -> bool {
    one == other || one.overlaps(other)
}

/// The blocks of both texts, in order, those without a mark folded but for `n_context` beside each that has one.
pub fn shown(comparison: &Comparison, marks: &[Mark], n_context: Option<usize>) -> Vec<Shown> {
    let blocks = blocks(comparison, marks);
    let mut is_near = vec![n_context.is_none(); blocks.len()];
    for (n, block) in blocks.iter().enumerate().filter(|(_, block)| !block.marks.is_empty()) {
        let reach = n_context.unwrap_or(0);
        is_near[n.saturating_sub(reach)..(n + reach + 1).min(blocks.len())].fill(true);
        debug_assert!(block.n_sentences > 0);
    }
    let mut out: Vec<Shown> = Vec::new();
    for (block, is_near) in blocks.into_iter().zip(is_near) {
        match out.last_mut() {
            _ if is_near => out.push(Shown::Block(block)),
            Some(Shown::Folded(n, span)) => (*n, span.end) = (*n + block.n_sentences, block.before.end),
            _ => out.push(Shown::Folded(block.n_sentences, block.before)),
        }
    }
    out
}

fn blocks(comparison: &Comparison, marks: &[Mark]) -> Vec<Block> {
    let text = comparison.before.as_str();
    let mut out = Vec::new();
    let (mut line, mut at, mut n, mut shift) = (1, 0, 0, 0isize);
    let mut spans = sentence_spans(text).into_iter().peekable();
    while let Some(mut span) = spans.next() {
        let first = n;
        let mut n_sentences = 1;
        // A change that runs on into the next sentence takes it along.
        while let Some(mark) = marks.get(n).filter(|mark| mark.before.start < span.end || spans.peek().is_none()) {
            while let Some(next) = spans.next_if(|next| next.start < mark.before.end) {
                span.end = next.end;
                n_sentences += 1;
            }
            n += 1;
        }
        let start = span.start.saturating_add_signed(shift);
        if let Some(last) = marks[first..n].last() {
            shift = last.after.end as isize - last.before.end as isize;
        }
        let end = span.end.saturating_add_signed(shift);
        // The line is that of the first thing to be seen.
        let blank = span.len_bytes() - span.of(text).trim_start().len();
        let seen = marks[first..n].first().map_or(usize::MAX, |mark| mark.before.start).min(span.start + blank);
        line += text[at..seen].matches('\n').count();
        at = seen;
        out.push(Block { before: span, after: Span::new(start, end.max(start)), line, n_sentences, marks: first..n });
    }
    out
}

/// Sentences, each with what stands between it and the next one, so that no byte is in none.
fn sentence_spans(text: &str) -> Vec<Span> {
    let starts: Vec<usize> = sentences(text, &tokenize(text)).iter().map(|s| s.start).collect();
    let mut out = Vec::with_capacity(starts.len());
    for (n, &start) in starts.iter().enumerate() {
        out.push(Span::new(if n == 0 { 0 } else { start }, starts.get(n + 1).copied().unwrap_or(text.len())));
    }
    if out.is_empty() {
        out.push(Span::new(0, text.len()));
    }
    out
}
