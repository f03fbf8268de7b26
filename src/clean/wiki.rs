//! Makes wiki markup plain that a dump left in prose: `[[Page|words]]`, `'''strong'''`, `== Heading ==` and templates of sources.

use memchr::{memchr2_iter, memmem};

use crate::clean::code::Code;
use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "wiki";

/// The longest link, template or stretch of emphasis.
const LONGEST: usize = 600;

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    if !["[[", "''", "==", "{{"].iter().any(|sign| text.contains(sign)) {
        return Vec::new();
    }
    let code = Code::of(text);
    let mut edits = Vec::new();
    for line in code.lines_of_prose(text) {
        in_line(text, line, &code, &mut edits);
    }
    edits
}

fn in_line(text: &str, line: Span, code: &Code, edits: &mut Vec<Edit>) {
    let mut remove = |start: usize, end: usize| edits.push(edit(text, Span::new(start, end), "", NAME));
    let heading = heading(line.of(text));
    let mut at = line.start;
    let mut end = line.end;
    if let Some((head, tail)) = heading {
        remove(line.start, line.start + head);
        at = line.start + head;
        end = line.end - tail;
    }
    while let Some(start) = text[at..end].find(['[', '{', '\'']).map(|i| at + i) {
        let rest = &text[start..end];
        at = start + 1;
        if code.holds(start) {
            continue;
        }
        if let Some((kept, len)) =
            link(rest).or_else(|| template(rest)).or_else(|| emphasis(&text[line.start..start], rest))
        {
            if kept.start > 0 {
                remove(start, start + kept.start);
            }
            remove(start + kept.end, start + len);
            at = start + len;
        } else if rest.starts_with("''") {
            at = start + rest.len() - rest.trim_start_matches('\'').len();
        }
    }
    if let Some((_, tail)) = heading {
        remove(line.end - tail, line.end);
    }
}

/// How long the marks are at both ends of `line`, where they make it a heading.
fn heading(line: &str) -> Option<(usize, usize)> {
    let n_marks = line.bytes().take_while(|b| *b == b'=').count();
    if !(2..=6).contains(&n_marks) || line.len() < 2 * n_marks + 1 {
        return None;
    }
    let marks = &line[..n_marks];
    let inside = line[n_marks..].strip_suffix(marks)?;
    let title = inside.trim_matches(' ');
    if title.is_empty() || title.contains('=') {
        return None;
    }
    let n_left = inside.len() - inside.trim_start_matches(' ').len();
    Some((n_marks + n_left, line.len() - n_marks - n_left - title.len()))
}

/// The words of the link that `rest` begins with, as a place in it, and its length. A picture has none.
fn link(rest: &str) -> Option<(Span, usize)> {
    let inside = rest.strip_prefix("[[")?;
    let n_inside = closed(inside, b'[', b']')?;
    let inside = &inside[..n_inside];
    if inside.is_empty() || inside.starts_with([' ', '-', ':', '"']) || inside.ends_with(' ') {
        return None;
    }
    let is_silent = ["File:", "Image:", "Category:"].iter().any(|head| inside.starts_with(head));
    let start = 2 + inside.rfind('|').map_or(0, |i| i + 1);
    let kept = if is_silent { Span::new(0, 0) } else { Span::new(start, 2 + n_inside) };
    Some((kept, n_inside + 4))
}

/// A template that names sources or asks for them. Others may be text, or another language's.
fn template(rest: &str) -> Option<(Span, usize)> {
    const NAMES: &[&str] = &[
        "cite",
        "citation",
        "cn",
        "fact",
        "reflist",
        "refn",
        "sfn",
        "efn",
        "clarify",
        "main",
        "see also",
        "short description",
        "infobox",
    ];
    let inside = rest.strip_prefix("{{")?;
    let n_inside = closed(inside, b'{', b'}')?;
    let name = inside[..n_inside].split(['|', ':']).next()?.trim().to_ascii_lowercase();
    let is_known =
        NAMES.iter().any(|known| name.strip_prefix(known).is_some_and(|tail| tail.is_empty() || tail.starts_with(' ')));
    is_known.then_some((Span::new(0, 0), n_inside + 4))
}

/// Words between two, three or five apostrophes, behind `before`.
fn emphasis(before: &str, rest: &str) -> Option<(Span, usize)> {
    let n_marks = rest.bytes().take_while(|b| *b == b'\'').count();
    if !matches!(n_marks, 2 | 3 | 5) || before.ends_with(char::is_alphanumeric) || before.ends_with('`') {
        return None;
    }
    let marks = &rest[..n_marks];
    let n_words = memmem::find(near(&rest[n_marks..]), marks.as_bytes())?;
    let words = &rest[n_marks..n_marks + n_words];
    let len = n_words + 2 * n_marks;
    let is_tight = !words.starts_with(char::is_whitespace) && !words.ends_with(char::is_whitespace);
    let can_close = !rest[len..].starts_with(|c: char| c == '\'' || c.is_alphanumeric());
    (is_tight && can_close && words.contains(char::is_alphabetic))
        .then_some((Span::new(n_marks, n_marks + n_words), len))
}

/// Where two of `close` stand in `text`, not too far off and before the first `open`.
fn closed(text: &str, open: u8, close: u8) -> Option<usize> {
    let near = near(text);
    let mut found = memchr2_iter(open, close, near).take_while(|&at| near[at] == close);
    found.find(|&at| near.get(at + 1) == Some(&close))
}

/// As much of `text` as a link, a template or emphasis may take.
fn near(text: &str) -> &[u8] {
    &text.as_bytes()[..text.floor_char_boundary(LONGEST)]
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
        check(
            "The [[harbour]] of [[Odesa|the city]] is '''old''' and ''busy''.",
            "The harbour of the city is old and busy.",
        );
        check("== History ==\nIt was.{{cite web|url=x}} [[File:a.jpg|thumb]]\n", "History\nIt was. \n");
    }

    #[test]
    fn what_is_no_markup_stays() {
        for text in [
            "if [[ -f x ]]",
            "{{name}}",
            "``quoted''",
            "don''t",
            "6'' pipe and 8'' pipe",
            "a == b",
            "====",
            "[[a]",
            "He said ''",
        ] {
            check(text, text);
        }
    }
}
