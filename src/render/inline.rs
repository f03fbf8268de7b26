//! A word diff in one column: every changed sentence, with what was there and what is there now.
//!
//! ```text
//! harbour.txt: spun (probability 1.00, rate 0.71, autoblog), 3 edits
//!
//!    1 │ The [-assault-]{+attack+} on the [-harbor-]{+port+} lasted an hour.
//!      ⋮ 2 sentences
//!    4 │ He [-mentioned-]{+said+} so.
//! ```
//!
//! Marks stay beside the colours: a reader may not see colours, and a copied diff has none.

use crate::render::Renderer;
use crate::render::page::{Side, flow_of, page};
use crate::render::view::Look;
use crate::report::Comparison;

/// A word diff in one column.
#[derive(Debug, Clone, Copy, Default)]
pub struct Inline<'a>(pub Look<'a>);

impl Renderer for Inline<'_> {
    fn render(&self, comparison: &Comparison) -> Vec<u8> {
        page(self.0, comparison, |page, block, marks, number| {
            let flow = flow_of(page, block, marks, Side::Both);
            page.gutter(number, "│", &flow);
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::words::compare;

    fn check(before: &str, after: &str, expected: &str) {
        let look = Look { width: 60, ..Look::default() };
        let out = Inline(look).render(&compare("a", before.as_bytes(), "b", after.as_bytes()));
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.split_once("\n\n").map_or("", |parts| parts.1), expected, "{out}");
    }

    #[test]
    fn keeps_neighbours_apart_and_folds_the_rest() {
        check(
            "All is well. It was an uncommon assault. Nothing else. Nothing at all.",
            "All is well. It was a rare attack. Nothing else. Nothing at all.",
            "     ⋮ 1 sentence\n   1 │ It was [-an-]{+a+} [-uncommon-]{+rare+}\n     │ [-assault-]{+attack+}.\n     ⋮ 2 sentences\n",
        );
    }

    #[test]
    fn nothing_reaches_the_terminal_unseen() {
        let before = "He \u{1b}[31msaid so, \u{202e}loudly.";
        let out = Inline(Look::default()).render(&compare("a\u{7}", before.as_bytes(), "b", b"He said so, loudly."));
        let out = String::from_utf8(out).unwrap();
        assert!(!out.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{out}");
        assert!(out.contains("\\u{1b}") && out.contains("\\u{202e}") && out.contains("\\u{7}"), "{out}");
    }

    #[test]
    fn white_space_is_shown_where_it_is_all_that_changes() {
        check("One  two.", "One two.", "   1 │ One[-␣␣-]{+␣+}two.\n");
    }

    #[test]
    fn wraps_at_the_width() {
        check(
            "The harbour master told reporters on Monday that the gigantic crane would stay where it was.",
            "The harbour master told reporters on Monday that the big crane would stay where it was.",
            "   1 │ The harbour master told reporters on Monday that the\n     │ [-gigantic-]{+big+} crane would stay where it was.\n",
        );
    }
}
