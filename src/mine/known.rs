//! Pairs of wordings by hash, so that a cell of an alignment asks for one without making a text of it.

use std::hash::Hasher;

use rustc_hash::{FxHashSet, FxHasher};

use crate::lexicon::dictionary::Lexicon;

/// The hash of a wording of no units.
pub const NOTHING: u64 = 0;

/// The hash of a wording with one unit more.
///
/// Hashes are of 64 bits: among a million pairs two share one with a probability of 3 in 100 million, and then an
/// alignment takes the one for known because of the other.
pub fn with(wording: u64, unit: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(wording);
    hasher.write(unit.as_bytes());
    hasher.finish()
}

/// The hash of a pair of wordings.
pub fn pair(original: u64, spun: u64) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write_u64(original);
    hasher.write_u64(spun);
    hasher.finish()
}

/// The pairs that dictionaries have.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pairs: FxHashSet<u64>,
}

impl Known {
    /// Those of `lexicon`; words that came or went are not among them.
    pub fn of(lexicon: &Lexicon) -> Known {
        let hash = |phrase| lexicon.get(phrase).units.iter().fold(NOTHING, |h, &u| with(h, lexicon.matcher().unit(u)));
        let targets = lexicon.all_targets().map(|target| (hash(target.original), hash(target.spun)));
        Known { pairs: targets.filter(|&(o, s)| o != NOTHING && s != NOTHING).map(|(o, s)| pair(o, s)).collect() }
    }

    /// True where the pair of this hash is known.
    pub fn has(&self, pair: u64) -> bool {
        self.pairs.contains(&pair)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;

    #[test]
    fn pairs_are_found_in_their_direction_alone() {
        let lexicon =
            Lexicon::new(vec![parse("a.tsv", "final 12 months\tlast year\tphrase\ngross\t<none>\tphrase\n").unwrap()]);
        let known = Known::of(&lexicon);
        let hash = |wording: &str| wording.split(' ').fold(NOTHING, with);
        assert!(known.has(pair(hash("last year"), hash("final 12 months"))));
        assert!(!known.has(pair(hash("final 12 months"), hash("last year"))));
        assert!(!known.has(pair(NOTHING, hash("gross"))));
    }
}
