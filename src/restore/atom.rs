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

/// The changes that `arc` makes; none where it keeps or only switches an article.
pub fn atoms(document: &Document, lexicon: &Lexicon, arc: &Arc) -> Vec<Atom> {
    let (start, end) = (arc.start, arc.end);
    match &arc.reading {
        Reading::Keep | Reading::Article(_) => Vec::new(),
        Reading::Number(after) => vec![Atom { start, end, after: after.clone() }],
        Reading::Dictionary { target, .. } => {
            let entry = lexicon.entry(target.entry);
            let is_name = entry.class == Class::Name;
            // A name has its own capitals: the phrase may be shared with one that is no name.
            let original = if is_name { entry.original } else { lexicon.get(target.original).text };
            cut(document, start as usize, end as usize, original, is_name)
        }
    }
}

fn cut(document: &Document, start: usize, end: usize, original: &str, is_name: bool) -> Vec<Atom> {
    let spun = &document.units()[start..end];
    let other = units(original, &tokenize(original));
    if other.is_empty() {
        return vec![Atom { start: start as u32, end: end as u32, after: String::new() }];
    }
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
    let cased = |before: &str, after: &str| if is_name { after.to_string() } else { transfer(before, after) };
    let (first, last) = (start + head, start + n - tail);
    let before = document.units_span(first, last).of(text);
    let after = &original[other_mid[0].span.start..other_mid[other_mid.len() - 1].span.end];
    let after = keep_line_break(before, &cased(before, after));
    vec![Atom { start: first as u32, end: last as u32, after }]
}

/// A line break inside a phrase stays: it takes the place of the first space, or goes to the end.
fn keep_line_break(before: &str, after: &str) -> String {
    let Some(at) = before.find('\n') else { return after.to_string() };
    let from = before[..at].trim_end().len();
    let to = at + before[at..].len() - before[at..].trim_start().len();
    let gap = &before[from..to];
    match after.find(' ') {
        Some(space) => format!("{}{gap}{}", &after[..space], &after[space + 1..]),
        None => format!("{after}{gap}"),
    }
}
