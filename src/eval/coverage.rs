//! How much of what a spinner did a dictionary knows.

use crate::eval::align::{Alignment, Change};
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::matcher::ROOT;
use crate::text::tokenize::tokenize;
use crate::text::unit::units;

/// How many units on each side of a change may belong to the entry that explains it.
const CONTEXT: usize = 2;

/// Replacements counted, and those that the dictionary holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Changes between spun text and original.
    pub replacements: usize,
    /// Changes that entries of the dictionary explain, with up to two units of context.
    pub held: usize,
}

/// Counts the changes from `original` to `spun` and those that `lexicon` holds; calls `missing` with each other one.
pub fn coverage(lexicon: &Lexicon, spun: &str, original: &str, mut missing: impl FnMut(&str, &str)) -> Coverage {
    let folded = |text: &str| -> Vec<String> { units(text, &tokenize(text)).into_iter().map(|u| u.folded).collect() };
    let (a, b) = (folded(spun), folded(original));
    let mut found = Coverage::default();
    for change in Alignment::new(&a, &b).changes() {
        found.replacements += 1;
        if is_held(lexicon, &a, &b, &change) {
            found.held += 1;
        } else {
            missing(&a[change.from.clone()].join(" "), &b[change.to.clone()].join(" "));
        }
    }
    found
}

/// True where `lexicon` can read `spun` as `original`, all of it.
pub fn holds(lexicon: &Lexicon, spun: &str, original: &str) -> bool {
    let folded = |text: &str| -> Vec<String> { units(text, &tokenize(text)).into_iter().map(|u| u.folded).collect() };
    explains(lexicon, &folded(spun), &folded(original))
}

fn is_held(lexicon: &Lexicon, a: &[String], b: &[String], change: &Change) -> bool {
    (0..=CONTEXT).any(|left| {
        (0..=CONTEXT).any(|right| {
            let fits = left <= change.from.start
                && left <= change.to.start
                && change.from.end + right <= a.len()
                && change.to.end + right <= b.len();
            fits && {
                let from = &a[change.from.start - left..change.from.end + right];
                let to = &b[change.to.start - left..change.to.end + right];
                explains(lexicon, from, to)
            }
        })
    })
}

/// True where `from` can be read as `to` with the dictionary's entries, kept units and switched articles.
fn explains(lexicon: &Lexicon, from: &[String], to: &[String]) -> bool {
    let mut open = vec![(0usize, 0usize)];
    let mut seen = open.clone();
    while let Some((i, j)) = open.pop() {
        if (i, j) == (from.len(), to.len()) {
            return true;
        }
        let mut next = Vec::new();
        if i < from.len() && j < to.len() {
            let is_article = |w: &str| w == "a" || w == "an";
            if from[i] == to[j] || (is_article(&from[i]) && is_article(&to[j])) {
                next.push((i + 1, j + 1));
            }
        }
        let mut node = ROOT;
        for (depth, unit) in from[i..].iter().enumerate() {
            let Some(reached) = lexicon.matcher().id(unit).and_then(|id| lexicon.matcher().step(node, id)) else {
                break;
            };
            node = reached;
            for target in lexicon.targets(node) {
                let original = &lexicon.get(target.original).units;
                let is_there = to[j..].len() >= original.len()
                    && original.iter().zip(&to[j..]).all(|(&id, word)| lexicon.matcher().id(word) == Some(id));
                if is_there {
                    next.push((i + depth + 1, j + original.len()));
                }
            }
        }
        for at in next {
            if !seen.contains(&at) {
                seen.push(at);
                open.push(at);
            }
        }
    }
    false
}
