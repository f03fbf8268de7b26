//! Whether a text was spun: signals gather evidence that a person can check, and a verdict weighs it.
//!
//! A verdict marks a risk. It is no proof of anyone's intent.

pub mod articles;
pub mod classifier;
pub mod classifier_train;
pub mod evidence;
pub mod gate;
pub mod stretch;
pub mod substitutions;
pub mod verdict;
pub mod witness;

use crate::channel::decode::Decoding;
use crate::detect::evidence::{Evidence, Signal};
use crate::detect::verdict::Verdict;
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;

/// The verdict on `document`, which `decoding` has read with `lexicon`.
pub fn detect(document: &Document, lexicon: &Lexicon, decoding: &Decoding) -> Verdict {
    let signals: [&dyn Signal; 2] = [&substitutions::Substitutions, &articles::Articles];
    let mut evidence: Vec<Evidence> = signals.iter().flat_map(|s| s.evidence(document, lexicon, decoding)).collect();
    evidence.sort_by_key(|e| (e.span, e.signal));
    verdict::weigh(document, lexicon, decoding, evidence)
}
