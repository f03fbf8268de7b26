//! Aligns an original with its spun text, down to the stretches that changed.
//!
//! Within a block of sentences similar's patience diff takes words that occur once on both sides as anchors and compares
//! between them (Myers 1986); stretches with hardly a word between them are looked at as one, since the words between may
//! be there by chance. `mine/segment.rs` takes the stretches apart.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use crate::mine::blocks::{Block, blocks};
use crate::mine::side::Side;

/// A stretch that changed, as ranges of units; kept units at its inside are possible, at its ends they are not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch {
    /// Units of the original.
    pub original: Range<usize>,
    /// Units of the spun text.
    pub spun: Range<usize>,
}

/// What of two texts belongs together.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Aligned {
    /// What changed, in the order of the original.
    pub stretches: Vec<Stretch>,
    /// Blocks in which it did.
    pub blocks: Vec<Block>,
    /// Units of the original that stand in the spun text, outside the stretches, each with its place there.
    pub kept: Vec<(u32, u32)>,
    /// Share of the units of both texts that are in aligned blocks, 0 to 1.
    pub share: f64,
}

/// Stretches with at most so many kept units between them are one.
const BRIDGE: usize = 2;
/// A stretch longer than this on either side is no spinner's doing, and is passed over.
///
/// A judgement, not measured: spinners leave most words alone, so that longer runs are other text.
pub const LONGEST: usize = 20;
/// The share of a block's longer side that must have been kept, so that it is spun and not written anew.
///
/// A judgement, not measured: a fully spun sentence keeps about half of its words.
const LEAST_KEPT: f64 = 0.25;

/// Aligns two texts.
pub fn align(original: &Side, spun: &Side) -> Aligned {
    let mut found = Aligned::default();
    let mut n_aligned = 0;
    for block in blocks(original, spun) {
        if align_block(original, spun, &block, &mut found) {
            n_aligned += block.original.len() + block.spun.len();
            found.blocks.push(block);
        }
    }
    found.share = n_aligned as f64 / (original.units.len() + spun.units.len()).max(1) as f64;
    found
}

/// Adds what `block` shows; false where its sides are no pair.
fn align_block(original: &Side, spun: &Side, block: &Block, found: &mut Aligned) -> bool {
    let words = |side: &Side, range: &Range<usize>| -> Vec<String> {
        side.units[range.clone()].iter().map(|unit| unit.folded.clone()).collect()
    };
    let (a, b) = (words(original, &block.original), words(spun, &block.spun));
    let mut stretches: Vec<Stretch> = Vec::new();
    let mut kept: Vec<(u32, u32)> = Vec::new();
    for op in capture_diff_slices(Algorithm::Patience, &a, &b) {
        let shift = |range: Range<usize>, by: usize| range.start + by..range.end + by;
        let (from, to) = (shift(op.old_range(), block.original.start), shift(op.new_range(), block.spun.start));
        if matches!(op, DiffOp::Equal { .. }) {
            kept.extend(from.zip(to).map(|(i, j)| (i as u32, j as u32)));
            continue;
        }
        match stretches.last_mut() {
            Some(last)
                if from.start - last.original.end <= BRIDGE
                    && from.end - last.original.start <= LONGEST
                    && to.end - last.spun.start <= LONGEST =>
            {
                (last.original.end, last.spun.end) = (from.end, to.end);
            }
            _ => stretches.push(Stretch { original: from, spun: to }),
        }
    }
    if (kept.len() as f64) < LEAST_KEPT * a.len().max(b.len()) as f64 {
        return false;
    }
    let is_inside = |i: u32| stretches.iter().any(|stretch| stretch.original.contains(&(i as usize)));
    found.kept.extend(kept.into_iter().filter(|&(i, _)| !is_inside(i)));
    found.stretches.extend(stretches.into_iter().filter(|s| s.original.len() <= LONGEST && s.spun.len() <= LONGEST));
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(original: &str, spun: &str, expected: &[(&str, &str)]) -> f64 {
        let (a, b) = (Side::new(original), Side::new(spun));
        let found = align(&a, &b);
        let stretches: Vec<(String, String)> =
            found.stretches.iter().map(|s| (a.folded(s.original.clone()), b.folded(s.spun.clone()))).collect();
        let stretches: Vec<(&str, &str)> = stretches.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect();
        assert_eq!(stretches, expected);
        found.share
    }

    #[test]
    fn stretches_are_what_changed() {
        let share = check(
            "A rare attack just over the border was reported by the old mayor of Norland.",
            "An uncommon assault simply over the border was introduced by the old mayor of Norland.",
            &[("a rare attack just", "an uncommon assault simply"), ("reported", "introduced")],
        );
        assert_eq!(share, 1.0);
    }

    #[test]
    fn other_editions_do_not_align() {
        let share = check(
            "The ferry to Norland left at noon with forty guests.",
            "Forty people, among them two singers, sailed to the island of Norland early in the afternoon.",
            &[],
        );
        assert_eq!(share, 0.0);
    }
}
