//! JSON Lines: one change a line, with its places in both texts as bytes, characters, lines and columns. docs/diff.md
//! lists the fields.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::eval::three_way::{Fate, Reason, ThreeWay};
use crate::journal::Rival;
use crate::render::Renderer;
use crate::render::places::{Place, Places};
use crate::render::view::{Kind, Mark, marks};
use crate::report::Comparison;

/// JSON Lines, for programs that read change by change.
#[derive(Debug, Clone, Copy, Default)]
pub struct Jsonl<'a> {
    /// What became of each place, where the true original is known.
    pub judged: Option<&'a ThreeWay>,
}

#[derive(Serialize)]
struct Row<'a> {
    path: &'a str,
    path_after: &'a str,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    stage: Option<&'a str>,
    before: &'a str,
    after: &'a str,
    at: Range,
    at_after: Range,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parts: Option<&'a BTreeMap<String, f64>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    rivals: Option<&'a [Rival]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line_elsewhere: Option<usize>,
    #[serde(flatten)]
    judged: Option<Judged<'a>>,
}

#[derive(Serialize)]
struct Judged<'a> {
    outcome: Fate,
    original: &'a str,
    reason: Option<Reason>,
}

/// A stretch of one text.
#[derive(Serialize)]
struct Range {
    byte_start: usize,
    byte_end: usize,
    char_start: usize,
    char_end: usize,
    line: usize,
    column: usize,
    line_end: usize,
    column_end: usize,
}

impl Range {
    fn new(start: Place, end: Place) -> Range {
        Range {
            byte_start: start.byte,
            byte_end: end.byte,
            char_start: start.char,
            char_end: end.char,
            line: start.line,
            column: start.column,
            line_end: end.line,
            column_end: end.column,
        }
    }
}

impl Renderer for Jsonl<'_> {
    fn render(&self, comparison: &Comparison) -> Vec<u8> {
        let (mut before, mut after) = (Places::of(&comparison.before), Places::of(&comparison.after));
        let (mut elsewhere_before, mut elsewhere_after) = (before.clone(), after.clone());
        let mut out = Vec::new();
        for Mark { before: of, after: to, kind } in marks(comparison, self.judged) {
            let at = Range::new(before.find(of.start), before.find(of.end));
            let at_after = Range::new(after.find(to.start), after.find(to.end));
            let change = kind.change();
            let grounds = change.and_then(|change| change.grounds.as_ref());
            let (name, line_elsewhere) = match kind {
                Kind::Gone(one) => ("moved_away", Some(elsewhere_after.find(one.after.start).line)),
                Kind::Come(one) => ("moved_here", Some(elsewhere_before.find(one.before.start).line)),
                Kind::Judged(..) if change.is_none() => ("missed", None),
                _ => ("change", None),
            };
            let row = Row {
                path: &comparison.before_name,
                path_after: &comparison.after_name,
                kind: name,
                stage: change.map(|change| change.stage),
                before: of.of(&comparison.before),
                after: to.of(&comparison.after),
                at,
                at_after,
                rule: change.map(|change| &*change.edit.cause.rule),
                place: change.and_then(|change| change.edit.cause.place.as_deref()),
                probability: grounds.map(|grounds| grounds.probability),
                parts: grounds.map(|grounds| &grounds.parts),
                rivals: grounds.map(|grounds| grounds.rivals.as_slice()),
                line_elsewhere,
                judged: match kind {
                    Kind::Judged(row, _) => {
                        Some(Judged { outcome: row.outcome, original: &row.original, reason: row.reason })
                    }
                    _ => None,
                },
            };
            serde_json::to_writer(&mut out, &row).expect("strings, numbers and lists are JSON");
            out.push(b'\n');
        }
        out
    }
}
