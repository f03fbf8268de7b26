//! Makes full-width letters, digits and signs plain, in text that has no East Asian script.
//!
//! In Chinese, Japanese and Korean they are how signs and many letters are written, so a line with any of these scripts
//! stays, and so does one without plain letters where the rest of the text has them.

use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "full-width";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut is_east_asian_text = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.contains(is_full_width) && !line.contains(is_east_asian) {
            let is_plain = line.contains(|c: char| c.is_ascii_alphabetic())
                || !*is_east_asian_text.get_or_insert_with(|| text.contains(is_east_asian));
            if is_plain {
                in_line(text, start, line, &mut edits);
            }
        }
        start += line.len();
    }
    edits
}

fn in_line(text: &str, start: usize, line: &str, edits: &mut Vec<Edit>) {
    let mut run: Option<(usize, String)> = None;
    for (at, c) in line.char_indices().chain([(line.len(), '\n')]) {
        if is_full_width(c) {
            let plain = char::from_u32(c as u32 - 0xfee0).unwrap_or(c);
            run.get_or_insert_with(|| (at, String::new())).1.push(plain);
        } else if let Some((from, plain)) = run.take() {
            edits.push(edit(text, Span::new(start + from, start + at), plain, NAME));
        }
    }
}

/// The full-width forms of ASCII.
fn is_full_width(c: char) -> bool {
    ('\u{ff01}'..='\u{ff5e}').contains(&c)
}

fn is_east_asian(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{2fdf}' | '\u{3001}'..='\u{9fff}' | '\u{ac00}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}'
        | '\u{ff5f}'..='\u{ffdc}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn latin_text_gets_plain_signs() {
        check("Ｈｅｌｌｏ world", "Hello world");
        check("ＴＨＥ ＥＮＤ！", "THE END!");
        check("call １２３４ （now）", "call 1234 (now)");
    }

    #[test]
    fn east_asian_text_stays() {
        for text in ["ＪＲ東日本", "価格：１００円", "ＫＢＳ 뉴스", "日本\nＮＨＫ\n"] {
            check(text, text);
        }
    }
}
