//! Removes control characters.
//!
//! Line feeds, carriage returns and tabs are text. Vertical tabs and form feeds part words, so a space takes their place.
//! U+0080 to U+009F are the letters and marks of Windows-1252 that somebody read as Latin-1: `don\u{92}t` was `don’t`, and a
//! browser shows it so (HTML, "numeric character reference end state", has the same table).

use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::source::windows_1252;
use crate::text::span::Span;

pub(super) const NAME: &str = "control";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    text.char_indices()
        .filter(|(_, c)| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        .map(|(at, c)| edit(text, Span::new(at, at + c.len_utf8() + colour(&text[at..])), instead(c), NAME))
        .collect()
}

/// How much more there is to a terminal's colour code that begins `rest`: `\u{1b}[1;31m`.
fn colour(rest: &str) -> usize {
    let Some(code) = rest.strip_prefix("\u{1b}[") else { return 0 };
    let n = code.bytes().take(16).take_while(|b| b.is_ascii_digit() || *b == b';').count();
    if code[n..].starts_with(['m', 'K']) { n + 2 } else { 0 }
}

/// What takes the place of a control character.
fn instead(c: char) -> String {
    match c {
        '\u{b}' | '\u{c}' => " ".to_string(),
        '\u{80}'..='\u{9f}' => {
            Some(windows_1252(c as u8)).filter(|c| !c.is_control()).map(String::from).unwrap_or_default()
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::EditScript;

    fn check(text: &str, expected: &str) {
        assert_eq!(EditScript::new(find(text, &Options::default())).unwrap().apply(text).unwrap(), expected);
    }

    #[test]
    fn removes_control_characters() {
        check("a\0b\u{8}c\u{1b}[0md\u{7f}", "abcd");
        check("a\tb\r\nc\n", "a\tb\r\nc\n");
        check("a\u{c}b\u{b}c", "a b c");
    }

    #[test]
    fn reads_windows_1252_in_them() {
        check("don\u{92}t \u{93}wait\u{94}\u{85}", "don’t “wait”…");
        check("\u{81}\u{8d}\u{8f}\u{90}\u{9d}", "");
    }
}
