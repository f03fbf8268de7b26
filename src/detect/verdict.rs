//! From evidence to a verdict.

use serde::Serialize;

use crate::channel::decode::Decoding;
use crate::detect::evidence::Evidence;
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;

/// What a text is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Label {
    /// More probably spun than not.
    Spun,
    /// It cannot be told.
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

/// Log-likelihood ratio a unit, in nats, at which a very long text is as probably spun as not, and how much more a text
/// of n units must show, over the root of n.
///
/// Source: windows of 100 and 300 tokens of dev. Genuine windows of 300 stay below .02, spun ones at 30 % start at .07;
/// one genuine window of 100 in a hundred passes .055. See docs/accuracy.md.
const THRESHOLD: (f64, f64) = (0.04, 0.35);
/// Log-odds a unit of evidence above the threshold, in a text of [`REFERENCE_UNITS`].
const SLOPE: f64 = 100.0;
/// Length, in units, at which the slope was read off; it grows with the root of the length.
const REFERENCE_UNITS: f64 = 400.0;
/// Log-odds of a text before it is read, nats, and what each nat of likelihood ratio adds: a text of a few words has no
/// more evidence than its words.
const SHORT: (f64, f64) = (-3.0, 0.5);
/// Probability from which a text is called spun.
const SPUN_FROM: f64 = 0.5;
/// Probability from which a text is called suspect.
const SUSPECT_FROM: f64 = 0.15;

/// The verdict on `document`, given what `decoding` and `evidence` say.
pub(crate) fn weigh(document: &Document, lexicon: &Lexicon, decoding: &Decoding, evidence: Vec<Evidence>) -> Verdict {
    let n = document.units().len().max(1) as f64;
    let articles: f64 = evidence.iter().filter(|e| e.signal == "article").map(|e| e.log_odds).sum();
    let ratio = (decoding.log_ratio + articles.min(0.02 * n)) / n;
    let threshold = THRESHOLD.0 + THRESHOLD.1 / n.sqrt();
    let by_density = (ratio - threshold) * SLOPE * (n / REFERENCE_UNITS).sqrt().min(2.0);
    let by_amount = SHORT.0 + SHORT.1 * ratio * n;
    let probability = 1.0 / (1.0 + (-by_density.min(by_amount)).exp());
    let label = match probability {
        p if p >= SPUN_FROM => Label::Spun,
        p if p >= SUSPECT_FROM => Label::Suspect,
        _ => Label::Genuine,
    };
    let (family, rate) = decoding.draws.leader();
    let profile = (label != Label::Genuine).then(|| lexicon.family_name(family).to_string());
    Verdict { label, probability, rate, profile, evidence }
}
