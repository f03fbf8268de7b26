//! Makes line ends one kind: lone carriage returns and the line separators of Unicode become line ends, and of CRLF and
//! LF the rarer becomes the other.

use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "line-end";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let bytes = text.as_bytes();
    let n_crlf = bytes.windows(2).filter(|pair| pair == b"\r\n").count();
    let n_lf = bytes.iter().filter(|b| **b == b'\n').count() - n_crlf;
    let end = if n_crlf > n_lf { "\r\n" } else { "\n" };
    let is_end = |b: &u8| matches!(b, b'\n' | b'\r' | 0xe2);
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(is_end).map(|i| at + i) {
        at = start + 1;
        let len = match &bytes[start..] {
            [b'\r', b'\n', ..] => 2,
            [0xe2, 0x80, 0xa8 | 0xa9, ..] => 3,
            [0xe2, ..] => continue,
            _ => 1,
        };
        at = start + len;
        let span = Span::new(start, at);
        if span.of(text) == end {
            continue;
        }
        match (span.of(text), end) {
            ("\r\n", _) => edits.push(edit(text, Span::new(start, start + 1), "", NAME)),
            ("\n", _) => edits.push(edit(text, Span::new(start, start), "\r", NAME)),
            _ => edits.push(edit(text, span, end, NAME)),
        }
    }
    edits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn the_majority_wins() {
        check("a\r\nb\nc\r\n", "a\r\nb\r\nc\r\n");
        check("a\nb\nc\r\n", "a\nb\nc\n");
        check("a\r\nb\n", "a\nb\n");
        check("a\r\nb\r\n", "a\r\nb\r\n");
    }

    #[test]
    fn others_become_line_ends() {
        check("a\rb\rc", "a\nb\nc");
        check("a\u{2028}b\u{2029}c’", "a\nb\nc’");
        check("a\r\nb\rc\r\n", "a\r\nb\r\nc\r\n");
        check("\r\r\n\n", "\n\n\n");
    }
}
