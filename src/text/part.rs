//! The parts of a text that is too long to be read at once.

use memchr::memmem;

use crate::text::span::Span;

/// The share of a part, one over this, within which it is cut at a better place.
const SLACK: usize = 8;

/// Parts of `text` of about `most` bytes and at most an eighth more, in order, all of about the same length, which together are all of
/// it: one where it is no longer than `most`, as an empty text is.
///
/// Cut between paragraphs, else lines, else sentences, else words, where there is such a place in the last eighth, else anywhere between
/// two characters.
///
/// ```
/// use despin::text::part::parts;
/// let text = "He left.\nNobody saw him go.\nThe boat was late.\n";
/// let parts: Vec<&str> = parts(text, 30).iter().map(|part| part.of(text)).collect();
/// assert_eq!(parts, ["He left.\nNobody saw him", " go.\nThe boat was late.\n"]);
/// ```
pub fn parts(text: &str, most: usize) -> Vec<Span> {
    let most = most.max(1);
    let n = text.len().div_ceil(most).max(1);
    let mut parts = Vec::with_capacity(n);
    let mut start = 0;
    for i in 1..n {
        let latest = text.floor_char_boundary(i * text.len() / n);
        let earliest = text.floor_char_boundary(latest.saturating_sub(most / SLACK)).max(start);
        let end = earliest + last_gap(&text[earliest..latest]);
        if end > start {
            parts.push(Span::new(start, end));
            start = end;
        }
    }
    parts.push(Span::new(start, text.len()));
    parts
}

/// Where the last and widest gap of `text` ends, or `text` where it has none. A space goes to what follows it.
fn last_gap(text: &str) -> usize {
    let behind = |gap: &str, n_bytes: usize| memmem::rfind(text.as_bytes(), gap.as_bytes()).map(|at| at + n_bytes);
    let gap = behind("\n\n", 2).or_else(|| behind("\n", 1)).or_else(|| behind(". ", 1)).or_else(|| behind(" ", 0));
    gap.filter(|&at| at > 0).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn cuts_at_the_widest_gap() {
        let paragraph = "The boat was late. Nobody had said why, and the ferry left without them.\n";
        let text = format!("{}\n{}", paragraph.repeat(12), paragraph.repeat(14));
        let cut = |most: usize| parts(&text, most)[0].of(&text);
        assert!(cut(text.len() * 51 / 100).ends_with("them.\n\n"));
        assert_eq!(parts(&text, text.len()), [Span::new(0, text.len())]);
        let text = text.replace("them.\n\n", "them. \n").replace('\n', " ");
        assert!(parts(&text, text.len() / 2 + 1)[0].of(&text).ends_with('.'));
        assert_eq!(parts("", 10), [Span::new(0, 0)]);
    }

    proptest! {
        #[test]
        fn parts_are_the_text(text in "[a\u{e9}\u{1f600} .\n]{0,200}", most in 0usize..50) {
            let parts = parts(&text, most);
            prop_assert_eq!(parts.iter().map(|part| part.of(&text)).collect::<String>(), text.clone());
            let wide = most / SLACK + 4;
            prop_assert!(parts.iter().all(|part| part.len_bytes() <= most.max(1) + wide));
            prop_assert!(text.is_empty() || parts.iter().all(|part| !part.is_empty()));
        }
    }
}
