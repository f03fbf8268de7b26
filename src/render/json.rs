//! One JSON object a comparison, on one line. docs/formats.md describes it.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::detect::verdict::Verdict;
use crate::diff::Move;
use crate::journal::Rival;
use crate::page::Metadata;
use crate::render::Renderer;
use crate::render::places::Places;
use crate::report::{Change, Comparison};

/// What the field `format` says.
pub const FORMAT: &str = "despin-changes";
/// The version of the format.
pub const VERSION: u32 = 1;

/// JSON, for programs.
#[derive(Debug, Clone, Copy, Default)]
pub struct Json;

#[derive(Serialize)]
struct Object<'a> {
    format: &'static str,
    version: u32,
    path: &'a str,
    path_after: &'a str,
    changed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    page: Option<&'a Metadata>,
    #[serde(flatten)]
    verdict: Option<&'a Verdict>,
    changes: Vec<Item<'a>>,
    left: Vec<Item<'a>>,
    moves: Vec<Moved>,
    text: &'a str,
}

#[derive(Serialize)]
struct Item<'a> {
    stage: &'a str,
    line: usize,
    start: usize,
    end: usize,
    before: &'a str,
    after: &'a str,
    rule: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    #[serde(flatten)]
    grounds: Option<Grounds<'a>>,
}

/// A paragraph that stands elsewhere in the second text.
#[derive(Serialize)]
struct Moved {
    line: usize,
    start: usize,
    end: usize,
    line_after: usize,
    start_after: usize,
    end_after: usize,
}

#[derive(Serialize)]
struct Grounds<'a> {
    probability: f64,
    parts: &'a BTreeMap<String, f64>,
    rivals: &'a [Rival],
}

impl Renderer for Json {
    fn render(&self, comparison: &Comparison) -> Vec<u8> {
        let object = Object {
            format: FORMAT,
            version: VERSION,
            path: &comparison.before_name,
            path_after: &comparison.after_name,
            changed: !comparison.is_empty(),
            page: comparison.page.as_ref(),
            verdict: comparison.verdict.as_ref(),
            changes: items(&comparison.before, &comparison.changes),
            left: items(&comparison.before, &comparison.left),
            moves: moves(comparison),
            text: &comparison.after,
        };
        let mut json = serde_json::to_vec(&object).expect("strings, numbers and lists are JSON");
        json.push(b'\n');
        json
    }
}

/// A verdict by itself, as an object on one line.
pub fn verdict(verdict: &Verdict) -> String {
    serde_json::to_string(verdict).expect("strings and numbers are JSON")
}

fn moves(comparison: &Comparison) -> Vec<Moved> {
    let (mut before, mut after) = (Places::of(&comparison.before), Places::of(&comparison.after));
    let moved = |one: &Move| Moved {
        line: before.find(one.before.start).line,
        start: one.before.start,
        end: one.before.end,
        line_after: after.find(one.after.start).line,
        start_after: one.after.start,
        end_after: one.after.end,
    };
    comparison.moves.iter().map(moved).collect()
}

fn items<'a>(text: &str, changes: &'a [Change]) -> Vec<Item<'a>> {
    // Changes are in order of place, so each line end is counted once.
    let mut places = Places::of(text);
    let item = |change: &'a Change| {
        let edit = &change.edit;
        Item {
            stage: change.stage,
            line: places.find(edit.span.start).line,
            start: edit.span.start,
            end: edit.span.end,
            before: &edit.before,
            after: &edit.after,
            rule: &edit.cause.rule,
            place: edit.cause.place.as_deref(),
            grounds: change.grounds.as_ref().map(|grounds| Grounds {
                probability: grounds.probability,
                parts: &grounds.parts,
                rivals: &grounds.rivals,
            }),
        }
    };
    changes.iter().map(item).collect()
}
