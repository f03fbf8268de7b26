//! Compares two texts word by word.

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::report::{Change, Comparison};
use crate::text::edit::{Cause, Edit};
use crate::text::source::Source;
use crate::text::span::Span;
use crate::text::tokenize::tokenize;

/// The stage and the rule of changes that are found by comparing.
pub const STAGE: &str = "diff";

/// Compares two files by the words of their texts.
///
/// ```
/// use despin::render::words::compare;
/// let found = compare("a.txt", b"An uncommon assault.", "b.txt", b"A rare attack.");
/// let words: Vec<_> = found.changes.iter().map(|c| (c.edit.before.as_str(), c.edit.after.as_str())).collect();
/// assert_eq!(words, [("An", "A"), ("uncommon", "rare"), ("assault", "attack")]);
/// ```
pub fn compare(before_name: &str, before: &[u8], after_name: &str, after: &[u8]) -> Comparison {
    let (first, second) = (Source::decode(before).text, Source::decode(after).text);
    Comparison {
        before_name: before_name.to_string(),
        after_name: after_name.to_string(),
        before_bytes: before.to_vec(),
        after_bytes: after.to_vec(),
        changes: changes(&first, &second),
        before: first,
        after: second,
        verdict: None,
        left: Vec::new(),
    }
}

fn changes(before: &str, after: &str) -> Vec<Change> {
    let (a, b) = (pieces(before), pieces(after));
    // Spaces are pieces of their own, so that changed words side by side stay two changes.
    let ops = capture_diff_slices(Algorithm::Myers, &a, &b);
    let start = |pieces: &[&str], whole: &str, at: usize| {
        pieces.get(at).map_or(whole.len(), |piece| piece.as_ptr() as usize - whole.as_ptr() as usize)
    };
    let mut changes = Vec::new();
    for op in ops {
        let (from, to) = (op.old_range(), op.new_range());
        if matches!(op, DiffOp::Equal { .. }) {
            continue;
        }
        let span = Span::new(start(&a, before, from.start), start(&a, before, from.end));
        let after = &after[start(&b, after, to.start)..start(&b, after, to.end)];
        let (before, after) = (span.of(before).to_string(), after.to_string());
        changes.push(Change {
            stage: STAGE,
            edit: Edit { span, before, after, cause: Cause::rule(STAGE) },
            grounds: None,
        });
    }
    changes
}

/// Tokens, and what stands between them, without a gap.
fn pieces(text: &str) -> Vec<&str> {
    let mut out = Vec::new();
    let mut at = 0;
    for token in tokenize(text) {
        if at < token.span.start {
            out.push(&text[at..token.span.start]);
        }
        out.push(token.span.of(text));
        at = token.span.end;
    }
    if at < text.len() {
        out.push(&text[at..]);
    }
    out
}
