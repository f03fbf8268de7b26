//! Finds what dictionaries say of a wording, in both directions.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::lexicon::assemble::folded;
use crate::lexicon::entry::Entry;
use crate::lexicon::format::DictionaryFile;
use crate::lexicon::inflect::{forms, in_step};

/// On which side of an entry a wording stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// It is what a spinner writes.
    Spun,
    /// It is what stood there before.
    Original,
}

/// An entry that has the wording.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention<'a> {
    /// Where it has it.
    pub side: Side,
    /// Its file.
    pub file: &'a DictionaryFile,
    /// The entry.
    pub entry: &'a Entry,
    /// The pair of forms of which one is the wording.
    pub pair: (String, String),
}

/// The entries of `files` one of whose forms is `wording`, those that have it as spun first.
pub fn mentions<'a>(files: &'a [DictionaryFile], wording: &str) -> Vec<Mention<'a>> {
    let wanted = folded(wording);
    let first = wanted.chars().next();
    let mut found = Vec::new();
    for file in files {
        for entry in &file.entries {
            // Tens of thousands are asked; what is exact begins as it is looked up, signs and quotes aside.
            let begins = |text: &str| {
                let mut chars = text.chars().flat_map(char::to_lowercase);
                chars.next().is_none_or(|c| Some(c) == first || !c.is_alphanumeric())
            };
            if entry.class.is_exact() && !begins(&entry.spun) && !begins(&entry.original) {
                continue;
            }
            for (spun, original) in in_step(&entry.spun, &entry.original, entry.class) {
                for (side, form) in [(Side::Spun, &spun), (Side::Original, &original)] {
                    if folded(form) == wanted {
                        let pair = (spun.clone(), original.clone());
                        found.push(Mention { side, file, entry, pair });
                    }
                }
            }
        }
    }
    found.sort_by_key(|mention| mention.side);
    found
}

/// All forms in which `mentions` have their wording, and the wording itself; each as it is looked up.
pub fn forms_of(mentions: &[Mention], wording: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::from([folded(wording)]);
    for Mention { side, entry, .. } in mentions {
        let lemma = if *side == Side::Spun { &entry.spun } else { &entry.original };
        found.extend(forms(lemma, entry.class).iter().map(|form| folded(form)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;

    #[test]
    fn finds_both_sides_in_any_form() {
        let text = "combat\tfight\tverb\t0.5\nbrawl\tcombat\tnoun\t0.2\nfought\tcombated\tphrase\n";
        let files = [parse("f.tsv", text).unwrap()];
        let found: Vec<(Side, u32, String)> =
            mentions(&files, "Combated").into_iter().map(|m| (m.side, m.entry.line, m.pair.0)).collect();
        assert_eq!(found, [(Side::Spun, 1, "combated".to_string()), (Side::Original, 3, "fought".to_string())]);
        let found = mentions(&files, "combat");
        assert_eq!(found.len(), 2);
        let forms: Vec<String> = forms_of(&found, "combat").into_iter().collect();
        assert_eq!(forms, ["combat", "combated", "combating", "combats"]);
        assert!(mentions(&files, "peace").is_empty());
    }
}
