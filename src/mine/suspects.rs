//! Suspects: words of a spun text, without its original, that fit their places far worse than a synonym would.
//!
//! A word that no dictionary has for spun is set beside each of its synonyms, and the language model reads the place with
//! both, from two words before to two words after. A spinner draws once for a text, so that a wording counts once a text.
//! What is found is for a person to look at: authors choose odd words, too.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::entry::{Class, Entry};
use crate::lm::LanguageModel;
use crate::mine::evidence::{Evidence, State};
use crate::mine::propose::{Genuine, Proposal};
use crate::mine::side::Side;
use crate::text::unit::{Unit, UnitKind};

/// How much better, in nats, the synonym must fit in the mean of its places.
///
/// Source: docs/mining.md, measured on the even-numbered half of dev.
const LEAST_GAIN: f64 = 5.0;
/// How probable a word may be in its place, as ln P, and still be odd.
const ODD: f64 = -9.0;
/// The weight of a suspect: that of a rare alternative.
const WEIGHT: f32 = 0.05;
/// Places of the words around that are read.
const AROUND: usize = 2;

/// What was found so far.
pub struct Suspects<'a> {
    synonyms: FxHashMap<String, Vec<String>>,
    known: FxHashSet<String>,
    model: &'a dyn LanguageModel,
    found: BTreeMap<(String, String), Found>,
    n_texts: usize,
}

#[derive(Default)]
struct Found {
    texts: u32,
    places: u32,
    gain: f64,
    example: String,
}

impl<'a> Suspects<'a> {
    /// With the synonyms that `sources` relate, in either direction, and what `known` has for spun.
    pub fn new(sources: &[&Lexicon], known: Option<&Lexicon>, model: &'a dyn LanguageModel) -> Suspects<'a> {
        let mut synonyms: FxHashMap<String, Vec<String>> = FxHashMap::default();
        let one_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase());
        for source in sources {
            for target in source.all_targets() {
                let (spun, original) = (source.get(target.spun).text, source.get(target.original).text);
                if one_word(spun) && one_word(original) && spun != original {
                    synonyms.entry(spun.to_string()).or_default().push(original.to_string());
                    synonyms.entry(original.to_string()).or_default().push(spun.to_string());
                }
            }
        }
        for list in synonyms.values_mut() {
            list.sort_unstable();
            list.dedup();
        }
        let known = known.map_or_else(FxHashSet::default, |lexicon| {
            lexicon.all_targets().map(|target| lexicon.get(target.spun).text.to_string()).collect()
        });
        Suspects { synonyms, known, model, found: BTreeMap::new(), n_texts: 0 }
    }

    /// Texts read.
    pub fn n_texts(&self) -> usize {
        self.n_texts
    }

    /// Looks at a text.
    pub fn read(&mut self, text: &str) {
        self.n_texts += 1;
        let side = Side::new(text);
        let mut heard: FxHashSet<(String, String)> = FxHashSet::default();
        for at in 0..side.units.len() {
            if let Some((pair, gain)) = self.best(&side, at) {
                let is_first = heard.insert(pair.clone());
                let example = || side.example(at..at + 1, &pair.0);
                let found =
                    self.found.entry(pair.clone()).or_insert_with(|| Found { example: example(), ..Found::default() });
                found.texts += u32::from(is_first);
                found.places += 1;
                found.gain += gain;
            }
        }
    }

    /// The synonym that fits best at unit `at`, with the word it would be put for, where it fits far better.
    fn best(&self, side: &Side, at: usize) -> Option<((String, String), f64)> {
        let unit = &side.units[at];
        if unit.kind != UnitKind::Word || unit.span.of(side.text).starts_with(char::is_uppercase) {
            return None;
        }
        let word = unit.folded.as_str();
        let synonyms = self.synonyms.get(word).filter(|_| !self.known.contains(word))?;
        let (own, whole) = self.fit(&side.units, at, word);
        if own > ODD {
            return None;
        }
        let fits = synonyms.iter().filter(|synonym| self.model.is_known(synonym)).map(|synonym| {
            let (_, other) = self.fit(&side.units, at, synonym);
            (other - whole, synonym)
        });
        let (gain, synonym) = fits.max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(a.1)))?;
        (gain >= LEAST_GAIN).then(|| ((synonym.clone(), word.to_string()), gain))
    }

    /// ln P of `word` in the place of unit `at`, and of it with the words after it, as far as both are read.
    fn fit(&self, units: &[Unit], at: usize, word: &str) -> (f64, f64) {
        let mut state = self.model.empty();
        let before = units[..at].iter().rev().map_while(Unit::lm_word).take(AROUND);
        for word in before.collect::<Vec<_>>().into_iter().rev() {
            state = self.model.score(state, self.model.id(word)).1;
        }
        let (own, mut state) = self.model.score(state, self.model.id(word));
        let mut whole = own;
        for word in units[at + 1..].iter().map_while(Unit::lm_word).take(AROUND) {
            let (score, next) = self.model.score(state, self.model.id(word));
            whole += score;
            state = next;
        }
        (own.into(), whole.into())
    }

    /// What was found, in no order.
    pub fn proposals(&self, genuine: &dyn Genuine) -> Vec<Proposal> {
        let mut originals: FxHashMap<&str, u32> = FxHashMap::default();
        self.found.keys().for_each(|(_, spun)| *originals.entry(spun).or_default() += 1);
        let proposal = |((original, spun), found): (&(String, String), &Found)| {
            let gain = found.gain / f64::from(found.places);
            let entry = Entry {
                spun: spun.clone(),
                original: original.clone(),
                class: Class::Phrase,
                weight: WEIGHT,
                evidence: "suspected".to_string(),
                note: String::new(),
                line: 0,
            };
            let evidence = Evidence {
                state: State::Ambiguous,
                reason: format!("it fits {gain:.1} nats worse than a synonym"),
                count: found.texts,
                places: found.places,
                forms: 1,
                share: 0.0,
                base_rate: genuine.per_million(spun),
                ambiguity: originals[spun.as_str()],
                example: found.example.clone(),
            };
            Proposal { entry, evidence }
        };
        self.found.iter().map(proposal).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;
    use crate::lm::NgramModel;

    struct None;
    impl Genuine for None {
        fn per_million(&self, _: &str) -> f64 {
            0.0
        }
        fn word(&self, _: &str) -> Option<f64> {
            Some(1.0)
        }
    }

    #[test]
    fn what_fits_far_worse_than_a_synonym_is_suspected() {
        let model = NgramModel::english().unwrap();
        let thesaurus = Lexicon::new(vec![parse("t.tsv", "minister\tpriest\tphrase\nstar\tprime\tphrase\n").unwrap()]);
        let mut suspects = Suspects::new(&[&thesaurus], Option::None, &model);
        suspects.read("He said that the prime priest of the country would resign.\nThe priest read the mass.");
        let found = suspects.proposals(&None);
        let told: Vec<String> =
            found.iter().map(|p| format!("{} -> {}: {}", p.entry.spun, p.entry.original, p.evidence.example)).collect();
        assert_eq!(told, ["priest -> minister: He said that the prime [priest|minister] of the country would resign."]);
        let known = Lexicon::new(vec![parse("k.tsv", "priest\tminister\tphrase\n").unwrap()]);
        let mut suspects = Suspects::new(&[&thesaurus], Some(&known), &model);
        suspects.read("He said that the prime priest of the country would resign.");
        assert!(suspects.proposals(&None).is_empty());
    }
}
