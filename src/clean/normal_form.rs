//! Composes letters and their marks: Unicode normal form C, in which nearly all text is written.
//!
//! Composition cannot cross a character of ASCII other than the one it begins with, so each stretch is looked at by itself and
//! the edits are as narrow as the change.

use icu_normalizer::ComposingNormalizerBorrowed;

use crate::clean::{Options, narrowed};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "normal-form";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let normalizer = ComposingNormalizerBorrowed::new_nfc();
    let mut edits = Vec::new();
    let mut at = 0;
    loop {
        // What is in order up to here needs no second look.
        let (head, tail) = normalizer.split_normalized(&text[at..]);
        if tail.is_empty() {
            return edits;
        }
        let place = at + head.len();
        let start = text[at..place].rfind(|c: char| c.is_ascii()).map_or(at, |i| at + i);
        let first = text[place..].chars().next().map_or(0, char::len_utf8);
        let end = text[place + first..].find(|c: char| c.is_ascii()).map_or(text.len(), |i| place + first + i);
        let span = Span::new(start, end);
        let after = normalizer.normalize(span.of(text));
        if after != span.of(text) {
            edits.push(narrowed(text, span, &after, NAME));
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn composes() {
        check("cafe\u{301} nai\u{308}ve a", "café naïve a");
        check("\u{212b} k\u{2126}", "Å kΩ");
        check("\u{1112}\u{1161}\u{11ab}", "한");
        check("e\u{323}\u{302}", "ệ");
    }

    #[test]
    fn what_is_composed_stays() {
        for text in ["café", "x\u{301}", "क\u{93c}", "בְּ", "日本語", "ﬁ ² ™"] {
            check(text, text);
        }
    }

    #[test]
    fn edits_are_narrow() {
        let edits = find("été cafe\u{301} là", &Options::default());
        assert_eq!((&*edits[0].before, &*edits[0].after), ("e\u{301}", "é"));
    }
}
