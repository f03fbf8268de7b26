//! Finds entries that a language model speaks against: of a class that they do not have, and of words too common to tell.

use crate::lexicon::audit::{Complaint, Kind};
use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::format::DictionaryFile;
use crate::lexicon::inflect::forms;
use crate::lm::LanguageModel;
use crate::lm::rate::per_million;

/// How often in a million words a single word stands in genuine text that is too common to be told by itself.
///
/// Source: counted in 2.5 million words of news, where 208 words are commoner and make up 47 % of the text.
pub const COMMON: f64 = 500.0;

/// How often in a million words a lemma stands whose forms a model must know, if they are words.
const KNOWN: f64 = 20.0;

/// What `model` says against the entries of `files`, in order of file and line.
///
/// ```
/// use despin::lexicon::{format::parse, plausible::doubts};
/// use despin::lm::NgramModel;
/// let file = parse("f.tsv", "quickly\tfast\tverb\t0.2\tknown\n")?;
/// let told = doubts(&[file], &NgramModel::english()?);
/// assert_eq!(told[0].fault, "as verb \"quickly\" makes forms that nobody writes, such as \"quicklies\"");
/// # Ok::<(), despin::Error>(())
/// ```
pub fn doubts(files: &[DictionaryFile], model: &dyn LanguageModel) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files {
        for entry in file.entries.iter().filter(|entry| entry.weight > 0.0) {
            let found = [wrong_class(entry, model), too_common(entry, model)];
            for (kind, fault, mend) in found.into_iter().flatten() {
                let (file, mend) = (file.name.clone(), mend.to_string());
                complaints.push(Complaint { file, line: entry.line, kind, fault, mend, is_mechanical: false });
            }
        }
    }
    complaints
}

type Doubt = (Kind, String, &'static str);

/// That a side's forms are no words, though its lemma is a common one.
fn wrong_class(entry: &Entry, model: &dyn LanguageModel) -> Option<Doubt> {
    // Mass nouns have a plural that nobody writes, and no other class would do better.
    let kind = match entry.class {
        Class::Verb => unsourced(entry),
        Class::Noun => Kind::Advice,
        _ => return None,
    };
    for lemma in [&entry.spun, &entry.original] {
        let is_common = |word: &str| per_million(model, word).is_some_and(|rate| rate >= KNOWN);
        // The word that inflects is the one that is not the same in all forms.
        let all = forms(lemma, entry.class);
        let changed: Vec<(&str, &str)> = all
            .iter()
            .flat_map(|form| lemma.split(' ').zip(form.split(' ')))
            .filter(|(word, form)| word != form)
            .collect();
        let Some((word, first)) = changed.first() else { continue };
        if is_common(word) && changed.iter().all(|(_, form)| per_million(model, form).is_none()) {
            let class = entry.class.name();
            let fault = format!("as {class} {word:?} makes forms that nobody writes, such as {first:?}");
            return Some((kind, fault, "give it the class that it has, or write its forms as phrases"));
        }
    }
    None
}

/// That what a spinner wrote is one very common word, with nothing round it.
fn too_common(entry: &Entry, model: &dyn LanguageModel) -> Option<Doubt> {
    if entry.spun.contains([' ', '-']) || entry.class == Class::Name {
        return None;
    }
    let rate = per_million(model, &entry.spun).filter(|rate| *rate >= COMMON)?;
    let kind = unsourced(entry);
    let fault = format!("{:?} stands {rate:.0} times in a million words of genuine text", entry.spun);
    Some((
        kind,
        fault,
        "add the words round it that make it a spinner's, or say in the evidence column where it was seen",
    ))
}

/// A fault, but where it says where the pair was seen: spinners do inflect what has no forms, and write very common words.
fn unsourced(entry: &Entry) -> Kind {
    if entry.evidence.is_empty() { Kind::Fault } else { Kind::Advice }
}
