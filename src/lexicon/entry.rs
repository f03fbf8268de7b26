//! One line of a dictionary.

use serde::Serialize;

/// Evidence of an entry of weight 0 for a pair that somebody rejected: it is not proposed, whatever else makes it.
pub const REJECTED: &str = "rejected";

/// Evidence of an entry that a review's decisions made.
pub const DECIDED: &str = "decided";

/// How an entry's two sides inflect.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Singular and plural, in step; of several words the last inflects, or the one before `of`.
    Noun,
    /// Base, third person, past, participle and gerund, in step; of several words the first inflects.
    Verb,
    /// Positive, and comparative and superlative where both sides form them with -er and -est.
    Adj,
    /// One form.
    Adv,
    /// Exactly this form.
    Phrase,
    /// Exactly this form with exactly these capitals.
    Name,
}

impl Class {
    /// All of them, in the order of the documentation.
    pub const ALL: [Class; 6] = [Class::Noun, Class::Verb, Class::Adj, Class::Adv, Class::Phrase, Class::Name];

    /// Its name in a dictionary file.
    pub fn name(self) -> &'static str {
        match self {
            Class::Noun => "noun",
            Class::Verb => "verb",
            Class::Adj => "adj",
            Class::Adv => "adv",
            Class::Phrase => "phrase",
            Class::Name => "name",
        }
    }

    /// The class of that name.
    pub fn from_name(name: &str) -> Option<Class> {
        Class::ALL.into_iter().find(|class| class.name() == name)
    }

    /// True where an entry says exactly one pair of forms; false where it is inflected.
    pub fn is_exact(self) -> bool {
        matches!(self, Class::Adv | Class::Phrase | Class::Name)
    }
}

/// A pair that a spinner family is known to make.
///
/// `Entry<&str>` where it is looked at in place, in a line or in a lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Entry<T = String> {
    /// What the spinner writes.
    pub spun: T,
    /// What stood there before; empty where the spinner inserts words of its own.
    pub original: T,
    /// How both inflect.
    pub class: Class,
    /// Probability, above 0 and at most 1, that a spinner of this family that replaces every head it
    /// knows makes this `spun` of this `original`. 0 takes the entry of an earlier file away; in an exact class it takes
    /// away the same pair made by inflecting an entry of the same file or an earlier one.
    pub weight: f32,
    /// Where the pair is known from: `observed`, `inferred`, `known`, or words of the curator's own.
    pub evidence: T,
    /// Whatever the curator noted.
    pub note: T,
    /// Line in its file, from 1.
    pub line: u32,
}

impl Entry<&str> {
    /// The same with texts of its own.
    pub fn into_owned(self) -> Entry {
        let Entry { spun, original, class, weight, evidence, note, line } = self;
        Entry {
            spun: spun.to_string(),
            original: original.to_string(),
            class,
            weight,
            evidence: evidence.to_string(),
            note: note.to_string(),
            line,
        }
    }
}
