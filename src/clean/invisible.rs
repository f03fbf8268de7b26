//! Removes characters that steer what is seen and are not seen themselves, where nothing needs them: bidi controls, variation
//! selectors, tags, invisible operators and joiners of graphemes.
//!
//! Bidi controls are needed in a line that has letters written from right to left, selectors behind an emoji, a sign or a Han
//! character, and tags in the flags that begin with a black flag. Elsewhere they were put there to hide a text or a copy.

use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "invisible";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    // The last character that is seen, where the line begins and whether it is known to run from right to left.
    let mut left = None;
    let mut line = Line::default();
    let mut flag_end = 0;
    for (at, c) in text.char_indices() {
        if matches!(c, '\n' | '\r') {
            line = Line { start: at, is_rtl: None };
        }
        let is_needed = match c {
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{206f}' | '\u{61c}' => {
                line.is_rtl(text)
            }
            '\u{fe00}'..='\u{fe0f}' => left.is_some_and(takes_selector) || is_keycap(left, &text[at..]),
            '\u{e0100}'..='\u{e01ef}' => left.is_some_and(is_han),
            '\u{e0020}'..='\u{e007f}' => {
                if left == Some('\u{1f3f4}') && at >= flag_end {
                    flag_end = flag(text, at);
                }
                at < flag_end
            }
            '\u{34f}' => !left.is_none_or(|c| c.is_ascii()),
            '\u{2061}'..='\u{2064}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e001f}' => false,
            '\u{e0080}'..='\u{e00ff}' => false,
            _ => {
                left = Some(c);
                continue;
            }
        };
        if is_needed {
            if !('\u{e0020}'..='\u{e007f}').contains(&c) {
                left = Some(c);
            }
            continue;
        }
        match edits.last_mut().filter(|last| last.span.end == at) {
            Some(last) => {
                last.span.end += c.len_utf8();
                last.before.push(c);
            }
            None => edits.push(edit(text, Span::new(at, at + c.len_utf8()), "", NAME)),
        }
    }
    edits
}

#[derive(Debug, Default)]
struct Line {
    start: usize,
    is_rtl: Option<bool>,
}

impl Line {
    /// True where the line has a letter that is written from right to left.
    fn is_rtl(&mut self, text: &str) -> bool {
        *self.is_rtl.get_or_insert_with(|| {
            let line = text[self.start..].trim_start_matches(['\n', '\r']);
            line.chars().take_while(|c| !matches!(c, '\n' | '\r')).any(is_from_right)
        })
    }
}

fn is_from_right(c: char) -> bool {
    matches!(c, '\u{590}'..='\u{60b}' | '\u{60d}'..='\u{61b}' | '\u{61d}'..='\u{8ff}' | '\u{fb1d}'..='\u{fdff}' | '\u{fe70}'..='\u{fefc}'
        | '\u{10800}'..='\u{10fff}' | '\u{1e800}'..='\u{1efff}')
}

/// Emoji, signs that have an emoji form, Han, Mongolian, Myanmar, and mathematical signs.
fn takes_selector(c: char) -> bool {
    matches!(c, '©' | '®' | '\u{1000}'..='\u{109f}' | '\u{1800}'..='\u{18af}' | '\u{203c}' | '\u{2049}' | '\u{2100}'..='\u{2bff}'
        | '\u{3030}' | '\u{303d}' | '\u{3297}' | '\u{3299}' | '\u{a840}'..='\u{a87f}' | '\u{1f000}'..='\u{1faff}')
        || is_han(c)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3001}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}')
}

/// `1️⃣`: a digit, the selector, and the key around both.
fn is_keycap(left: Option<char>, rest: &str) -> bool {
    left.is_some_and(|c| c.is_ascii_digit() || matches!(c, '#' | '*')) && rest.chars().nth(1) == Some('\u{20e3}')
}

/// The end of the tags of a flag that begin at `at`: letters, digits and then the mark that ends them. `at` where they are none.
fn flag(text: &str, at: usize) -> usize {
    let mut end = at;
    for c in text[at..].chars().take(8) {
        end += c.len_utf8();
        match c {
            '\u{e007f}' if end > at + 4 => return end,
            '\u{e0030}'..='\u{e0039}' | '\u{e0061}'..='\u{e007a}' => {}
            _ => break,
        }
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn removes_them_from_latin_text() {
        check("left\u{200e}right \u{202a}x\u{202c} o\u{202e}v", "leftright x ov");
        check("text\u{fe0f} var\u{e0101}iant t\u{e0041}\u{e007f}ag", "text variant tag");
        check("a\u{34f}b \u{2063}c\u{fffb}", "ab c");
        check("1\u{fe0f} a", "1 a");
    }

    #[test]
    fn keeps_them_where_they_are_needed() {
        for text in [
            "\u{200f}שלום\u{200f} (world)",
            "abc \u{2067}عربي\u{2069} abc",
            "❤\u{fe0f}\u{200d}🔥 ☎\u{fe0e} ©\u{fe0f}",
            "1\u{fe0f}\u{20e3}",
            "葛\u{e0100}城",
            "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}",
        ] {
            check(text, text);
        }
    }

    #[test]
    fn lines_are_judged_apart() {
        check("a\u{200e}b\nשלום\u{200e}\nc\u{200e}d", "ab\nשלום\u{200e}\ncd");
        check("🏴\u{e0067}x", "🏴x");
    }
}
