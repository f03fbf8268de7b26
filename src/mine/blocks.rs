//! Finds which sentences of a spun text were made of which of its original, paragraphs first.
//!
//! Sentences that share rare words belong together, whatever their order; those between two couples that follow each other
//! on both sides belong together too. What a spinner leaves of a sentence, names, numbers and small words, is enough:
//! of fully spun news two words in three. Shares are Dice's (1945), once over all words and once with rare words weighing more.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::mine::side::Side;

/// Sentences that belong together, as ranges of units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// Units of the original.
    pub original: Range<usize>,
    /// Units of the spun text.
    pub spun: Range<usize>,
}

/// What two sentences must share at least, 0 to 1, so that they can be a couple.
///
/// A judgement, not measured: sentences that were only spun share far more, strangers of one article less.
const LEAST_SHARED: f32 = 0.3;
/// How much being in paragraphs that belong together is worth, and standing at the same place of the text.
const SAME_PARAGRAPH: f32 = 0.1;
const SAME_PLACE: f32 = 0.05;
/// Words that more than so many sentences have find no couples.
const RARE: usize = 6;
/// How far from the same place in the text a sentence's couple is looked for without a rare word in common.
const NEAR: usize = 2;
/// The lengths of what stands between two couples may differ by this factor.
const MOST_STRETCH: f32 = 1.8;

/// The blocks of two texts, in the order of the original.
pub fn blocks(original: &Side, spun: &Side) -> Vec<Block> {
    let paragraphs = couples(&Bags::of_paragraphs(original), &Bags::of_paragraphs(spun), |_, _| 0.0);
    let (of_original, of_spun) = (paragraph_of(original), paragraph_of(spun));
    let found = couples(&Bags::of_sentences(original), &Bags::of_sentences(spun), |i, j| {
        if paragraphs[of_original[i]] == Some(of_spun[j]) { SAME_PARAGRAPH } else { 0.0 }
    });
    runs(original, spun, &found)
}

fn paragraph_of(side: &Side) -> Vec<usize> {
    side.paragraphs.iter().enumerate().flat_map(|(idx, range)| std::iter::repeat_n(idx, range.len())).collect()
}

fn words<'a>(side: &'a Side, range: &Range<usize>) -> Vec<&'a str> {
    side.units[range.clone()].iter().filter_map(|unit| unit.lm_word().map(|_| unit.folded.as_str())).collect()
}

/// Sentences as sorted words, and how many have each word.
struct Bags<'a> {
    bags: Vec<Vec<&'a str>>,
    having: FxHashMap<&'a str, Vec<u32>>,
}

impl<'a> Bags<'a> {
    fn of_sentences(side: &'a Side) -> Bags<'a> {
        Bags::new(side.sentences.iter().map(|range| words(side, range)))
    }

    fn of_paragraphs(side: &'a Side) -> Bags<'a> {
        let units = |range: &Range<usize>| side.sentences[range.start].start..side.sentences[range.end - 1].end;
        Bags::new(side.paragraphs.iter().map(|range| words(side, &units(range))))
    }

    fn new(texts: impl Iterator<Item = Vec<&'a str>>) -> Bags<'a> {
        let mut found = Bags { bags: Vec::new(), having: FxHashMap::default() };
        for (idx, mut words) in texts.enumerate() {
            words.sort_unstable();
            for word in &words {
                let having = found.having.entry(word).or_default();
                if having.last() != Some(&(idx as u32)) {
                    having.push(idx as u32);
                }
            }
            found.bags.push(words);
        }
        found
    }

    fn n_having(&self, word: &str) -> usize {
        self.having.get(word).map_or(0, Vec::len)
    }
}

/// For each text on the left its couple on the right, the likeliest couples first.
fn couples(left: &Bags, right: &Bags, bonus: impl Fn(usize, usize) -> f32) -> Vec<Option<usize>> {
    let (n, m) = (left.bags.len(), right.bags.len());
    let mut candidates: Vec<(f32, u32, u32)> = Vec::new();
    let mut near: Vec<usize> = Vec::new();
    for (i, bag) in left.bags.iter().enumerate() {
        let middle = i * m / n.max(1);
        near.clear();
        near.extend(middle.saturating_sub(NEAR)..(middle + NEAR + 1).min(m));
        for word in bag {
            if let Some(having) = right.having.get(word).filter(|having| having.len() <= RARE) {
                near.extend(having.iter().map(|&j| j as usize));
            }
        }
        near.sort_unstable();
        near.dedup();
        for &j in &near {
            let shared = shared(left, i, right, j);
            if shared >= LEAST_SHARED {
                let offset = (i as f32 / n as f32 - j as f32 / m as f32).abs();
                candidates.push((shared + bonus(i, j) + SAME_PLACE * (1.0 - offset), i as u32, j as u32));
            }
        }
    }
    candidates.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut found = vec![None; n];
    let mut is_taken = vec![false; m];
    for (_, i, j) in candidates {
        let (i, j) = (i as usize, j as usize);
        if found[i].is_none() && !is_taken[j] {
            found[i] = Some(j);
            is_taken[j] = true;
        }
    }
    found
}

/// The share of their words that two texts have in common, 0 to 1: the mean of Dice's with and without weights.
fn shared(left: &Bags, i: usize, right: &Bags, j: usize) -> f32 {
    let (a, b) = (&left.bags[i], &right.bags[j]);
    let weight = |word: &str| 1.0 / left.n_having(word).max(right.n_having(word)).max(1) as f32;
    let (mut n_common, mut common) = (0, 0.0);
    let (mut x, mut y) = (0, 0);
    while x < a.len() && y < b.len() {
        match a[x].cmp(b[y]) {
            std::cmp::Ordering::Less => x += 1,
            std::cmp::Ordering::Greater => y += 1,
            std::cmp::Ordering::Equal => {
                n_common += 1;
                common += weight(a[x]);
                (x, y) = (x + 1, y + 1);
            }
        }
    }
    let total: f32 = a.iter().chain(b).map(|word| weight(word)).sum();
    let plain = 2.0 * n_common as f32 / (a.len() + b.len()).max(1) as f32;
    (plain + 2.0 * common / total.max(f32::MIN_POSITIVE)) / 2.0
}

/// The couples as blocks; what stands between two that follow each other on both sides is a block too, or joins its
/// neighbour where a sentence was cut in two.
fn runs(original: &Side, spun: &Side, found: &[Option<usize>]) -> Vec<Block> {
    let units = |side: &Side, range: Range<usize>| match range.is_empty() {
        true => 0..0,
        false => side.sentences[range.start].start..side.sentences[range.end - 1].end,
    };
    let mut is_taken = vec![false; spun.sentences.len()];
    found.iter().flatten().for_each(|&j| is_taken[j] = true);
    let mut out: Vec<Block> = Vec::new();
    // The couple before: one past its sentences.
    let mut last = (0, 0);
    for (i, j) in found.iter().enumerate().filter_map(|(i, j)| j.map(|j| (i, j))) {
        let is_next = j >= last.1 && is_taken[last.1..j].iter().all(|taken| !taken);
        let couple = Block { original: units(original, i..i + 1), spun: units(spun, j..j + 1) };
        if is_next {
            let gap = Block { original: units(original, last.0..i), spun: units(spun, last.1..j) };
            let stretch = |block: &Block| {
                let (a, b) = (block.original.len().max(1) as f32, block.spun.len().max(1) as f32);
                (a / b).max(b / a)
            };
            if !gap.original.is_empty() && !gap.spun.is_empty() {
                if stretch(&gap) <= MOST_STRETCH {
                    out.push(gap);
                }
            } else if !(gap.original.is_empty() && gap.spun.is_empty())
                && let Some(before) = out.last_mut()
            {
                let joined = Block {
                    original: before.original.start..gap.original.end.max(before.original.end),
                    spun: before.spun.start..gap.spun.end.max(before.spun.end),
                };
                if stretch(&joined) < stretch(before) {
                    *before = joined;
                }
            }
        }
        out.push(couple);
        last = (i + 1, j + 1);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(original: &str, spun: &str, expected: &[(&str, &str)]) {
        let (a, b) = (Side::new(original), Side::new(spun));
        let found: Vec<(String, String)> =
            blocks(&a, &b).into_iter().map(|block| (a.wording(block.original), b.wording(block.spun))).collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(found, expected);
    }

    const FERRY: &str = "The ferry to Norland left at noon.";
    const FERRY_SPUN: &str = "The ferry to Norland departed at midday.";
    const DOG: &str = "Nobody saw the old dog of Captain Brandt.";
    const DOG_SPUN: &str = "No one noticed the previous canine of Captain Brandt.";

    #[test]
    fn order_may_change_and_sentences_may_be_missing() {
        check(&format!("{FERRY} {DOG}"), &format!("{DOG_SPUN} {FERRY_SPUN}"), &[(FERRY, FERRY_SPUN), (DOG, DOG_SPUN)]);
        check(
            &format!("{FERRY}\nSubscribe for more of this.\n{DOG}"),
            &format!("{FERRY_SPUN}\n{DOG_SPUN}"),
            &[(FERRY, FERRY_SPUN), (DOG, DOG_SPUN)],
        );
    }

    #[test]
    fn strangers_are_no_couple() {
        check(FERRY, "A committee will report on taxes next week.", &[]);
        check("", FERRY, &[]);
    }
}
