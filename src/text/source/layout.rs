//! How a text is written as bytes, and read from the bytes that it was written as.

use serde::{Deserialize, Serialize};

use crate::text::edit::EditScript;
use crate::text::offsets::{Bias, OffsetMap};
use crate::text::source::encoding::Encoding;
use crate::text::source::raw::RawBytes;

/// How a text is written as bytes.
///
/// A code page cannot hold every text. [`Layout::carried`] turns to UTF-8 where an edit brings in a character
/// that it lacks, and [`Layout::encode`] writes UTF-8 for a text that does not [fit](Layout::fits), because the other
/// choice is to lose the character.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The encoding.
    pub encoding: Encoding,
    /// True where the bytes begin with a byte order mark.
    pub has_bom: bool,
    /// What the text does not bring back, in order of place. An entry that does not stand at its text is passed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raw: Vec<RawBytes>,
}

impl Layout {
    /// `text` as bytes. For a text that does not [fit](Layout::fits) they are UTF-8.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        let encoding = if self.fits(text) { self.encoding } else { Encoding::Utf8 };
        let bom = if self.has_bom { encoding.bom() } else { b"" };
        let mut out = Vec::with_capacity(match encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => bom.len() + 2 * text.len(),
            Encoding::Utf8 | Encoding::CodePage(_) => bom.len() + text.len(),
        });
        out.extend_from_slice(bom);
        let mut done = 0;
        // Another way to write a character is one of its code page only; bytes that are no character are none anywhere.
        for raw in self.raw_of(text).filter(|raw| encoding == self.encoding || raw.is_no_character()) {
            encoding.push(&text[done..raw.at], &mut out);
            out.extend_from_slice(&raw.bytes);
            done = raw.span().end;
        }
        encoding.push(&text[done..], &mut out);
        out
    }

    /// As [`encode`](Layout::encode), without a copy where the text's own bytes are those.
    pub fn into_bytes(&self, text: String) -> Vec<u8> {
        let is_plain = self.encoding == Encoding::Utf8 && !self.has_bom && self.raw.is_empty();
        if is_plain { text.into_bytes() } else { self.encode(&text) }
    }

    /// The text that this layout wrote as `bytes`; `None` where it cannot have written them.
    ///
    /// Unlike [`Source::decode`](crate::text::source::Source::decode) this guesses nothing, so a text comes back also where
    /// its bytes, met by chance, would be taken for something else: `layout.read(&layout.encode(text))` is `text` for each
    /// text that fits.
    pub fn read(&self, bytes: &[u8]) -> Option<String> {
        let mut rest = bytes;
        if self.has_bom {
            rest = rest.strip_prefix(self.encoding.bom())?;
        }
        let mut text = String::with_capacity(rest.len());
        for raw in &self.raw {
            let n_bytes = raw.at.checked_sub(text.len())?;
            rest = self.encoding.pull(rest, Some(n_bytes), &mut text)?;
            rest = rest.strip_prefix(raw.bytes.as_slice())?;
            text.push_str(&raw.text);
        }
        self.encoding.pull(rest, None, &mut text)?;
        Some(text)
    }

    /// True where each character of `text`, besides those of raw bytes, has a place in the encoding.
    pub fn fits(&self, text: &str) -> bool {
        let Encoding::CodePage(_) = self.encoding else { return true };
        let mut done = 0;
        let mut is_fit = true;
        for raw in self.raw_of(text) {
            is_fit = is_fit && self.encoding.fits(&text[done..raw.at]);
            done = raw.span().end;
        }
        is_fit && self.encoding.fits(&text[done..])
    }

    /// The layout for the text that `edits` make, where `map` is the map of `edits`.
    ///
    /// Raw bytes whose text is still there keep its new place; those that an edit touches are dropped.
    pub fn carried(&self, map: &OffsetMap, edits: &EditScript) -> Layout {
        let edits = edits.edits();
        let mut fits = edits.iter().all(|e| self.encoding.fits(&e.after));
        let mut raw = Vec::with_capacity(self.raw.len());
        for one in &self.raw {
            let place = one.span();
            let first = edits.partition_point(|e| e.span.end <= place.start);
            let mut touching = edits[first..].iter().take_while(|e| e.span.start < place.end).peekable();
            if touching.peek().is_none() {
                raw.push(RawBytes { at: map.forward(one.at, Bias::End), ..one.clone() });
            } else if !touching.any(|e| e.span.contains(place)) {
                // What an edit leaves of the text has to be written without the bytes.
                fits = fits && self.encoding.fits(&one.text);
            }
        }
        if !fits {
            raw.retain(RawBytes::is_no_character);
        }
        Layout { encoding: if fits { self.encoding } else { Encoding::Utf8 }, has_bom: self.has_bom, raw }
    }

    /// The entries of `raw` that stand in order at their texts in `text`.
    pub(crate) fn raw_of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a RawBytes> {
        let mut done = 0;
        self.raw.iter().filter(move |raw| {
            let stands = raw.at >= done && text.get(raw.at..).is_some_and(|t| t.starts_with(&*raw.text));
            if stands {
                done = raw.span().end;
            }
            stands
        })
    }
}
