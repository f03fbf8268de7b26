//! Proposals: the changes of the best path, each with its probability, its score in parts, its cause and its rivals.

use serde::Serialize;

use crate::channel::decode::Decoding;
use crate::channel::lattice::{Arc, Lattice, Reading};
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;
use crate::lm::sequence::SequenceModel;
use crate::lm::{LanguageModel, WordId};
use crate::restore::Options;
use crate::restore::atom::Atom;
use crate::restore::choose::{Choice, Field, calibrated};
use crate::restore::rescore::rescore;
use crate::text::casing::transfer;
use crate::text::edit::{Cause, Edit};
use crate::text::span::Span;
use crate::text::tokenize::tokenize;
use crate::text::unit::{Unit, units};

/// What is to be done with a proposal if nobody says otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// It is made.
    Apply,
    /// It is put before the reviewer.
    Offer,
    /// It is shown where everything is shown.
    Show,
}

/// Why a proposal is preferred to keeping the text, as log-probabilities in nats.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Score {
    /// How much more probable the language model finds the sentence, its other words restored.
    pub language_model: f64,
    /// ln P(the spinner wrote this for that), given the document's rate and draws.
    pub channel: f64,
    /// ln P of what neither sees: typing errors in the text, which number it is, signs.
    pub spelling: f64,
}

/// Another wording for the same place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rival {
    /// The wording; that of the text where keeping is the rival.
    pub after: String,
    /// Its probability, 0 to 1.
    pub probability: f64,
}

/// A change that restoring proposes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Proposal {
    /// The change.
    pub edit: Edit,
    /// Probability, 0 to 1, that the author had this wording here.
    pub probability: f64,
    /// What is to be done with it.
    pub applicability: Applicability,
    /// Why it is preferred to the text.
    pub score: Score,
    /// Other wordings, the likeliest first; at most [`MAX_RIVALS`].
    pub rivals: Vec<Rival>,
    /// Its units, `start..end`.
    pub units: (u32, u32),
}

/// How many rivals a proposal names.
pub const MAX_RIVALS: usize = 4;

/// The family of synonyms that are no spinner's in particular.
const THESAURUS: &str = "thesaurus";

/// Words that are less probable than this are no rivals.
const RIVAL_FROM: f64 = 0.01;

/// The proposals that `decoding` makes for `document`, in order of place.
pub fn from_readings(
    document: &Document,
    lexicon: &Lexicon,
    model: &dyn LanguageModel,
    decoding: &Decoding,
    rescorer: Option<&dyn SequenceModel>,
    options: &Options,
) -> Vec<Proposal> {
    let mut field = Field::new(document, lexicon, decoding);
    if let Some(rescorer) = rescorer {
        rescore(document, &mut field, rescorer, options);
    }
    // The constants of `calibrated` are the channel's; a rescorer's word stands as it is.
    let worth = |probability: f64| if rescorer.is_some() { probability } else { calibrated(probability) };
    let choices = field.choose(options.offer_from);
    let lm = Surroundings::new(decoding, &choices, model);
    let mut proposals = Vec::new();
    for (idx, &choice) in choices.iter().enumerate() {
        let Choice { atom, probability, .. } = choice;
        let probability = worth(*probability);
        let arc = &decoding.lattice.arcs[choice.arc as usize];
        let span = document.units_span(atom.start as usize, atom.end as usize);
        let mut edit = Edit {
            span,
            before: span.of(document.text()).to_string(),
            after: atom.after.clone(),
            cause: cause(lexicon, arc),
        };
        if edit.before == edit.after {
            continue;
        }
        let follows = document.units().get(atom.end as usize).map(|next| next.span);
        if let (true, Some(next)) = (edit.after.is_empty(), follows) {
            let is_next_kept = choices.get(idx + 1).is_none_or(|next| next.atom.start > atom.end);
            if !delete(document.text(), &mut edit, next, is_next_kept) {
                continue;
            }
        } else if edit.after.ends_with('\n') && document.text()[span.end..].starts_with(' ') {
            // The line break took the place of the space after it.
            edit.span.end += 1;
            edit.before.push(' ');
        }
        let score = Score {
            language_model: lm.gain(atom),
            channel: decoding.weights[choice.arc as usize] - f64::from(arc.fixed),
            spelling: f64::from(arc.fixed),
        };
        let is_cautious = match &arc.reading {
            // A guess about spelling on top of a guess about wording is for a person to decide.
            Reading::Dictionary { n_typos: 2.., .. } => true,
            // Synonyms that no spinner was seen to write want a context that clearly prefers the original.
            Reading::Dictionary { target, .. } => {
                lexicon.family(target.entry) == THESAURUS && probability < options.thesaurus_from
            }
            _ => false,
        };
        let applicability = match probability {
            p if p >= options.apply_from && choice.is_worth_it() && !is_cautious => Applicability::Apply,
            p if p >= options.offer_from => Applicability::Offer,
            _ => Applicability::Show,
        };
        let rivals = rivals(document, &field, choice, probability);
        proposals.push(Proposal { edit, probability, applicability, score, rivals, units: (atom.start, atom.end) });
    }
    proposals
}

fn cause(lexicon: &Lexicon, arc: &Arc) -> Cause {
    match &arc.reading {
        Reading::Dictionary { target, n_typos } => Cause {
            rule: if *n_typos == 0 { "dictionary" } else { "near-spelling" }.into(),
            place: Some(lexicon.place(target.entry)),
        },
        Reading::Number(_) => Cause::rule("number"),
        Reading::Keep | Reading::Article(_) => Cause::rule("article"),
    }
}

/// Makes `edit` take the spaces after its words along, up to the word at `next`, which inherits their capital. False where
/// that word is itself changed and cannot.
fn delete(text: &str, edit: &mut Edit, next: Span, is_next_kept: bool) -> bool {
    let had_capital = edit.before.starts_with(char::is_uppercase);
    let word = next.of(text);
    let inherits = had_capital && word.starts_with(char::is_lowercase);
    if inherits && !is_next_kept {
        return false;
    }
    edit.span.end = if inherits { next.end } else { next.start };
    edit.before = edit.span.of(text).to_string();
    edit.after = if inherits { transfer("Word", word) } else { String::new() };
    true
}

/// Other wordings for the place of `chosen`, which has `probability`.
fn rivals(document: &Document, field: &Field, chosen: &Choice, probability: f64) -> Vec<Rival> {
    let mut rivals: Vec<Rival> = Vec::new();
    // What the chosen one has left, shared as the channel has it.
    let mut left = 1.0 - probability;
    let scale = left / (1.0 - chosen.probability).max(1e-9);
    for other in field.rivals(chosen) {
        let probability = (other.probability * scale).min(left.max(0.0));
        left -= probability;
        if probability >= RIVAL_FROM {
            rivals.push(Rival { after: other.atom.after.clone(), probability });
        }
    }
    if left >= RIVAL_FROM {
        let before = document.units_span(chosen.atom.start as usize, chosen.atom.end as usize).of(document.text());
        rivals.push(Rival { after: before.to_string(), probability: left });
    }
    rivals.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.after.cmp(&b.after)));
    rivals.truncate(MAX_RIVALS);
    rivals
}

/// The restored text as words of the language model, for asking what one change of it is worth.
struct Surroundings<'a> {
    model: &'a dyn LanguageModel,
    /// What the text itself is read as.
    lattice: &'a Lattice,
    words: Vec<WordId>,
    /// By unit, where its words begin, and one more at the end; those of a change are all at its first unit.
    starts: Vec<usize>,
}

/// Words on each side that a trigram can see.
const REACH: usize = 2;

impl<'a> Surroundings<'a> {
    fn new(decoding: &'a Decoding, choices: &[&Choice], model: &'a dyn LanguageModel) -> Self {
        let lattice = &decoding.lattice;
        let (mut words, mut starts) = (Vec::with_capacity(lattice.n_units), Vec::with_capacity(lattice.n_units + 1));
        let mut changed_to = 0;
        let mut choices = choices.iter().filter(|choice| choice.is_worth_it()).peekable();
        for unit in 0..lattice.n_units {
            starts.push(words.len());
            // Choices that are worth it stand in order and apart.
            if let Some(Choice { atom, .. }) = choices.next_if(|choice| choice.atom.start as usize == unit) {
                words.extend(ids(&units(&atom.after, &tokenize(&atom.after)), model));
                changed_to = atom.end as usize;
            } else if unit >= changed_to {
                words.extend(kept(lattice, unit));
            }
        }
        starts.push(words.len());
        Surroundings { model, lattice, words, starts }
    }

    /// ln P(restored window) - ln P(the same window with the text's own words), nats.
    fn gain(&self, atom: &Atom) -> f64 {
        let (start, end) = (self.starts[atom.start as usize], self.starts[atom.end as usize]);
        let before = &self.words[start.saturating_sub(REACH)..start];
        let after = &self.words[end..(end + REACH).min(self.words.len())];
        let kept: Vec<WordId> =
            (atom.start as usize..atom.end as usize).flat_map(|unit| kept(self.lattice, unit)).copied().collect();
        let restored = ids(&units(&atom.after, &tokenize(&atom.after)), self.model);
        let score = |middle: &[WordId]| {
            let mut state = self.model.empty();
            let mut total = 0.0;
            for (i, &word) in before.iter().chain(middle).chain(after).enumerate() {
                let (p, next) = self.model.score(state, word);
                total += if i < before.len() { 0.0 } else { f64::from(p) };
                state = next;
            }
            total
        };
        score(&restored) - score(&kept)
    }
}

/// The language model's words of a unit as it stands.
fn kept(lattice: &Lattice, unit: usize) -> &[WordId] {
    // The first arc of each unit keeps it.
    let words = &lattice.arcs[lattice.first_arc[unit] as usize].words;
    &lattice.words[words.start as usize..words.end as usize]
}

/// The language model's words of `units`.
fn ids(units: &[Unit], model: &dyn LanguageModel) -> Vec<WordId> {
    units.iter().filter_map(Unit::lm_word).map(|w| model.id(w)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;
    use crate::lm::NgramModel;
    use crate::pipeline::{self, Despinner};

    /// What restoring proposes for a text of `mentioned`, asking so much.
    fn proposed(text: &str, model: &NgramModel, restore: Options) -> Vec<Proposal> {
        let lexicon = Lexicon::new(vec![parse("mine.tsv", "mentioned\tsaid\tverb\t0.5\n").unwrap()]);
        let options = pipeline::Options { clean: None, is_forced: true, restore, ..pipeline::Options::default() };
        Despinner::new(&lexicon, model).with(options).run(text.as_bytes()).proposals
    }

    #[test]
    fn the_language_model_says_how_much_more_probable_the_words_are() {
        let model = NgramModel::english().unwrap();
        let found = proposed("the mayor of this town mentioned that it rained", &model, Options::default());
        // All that can see the word: it and the two behind it, given the two before.
        let ln_prob = |word: &str| {
            let mut state = model.empty();
            let words = ["this", "town", word, "that", "it"].map(|word| model.id(word));
            let said = words.map(|word| {
                let (ln_prob, next) = model.score(state, word);
                state = next;
                f64::from(ln_prob)
            });
            said[2..].iter().sum::<f64>()
        };
        let gain = ln_prob("said") - ln_prob("mentioned");
        assert!(gain > 1.0 && (found[0].score.language_model - gain).abs() < 1e-4, "{gain} {:?}", found[0]);
    }

    #[test]
    fn probability_decides_what_is_to_be_done() {
        let model = NgramModel::english().unwrap();
        let text = "the mayor of this town mentioned that it rained";
        let with = |apply_from: f64, offer_from: f64| {
            let options = Options { apply_from, offer_from, light_caution: 0.0, thesaurus_from: 0.0 };
            proposed(text, &model, options)[0].applicability
        };
        let likely = proposed(text, &model, Options::default())[0].probability;
        assert!((0.3..0.99).contains(&likely), "{likely}");
        assert_eq!(
            (with(likely, 0.1), with(likely + 1e-6, likely), with(1.0, likely + 1e-6)),
            (Applicability::Apply, Applicability::Offer, Applicability::Show)
        );
    }
}
