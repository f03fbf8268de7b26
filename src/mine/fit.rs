//! Fits the weights of a dictionary to pairs of originals and spun texts.
//!
//! A spinner's table holds a head or does not, and where it does, it replaces the head throughout a text (observed:
//! of the heads in fully spun texts with 2,400 replacements, 3 % were found both replaced and kept). So a dictionary's
//! weights are read as a belief whether the head is in the table, and with which alternatives, and each text is evidence:
//! its replaced heads are in the table; those that survived are not, as surely as the text was spun.

use std::collections::BTreeMap;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lexicon::dictionary::{Lexicon, MASS_LIMIT, PhraseId};
use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::format::DictionaryFile;
use crate::mine::derive::{Derivation, Heads, Step};

/// An original and what a spinner made of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Pair {
    /// As its author wrote it.
    pub original: String,
    /// As the spinner wrote it.
    pub spun: String,
}

/// What a fit saw.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fitted {
    /// The dictionary with new weights.
    pub file: DictionaryFile,
    /// Pairs used.
    pub n_pairs: usize,
    /// Pairs whose texts run too far apart.
    pub n_apart: usize,
    /// Replacements that the dictionary explains, places counted.
    pub n_replaced: usize,
    /// Changes that it does not explain, places counted.
    pub n_unknown: usize,
    /// Heads whose weights changed.
    pub n_heads: usize,
}

/// How many times likelier a replacement is where the table holds the head than by a slip of the alignment.
///
/// Source: cross-validation on the even-numbered half of dev; 20 and 60 differ by less than .003 of `removed`.
const REPLACED_RATIO: f64 = 20.0;
/// P(a head of the table survives in a text all of whose heads are replaced): a quotation or a name that was protected.
const SURVIVES: f64 = 0.04;
/// The most that survivals can say, nats: many texts may share one reason.
const SURVIVAL_LIMIT: f64 = 6.0;
/// How many draws the dictionary's shares among a head's alternatives are worth.
///
/// Source: cross-validation on the even-numbered half of dev, among 0.35, 1, 3 and 5.
const SHARE_DRAWS: f64 = 3.0;
/// Believed at least and at most of a head before anything is seen.
const BELIEF: (f64, f64) = (0.003, 0.975);
/// Weights are written in thousandths, and none is smaller than one.
const WEIGHT_STEPS: f64 = 1000.0;

/// How a fitted entry's note says what its weight was before.
const PRIOR_NOTE: &str = "prior ";

/// `file` with weights fitted to `pairs`; `others` explain what is not its family's doing.
///
/// Where a note says `prior W`, as an earlier fit writes it, that is the belief begun from, so that fitting again with
/// more pairs counts none twice. Entries of heads that the pairs do not show stay as they are.
pub fn fit(file: &DictionaryFile, others: &[DictionaryFile], pairs: &[Pair]) -> Fitted {
    let prior = with_priors(file);
    let files: Vec<DictionaryFile> = std::iter::once(prior.clone()).chain(others.iter().cloned()).collect();
    let lexicon = Lexicon::new(files);
    let heads = Heads::new(&lexicon);
    let mut fitted = Fitted::default();
    let mut evidence: FxHashMap<PhraseId, Seen> = FxHashMap::default();
    for pair in pairs {
        match heads.derive(&pair.original, &pair.spun) {
            Some(derivation) => {
                fitted.n_pairs += 1;
                hear(&lexicon, &derivation, &mut evidence, &mut fitted);
            }
            None => fitted.n_apart += 1,
        }
    }
    fitted.file = weighed(&prior, &lexicon, &heads, &evidence, &mut fitted.n_heads);
    fitted
}

/// `file` with each weight as it was before it was fitted.
pub fn with_priors(file: &DictionaryFile) -> DictionaryFile {
    let mut prior = file.clone();
    for entry in &mut prior.entries {
        if let Some(weight) = entry.note.strip_prefix(PRIOR_NOTE).and_then(|w| w.parse::<f32>().ok()) {
            entry.weight = weight.clamp(0.0, 1.0);
            entry.note.clear();
        }
    }
    prior
}

/// What all texts show of a head.
#[derive(Default)]
struct Seen {
    /// Texts in which it became each spun phrase.
    became: BTreeMap<PhraseId, u32>,
    /// Sum over texts in which it survived of ln P(survives | in the table), nats.
    survived: f64,
}

/// Takes down what one text shows. A head counts once, however often it stands there, since it is drawn once.
fn hear(lexicon: &Lexicon, text: &Derivation, evidence: &mut FxHashMap<PhraseId, Seen>, fitted: &mut Fitted) {
    let mut became: BTreeMap<PhraseId, Vec<PhraseId>> = BTreeMap::new();
    for one in &text.moves {
        match one.step {
            Step::Replaced(target) => {
                fitted.n_replaced += 1;
                let spun = became.entry(target.original).or_default();
                if !spun.contains(&target.spun) {
                    spun.push(target.spun);
                }
            }
            Step::Unknown => fitted.n_unknown += 1,
            Step::Kept => {}
        }
    }
    let survived: FxHashSet<PhraseId> =
        text.survivors.iter().map(|&(_, head)| head).filter(|head| !became.contains_key(head)).collect();
    // The share of the heads the spinner has that it replaced: those replaced over those believed to be its.
    let mass = |head: &PhraseId| f64::from(lexicon.get(*head).head_mass);
    let mut known: Vec<f64> = survived.iter().map(mass).collect();
    known.sort_by(f64::total_cmp);
    let rate = became.len() as f64 / (became.len() as f64 + known.iter().sum::<f64>()).max(1.0);
    for (head, spun) in became {
        let seen = evidence.entry(head).or_default();
        for phrase in spun {
            *seen.became.entry(phrase).or_default() += 1;
        }
    }
    for head in survived {
        evidence.entry(head).or_default().survived += (1.0 - rate).max(SURVIVES).ln();
    }
}

fn weighed(
    prior: &DictionaryFile,
    lexicon: &Lexicon,
    heads: &Heads,
    evidence: &FxHashMap<PhraseId, Seen>,
    n_heads: &mut usize,
) -> DictionaryFile {
    let is_ours = |entry| lexicon.place(entry).rsplit_once(':').is_some_and(|(name, _)| name == prior.name);
    // What the new weights say, by spun and original form.
    let mut new: BTreeMap<(String, String), Entry> = BTreeMap::new();
    for (&head, seen) in evidence {
        let targets: Vec<_> = heads.targets(head).iter().filter(|target| is_ours(target.entry)).collect();
        let mass: f64 = targets.iter().map(|t| f64::from(t.weight)).sum();
        if mass <= 0.0 {
            continue;
        }
        let n_drawn: f64 = seen.became.values().map(|&n| f64::from(n)).sum();
        let belief = mass.clamp(BELIEF.0, BELIEF.1);
        let log_odds =
            (belief / (1.0 - belief)).ln() + n_drawn * REPLACED_RATIO.ln() + seen.survived.max(-SURVIVAL_LIMIT);
        let new_mass = (1.0 / (1.0 + (-log_odds).exp())).min(f64::from(MASS_LIMIT));
        *n_heads += 1;
        for target in targets {
            let drawn = seen.became.get(&target.spun).map_or(0.0, |&n| f64::from(n));
            let share = (SHARE_DRAWS * f64::from(target.weight) / mass + drawn) / (SHARE_DRAWS + n_drawn);
            let entry = lexicon.entry(target.entry);
            let class = if entry.class.is_exact() { entry.class } else { Class::Phrase };
            let exact = entry.class.is_exact();
            let text = |phrase, own: &str| if exact { own.to_string() } else { lexicon.get(phrase).text.to_string() };
            let (spun, original) = (text(target.spun, entry.spun), text(target.original, entry.original));
            let made = Entry {
                class,
                weight: rounded((new_mass * share) as f32),
                note: format!("{PRIOR_NOTE}{}", rounded(entry.weight)),
                line: 0,
                spun: spun.clone(),
                original: original.clone(),
                evidence: entry.evidence.to_string(),
            };
            // Where nothing moved, the inflected entry goes on speaking for this form.
            if exact || made.weight != rounded(entry.weight) {
                new.insert((spun, original), made);
            }
        }
    }
    let mut file = DictionaryFile { entries: Vec::new(), ..prior.clone() };
    for entry in &prior.entries {
        // An inflected entry stays for its other forms; what is exact wins over it.
        let key = (entry.spun.clone(), entry.original.clone());
        match entry.class.is_exact().then(|| new.remove(&key)).flatten() {
            Some(made) => file.entries.push(Entry { class: entry.class, ..made }),
            None => file.entries.push(entry.clone()),
        }
    }
    file.entries.extend(new.into_values());
    file
}

/// `weight` in steps of [`WEIGHT_STEPS`], at least one of them.
fn rounded(weight: f32) -> f32 {
    ((f64::from(weight) * WEIGHT_STEPS).round().max(1.0) / WEIGHT_STEPS) as f32
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::{line, parse};

    const PRIOR: &str = "assault\tattack\tnoun\t0.4\tknown\nraid\tattack\tnoun\t0.1\tknown\n\
                         uncommon\trare\tadj\t0.5\tknown\nodd\trare\tphrase\t0.25\tknown\n";

    fn fitted(text: &str, pairs: &[(&str, &str)]) -> Fitted {
        let pairs: Vec<Pair> = pairs
            .iter()
            .map(|&(original, spun)| Pair { original: original.to_string(), spun: spun.to_string() })
            .collect();
        fit(&parse("a.tsv", text).unwrap(), &[], &pairs)
    }

    fn weight(file: &DictionaryFile, spun: &str, original: &str) -> f32 {
        let lexicon = Lexicon::new(vec![file.clone()]);
        let found = lexicon
            .all_targets()
            .find(|target| (lexicon.get(target.spun).text, lexicon.get(target.original).text) == (spun, original));
        found.unwrap_or_else(|| panic!("{spun} {original}")).weight
    }

    #[test]
    fn what_was_replaced_is_in_the_table_and_what_survived_is_not() {
        let found = fitted(PRIOR, &[("A rare attack on the base.", "A rare assault on the base.")]);
        assert_eq!((found.n_pairs, found.n_replaced, found.n_unknown, found.n_heads), (1, 1, 0, 2));
        assert!(weight(&found.file, "assault", "attack") > 0.75);
        assert!(weight(&found.file, "raid", "attack") < 0.2);
        assert!(weight(&found.file, "uncommon", "rare") < 0.45);
        // Forms that the texts do not show stay as they were.
        assert_eq!(weight(&found.file, "assaults", "attacks"), 0.4);
    }

    #[test]
    fn more_texts_make_it_surer() {
        let one = ("The attack went on.", "The assault went on.");
        let once = fitted(PRIOR, &[one]);
        let twice = fitted(PRIOR, &[one, one]);
        assert!(weight(&twice.file, "assault", "attack") > weight(&once.file, "assault", "attack"));
    }

    #[test]
    fn fitting_again_counts_nothing_twice() {
        let pairs = [("A rare attack on the base.", "A rare assault on the base.")];
        let once = fitted(PRIOR, &pairs).file;
        let text = |file: &DictionaryFile| file.entries.iter().map(|e| line(e) + "\n").collect::<String>();
        let again = fitted(&text(&once), &pairs).file;
        assert_eq!(text(&again), text(&once));
    }

    #[test]
    fn texts_that_are_no_pair_are_counted() {
        assert_eq!(fitted(PRIOR, &[("", &"word ".repeat(400))]).n_apart, 1);
    }
}
