//! Near spellings: which words of the dictionary a damaged word may have been.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::lexicon::matcher::{Matcher, UnitId};

/// Words of a matcher by first letter and length, for finding those a letter or two off. They are sorted when they are
/// first asked for, once for all texts.
#[derive(Debug)]
pub struct NearSpellings<'a> {
    matcher: &'a Matcher,
    by_shape: OnceLock<Shapes>,
}

type Shapes = FxHashMap<(char, usize), Vec<Word>>;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Word {
    id: UnitId,
    /// See [`letters`].
    letters: u32,
}

/// Shortest word, in letters, that is taken for a damaged one: shorter ones are near too many others.
const MIN_LETTERS: usize = 5;
/// From this many letters on a word may be two letters off.
const TWO_TYPOS_FROM: usize = 9;

/// Which letters `word` has: a bit for each of 32 classes. Each letter that two words are off changes two bits at most.
fn letters(word: &str) -> u32 {
    word.chars().fold(0, |letters, c| letters | 1 << (u32::from(c) % 32))
}

/// In how many bytes of letters two words are alike, from the first on.
fn len_alike(a: impl Iterator<Item = char>, b: impl Iterator<Item = char>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
}

/// The optimal string alignment distance of `a` and `b`, where it is `limit` or less.
fn distance(a: &str, b: &str, limit: usize) -> Option<usize> {
    // What both begin with or end with is no part of it.
    let begin = len_alike(a.chars(), b.chars());
    let (a, b) = (&a[begin..], &b[begin..]);
    let end = len_alike(a.chars().rev(), b.chars().rev());
    let (a, b) = (&a[..a.len() - end], &b[..b.len() - end]);
    // One letter, or two that are swapped.
    if limit == 1 && (a.chars().count() > 2 || b.chars().count() > 2) {
        return None;
    }
    Some(strsim::osa_distance(a, b)).filter(|&distance| distance <= limit)
}

impl<'a> NearSpellings<'a> {
    /// The words of `matcher`.
    pub fn new(matcher: &'a Matcher) -> Self {
        NearSpellings { matcher, by_shape: OnceLock::new() }
    }

    fn shapes(&self) -> &Shapes {
        self.by_shape.get_or_init(|| {
            let mut by_shape = Shapes::default();
            for (word, id) in self.matcher.units() {
                if word.len() >= MIN_LETTERS
                    && let Some(first) = word.chars().next()
                {
                    let shape = (first, word.chars().count());
                    by_shape.entry(shape).or_default().push(Word { id, letters: letters(word) });
                }
            }
            by_shape
        })
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
        let own = letters(folded);
        let mut found: Vec<(usize, &str, UnitId)> = (n - limit..=n + limit)
            .filter_map(|len| self.shapes().get(&(first, len)))
            .flatten()
            .filter(|word| (word.letters ^ own).count_ones() as usize <= 2 * limit)
            .map(|word| (self.matcher.unit(word.id), word.id))
            .filter_map(|(word, id)| Some((distance(folded, word, limit)?, word, id)))
            .collect();
        found.sort_unstable();
        let nearest = found.first().map_or(0, |f| f.0);
        found.into_iter().take_while(|f| f.0 == nearest).take(4).map(|(d, _, id)| (id, d as u8)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::builtin;

    #[test]
    fn a_distance_is_that_of_the_whole_words() {
        let words = [
            "forme", "fomer", "former", "formers", "formal", "fromer", "reformer", "ämter", "ämtre", "äm", "", "aaaa",
            "aaaaa", "abab", "baba",
        ];
        for a in words {
            for b in words {
                let whole = strsim::osa_distance(a, b);
                for limit in [1, 2] {
                    assert_eq!(distance(a, b, limit), Some(whole).filter(|&d| d <= limit), "{a} {b}");
                }
            }
        }
        // Damaged words beside all that are near in the dictionary.
        let matcher = builtin::lexicon().unwrap().matcher();
        for damaged in ["goverment", "presdient", "militery", "combatting", "strugle"] {
            for (word, _) in matcher.units().filter(|(word, _)| word.starts_with(&damaged[..1])) {
                let whole = strsim::osa_distance(damaged, word);
                assert_eq!(distance(damaged, word, 2), Some(whole).filter(|&d| d <= 2), "{damaged} {word}");
            }
        }
    }

    #[test]
    fn the_nearest_words_are_found() {
        let lexicon = builtin::lexicon().unwrap();
        let near = NearSpellings::new(lexicon.matcher());
        let of = |word: &str| near.of(word).iter().map(|&(id, n)| (lexicon.matcher().unit(id), n)).collect::<Vec<_>>();
        assert_eq!(of("strugle"), [("struggle", 1)]);
        assert_eq!(of("govermnent"), [("government", 1)]);
        assert!(of("zzzzzzzz").is_empty() && of("war").is_empty());
    }
}
