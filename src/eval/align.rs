//! Token alignment of two texts by edit distance (Wagner and Fischer 1974), for measuring.

use crate::text::tokenize::tokenize;
use crate::text::unit::fold;

/// The tokens that measures count: words and signs, case folded.
pub fn measured_tokens(text: &str) -> Vec<String> {
    tokenize(text).iter().map(|t| fold(t.span.of(text))).collect()
}

/// How many tokens must be inserted, deleted or substituted to make `b` of `a`.
pub fn distance<T: PartialEq>(a: &[T], b: &[T]) -> usize {
    let head = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[head..], &b[head..]);
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[..a.len() - tail], &b[..b.len() - tail]);
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(diagonal + 1).min(row[j] + 1);
        }
    }
    row[b.len()]
}

/// A changed stretch: tokens `from` of the first text became tokens `to` of the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Token range in the first text.
    pub from: std::ops::Range<usize>,
    /// Token range in the second text.
    pub to: std::ops::Range<usize>,
}

/// All optimal alignments of two token sequences at once.
///
/// Holds two tables of (n + 1)(m + 1) numbers: meant for articles, not for books.
pub struct Alignment<'a, T> {
    a: &'a [T],
    b: &'a [T],
    before: Vec<u32>,
    after: Vec<u32>,
}

impl<'a, T: PartialEq> Alignment<'a, T> {
    /// Aligns `a` with `b`.
    pub fn new(a: &'a [T], b: &'a [T]) -> Self {
        let (n, m) = (a.len(), b.len());
        let width = m + 1;
        let mut before = vec![0u32; (n + 1) * width];
        let mut after = vec![0u32; (n + 1) * width];
        for i in 0..=n {
            for j in 0..=m {
                before[i * width + j] = match (i, j) {
                    (0, j) => j as u32,
                    (i, 0) => i as u32,
                    _ => (before[(i - 1) * width + j - 1] + u32::from(a[i - 1] != b[j - 1]))
                        .min(before[(i - 1) * width + j] + 1)
                        .min(before[i * width + j - 1] + 1),
                };
            }
        }
        for i in (0..=n).rev() {
            for j in (0..=m).rev() {
                after[i * width + j] = match (n - i, m - j) {
                    (0, j) => j as u32,
                    (i, 0) => i as u32,
                    _ => (after[(i + 1) * width + j + 1] + u32::from(a[i] != b[j]))
                        .min(after[(i + 1) * width + j] + 1)
                        .min(after[i * width + j + 1] + 1),
                };
            }
        }
        Alignment { a, b, before, after }
    }

    /// The edit distance.
    pub fn distance(&self) -> usize {
        self.after[0] as usize
    }

    /// True where some optimal alignment has exactly `wording` of `b` at `range` of `a`.
    pub fn has_at(&self, range: std::ops::Range<usize>, wording: &[T]) -> bool {
        let width = self.b.len() + 1;
        let total = self.after[0];
        let len = wording.len();
        (0..=self.b.len().saturating_sub(len)).any(|k| {
            let outside = self.before[range.start * width + k];
            let rest = self.after.get(range.end * width + k + len);
            k + len <= self.b.len()
                && rest.is_some_and(|&rest| {
                    outside + rest <= total
                        && self.b[k..k + len] == *wording
                        && outside + rest + distance(&self.a[range.clone()], wording) as u32 == total
                })
        })
    }

    /// The changes of one optimal alignment, neighbours kept apart where they are token for token.
    pub fn changes(&self) -> Vec<Change> {
        let width = self.b.len() + 1;
        let (n, m) = (self.a.len(), self.b.len());
        let (mut i, mut j) = (0, 0);
        let mut changes: Vec<Change> = Vec::new();
        let mut open: Option<Change> = None;
        while i < n || j < m {
            let rest = self.after[i * width + j];
            let is_same = i < n && j < m && self.a[i] == self.b[j] && self.after[(i + 1) * width + j + 1] == rest;
            if is_same {
                changes.extend(open.take());
                (i, j) = (i + 1, j + 1);
                continue;
            }
            let change = open.get_or_insert(Change { from: i..i, to: j..j });
            if i < n && j < m && self.after[(i + 1) * width + j + 1] + 1 == rest {
                (i, j) = (i + 1, j + 1);
            } else if i < n && self.after[(i + 1) * width + j] + 1 == rest {
                i += 1;
            } else {
                j += 1;
            }
            change.from.end = i;
            change.to.end = j;
        }
        changes.extend(open);
        changes.into_iter().flat_map(token_for_token).collect()
    }
}

fn token_for_token(change: Change) -> Vec<Change> {
    if change.from.len() != change.to.len() || change.from.len() < 2 {
        return vec![change];
    }
    change.from.zip(change.to).map(|(i, j)| Change { from: i..i + 1, to: j..j + 1 }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<&str> {
        text.split(' ').collect()
    }

    #[test]
    fn neighbours_are_kept_apart() {
        let (a, b) = (words("an uncommon assault simply over"), words("a rare attack just over"));
        let aligned = Alignment::new(&a, &b);
        assert_eq!(aligned.distance(), 4);
        assert_eq!(aligned.changes().len(), 4);
        assert!(aligned.has_at(1..2, &["rare"]));
        assert!(!aligned.has_at(1..2, &["attack"]));
    }

    #[test]
    fn any_optimal_alignment_counts() {
        let (a, b) = (words("x gross sales y"), words("x sales y"));
        let aligned = Alignment::new(&a, &b);
        assert!(aligned.has_at(1..3, &["sales"]));
        assert!(aligned.has_at(1..2, &[]));
        assert!(!aligned.has_at(2..3, &[]));
    }
}
