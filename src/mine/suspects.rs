//! Suspects: words of a spun text, without its original, that fit their places far worse than a synonym would.
//!
//! A word that no dictionary has for spun is set beside each of its synonyms, and the language model reads the place with
//! both, from two words before to two words after. A spinner draws once for a text, so that a wording counts once a text.
//! What is found is for a person to look at: authors choose odd words, too.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::entry::{Class, Entry};
use crate::lm::LanguageModel;
use crate::mine::evidence::{Evidence, State};
use crate::mine::propose::{Genuine, Proposal};
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
            lexicon.all_targets().iter().map(|target| lexicon.get(target.spun).text.to_string()).collect()
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
        let document = Document::new(text.to_string(), &[]);
        let units = document.units();
        let mut heard: FxHashSet<(String, String)> = FxHashSet::default();
        for at in 0..units.len() {
            if let Some((pair, gain)) = self.best(&document, at) {
                let is_first = heard.insert(pair.clone());
                let example = || example(&document, at, &pair.0);
                let found =
                    self.found.entry(pair.clone()).or_insert_with(|| Found { example: example(), ..Found::default() });
                found.texts += u32::from(is_first);
                found.places += 1;
                found.gain += gain;
            }
        }
    }

    /// The synonym that fits best at unit `at`, with the word it would be put for, where it fits far better.
    fn best(&self, document: &Document, at: usize) -> Option<((String, String), f64)> {
        let unit = &document.units()[at];
        if unit.kind != UnitKind::Word || unit.span.of(document.text()).starts_with(char::is_uppercase) {
            return None;
        }
        let word = unit.folded.as_str();
        let synonyms = self.synonyms.get(word).filter(|_| !self.known.contains(word))?;
        let (own, whole) = self.fit(document.units(), at, word);
        if own > ODD {
            return None;
        }
        let fits = synonyms.iter().filter(|synonym| self.model.is_known(synonym)).map(|synonym| {
            let (_, other) = self.fit(document.units(), at, synonym);
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

/// How many units an example shows on each side.
const EXAMPLE_UNITS: usize = 7;

/// The place of unit `at` in its surroundings, with what it would be put for.
fn example(document: &Document, at: usize, original: &str) -> String {
    let units = document.units();
    let line = |range: std::ops::Range<usize>| {
        let span = document.units_span(range.start, range.end);
        span.of(document.text()).split_whitespace().collect::<Vec<_>>().join(" ")
    };
    let is_break = |idx: usize| document.gap_before(idx).contains('\n');
    let first = (at.saturating_sub(EXAMPLE_UNITS)..at).rev().take_while(|&idx| !is_break(idx + 1)).last().unwrap_or(at);
    let end = (at + 1..units.len().min(at + 1 + EXAMPLE_UNITS))
        .take_while(|&idx| !is_break(idx))
        .last()
        .map_or(at + 1, |idx| idx + 1);
    let before = if first < at { line(first..at) + " " } else { String::new() };
    let after = if end > at + 1 { line(at + 1..end) } else { String::new() };
    let gap = if after.starts_with(char::is_alphanumeric) { " " } else { "" };
    format!("{before}[{}|{original}]{gap}{after}", units[at].span.of(document.text()))
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
