//! Makes Markdown plain that a converter left in prose: links, images, strong emphasis and headings.
//!
//! A text with a fenced block is Markdown on purpose and stays as it is. One asterisk or underscore stays, too, as footnotes,
//! names and stage directions have them.

use crate::clean::code::Code;
use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "markdown";

/// The longest stretch between two marks of emphasis, and the longest of a link's parts.
const LONGEST: usize = 400;

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    if !text.contains("**") && !text.contains("](") && !text.contains("# ") {
        return Vec::new();
    }
    let code = Code::of(text);
    if code.has_fence {
        return Vec::new();
    }
    let mut edits = Vec::new();
    for line in code.lines_of_prose(text) {
        in_line(text, line, &code, &mut edits);
    }
    edits
}

fn in_line(text: &str, line: Span, code: &Code, edits: &mut Vec<Edit>) {
    let mut remove = |start: usize, end: usize| edits.push(edit(text, Span::new(start, end), "", NAME));
    let mut at = line.start;
    if let Some(len) = heading(line.of(text)) {
        remove(at, at + len);
        at += len;
    }
    while let Some(start) = text[at..line.end].find(['*', '[', '!']).map(|i| at + i) {
        let rest = &text[start..line.end];
        at = start + 1;
        if code.holds(start) {
            continue;
        }
        if let Some((label, len)) = image(rest).or_else(|| link(rest)) {
            // The label stays where it is; what an image is called was never seen.
            let (from, to) =
                if rest.starts_with('!') { (start, start) } else { (start + label.start, start + label.end) };
            if from > start {
                remove(start, from);
            }
            remove(to, start + len);
            at = start + len;
        } else if let Some(len) = strong(&text[line.start..start], rest) {
            remove(start, start + 2);
            remove(start + len - 2, start + len);
            at = start + len;
        } else if rest.starts_with('*') {
            at = start + rest.len() - rest.trim_start_matches('*').len();
        }
    }
}

/// How long the mark is that makes `line` a heading.
fn heading(line: &str) -> Option<usize> {
    let n_marks = line.bytes().take_while(|b| *b == b'#').count();
    let title = line[n_marks..].strip_prefix(' ')?;
    let is_title = title.starts_with(char::is_alphanumeric) && !title.ends_with(['.', ';', ',']);
    ((1..=6).contains(&n_marks) && is_title && (n_marks > 1 || title.starts_with(char::is_uppercase)))
        .then_some(n_marks + 1)
}

/// The label, and the length, of the link that `rest` begins with.
fn link(rest: &str) -> Option<(Span, usize)> {
    let label = rest.strip_prefix('[')?;
    let n_label = label.bytes().take(LONGEST).position(|b| matches!(b, b']' | b'['))?;
    let address = label[n_label..].strip_prefix("](")?;
    let n_address = address.bytes().take(LONGEST).position(|b| matches!(b, b')' | b'('))?;
    let is_address = ["http://", "https://", "/", "#", "mailto:", "www."].iter().any(|head| address.starts_with(head));
    let is_closed = address.as_bytes()[n_address] == b')';
    (n_label > 0 && is_address && is_closed).then(|| (Span::new(1, 1 + n_label), n_label + n_address + 4))
}

fn image(rest: &str) -> Option<(Span, usize)> {
    let link = link(rest.strip_prefix('!')?)?;
    Some((link.0, link.1 + 1))
}

/// The length of the strong emphasis that `rest` begins with, behind `before`.
fn strong(before: &str, rest: &str) -> Option<usize> {
    let inside = rest.strip_prefix("**")?;
    let can_open = before.chars().next_back().is_none_or(|c| c.is_whitespace() || "(“‘\"'—–>[".contains(c));
    let n_inside = inside[..inside.floor_char_boundary(LONGEST)].find('*')?;
    let words = &inside[..n_inside];
    let after = inside[n_inside..].strip_prefix("**")?;
    let is_tight = !words.starts_with(char::is_whitespace) && !words.ends_with(char::is_whitespace);
    let can_close = after.chars().next().is_none_or(|c| !c.is_alphanumeric() && c != '*');
    (can_open && can_close && is_tight && words.contains(char::is_alphabetic)).then_some(n_inside + 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn markup_becomes_text() {
        check("It was **very** late, (**so** he said).", "It was very late, (so he said).");
        check("See [the report](https://a.org/x) and ![map](/m.png) here", "See the report and  here");
        check("## What happened\n# Harbour opens\n", "What happened\nHarbour opens\n");
    }

    #[test]
    fn what_is_no_markup_stays() {
        for text in [
            "2**3**4",
            "f**k this s**t",
            "* a footnote",
            "He *sighs*",
            "# of people, in thousands.",
            "#1 hit",
            "#news",
            "a [b](c)",
            "[x] (y)",
            "** open",
            "`**x**`",
            "****",
            "f(a)[1](b)",
        ] {
            check(text, text);
        }
        let page = "# Title\n\n```\ncode\n```\n**bold**\n";
        check(page, page);
    }
}
