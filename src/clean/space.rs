//! Sets white space right: within lines, at their ends and between paragraphs.
//!
//! A line's indentation is kept, odd spaces in it made plain, since it may say something: a nested list, a quotation. Line
//! ends stay what they are, CRLF or LF, and more than two in a row become two.

use crate::clean::{Options, is_odd_space, is_space, narrowed};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "space";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(start) = next_run(text, at) {
        let end = text[start..].find(|c| !is_white(c)).map_or(text.len(), |i| start + i);
        let run = &text[start..end];
        // In a drawing of lines, such as a tree of folders, spaces are part of the picture.
        let is_drawn = matches!(text[..start].chars().next_back(), Some('\u{2500}'..='\u{259f}'));
        if run != " " || end == text.len() || start == 0 {
            if is_drawn && !run.contains(['\n', '\r']) && end < text.len() {
                at = end;
                continue;
            }
            let right = set_right(run, start == 0, end == text.len());
            if right != run {
                edits.push(narrowed(text, Span::new(start, end), &right, NAME));
            }
        }
        at = end;
    }
    edits
}

/// Where the next run of white space begins, from `at` on, which is within none; those may be passed over that are one space between signs of ASCII.
fn next_run(text: &str, mut at: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    loop {
        let is_right = |&at: &usize| {
            bytes[at].is_ascii_graphic()
                || bytes[at] == b' ' && at > 0 && bytes.get(at + 1).is_some_and(u8::is_ascii_graphic)
        };
        at = (at..bytes.len()).find(|at| !is_right(at))?;
        let c = text[at..].chars().next()?;
        if is_white(c) {
            return Some(at);
        }
        at += c.len_utf8();
    }
}

fn is_white(c: char) -> bool {
    is_space(c) || matches!(c, '\n' | '\r')
}

/// What a run of white space should be, where it may stand at the start or the end of the text.
fn set_right(run: &str, is_first: bool, is_last: bool) -> String {
    const MOST_BREAKS: usize = 2;
    let Some(last_break) = run.rfind(['\n', '\r']) else {
        return match (is_first, is_last) {
            (_, true) => String::new(),
            (true, false) => indentation(run),
            (false, false) => " ".to_string(),
        };
    };
    let mut out = String::new();
    let mut n_breaks = 0;
    let mut rest = &run[..=last_break];
    while let Some(start) = rest.find(['\n', '\r']).filter(|_| n_breaks < MOST_BREAKS) {
        let n_bytes = if rest[start..].starts_with("\r\n") { 2 } else { 1 };
        out.push_str(&rest[start..start + n_bytes]);
        rest = &rest[start + n_bytes..];
        n_breaks += 1;
    }
    if !is_last {
        out.push_str(&indentation(&run[last_break + 1..]));
    }
    out
}

fn indentation(run: &str) -> String {
    run.chars().map(|c| if is_odd_space(c) { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::EditScript;

    fn check(text: &str, expected: &str) {
        assert_eq!(
            EditScript::new(find(text, &Options::default())).unwrap().apply(text).unwrap(),
            expected,
            "{text:?}"
        );
    }

    #[test]
    fn within_lines() {
        check("a  b\tc \t d", "a b c d");
        check("a\u{a0}b\u{2009}c\u{3000} d\u{202f}e", "a b c d e");
    }

    #[test]
    fn at_line_ends() {
        check("a \nb\t\r\nc\u{a0}\n", "a\nb\r\nc\n");
        check("a ", "a");
        check("  ", "");
    }

    #[test]
    fn between_paragraphs() {
        check("a\n\nb\n\n\nc\n \n\t\n\nd", "a\n\nb\n\nc\n\nd");
        check("a\r\n\r\n\r\nb", "a\r\n\r\nb");
        check("\n\n\n\na\n\n\n", "\n\na\n\n");
    }

    #[test]
    fn indentation_is_kept() {
        check("  a\n    b\n\tc\n\u{a0}\u{a0}d", "  a\n    b\n\tc\n  d");
    }

    #[test]
    fn edits_are_narrow() {
        let edits = find("a  b\n\n\nc", &Options::default());
        let spans: Vec<_> = edits.iter().map(|e| (e.span.start, e.span.end, &*e.after)).collect();
        assert_eq!(spans, [(2, 3, ""), (6, 7, "")]);
    }
}
