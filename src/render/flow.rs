//! Words that are set in lines of a given width, with marks and colours.
//!
//! Width is what a terminal gives a character: two columns for wide ones, none for marks that stand on another. White
//! space between words is one space, or goes on to the next tab stop; a word wider than the line is broken, never
//! before such a mark. What a terminal would act on is shown by its number ([`visible`]).

use std::borrow::Cow;

use anstyle::{AnsiColor, Color, Effects, Style};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::render::{is_plain, visible};

/// What a word is, and so which colour it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ink {
    /// Text that both sides have.
    Plain,
    /// Numbers, bars and remarks.
    Aside,
    /// What went.
    Deleted,
    /// What came; where the original is known, what came rightly.
    Inserted,
    /// What came, and is wrong.
    Wrong,
    /// What was left, though it is wrong.
    Missed,
    /// What came, though nothing had to.
    Needless,
    /// What the author had.
    Original,
    /// What was moved.
    Moved,
}

impl Ink {
    fn style(self) -> Style {
        let colour = |colour| Style::new().fg_color(Some(Color::Ansi(colour)));
        match self {
            Ink::Plain => Style::new(),
            Ink::Aside => Style::new().effects(Effects::DIMMED),
            Ink::Deleted => colour(AnsiColor::Red).effects(Effects::STRIKETHROUGH),
            Ink::Inserted => colour(AnsiColor::Green).effects(Effects::BOLD),
            Ink::Wrong => colour(AnsiColor::Magenta).effects(Effects::BOLD),
            Ink::Missed => colour(AnsiColor::Yellow).effects(Effects::UNDERLINE),
            Ink::Needless => colour(AnsiColor::Magenta).effects(Effects::UNDERLINE),
            Ink::Original => colour(AnsiColor::Cyan),
            Ink::Moved => colour(AnsiColor::Blue),
        }
    }
}

/// What stands before a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lead {
    None,
    Space,
    Tab,
    /// A new line, whatever its width.
    Line,
}

/// A word that is broken only where it must be.
#[derive(Debug, Clone)]
struct Atom<'a> {
    text: Cow<'a, str>,
    width: usize,
    ink: Ink,
    lead: Lead,
}

/// Words in a row.
#[derive(Debug, Clone)]
pub struct Flow<'a> {
    atoms: Vec<Atom<'a>>,
    lead: Lead,
}

/// A line that was set.
#[derive(Debug, Clone, Default)]
pub struct Line {
    text: String,
    /// What its parts are, and where each ends in the text.
    parts: Vec<(Ink, usize)>,
    /// Its width in columns.
    pub width: usize,
}

/// Columns from one tab stop to the next. Prose is set anew, so tabs are no table; four keep a narrow page readable.
const TAB: usize = 4;
/// Unchanged words in a row that are shown between two changes; of a longer row, half of them at each end.
const MOST_WORDS_BETWEEN: usize = 40;

impl Default for Flow<'_> {
    fn default() -> Self {
        Flow { atoms: Vec::new(), lead: Lead::None }
    }
}

/// The columns of `text`.
pub fn width(text: &str) -> usize {
    if is_plain(text) { text.len() } else { text.width() }
}

impl<'a> Flow<'a> {
    fn push(&mut self, text: Cow<'a, str>, ink: Ink) {
        let width = width(&text);
        self.atoms.push(Atom { text, width, ink, lead: self.lead });
        self.lead = Lead::None;
    }

    /// A space before the next word.
    pub fn space(&mut self) {
        self.lead = self.lead.max(Lead::Space);
    }

    /// A new line before the next word.
    pub fn new_line(&mut self) {
        self.lead = Lead::Line;
    }

    /// The words of a remark.
    pub fn remark(&mut self, text: &str, ink: Ink) {
        for word in text.split(' ') {
            self.push(word.to_string().into(), ink);
            self.space();
        }
    }

    /// The words of an unchanged stretch. The middle of a long one is left out where `is_whole` is false; its beginning is
    /// kept `after` a change, and its end before one where `before` is true.
    pub fn unchanged(&mut self, text: &'a str, after: bool, before: bool, is_whole: bool) {
        let edge = MOST_WORDS_BETWEEN / 2;
        // So many words have a byte and a space each, at least.
        let is_long = !is_whole && text.len() > 2 * MOST_WORDS_BETWEEN;
        let cut = match if is_long { text.split_whitespace().count() } else { 0 } {
            words if words > MOST_WORDS_BETWEEN => {
                (if after { edge } else { 0 }, words - if before { edge } else { 0 })
            }
            _ => (usize::MAX, usize::MAX),
        };
        let mut at = 0;
        for (n, word) in text.split_whitespace().enumerate() {
            let start = word.as_ptr() as usize - text.as_ptr() as usize;
            self.gap(&text[at..start]);
            at = start + word.len();
            match n {
                n if n == cut.0 && n < cut.1 => self.push("[…]".into(), Ink::Aside),
                n if n > cut.0 && n < cut.1 => self.lead = Lead::None,
                _ => self.push(visible(word), Ink::Plain),
            }
        }
        self.gap(&text[at..]);
    }

    /// White space that both sides have.
    fn gap(&mut self, text: &str) {
        let lead = match text {
            "" => Lead::None,
            text if text.contains('\t') => Lead::Tab,
            _ => Lead::Space,
        };
        self.lead = self.lead.max(lead);
    }

    /// One side of a change between `marks`; nothing where that side is empty. Line ends are shown and kept, and where
    /// there is nothing but white space, all of it is shown.
    pub fn marked(&mut self, text: &'a str, marks: (&str, &str), ink: Ink) {
        if text.is_empty() {
            return;
        }
        let mut words: Vec<(Cow<str>, Lead)> = Vec::new();
        if text.trim().is_empty() {
            words.push((signs(text).into(), self.lead));
        } else {
            let mut lead = self.lead;
            let mut rest = text;
            while !rest.is_empty() {
                let blank = rest.len() - rest.trim_start().len();
                if rest[..blank].contains('\n') {
                    let ends: String = rest[..blank].chars().filter(|c| matches!(c, '\n' | '\r')).collect();
                    words.push((signs(&ends).into(), if words.is_empty() { lead } else { Lead::None }));
                    lead = Lead::Line;
                } else if blank > 0 {
                    // A space at the edge is only a space.
                    lead = lead.max(if rest[..blank].contains('\t') { Lead::Tab } else { Lead::Space });
                }
                rest = &rest[blank..];
                let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
                if end > 0 {
                    words.push((visible(&rest[..end]), lead));
                    lead = Lead::None;
                }
                rest = &rest[end..];
            }
        }
        let last = words.len().saturating_sub(1);
        for (n, (word, lead)) in words.into_iter().enumerate() {
            self.lead = lead;
            let (open, close) = (if n == 0 { marks.0 } else { "" }, if n == last { marks.1 } else { "" });
            self.push(if open.len() + close.len() > 0 { format!("{open}{word}{close}").into() } else { word }, ink);
        }
        if text.trim_end().len() < text.len() && !text.trim().is_empty() {
            self.lead = if text[text.trim_end().len()..].contains('\n') { Lead::Line } else { Lead::Space };
        }
    }

    /// The words in lines of `width` columns.
    pub fn lines(&self, width: usize) -> Vec<Line> {
        let width = width.max(2);
        let mut lines = vec![Line::default()];
        let mut at = 0;
        while at < self.atoms.len() {
            // What hangs on without white space goes along.
            let tail = self.atoms[at + 1..].iter().take_while(|next| next.lead == Lead::None).count();
            let group = &self.atoms[at..=at + tail];
            let whole: usize = group.iter().map(|atom| atom.width).sum();
            let line = lines.last_mut().expect("there is always a line");
            let gap = match group[0].lead {
                _ if line.width == 0 => 0,
                Lead::None | Lead::Line => 0,
                Lead::Space => 1,
                Lead::Tab => TAB - line.width % TAB,
            };
            let is_new = group[0].lead == Lead::Line && at > 0;
            if is_new || (line.width > 0 && line.width + gap + whole > width) {
                lines.push(Line::default());
            } else if gap > 0 {
                line.pad(line.width + gap);
            }
            for atom in group {
                set(&mut lines, atom, width);
            }
            at += tail + 1;
        }
        lines
    }
}

/// Sets `atom`, over several lines where it does not fit.
fn set(lines: &mut Vec<Line>, atom: &Atom, width: usize) {
    let line = lines.last_mut().expect("there is always a line");
    if line.width + atom.width <= width {
        return line.put(atom.ink, &atom.text, atom.width);
    }
    if line.width > 0 && atom.width <= width {
        lines.push(Line::default());
        return lines.last_mut().expect("one was pushed").put(atom.ink, &atom.text, atom.width);
    }
    let mut piece = String::new();
    let mut columns = 0;
    for c in atom.text.chars() {
        let wide = c.width().unwrap_or(0);
        let line = lines.last_mut().expect("there is always a line");
        if wide > 0 && line.width + columns + wide > width && line.width + columns > 0 {
            line.put(atom.ink, &piece, columns);
            lines.push(Line::default());
            (piece, columns) = (String::new(), 0);
        }
        piece.push(c);
        columns += wide;
    }
    lines.last_mut().expect("there is always a line").put(atom.ink, &piece, columns);
}

impl Line {
    /// Adds `text`, which is `width` columns wide.
    pub fn put(&mut self, ink: Ink, text: &str, width: usize) {
        self.width += width;
        self.text.push_str(text);
        self.part(ink, self.text.len());
    }

    /// Its text from the end of the last part up to `end` is a part.
    fn part(&mut self, ink: Ink, end: usize) {
        match self.parts.last_mut() {
            Some(last) if last.0 == ink => last.1 = end,
            _ => self.parts.push((ink, end)),
        }
    }

    /// Spaces up to column `to`.
    pub fn pad(&mut self, to: usize) {
        let n = to.saturating_sub(self.width);
        self.text.extend(std::iter::repeat_n(' ', n));
        self.width += n;
        self.part(Ink::Plain, self.text.len());
    }

    /// All of `other` behind this.
    pub fn join(&mut self, other: &Line) {
        let start = self.text.len();
        self.text.push_str(&other.text);
        self.width += other.width;
        other.parts.iter().for_each(|&(ink, end)| self.part(ink, start + end));
    }

    /// Writes it, with its line end.
    pub fn write(&self, is_coloured: bool, out: &mut String) {
        let last = self.parts.len().saturating_sub(1);
        let mut start = 0;
        for (n, &(ink, end)) in self.parts.iter().enumerate() {
            let text = &self.text[start..end];
            // No spaces at a line's end.
            let text = if n == last { text.trim_end_matches(' ') } else { text };
            if is_coloured && ink != Ink::Plain && !text.is_empty() {
                let style = ink.style();
                out.push_str(&format!("{style}{text}{style:#}"));
            } else {
                out.push_str(text);
            }
            start = end;
        }
        out.push('\n');
    }
}

/// `text` with its line ends, tabs and, where it is nothing but white space, its spaces to be seen.
pub fn signs(text: &str) -> String {
    let is_blank = text.trim().is_empty();
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' => out.push('⏎'),
            '\r' => out.push('␍'),
            '\t' => out.push('⇥'),
            ' ' if is_blank => out.push('␣'),
            ' ' => out.push(' '),
            c if c.is_whitespace() => out.extend(c.escape_unicode()),
            c => out.push_str(&visible(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fill: impl Fn(&mut Flow), width: usize, expected: &[&str]) {
        let mut flow = Flow::default();
        fill(&mut flow);
        let mut out = String::new();
        for line in flow.lines(width) {
            assert!(line.width <= width, "{line:?}");
            line.write(false, &mut out);
        }
        assert_eq!(out.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn wide_characters_have_two_columns() {
        check(|flow| flow.unchanged("東京 の港", true, true, true), 7, &["東京", "の港"]);
        check(|flow| flow.unchanged("東京 の港", true, true, true), 9, &["東京 の港"]);
        check(|flow| flow.unchanged("東京都港区", true, true, true), 5, &["東京", "都港", "区"]);
    }

    #[test]
    fn marks_stay_with_their_letter() {
        check(|flow| flow.unchanged("ne\u{301}e\u{301}", true, true, true), 2, &["ne\u{301}", "e\u{301}"]);
    }

    #[test]
    fn tabs_go_on_to_the_next_stop() {
        check(|flow| flow.unchanged("a\tbc\tdef", true, true, true), 20, &["a   bc  def"]);
    }

    #[test]
    fn lines_that_come_are_kept() {
        check(|flow| flow.marked("\r\n\nNew one.", ("{+", "+}"), Ink::Inserted), 20, &["{+␍⏎⏎", "New one.+}"]);
    }
}
