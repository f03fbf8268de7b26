//! What pages for terminals have in common: gutters, marks, folds and notes.

use crate::diff::{Changed, Move};
use crate::eval::three_way::{Fate, Row};
use crate::render::flow::{Flow, Ink, Line, width};
use crate::render::notes;
use crate::render::places::Places;
use crate::render::view::{Block, Kind, Look, Mark, Shown, marks, shown};
use crate::report::Comparison;
use crate::text::span::Span;

/// Columns of a line's number.
pub const NUMBER: usize = 4;
/// Columns before the text: line number, space, bar, space.
pub const GUTTER: usize = NUMBER + 3;
/// A text narrower than this is not readable, whatever the terminal says.
pub const NARROWEST: usize = 16;
/// Marks round what went and what came.
pub const GONE: (&str, &str) = ("[-", "-]");
const COME: (&str, &str) = ("{+", "+}");

/// A page that is being written.
pub struct Page<'a> {
    /// How it looks.
    pub look: Look<'a>,
    /// What is shown.
    pub comparison: &'a Comparison,
    marks: Vec<Mark<'a>>,
    out: String,
}

/// Writes one block.
pub type BlockWriter<'a> = fn(&mut Page<'a>, &Block, &[Mark<'a>], &str);

/// The page of `comparison`; `block` writes what is not folded.
pub fn page<'a>(look: Look<'a>, comparison: &'a Comparison, block: BlockWriter<'a>) -> Vec<u8> {
    let mut page = Page { look, comparison, marks: marks(comparison, look.judged), out: String::new() };
    let head = format!("{}: {}", notes::name(comparison), notes::found(comparison, &look));
    page.head(&head);
    if !page.marks.is_empty() || look.n_context.is_none() && !comparison.before.is_empty() {
        page.out.push('\n');
        page.body(block);
    }
    if look.is_explained {
        page.left();
    }
    page.out.into_bytes()
}

impl<'a> Page<'a> {
    /// What the two texts are called, and what was found: one line where it is short, and broken where it is wider than the page.
    fn head(&mut self, text: &str) {
        if self.look.judged.is_none() {
            self.out.push_str(text);
            self.out.push('\n');
            return;
        }
        let mut flow = Flow::default();
        flow.remark(text, Ink::Plain);
        self.lines(flow.lines(self.look.width));
    }

    fn body(&mut self, write: BlockWriter<'a>) {
        let marks = std::mem::take(&mut self.marks);
        let mut last_line = 0;
        for row in shown(self.comparison, &marks, self.look.n_context) {
            match row {
                Shown::Folded(n, _) => {
                    let mut line = Line::default();
                    line.put(Ink::Plain, "     ", NUMBER + 1);
                    let text = format!("⋮ {}", crate::render::human::counted(n, "sentence"));
                    line.put(Ink::Aside, &text, width(&text));
                    self.line(&line);
                }
                Shown::Block(block) => {
                    // Sentences of one line, as a paragraph often is, show its number once.
                    let number = if block.line == last_line { String::new() } else { block.line.to_string() };
                    last_line = block.line;
                    let of_block = &marks[block.marks.clone()];
                    write(self, &block, of_block, &number);
                    if self.look.is_explained {
                        self.explain(of_block);
                    }
                }
            }
        }
    }

    /// The reasons of all changes of a block.
    fn explain(&mut self, marks: &[Mark]) {
        let (before, after) = (&self.comparison.before, &self.comparison.after);
        for mark in marks.iter().filter(|mark| !matches!(mark.kind, Kind::Gone(_) | Kind::Come(_))) {
            self.note("", &notes::reasons(mark, mark.before.of(before), mark.after.of(after)));
        }
    }

    /// What was thought of, and not changed.
    fn left(&mut self) {
        if self.comparison.left.is_empty() {
            return;
        }
        self.out.push_str("\nThought of, and not changed:\n");
        let mut places = Places::of(&self.comparison.before);
        for change in &self.comparison.left {
            let line = places.find(change.edit.span.start).line;
            self.note(&line.to_string(), &notes::of_change(change));
        }
    }

    /// A remark behind a dot.
    pub fn note(&mut self, number: &str, text: &str) {
        let mut flow = Flow::default();
        flow.remark(text, Ink::Aside);
        self.gutter(number, "·", &flow);
    }

    /// `flow` in the page's width, with a line's number and a bar before it.
    pub fn gutter(&mut self, number: &str, bar: &str, flow: &Flow) {
        for (n, text) in flow.lines(self.look.width.max(GUTTER + NARROWEST) - GUTTER).into_iter().enumerate() {
            let number = if n == 0 { number } else { "" };
            let mut line = Line::default();
            line.put(Ink::Aside, &format!("{number:>NUMBER$} {bar}"), NUMBER.max(number.len()) + 2);
            line.put(Ink::Plain, " ", 1);
            line.join(&text);
            self.line(&line);
        }
    }

    /// Writes one line.
    pub fn line(&mut self, line: &Line) {
        line.write(self.look.is_coloured, &mut self.out);
    }

    fn lines(&mut self, lines: Vec<Line>) {
        lines.iter().for_each(|line| self.line(line));
    }
}

/// Which texts a flow shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// What went and what came.
    Both,
    /// The first text alone.
    Before,
    /// The second alone.
    After,
}

/// The words of `block` on `side`, with its marks.
pub fn flow_of<'a>(page: &Page<'a>, block: &Block, marks: &[Mark<'a>], side: Side) -> Flow<'a> {
    let comparison = page.comparison;
    let text = comparison.before.as_str();
    let mut flow = Flow::default();
    let mut at = block.before.start;
    let is_whole = page.look.n_context.is_none() || marks.is_empty();
    for (n, mark) in marks.iter().enumerate() {
        flow.unchanged(&text[at.min(mark.before.start)..mark.before.start], n > 0, true, is_whole);
        match mark.kind {
            Kind::Gone(one) if side != Side::After => gone(page, &mut flow, one),
            Kind::Come(one) if side != Side::Before => come(page, &mut flow, one),
            Kind::Gone(_) | Kind::Come(_) => {}
            Kind::Changed(_) | Kind::Judged(..) => {
                let (before, after) = (mark.before.of(text), mark.after.of(&comparison.after));
                let row = if let Kind::Judged(row, _) = mark.kind { Some(row) } else { None };
                change(&mut flow, before, after, row, side);
            }
        }
        at = mark.before.end;
    }
    let rest = text[at.min(block.before.end)..block.before.end].trim_end();
    flow.unchanged(rest, !marks.is_empty(), false, is_whole);
    flow
}

fn change<'a>(flow: &mut Flow<'a>, before: &'a str, after: &'a str, row: Option<&'a Row>, side: Side) {
    let is_wordless = before.trim().is_empty() && after.trim().is_empty();
    // A space at the edge that both sides have, or that the change takes along, is only a space here.
    if !is_wordless && (before.starts_with(' ') || after.starts_with(' ')) {
        flow.space();
    }
    let trimmed = |text: &'a str| if is_wordless { text } else { text.trim_matches(' ') };
    if let Some(row) = row.filter(|row| row.outcome == Fate::Missed) {
        // Nothing was changed, so both sides have it; only the second says what it should be.
        flow.marked(before, ("[?", "?]"), Ink::Missed);
        if side != Side::Before {
            original(flow, row);
        }
        return;
    }
    if side != Side::After {
        flow.marked(trimmed(before), GONE, Ink::Deleted);
    }
    if side != Side::Before {
        let (marks, ink) = match row.map(|row| row.outcome) {
            Some(Fate::Wrong) => (("{!", "!}"), Ink::Wrong),
            Some(Fate::Needless) => (("{~", "~}"), Ink::Needless),
            _ => (COME, Ink::Inserted),
        };
        flow.marked(trimmed(after), marks, ink);
        if let Some(row) = row.filter(|row| row.outcome != Fate::Right) {
            original(flow, row);
        }
    }
    if !is_wordless && (before.ends_with(' ') || after.ends_with(' ')) {
        flow.space();
    }
}

fn original<'a>(flow: &mut Flow<'a>, row: &'a Row) {
    let text = row.original.trim();
    flow.marked(if text.is_empty() { "∅" } else { text }, ("{=", "=}"), Ink::Original);
}

/// A paragraph that went elsewhere: where to, and its first words.
fn gone(page: &Page, flow: &mut Flow, one: &Move) {
    let to = Places::of(&page.comparison.after).find(one.after.start).line;
    let text = one.before.of(&page.comparison.before);
    let mut words: Vec<&str> = text.split_whitespace().take(FIRST_WORDS + 1).collect();
    let is_more = words.len() > FIRST_WORDS;
    words.truncate(FIRST_WORDS);
    let words = crate::render::visible(&words.join(" ")).into_owned();
    flow.new_line();
    flow.remark(&format!("[> moved to line {to}: {words}{} <]", if is_more { " …" } else { "" }), Ink::Moved);
    flow.new_line();
}

/// First words by which a moved paragraph is known.
const FIRST_WORDS: usize = 6;

/// A paragraph that came from elsewhere: where from, and all of it with what was changed inside.
fn come<'a>(page: &Page<'a>, flow: &mut Flow<'a>, one: &'a Move) {
    let (before, after) = (page.comparison.before.as_str(), page.comparison.after.as_str());
    let from = Places::of(before).find(one.before.start).line;
    flow.new_line();
    flow.remark(&format!("{{> moved from line {from}:"), Ink::Moved);
    let mut at = one.before.start;
    for Changed { before: of, after: to, .. } in &one.edits {
        flow.unchanged(&before[at..of.start], at > one.before.start, true, true);
        change(flow, of.of(before), to.of(after), None, Side::Both);
        at = of.end;
    }
    flow.unchanged(Span::new(at, one.before.end).of(before), true, false, true);
    flow.remark(" <}", Ink::Moved);
    flow.new_line();
}
