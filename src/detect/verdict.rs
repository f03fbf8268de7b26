//! From evidence to a verdict.

use serde::{Deserialize, Serialize};

use crate::channel::decode::Decoding;
use crate::detect::evidence::Evidence;
use crate::detect::stretch::{Stretch, stretches};
use crate::detect::witness::hear;
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;

/// What a text is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
///
/// ```
/// use despin::{Despinner, Label};
/// let verdict = Despinner::builtin()?.detect(include_bytes!("../../fixtures/restore/harbour_article/input.txt"));
/// assert_eq!((verdict.label, verdict.profile.as_deref()), (Label::Spun, Some("autoblog")));
/// // Each reason is a place where a person can look.
/// assert!(verdict.evidence.iter().any(|evidence| evidence.reason.contains("“mentioned”")));
/// # Ok::<(), despin::Error>(())
/// ```
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

/// Log-odds, in nats, that a text was spun: a weighted sum of the logarithms of what its words say, what its phrases say,
/// its length and the rate. Logarithms, since registers differ by factors in how much they say by chance. The rate counts
/// against: the higher the channel believes it to be, the more each place says by itself.
///
/// Source: logistic regression on windows of 100 and 300 tokens of 76 registers and on whole texts, half of the weight on
/// genuine ones; docs/detection.md has the texts, the figures and the error by register.
const WEIGHTS: Weights = Weights { bias: 17.326, words: 2.644, phrases: 2.816, length: -5.281, rate: -2.164 };
/// Nats added to what words and phrases say, units to the length, and to the rate, lest the logarithms of little weigh
/// much.
///
/// Source: highest recall at 15 % on the even-numbered half of dev, registers left out in turn.
const GROUND: (f64, f64, f64) = (1.0, 100.0, 0.02);
/// A rate above this counts as this: where so much was replaced, each place speaks for itself, and profiles of which a text
/// has few heads know their rate badly.
///
/// Source: among .3, .5 and 1 all do as well on autoblog; the lowest leaves tortured abstracts to their phrases.
const HIGH_RATE: f64 = 0.3;
/// A text that is shorter, in units, is judged as if it had this length: the regression saw none.
const SHORTEST: f64 = 25.0;
/// Wrong articles beyond these add nothing: a hundred of them are one author's English.
const MOST_ARTICLES: usize = 3;
/// One in so many stretches of a long text, those that say most for spinning, judge it: a text of which a third was spun
/// was spun.
const ONE_IN: usize = 3;
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
    rate: f64,
}

/// The verdict on `document`, given what `decoding` and `evidence` say.
pub(crate) fn weigh(document: &Document, lexicon: &Lexicon, decoding: &Decoding, evidence: Vec<Evidence>) -> Verdict {
    let (family, rate) = decoding.draws.leader();
    let stretches = stretches(document);
    let say = |stretch: &Stretch| {
        let heard = hear(lexicon, decoding, stretch.units.clone());
        let words = heard.words + articles(document, &evidence, stretch);
        log_odds(words, heard.phrases, rate, stretch.length)
    };
    let mut said: Vec<f64> = stretches.iter().map(say).collect();
    said.sort_by(|a, b| b.total_cmp(a));
    said.truncate(said.len().div_ceil(ONE_IN));
    let probability = 1.0 / (1.0 + (-said.iter().sum::<f64>() / said.len() as f64).exp());
    let label = match probability {
        p if p >= SPUN_FROM => Label::Spun,
        p if p >= SUSPECT_FROM => Label::Suspect,
        _ => Label::Genuine,
    };
    let profile = (label != Label::Genuine).then(|| lexicon.family_name(family).to_string());
    Verdict { label, probability, rate: decoding.draws.expected_rate(family), profile, evidence }
}

/// What wrong articles say in `stretch`, in nats.
fn articles(document: &Document, evidence: &[Evidence], stretch: &Stretch) -> f64 {
    if stretch.units.is_empty() {
        return 0.0;
    }
    let span = document.units_span(stretch.units.start, stretch.units.end);
    let inside = evidence.iter().filter(|e| e.signal == "article" && span.contains(e.span));
    inside.take(MOST_ARTICLES).map(|e| e.log_odds).sum()
}

/// Log-odds that a stretch of so many units was spun, of which words and phrases say so many nats, read at `rate`.
fn log_odds(words: f64, phrases: f64, rate: f64, length: f64) -> f64 {
    let (nats, units, least) = GROUND;
    WEIGHTS.bias
        + WEIGHTS.words * (words + nats).ln()
        + WEIGHTS.phrases * (phrases + nats).ln()
        + WEIGHTS.length * (length.max(SHORTEST) + units).ln()
        + WEIGHTS.rate * (rate.min(HIGH_RATE) + least).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_more_the_more_is_said_and_less_the_longer_the_text() {
        assert!(log_odds(3.0, 0.0, 0.5, 100.0) < log_odds(6.0, 0.0, 0.5, 100.0));
        assert!(log_odds(3.0, 3.0, 0.5, 100.0) < log_odds(3.0, 6.0, 0.5, 100.0));
        assert!(log_odds(6.0, 3.0, 0.5, 100.0) > log_odds(6.0, 3.0, 0.5, 300.0));
    }

    #[test]
    fn silence_is_genuine_at_any_length_and_rate() {
        for n_units in [0.0, 1.0, 10.0, 100.0, 10_000.0] {
            for rate in [0.003, 0.1, 0.98] {
                assert!(log_odds(0.0, 0.0, rate, n_units) < 0.0, "{n_units} {rate}");
            }
        }
    }

    #[test]
    fn one_phrase_alone_does_not_convict() {
        // A text so short leaves the rate near what was believed before, a half.
        for n_units in [1.0, 10.0, 100.0] {
            for rate in [0.1, 0.5, 0.98] {
                let said = log_odds(crate::detect::witness::MOST, 0.0, rate, n_units);
                assert!(said < (SPUN_FROM / (1.0 - SPUN_FROM)).ln(), "{n_units} {rate}");
            }
        }
    }
}
