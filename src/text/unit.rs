//! The pieces that dictionaries and language models see: tokens, cut once more.
//!
//! A hyphenated word is its parts and the hyphens (`non-public` is three units), and a possessive or contracted `'s` is
//! a unit of its own, so that `army’s` meets the entry for `army` and the model's word `'s`. This is the
//! tokenisation of the shipped language model (docs/language-model.md).

use crate::text::span::Span;
use crate::text::token::{Token, TokenKind};

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// A word, or one part of a hyphenated word.
    Word,
    /// `'s` at the end of a word.
    Possessive,
    /// Begins with a digit.
    Number,
    /// A hyphen inside a word.
    Hyphen,
    /// A sign.
    Punctuation,
    /// A URL, an e-mail address or a handle: never looked into.
    Opaque,
}

/// A unit: a kind at a place, and its folded form.
///
/// ```
/// use despin::text::tokenize::tokenize;
/// use despin::text::unit::{UnitKind, units};
/// let text = "Kyiv’s 20 non-public";
/// let units = units(text, &tokenize(text));
/// let folded: Vec<&str> = units.iter().map(|unit| unit.folded.as_str()).collect();
/// assert_eq!(folded, ["kyiv", "'s", "20", "non", "-", "public"]);
/// assert!(units[1].kind == UnitKind::Possessive && units[1].is_joined);
/// // Models have one word for all numbers, and none for signs.
/// assert_eq!((units[2].lm_word(), units[4].lm_word()), (Some("<num>"), None));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unit {
    /// Where it stands, in bytes.
    pub span: Span,
    /// What it is.
    pub kind: UnitKind,
    /// The text in lower case, with `'` for every apostrophe and `-` for every hyphen.
    pub folded: String,
    /// True where no white space stands before it and it is not the first.
    pub is_joined: bool,
}

impl Unit {
    /// The word that a language model has for it; none for signs, which the model does not see.
    pub fn lm_word(&self) -> Option<&str> {
        lm_word(self.kind, &self.folded)
    }
}

/// The word that a language model has for a unit of that kind and folded text; none for signs.
pub fn lm_word(kind: UnitKind, folded: &str) -> Option<&str> {
    match kind {
        UnitKind::Word | UnitKind::Possessive => Some(folded.strip_suffix('.').unwrap_or(folded)),
        UnitKind::Number => Some(NUMBER_WORD),
        UnitKind::Opaque => Some(UNKNOWN_WORD),
        UnitKind::Hyphen | UnitKind::Punctuation => None,
    }
}

/// What every number is to the language model.
pub const NUMBER_WORD: &str = "<num>";
/// What the language model has for words it does not know.
pub const UNKNOWN_WORD: &str = "<unk>";

/// `text` in lower case with plain apostrophes and hyphens.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2019}' | '\u{2bc}' => out.push('\''),
            '\u{2010}' | '\u{2011}' => out.push('-'),
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// The units of `tokens`, in order.
pub fn units(text: &str, tokens: &[Token]) -> Vec<Unit> {
    let mut out: Vec<Unit> = Vec::with_capacity(tokens.len() + tokens.len() / 8);
    for &token in tokens {
        each_unit(text, token, &mut |span, kind| {
            let is_joined = out.last().is_some_and(|last| last.span.end == span.start);
            out.push(Unit { span, kind, folded: fold(span.of(text)), is_joined });
        });
    }
    out
}

/// Calls `each` with the place and the kind of every unit of `token`, in order.
#[inline]
pub fn each_unit(text: &str, token: Token, each: &mut impl FnMut(Span, UnitKind)) {
    let kind = match token.kind {
        TokenKind::Word => return split_word(text, token.span, each),
        TokenKind::Number => UnitKind::Number,
        TokenKind::Punctuation => match token.span.of(text) {
            "-" | "\u{2010}" | "\u{2011}" => UnitKind::Hyphen,
            _ => UnitKind::Punctuation,
        },
        TokenKind::Url | TokenKind::Email | TokenKind::Handle => UnitKind::Opaque,
    };
    each(token.span, kind);
}

#[inline]
fn split_word(text: &str, span: Span, each: &mut impl FnMut(Span, UnitKind)) {
    let word = span.of(text);
    if word.bytes().all(|b| b.is_ascii_alphanumeric()) {
        return each(span, UnitKind::Word);
    }
    let mut start = 0;
    for (at, c) in word.char_indices() {
        if matches!(c, '-' | '\u{2010}' | '\u{2011}') {
            split_possessive(text, Span::new(span.start + start, span.start + at), each);
            let end = at + c.len_utf8();
            each(Span::new(span.start + at, span.start + end), UnitKind::Hyphen);
            start = end;
        }
    }
    split_possessive(text, Span::new(span.start + start, span.end), each);
}

fn split_possessive(text: &str, span: Span, each: &mut impl FnMut(Span, UnitKind)) {
    let word = span.of(text);
    for tail in ["'s", "\u{2019}s", "'S", "\u{2019}S", "\u{2bc}s"] {
        if let Some(head) = word.strip_suffix(tail)
            && !head.is_empty()
        {
            let cut = span.start + head.len();
            each(Span::new(span.start, cut), UnitKind::Word);
            each(Span::new(cut, span.end), UnitKind::Possessive);
            return;
        }
    }
    if !word.is_empty() {
        each(span, UnitKind::Word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::tokenize::tokenize;

    fn check(text: &str, expected: &str) {
        let got: Vec<String> = units(text, &tokenize(text)).into_iter().map(|u| u.folded).collect();
        assert_eq!(got.join(" "), expected, "{text}");
    }

    #[test]
    fn splits_hyphens_and_possessives() {
        check("The army’s non-public 12 months-old men", "the army 's non - public 12 months - old men");
        check("It’s O'Brien's who've DON'T", "it 's o'brien 's who've don't");
    }

    #[test]
    fn folding_makes_capitals_and_signs_plain() {
        assert_eq!(fold("D’ÉTÉ ʼS X\u{2010}Y\u{2011}Z"), "d'été 's x-y-z");
        assert_eq!(fold("Don’t STOP"), "don't stop");
    }
}
