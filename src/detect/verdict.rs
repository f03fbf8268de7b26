//! From evidence to a verdict.

use serde::Serialize;

use crate::channel::decode::Decoding;
use crate::detect::evidence::Evidence;
use crate::detect::witness::hear;
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;

/// What a text is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// Spun, in all probability.
    Spun,
    /// More probably spun than not, but not surely.
    Suspect,
    /// As its author wrote it, as far as can be told.
    Genuine,
}

/// What is thought of a text. A risk marker, not a proof.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Verdict {
    /// What the text is taken for.
    #[serde(rename = "verdict")]
    pub label: Label,
    /// Probability, 0 to 1, that it was spun.
    pub probability: f64,
    /// Estimated share, 0 to 1, of the heads a spinner knows that it replaced.
    pub rate: f64,
    /// Family that replaced most of it, as far as can be told; none for genuine texts.
    pub profile: Option<String>,
    /// Why, in order of place.
    pub evidence: Vec<Evidence>,
}

/// Log-odds, in nats, that a text was spun: a weighted sum of the logarithms of what its words say, what its phrases say
/// and its length. Logarithms, since registers differ by factors in how much they say by chance.
///
/// Source: logistic regression on windows of 25 to 1,000 tokens of 30 registers and on whole texts, half of the weight on
/// genuine ones; docs/detection.md has the texts, the figures and the error by register.
const WEIGHTS: Weights = Weights { bias: 15.8, words: 1.98, phrases: 2.95, length: -4.3 };
/// Nats added to what words and phrases say, and units to the length, lest the logarithms of little weigh much.
///
/// Source: lowest cross-entropy of the regression, registers left out in turn.
const GROUND: (f64, f64) = (2.0, 100.0);
/// A text that is shorter, in units, is judged as if it had this length: the regression saw none.
const SHORTEST: usize = 25;
/// Wrong articles beyond these add nothing: a hundred of them are one author's English.
const MOST_ARTICLES: usize = 3;
/// Probability from which a text is called spun.
///
/// Source: fewer than one window of 300 tokens in a hundred of genuine texts comes above it, most of those legal
/// (docs/detection.md).
const SPUN_FROM: f64 = 0.9;
/// Probability from which a text is called suspect.
const SUSPECT_FROM: f64 = 0.5;

struct Weights {
    bias: f64,
    words: f64,
    phrases: f64,
    length: f64,
}

/// The verdict on `document`, given what `decoding` and `evidence` say.
pub(crate) fn weigh(document: &Document, lexicon: &Lexicon, decoding: &Decoding, evidence: Vec<Evidence>) -> Verdict {
    let heard = hear(lexicon, decoding);
    let articles = evidence.iter().filter(|e| e.signal == "article").take(MOST_ARTICLES);
    let words = heard.words + articles.map(|e| e.log_odds).sum::<f64>();
    let probability = probability(words, heard.phrases, document.units().len());
    let label = match probability {
        p if p >= SPUN_FROM => Label::Spun,
        p if p >= SUSPECT_FROM => Label::Suspect,
        _ => Label::Genuine,
    };
    let (family, rate) = decoding.draws.leader();
    let profile = (label != Label::Genuine).then(|| lexicon.family_name(family).to_string());
    Verdict { label, probability, rate, profile, evidence }
}

/// Probability that a text of `n_units` was spun, of which words and phrases say so many nats.
fn probability(words: f64, phrases: f64, n_units: usize) -> f64 {
    let (nats, units) = GROUND;
    let log_odds = WEIGHTS.bias
        + WEIGHTS.words * (words + nats).ln()
        + WEIGHTS.phrases * (phrases + nats).ln()
        + WEIGHTS.length * (n_units.max(SHORTEST) as f64 + units).ln();
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_more_the_more_is_said_and_less_the_longer_the_text() {
        assert!(probability(3.0, 0.0, 100) < probability(6.0, 0.0, 100));
        assert!(probability(3.0, 3.0, 100) < probability(3.0, 6.0, 100));
        assert!(probability(6.0, 3.0, 100) > probability(6.0, 3.0, 300));
    }

    #[test]
    fn silence_is_genuine_at_any_length() {
        for n_units in [0, 1, 10, 100, 10_000] {
            assert!(probability(0.0, 0.0, n_units) < SUSPECT_FROM, "{n_units}");
        }
    }

    #[test]
    fn one_phrase_alone_does_not_convict() {
        for n_units in [1, 10, 100] {
            assert!(probability(crate::detect::witness::MOST, 0.0, n_units) < SPUN_FROM, "{n_units}");
        }
    }
}
