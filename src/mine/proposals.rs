//! Proposal files: written by mining, read again to be decided about.

use std::collections::BTreeSet;

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::format::{self, parse};
use crate::lexicon::tidy::tidy;
use crate::mine::evidence::{COLUMNS, Evidence, State};
use crate::mine::propose::Proposal;
use crate::restore::proposal::{self, Applicability, Rival, Score};
use crate::text::edit::{Cause, Edit};
use crate::text::span::Span;

/// What a mined dictionary says of itself.
pub const HEADER: &str = "# title: mined\n# family: mined\n# language: en\n# source: despin mine\n\
                          # licence: as the texts allow; entries are facts about wordings\n";

/// The file of `proposals`, in order of spun wording; of two with the same sides and class the first counts.
pub fn written<'a>(proposals: impl IntoIterator<Item = &'a Proposal>) -> String {
    let header = format!("{HEADER}# columns: {}\n", COLUMNS.join(" "));
    lines(header, proposals, |proposal| {
        let mut line = format::line(&proposal.entry);
        // The last columns of an entry are left out where they are empty; here others follow.
        let n_missing = format::COLUMNS - line.split('\t').count();
        line.extend(std::iter::repeat_n('\t', n_missing + 1));
        line + &proposal.evidence.columns()
    })
}

/// The plain dictionary of `proposals`, without what speaks for them.
pub fn dictionary<'a>(proposals: impl IntoIterator<Item = &'a Proposal>) -> String {
    lines(HEADER.to_string(), proposals, |proposal| format::line(&proposal.entry))
}

fn lines<'a>(
    header: String,
    proposals: impl IntoIterator<Item = &'a Proposal>,
    line: impl Fn(&Proposal) -> String,
) -> String {
    let mut pairs = BTreeSet::new();
    let mut text = header;
    for proposal in proposals {
        let entry = &proposal.entry;
        if entry.spun != entry.original && pairs.insert((&entry.spun, &entry.original, entry.class)) {
            text += &line(proposal);
            text.push('\n');
        }
    }
    tidy(&text)
}

/// The proposals in `text`, in order of line; a plain dictionary's entries are proposals, too, of which nothing is known.
///
/// # Errors
///
/// The first line that is no entry, or whose further columns say something else than [`COLUMNS`].
pub fn read(name: &str, text: &str) -> Result<Vec<Proposal>> {
    let file = parse(name, text)?;
    let lines: Vec<&str> = text.lines().collect();
    let with_evidence = |entry: crate::lexicon::entry::Entry| {
        let line = lines.get(entry.line as usize - 1).copied().unwrap_or_default();
        let evidence = Evidence::parse(line).map_err(|fault| {
            let mend = "give the file as `despin mine` wrote it";
            Error::new(ErrorKind::Dictionary, format!("{name}:{}", entry.line), fault, mend)
        })?;
        Ok(Proposal { entry, evidence: evidence.unwrap_or_default() })
    };
    file.entries.into_iter().map(with_evidence).collect()
}

/// Proposals as a text in which a review can decide about them as about a text's changes.
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
    use crate::lexicon::entry::{Class, Entry};

    fn proposal(spun: &str, original: &str, count: u32) -> Proposal {
        let entry = Entry {
            spun: spun.to_string(),
            original: original.to_string(),
            class: Class::Phrase,
            weight: 0.5,
            evidence: "mined".to_string(),
            note: String::new(),
            line: 0,
        };
        Proposal { entry, evidence: Evidence { state: State::Add, count, ..Evidence::default() } }
    }

    #[test]
    fn files_are_dictionaries_and_come_back() {
        let made =
            [proposal("uncommon", "rare", 3), proposal("assault", "attack", 2), proposal("assault", "attack", 9)];
        let text = written(&made);
        assert_eq!(parse("m.tsv", &text).unwrap().entries.len(), 2);
        let back = read("m.tsv", &text).unwrap();
        assert_eq!(back.iter().map(|p| p.evidence.count).collect::<Vec<_>>(), [2, 3]);
        assert_eq!(written(&back), text);
        assert_eq!(read("m.tsv", &dictionary(&made)).unwrap()[0].evidence, Evidence::default());
        let broken = text.replace("\tadd\t", "\tyes\t");
        let error = read("m.tsv", &broken).unwrap_err().to_string();
        assert_eq!(error, "m.tsv:7: no state \"yes\"; give the file as `despin mine` wrote it");
    }

    #[test]
    fn a_desk_has_each_on_its_line() {
        let made =
            read("m.tsv", &written(&[proposal("assault", "attack", 2), proposal("assault", "onset", 1)])).unwrap();
        let desk = desk(&made);
        let lines: Vec<&str> = desk.text.lines().collect();
        assert_eq!((lines[6], lines[7]), ("assault", "assault"));
        assert_eq!(desk.changes[0].rivals[0].after, "onset");
        assert_eq!(desk.changes[1].edit.span.of(&desk.text), "assault");
        assert!(desk.changes[1].edit.cause.rule.starts_with("phrase, add; 1 texts"));
    }
}
