//! Near spellings: which words of the dictionary a damaged word may have been.

use rustc_hash::FxHashMap;

use crate::lexicon::matcher::{Matcher, UnitId};

/// Words of the dictionary by first letter and length, for finding those a letter or two off.
#[derive(Debug, Default)]
pub struct NearSpellings<'a> {
    by_shape: FxHashMap<(char, usize), Vec<(&'a str, UnitId)>>,
}

/// Shortest word, in letters, that is taken for a damaged one: shorter ones are near too many others.
const MIN_LETTERS: usize = 5;
/// From this many letters on a word may be two letters off.
const TWO_TYPOS_FROM: usize = 9;

impl<'a> NearSpellings<'a> {
    /// The words of `matcher`.
    pub fn new(matcher: &'a Matcher) -> Self {
        let mut by_shape: FxHashMap<(char, usize), Vec<(&str, UnitId)>> = FxHashMap::default();
        for (word, id) in matcher.units() {
            if word.len() >= MIN_LETTERS
                && let Some(first) = word.chars().next()
            {
                by_shape.entry((first, word.chars().count())).or_default().push((word, id));
            }
        }
        NearSpellings { by_shape }
    }

    /// The words nearest to `folded`, all at the same smallest distance, which is 1 or 2; at most 4, in order of the
    /// alphabet.
    ///
    /// Distance is optimal string alignment (a swap of neighbours is one), since that is what typing and OCR do.
    pub fn of(&self, folded: &str) -> Vec<(UnitId, u8)> {
        let n = folded.chars().count();
        let Some(first) = folded.chars().next().filter(|c| c.is_alphabetic() && n >= MIN_LETTERS) else {
            return Vec::new();
        };
        let limit = if n >= TWO_TYPOS_FROM { 2 } else { 1 };
        let mut found: Vec<(usize, &str, UnitId)> = (n - limit..=n + limit)
            .filter_map(|len| self.by_shape.get(&(first, len)))
            .flatten()
            .map(|&(word, id)| (strsim::osa_distance(folded, word), word, id))
            .filter(|&(distance, ..)| distance <= limit)
            .collect();
        found.sort_unstable();
        let nearest = found.first().map_or(0, |f| f.0);
        found.into_iter().take_while(|f| f.0 == nearest).take(4).map(|(d, _, id)| (id, d as u8)).collect()
    }
}
