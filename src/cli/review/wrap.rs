//! Breaks marked text into lines of a screen.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use crate::render::visible;

/// `text` on one line, with nothing in it that a terminal would act on.
pub fn flat(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).collect();
    visible(&spaced).into_owned()
}

/// `pieces` in lines of at most `width` columns, broken at spaces where there are any; and the line that piece `focus`
/// begins on.
pub fn wrap(pieces: &[(String, Style)], width: usize, focus: usize) -> (Vec<Line<'static>>, usize) {
    let width = width.max(1);
    let mut page = Page { width, lines: Vec::new(), line: Vec::new(), column: 0 };
    let mut focus_line = 0;
    // What stands together without a space, also across pieces.
    let mut word: Vec<(char, Style)> = Vec::new();
    let mut is_focus_in_word = false;
    for (idx, (text, style)) in pieces.iter().enumerate() {
        is_focus_in_word |= idx == focus;
        for c in text.chars() {
            if c != ' ' {
                word.push((c, *style));
                continue;
            }
            let at = page.put(&mut word);
            if std::mem::take(&mut is_focus_in_word) {
                focus_line = at;
            }
            page.space(*style);
        }
    }
    let at = page.put(&mut word);
    if is_focus_in_word {
        focus_line = at;
    }
    page.end_line();
    (page.lines, focus_line)
}

struct Page {
    width: usize,
    lines: Vec<Line<'static>>,
    line: Vec<(char, Style)>,
    column: usize,
}

impl Page {
    /// Puts a word down, and gives the line that it begins on.
    fn put(&mut self, word: &mut Vec<(char, Style)>) -> usize {
        let len: usize = word.iter().map(|(c, _)| columns(*c)).sum();
        if self.column > 0 && self.column + len > self.width {
            self.end_line();
        }
        let at = self.lines.len();
        for (c, style) in word.drain(..) {
            if self.column + columns(c) > self.width && self.column > 0 {
                self.end_line();
            }
            self.column += columns(c);
            self.line.push((c, style));
        }
        at
    }

    fn space(&mut self, style: Style) {
        if self.column >= self.width {
            self.end_line();
        } else if self.column > 0 {
            self.line.push((' ', style));
            self.column += 1;
        }
    }

    fn end_line(&mut self) {
        let mut spans: Vec<Span<'static>> = Vec::new();
        for same in self.line.chunk_by(|a, b| a.1 == b.1) {
            spans.push(Span::styled(same.iter().map(|(c, _)| *c).collect::<String>(), same[0].1));
        }
        self.lines.push(Line::from(spans));
        self.line.clear();
        self.column = 0;
    }
}

fn columns(c: char) -> usize {
    c.width().unwrap_or_default()
}

/// `text` cut to `width` columns, with `…` where something is missing.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_string();
    }
    let mut out = String::new();
    let mut column = 0;
    for c in text.chars() {
        if column + columns(c) + 1 > width {
            break;
        }
        column += columns(c);
        out.push(c);
    }
    if width > 0 {
        out.push('…');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(pieces: &[&str], width: usize, expected: &[&str], focus_line: usize) {
        let pieces: Vec<(String, Style)> = pieces.iter().map(|text| (text.to_string(), Style::new())).collect();
        let (lines, at) = wrap(&pieces, width, 1);
        let lines: Vec<String> = lines.iter().map(|line| line.to_string().trim_end().to_string()).collect();
        assert_eq!((lines.iter().map(String::as_str).collect::<Vec<_>>(), at), (expected.to_vec(), focus_line));
    }

    #[test]
    fn breaks_at_spaces_and_knows_where_the_focus_is() {
        check(&["one two ", "three", " four"], 9, &["one two", "three", "four"], 1);
        check(&["one (", "two", ") three"], 20, &["one (two) three"], 0);
        check(&["", "abcdefgh"], 3, &["abc", "def", "gh"], 0);
        check(&["日本 ", "日本", ""], 5, &["日本", "日本"], 1);
        check(&["", "", ""], 5, &[""], 0);
    }

    #[test]
    fn cuts_by_columns() {
        assert_eq!(
            (cut("abcdef", 4), cut("日本日本", 5), cut("abc", 3)),
            ("abc…".into(), "日本…".into(), "abc".into())
        );
        assert_eq!(cut("abc", 0), "");
    }

    #[test]
    fn nothing_acts_on_the_terminal() {
        assert_eq!(flat("a\tb\nc\u{1b}[2J\u{202e}"), "a b c\\u{1b}[2J\\u{202e}");
    }
}
