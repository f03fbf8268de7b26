//! Cuts a replacement down to what it changes: `within the` for `in the` changes one word.
//!
//! Several arcs may say the same about a word (`within` for `in`, `within the` for `in the`); cut down, they are one
//! change, and their probabilities add up.

use crate::channel::lattice::{Arc, Reading};
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::entry::Class;
use crate::text::casing::transfer;
use crate::text::tokenize::tokenize;
use crate::text::unit::{Unit, units};

/// A change to a run of units.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Atom {
    /// First unit that changes.
    pub start: u32,
    /// One past the last unit that changes.
    pub end: u32,
    /// What they become, in the casing of what stands there; empty where they go.
    pub after: String,
}

/// The change that `arc` makes; none where it keeps or only switches an article.
pub fn atom(document: &Document, lexicon: &Lexicon, arc: &Arc) -> Option<Atom> {
    let (start, end) = (arc.start, arc.end);
    match &arc.reading {
        Reading::Keep | Reading::Article(_) => None,
        Reading::Number(after) => Some(Atom { start, end, after: after.clone() }),
        Reading::Dictionary { target, .. } => {
            let phrase = lexicon.get(target.original);
            let is_name = lexicon.class(target.entry) == Class::Name;
            // A name has its own capitals: the phrase may be shared with one that is no name.
            let original = if is_name { lexicon.entry(target.entry).original } else { phrase.text };
            Some(cut(document, start as usize, end as usize, original, phrase.units.len(), is_name))
        }
    }
}

/// The change of the units `start..end` to `original`, which has `n_original` units.
fn cut(document: &Document, start: usize, end: usize, original: &str, n_original: usize, is_name: bool) -> Atom {
    let whole = |after: String| Atom { start: start as u32, end: end as u32, after };
    if n_original == 0 {
        return whole(String::new());
    }
    let cased = |before: &str, after: &str| if is_name { after.to_string() } else { transfer(before, after) };
    let spun = &document.units()[start..end];
    if spun.len().min(n_original) == 1 {
        let before = document.units_span(start, end).of(document.text());
        return whole(keep_line_break(before, cased(before, original)));
    }
    let other = units(original, &tokenize(original));
    let text = document.text();
    let same = |a: &Unit, b: &Unit| match is_name {
        true => a.span.of(text) == b.span.of(original),
        false => a.folded == b.folded,
    };
    let (n, m) = (spun.len(), other.len());
    let shortest = n.min(m);
    // A cut may not fall where one side has white space and the other has none: `it's` and `it is` are cut nowhere.
    let parts_alike =
        |i: usize, j: usize| i == 0 || j == 0 || i >= n || j >= m || spun[i].is_joined == other[j].is_joined;
    let mut head = 0;
    while head + 1 < shortest && same(&spun[head], &other[head]) && parts_alike(head + 1, head + 1) {
        head += 1;
    }
    let mut tail = 0;
    while tail + head + 1 < shortest
        && same(&spun[n - 1 - tail], &other[m - 1 - tail])
        && parts_alike(n - 1 - tail, m - 1 - tail)
    {
        tail += 1;
    }
    let other_mid = &other[head..m - tail];
    let (first, last) = (start + head, start + n - tail);
    let before = document.units_span(first, last).of(text);
    let after = &original[other_mid[0].span.start..other_mid[other_mid.len() - 1].span.end];
    Atom { start: first as u32, end: last as u32, after: keep_line_break(before, cased(before, after)) }
}

/// A line break inside a phrase stays: it takes the place of the first space, or goes to the end.
fn keep_line_break(before: &str, after: String) -> String {
    let Some(at) = before.find('\n') else { return after };
    let from = before[..at].trim_end().len();
    let to = at + before[at..].len() - before[at..].trim_start().len();
    let gap = &before[from..to];
    match after.find(' ') {
        Some(space) => format!("{}{gap}{}", &after[..space], &after[space + 1..]),
        None => format!("{after}{gap}"),
    }
}
