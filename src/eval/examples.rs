//! Tests a dictionary by its examples: what was spun must be restored, and what is honest must stay.

use serde::Serialize;

use crate::lexicon::examples::{Example, Marked};
use crate::pipeline::{Despinner, Options};
use crate::report::Report;
use crate::text::offsets::OffsetMap;
use crate::text::span::Span;

/// A marked place that did not come out as it must.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Line of the example.
    pub line: u32,
    /// True where it is the genuine twin's.
    pub is_genuine: bool,
    /// What stood there.
    pub before: String,
    /// What came out.
    pub after: String,
    /// What must come out.
    pub expected: String,
    /// The dictionary line that made the edit, where there is one.
    pub place: Option<String>,
}

/// The failures of `example` under `despinner`. Both sentences are restored whatever the verdict on them: a single sentence
/// is never judged spun, so that every twin would pass.
pub fn test(despinner: &Despinner, example: &Example) -> Vec<Failure> {
    let options = Options { is_forced: true, clean: None, ..despinner.options.clone() };
    let forced = despinner.clone().with(options);
    let mut failures = Vec::new();
    let sides = [(Some(&example.spun), false), (example.genuine.as_ref(), true)];
    for (marked, is_genuine) in sides.into_iter().filter_map(|(marked, is_genuine)| Some((marked?, is_genuine))) {
        let Marked { text, places } = marked;
        let report = forced.run(text.as_bytes());
        let map = OffsetMap::of(&report.restoring);
        for (span, expected) in places {
            let after = map.span_forward(*span).of(&report.restored);
            if after != expected {
                failures.push(Failure {
                    line: example.line,
                    is_genuine,
                    before: span.of(text).to_string(),
                    after: after.to_string(),
                    expected: expected.clone(),
                    place: maker(&report, *span),
                });
            }
        }
    }
    failures
}

/// The dictionary line that changed something in `span`.
fn maker(report: &Report, span: Span) -> Option<String> {
    let is_in = |edit: Span| edit.start < span.end && span.start < edit.end;
    let edit = report.restoring.edits().iter().find(|edit| is_in(edit.span))?;
    edit.cause.place.as_ref().map(|place| place.to_string())
}
