//! Decides as was decided before: by a journal, or by a list with one decision a line.

use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;

use crate::error::{Error, ErrorKind, Result};
use crate::journal::{FORMAT, Journal};
use crate::restore::proposal::Proposal;
use crate::review::{Decision, Reviewer};
use crate::text::span::Span;

/// Decisions by the place and the words they are about. A proposal that none is about is skipped.
///
/// ```
/// use despin::review::Replay;
/// let lines = r#"{"start":4,"end":11,"before":"assault","decision":"accept"}
/// {"start":20,"end":26,"before":"entire","decision":"rewrite","text":"whole"}"#;
/// assert!(Replay::read("decisions.jsonl", lines).is_ok());
/// let error = Replay::read("decisions.jsonl", "{}").unwrap_err();
/// assert!(error.to_string().starts_with("decisions.jsonl:1: "));
/// ```
#[derive(Debug, Clone, Default)]
pub struct Replay {
    decisions: FxHashMap<(Span, String), Decided>,
    /// Those of `decisions` that a proposal was found for.
    used: FxHashSet<(Span, String)>,
}

#[derive(Debug, Clone)]
enum Decided {
    /// As a list has it.
    As(Decision),
    /// As a journal has it: these words were put there.
    Wording(String),
}

/// One line of a list of decisions.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    start: usize,
    end: usize,
    before: String,
    decision: Verb,
    text: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Verb {
    Accept,
    Reject,
    Rewrite,
    Skip,
}

impl Replay {
    /// The decisions in `text`: a journal, or JSON Lines with `start`, `end`, `before`, `decision` (`accept`, `reject`,
    /// `rewrite` or `skip`) and, to rewrite, `text`. Places are bytes of the cleaned text. `place` is what errors call it.
    ///
    /// # Errors
    ///
    /// Where it is neither: the first line that is not, with what to write.
    pub fn read(place: &str, text: &str) -> Result<Replay> {
        #[derive(Deserialize)]
        struct Head {
            format: String,
        }
        let is_journal = serde_json::from_str::<Head>(text).is_ok_and(|head| head.format == FORMAT);
        if is_journal {
            Ok(Replay::of_journal(&Journal::from_json(place, text)?))
        } else {
            Replay::of_lines(place, text)
        }
    }

    /// Decides as the run did that `journal` is of: what it changed is changed, what it left is left.
    pub fn of_journal(journal: &Journal) -> Replay {
        let passes = journal.passes().iter().filter(|pass| pass.stage != "clean");
        let edits = passes.flat_map(|pass| &pass.edits).map(|record| &record.edit);
        let decided = |after: &str| Decided::Wording(after.to_string());
        let decisions = edits.map(|e| ((e.span, e.before.clone()), decided(&e.after))).collect();
        Replay { decisions, ..Replay::default() }
    }

    /// How many decisions there are.
    pub fn n_decisions(&self) -> usize {
        self.decisions.len()
    }

    /// How many of them no proposal came up for so far.
    pub fn n_unused(&self) -> usize {
        self.decisions.len() - self.used.len()
    }

    fn of_lines(place: &str, text: &str) -> Result<Replay> {
        let mut replay = Replay::default();
        for (n, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let place = format!("{place}:{}", n + 1);
            let fail = |fault: String, mend: &str| Error::new(ErrorKind::Usage, place.clone(), fault, mend);
            let line: Line = serde_json::from_str(line).map_err(|e| {
                let fault = e.to_string();
                let fault = fault.split(" at line ").next().unwrap_or_default();
                let fault: String = fault.escape_debug().take(200).collect();
                fail(format!("no decision: {fault}"), "write start, end, before and decision as one JSON object")
            })?;
            if line.end < line.start {
                return Err(fail("the span ends before it starts".to_string(), "write start and end in order"));
            }
            let decision = match (line.decision, line.text) {
                (Verb::Rewrite, Some(text)) => Decision::Rewrite(text),
                (Verb::Rewrite, None) => {
                    return Err(fail("rewrite without text".to_string(), "write the words to put there as text"));
                }
                (Verb::Accept, _) => Decision::Accept,
                (Verb::Reject, _) => Decision::Reject,
                (Verb::Skip, _) => Decision::Skip,
            };
            replay.decisions.insert((Span::new(line.start, line.end), line.before), Decided::As(decision));
        }
        Ok(replay)
    }
}

impl Reviewer for Replay {
    fn decide(&mut self, proposal: &Proposal) -> Decision {
        // Cloning the words for the look-up is cheap beside everything that made the proposal.
        let place = (proposal.edit.span, proposal.edit.before.clone());
        let decided = self.decisions.get(&place);
        if decided.is_some() {
            self.used.insert(place);
        }
        match decided {
            None => Decision::Skip,
            Some(Decided::As(decision)) => decision.clone(),
            Some(Decided::Wording(after)) if *after == proposal.edit.after => Decision::Accept,
            Some(Decided::Wording(after)) => Decision::Rewrite(after.clone()),
        }
    }
}
