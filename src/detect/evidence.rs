//! A reason to think that a text was spun, at a place where a person can look.

use serde::Serialize;

use crate::channel::decode::Decoding;
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;
use crate::text::span::Span;

/// One reason.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Evidence {
    /// Where, in bytes of the text.
    pub span: Span,
    /// Name of the signal that found it.
    pub signal: &'static str,
    /// How much it speaks for spinning, in nats of log-odds; negative speaks for the author.
    pub log_odds: f64,
    /// In words.
    pub reason: String,
}

/// Something that spinning leaves in a text.
pub trait Signal {
    /// What of it `document` shows, in order of place.
    fn evidence(&self, document: &Document, lexicon: &Lexicon, decoding: &Decoding) -> Vec<Evidence>;
}
