//! A file of decisions as read: its lines, and which of them still stand.

use rustc_hash::FxHashMap;
use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::journal::{FORMAT, Journal};
use crate::review::record::{Record, Verb};

/// Decisions in the order in which they were made.
///
/// ```
/// use despin::review::Ledger;
/// let lines = r#"{"start":4,"end":11,"before":"assault","decision":"accept"}
/// {"start":20,"end":26,"before":"entire","decision":"rewrite","text":"whole"}"#;
/// assert_eq!(Ledger::read("decisions.jsonl", lines)?.records.len(), 2);
/// let error = Ledger::read("decisions.jsonl", "{}").unwrap_err();
/// assert!(error.to_string().starts_with("decisions.jsonl:1: "));
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// The decisions.
    pub records: Vec<Record>,
    /// What errors call it.
    pub(super) place: String,
    /// The line of each record, from 1; of a journal its edits are counted.
    pub(super) numbers: Vec<usize>,
    /// True where it holds what was decided about many texts, so that a line need not be about one at hand.
    pub is_kept: bool,
    /// True where it was read off a journal.
    pub is_journal: bool,
}

impl Ledger {
    /// The decisions in `text`: JSON Lines, or a journal, whose run is decided for. `place` is what errors call it.
    ///
    /// # Errors
    ///
    /// Where it is neither: the first line that is not, with what to write.
    pub fn read(place: &str, text: &str) -> Result<Ledger> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
        }
        let is_journal = serde_json::from_str::<Head>(text).is_ok_and(|head| head.format == FORMAT);
        if is_journal {
            Ok(Ledger::of_journal(place, &Journal::from_json(place, text)?))
        } else {
            Ledger::of_lines(place, text)
        }
    }

    /// Decides for what the run changed that `journal` is of.
    pub fn of_journal(place: &str, journal: &Journal) -> Ledger {
        // Only the first pass after cleaning is over the cleaned text.
        let pass = journal.passes().iter().find(|pass| pass.stage != "clean");
        let record = |(record, at): (&crate::journal::Record, usize)| {
            let edit = &record.edit;
            let decision = Record {
                sha256: Some(journal.before.sha256.clone()),
                start: edit.span.start,
                end: edit.span.end,
                before: edit.before.clone(),
                after: Some(edit.after.clone()),
                decision: Verb::Accept,
                ..Record::default()
            };
            (decision, at)
        };
        let (records, numbers) = pass.iter().flat_map(|pass| &pass.edits).zip(1..).map(record).unzip();
        Ledger { records, place: place.to_string(), numbers, is_kept: false, is_journal: true }
    }

    fn of_lines(place: &str, text: &str) -> Result<Ledger> {
        let mut ledger = Ledger { place: place.to_string(), ..Ledger::default() };
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        for (line, number) in text.lines().zip(1..).filter(|(line, _)| !line.trim().is_empty()) {
            let fail = |fault: &str, mend: &str| Error::new(ErrorKind::Usage, format!("{place}:{number}"), fault, mend);
            let record: Record = serde_json::from_str(line).map_err(|e| {
                let fault = e.to_string();
                let fault = fault.split(" at line ").next().unwrap_or_default();
                let fault: String = fault.escape_debug().take(200).collect();
                fail(
                    &format!("no decision: {fault}"),
                    "write start, end, before and decision as one JSON object (docs/decisions.md)",
                )
            })?;
            if let Some((fault, mend)) = record.fault() {
                return Err(fail(fault, mend));
            }
            ledger.records.push(record);
            ledger.numbers.push(number);
        }
        Ok(ledger)
    }

    /// Where a record stands, as `FILE:LINE`.
    pub fn place(&self, record: usize) -> String {
        match self.numbers.get(record) {
            Some(number) => format!("{}:{number}", self.place),
            None => self.place.clone(),
        }
    }
}

/// For each of `records`, whether it still stands: it says something, and is not taken back.
pub fn standing(records: &[Record]) -> Vec<bool> {
    let mut stands = vec![true; records.len()];
    let mut at: FxHashMap<(Option<&str>, usize, &str), Vec<usize>> = FxHashMap::default();
    for (idx, record) in records.iter().enumerate() {
        let place = at.entry((record.sha256.as_deref(), record.start, &record.before)).or_default();
        if record.decision == Verb::Undo {
            stands[idx] = false;
            if let Some(back) = place.pop() {
                stands[back] = false;
            }
        } else {
            place.push(idx);
        }
    }
    stands
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(start: usize, decision: &str) -> String {
        format!("{{\"start\":{start},\"end\":{},\"before\":\"a\",\"decision\":\"{decision}\"}}\n", start + 1)
    }

    #[test]
    fn undo_takes_the_latest_line_about_its_place_back() {
        let lines = [(1, "accept"), (5, "accept"), (1, "reject"), (1, "undo"), (1, "undo"), (1, "undo"), (1, "skip")];
        let text: String = lines.iter().map(|&(start, decision)| line(start, decision)).collect();
        let ledger = Ledger::read("d.jsonl", &text).unwrap();
        assert_eq!(standing(&ledger.records), [false, true, false, false, false, false, true]);
    }

    #[test]
    fn faults_are_named_with_their_line() {
        for (line, expected) in [
            (r#"{"start":4,"end":2,"before":"a","decision":"skip"}"#, "d.jsonl:2: the span ends before it starts; "),
            (r#"{"start":4,"end":6,"before":"a","decision":"skip"}"#, "d.jsonl:2: the span is not as long as before; "),
            (r#"{"start":4,"end":5,"before":"a","decision":"rewrite"}"#, "d.jsonl:2: rewrite without text; "),
            (
                r#"{"start":4,"end":5,"before":"a","decision":"accept","scope":"file"}"#,
                "d.jsonl:2: a scope without after; ",
            ),
            (r#"{"sha256":"X","start":4,"end":5,"before":"a","decision":"skip"}"#, "d.jsonl:2: sha256 is no digest; "),
            (
                r#"{"start":4,"end":5,"before":"a","decision":"maybe"}"#,
                "d.jsonl:2: no decision: unknown variant `maybe`",
            ),
            (r#"{"start":4,"end":5,"before":"a","decision":"skip","when":1}"#, "d.jsonl:2: no decision: unknown field"),
        ] {
            let error = Ledger::read("d.jsonl", &format!("\n{line}\n")).unwrap_err().to_string();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
