//! Counts wordings in genuine text: a trie over whole units, walked from each unit of each text.

use rustc_hash::FxHashMap;

use crate::text::tokenize::tokenize;
use crate::text::unit::units;

/// How often each of some wordings stands in the texts that were read.
///
/// ```
/// use despin::mine::background::Background;
/// let mut background = Background::new(["old town", "the"]);
/// background.read("The old town slept; the Old Town woke.");
/// assert_eq!(background.per_million("old town"), Some(2.0 / 8.0 * 1e6));
/// assert_eq!(background.per_million("new town"), None);
/// ```
#[derive(Debug, Clone, Default)]
pub struct Background {
    words: FxHashMap<String, u32>,
    steps: FxHashMap<(u32, u32), u32>,
    /// Times that each node was reached, by its number.
    counts: Vec<u64>,
    n_words: u64,
}

impl Background {
    /// With nothing read yet; only `wordings` will be counted.
    pub fn new<'a>(wordings: impl IntoIterator<Item = &'a str>) -> Background {
        let mut made = Background { counts: vec![0], ..Background::default() };
        for wording in wordings {
            let mut node = 0;
            for unit in units(wording, &tokenize(wording)) {
                let n_words = made.words.len() as u32;
                let word = *made.words.entry(unit.folded).or_insert(n_words);
                let next = made.counts.len() as u32;
                node = *made.steps.entry((node, word)).or_insert(next);
                if node == next {
                    made.counts.push(0);
                }
            }
        }
        made
    }

    /// Counts in `text`.
    pub fn read(&mut self, text: &str) {
        let units = units(text, &tokenize(text));
        self.n_words += units.iter().filter(|unit| unit.lm_word().is_some()).count() as u64;
        let ids: Vec<Option<u32>> = units.iter().map(|unit| self.words.get(&unit.folded).copied()).collect();
        for start in 0..ids.len() {
            let mut node = 0;
            for id in &ids[start..] {
                let Some(&next) = id.and_then(|id| self.steps.get(&(node, id))) else { break };
                node = next;
                self.counts[node as usize] += 1;
            }
        }
    }

    /// Words that were read.
    pub fn n_words(&self) -> u64 {
        self.n_words
    }

    /// How often `wording` stands in a million words of what was read; nothing where nothing was, or it was not asked for.
    pub fn per_million(&self, wording: &str) -> Option<f64> {
        let mut node = 0;
        for unit in units(wording, &tokenize(wording)) {
            node = *self.steps.get(&(node, *self.words.get(&unit.folded)?))?;
        }
        (self.n_words > 0).then(|| self.counts[node as usize] as f64 / self.n_words as f64 * 1e6)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wordings_that_overlap_are_all_counted() {
        let mut background = Background::new(["a b", "b a", "a"]);
        assert_eq!(background.per_million("a"), None);
        background.read("a b a");
        background.read("b");
        let counts = ["a b", "b a", "a", ""].map(|w| background.per_million(w).map(|rate| rate * 4.0 / 1e6));
        assert_eq!(counts, [Some(1.0), Some(1.0), Some(2.0), Some(0.0)]);
    }
}
