//! Paragraphs that stand elsewhere in the second text, found by the rare phrases that cross the others.

use std::ops::Range;

use rustc_hash::FxHashMap;

use crate::diff::align::{Anchors, Match};
use crate::diff::words::Words;

/// Words of the first text that stand elsewhere in the second, as whole lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    /// The words in the first text.
    pub a: Range<usize>,
    /// The words in the second.
    pub b: Range<usize>,
}

/// Rare phrases that two lines must have in common, at least.
const LEAST_VOTES: u32 = 2;
/// Words that a moved block has, at least: shorter ones are more easily read as gone and come.
const LEAST_WORDS: usize = 6;
/// Share of their words that two lines must have in common (Dice).
///
/// Source: a spinner leaves two words of three, so pairs that are one paragraph have .6 and more; unrelated paragraphs of
/// one article have .2 to .35, most of it `the`, `of` and signs.
const LEAST_ALIKE: f64 = 0.5;

/// The blocks of lines of `a` that were moved, in order of the first text.
pub fn moved(a: &Words, b: &Words, anchors: &Anchors) -> Vec<Moved> {
    if anchors.crossing.is_empty() {
        return Vec::new();
    }
    let mut votes: FxHashMap<(usize, usize), u32> = FxHashMap::default();
    each_line(a, b, &anchors.crossing, |pair, n| *votes.entry(pair).or_default() += n);
    let (mut stay_a, mut stay_b) = (FxHashMap::<usize, u32>::default(), FxHashMap::<usize, u32>::default());
    each_line(a, b, &anchors.spine, |(line_a, line_b), n| {
        *stay_a.entry(line_a).or_default() += n;
        *stay_b.entry(line_b).or_default() += n;
    });
    let mut pairs: Vec<((usize, usize), u32)> = votes.into_iter().collect();
    // The strongest first, so that each line gets its best partner; ties by place, so that no hash decides.
    pairs.sort_unstable_by_key(|&(pair, n)| (std::cmp::Reverse(n), pair));
    let (mut taken_a, mut taken_b) = (FxHashMap::default(), FxHashMap::default());
    for ((line_a, line_b), n) in pairs {
        let stays = |lines: &FxHashMap<usize, u32>, line| lines.get(&line).is_some_and(|&stay| stay >= n);
        let is_free = !taken_a.contains_key(&line_a) && !taken_b.contains_key(&line_b);
        if n >= LEAST_VOTES
            && is_free
            && !stays(&stay_a, line_a)
            && !stays(&stay_b, line_b)
            && likeness(a, a.on_line(line_a), b, b.on_line(line_b)) >= LEAST_ALIKE
        {
            taken_a.insert(line_a, line_b);
            taken_b.insert(line_b, line_a);
        }
    }
    let mut lines: Vec<(usize, usize)> = taken_a.into_iter().collect();
    lines.sort_unstable();
    let mut blocks: Vec<Moved> = Vec::new();
    for (line_a, line_b) in lines {
        let next = Moved { a: a.on_line(line_a), b: b.on_line(line_b) };
        match blocks.last_mut() {
            // Nothing but white space stands between: one block.
            Some(last) if last.a.end == next.a.start && last.b.end == next.b.start => {
                (last.a.end, last.b.end) = (next.a.end, next.b.end);
            }
            _ => blocks.push(next),
        }
    }
    for n in 0..blocks.len() {
        widen(a, b, &mut blocks, n, |line_a, line_b| stay_a.contains_key(&line_a) || stay_b.contains_key(&line_b));
    }
    blocks.retain(|block| block.a.len().max(block.b.len()) >= LEAST_WORDS);
    blocks
}

/// Takes the lines round block `n` along that are the same on both sides, such as a heading, unless they stay or are
/// another block's.
fn widen(a: &Words, b: &Words, blocks: &mut [Moved], n: usize, stays: impl Fn(usize, usize) -> bool) {
    let is_free = |blocks: &[Moved], a: &Range<usize>, b: &Range<usize>| {
        blocks.iter().all(|block| a.end <= block.a.start || block.a.end <= a.start)
            && blocks.iter().all(|block| b.end <= block.b.start || block.b.end <= b.start)
    };
    let beside = |blocks: &[Moved], word_a: usize, word_b: usize| {
        let (line_a, line_b) = (a.line(word_a), b.line(word_b));
        let (of_a, of_b) = (a.on_line(line_a), b.on_line(line_b));
        let fits =
            a.ids[of_a.clone()] == b.ids[of_b.clone()] && !stays(line_a, line_b) && is_free(blocks, &of_a, &of_b);
        fits.then_some((of_a, of_b))
    };
    while let (Some(x), Some(y)) = (blocks[n].a.start.checked_sub(1), blocks[n].b.start.checked_sub(1))
        && let Some((of_a, of_b)) = beside(blocks, x, y)
    {
        (blocks[n].a.start, blocks[n].b.start) = (of_a.start, of_b.start);
    }
    while blocks[n].a.end < a.len()
        && blocks[n].b.end < b.len()
        && let Some((of_a, of_b)) = beside(blocks, blocks[n].a.end, blocks[n].b.end)
    {
        (blocks[n].a.end, blocks[n].b.end) = (of_a.end, of_b.end);
    }
}

/// Calls `vote` with the lines that each match is on, and how many of its words are.
fn each_line(a: &Words, b: &Words, matches: &[Match], mut vote: impl FnMut((usize, usize), u32)) {
    let (mut on_a, mut on_b) = (Line::default(), Line::default());
    for one in matches {
        let (mut at, end) = (0, one.len);
        while at < end {
            on_a.go_to(a, one.a + at);
            on_b.go_to(b, one.b + at);
            let rest = (on_a.words.end - one.a).min(on_b.words.end - one.b).min(end);
            // A run of `n` words holds `n - 3` phrases of four, but two lines may share a run's ends.
            vote((on_a.number, on_b.number), (rest - at).div_ceil(3) as u32);
            at = rest.max(at + 1);
        }
    }
}

/// A line and its words. Most matches are on the line of the one before, which is then not looked for.
#[derive(Default)]
struct Line {
    number: usize,
    words: Range<usize>,
}

impl Line {
    fn go_to(&mut self, words: &Words, n: usize) {
        if !self.words.contains(&n) {
            self.number = words.line(n);
            self.words = words.on_line(self.number);
        }
    }
}

/// Share of the words of both that the other has too, each as often as it has it.
pub fn likeness(a: &Words, of_a: Range<usize>, b: &Words, of_b: Range<usize>) -> f64 {
    let (mut x, mut y) = (a.ids[of_a].to_vec(), b.ids[of_b].to_vec());
    x.sort_unstable();
    y.sort_unstable();
    let (mut i, mut j, mut shared) = (0, 0, 0);
    while i < x.len() && j < y.len() {
        match x[i].cmp(&y[j]) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, shared) = (i + 1, j + 1, shared + 1),
        }
    }
    2.0 * f64::from(shared) / (x.len() + y.len()).max(1) as f64
}
