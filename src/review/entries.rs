//! Proposed dictionary entries as a text of changes, so that a sitting decides about them as about a text's.

use crate::lexicon::format;
use crate::mine::evidence::{Evidence, State};
use crate::mine::propose::Proposal;
use crate::restore::proposal::{self, Applicability, Rival, Score};
use crate::text::edit::{Cause, Edit};
use crate::text::span::Span;

/// A text to decide about.
#[derive(Debug, Clone, Default)]
pub struct Desk {
    /// A line for each proposal, on the line where its file has it: the spun wording, and a place where it stood.
    pub text: String,
    /// Its lines.
    pub lines: Vec<Span>,
    /// The change that each proposal would make of its spun wording, in order of line.
    pub changes: Vec<proposal::Proposal>,
}

/// `proposals` of one file, in order of line, to be decided about.
pub fn desk(proposals: &[Proposal]) -> Desk {
    let mut desk = Desk::default();
    let mut number = 1;
    for (idx, Proposal { entry, evidence }) in proposals.iter().enumerate() {
        while number < entry.line {
            desk.text.push('\n');
            number += 1;
        }
        let start = desk.text.len();
        desk.text += &entry.spun;
        let span = Span::new(start, desk.text.len());
        if !evidence.example.is_empty() {
            desk.text += &format!("  ·  {}", evidence.example);
        }
        desk.lines.push(Span::new(start, desk.text.len()));
        let rival = |other: &Proposal| Rival {
            after: format::written(&other.entry.original).to_string(),
            probability: other.entry.weight.into(),
        };
        let is_rival = |other: &&Proposal| other.entry.spun == entry.spun && other.entry.original != entry.original;
        let near = idx.saturating_sub(NEAR)..(idx + 1 + NEAR).min(proposals.len());
        let mut rivals: Vec<Rival> = proposals[near].iter().filter(is_rival).map(rival).collect();
        rivals.sort_by(|a, b| b.probability.total_cmp(&a.probability));
        rivals.truncate(proposal::MAX_RIVALS);
        desk.changes.push(proposal::Proposal {
            edit: Edit {
                span,
                before: entry.spun.clone(),
                after: format::written(&entry.original).to_string(),
                cause: Cause { rule: told(entry.class.name(), evidence).into(), place: None },
            },
            probability: entry.weight.into(),
            applicability: match evidence.state {
                State::Add => Applicability::Apply,
                State::Ambiguous => Applicability::Offer,
                State::Noise => Applicability::Show,
            },
            score: Score::default(),
            rivals,
            units: (idx as u32, idx as u32 + 1),
        });
    }
    desk
}

/// How far away in a sorted file other originals of the same wording are looked for.
const NEAR: usize = 40;

/// What speaks for an entry, in a line.
fn told(class: &str, evidence: &Evidence) -> String {
    let Evidence { state, reason, count, places, forms, share, base_rate, ambiguity, .. } = evidence;
    let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
    format!(
        "{class}, {}{reason}; {count} texts, {places} places, {forms} forms, share {share:.2}, base {base_rate:.1} in a million, \
         ambiguity {ambiguity}",
        state.name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mine::proposals::read;

    #[test]
    fn a_desk_has_each_on_its_line() {
        let text = "# title: mined\n\nassault\tattack\tphrase\t0.5\nassault\tonset\tphrase\t0.2\n";
        let desk = desk(&read("m.tsv", text).unwrap());
        assert_eq!(desk.text.lines().collect::<Vec<_>>(), ["", "", "assault", "assault"]);
        assert_eq!(desk.changes[0].rivals[0].after, "onset");
        assert_eq!(desk.changes[1].edit.span.of(&desk.text), "assault");
        assert!(desk.changes[1].edit.cause.rule.starts_with("phrase, ambiguous; 0 texts"));
    }
}
