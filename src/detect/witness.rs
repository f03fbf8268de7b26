//! What the spun phrases of a text say for spinning, each heard once.
//!
//! The likelihood ratio of the whole text takes each place for an independent witness. It is misled where a genuine text
//! repeats a word that is unusual in news, as a statute does with `shall`: twenty places, fifty nats, one habit. A spinner
//! draws once for a head, so a phrase is heard once, with the mean of what its places say: where the spinner wrote it, it
//! wrote it at all of them.

use rustc_hash::FxHashMap;

use crate::channel::decode::Decoding;
use crate::channel::lattice::Reading;
use crate::lexicon::dictionary::{Lexicon, PhraseId};

/// Sums over the spun phrases of a text, in nats.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Witness {
    /// What phrases of one word say. A register has many such habits.
    pub words: f64,
    /// What phrases of several words say, and digits half spelled out.
    pub phrases: f64,
}

/// No phrase says more, in nats: none convicts by itself.
pub const MOST: f64 = 6.0;

/// What the spun phrases of the text that `decoding` read say.
pub fn hear(lexicon: &Lexicon, decoding: &Decoding) -> Witness {
    // P(spun) at each place of each phrase; a place may have been several originals.
    let mut places: FxHashMap<(PhraseId, u32), f64> = FxHashMap::default();
    let mut heard = Witness::default();
    for (arc, &share) in decoding.lattice.arcs.iter().zip(&decoding.posterior.arcs) {
        match &arc.reading {
            Reading::Dictionary { target, .. } => *places.entry((target.spun, arc.start)).or_default() += share,
            Reading::Number(_) => heard.phrases += nats(share),
            Reading::Keep | Reading::Article(_) => {}
        }
    }
    // In order, since sums of floating point numbers depend on it and verdicts are to be the same on every run.
    let mut places: Vec<((PhraseId, u32), f64)> = places.into_iter().collect();
    places.sort_by_key(|&(place, _)| place);
    for of_phrase in places.chunk_by(|a, b| a.0.0 == b.0.0) {
        let said = of_phrase.iter().map(|&(_, share)| nats(share)).sum::<f64>() / of_phrase.len() as f64;
        match lexicon.get(of_phrase[0].0.0).units.len() {
            1 => heard.words += said,
            _ => heard.phrases += said,
        }
    }
    heard
}

/// What is gained, in nats of log-likelihood, by a reading that has `share` of the probability.
fn nats(share: f64) -> f64 {
    -(1.0 - share).max((-MOST).exp()).ln()
}
