//! Takes a changed stretch apart into the smallest replacements that explain it.
//!
//! The cheapest segmentation into pairs of phrases (Wagner and Fischer 1974, with phrases as one operation). Where a cut can
//! be left out at hardly any cost, it is a guess, and the two pairs beside it stay one.

use std::ops::Range;

use strsim::jaro_winkler;

use crate::mine::known::{NOTHING, pair, with};
use crate::mine::side::{Side, is_barrier};

/// A piece of a stretch, as ranges of units; one side may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    /// Units of the original.
    pub original: Range<usize>,
    /// Units of the spun text.
    pub spun: Range<usize>,
}

/// The most units that either side of a piece has.
pub const LONGEST_PIECE: usize = 4;

/// Costs. Three words for three must be cheaper than one for two and two for one, so a further word costs more than half
/// of a replacement; and it costs less than a word that comes or goes.
const WORD: f32 = 2.0;
const MORE_WORDS: f32 = 1.3;
const MANY_FOR_MANY: f32 = 0.5;
const GONE_OR_COME: f32 = 1.9;
const OTHER_ARTICLE: f32 = 0.3;
const ACROSS_SIGN: f32 = 4.0;
const ALIKE: f32 = 0.5;
const SAME_ENDING: f32 = 0.3;
/// How much dearer a segmentation without a cut must be, so that the cut is no guess.
const SURE: f32 = 0.3;

/// The replacements in a stretch; kept units are left out.
///
/// `known` gives the cost of a pair that something is known about, by its hash, less than 2.
pub fn segment(
    original: &Side,
    spun: &Side,
    (from, to): (Range<usize>, Range<usize>),
    known: impl Fn(u64) -> Option<f32>,
) -> Vec<Piece> {
    let grid = Grid::new(original, spun, from, to, known);
    let Some((cost, path)) = grid.cheapest(None) else { return Vec::new() };
    // Pieces between cuts that are no guess.
    let mut pieces: Vec<Piece> = Vec::new();
    let mut start = (0, 0);
    for &cut in &path[1..] {
        let is_end = cut == *path.last().expect("a path has its end");
        if is_end || grid.cheapest(Some(cut)).is_none_or(|(without, _)| without > cost + SURE) {
            let piece = grid.piece(start, cut);
            let is_kept = grid.is_same(start, cut);
            start = cut;
            if !is_kept {
                pieces.push(piece);
            }
        }
    }
    pieces
}

/// The cost of each pair of places, by where it begins.
struct Grid {
    from: Range<usize>,
    to: Range<usize>,
    /// By first places, then lengths.
    costs: Vec<f32>,
    same: Vec<bool>,
}

const SIZE: usize = LONGEST_PIECE + 1;

/// Some units of a side.
struct Wording {
    folded: String,
    hash: u64,
    /// True where a sign is among them that no entry should have.
    has_sign: bool,
}

impl Wording {
    /// Those that begin where `range` does and end in it, the empty one first.
    fn all(side: &Side, range: Range<usize>) -> Vec<Wording> {
        let mut found = vec![Wording { folded: String::new(), hash: NOTHING, has_sign: false }];
        for at in range {
            let last = &found[found.len() - 1];
            let unit = &side.units[at];
            let (hash, has_sign) = (with(last.hash, &unit.folded), last.has_sign || is_barrier(unit));
            let mut folded = last.folded.clone();
            side.fold_onto(at, &mut folded);
            found.push(Wording { folded, hash, has_sign });
        }
        found
    }
}

impl Grid {
    fn new(
        original: &Side,
        spun: &Side,
        from: Range<usize>,
        to: Range<usize>,
        known: impl Fn(u64) -> Option<f32>,
    ) -> Grid {
        let (n, m) = (from.len(), to.len());
        let mut costs = vec![f32::INFINITY; (n + 1) * (m + 1) * SIZE * SIZE];
        let mut same = vec![false; (n + 1) * (m + 1)];
        let wordings = |side: &Side, range: &Range<usize>| -> Vec<Vec<Wording>> {
            let at = |start: usize| Wording::all(side, start..(start + LONGEST_PIECE).min(range.end));
            // What begins at the end has no units.
            range.clone().chain([range.end]).map(at).collect()
        };
        let (left, right) = (wordings(original, &from), wordings(spun, &to));
        for i in 0..=n {
            for j in 0..=m {
                for (a, x) in left[i].iter().enumerate() {
                    for (b, y) in right[j].iter().enumerate() {
                        if a + b == 0 {
                            continue;
                        }
                        let is_same = a == 1 && b == 1 && x.folded == y.folded;
                        same[i * (m + 1) + j] |= is_same;
                        let found = if is_same {
                            0.0
                        } else {
                            known(pair(x.hash, y.hash)).unwrap_or_else(|| unknown(&x.folded, &y.folded, a, b))
                                + if x.has_sign || y.has_sign { ACROSS_SIGN } else { 0.0 }
                        };
                        costs[((i * (m + 1) + j) * SIZE + a) * SIZE + b] = found;
                    }
                }
            }
        }
        Grid { from, to, costs, same }
    }

    /// The cheapest path of cuts from end to end that does not cut at `without`.
    fn cheapest(&self, without: Option<(usize, usize)>) -> Option<(f32, Vec<(usize, usize)>)> {
        let (n, m) = (self.from.len(), self.to.len());
        let at = |i: usize, j: usize| i * (m + 1) + j;
        let mut best = vec![(f32::INFINITY, (0, 0)); (n + 1) * (m + 1)];
        best[0].0 = 0.0;
        for i in 0..=n {
            for j in 0..=m {
                let cost = best[at(i, j)].0;
                if cost == f32::INFINITY || Some((i, j)) == without {
                    continue;
                }
                for a in 0..=LONGEST_PIECE.min(n - i) {
                    for b in 0..=LONGEST_PIECE.min(m - j) {
                        let reached = cost + self.costs[(at(i, j) * SIZE + a) * SIZE + b];
                        if reached < best[at(i + a, j + b)].0 {
                            best[at(i + a, j + b)] = (reached, (i, j));
                        }
                    }
                }
            }
        }
        let cost = best[at(n, m)].0;
        if cost == f32::INFINITY {
            return None;
        }
        let mut path = vec![(n, m)];
        while let Some(&(i, j)) = path.last().filter(|&&end| end != (0, 0)) {
            path.push(best[at(i, j)].1);
        }
        path.reverse();
        Some((cost, path))
    }

    fn piece(&self, start: (usize, usize), end: (usize, usize)) -> Piece {
        Piece {
            original: self.from.start + start.0..self.from.start + end.0,
            spun: self.to.start + start.1..self.to.start + end.1,
        }
    }

    fn is_same(&self, start: (usize, usize), end: (usize, usize)) -> bool {
        end == (start.0 + 1, start.1 + 1) && self.same[start.0 * (self.to.len() + 1) + start.1]
    }
}

/// What `x` becoming `y` costs, of which nothing is known.
fn unknown(x: &str, y: &str, a: usize, b: usize) -> f32 {
    let is_article = |word: &str| word == "a" || word == "an";
    if is_article(x) && is_article(y) {
        return OTHER_ARTICLE;
    }
    let (fewer, more) = (a.min(b) as f32, a.max(b) as f32);
    if fewer == 0.0 {
        return GONE_OR_COME + MORE_WORDS * (more - 1.0);
    }
    let ending = |word: &str| ["ing", "ed", "ly", "s"].into_iter().find(|&tail| word.ends_with(tail));
    let mut cost = WORD * fewer + MORE_WORDS * (more - fewer);
    if fewer > 1.0 {
        cost += MANY_FOR_MANY;
    } else if ending(x).is_some() && ending(x) == ending(y) {
        // Inflected alike: a spinner keeps the form.
        cost -= SAME_ENDING;
    }
    // Below this ratio of lengths it cannot be as high: it is at most .4 + .6 Jaro, and Jaro at most (2 + ratio) / 3.
    let (short, long) = (x.len().min(y.len()), x.len().max(y.len()));
    if short * 5 > long * 2 && jaro_winkler(x, y) > 0.88 { cost - ALIKE } else { cost }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(original: &str, spun: &str, known: &[(&str, &str)], expected: &[(&str, &str)]) {
        let (a, b) = (Side::new(original), Side::new(spun));
        let hash = |wording: &str| wording.split(' ').fold(NOTHING, with);
        let known: Vec<u64> = known.iter().map(|(x, y)| pair(hash(x), hash(y))).collect();
        let is_known = |pair: u64| known.contains(&pair).then_some(1.0);
        let found = segment(&a, &b, (0..a.units.len(), 0..b.units.len()), is_known);
        let found: Vec<(String, String)> =
            found.into_iter().map(|p| (a.folded(p.original), b.folded(p.spun))).collect();
        let found: Vec<(&str, &str)> = found.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn neighbours_are_told_apart() {
        let expected = [("rare", "uncommon"), ("attack", "assault"), ("just", "simply")];
        check("rare attack just", "uncommon assault simply", &[], &expected);
        check("attack the port", "assault the harbor", &[], &[("attack", "assault"), ("port", "harbor")]);
    }

    #[test]
    fn what_is_a_guess_stays_one() {
        check("last year", "final 12 months", &[], &[("last year", "final 12 months")]);
        let known = [("year", "12 months")];
        check("last year", "final 12 months", &known, &[("last", "final"), ("year", "12 months")]);
    }
}
