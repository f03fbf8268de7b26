//! A finished run as plain data: what came in, what was found, what was proposed and decided, what came out.

use serde::Serialize;

use crate::detect::verdict::Verdict;
use crate::diff::Move;
use crate::journal::{Grounds, Journal, Rival};
use crate::page::Metadata;
use crate::restore::proposal::Proposal;
use crate::review::Decision;
use crate::text::edit::{Edit, EditScript};
use crate::text::offsets::OffsetMap;
use crate::text::source::Layout;

/// A finished run.
///
/// Every stage's value is here as that stage left it. Spans of `cleaning` are places in `source`; those of the verdict, of
/// `proposals` and of `restoring` are places in `cleaned`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// How the text was laid out as bytes.
    pub layout: Layout,
    /// The text as it came in; of a web page, its article as it was extracted.
    pub source: String,
    /// What the web page says of its article, where the text came as one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page: Option<Metadata>,
    /// What cleaning changed.
    pub cleaning: EditScript,
    /// The text after cleaning.
    pub cleaned: String,
    /// Whether it was spun.
    pub verdict: Verdict,
    /// What restoring proposes, in order of place; none for a genuine text, unless forced.
    pub proposals: Vec<Proposal>,
    /// For each proposal, what was decided.
    pub decisions: Vec<Decision>,
    /// What restoring changed.
    pub restoring: EditScript,
    /// The text after restoring.
    pub restored: String,
    /// That text as bytes, by the layout that the first bytes had.
    #[serde(skip)]
    pub restored_bytes: Vec<u8>,
    /// Every edit, for the way back.
    pub journal: Journal,
}

impl Report {
    /// True where the bytes that came out are not those that came in.
    pub fn is_changed(&self) -> bool {
        self.journal.before.sha256 != self.journal.after.sha256
    }

    /// How many edits were made, in all passes.
    pub fn n_edits(&self) -> usize {
        self.cleaning.edits().len() + self.restoring.edits().len()
    }

    /// All passes as one script over `source`.
    pub fn script(&self) -> EditScript {
        self.cleaning.then(&self.restoring)
    }

    /// The proposals that were not made, in order of place.
    pub fn left(&self) -> impl Iterator<Item = &Proposal> {
        let pairs = self.proposals.iter().zip(&self.decisions);
        pairs
            .filter(|(_, decision)| matches!(decision, Decision::Reject | Decision::Skip))
            .map(|(proposal, _)| proposal)
    }
}

/// What spoke for `proposal`, as a journal keeps it.
pub fn grounds(proposal: &Proposal) -> Grounds {
    let score = &proposal.score;
    let parts = [("language_model", score.language_model), ("channel", score.channel), ("spelling", score.spelling)];
    let rival =
        |rival: &crate::restore::proposal::Rival| Rival { after: rival.after.clone(), probability: rival.probability };
    Grounds {
        probability: proposal.probability,
        parts: parts.into_iter().map(|(name, nats)| (name.to_string(), nats)).collect(),
        rivals: proposal.rivals.iter().map(rival).collect(),
    }
}

/// Two states of one text, and the edits between them: what a renderer shows.
///
/// It is made of a [`Report`], or of any two texts; a renderer does not care.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    /// What the first state is called, as a rule its path.
    pub before_name: String,
    /// What the second state is called.
    pub after_name: String,
    /// The first state as a file has it.
    pub before_bytes: Vec<u8>,
    /// The second state as a file has it.
    pub after_bytes: Vec<u8>,
    /// The first state's text.
    pub before: String,
    /// The second state's text.
    pub after: String,
    /// The changes between the two, in order of place.
    pub changes: Vec<Change>,
    /// Paragraphs that were moved: each lies in a change that takes it away, and in one that puts it elsewhere.
    pub moves: Vec<Move>,
    /// What was thought of the text, where it was judged.
    pub verdict: Option<Verdict>,
    /// Proposals that were not made; their spans are those of the first state.
    pub left: Vec<Change>,
    /// What the web page says of its article, where the first state is one; `before` is then the article as it was extracted.
    pub page: Option<Metadata>,
}

/// One change, and what spoke for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The pass that made it: `clean` or `restore`; `diff` where two files are compared.
    pub stage: &'static str,
    /// The change; its span is a place in the first state.
    pub edit: Edit,
    /// What spoke for it, where it was weighed.
    pub grounds: Option<Grounds>,
}

impl Comparison {
    /// What `report` changed in `bytes`, which are called `name`.
    pub fn of_report(name: &str, bytes: &[u8], report: Report) -> Comparison {
        let map = OffsetMap::of(&report.cleaning);
        let weighed: Vec<(Edit, Grounds)> = report
            .proposals
            .iter()
            .zip(&report.decisions)
            .map(|(proposal, decision)| (decision.applied_to(proposal), grounds(proposal)))
            .collect();
        let in_source = |edit: &Edit| {
            let span = map.span_backward(edit.span);
            Edit { span, before: span.of(&report.source).to_string(), ..edit.clone() }
        };
        let script = report.script();
        let changes = script.edits().iter().map(|edit| {
            // A composed edit keeps the cause of its parts; the weighed one among them is found by its place.
            let found = weighed.iter().find(|(one, _)| {
                let place = map.span_backward(one.span);
                place.overlaps(edit.span) || place == edit.span
            });
            let is_cleaning = report.cleaning.edits().contains(edit);
            let (stage, grounds) = if is_cleaning { ("clean", None) } else { ("restore", found.map(|f| f.1.clone())) };
            Change { stage, edit: edit.clone(), grounds }
        });
        let mut left: Vec<Change> = report
            .left()
            .map(|proposal| Change {
                stage: "restore",
                edit: in_source(&proposal.edit),
                grounds: Some(grounds(proposal)),
            })
            .collect();
        left.sort_by_key(|change| change.edit.span);
        Comparison {
            before_name: name.to_string(),
            after_name: name.to_string(),
            before_bytes: bytes.to_vec(),
            changes: changes.collect(),
            moves: Vec::new(),
            left,
            verdict: Some(report.verdict),
            page: report.page,
            before: report.source,
            after: report.restored,
            after_bytes: report.restored_bytes,
        }
    }

    /// What `report` restored in the cleaned text, without what cleaning changed: for judging by the true original,
    /// which is a matter of words.
    pub fn of_restoring(name: &str, report: &Report) -> Comparison {
        let weighed: Vec<(Edit, &Proposal)> = report
            .proposals
            .iter()
            .zip(&report.decisions)
            .map(|(proposal, decision)| (decision.applied_to(proposal), proposal))
            .collect();
        let changes = report.restoring.edits().iter().map(|edit| {
            let found = weighed.iter().find(|(one, _)| one.span == edit.span);
            Change { stage: "restore", edit: edit.clone(), grounds: found.map(|(_, proposal)| grounds(proposal)) }
        });
        Comparison {
            before_name: name.to_string(),
            after_name: name.to_string(),
            before_bytes: report.cleaned.clone().into_bytes(),
            after_bytes: report.restored.clone().into_bytes(),
            before: report.cleaned.clone(),
            after: report.restored.clone(),
            changes: changes.collect(),
            verdict: Some(report.verdict.clone()),
            ..Comparison::default()
        }
    }

    /// True where nothing differs, not even a byte.
    pub fn is_empty(&self) -> bool {
        self.before_bytes == self.after_bytes
    }
}
