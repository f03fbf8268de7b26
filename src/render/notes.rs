//! What there is to say about a comparison and its changes in words: the head of a page, and the reasons of a change.

use crate::clean;
use crate::eval::three_way::{Fate, Row};
use crate::render::flow::signs;
use crate::render::human::{counted, verdict};
use crate::render::view::{Kind, Look, Mark};
use crate::render::visible;
use crate::report::{Change, Comparison};

/// What the two texts are called: `a.txt`, or `a.txt → b.txt`.
pub fn name(comparison: &Comparison) -> String {
    let (before, after) = (visible(&comparison.before_name), visible(&comparison.after_name));
    if before == after { before.into_owned() } else { format!("{before} → {after}") }
}

/// What was found: the verdict, how many changes, and how right they are.
pub fn found(comparison: &Comparison, look: &Look) -> String {
    let n = comparison.changes.len();
    let edits = match (comparison.is_empty(), n) {
        (true, _) => "no changes".to_string(),
        (false, 0) => "the texts are the same, though their bytes differ".to_string(),
        _ if comparison.verdict.is_some() => counted(n, "edit"),
        _ => counted(n, "change"),
    };
    let mut parts = Vec::new();
    parts.extend(comparison.verdict.as_ref().map(verdict));
    parts.push(edits);
    if !comparison.moves.is_empty() {
        parts.push(format!("{} moved", counted(comparison.moves.len(), "paragraph")));
    }
    let mut text = parts.join(", ");
    if let Some(judged) = look.judged {
        text.push_str(&format!("; {}; {}", judged.totals(), judged.figures()));
    }
    text
}

/// What a note is about, at `mark`: the wordings, how probable the change is, where it comes from, and the rest.
pub fn reasons(mark: &Mark, before: &str, after: &str) -> String {
    let (text, row) = match mark.kind {
        Kind::Judged(row, _) => (judged(row, before, after), Some(row)),
        _ => (format!("{} → {}", quoted(before), quoted(after)), None),
    };
    let Some(change) = mark.kind.change() else { return text };
    let why = why(change);
    let separator = if row.is_some() || change.grounds.is_none() { ", " } else { ": " };
    format!("{text}{separator}{why}")
}

/// As [`reasons`], of a change that is marked nowhere.
pub fn of_change(change: &Change) -> String {
    let separator = if change.grounds.is_none() { ", " } else { ": " };
    format!("{} → {}{separator}{}", quoted(&change.edit.before), quoted(&change.edit.after), why(change))
}

fn judged(row: &Row, before: &str, after: &str) -> String {
    let change = if row.outcome == Fate::Missed {
        quoted(&row.spun)
    } else {
        format!("{} → {}", quoted(before), quoted(after))
    };
    let was = match row.outcome {
        Fate::Right => String::new(),
        _ => format!(", was {}", quoted(&row.original)),
    };
    let reason = row.reason.map(|reason| format!(" ({})", reason.name())).unwrap_or_default();
    format!("{}: {change}{was}{reason}", row.outcome.name())
}

/// Probability, cause, parts of the score and rivals.
fn why(change: &Change) -> String {
    let edit = &change.edit;
    let mut text = change.grounds.as_ref().map(|g| format!("{:.2}, ", g.probability)).unwrap_or_default();
    text.push_str(&visible(&edit.cause.rule));
    if let Some(place) = &edit.cause.place {
        text.push_str(&format!(" {}", visible(place)));
    }
    let reason = reason(change);
    if !reason.is_empty() {
        text.push_str(&format!(" ({reason})"));
    }
    let Some(grounds) = &change.grounds else { return text };
    let parts = grounds.parts.iter().filter(|(_, nats)| **nats != 0.0);
    let parts: Vec<String> = parts.map(|(name, nats)| format!("{} {nats:+.1}", name.replace('_', " "))).collect();
    if !parts.is_empty() {
        text.push_str(&format!("; {}", parts.join(", ")));
    }
    let rivals: Vec<String> =
        grounds.rivals.iter().map(|rival| format!("{} {:.2}", quoted(&rival.after), rival.probability)).collect();
    if !rivals.is_empty() {
        text.push_str(&format!("; or {}", rivals.join(", ")));
    }
    text
}

/// Why cleaning made `change`; empty where something else did.
pub fn reason(change: &Change) -> String {
    clean::reason(&change.edit.cause.rule)
}

/// `“words”`, or `nothing`.
pub fn quoted(text: &str) -> String {
    match text {
        "" => "nothing".to_string(),
        text => format!("“{}”", signs(text.trim_matches(' '))),
    }
}
