//! Dictionary files put together into one lexicon, inflected and indexed both ways.

use rustc_hash::FxHashMap;

use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::format::DictionaryFile;
use crate::lexicon::inflect::in_step;
use crate::lexicon::matcher::{Matcher, NodeId, UnitId};
use crate::text::tokenize::tokenize;
use crate::text::unit::units;

/// Number of a phrase in a lexicon.
pub type PhraseId = u32;

/// A phrase in one inflected form: an original, a spun form, or both.
#[derive(Debug, Clone)]
pub struct Phrase {
    /// As the dictionary has it.
    pub text: String,
    /// Its units' numbers in the matcher.
    pub units: Box<[UnitId]>,
    /// Probability that a spinner which replaces every head it knows replaces this one: the sum of the weights of the
    /// entries that have it as original, at most [`MASS_LIMIT`].
    pub head_mass: f32,
}

/// What a spun phrase may have been.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// The original.
    pub original: PhraseId,
    /// The spun phrase.
    pub spun: PhraseId,
    /// P(spun | original) in a text whose spinner replaces every head it knows.
    pub weight: f32,
    /// The entry that says so.
    pub entry: EntryId,
}

/// Number of an entry in a lexicon.
pub type EntryId = u32;

/// No head is known so well that its survival is impossible.
pub const MASS_LIMIT: f32 = 0.98;

/// Dictionaries, put together: later files win over earlier ones.
#[derive(Debug, Clone, Default)]
pub struct Lexicon {
    files: Vec<String>,
    families: Vec<String>,
    entries: Vec<(u16, Entry)>,
    matcher: Matcher,
    phrases: Vec<Phrase>,
    // By node of the matcher.
    targets: Vec<Vec<Target>>,
    phrase_at: Vec<Option<PhraseId>>,
}

impl Lexicon {
    /// The lexicon of `files`. Where two have a pair of one class, the later one's weight holds; weight 0 removes it.
    pub fn new(files: Vec<DictionaryFile>) -> Self {
        let n_entries = files.iter().map(|f| f.entries.len()).sum::<usize>();
        let mut lexicon = Lexicon { matcher: Matcher::with_capacity(n_entries * 3), ..Lexicon::default() };
        let overridden = overridden(&files);
        for (file_idx, file) in files.into_iter().enumerate() {
            lexicon.families.push(file.family);
            lexicon.files.push(file.name);
            for (idx, entry) in file.entries.into_iter().enumerate() {
                if entry.weight > 0.0 && !overridden.contains_key(&(file_idx, idx)) {
                    lexicon.add(file_idx as u16, entry);
                }
            }
        }
        lexicon.weigh_heads();
        lexicon
    }

    fn add(&mut self, file: u16, entry: Entry) {
        let id = self.entries.len() as EntryId;
        for (spun, original) in in_step(&entry.spun, &entry.original, entry.class) {
            let (spun_node, spun) = self.phrase(&spun);
            let (_, original) = self.phrase(&original);
            if spun == original {
                continue;
            }
            let targets = &mut self.targets[spun_node as usize];
            match targets.iter_mut().find(|t| t.original == original) {
                // A noun and a verb entry may share a form (`attack`, `attacks`).
                Some(known) if known.weight >= entry.weight => {}
                Some(known) => *known = Target { weight: entry.weight, entry: id, ..*known },
                None => targets.push(Target { original, spun, weight: entry.weight, entry: id }),
            }
        }
        self.entries.push((file, entry));
    }

    fn phrase(&mut self, text: &str) -> (NodeId, PhraseId) {
        let ids: Vec<UnitId> = units(text, &tokenize(text)).iter().map(|u| self.matcher.intern(&u.folded)).collect();
        let node = self.matcher.insert(&ids);
        let n = self.matcher.n_nodes();
        self.targets.resize_with(n, Vec::new);
        self.phrase_at.resize(n, None);
        let next = self.phrases.len() as PhraseId;
        let phrase = *self.phrase_at[node as usize].get_or_insert(next);
        if phrase == next {
            self.phrases.push(Phrase { text: text.to_string(), units: ids.into(), head_mass: 0.0 });
        }
        (node, phrase)
    }

    /// Sums the weights of each head's entries, and scales them where they pass what a probability can be.
    fn weigh_heads(&mut self) {
        for targets in &self.targets {
            for target in targets {
                self.phrases[target.original as usize].head_mass += target.weight;
            }
        }
        for targets in &mut self.targets {
            for target in targets {
                let mass = self.phrases[target.original as usize].head_mass;
                if mass > MASS_LIMIT {
                    target.weight *= MASS_LIMIT / mass;
                }
            }
        }
        for phrase in &mut self.phrases {
            phrase.head_mass = phrase.head_mass.min(MASS_LIMIT);
        }
    }

    /// The trie over all phrases.
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// What the phrase that ends at `node` may have been; empty where none is spun.
    pub fn targets(&self, node: NodeId) -> &[Target] {
        &self.targets[node as usize]
    }

    /// The phrase that ends at `node`.
    pub fn phrase_at(&self, node: NodeId) -> Option<PhraseId> {
        self.phrase_at[node as usize]
    }

    /// A phrase by its number.
    pub fn get(&self, phrase: PhraseId) -> &Phrase {
        &self.phrases[phrase as usize]
    }

    /// How many phrases there are.
    pub fn n_phrases(&self) -> usize {
        self.phrases.len()
    }

    /// An entry by its number.
    pub fn entry(&self, id: EntryId) -> &Entry {
        &self.entries[id as usize].1
    }

    /// How many entries there are.
    pub fn n_entries(&self) -> usize {
        self.entries.len()
    }

    /// Where an entry stands, as `FILE:LINE`.
    pub fn place(&self, id: EntryId) -> String {
        let (file, entry) = &self.entries[id as usize];
        format!("{}:{}", self.files[*file as usize], entry.line)
    }

    /// The family of an entry's file.
    pub fn family(&self, id: EntryId) -> &str {
        &self.families[self.entries[id as usize].0 as usize]
    }
}

/// The entries, by file and place, that a later file has again.
fn overridden(files: &[DictionaryFile]) -> FxHashMap<(usize, usize), ()> {
    let mut found = FxHashMap::default();
    if files.len() < 2 {
        return found;
    }
    let mut last: FxHashMap<(&str, &str, Class), (usize, usize)> = FxHashMap::default();
    for (file_idx, file) in files.iter().enumerate() {
        for (idx, entry) in file.entries.iter().enumerate() {
            let key = (entry.spun.as_str(), entry.original.as_str(), entry.class);
            if let Some(earlier) = last.insert(key, (file_idx, idx)) {
                found.insert(earlier, ());
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;

    fn lexicon(files: &[&str]) -> Lexicon {
        let parsed = files.iter().enumerate().map(|(i, text)| parse(&format!("f{i}.tsv"), text).unwrap()).collect();
        Lexicon::new(parsed)
    }

    fn originals(lexicon: &Lexicon, text: &str) -> Vec<(usize, String)> {
        let ids: Vec<_> = units(text, &tokenize(text)).iter().map(|u| lexicon.matcher.id(&u.folded)).collect();
        let mut found = Vec::new();
        let mut node = crate::lexicon::matcher::ROOT;
        for (depth, id) in ids.iter().enumerate() {
            let Some(next) = id.and_then(|id| lexicon.matcher.step(node, id)) else { break };
            node = next;
            for target in lexicon.targets(node) {
                found.push((depth + 1, lexicon.get(target.original).text.clone()));
            }
        }
        found
    }

    #[test]
    fn offers_longest_and_shorter_matches() {
        let lexicon = lexicon(&["entrance\tfront\tnoun\nentrance trace\tfront line\tnoun\n"]);
        assert_eq!(originals(&lexicon, "entrance traces"), [(1, "front".into()), (2, "front lines".into())]);
        assert_eq!(originals(&lexicon, "entranced"), []);
    }

    #[test]
    fn later_files_win_and_zero_removes() {
        let lexicon = lexicon(&["a\tb\tphrase\t0.5\nc\td\tphrase\n", "a\tb\tphrase\t0\nc\td\tphrase\t0.9\n"]);
        assert_eq!(originals(&lexicon, "a"), []);
        assert_eq!(originals(&lexicon, "c"), [(1, "d".into())]);
        assert_eq!(lexicon.place(0), "f1.tsv:2");
    }

    #[test]
    fn masses_stay_probabilities() {
        let lexicon = lexicon(&["a\tz\tphrase\t0.9\nb\tz\tphrase\t0.9\n"]);
        let head = lexicon.phrases.iter().find(|p| p.text == "z").unwrap();
        assert_eq!(head.head_mass, MASS_LIMIT);
        let sum: f32 = lexicon.targets.iter().flatten().map(|t| t.weight).sum();
        assert!((sum - MASS_LIMIT).abs() < 1e-6);
    }
}
