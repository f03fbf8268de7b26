//! Removes characters without width where no script needs them.
//!
//! Soft hyphens, word joiners and byte order marks say nothing to a reader anywhere in a text. The zero-width space parts
//! words in scripts without spaces, and the joiners shape letters in Arabic and Indic scripts and join emoji; between
//! Latin letters all three are left by web pages, or put there to hide a copy.

use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "zero-width";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits = Vec::new();
    // The nearest character with width on the left: what is removed must not decide what is kept.
    let mut left = None;
    let mut chars = text.char_indices().peekable();
    while let Some((start, c)) = chars.next() {
        if !is_zero_width(c) {
            left = Some(c);
            continue;
        }
        let mut run = vec![(start, c)];
        while let Some(next) = chars.next_if(|(_, c)| is_zero_width(*c)) {
            run.push(next);
        }
        let right = chars.peek().map(|(_, c)| *c);
        let mut last: Option<Span> = None;
        for (at, c) in run {
            if is_needed(c, left, right) {
                edits.extend(last.take().map(|span| edit(text, span, "", NAME)));
            } else {
                last = Some(Span::new(last.map_or(at, |span| span.start), at + c.len_utf8()));
            }
        }
        edits.extend(last.map(|span| edit(text, span, "", NAME)));
    }
    edits
}

fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}')
}

fn is_needed(c: char, left: Option<char>, right: Option<char>) -> bool {
    let either = |is: fn(char) -> bool| left.is_some_and(is) || right.is_some_and(is);
    let both = |is: fn(char) -> bool| left.is_some_and(is) && right.is_some_and(is);
    match c {
        '\u{200b}' => either(is_of_script_without_spaces),
        '\u{200c}' => either(is_of_joining_script),
        '\u{200d}' => either(is_of_joining_script) || both(is_emoji_part),
        _ => false,
    }
}

/// Thai, Lao, Tibetan, Myanmar, Khmer, Tai scripts, Javanese, Kana, Han and Hangul.
fn is_of_script_without_spaces(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' | '\u{1950}'..='\u{19ff}'
        | '\u{1a20}'..='\u{1aaf}' | '\u{1b00}'..='\u{1b7f}' | '\u{3001}'..='\u{9fff}' | '\u{a980}'..='\u{a9df}'
        | '\u{aa60}'..='\u{aadf}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

/// Arabic, Syriac, N'Ko and Mandaic; the Indic scripts; Mongolian; and others whose letters join.
fn is_of_joining_script(c: char) -> bool {
    matches!(c,
        '\u{600}'..='\u{8ff}' | '\u{900}'..='\u{dff}' | '\u{e00}'..='\u{109f}' | '\u{1700}'..='\u{18af}'
        | '\u{1a00}'..='\u{1c4f}' | '\u{1cd0}'..='\u{1cff}' | '\u{a800}'..='\u{abff}' | '\u{fb50}'..='\u{fdff}'
        | '\u{fe70}'..='\u{fefe}' | '\u{10a00}'..='\u{11fff}' | '\u{1e900}'..='\u{1e95f}')
}

/// Emoji, their variation selector and skin tones, and the signs that stand behind a joiner, such as `♂`.
fn is_emoji_part(c: char) -> bool {
    matches!(c, '\u{fe0f}' | '\u{20e3}' | '\u{2190}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{e0020}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::EditScript;

    fn check(text: &str, expected: &str) {
        assert_eq!(
            EditScript::new(find(text, &Options::default())).unwrap().apply(text).unwrap(),
            expected,
            "{}",
            text.escape_unicode()
        );
    }

    #[test]
    fn removes_them_from_latin_text() {
        check("in\u{ad}ter\u{200b}na\u{200c}tion\u{200d}al", "international");
        check("\u{feff}Title\u{2060}\u{200b}\u{200d}, and", "Title, and");
        check("\u{200b}", "");
        check("https://exam\u{ad}ple.org", "https://example.org");
    }

    #[test]
    fn keeps_them_where_a_script_needs_them() {
        for text in [
            "می\u{200c}خواهم",
            "क्\u{200d}ष",
            "ภาษา\u{200b}ไทย",
            "👩\u{200d}👧",
            "❤\u{fe0f}\u{200d}🔥",
            "🏃🏽\u{200d}♂\u{fe0f}",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn a_mixed_run_loses_what_is_not_needed() {
        check("👩\u{200b}\u{200d}\u{ad}\u{feff}👧", "👩\u{200d}👧");
        check("👩\u{200d} x", "👩 x");
        check("می\u{ad}\u{200c}خواهم\u{200b}", "می\u{200c}خواهم");
    }
}
