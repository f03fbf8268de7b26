//! Decides as was decided before: by a list with one decision a line, or by a journal.

use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::restore::proposal::Proposal;
use crate::review::anchor::Lost;
use crate::review::ledger::Ledger;
use crate::review::record::Record;
use crate::review::settle::{Anchors, Refusal, complete, rulings};
use crate::review::{Decision, Reviewer};
use crate::text::span::Span;

/// Decides by a [`Ledger`], text after text. A proposal that it says nothing about is skipped.
///
/// Changes that it decides for are made also where nothing is proposed, and in texts that are not judged spun.
///
/// ```
/// use despin::Despinner;
/// use despin::review::{Ledger, Replay};
///
/// let text = b"The assault began at dawn.";
/// let line = r#"{"start":4,"end":11,"before":"assault","after":"attack","decision":"accept"}"#;
/// let mut replay = Replay::new(Ledger::read("decisions.jsonl", line)?);
/// let report = Despinner::builtin()?.review(text, &mut replay);
/// assert_eq!(report.restored, "The attack began at dawn.");
/// assert!(replay.refusals().is_empty());
///
/// let mut replay = Replay::new(Ledger::read("decisions.jsonl", line)?);
/// Despinner::builtin()?.review(b"The raid began at dawn.", &mut replay);
/// assert!(replay.refusals()[0].to_string().starts_with("decisions.jsonl:1: "));
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Replay {
    ledger: Ledger,
    /// Digests of the files that the run is about.
    files: Vec<String>,
    /// What is decided about the text at hand, by place.
    decided: FxHashMap<Span, Decision>,
    /// By record, whether it had a place in some text so far.
    is_used: Vec<bool>,
    refused: Vec<(usize, Refusal)>,
}

impl Replay {
    /// Decides by `ledger`.
    pub fn new(ledger: Ledger) -> Replay {
        Replay { is_used: vec![false; ledger.records.len()], ledger, ..Replay::default() }
    }

    /// The same for a run about files with these digests: what is decided about one of them is looked for in no other.
    pub fn about(mut self, files: Vec<String>) -> Replay {
        self.files = files;
        self
    }

    /// The decisions in `text`, as [`Ledger::read`] reads them.
    ///
    /// # Errors
    ///
    /// Those of [`Ledger::read`].
    pub fn read(place: &str, text: &str) -> Result<Replay> {
        Ledger::read(place, text).map(Replay::new)
    }

    /// The decisions.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// What could not be done in the texts so far, in order of the records: those that had a place in none of them, those
    /// that overlap, and those that accept what nobody proposes.
    pub fn refusals(&self) -> Vec<Error> {
        let mut refused: Vec<(usize, Refusal)> = self.refused.clone();
        refused.retain(|&(idx, refusal)| !(self.is_used[idx] && matches!(refusal, Refusal::Lost(_))));
        refused.sort_by_key(|&(idx, _)| idx);
        // One line each: the last text's reason.
        refused.reverse();
        refused.dedup_by_key(|&mut (idx, _)| idx);
        refused.reverse();
        refused.into_iter().map(|(idx, refusal)| error(&self.ledger, idx, refusal)).collect()
    }
}

impl Reviewer for Replay {
    fn begin(&mut self, sha256: &str, text: &str, proposals: &mut Vec<Proposal>) {
        let others: Vec<&str> = self.files.iter().map(String::as_str).collect();
        let anchors = Anchors::find(&self.ledger, sha256, text, &others);
        for (idx, span) in anchors.spans.iter().enumerate() {
            self.is_used[idx] |= span.is_some();
        }
        for &idx in &anchors.made {
            self.is_used[idx] = true;
        }
        self.refused.extend(anchors.lost.iter().map(|&(idx, lost)| (idx, Refusal::Lost(lost))));
        self.refused.extend(complete(proposals, &self.ledger.records, &anchors));
        let rulings = rulings(&self.ledger.records, &anchors, proposals);
        let decided = |(proposal, ruling): (&Proposal, _)| {
            Option::map(ruling, |ruling: super::settle::Ruling| (proposal.edit.span, ruling.decision))
        };
        self.decided = proposals.iter().zip(rulings).filter_map(decided).collect();
    }

    fn decide(&mut self, proposal: &Proposal) -> Decision {
        self.decided.get(&proposal.edit.span).cloned().unwrap_or(Decision::Skip)
    }

    fn is_personal(&self) -> bool {
        true
    }
}

/// What to tell of a record of `ledger` that cannot be carried out.
pub fn error(ledger: &Ledger, idx: usize, refusal: Refusal) -> Error {
    let Record { before, start, .. } = &ledger.records[idx];
    // One line, whatever the decision says.
    let before: String = before.chars().take(60).collect();
    let (fault, mend) = match refusal {
        Refusal::Lost(Lost::Gone) => (format!("“{before}” is not in the text any more"), ANEW),
        Refusal::Lost(Lost::Moved) => {
            (format!("“{before}” no longer stands where it did, nor anywhere between the same words"), ANEW)
        }
        Refusal::Lost(Lost::Unclear(n)) => {
            (format!("“{before}” stands between the same words at {n} places, and no longer at byte {start}"), ANEW)
        }
        Refusal::Lost(Lost::Unknown) => (
            format!(
                "“{before}” does not stand at byte {start}, and without prefix and suffix it is looked for nowhere else"
            ),
            "compare the place with despin review --list, or add what stands around it",
        ),
        Refusal::Overlaps(other) => {
            (format!("it changes what {} changes too", ledger.place(other)), "take one of the two out")
        }
        Refusal::NothingProposed => (
            format!("it accepts what is proposed for “{before}” at byte {start}, and nothing is"),
            "say with after what to put there",
        ),
    };
    Error::new(ErrorKind::Usage, ledger.place(idx), fault, mend)
}

const ANEW: &str = "decide about it anew with despin review";
