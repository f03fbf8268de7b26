//! Removes the braces that a spinner left: `{that a}` is `that a`, and of `{huge|large}` the first is taken.
//!
//! Braces are common in code, so much must hold: the braces of the line are balanced and not one in the other, nothing in
//! the line looks like code, the words inside are few and plain, and what stands round the braces could
//! stand round words. A line is judged as a whole, so that removing one pair cannot change what is thought of the next.

use crate::clean::{Options, edit, is_space};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "residue";

/// Most words inside one pair of braces, or in one of its choices.
const MOST_WORDS: usize = 4;

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut at = 0;
    while let Some(brace) = text[at..].find('{').map(|i| at + i) {
        let is_break = |c| matches!(c, '\n' | '\r');
        let start = text[at..brace].rfind(is_break).map_or(at, |i| at + i + 1);
        let end = text[brace..].find(is_break).map_or(text.len(), |i| brace + i);
        in_line(text, Span::new(start, end), &mut edits);
        at = end;
    }
    edits
}

fn in_line(text: &str, line: Span, edits: &mut Vec<Edit>) {
    let Some(groups) = groups(line.of(text)) else {
        return;
    };
    for group in groups {
        let span = Span::new(line.start + group.start, line.start + group.end);
        let inside = &text[span.start + 1..span.end - 1];
        let before = text[line.start..span.start].chars().next_back();
        let after = text[span.end..line.end].chars().next();
        if let Some(first) = first_choice(inside).filter(|_| can_stand_round_words(before, after)) {
            // Two edits where only the braces go, so that the words between keep their place.
            if first.len() == inside.len() {
                edits.push(edit(text, Span::new(span.start, span.start + 1), "", NAME));
                edits.push(edit(text, Span::new(span.end - 1, span.end), "", NAME));
            } else {
                edits.push(edit(text, span, first, NAME));
            }
        }
    }
}

/// The pairs of braces of a line; `None` where they are not balanced, stand one in the other, or the line looks like code.
fn groups(line: &str) -> Option<Vec<Span>> {
    let mut groups = Vec::new();
    let mut open = None;
    for (at, c) in line.char_indices() {
        match (c, open) {
            ('{', None) => open = Some(at),
            ('}', Some(start)) => {
                groups.push(Span::new(start, at + 1));
                open = None;
            }
            ('{' | '}', _) => return None,
            _ => {}
        }
    }
    (open.is_none() && !is_code(line)).then_some(groups)
}

/// True where a line has what prose does not: what a spinner left braces in is prose.
fn is_code(line: &str) -> bool {
    const SIGNS: &[&str] = &["\":", "':", "=>", "->", "==", "();", "){", ") {", "</", "/>", "\\", "#{", "%{", "`"];
    // A dollar sign before a number is money, and so as good as any word.
    let is_variable = |(at, _): (usize, &str)| !line[at + 1..].starts_with(|c: char| c.is_ascii_digit());
    line.trim_end_matches(is_space).ends_with(';')
        || line.match_indices('$').any(is_variable)
        || SIGNS.iter().any(|sign| line.contains(sign))
}

/// The words inside of a pair of braces, or its first choice, where all that is inside is plain.
fn first_choice(inside: &str) -> Option<&str> {
    let mut choices = inside.split('|');
    let first = choices.next().filter(|choice| is_plain(choice))?;
    choices.all(is_plain).then_some(first)
}

/// One to four words of letters, apostrophes, hyphens and digits, with white space between and not round them.
fn is_plain(words: &str) -> bool {
    let is_word = |word: &str| {
        word.starts_with(char::is_alphanumeric)
            && word.ends_with(char::is_alphanumeric)
            && word.chars().all(|c| c.is_alphanumeric() || matches!(c, '\'' | '’' | '-' | '.' | ','))
    };
    let has_letter = words.contains(char::is_alphabetic);
    let is_trimmed = !words.starts_with(is_space) && !words.ends_with(is_space);
    let mut n_words = 0;
    let is_plain = words.split(is_space).filter(|word| !word.is_empty()).all(|word| {
        n_words += 1;
        n_words <= MOST_WORDS && is_word(word)
    });
    has_letter && is_trimmed && is_plain
}

/// True where the characters on both sides could stand beside a word: not `name{x}`, not `{x}{y}`, not `{0}%`.
fn can_stand_round_words(before: Option<char>, after: Option<char>) -> bool {
    before.is_none_or(|c| is_space(c) || "“‘\"'(«—–-/".contains(c))
        && after.is_none_or(|c| is_space(c) || "”’\"')».,;:!?…—–-/".contains(c))
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
    fn braces_round_plain_words_go() {
        check("He said {that a} man paid 20 {dollars}.", "He said that a man paid 20 dollars.");
        check("“{So} it is,” ({he} said)\nand {so on}", "“So it is,” (he said)\nand so on");
        check("It cost $20 {or so}", "It cost $20 or so");
        check("a {long-term 3,000 dollar deal}", "a long-term 3,000 dollar deal");
    }

    #[test]
    fn of_plain_choices_the_first_is_taken() {
        check("a {huge|large|big} man", "a huge man");
        check("a {huge|} man", "a {huge|} man");
        check("a {huge|x=1} man", "a {huge|x=1} man");
    }

    #[test]
    fn code_is_left_alone() {
        for text in [
            "{\"a\": 1}",
            "{{ name }}",
            "{{name}}",
            "p {color: red}",
            "p { color }",
            "if (x) {y}",
            "${name}",
            "f{x}",
            "{x}{y}",
            "\\emph{word}",
            "{0} items",
            "{ word }",
            "{a b c d e}",
            "{that {a} b}",
            "{a, b}",
            "{that a",
            "that} a {b",
            "{}",
            "#{x}",
            "Hello {name};",
            "`{name}`",
            "<b>{name}</b>",
            "{%if%}",
            "{a\nb}",
            "{a.b()}",
            "{user_name}",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn only_the_braces_are_edited() {
        let edits = find("x {that a} y", &Options::default());
        let spans: Vec<_> = edits.iter().map(|e| (e.span.start, &*e.before, &*e.after)).collect();
        assert_eq!(spans, [(2, "{", ""), (9, "}", "")]);
    }
}
