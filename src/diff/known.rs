//! Which dictionary entry makes one wording of another.

use crate::lexicon::dictionary::{EntryId, Lexicon};
use crate::lexicon::matcher::{ROOT, UnitId};
use crate::text::token::{Token, TokenKind};
use crate::text::unit::units;

/// A wording as the lexicon's units; those it does not know are none.
pub type Units = Vec<Option<UnitId>>;

/// The units of `word`.
pub fn of_word(lexicon: &Lexicon, word: &str, kind: TokenKind) -> Units {
    let token = Token { span: crate::text::span::Span::new(0, word.len()), kind };
    units(word, &[token]).iter().map(|unit| lexicon.matcher().id(&unit.folded)).collect()
}

/// The entry that reads `spun` as `original`, or the other way round.
pub fn entry(lexicon: &Lexicon, spun: &[Units], original: &[Units]) -> Option<EntryId> {
    one_way(lexicon, spun, original).or_else(|| one_way(lexicon, original, spun))
}

fn one_way(lexicon: &Lexicon, spun: &[Units], original: &[Units]) -> Option<EntryId> {
    let mut node = ROOT;
    for unit in spun.iter().flatten() {
        node = lexicon.matcher().step(node, (*unit)?)?;
    }
    let is_there = |units: &[UnitId]| units.iter().map(|&unit| Some(unit)).eq(original.iter().flatten().copied());
    let mut found = lexicon.targets(node).filter(|target| is_there(lexicon.get(target.original).units));
    // The weightiest, and of two the first in the files: what a person would look up.
    let first = found.next()?;
    Some(found.fold(first, |best, next| if next.weight > best.weight { next } else { best }).entry)
}
