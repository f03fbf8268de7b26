//! How much of what a spinner did restoring takes back, and how often it is right.

use crate::eval::align::{Alignment, distance, measured_tokens};
use crate::text::edit::Edit;
use crate::text::span::Span;
use crate::text::tokenize::tokenize;
use crate::text::unit::fold;

/// Sums over documents; ratios are taken of the sums.
///
/// ```
/// use despin::eval::restoration::Measure;
/// let measure = Measure { distance_before: 10, distance_after: 3, edits: 8, right: 6, ..Measure::default() };
/// assert!((measure.removed() - 0.7).abs() < 1e-9 && (measure.precision() - 0.75).abs() < 1e-9);
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Measure {
    /// Documents measured.
    pub documents: usize,
    /// Token edit distance between spun texts and originals.
    pub distance_before: usize,
    /// Token edit distance between restored texts and originals.
    pub distance_after: usize,
    /// Edits made.
    pub edits: usize,
    /// Edits that put exactly the original's wording there.
    pub right: usize,
    /// Changes that the spinner made.
    pub changes: usize,
    /// Changes taken back by right edits alone.
    pub changes_restored: usize,
    /// For each tenth of probability: proposals, the sum of their probabilities, and those right.
    pub bins: [(usize, f64, usize); 10],
}

impl Measure {
    /// 1 - D(restored, original) / D(spun, original); negative where restoring does harm.
    pub fn removed(&self) -> f64 {
        1.0 - self.distance_after as f64 / self.distance_before.max(1) as f64
    }

    /// Share of edits that are right; 1 where there are none.
    pub fn precision(&self) -> f64 {
        if self.edits == 0 { 1.0 } else { self.right as f64 / self.edits as f64 }
    }

    /// Share of the spinner's changes that right edits took back.
    pub fn recall(&self) -> f64 {
        self.changes_restored as f64 / self.changes.max(1) as f64
    }

    /// F-measure that weighs precision twice as much as recall (van Rijsbergen 1979, β = 0.5).
    pub fn f05(&self) -> f64 {
        let (p, r) = (self.precision(), self.recall());
        if p + r == 0.0 { 0.0 } else { 1.25 * p * r / (0.25 * p + r) }
    }

    /// Expected calibration error: mean over proposals of |probability - share right| in tenths of probability
    /// (Naeini, Cooper and Hauskrecht 2015).
    pub fn calibration_error(&self) -> f64 {
        let all: usize = self.bins.iter().map(|b| b.0).sum();
        let gap = |&(n, sum, right): &(usize, f64, usize)| if n == 0 { 0.0 } else { (sum - right as f64).abs() };
        self.bins.iter().map(gap).sum::<f64>() / all.max(1) as f64
    }

    /// Adds another measure's sums.
    pub fn add(&mut self, other: &Measure) {
        self.documents += other.documents;
        self.distance_before += other.distance_before;
        self.distance_after += other.distance_after;
        self.edits += other.edits;
        self.right += other.right;
        self.changes += other.changes;
        self.changes_restored += other.changes_restored;
        for (bin, more) in self.bins.iter_mut().zip(other.bins) {
            *bin = (bin.0 + more.0, bin.1 + more.1, bin.2 + more.2);
        }
    }
}

/// What an edit turned out to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It put the original's wording there.
    Right,
    /// The text was not the original's there, and the edit is not either.
    Wrong,
    /// The text was the original's there before the edit.
    Needless,
}

/// A run to be measured: the text that edits were made in, all proposals with their probability and whether they were
/// made, and the result.
pub struct Run<'a> {
    /// As scraped.
    pub spun: &'a str,
    /// The text that the edits' spans are in.
    pub base: &'a str,
    /// Edits, their probability, and whether they were made.
    pub edits: &'a [(&'a Edit, f64, bool)],
    /// The result.
    pub restored: &'a str,
    /// The truth.
    pub original: &'a str,
}

/// Measures `run`; the second value is each edit's outcome.
pub fn measure(run: &Run) -> (Measure, Vec<Outcome>) {
    let original = measured_tokens(run.original);
    let mut measure = Measure {
        documents: 1,
        distance_before: distance(&measured_tokens(run.spun), &original),
        distance_after: distance(&measured_tokens(run.restored), &original),
        ..Measure::default()
    };
    let spans: Vec<Span> = tokenize(run.base).iter().map(|t| t.span).collect();
    let base = measured_tokens(run.base);
    let alignment = Alignment::new(&base, &original);
    let mut is_restored = vec![false; base.len() + 1];
    let mut outcomes = Vec::with_capacity(run.edits.len());
    for &(edit, probability, is_made) in run.edits {
        let (range, wording) = in_tokens(run.base, &spans, edit);
        let was_right = alignment.has_at(range.clone(), &base[range.clone()]);
        let outcome = match (alignment.has_at(range.clone(), &wording), was_right) {
            (true, _) => Outcome::Right,
            (false, false) => Outcome::Wrong,
            (false, true) => Outcome::Needless,
        };
        outcomes.push(outcome);
        let is_right = outcome == Outcome::Right;
        let bin = &mut measure.bins[((probability * 10.0) as usize).min(9)];
        *bin = (bin.0 + 1, bin.1 + probability, bin.2 + usize::from(is_right));
        if is_made {
            measure.edits += 1;
            measure.right += usize::from(is_right);
            if is_right {
                is_restored[range].fill(true);
            }
        }
    }
    for change in alignment.changes() {
        measure.changes += 1;
        let is_taken_back = match change.from.is_empty() {
            // Words that the spinner dropped are back where an edit beside them is right.
            true => is_restored[change.from.start] || change.from.start.checked_sub(1).is_some_and(|i| is_restored[i]),
            false => is_restored[change.from.clone()].iter().all(|&r| r),
        };
        measure.changes_restored += usize::from(is_taken_back);
    }
    (measure, outcomes)
}

/// The tokens that `edit` touches, and what they read after it.
pub(crate) fn in_tokens(base: &str, spans: &[Span], edit: &Edit) -> (std::ops::Range<usize>, Vec<String>) {
    let first = spans.partition_point(|s| s.end <= edit.span.start);
    let end = spans.partition_point(|s| s.start < edit.span.end).max(first);
    let head = spans.get(first).map_or("", |s| base.get(s.start..edit.span.start).unwrap_or(""));
    let tail = end.checked_sub(1).map_or("", |last| base.get(edit.span.end..spans[last].end).unwrap_or(""));
    let wording = format!("{head}{}{tail}", edit.after);
    (first..end, measured_tokens(&wording).into_iter().map(|t| fold(&t)).collect())
}
