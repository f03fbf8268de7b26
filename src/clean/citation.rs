//! Removes citation marks that an encyclopedia leaves in its text: `[12]`, `[note 3]`, `[citation needed]`, `[edit]`.
//!
//! A number counts only right behind a word or its punctuation, where no reader of prose writes one; `[12]` at the start of a
//! line is a list of sources, `a[1]` code, and `[1](…)` a link.

use crate::clean::code::Code;
use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "citation";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut code = None;
    let mut at = 0;
    while let Some(start) = text[at..].find('[').map(|i| at + i) {
        at = start + 1;
        let Some(end) = mark(&text[start..]).map(|len| start + len) else { continue };
        let follows_mark = edits.last().is_some_and(|last| last.span.end == start);
        let stands = follows_mark || is_behind_prose(&text[..start]);
        if stands && can_follow(&text[end..]) && !code.get_or_insert_with(|| Code::of(text)).holds(start) {
            edits.push(edit(text, Span::new(start, end), "", NAME));
            at = end;
        }
    }
    edits
}

/// How long the mark is that `rest` begins with.
fn mark(rest: &str) -> Option<usize> {
    const WORDS: &[&str] = &[
        "citation needed",
        "clarification needed",
        "failed verification",
        "better source needed",
        "page needed",
        "dubious – discuss",
        "original research?",
        "who?",
        "when?",
        "why?",
        "edit",
        "update",
        "sic?",
    ];
    const LONGEST: usize = 32;
    let n_inside = rest.bytes().skip(1).take(LONGEST + 1).position(|b| matches!(b, b']' | b'['))?;
    let inside = rest[1..].get(..n_inside).filter(|_| rest.as_bytes()[1 + n_inside] == b']')?;
    let is_number = |s: &str| !s.is_empty() && s.len() <= 3 && s != "0" && s.bytes().all(|b| b.is_ascii_digit());
    let is_note = ["note ", "nb ", "n "].iter().any(|head| inside.strip_prefix(head).is_some_and(is_number));
    let is_list = inside.split([',', '–', '-']).map(str::trim).all(is_number);
    (is_list || is_note || WORDS.contains(&inside)).then_some(inside.len() + 2)
}

/// True behind a word of two letters and more, a year, or the punctuation that ends a phrase.
fn is_behind_prose(before: &str) -> bool {
    let mut chars = before.chars().rev();
    match chars.next() {
        Some(c) if ".,;:!?)”’\"%".contains(c) => {
            chars.next().is_some_and(|c| c.is_alphanumeric() || ".)”’\"".contains(c))
        }
        Some(c) if c.is_alphabetic() => chars.next().is_some_and(char::is_alphabetic),
        Some(c) if c.is_ascii_digit() => chars.next().is_some_and(|c| c.is_ascii_digit()),
        _ => false,
    }
}

fn can_follow(rest: &str) -> bool {
    rest.chars().next().is_none_or(|c| c.is_whitespace() || "[.,;:!?)”’\"—–".contains(c))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn marks_go() {
        check("It fell.[12] It rose[3][4], twice.[5]", "It fell. It rose, twice.");
        check("So it was.[citation needed]\nHistory[edit]\n", "So it was.\nHistory\n");
        check("In 1999[1–3] he left.[note 2]", "In 1999 he left.");
    }

    #[test]
    fn what_is_no_mark_stays() {
        for text in [
            "[12] Smith, J.",
            "a[1] = 2",
            "see [1](http://a.org)",
            "items[0]",
            "x[12]y",
            "the [sic] man",
            "He [Smith] said",
            "`it.[1]`",
        ] {
            check(text, text);
        }
    }
}
