//! What a token is.

use crate::text::span::Span;

/// The kinds of token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TokenKind {
    /// Letters, with inner apostrophes, hyphens and (in abbreviations) full stops: `don’t`, `anti-Kremlin`, `U.S.`
    Word,
    /// Begins with a digit: `3,000`, `2.8`, `09:20`, `1990s`.
    Number,
    /// `https://…`, `www.…`, or a bare domain with a known ending.
    Url,
    /// `name@host.tld`.
    Email,
    /// `#topic` or `@name`.
    Handle,
    /// Any other character that is not white space, or a run of the same one.
    Punctuation,
}

/// A token: a kind at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Where it stands, in bytes.
    pub span: Span,
    /// What it is.
    pub kind: TokenKind,
}
