//! Proposals: the changes of the best path, each with its probability, its score in parts, its cause and its rivals.

use rustc_hash::FxHashMap;
use serde::Serialize;

use crate::channel::decode::Decoding;
use crate::channel::lattice::{Arc, Reading};
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;
use crate::lm::{LanguageModel, WordId};
use crate::restore::Options;
use crate::restore::atom::{Atom, atoms};
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

/// The proposals along the best path of `decoding`.
pub fn from_path(
    document: &Document,
    lexicon: &Lexicon,
    model: &dyn LanguageModel,
    decoding: &Decoding,
    options: &Options,
) -> Vec<Proposal> {
    let lattice = &decoding.lattice;
    let mut shares: FxHashMap<Atom, f64> = FxHashMap::default();
    let mut by_place: FxHashMap<(u32, u32), Vec<Atom>> = FxHashMap::default();
    for (arc, &share) in lattice.arcs.iter().zip(&decoding.posterior.arcs) {
        if share < RIVAL_FROM / 10.0 {
            continue;
        }
        for atom in atoms(document, lexicon, arc) {
            let known = shares.entry(atom.clone()).or_insert(0.0);
            if *known == 0.0 {
                by_place.entry((atom.start, atom.end)).or_default().push(atom);
            }
            *known += share;
        }
    }
    let lm = Surroundings::new(lattice, decoding, model);
    let mut proposals = Vec::new();
    for (step, &arc_id) in decoding.path.iter().enumerate() {
        let arc = &lattice.arcs[arc_id as usize];
        for atom in atoms(document, lexicon, arc) {
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
                let is_next_kept =
                    decoding.path.get(step + 1).is_some_and(|&a| lattice.arcs[a as usize].reading == Reading::Keep);
                if !delete(document.text(), &mut edit, next, is_next_kept) {
                    continue;
                }
            } else if edit.after.ends_with('\n') && document.text()[span.end..].starts_with(' ') {
                // The line break took the place of the space after it.
                edit.span.end += 1;
                edit.before.push(' ');
            }
            let probability = shares.get(&atom).copied().unwrap_or(0.0).min(1.0);
            let rivals = rivals(document, &atom, &shares, by_place.get(&(atom.start, atom.end)));
            let score = Score {
                language_model: lm.gain(step, document, &atom),
                channel: decoding.weights[arc_id as usize] - f64::from(arc.fixed),
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
                p if p >= options.apply_from && !is_cautious => Applicability::Apply,
                p if p >= options.offer_from => Applicability::Offer,
                _ => Applicability::Show,
            };
            proposals.push(Proposal { edit, probability, applicability, score, rivals, units: (atom.start, atom.end) });
        }
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

fn rivals(document: &Document, chosen: &Atom, shares: &FxHashMap<Atom, f64>, others: Option<&Vec<Atom>>) -> Vec<Rival> {
    let mut rivals: Vec<Rival> = Vec::new();
    let mut left = 1.0 - shares.get(chosen).copied().unwrap_or(0.0);
    for other in others.into_iter().flatten().filter(|other| *other != chosen) {
        let probability = shares[other].min(1.0);
        left -= probability;
        if probability >= RIVAL_FROM {
            rivals.push(Rival { after: other.after.clone(), probability });
        }
    }
    if left >= RIVAL_FROM {
        let before = document.units_span(chosen.start as usize, chosen.end as usize).of(document.text());
        rivals.push(Rival { after: before.to_string(), probability: left });
    }
    rivals.sort_by(|a, b| b.probability.total_cmp(&a.probability).then(a.after.cmp(&b.after)));
    rivals.truncate(MAX_RIVALS);
    rivals
}

/// The best path as words of the language model, for asking what one change of it is worth.
struct Surroundings<'a> {
    model: &'a dyn LanguageModel,
    steps: Vec<Vec<WordId>>,
}

/// Words on each side that a trigram can see.
const REACH: usize = 2;

impl<'a> Surroundings<'a> {
    fn new(lattice: &crate::channel::lattice::Lattice, decoding: &Decoding, model: &'a dyn LanguageModel) -> Self {
        let words = |&arc: &u32| {
            let arc = &lattice.arcs[arc as usize];
            lattice.words[arc.words.start as usize..arc.words.end as usize].to_vec()
        };
        Surroundings { model, steps: decoding.path.iter().map(words).collect() }
    }

    /// ln P(restored window) - ln P(the same window with the text's own words), nats.
    fn gain(&self, step: usize, document: &Document, atom: &Atom) -> f64 {
        let mut before: Vec<WordId> =
            self.steps[..step].iter().rev().flat_map(|w| w.iter().rev()).take(REACH).copied().collect();
        before.reverse();
        let after: Vec<WordId> = self.steps[step + 1..].iter().flatten().take(REACH).copied().collect();
        let ids = |units: &[Unit]| -> Vec<WordId> {
            units.iter().filter_map(Unit::lm_word).map(|w| self.model.id(w)).collect()
        };
        let kept = ids(&document.units()[atom.start as usize..atom.end as usize]);
        let restored = ids(&units(&atom.after, &tokenize(&atom.after)));
        let score = |middle: &[WordId]| {
            let mut state = self.model.empty();
            let mut total = 0.0;
            for (i, &word) in before.iter().chain(middle).chain(&after).enumerate() {
                let (p, next) = self.model.score(state, word);
                total += if i < before.len() { 0.0 } else { f64::from(p) };
                state = next;
            }
            total
        };
        score(&restored) - score(&kept)
    }
}
