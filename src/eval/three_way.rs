//! Three texts side by side: as scraped, as restored, and as the author wrote it.

use std::fmt;
use std::ops::Range;

use serde::Serialize;

use crate::eval::align::{Alignment, Change, measured_tokens};
use crate::eval::coverage::holds;
use crate::eval::restoration::{Measure, Outcome, Run, in_tokens, measure};
use crate::lexicon::dictionary::Lexicon;
use crate::report::Report;
use crate::text::edit::Edit;
use crate::text::span::Span;
use crate::text::tokenize::tokenize;

/// What became of one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Fate {
    /// Changed, to the author's words.
    Right,
    /// Changed, and neither way the author's words.
    Wrong,
    /// Left alone, though these are not the author's words.
    Missed,
    /// Changed, though these were the author's words.
    Needless,
}

impl Fate {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Fate::Right => "right",
            Fate::Wrong => "wrong",
            Fate::Missed => "missed",
            Fate::Needless => "needless",
        }
    }
}

/// Why a place is not as the author had it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Reason {
    /// No dictionary has it.
    #[serde(rename = "missing entry")]
    MissingEntry,
    /// Other words were taken for the author's.
    #[serde(rename = "wrong original")]
    WrongOriginal,
    /// A dictionary has it, and it was taken for the author's all the same.
    #[serde(rename = "kept though spun")]
    KeptThoughSpun,
    /// The author's words were taken for a spinner's.
    #[serde(rename = "changed though genuine")]
    ChangedThoughGenuine,
}

impl Reason {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Reason::MissingEntry => "missing entry",
            Reason::WrongOriginal => "wrong original",
            Reason::KeptThoughSpun => "kept though spun",
            Reason::ChangedThoughGenuine => "changed though genuine",
        }
    }
}

/// One place where the three texts are not all the same.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Row {
    /// What became of it.
    pub outcome: Fate,
    /// Line of the cleaned text, from 1.
    pub line: usize,
    /// Where, in bytes of the cleaned text.
    pub span: Span,
    /// What stood there.
    pub spun: String,
    /// What stands there now.
    pub restored: String,
    /// What the author had there, as far as the texts can be aligned.
    pub original: String,
    /// How probable the edit was thought, where there is one.
    pub probability: Option<f64>,
    /// Why it is not as the author had it, where it is not.
    pub reason: Option<Reason>,
}

/// All such places, and the figures over them.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ThreeWay {
    /// Share of the edit distance to the original that is gone.
    pub removed: f64,
    /// Share of edits that are right.
    pub span_precision: f64,
    /// Share of the spinner's changes that were taken back.
    pub span_recall: f64,
    /// F-measure of the two that weighs precision twice.
    pub span_f05: f64,
    /// Edits made.
    pub edits: usize,
    /// The places, in order.
    pub changes: Vec<Row>,
    /// The sums behind the figures.
    #[serde(skip)]
    pub measure: Measure,
}

/// Pairs of tokens that are held at once, at most: about two gigabytes.
const MOST_PAIRS: usize = 250_000_000;

/// True where `text` and `original` are short enough to be compared: articles are, books are not.
pub fn is_feasible(text: &str, original: &str) -> bool {
    // A token has a byte at least, so that short texts need no counting.
    let (n, m) = (text.len() + 1, original.len() + 1);
    n.saturating_mul(m) <= MOST_PAIRS
        || (tokenize(text).len() + 1).saturating_mul(tokenize(original).len() + 1) <= MOST_PAIRS
}

/// Compares `report` with the true `original`. With a lexicon, missed places say whether it has them.
pub fn compare(report: &Report, original: &str, lexicon: Option<&Lexicon>) -> ThreeWay {
    let proposed: Vec<(Edit, f64, bool)> = (report.proposals.iter().zip(&report.decisions))
        .map(|(proposal, decision)| (decision.applied_to(proposal), proposal.probability, decision.is_change()))
        .collect();
    let edits: Vec<(&Edit, f64, bool)> = proposed.iter().map(|(edit, p, made)| (edit, *p, *made)).collect();
    let run = Run { spun: &report.source, base: &report.cleaned, edits: &edits, restored: &report.restored, original };
    judge(&run, true, lexicon)
}

/// As [`compare`], for the edits that make any text of another: whoever made them, nobody said how probable they are.
pub fn compare_edits(before: &str, edits: &[Edit], after: &str, original: &str, lexicon: Option<&Lexicon>) -> ThreeWay {
    // What changes white space alone is no matter of words.
    let is_wordy = |edit: &&Edit| !(edit.before.trim().is_empty() && edit.after.trim().is_empty());
    let edits: Vec<(&Edit, f64, bool)> = edits.iter().filter(is_wordy).map(|edit| (edit, 1.0, true)).collect();
    judge(&Run { spun: before, base: before, edits: &edits, restored: after, original }, false, lexicon)
}

fn judge(run: &Run, is_weighed: bool, lexicon: Option<&Lexicon>) -> ThreeWay {
    let (measure, outcomes) = measure(run);
    let Run { base, edits, original, .. } = *run;
    let spans: Vec<Span> = tokenize(base).iter().map(|t| t.span).collect();
    let original_spans: Vec<Span> = tokenize(original).iter().map(|t| t.span).collect();
    let (a, b) = (measured_tokens(base), measured_tokens(original));
    let changes = Alignment::new(&a, &b).changes();
    let mut rows = Vec::new();
    let mut is_touched = vec![false; a.len() + 1];
    for ((edit, probability, is_made), outcome) in edits.iter().zip(&outcomes) {
        if !is_made {
            continue;
        }
        let range = in_tokens(base, &spans, edit).0;
        is_touched[range.clone()].fill(true);
        let (outcome, reason) = match outcome {
            Outcome::Right => (Fate::Right, None),
            Outcome::Wrong => (Fate::Wrong, Some(Reason::WrongOriginal)),
            Outcome::Needless => (Fate::Needless, Some(Reason::ChangedThoughGenuine)),
        };
        let there = words(original, &original_spans, counterpart(&changes, &range));
        rows.push(Row {
            outcome,
            line: 0,
            span: edit.span,
            spun: edit.before.trim().to_string(),
            restored: edit.after.clone(),
            original: if outcome == Fate::Right { edit.after.clone() } else { there.to_string() },
            probability: is_weighed.then_some(*probability),
            reason,
        });
    }
    for change in &changes {
        let is_done = match change.from.is_empty() {
            // Words that the spinner dropped belong to the edits beside them.
            true => is_touched[change.from.start] || change.from.start.checked_sub(1).is_some_and(|i| is_touched[i]),
            false => is_touched[change.from.clone()].iter().any(|&touched| touched),
        };
        if is_done {
            continue;
        }
        let spun = words(base, &spans, change.from.clone());
        let is_held = lexicon.map(|lexicon| is_held(lexicon, base, &spans, original, &original_spans, change));
        let at = spans.get(change.from.start).map_or(base.len(), |span| span.start);
        rows.push(Row {
            outcome: Fate::Missed,
            line: 0,
            span: Span::new(at, at + spun.len()),
            spun: spun.to_string(),
            restored: spun.to_string(),
            original: words(original, &original_spans, change.to.clone()).to_string(),
            probability: None,
            reason: is_held.map(|is_held| if is_held { Reason::KeptThoughSpun } else { Reason::MissingEntry }),
        });
    }
    rows.sort_by_key(|row| (row.span, row.outcome));
    let (mut line, mut at) = (1, 0);
    for row in &mut rows {
        line += base[at..row.span.start].matches('\n').count();
        at = row.span.start;
        row.line = line;
    }
    ThreeWay {
        removed: measure.removed(),
        span_precision: measure.precision(),
        span_recall: measure.recall(),
        span_f05: measure.f05(),
        edits: measure.edits,
        changes: rows,
        measure,
    }
}

/// Tokens on each side of a change that may belong to the entry which explains it.
const CONTEXT: usize = 2;

fn is_held(lexicon: &Lexicon, a: &str, a_spans: &[Span], b: &str, b_spans: &[Span], change: &Change) -> bool {
    let wider = |range: &Range<usize>, left: usize, right: usize, n: usize| {
        let start = range.start.checked_sub(left)?;
        (range.end + right <= n).then_some(start..range.end + right)
    };
    (0..=CONTEXT).any(|left| {
        (0..=CONTEXT).any(|right| {
            let from = wider(&change.from, left, right, a_spans.len());
            let to = wider(&change.to, left, right, b_spans.len());
            from.zip(to).is_some_and(|(from, to)| holds(lexicon, words(a, a_spans, from), words(b, b_spans, to)))
        })
    })
}

/// Which tokens of the second text stand where `range` of the first does.
fn counterpart(changes: &[Change], range: &Range<usize>) -> Range<usize> {
    let is_met = |c: &&Change| match c.from.is_empty() {
        true => range.start < c.from.start && c.from.start < range.end,
        false => c.from.start < range.end && range.start < c.from.end,
    };
    let shift =
        changes.iter().take_while(|c| c.from.end <= range.start).last().map_or((0, 0), |c| (c.from.end, c.to.end));
    let plain = |at: usize| at - shift.0 + shift.1;
    let (Some(first), Some(last)) = (changes.iter().find(is_met), changes.iter().rfind(is_met)) else {
        return plain(range.start)..plain(range.end);
    };
    let start = if first.from.start <= range.start { first.to.start } else { plain(range.start) };
    let end = if last.from.end >= range.end { last.to.end } else { last.to.end + (range.end - last.from.end) };
    start..end.max(start)
}

/// What `text` has at tokens `range`.
fn words<'a>(text: &'a str, spans: &[Span], range: Range<usize>) -> &'a str {
    match (spans.get(range.start), range.end.checked_sub(1).and_then(|last| spans.get(last))) {
        (Some(first), Some(last)) if first.start < last.end => &text[first.start..last.end],
        _ => "",
    }
}

impl ThreeWay {
    /// How many places have each fate: `7 right, 1 wrong, 2 missed, 0 needless`.
    pub fn totals(&self) -> String {
        let n = |fate| self.changes.iter().filter(|row| row.outcome == fate).count();
        format!(
            "{} right, {} wrong, {} missed, {} needless",
            n(Fate::Right),
            n(Fate::Wrong),
            n(Fate::Missed),
            n(Fate::Needless)
        )
    }

    /// The figures: `removed 0.500, precision 0.875, recall 0.700, F0.5 0.833`.
    pub fn figures(&self) -> String {
        format!(
            "removed {:.3}, precision {:.3}, recall {:.3}, F0.5 {:.3}",
            self.removed, self.span_precision, self.span_recall, self.span_f05
        )
    }
}

impl fmt::Display for ThreeWay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = |text: &str| match text {
            "" => "nothing".to_string(),
            text => format!("“{}”", text.split_whitespace().collect::<Vec<_>>().join(" ")),
        };
        for row in &self.changes {
            let (spun, restored, original) = (plain(&row.spun), plain(&row.restored), plain(&row.original));
            let what = match row.outcome {
                Fate::Right => format!("{spun} → {restored}"),
                Fate::Wrong => format!("{spun} → {restored}, was {original}"),
                Fate::Missed => match row.reason {
                    Some(reason) => format!("{spun}, was {original} ({})", reason.name()),
                    None => format!("{spun}, was {original}"),
                },
                Fate::Needless => format!("{spun} → {restored}"),
            };
            writeln!(f, "{:>5}  {:<8}  {what}", row.line, row.outcome.name())?;
        }
        write!(f, "{}\n{}", self.totals(), self.figures())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_words_that_stand_where_a_range_does() {
        let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
        let (a, b) = (words("x gross sales up an uncommon assault y"), words("x sales up a rare attack y"));
        let changes = Alignment::new(&a, &b).changes();
        for (range, expected) in
            [(1..3, "sales"), (2..3, "sales"), (5..6, "rare"), (4..7, "a rare attack"), (7..8, "y")]
        {
            assert_eq!(b[counterpart(&changes, &range)].join(" "), expected, "{range:?}");
        }
    }
}
