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
    /// How much more probable an edit must be in a text of which next to nothing was replaced; the less of it was, the
    /// more. Where [`LIGHT`] of the known heads were replaced, and above, nothing is added.
    pub light_caution: f64,
    /// The same as `apply_from`, where it is higher, for synonyms that no spinner was seen to write.
    pub thesaurus_from: f64,
    /// Probability, 0 to 1, from which an edit that is not applied is offered for review.
    pub offer_from: f64,
}

/// Rate, 0 to 1, below which a text counts as lightly spun.
///
/// Source: as [`Options::default`]; of three rates in dev, caution pays at .3 and at neither .5 nor 1.
pub const LIGHT: f64 = 0.45;

impl Options {
    /// Makes edits from the probability `from` on, 0 to 1, however little of a text was spun.
    pub fn set_apply_from(&mut self, from: f64) {
        self.apply_from = from;
        self.offer_from = self.offer_from.min(from);
        self.light_caution = 0.0;
    }

    /// These options for a text in which a spinner replaced the heads it knows at `rate`, 0 to 1.
    fn at_rate(&self, rate: f64) -> Options {
        let lightness = (1.0 - rate / LIGHT).clamp(0.0, 1.0);
        let apply_from = (self.apply_from + self.light_caution * lightness).min(self.apply_from.max(MOST_ASKED));
        Options { apply_from, ..self.clone() }
    }
}

/// More than this is never asked of an edit out of caution.
const MOST_ASKED: f64 = 0.9;

impl Default for Options {
    fn default() -> Self {
        // Source: the curve of `removed` and precision over thresholds on the even-numbered half of dev (docs/accuracy.md).
        Options { apply_from: 0.45, light_caution: 0.35, thesaurus_from: 0.8, offer_from: 0.2 }
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
    let (family, _) = decoding.draws.leader();
    let options = options.at_rate(decoding.draws.expected_rate(family));
    let mut proposals = proposal::from_readings(document, lexicon, model, decoding, rescorer, &options);
    article::set(document, &mut proposals, &options);
    proposals
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lightly_spun_texts_ask_for_more() {
        let options = Options { apply_from: 0.4, light_caution: 0.3, thesaurus_from: 0.8, offer_from: 0.2 };
        let at = |rate: f64| options.at_rate(rate).apply_from;
        assert_eq!((at(1.0), at(LIGHT)), (0.4, 0.4));
        assert!((at(0.0) - 0.7).abs() < 1e-9 && (at(LIGHT / 2.0) - 0.55).abs() < 1e-9);
        assert_eq!(options.at_rate(0.1).thesaurus_from, 0.8);
        // No more than is ever asked, but for what was asked before.
        assert_eq!(Options { light_caution: 2.0, ..options.clone() }.at_rate(0.0).apply_from, MOST_ASKED);
        assert_eq!(Options { apply_from: 0.95, ..options }.at_rate(0.0).apply_from, 0.95);
    }

    #[test]
    fn a_threshold_that_is_asked_for_holds_at_any_rate() {
        let mut options = Options::default();
        options.set_apply_from(0.1);
        assert_eq!((options.at_rate(0.0).apply_from, options.offer_from), (0.1, 0.1));
        options.set_apply_from(0.7);
        assert_eq!((options.at_rate(0.0).apply_from, options.offer_from), (0.7, 0.1));
    }
}
