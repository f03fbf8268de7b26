//! How much a phrase speaks for a spinner: what it says by itself, and what it says between other words.
//!
//! The log-likelihood ratio of "spun at rate r" against "genuine" of one phrase s that a text has:
//!
//! ```text
//! ln [ (1 − r · mass(s)) + r · Σ_o P(s | o) · P(o) / P(s) ]
//! ```

use crate::lexicon::dictionary::{Lexicon, PhraseId, Target};
use crate::lexicon::entry::Class;
use crate::lexicon::matcher::NodeId;
use crate::lm::{Context, LanguageModel, WordId};

/// The rate, 0 to 1, at which phrases are asked what they say by themselves.
pub const ALONE_RATE: f32 = 0.1;
/// No phrase says more against or for spinning, in nats.
const BOUNDS: (f32, f32) = (-3.0, 6.0);

/// What the phrase that ends at `node` says by itself at [`ALONE_RATE`], nats; `words` are those of `model` for a phrase.
///
/// # Panics
///
/// Where no phrase ends there.
pub fn alone<'w>(
    lexicon: &Lexicon,
    model: &dyn LanguageModel,
    node: NodeId,
    words: impl Fn(PhraseId) -> &'w [WordId],
) -> f32 {
    let context = model.context(model.empty());
    let ln_prob = |phrase| ln_prob(model, &context, words(phrase).iter());
    said(lexicon, node, ALONE_RATE, ln_prob(lexicon.phrase_at(node).expect("a phrase ends there")), ln_prob)
}

/// What the phrase at `node` says, nats, where it has `own` and its originals what `ln_prob` says.
///
/// # Panics
///
/// Where no phrase ends there.
pub fn said(lexicon: &Lexicon, node: NodeId, rate: f32, own: f32, mut ln_prob: impl FnMut(PhraseId) -> f32) -> f32 {
    let mut ratio = 1.0 - rate * mass(lexicon, node);
    for target in lexicon.targets(node) {
        if !is_name(lexicon, &target) {
            ratio += rate * target.weight * (ln_prob(target.original) - own).exp();
        }
    }
    ratio.ln().clamp(BOUNDS.0, BOUNDS.1)
}

/// ln P of `words` in `context`, nats.
pub fn ln_prob<'w>(model: &dyn LanguageModel, context: &Context, mut words: impl Iterator<Item = &'w WordId>) -> f32 {
    let Some(&first) = words.next() else { return 0.0 };
    let Some(&second) = words.next() else { return context.ln_prob(first) };
    let (mut sum, mut state) = context.score(first);
    let mut last = second;
    for &word in words {
        let (ln_prob, next) = model.score(state, last);
        sum += ln_prob;
        state = next;
        last = word;
    }
    // Nothing stands on the state behind the last.
    sum + model.context(state).ln_prob(last)
}

/// Names are left out of all of this: they are told by their capitals.
pub fn is_name(lexicon: &Lexicon, target: &Target) -> bool {
    lexicon.class(target.entry) == Class::Name
}

/// How surely the phrase at `node` would have been replaced.
fn mass(lexicon: &Lexicon, node: NodeId) -> f32 {
    let phrase = lexicon.get(lexicon.phrase_at(node).expect("a phrase ends there"));
    if phrase.text.chars().any(char::is_uppercase) { 0.0 } else { phrase.head_mass }
}
