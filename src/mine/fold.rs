//! Folds pairs of inflected forms into one entry where both sides inflect in step.
//!
//! `attacked` for `assaulted` and `attacks` for `assaults` are one entry, `attack` for `assault`, of a class. A pair is read
//! as a form of each lemma that spelling and exceptions allow (`lexicon/inflect.rs`), the commonest word among them; the
//! reading that explains the most pairs wins.

use std::collections::{BTreeMap, BTreeSet};

use crate::lexicon::entry::Class;
use crate::lexicon::inflect::{in_step, lemmas};
use crate::mine::miner::Replacement;

/// Pairs that are forms of one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folded {
    /// The original's lemma, and the spun one.
    pub lemmas: Replacement,
    /// How they inflect.
    pub class: Class,
    /// The pairs, in order.
    pub forms: Vec<Replacement>,
}

/// A verb's past or gerund must be as common as this share of itself, or it is none.
///
/// A judgement, not measured; nouns such as `bill` and `plan` pass, and are verbs.
const VERB_SHARE: f64 = 0.02;

/// The entries that `pairs` (original, spun) are forms of, in order of lemma; pairs that fold into none are in none.
///
/// A pair of two lemmas folds only together with another form, since alone it shows no inflection. `rate` says how often a
/// word stands in a million.
pub fn fold<'a>(
    pairs: impl IntoIterator<Item = (&'a str, &'a str)>,
    rate: impl Fn(&str) -> Option<f64>,
) -> Vec<Folded> {
    let mut readings: BTreeMap<(String, String, Class), BTreeSet<Replacement>> = BTreeMap::new();
    for (original, spun) in pairs {
        for class in [Class::Verb, Class::Noun, Class::Adj] {
            let (Some(x), Some(y)) = (lemma(original, class, &rate), lemma(spun, class, &rate)) else { continue };
            let is_form = x != y && in_step(&y, &x, class).iter().any(|(s, o)| s == spun && o == original);
            if is_form {
                readings.entry((x, y, class)).or_default().insert((original.to_string(), spun.to_string()));
            }
        }
    }
    // Those that explain most come first; of a verb and a noun that explain the same, the verb, where both sides are verbs.
    let mut order: Vec<(usize, bool, (String, String, Class))> = readings
        .iter()
        .map(|(key, forms)| {
            let is_likely = key.2 != Class::Verb || (is_verb(&key.0, &rate) && is_verb(&key.1, &rate));
            (forms.len(), is_likely, key.clone())
        })
        .collect();
    let preference = |class: Class| [Class::Verb, Class::Noun, Class::Adj].iter().position(|&c| c == class);
    order.sort_by(|a, b| (b.0, b.1).cmp(&(a.0, a.1)).then((preference(a.2.2), &a.2).cmp(&(preference(b.2.2), &b.2))));
    let mut taken: BTreeSet<Replacement> = BTreeSet::new();
    let mut found = Vec::new();
    for (_, is_likely, key) in order {
        let (original, spun, class) = key.clone();
        let forms: Vec<Replacement> = readings[&key].iter().filter(|form| !taken.contains(*form)).cloned().collect();
        let is_shown = forms.iter().any(|(o, s)| *o != original && *s != spun);
        // `higher` for `better` says nothing of `high` for `good`.
        let is_enough = class != Class::Adj || forms.len() > 1;
        if is_likely && is_shown && is_enough {
            taken.extend(forms.iter().cloned());
            found.push(Folded { lemmas: (original, spun), class, forms });
        }
    }
    found.sort_by(|a, b| (&a.lemmas, a.class).cmp(&(&b.lemmas, b.class)));
    found
}

/// The commonest word of which `form` is a form; nothing where none is known.
fn lemma(form: &str, class: Class, rate: &impl Fn(&str) -> Option<f64>) -> Option<String> {
    // Of several words the one that inflects must be known; the others are as they were.
    let word = |lemma: &str| match class {
        Class::Noun => {
            let head = lemma.find(" of ").map_or(lemma, |at| &lemma[..at]);
            head.rsplit(' ').next().unwrap_or(head).to_string()
        }
        _ => lemma.split(' ').next().unwrap_or(lemma).to_string(),
    };
    let known = lemmas(form, class).into_iter().filter_map(|lemma| Some((rate(&word(&lemma))?, lemma)));
    let found: Vec<(f64, String)> = known.collect();
    let own = found.iter().find(|(_, lemma)| lemma == form).map_or(0.0, |(rate, _)| *rate);
    // A plural is often commoner than its singular: the form itself is its lemma only where there is hardly another.
    let is_lemma =
        |(rate, lemma): &&(f64, String)| lemma != form && *rate >= own * LEMMA_SHARE && word(lemma).len() >= SHORTEST;
    let other = found.iter().filter(is_lemma).max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)));
    other.or_else(|| found.iter().find(|(_, lemma)| lemma == form)).map(|(_, lemma)| lemma.clone())
}

/// Words of fewer letters are no lemmas: `used` is no form of `us`.
const SHORTEST: usize = 3;

/// A lemma may be rarer than its forms, but not by more than this.
const LEMMA_SHARE: f64 = 0.02;

/// True where the first word of `lemma` is used as a verb: its past or its gerund is known.
fn is_verb(lemma: &str, rate: &impl Fn(&str) -> Option<f64>) -> bool {
    let first = lemma.split(' ').next().unwrap_or(lemma);
    let forms = crate::lexicon::inflect::verb_forms(first);
    let own = rate(first).unwrap_or(0.0);
    [&forms[2], &forms[4]].into_iter().any(|form| rate(form).is_some_and(|rate| rate >= VERB_SHARE * own))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lm::NgramModel;
    use crate::lm::rate::per_million;

    fn check(pairs: &[(&str, &str)], expected: &[&str]) {
        let model = NgramModel::english().unwrap();
        let found = fold(pairs.iter().copied(), |word| per_million(&model, word));
        let told: Vec<String> = found
            .iter()
            .map(|f| format!("{} -> {} {} {}", f.lemmas.0, f.lemmas.1, f.class.name(), f.forms.len()))
            .collect();
        assert_eq!(told, expected);
    }

    #[test]
    fn forms_in_step_are_one_entry() {
        check(
            &[("attacked", "assaulted"), ("attacks", "assaults"), ("attack", "assault")],
            &["attack -> assault verb 3"],
        );
        check(&[("fought", "combated"), ("fighting", "combating")], &["fight -> combat verb 2"]);
        check(&[("cities", "towns")], &["city -> town noun 1"]);
        check(&[("carried out", "performed")], &["carry out -> perform verb 1"]);
        check(&[("bigger", "larger"), ("big", "large")], &["big -> large adj 2"]);
        check(&[("used", "utilized"), ("uses", "utilizes")], &["use -> utilize verb 2"]);
        check(&[("stated", "noted")], &["state -> note verb 1"]);
    }

    #[test]
    fn what_shows_no_inflection_is_left() {
        check(&[("attack", "assault"), ("just", "simply"), ("last year", "final 12 months")], &[]);
        check(&[("better", "higher")], &[]);
        // The two sides are not in step.
        check(&[("fighting", "combat"), ("rarely", "seldom")], &[]);
    }
}
