//! Removes the marks of a text that a feed cut short: `[…]`, `[...]` and `[+1234 chars]`, at the end of a line.
//!
//! Within a line `[…]` is an editor's, who left something out of a quotation. Behind a quotation mark it is one's, too.

use crate::clean::code::Code;
use crate::clean::{Options, edit, is_space};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "truncation";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut code = None;
    let mut at = 0;
    while let Some(start) = text[at..].find('[').map(|i| at + i) {
        at = start + 1;
        let Some(end) = mark(&text[start..]).map(|len| start + len) else { continue };
        let is_at_end =
            text[end..].trim_start_matches(is_space).chars().next().is_none_or(|c| matches!(c, '\n' | '\r'));
        let before = text[..start].trim_end_matches(is_space);
        let is_after_text =
            before.chars().next_back().is_some_and(|c| !matches!(c, '\n' | '\r' | '“' | '‘' | '"' | '\''));
        if is_at_end && is_after_text && !code.get_or_insert_with(|| Code::of(text)).holds(start) {
            let from = before.len().max(edits.last().map_or(0, |last| last.span.end));
            edits.push(edit(text, Span::new(from, end), "", NAME));
            at = end;
        }
    }
    edits
}

/// How long the mark is that `rest` begins with.
fn mark(rest: &str) -> Option<usize> {
    for sign in ["[…]", "[...]", "[ … ]", "[ ... ]"] {
        if rest.starts_with(sign) {
            return Some(sign.len());
        }
    }
    let digits = rest.strip_prefix("[+")?;
    let n_digits = digits.bytes().take(12).take_while(u8::is_ascii_digit).count();
    let tail = &digits[n_digits..];
    let end = ["chars]", " chars]", " characters]"].into_iter().find(|end| tail.starts_with(end))?;
    (n_digits > 0).then_some(2 + n_digits + end.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn marks_at_line_ends_go() {
        check("The council met on […]\nNext", "The council met on\nNext");
        check("It was late… [+1234 chars]", "It was late…");
        check("and so [...] ", "and so ");
    }

    #[test]
    fn an_editors_marks_stay() {
        for text in ["“the […] man”", "[…]\nthe man", "He said “[…]", "a[...] = b", "[+x chars]"] {
            check(text, text);
        }
    }
}
