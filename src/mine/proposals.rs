//! Proposal files: written by mining, read again to be decided about (`review/entries.rs`).

use std::collections::BTreeSet;

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::entry::Entry;
use crate::lexicon::format::{self, parse};
use crate::lexicon::tidy::tidy;
use crate::mine::evidence::{COLUMNS, Evidence};
use crate::mine::propose::Proposal;

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
    let with_evidence = |entry: Entry| {
        let line = lines.get(entry.line as usize - 1).copied().unwrap_or_default();
        let evidence = Evidence::parse(line).map_err(|fault| {
            let mend = "give the file as `despin mine` wrote it";
            Error::new(ErrorKind::Dictionary, format!("{name}:{}", entry.line), fault, mend)
        })?;
        Ok(Proposal { entry, evidence: evidence.unwrap_or_default() })
    };
    file.entries.into_iter().map(with_evidence).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::entry::Class;
    use crate::mine::evidence::State;

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
}
