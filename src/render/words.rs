//! Compares two texts word by word, as data that a renderer shows.

use crate::diff::{self, Changed};
use crate::lexicon::dictionary::Lexicon;
use crate::report::{Change, Comparison};
use crate::text::edit::{Cause, Edit};
use crate::text::source::{Encoding, Source};

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
    compare_with((before_name, before), (after_name, after), None, None)
}

/// As [`compare`] of two files, each with its name, read in `encoding` where there is one; the entries of `lexicon` tell neighbouring substitutions apart, and a change that one of them makes, in
/// either direction, has it as its cause's place.
pub fn compare_with(
    (before_name, before): (&str, impl Into<Vec<u8>>),
    (after_name, after): (&str, impl Into<Vec<u8>>),
    lexicon: Option<&Lexicon>,
    encoding: Option<Encoding>,
) -> Comparison {
    let read = |bytes: &[u8]| Source::decode_as(bytes, encoding).text;
    let (before, after) = (before.into(), after.into());
    let (first, second) = (read(&before), read(&after));
    let found = diff::diff(&first, &second, lexicon);
    let change = |changed: &Changed| {
        let place = changed.entry.zip(lexicon).map(|(entry, lexicon)| lexicon.place(entry));
        let edit = Edit {
            span: changed.before,
            before: changed.before.of(&first).to_string(),
            after: changed.after.of(&second).to_string(),
            cause: Cause { place, ..Cause::rule(STAGE) },
        };
        Change { stage: STAGE, edit, grounds: None }
    };
    Comparison {
        before_name: before_name.to_string(),
        after_name: after_name.to_string(),
        before_bytes: before,
        after_bytes: after,
        changes: found.edits.iter().map(change).collect(),
        moves: found.moves,
        before: first,
        after: second,
        verdict: None,
        left: Vec::new(),
        page: None,
    }
}
