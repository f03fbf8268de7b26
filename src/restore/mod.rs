//! From the channel's reading of a text to proposals: edits with a probability, a cause and rivals.

pub mod article;
pub mod atom;
pub mod choose;
pub mod place;
pub mod proposal;
pub mod rescore;

use crate::channel::decode::Decoding;
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;
use crate::lm::LanguageModel;
use crate::lm::sequence::SequenceModel;
use crate::restore::proposal::Proposal;

/// From which probability a proposal is made by itself, and from which it is offered.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Probability, 0 to 1, from which an edit is applied unasked.
    pub apply_from: f64,
    /// The same, where it is higher, for synonyms that no spinner was seen to write.
    pub thesaurus_from: f64,
    /// Probability, 0 to 1, from which an edit that is not applied is offered for review.
    pub offer_from: f64,
}

impl Default for Options {
    fn default() -> Self {
        // Source: the curve of `removed` and precision over thresholds on the even-numbered half of dev (docs/accuracy.md).
        Options { apply_from: 0.45, thesaurus_from: 0.8, offer_from: 0.2 }
    }
}

/// The proposals that `decoding` makes for `document`, in order of place; close decisions are looked at again by
/// `rescorer` where there is one.
pub fn propose(
    document: &Document,
    lexicon: &Lexicon,
    model: &dyn LanguageModel,
    decoding: &Decoding,
    rescorer: Option<&dyn SequenceModel>,
    options: &Options,
) -> Vec<Proposal> {
    let mut proposals = proposal::from_readings(document, lexicon, model, decoding, rescorer, options);
    article::set(document, &mut proposals, options);
    proposals
}
