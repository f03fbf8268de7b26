//! A text with everything that later stages read off it, made once and never written to.

use std::sync::OnceLock;

use rustc_hash::FxHashMap;

use crate::text::sentence::sentences;
use crate::text::span::Span;
use crate::text::token::{Token, TokenKind};
use crate::text::tokenize::tokenize;
use crate::text::unit::{Unit, units};

/// A text, its tokens, its units, its sentences, and what must not be edited.
///
/// ```
/// use despin::document::Document;
/// let document = Document::new("The army’s men left. See https://example.org.".to_string(), &[]);
/// let units: Vec<&str> = document.units().iter().map(|unit| unit.folded.as_str()).collect();
/// assert_eq!(units[..4], ["the", "army", "'s", "men"]);
/// assert_eq!(document.sentences().len(), 2);
/// // What must not be edited.
/// assert_eq!(document.protected()[0].of(document.text()), "https://example.org");
/// ```
#[derive(Debug, Clone)]
pub struct Document {
    text: String,
    tokens: Vec<Token>,
    units: Vec<Unit>,
    // Found when first asked for: texts that are only looked at need none.
    sentences: OnceLock<Vec<Span>>,
    protected: Vec<Span>,
}

impl Document {
    /// The document of `text`. URLs, e-mail addresses and handles are protected, and so are `more` spans, which may
    /// stand in any order and overlap.
    pub fn new(text: String, more: &[Span]) -> Self {
        let tokens = tokenize(&text);
        let units = units(&text, &tokens);
        let is_opaque = |t: &&Token| matches!(t.kind, TokenKind::Url | TokenKind::Email | TokenKind::Handle);
        let mut protected: Vec<Span> =
            tokens.iter().filter(is_opaque).map(|t| t.span).chain(more.iter().copied()).collect();
        protected.sort();
        Document { text, tokens, units, sentences: OnceLock::new(), protected }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its tokens, in order.
    pub fn tokens(&self) -> &[Token] {
        &self.tokens
    }

    /// Its units, in order.
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Its sentences, in order.
    pub fn sentences(&self) -> &[Span] {
        self.sentences.get_or_init(|| sentences(&self.text, &self.tokens))
    }

    /// What each unit is worth as a witness, in (0, 1]: one over how often the text has the very sentence that it stands in.
    ///
    /// A page that repeats its article says no more than the article.
    pub fn unit_shares(&self) -> Vec<f64> {
        let mut n_times: FxHashMap<&str, u32> = FxHashMap::default();
        for span in self.sentences() {
            *n_times.entry(span.of(&self.text)).or_default() += 1;
        }
        let mut shares = Vec::with_capacity(self.units.len());
        for span in self.sentences() {
            let n_units = self.units[shares.len()..].partition_point(|unit| unit.span.start < span.end);
            let share = 1.0 / f64::from(n_times[span.of(&self.text)]);
            shares.resize(shares.len() + n_units, share);
        }
        shares
    }

    /// Spans that restoring never edits, in order of place.
    pub fn protected(&self) -> &[Span] {
        &self.protected
    }

    /// The span from unit `first` up to, but without, unit `end`.
    ///
    /// # Panics
    ///
    /// Where the range is empty or passes the last unit.
    pub fn units_span(&self, first: usize, end: usize) -> Span {
        Span::new(self.units[first].span.start, self.units[end - 1].span.end)
    }

    /// What stands between unit `idx` and the one before it.
    pub fn gap_before(&self, idx: usize) -> &str {
        let from = idx.checked_sub(1).map_or(0, |before| self.units[before].span.end);
        &self.text[from..self.units[idx].span.start]
    }
}
