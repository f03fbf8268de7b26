//! Which dictionary entry makes one wording of another.

use crate::lexicon::dictionary::{EntryId, Lexicon};
use crate::lexicon::matcher::{ROOT, UnitId};
use crate::text::span::Span;
use crate::text::token::{Token, TokenKind};
use crate::text::unit::each_unit;

/// A wording as the lexicon's units; those it does not know are none.
pub type Units = Vec<Option<UnitId>>;

/// The units of the word at `span` of `text`.
pub fn of_word(lexicon: &Lexicon, text: &str, span: Span, kind: TokenKind) -> Units {
    let mut units = Units::new();
    each_unit(text, Token { span, kind }, &mut |span, _| units.push(lexicon.matcher().id_at(text, span)));
    units
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
