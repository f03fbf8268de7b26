//! Finds lines that a page has and its article has not: menus, forms, calls, lists of other stories.
//!
//! A line is weighed by what it says (`dictionaries/en/boilerplate.tsv`), by its form, by its place in the text and by its
//! neighbours ([`classify`]); lists of other stories are followed to their end ([`section`]). What is surely furniture is removed,
//! what may be is offered, and everything else stays. docs/cleaning-pages.md says what that is worth.

mod classify;
mod line;
mod patterns;
mod section;
mod title;

use std::borrow::Cow;

use serde::Serialize;

use crate::clean::boilerplate::classify::{DROP_FROM, Judged, OFFER_FROM, classify};
use crate::clean::boilerplate::line::{Line, lines};
use crate::clean::boilerplate::patterns::{PLACE, TABLE};
use crate::text::edit::{Cause, Edit};
use crate::text::span::Span;

pub(super) const NAME: &str = "boilerplate";

/// What a line is part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// The story.
    Article,
    /// What stands round a story and is of it: headline, byline, date, caption.
    Meta,
    /// The page.
    Boilerplate,
}

/// Which lines are removed. By default none.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Removal {
    /// Lines that are surely of the page.
    pub boilerplate: bool,
    /// Headline, byline, date and captions.
    pub meta: bool,
    /// Lines that may be of the page.
    pub uncertain: bool,
}

impl Removal {
    /// Lines that are surely of the page, and no others: what `despin clean` does.
    pub const USUAL: Removal = Removal { boilerplate: true, meta: false, uncertain: false };

    /// True where nothing is removed.
    pub fn is_none(self) -> bool {
        self == Removal::default()
    }

    fn takes(self, judged: &Judged) -> bool {
        match judged.label {
            Label::Boilerplate => self.boilerplate,
            Label::Meta => self.meta,
            Label::Article => self.uncertain && judged.score >= OFFER_FROM,
        }
    }
}

/// What speaks for something, and against it, each with its weight in nats.
pub type Parts = Vec<(Cow<'static, str>, f64)>;

/// A line, or the beginning of one, and what was found of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Where it is, with its line end.
    pub span: Span,
    /// What it is.
    pub label: Label,
    /// Log-odds that it is of the page, in nats, by judgement: from 2 on it is.
    pub score: f64,
    /// What speaks for it, and against it, in nats.
    pub parts: Parts,
    /// The pattern that weighs most, as `FILE:LINE`, where there is one.
    pub place: Option<String>,
    /// True where it is removed.
    pub is_removed: bool,
}

impl Finding {
    /// True where the line may be of the page, and stays.
    pub fn is_offered(&self) -> bool {
        !self.is_removed && self.label == Label::Article && self.score >= OFFER_FROM
    }

    /// How probable it is that the line is of the page, from 0 to 1: the score as a probability.
    pub fn probability(&self) -> f64 {
        1.0 / (1.0 + (-self.score).exp())
    }
}

/// Times a text is gone through at most, in case that what is removed uncovers more.
///
/// A text that is not done by then is left as it is, so that cleaning it twice is cleaning it once.
const MOST_ROUNDS: usize = 40;

/// What every line of `text` is, in order of place.
///
/// ```
/// use despin::clean::boilerplate::{Label, Removal, judge};
/// let text = "Skip to content\nThe mayor said on Friday that the new bridge will be opened in June.\nShare this article\n";
/// let labels: Vec<Label> = judge(text, Removal::USUAL).iter().map(|found| found.label).collect();
/// assert_eq!(labels, [Label::Boilerplate, Label::Article, Label::Boilerplate]);
/// ```
pub fn judge(text: &str, removal: Removal) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    let mut left: Vec<Line> = Vec::new();
    let mut is_gap = false;
    for mut line in lines(text) {
        line.is_apart |= is_gap;
        is_gap = line.is_apart;
        if let Some(line) = without_prefix(text, line, removal, &mut found) {
            left.push(line);
            is_gap = false;
        }
    }
    let mut hits: Vec<Vec<usize>> = left.iter().map(|line| TABLE.hits(line)).collect();
    for round in 0.. {
        if round == MOST_ROUNDS {
            return Vec::new();
        }
        let judged = classify(&left, &hits);
        let is_last = !judged.iter().any(|judged| removal.takes(judged));
        let mut kept = Vec::new();
        let mut kept_hits = Vec::new();
        let mut is_gap = false;
        for ((line, hits), judged) in left.into_iter().zip(hits).zip(judged) {
            let is_removed = removal.takes(&judged);
            if is_removed || is_last {
                found.push(finding(line.whole, judged, is_removed));
            }
            if is_removed {
                is_gap |= line.is_apart;
            } else if !is_last {
                kept.push(Line { is_apart: line.is_apart || is_gap, ..line });
                kept_hits.push(hits);
                is_gap = false;
            }
        }
        if is_last {
            break;
        }
        (left, hits) = (kept, kept_hits);
    }
    found.sort_by_key(|found| found.span);
    found
}

/// The edits that take lines out of `text` as `removal` says.
pub(super) fn edits(text: &str, found: &[Finding]) -> Vec<Edit> {
    let last_kept = found.iter().rposition(|found| !found.is_removed);
    let first_kept = found.iter().position(|found| !found.is_removed);
    let mut edits = Vec::new();
    for (n, one) in found.iter().enumerate().filter(|(_, one)| one.is_removed) {
        // Blank lines that parted the article from what stood before or after it part nothing now.
        let start = match last_kept {
            Some(last) if n > last => found[n - 1].span.end,
            _ => one.span.start,
        };
        let end = match first_kept {
            Some(first) if n < first => found[n + 1].span.start,
            _ => one.span.end,
        };
        let span = Span::new(start.min(one.span.start), end.max(one.span.end));
        let cause = Cause { place: one.place.clone(), ..Cause::rule(NAME) };
        edits.push(Edit { span, before: span.of(text).to_string(), after: String::new(), cause });
    }
    edits
}

fn finding(span: Span, judged: Judged, is_removed: bool) -> Finding {
    let place = judged.pattern.map(|line| format!("{PLACE}:{line}"));
    Finding { span, label: judged.label, score: judged.score, parts: judged.parts, place, is_removed }
}

/// `line` without what a scraper put before it; nothing where that is all of it.
fn without_prefix<'t>(text: &str, line: Line<'t>, removal: Removal, found: &mut Vec<Finding>) -> Option<Line<'t>> {
    let mut line = line;
    loop {
        let n_bytes = if removal.boilerplate { TABLE.prefix(line.text) } else { 0 };
        if n_bytes == 0 {
            return Some(line);
        }
        let rest = line.text[n_bytes..].trim_start_matches(|c: char| c.is_whitespace() || matches!(c, ':' | '|'));
        let n_content = line.whole.of(text).trim_end().len();
        let end = if rest.is_empty() { line.whole.end } else { line.whole.start + n_content - rest.len() };
        let judged = Judged {
            label: Label::Boilerplate,
            score: DROP_FROM + 1.0,
            parts: vec![("prefix: left by a scraper".into(), DROP_FROM + 1.0)],
            pattern: TABLE.patterns.iter().find(|pattern| pattern.kind == "prefix").map(|pattern| pattern.line),
        };
        found.push(finding(Span::new(line.whole.start, end), judged, true));
        if rest.is_empty() {
            return None;
        }
        line = Line::new(rest, Span::new(end, line.whole.end), line.is_apart);
    }
}
