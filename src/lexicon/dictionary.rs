//! Dictionaries put together into one lexicon, inflected and indexed both ways.
//!
//! It lies in a few plain arrays of numbers and not in a struct a phrase and a struct an entry, so that the built-in one is
//! used where its compiled form lies in the program (see [`image`](crate::lexicon::image)); phrases, entries and targets are
//! made of numbers when they are asked for.

use rustc_hash::FxHashSet;

use crate::lexicon::assemble::{assemble, folded};
use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::format::DictionaryFile;
use crate::lexicon::matcher::{Matcher, NodeId, UnitId};
use crate::lexicon::texts::{Table, TextId, Texts};

/// Number of a phrase in a lexicon.
pub type PhraseId = u32;

/// A phrase in one inflected form: an original, a spun form, or both.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Phrase<'a> {
    /// As the dictionary has it.
    pub text: &'a str,
    /// Its units' numbers in the matcher.
    pub units: &'a [UnitId],
    /// Probability that a spinner which replaces every head it knows replaces this one: the sum of the weights of the
    /// entries that have it as original, at most [`MASS_LIMIT`].
    pub head_mass: f32,
    /// The family that knows it best as a head.
    pub head_family: FamilyId,
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

/// Number of a spinner family in a lexicon.
pub type FamilyId = u32;

/// Number of an entry in a lexicon.
pub type EntryId = u32;

/// No head is known so well that its survival is impossible.
pub const MASS_LIMIT: f32 = 0.98;

/// Dictionaries, put together: later files win over earlier ones, exact entries over inflected ones.
#[derive(Debug, Clone, PartialEq)]
pub struct Lexicon {
    // Of each file.
    pub(super) files: Texts,
    pub(super) families: Texts,
    /// What phrases and entries say.
    pub(super) texts: Texts,
    pub(super) entries: Table<[u32; Row::LEN]>,
    pub(super) matcher: Matcher,
    // By phrase.
    pub(super) phrase_texts: Table<TextId>,
    /// Where each phrase's units begin in `phrase_units`; one more at the end.
    pub(super) phrase_starts: Table<u32>,
    pub(super) phrase_units: Table<UnitId>,
    pub(super) head_masses: Table<f32>,
    pub(super) head_families: Table<FamilyId>,
    // By node of the matcher.
    /// The phrase that ends there, or [`NO_PHRASE`].
    pub(super) node_phrases: Table<PhraseId>,
    /// Where each node's targets begin in `targets`; one more at the end.
    pub(super) target_starts: Table<u32>,
    pub(super) targets: Table<[u32; Target::LEN]>,
    /// Pairs that are not proposed, whatever makes them; the units of both, with spaces between. The built-in
    /// dictionaries have none, so the compiled form has no place for them.
    pub(super) refused: FxHashSet<(String, String)>,
}

/// An entry as a lexicon has it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Row {
    pub(super) spun: TextId,
    pub(super) original: TextId,
    pub(super) evidence: TextId,
    pub(super) note: TextId,
    pub(super) line: u32,
    pub(super) weight: f32,
    pub(super) file: u16,
    pub(super) class: Class,
}

impl Row {
    pub(super) const LEN: usize = 7;

    pub(super) fn to_words(self) -> [u32; Row::LEN] {
        let kind = u32::from(self.file) << 8 | self.class as u32;
        [self.spun, self.original, self.evidence, self.note, self.line, self.weight.to_bits(), kind]
    }

    #[inline]
    pub(super) fn from_words(words: &[u32; Row::LEN]) -> Self {
        let [spun, original, evidence, note, line, weight, kind] = *words;
        let class = Class::ALL[(kind & 0xff) as usize];
        Row { spun, original, evidence, note, line, weight: f32::from_bits(weight), file: (kind >> 8) as u16, class }
    }
}

impl Target {
    pub(super) const LEN: usize = 4;

    pub(super) fn to_words(self) -> [u32; Target::LEN] {
        [self.original, self.spun, self.weight.to_bits(), self.entry]
    }

    #[inline]
    pub(super) fn from_words(words: &[u32; Target::LEN]) -> Self {
        let [original, spun, weight, entry] = *words;
        Target { original, spun, weight: f32::from_bits(weight), entry }
    }
}

/// Stands where a node ends no phrase.
pub(super) const NO_PHRASE: PhraseId = PhraseId::MAX;

impl Lexicon {
    /// The lexicon of `files`.
    ///
    /// Where two have a pair of one class, the later one's weight holds; weight 0 removes it. Where an exact entry
    /// (adv, phrase, name) has a pair that inflecting an entry of the same file or an earlier one makes too, the exact
    /// one's weight holds, also when it is lower; weight 0 removes just that pair. Else the higher weight holds. An exact
    /// entry of weight 0 whose evidence is [`REJECTED`] removes the pair from all entries of the same file or an earlier
    /// one, and from changes that entries of more words come down to: see [`is_refused`](Lexicon::is_refused).
    ///
    /// [`REJECTED`]: crate::lexicon::entry::REJECTED
    ///
    /// ```
    /// use despin::lexicon::{dictionary::Lexicon, format::parse};
    /// let text = "good\twell\tnoun\t0.3\ngoods\twells\tphrase\t0\n";
    /// let lexicon = Lexicon::new(vec![parse("a.tsv", text)?]);
    /// let originals = |spun: &str| {
    ///     let node = lexicon.matcher().step(0, lexicon.matcher().id(spun).unwrap()).unwrap();
    ///     lexicon.targets(node).map(|t| lexicon.get(t.original).text).collect::<Vec<_>>()
    /// };
    /// assert_eq!((originals("good"), originals("goods")), (vec!["well"], vec![]));
    /// # Ok::<(), despin::Error>(())
    /// ```
    pub fn new(files: Vec<DictionaryFile>) -> Self {
        assemble(&files)
    }

    /// The trie over all phrases.
    pub fn matcher(&self) -> &Matcher {
        &self.matcher
    }

    /// What the phrase that ends at `node` may have been; empty where none is spun.
    #[inline]
    pub fn targets(&self, node: NodeId) -> impl ExactSizeIterator<Item = Target> + Clone + '_ {
        let node = node as usize;
        let range = self.target_starts[node] as usize..self.target_starts[node + 1] as usize;
        self.targets[range].iter().map(Target::from_words)
    }

    /// What all phrases may have been, those of one spun phrase together.
    pub fn all_targets(&self) -> impl ExactSizeIterator<Item = Target> + Clone + '_ {
        self.targets.iter().map(Target::from_words)
    }

    /// True where a user rejected `original` for `spun`: it is not proposed then, also where an entry of more words comes to
    /// the same.
    ///
    /// ```
    /// use despin::lexicon::{dictionary::Lexicon, format::parse};
    /// let known = parse("a.tsv", "this twelvemonth\tthis year\tphrase\t0.9\n")?;
    /// let mine = parse("mine.tsv", "twelvemonth\tyear\tphrase\t0\trejected\n")?;
    /// let lexicon = Lexicon::new(vec![known, mine]);
    /// assert!(lexicon.is_refused("Twelvemonth", "Year") && !lexicon.is_refused("year", "twelvemonth"));
    /// # Ok::<(), despin::Error>(())
    /// ```
    pub fn is_refused(&self, spun: &str, original: &str) -> bool {
        // Nearly every lexicon has none, and asks for each change of each text.
        !self.refused.is_empty() && self.refused.contains(&(folded(spun), folded(original)))
    }

    /// The phrase that ends at `node`.
    pub fn phrase_at(&self, node: NodeId) -> Option<PhraseId> {
        Some(self.node_phrases[node as usize]).filter(|&phrase| phrase != NO_PHRASE)
    }

    /// A phrase by its number.
    pub fn get(&self, phrase: PhraseId) -> Phrase<'_> {
        let phrase = phrase as usize;
        Phrase {
            text: self.texts.get(self.phrase_texts[phrase]),
            units: &self.phrase_units[self.phrase_starts[phrase] as usize..self.phrase_starts[phrase + 1] as usize],
            head_mass: self.head_masses[phrase],
            head_family: self.head_families[phrase],
        }
    }

    /// A phrase's [`head_mass`](Phrase::head_mass) and [`head_family`](Phrase::head_family); nothing else of it is looked at.
    #[inline]
    pub fn head(&self, phrase: PhraseId) -> (f32, FamilyId) {
        (self.head_masses[phrase as usize], self.head_families[phrase as usize])
    }

    /// True where `phrase` has no units: what was put into a text has it as original.
    #[inline]
    pub fn is_deletion(&self, phrase: PhraseId) -> bool {
        self.phrase_starts[phrase as usize] == self.phrase_starts[phrase as usize + 1]
    }

    /// How many phrases there are.
    pub fn n_phrases(&self) -> usize {
        self.phrase_texts.len()
    }

    /// An entry by its number.
    pub fn entry(&self, id: EntryId) -> Entry<&str> {
        let Row { spun, original, evidence, note, line, weight, class, .. } =
            Row::from_words(&self.entries[id as usize]);
        Entry {
            spun: self.texts.get(spun),
            original: self.texts.get(original),
            class,
            weight,
            evidence: self.texts.get(evidence),
            note: self.texts.get(note),
            line,
        }
    }

    /// The class of an entry; nothing else of it is looked at.
    pub fn class(&self, id: EntryId) -> Class {
        Row::from_words(&self.entries[id as usize]).class
    }

    /// How many entries there are.
    pub fn n_entries(&self) -> usize {
        self.entries.len()
    }

    /// Where an entry stands, as `FILE:LINE`.
    pub fn place(&self, id: EntryId) -> String {
        let row = Row::from_words(&self.entries[id as usize]);
        format!("{}:{}", self.files.get(row.file.into()), row.line)
    }

    /// How many numbers of families there may be; every [`FamilyId`] is below.
    pub fn n_families(&self) -> usize {
        self.families.len()
    }

    /// The name of a family.
    pub fn family_name(&self, family: FamilyId) -> &str {
        self.families.get(family)
    }

    /// The family of an entry's file.
    pub fn family(&self, id: EntryId) -> &str {
        self.families.get(Row::from_words(&self.entries[id as usize]).file.into())
    }
}

impl Default for Lexicon {
    fn default() -> Self {
        Lexicon::new(Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, HashMap};

    use super::*;
    use crate::lexicon::builtin;
    use crate::lexicon::format::parse;
    use crate::lexicon::inflect::in_step;
    use crate::lexicon::matcher::ROOT;
    use crate::text::tokenize::tokenize;
    use crate::text::unit::units;

    fn files(texts: &[&str]) -> Vec<DictionaryFile> {
        texts.iter().enumerate().map(|(i, text)| parse(&format!("f{i}.tsv"), text).unwrap()).collect()
    }

    fn folded(text: &str) -> Vec<String> {
        units(text, &tokenize(text)).into_iter().map(|unit| unit.folded).collect()
    }

    /// Each pair with the place of its entry, and its weight; each head, and its mass.
    type Sums = BTreeMap<String, f64>;

    /// What a lexicon of `files` says, made in the simplest way.
    fn plain(files: &[DictionaryFile]) -> Sums {
        struct Claim<'a> {
            pair: (Vec<String>, Vec<String>),
            file: usize,
            entry: &'a Entry,
        }
        let all: Vec<(usize, &Entry)> =
            files.iter().enumerate().flat_map(|(file, f)| f.entries.iter().map(move |e| (file, e))).collect();
        let mut last = HashMap::new();
        for (idx, (_, e)) in all.iter().enumerate() {
            last.insert((&e.spun, &e.original, e.class), idx);
        }
        let mut by_pair: HashMap<_, Vec<Claim>> = HashMap::new();
        for (idx, &(file, entry)) in all.iter().enumerate() {
            if last[&(&entry.spun, &entry.original, entry.class)] != idx {
                continue;
            }
            for (spun, original) in in_step(&entry.spun, &entry.original, entry.class) {
                let pair = (folded(&spun), folded(&original));
                if pair.0 != pair.1 {
                    by_pair.entry(pair.clone()).or_default().push(Claim { pair, file, entry });
                }
            }
        }
        let mut pairs: Vec<&Claim> = Vec::new();
        for claims in by_pair.values() {
            let exact = claims.iter().filter(|c| c.entry.class.is_exact()).map(|c| c.file).max();
            let mut heard: Vec<&Claim> =
                claims.iter().filter(|c| c.entry.class.is_exact() || exact.is_none_or(|file| file < c.file)).collect();
            heard.retain(|c| c.entry.weight > 0.0);
            // The first of the heaviest.
            heard.sort_by(|a, b| b.entry.weight.total_cmp(&a.entry.weight));
            pairs.extend(heard.first());
        }
        let mut masses: BTreeMap<&Vec<String>, f64> = Default::default();
        for claim in &pairs {
            *masses.entry(&claim.pair.1).or_default() += f64::from(claim.entry.weight);
        }
        let limit = f64::from(MASS_LIMIT);
        let mut sums = Sums::new();
        for (head, mass) in &masses {
            sums.insert(head.join(" "), mass.min(limit));
        }
        for Claim { pair: (spun, original), file, entry } in pairs {
            let weight = f64::from(entry.weight) * (limit / masses[original]).min(1.0);
            let place = format!("{}:{}", files[*file].name, entry.line);
            sums.insert(format!("{} -> {} {place}", original.join(" "), spun.join(" ")), weight);
        }
        sums
    }

    /// The same as read off a lexicon through its trie.
    fn read_off(lexicon: &Lexicon) -> Sums {
        let words: HashMap<UnitId, &str> = lexicon.matcher.units().map(|(word, id)| (id, word)).collect();
        let say = |units: &[UnitId]| units.iter().map(|unit| words[unit]).collect::<Vec<_>>().join(" ");
        let mut sums = Sums::new();
        let mut n_targets = 0;
        for phrase in 0..lexicon.n_phrases() as PhraseId {
            let Phrase { text, units, head_mass, .. } = lexicon.get(phrase);
            assert_eq!(say(units), folded(text).join(" "));
            let node = units.iter().fold(ROOT, |node, &unit| lexicon.matcher.step(node, unit).unwrap());
            assert_eq!(lexicon.phrase_at(node), Some(phrase));
            if head_mass > 0.0 {
                assert_eq!(sums.insert(say(units), head_mass.into()), None);
            }
            for target in lexicon.targets(node) {
                assert_eq!(target.spun, phrase);
                n_targets += 1;
                let original = say(lexicon.get(target.original).units);
                let pair = format!("{original} -> {} {}", say(units), lexicon.place(target.entry));
                assert_eq!(sums.insert(pair, target.weight.into()), None);
            }
        }
        assert_eq!(lexicon.targets.len(), n_targets);
        sums
    }

    fn assert_same(files: &[DictionaryFile]) {
        let (got, expected) = (read_off(&Lexicon::new(files.to_vec())), plain(files));
        for (got, expected) in got.iter().zip(&expected) {
            assert!(got.0 == expected.0 && (got.1 - expected.1).abs() < 1e-6, "{got:?} is not {expected:?}");
        }
        assert_eq!(got.len(), expected.len());
    }

    /// That `texts` put together have just the pairs `expected`, as `ORIGINAL -> SPUN PLACE`, and their weights.
    fn check(texts: &[&str], expected: &[(&str, f32)]) {
        let files = files(texts);
        assert_same(&files);
        let mut got = read_off(&Lexicon::new(files));
        got.retain(|pair, _| pair.contains(" -> "));
        let got: Vec<(&str, f32)> = got.iter().map(|(pair, &weight)| (pair.as_str(), weight as f32)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn the_built_in_ones_are_as_made_in_the_simplest_way() {
        let mut files = builtin::files().unwrap();
        assert_same(&files);
        let n = files[0].entries.len();
        // A file of a user's: other weights for some, none for some, exact forms of some.
        let mut mine = DictionaryFile { name: "mine.tsv".into(), ..files[0].clone() };
        mine.entries.retain(|e| e.line % 7 == 0);
        for (idx, entry) in mine.entries.iter_mut().enumerate() {
            entry.line = idx as u32 + 1;
            entry.weight = [0.0, 0.001, 0.9][idx % 3];
            if idx % 2 == 0 {
                let (spun, original) = in_step(&entry.spun, &entry.original, entry.class).pop().unwrap();
                *entry = Entry { spun, original, class: Class::Phrase, ..entry.clone() };
            }
        }
        assert!(mine.entries.len() > n / 10);
        files.push(mine);
        assert_same(&files);
    }

    #[test]
    fn entries_are_as_in_their_files() {
        let files = builtin::files().unwrap();
        let lexicon = builtin::lexicon().unwrap();
        let mut id = 0;
        for file in &files {
            for entry in file.entries.iter().filter(|e| e.weight > 0.0) {
                assert_eq!(lexicon.entry(id).into_owned(), *entry);
                assert_eq!(lexicon.place(id), format!("{}:{}", file.name, entry.line));
                assert_eq!(lexicon.family(id), file.family);
                id += 1;
            }
        }
        assert_eq!(lexicon.n_entries(), id as usize);
    }

    fn originals(lexicon: &Lexicon, text: &str) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        let mut node = ROOT;
        for (depth, unit) in folded(text).iter().enumerate() {
            let Some(next) = lexicon.matcher.id(unit).and_then(|id| lexicon.matcher.step(node, id)) else { break };
            node = next;
            for target in lexicon.targets(node) {
                found.push((depth + 1, lexicon.get(target.original).text.to_string()));
            }
        }
        found
    }

    #[test]
    fn offers_longest_and_shorter_matches() {
        let lexicon = Lexicon::new(files(&["entrance\tfront\tnoun\nentrance trace\tfront line\tnoun\n"]));
        assert_eq!(originals(&lexicon, "entrance traces"), [(1, "front".into()), (2, "front lines".into())]);
        assert_eq!(originals(&lexicon, "entranced"), []);
    }

    #[test]
    fn later_files_win_and_zero_removes() {
        check(
            &["a\tb\tphrase\t0.5\nc\td\tphrase\n", "a\tb\tphrase\t0\nc\td\tphrase\t0.9\n"],
            &[("d -> c f1.tsv:2", 0.9)],
        );
        check(&["cat\tdog\tnoun\t0.5\n", "cat\tdog\tnoun\t0\n"], &[]);
    }

    #[test]
    fn an_exact_entry_decides_over_inflected_ones_of_its_file_and_earlier_ones() {
        let noun = "cat\tdog\tnoun\t0.5\n";
        for class in ["phrase", "adv", "name"] {
            let exact = format!("cats\tdogs\t{class}\t0.1\n");
            check(&[&format!("{exact}{noun}")], &[("dog -> cat f0.tsv:2", 0.5), ("dogs -> cats f0.tsv:1", 0.1)]);
            check(&[noun, &exact], &[("dog -> cat f0.tsv:1", 0.5), ("dogs -> cats f1.tsv:1", 0.1)]);
            // Over a later file's it does not; there the higher weight holds, as between two inflected ones.
            check(&[&exact, noun], &[("dog -> cat f1.tsv:1", 0.5), ("dogs -> cats f1.tsv:1", 0.5)]);
        }
        // The form that is the lemma is a form like the others.
        check(
            &[&format!("{noun}cat\tdog\tphrase\t0.1\n")],
            &[("dog -> cat f0.tsv:2", 0.1), ("dogs -> cats f0.tsv:1", 0.5)],
        );
    }

    #[test]
    fn an_exact_zero_removes_just_that_inflected_pair() {
        let noun = "cat\tdog\tnoun\t0.5\ncat\tpet\tnoun\t0.25\n";
        let left = [("dog -> cat f0.tsv:1", 0.5), ("pet -> cat f0.tsv:2", 0.25), ("pets -> cats f0.tsv:2", 0.25)];
        check(&[&format!("{noun}cats\tdogs\tphrase\t0\n")], &left);
        check(&[noun, "cats\tdogs\tadv\t0\n"], &left);
        check(
            &["cats\tdogs\tphrase\t0\n", "cat\tdog\tnoun\t0.5\n"],
            &[("dog -> cat f1.tsv:1", 0.5), ("dogs -> cats f1.tsv:1", 0.5)],
        );
        // An exact entry of another class stands.
        check(&["cats\tdogs\tadv\t0.3\n", "cats\tdogs\tphrase\t0\n"], &[("dogs -> cats f0.tsv:1", 0.3)]);
    }

    #[test]
    fn a_plain_phrase_and_a_cut_one_are_one() {
        check(
            &["Front line\tb c\tphrase\t0.25\nfront line\tb c\tadv\t0.5\nfront-line\tb  c\tphrase\t0.25\n"],
            &[("b c -> front - line f0.tsv:3", 0.25), ("b c -> front line f0.tsv:2", 0.5)],
        );
    }

    #[test]
    fn masses_stay_probabilities() {
        let lexicon = Lexicon::new(files(&["a\tz\tphrase\t0.9\nb\tz\tphrase\t0.9\n"]));
        let heads: Vec<f32> = (0..3).map(|phrase| lexicon.get(phrase).head_mass).collect();
        assert_eq!(heads, [0.0, MASS_LIMIT, 0.0]);
        let sum: f32 = lexicon.all_targets().map(|t| t.weight).sum();
        assert!((sum - MASS_LIMIT).abs() < 1e-6);
    }
}
