//! Makes an alignment one that people would have made: no islands in other text, and stretches that come or go
//! begin where a line or a sentence does.

use crate::diff::align::Match;
use crate::diff::words::Words;

/// Takes out matches that are small islands between large changes: in two unrelated paragraphs `the` and `,` are
/// equal by chance, and a reader would have to jump from one to the next.
pub fn without_islands(matches: Vec<Match>, n_a: usize, n_b: usize) -> Vec<Match> {
    let mut out: Vec<Match> = Vec::with_capacity(matches.len());
    for (n, &one) in matches.iter().enumerate() {
        let (from_a, from_b) = out.last().map_or((0, 0), |last| (last.a + last.len, last.b + last.len));
        let (to_a, to_b) = matches.get(n + 1).map_or((n_a, n_b), |next| (next.a, next.b));
        let before = Change { a: one.a - from_a, b: one.b - from_b };
        let after = Change { a: to_a - one.a - one.len, b: to_b - one.b - one.len };
        let is_island = before.is_large_beside(one.len) && after.is_large_beside(one.len);
        let is_shore = before.is_huge_beside(one.len) && after.any() || after.is_huge_beside(one.len) && before.any();
        if !(is_island || is_shore) {
            out.push(one);
        }
    }
    out
}

/// How many words go and come between two matches.
struct Change {
    a: usize,
    b: usize,
}

impl Change {
    fn any(&self) -> bool {
        self.a.max(self.b) > 0
    }

    /// True where this change is so long that `n` equal words at its edge, with another change behind them, say nothing.
    fn is_huge_beside(&self, n: usize) -> bool {
        self.a.min(self.b) >= 6 * n
    }

    /// True where `n` equal words beside this change say nothing. A replaced word between replaced words is usual in spun
    /// text, so three words on both sides are the least.
    fn is_large_beside(&self, n: usize) -> bool {
        let most = self.a.max(self.b);
        // Where much goes and little comes it is a deletion: what is equal at its edge is rather its frame.
        most >= 4 * n && self.a.min(self.b) >= 3.max(2 * n)
    }
}

/// Shifts stretches that only come or only go so that they begin at a line's, or else at a sentence's beginning, where
/// the words at their edges are equal and so allow it.
pub fn slid(mut matches: Vec<Match>, a: &Words, b: &Words) -> Vec<Match> {
    for n in 1..matches.len() {
        let (left, right) = (matches[n - 1], matches[n]);
        let (end_a, end_b) = (left.a + left.len, left.b + left.len);
        let (gone, come) = (right.a - end_a, right.b - end_b);
        let words = match (gone, come) {
            (0, 0) => continue,
            (0, _) => b,
            (_, 0) => a,
            _ => continue,
        };
        let (start, end) = if gone > 0 { (end_a, right.a) } else { (end_b, right.b) };
        let mut best = (goodness(words, start), 0isize);
        // To the left: the word before the stretch must be its last; to the right: its first the one behind it.
        for by in 1..left.len.min(MOST_SLID) {
            if words.ids[start - by] != words.ids[end - by] {
                break;
            }
            best = better(best, (goodness(words, start - by), -(by as isize)));
        }
        for by in 1..right.len.min(MOST_SLID) {
            if words.ids[start + by - 1] != words.ids[end + by - 1] {
                break;
            }
            best = better(best, (goodness(words, start + by), by as isize));
        }
        let by = best.1;
        matches[n - 1].len = matches[n - 1].len.saturating_add_signed(by);
        matches[n].a = matches[n].a.saturating_add_signed(by);
        matches[n].b = matches[n].b.saturating_add_signed(by);
        matches[n].len = matches[n].len.saturating_add_signed(-by);
    }
    matches
}

/// The better beginning, and of two as good the first: nearer to where the alignment had it.
fn better(best: (u8, isize), next: (u8, isize)) -> (u8, isize) {
    if next.0 > best.0 { next } else { best }
}

/// How far, in words, a stretch is shifted at most.
const MOST_SLID: usize = 200;

/// How good a beginning word `n` is: 2 at a line's, 1 at a sentence's, 0 elsewhere.
fn goodness(words: &Words, n: usize) -> u8 {
    if n == 0 || words.text[words.end_before(n)..words.start_of(n)].contains('\n') {
        return 2;
    }
    u8::from(matches!(words.word(n - 1), "." | "!" | "?"))
}
