//! Brings decisions and proposals together: what is decided about each place of a text, and what cannot be done.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::restore::proposal::{Applicability, Proposal, Score};
use crate::review::anchor::{Anchor, Finder, Lost};
use crate::review::ledger::{Ledger, standing};
use crate::review::record::{Record, Scope, Verb};
use crate::review::{Decision, REVIEW};
use crate::text::edit::{Cause, Edit};
use crate::text::span::Span;

/// Where the records of a ledger belong in one text.
#[derive(Debug, Clone, Default)]
pub struct Anchors {
    /// For each record the place that it is about, where there is one.
    pub spans: Vec<Option<Span>>,
    /// Digests of the versions of this text that records are about.
    versions: FxHashSet<String>,
    /// Records that should be about this text, or may be, and have no place in it.
    pub lost: Vec<(usize, Lost)>,
    /// Records that were carried out before.
    pub made: Vec<usize>,
}

impl Anchors {
    /// Finds the places of the records of `ledger` in `text`, whose file has the digest `sha256`. Records about files
    /// with one of the digests `others` are left to those.
    pub fn find(ledger: &Ledger, sha256: &str, text: &str, others: &[&str]) -> Anchors {
        let records = &ledger.records;
        let stands = standing(records);
        let mut finder = Finder::new(sha256, text);
        let is_other = |record: &Record| {
            record.sha256.as_deref().is_some_and(|digest| digest != sha256 && others.contains(&digest))
        };
        let find = |(record, &stands): (&Record, &bool)| (stands && !is_other(record)).then(|| finder.find(record));
        let found: Vec<Option<Anchor>> = records.iter().zip(&stands).map(find).collect();
        // How many of the lines with each digest have a place here, and how many there are.
        let mut counts: FxHashMap<&str, (usize, usize)> = FxHashMap::default();
        for (record, anchor) in records.iter().zip(&found) {
            if let (Some(digest), Some(anchor)) = (record.sha256.as_deref(), anchor) {
                let count = counts.entry(digest).or_default();
                count.0 += usize::from(!matches!(anchor, Anchor::Lost(_)));
                count.1 += 1;
            }
        }
        let is_version = |digest: &str| {
            let (n_found, n_all) = counts.get(digest).copied().unwrap_or_default();
            digest == sha256 || (n_found > 0 && (!ledger.is_kept || n_found * 2 >= n_all))
        };
        let is_known = counts.contains_key(sha256);
        let mut anchors = Anchors { spans: vec![None; records.len()], ..Anchors::default() };
        for (idx, anchor) in found.into_iter().enumerate() {
            let Some(anchor) = anchor else { continue };
            let digest = records[idx].sha256.as_deref();
            if ledger.is_kept && !digest.is_none_or(is_version) {
                continue;
            }
            match anchor {
                Anchor::At(span) => anchors.spans[idx] = Some(span),
                Anchor::Made(_) => anchors.made.push(idx),
                // It was told when something was first decided about the file as it is now.
                Anchor::Lost(_) if is_known && digest.is_some_and(|digest| digest != sha256) => {}
                // What holds everywhere was mostly decided in another file.
                Anchor::Lost(_) if records[idx].scope == Scope::Everywhere && !digest.is_none_or(is_version) => {}
                Anchor::Lost(lost) => anchors.lost.push((idx, lost)),
            }
        }
        anchors.versions = counts.keys().filter(|digest| is_version(digest)).map(|digest| digest.to_string()).collect();
        anchors.versions.insert(sha256.to_string());
        anchors
    }

    /// One record more, which is about `span`, if about this text at all.
    pub fn push(&mut self, span: Option<Span>) {
        self.spans.push(span);
    }

    /// Takes the last record back.
    pub fn pop(&mut self) {
        self.spans.pop();
    }

    /// True where `record` was decided in this text or a version of it.
    fn is_of_text(&self, record: &Record) -> bool {
        record.sha256.as_deref().is_none_or(|digest| self.versions.contains(digest))
    }
}

/// What is decided about a place.
#[derive(Debug, Clone, PartialEq)]
pub struct Ruling {
    /// What becomes of the proposal.
    pub decision: Decision,
    /// The record that says so.
    pub record: usize,
    /// True where that record is about this very place; false where its scope reaches here.
    pub is_own: bool,
}

/// Why a record cannot be carried out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Its place is lost.
    Lost(Lost),
    /// It changes what another record changes.
    Overlaps(usize),
    /// It accepts what is proposed, and nothing is.
    NothingProposed,
}

/// For each place the last standing record that is about it, in the order of the records.
fn own(records: &[Record], spans: &[Option<Span>]) -> Vec<(usize, Span)> {
    let stands = standing(records);
    let mut last: FxHashMap<Span, usize> = FxHashMap::default();
    for (idx, span) in spans.iter().enumerate().filter(|&(idx, _)| stands[idx]) {
        if let Some(span) = span {
            last.insert(*span, idx);
        }
    }
    let mut own: Vec<(usize, Span)> = last.into_iter().map(|(span, idx)| (idx, span)).collect();
    own.sort_unstable();
    own
}

/// Adds to `proposals` of `text` what records put where nothing is proposed, and takes out what overlaps that; gives the
/// records that cannot be carried out.
pub fn complete(proposals: &mut Vec<Proposal>, records: &[Record], anchors: &Anchors) -> Vec<(usize, Refusal)> {
    let mut refused = Vec::new();
    // Places that change, and the records that change them; disjoint, so that neighbours tell of an overlap.
    let mut taken: BTreeMap<Span, usize> = BTreeMap::new();
    let proposed: FxHashMap<Span, &str> = proposals.iter().map(|p| (p.edit.span, p.edit.before.as_str())).collect();
    let mut more: Vec<Proposal> = Vec::new();
    for (idx, span) in own(records, &anchors.spans) {
        let record = &records[idx];
        if !matches!(record.decision, Verb::Accept | Verb::Rewrite) {
            continue;
        }
        let is_proposed = proposed.get(&span).is_some_and(|before| *before == record.before);
        let neighbours = [taken.range(..span).next_back(), taken.range(span..).next()];
        if let Some((_, &other)) = neighbours.into_iter().flatten().find(|(other, _)| other.overlaps(span)) {
            refused.push((idx, Refusal::Overlaps(other)));
            continue;
        }
        if !is_proposed {
            match record.wording() {
                None => {
                    refused.push((idx, Refusal::NothingProposed));
                    continue;
                }
                Some(wording) => more.push(of_record(record, span, wording)),
            }
        }
        taken.insert(span, idx);
    }
    if more.is_empty() {
        return refused;
    }
    let is_free = |p: &Proposal| !more.iter().any(|own| own.edit.span.overlaps(p.edit.span));
    proposals.retain(is_free);
    proposals.append(&mut more);
    proposals.sort_by_key(|p| p.edit.span);
    refused
}

/// The proposal that `record` stands for at `span`, where despin proposes nothing.
fn of_record(record: &Record, span: Span, wording: &str) -> Proposal {
    let after = record.after.clone().unwrap_or_else(|| wording.to_string());
    Proposal {
        edit: Edit { span, before: record.before.clone(), after, cause: Cause::rule(REVIEW) },
        probability: record.probability.unwrap_or(1.0).clamp(0.0, 1.0),
        applicability: Applicability::Show,
        score: Score::default(),
        rivals: Vec::new(),
        units: (0, 0),
    }
}

/// For each of `proposals`, what `records` decide about it.
pub fn rulings(records: &[Record], anchors: &Anchors, proposals: &[Proposal]) -> Vec<Option<Ruling>> {
    let own: FxHashMap<Span, usize> = own(records, &anchors.spans).into_iter().map(|(idx, span)| (span, idx)).collect();
    let stands = standing(records);
    let mut rules: FxHashMap<(&str, &str), Vec<usize>> = FxHashMap::default();
    for (idx, record) in records.iter().enumerate().filter(|&(idx, _)| stands[idx]) {
        let is_heard = record.scope == Scope::Everywhere || (record.scope == Scope::File && anchors.is_of_text(record));
        if let (true, Some(after)) = (is_heard, &record.after) {
            rules.entry((&record.before, after)).or_default().push(idx);
        }
    }
    let ruling = |proposal: &Proposal| {
        let edit = &proposal.edit;
        if let Some(&record) = own.get(&edit.span).filter(|&&record| records[record].before == edit.before) {
            let decision = match (records[record].decided()?, records[record].wording()) {
                // What was accepted then, and not what is proposed today.
                (Decision::Accept, Some(wording)) if wording != edit.after => Decision::Rewrite(wording.to_string()),
                (decision, _) => decision,
            };
            return Some(Ruling { decision, record, is_own: true });
        }
        let reaching = rules.get(&(edit.before.as_str(), edit.after.as_str()))?.iter().copied().filter(|&idx| {
            // Where the rule's own place is lost, all places come after it.
            anchors.spans[idx].is_none_or(|span| span.start < edit.span.start)
        });
        // The narrower scope, then the later line.
        let record = reaching.min_by_key(|&idx| (records[idx].scope, std::cmp::Reverse(idx)))?;
        Some(Ruling { decision: records[record].decided()?, record, is_own: false })
    };
    proposals.iter().map(ruling).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "He mentioned it. She mentioned it too. They mentioned nothing at all.";
    const DIGEST: &str = "0000000000000000000000000000000000000000000000000000000000000000";

    fn proposal(before: &str, nth: usize, after: &str) -> Proposal {
        let start = TEXT.match_indices(before).nth(nth).unwrap().0;
        let span = Span::new(start, start + before.len());
        let record = Record { start, end: span.end, before: before.into(), ..Record::default() };
        let mut proposal = of_record(&record, span, after);
        proposal.edit.cause = Cause::rule("dictionary");
        proposal
    }

    /// `VERB NTH [SCOPE] [TEXT]` about the nth `mentioned`.
    fn record(line: &str) -> Record {
        let words: Vec<&str> = line.split(' ').collect();
        let proposal = proposal("mentioned", words[1].parse().unwrap(), "said");
        let decision = match words[0] {
            "accept" => Decision::Accept,
            "reject" => Decision::Reject,
            "rewrite" => Decision::Rewrite(words[3].into()),
            "skip" => Decision::Skip,
            _ => return Record::new(DIGEST, TEXT, &proposal, &Decision::Skip, Scope::Here).undo(),
        };
        let scope = match words.get(2) {
            Some(&"file") => Scope::File,
            Some(&"everywhere") => Scope::Everywhere,
            _ => Scope::Here,
        };
        Record::new(DIGEST, TEXT, &proposal, &decision, scope)
    }

    /// What `lines` decide about the three `mentioned` of the text, whose digest is `digest`.
    fn decided(digest: &str, lines: &[&str]) -> String {
        let ledger = Ledger { records: lines.iter().map(|line| record(line)).collect(), ..Ledger::default() };
        let proposals: Vec<Proposal> = (0..3).map(|nth| proposal("mentioned", nth, "said")).collect();
        let anchors = Anchors::find(&ledger, digest, TEXT, &[DIGEST]);
        let word = |ruling: Option<Ruling>| match ruling.map(|ruling| ruling.decision) {
            None => "-".to_string(),
            Some(Decision::Accept) => "yes".to_string(),
            Some(Decision::Reject) => "no".to_string(),
            Some(Decision::Rewrite(text)) => text,
            Some(Decision::Skip) => "later".to_string(),
        };
        rulings(&ledger.records, &anchors, &proposals).into_iter().map(word).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn the_later_line_and_the_narrower_scope_win() {
        for (lines, expected) in [
            (vec!["accept 0"], "yes - -"),
            (vec!["accept 0", "reject 0"], "no - -"),
            (vec!["accept 0", "reject 0", "undo 0"], "yes - -"),
            (vec!["accept 1 file"], "- yes yes"),
            (vec!["accept 0 file", "reject 1 file"], "yes no no"),
            (vec!["reject 1 file", "accept 0 file"], "yes no yes"),
            (vec!["skip 2", "rewrite 0 file told"], "told told later"),
            (vec!["reject 0 file", "accept 1 everywhere"], "no yes no"),
            (vec!["accept 0 file", "undo 0"], "- - -"),
        ] {
            assert_eq!(decided(DIGEST, &lines), expected, "{lines:?}");
        }
    }

    #[test]
    fn only_what_holds_everywhere_reaches_other_files() {
        let other = "1".repeat(64);
        assert_eq!(decided(&other, &["accept 1 file"]), "- - -");
        assert_eq!(decided(&other, &["accept 1 everywhere"]), "yes yes yes");
    }

    #[test]
    fn decisions_stand_without_proposals_and_do_not_overlap() {
        let own = |before: &str, after: &str| {
            Record::new(DIGEST, TEXT, &proposal(before, 0, after), &Decision::Accept, Scope::Here)
        };
        let bare = Record { after: None, ..own("nothing", "x") };
        let records = vec![own("mentioned it", "said so"), own("it. She", "it; she"), bare];
        let ledger = Ledger { records, ..Ledger::default() };
        let anchors = Anchors::find(&ledger, DIGEST, TEXT, &[]);
        let mut proposals = vec![proposal("mentioned", 0, "said"), proposal("mentioned", 1, "said")];
        let refused = complete(&mut proposals, &ledger.records, &anchors);
        assert_eq!(refused, [(1, Refusal::Overlaps(0)), (2, Refusal::NothingProposed)]);
        let found: Vec<(&str, &str)> = proposals.iter().map(|p| (&*p.edit.before, &*p.edit.cause.rule)).collect();
        assert_eq!(found, [("mentioned it", "review"), ("mentioned", "dictionary")]);
    }

    #[test]
    fn a_kept_file_is_quiet_about_other_texts() {
        let text = "Something else. She named it too. They mentioned nothing at all. And so on.";
        let lost = |lines: &[&str], is_kept: bool| {
            let records = lines.iter().map(|line| record(line)).collect();
            let ledger = Ledger { records, is_kept, ..Ledger::default() };
            let anchors = Anchors::find(&ledger, &"1".repeat(64), text, &[]);
            (anchors.spans.iter().flatten().count(), anchors.lost.len())
        };
        assert_eq!(lost(&["accept 0", "accept 1", "accept 2"], true), (0, 0));
        assert_eq!(lost(&["accept 0", "accept 2"], true), (1, 1));
        assert_eq!(lost(&["accept 0", "accept 1", "accept 2"], false), (1, 2));
    }
}
