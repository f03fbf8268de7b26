//! What the spun phrases of a text say for spinning, each heard once.
//!
//! The likelihood ratio of the whole text takes each place for an independent witness. It is misled where a genuine text
//! repeats a word that is unusual in news, as a statute does with `shall`: twenty places, fifty nats, one habit. A spinner
//! draws once for a head, so a phrase is heard once, with the mean of what its places say: where the spinner wrote it, it
//! wrote it at all of them.

use std::ops::Range;

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

/// What the spun phrases say that stand in `units` of the text that `decoding` read.
pub fn hear(lexicon: &Lexicon, decoding: &Decoding, units: Range<usize>) -> Witness {
    // P(spun) at each place of each phrase; a place may have been several originals.
    let mut places: FxHashMap<(PhraseId, u32), f64> = FxHashMap::default();
    let mut heard = Witness::default();
    let arcs = &decoding.lattice.arcs;
    let first = arcs.partition_point(|arc| (arc.start as usize) < units.start);
    let end = arcs.partition_point(|arc| (arc.start as usize) < units.end);
    for (arc, &share) in arcs[first..end].iter().zip(&decoding.posterior.arcs[first..end]) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::decode::{Options, decode};
    use crate::channel::reader::Reader;
    use crate::document::Document;
    use crate::lexicon::format::parse;
    use crate::lm::UniformModel;

    fn heard(text: &str) -> Witness {
        let entries = "shall\twill\tphrase\t0.4\nsolely\tonly\tphrase\t0.4\nwithin the\tin the\tphrase\t0.4\n";
        let lexicon = Lexicon::new(vec![parse("a.tsv", entries).unwrap()]);
        let model = UniformModel::new(1000);
        let document = Document::new(text.to_string(), &[]);
        let decoding = decode(&document, &Reader::new(&lexicon, &model, None), &Options::default());
        hear(&lexicon, &decoding, 0..document.units().len())
    }

    #[test]
    fn a_habit_says_no_more_than_its_mean_place() {
        let twice = heard("Tenants shall pay. They shall go.").words;
        let often = heard(&"Tenants shall pay. They shall go. ".repeat(10)).words;
        assert!(often <= MOST && often < 10.0 * twice, "{often} after {twice}");
    }

    #[test]
    fn words_are_heard_apart_from_phrases() {
        let both = heard("They solely live within the town.");
        assert!(both.words > 0.0 && both.phrases > 0.0, "{both:?}");
        assert_eq!(heard("They solely live there.").phrases, 0.0);
        assert_eq!(heard("They live here."), Witness::default());
    }
}
