//! The encodings from before Unicode, read so that the very bytes can be written again.
//!
//! In those of one byte a character each byte has its own character, so nothing needs to be kept. Those of several bytes have
//! characters that can be written in two ways, sequences that are read and never written, and bad ones. Where writing what
//! was read gives other bytes, the sequences are gone through one by one, and those that do not come back are kept raw.

use encoding_rs::{DecoderResult, Encoding, ISO_2022_JP, WINDOWS_1252};

use crate::text::source::REPLACEMENT;
use crate::text::source::raw::RawBytes;

/// One of the encodings from before Unicode.
// Never UTF-8, UTF-16 or the standard's replacement: `source::encoding` makes them all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CodePage(pub(super) &'static Encoding);

/// The longest sequence: GB18030 has some of four bytes.
const LONGEST: usize = 4;
/// Bytes of text that are written at a time where they need not be kept.
const PIECE: usize = 1 << 16;
/// Bytes of text that a sequence begun in one piece can add to the next.
const MOST_PENDING: usize = 16;
/// What leads back to ASCII in ISO-2022-JP.
const TO_ASCII: &[u8] = b"\x1b(B";

impl CodePage {
    /// Each character that has bytes of its own besides ASCII among `wanted`, and all of them where a byte is a character.
    pub fn codes(self, wanted: impl IntoIterator<Item = char>) -> Vec<(char, Vec<u8>)> {
        if self.is_single_byte() {
            let char_of =
                |byte: u8| self.0.decode_without_bom_handling_and_without_replacement(&[byte])?.chars().next();
            return (0x80..=0xff).filter_map(|byte| Some((char_of(byte)?, vec![byte]))).collect();
        }
        let mut wanted: Vec<char> = wanted.into_iter().filter(|c| !c.is_ascii()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let code = |c: char| {
            let c = c.to_string();
            self.fits(&c).then(|| self.0.encode(&c).0.into_owned())
        };
        wanted.into_iter().filter_map(|c| Some((c, code(c)?))).collect()
    }

    pub(super) fn is_single_byte(self) -> bool {
        self.0.is_single_byte()
    }

    /// True where a sequence of bytes says the same wherever it stands, and ASCII is written as it is.
    fn is_stateless(self) -> bool {
        self.0 != ISO_2022_JP
    }

    pub(super) fn fits(self, text: &str) -> bool {
        if text.is_ascii() && self.is_stateless() {
            return true;
        }
        pieces(text).all(|piece| {
            let (bytes, _, is_unmappable) = self.0.encode(piece);
            // Some characters are written as others that are near to them, such as a yen sign as a backslash in Shift_JIS.
            !is_unmappable && (self.is_single_byte() || self.exactly(&bytes).as_deref() == Some(piece))
        })
    }

    pub(super) fn push(self, text: &str, out: &mut Vec<u8>) {
        if !self.is_stateless() {
            // A piece would end in ASCII, and the next one leave it again.
            out.extend_from_slice(&self.0.encode(text).0);
            return;
        }
        pieces(text).for_each(|piece| out.extend_from_slice(&self.0.encode(piece).0));
    }

    pub(super) fn pull<'a>(self, bytes: &'a [u8], n_bytes: Option<usize>, text: &mut String) -> Option<&'a [u8]> {
        let Some(n_bytes) = n_bytes else {
            text.push_str(&self.exactly(bytes)?);
            return Some(b"");
        };
        let end = text.len().saturating_add(n_bytes);
        let mut rest = bytes;
        while text.len() < end {
            let (n, said) = self.sequence(rest);
            text.push_str(&said?);
            rest = &rest[n..];
        }
        (text.len() == end).then_some(rest)
    }

    pub(super) fn decode(self, bytes: &[u8]) -> (String, Vec<RawBytes>) {
        if let Some(text) = self.back_and_forth(bytes) {
            return (text, Vec::new());
        }
        let mut text = String::with_capacity(bytes.len());
        let mut raw = Vec::new();
        if !self.is_stateless() {
            self.decode_sequences(bytes, &mut text, &mut raw);
            return (text, raw);
        }
        // A line end is part of no sequence, so most lines need no second look.
        for line in bytes.split_inclusive(|&b| b == b'\n') {
            match self.back_and_forth(line) {
                Some(line) => text.push_str(&line),
                None => self.decode_sequences(line, &mut text, &mut raw),
            }
        }
        (text, raw)
    }

    fn decode_sequences(self, bytes: &[u8], text: &mut String, raw: &mut Vec<RawBytes>) {
        let mut rest = bytes;
        // Two that leave ASCII, one right behind the other, would be written as one.
        let mut was_outside = false;
        while !rest.is_empty() {
            let (n, said) = self.sequence(rest);
            let (sequence, after) = rest.split_at(n);
            let said = said.filter(|said| !said.is_empty());
            let is_outside = !self.is_stateless() && sequence.starts_with(&TO_ASCII[..1]);
            let is_apart = !(was_outside && is_outside);
            let is_exact = is_apart && said.as_ref().is_some_and(|said| self.writes_within(said, sequence));
            was_outside = is_outside && is_exact;
            let said = said.unwrap_or_else(|| REPLACEMENT.to_string());
            if !is_exact {
                raw.push(RawBytes { text: said.clone().into(), ..RawBytes::new(text.len(), sequence) });
            }
            text.push_str(&said);
            rest = after;
        }
    }

    /// `bytes` without those that are no character, and how many stretches these were.
    pub(super) fn without_bad(self, bytes: &[u8]) -> (Vec<u8>, usize) {
        let mut good = Vec::with_capacity(bytes.len());
        let (mut rest, mut n_bad) = (bytes, 0);
        while !rest.is_empty() {
            let (n, said) = self.sequence(rest);
            match said {
                Some(_) => good.extend_from_slice(&rest[..n]),
                None => n_bad += 1,
            }
            rest = &rest[n..];
        }
        (good, n_bad)
    }

    /// The text of `bytes` where all of them are characters.
    fn exactly(self, bytes: &[u8]) -> Option<String> {
        if bytes.len() <= PIECE {
            return self.0.decode_without_bom_handling_and_without_replacement(bytes).map(String::from);
        }
        // At one go the decoder would take, and touch, the memory that the longest text of so many bytes could need.
        let mut decoder = self.0.new_decoder_without_bom_handling();
        let most = decoder.max_utf8_buffer_length_without_replacement(PIECE)?;
        let mut text = String::with_capacity(bytes.len());
        let mut piece_text = String::with_capacity(most + MOST_PENDING);
        let mut pieces = bytes.chunks(PIECE).peekable();
        while let Some(piece) = pieces.next() {
            let is_last = pieces.peek().is_none();
            let found = decoder.decode_to_string_without_replacement(piece, &mut piece_text, is_last);
            if found != (DecoderResult::InputEmpty, piece.len()) {
                return None;
            }
            text.push_str(&piece_text);
            piece_text.clear();
        }
        Some(text)
    }

    /// The text of `bytes` where it brings them back.
    fn back_and_forth(self, bytes: &[u8]) -> Option<String> {
        self.exactly(bytes).filter(|text| self.is_single_byte() || self.writes(text, bytes))
    }

    /// True where `text` is written as `bytes`.
    fn writes(self, text: &str, bytes: &[u8]) -> bool {
        if !self.is_stateless() {
            return *self.0.encode(text).0 == *bytes;
        }
        let mut rest = bytes;
        let is_same = pieces(text).all(|piece| {
            let (written, _, is_unmappable) = self.0.encode(piece);
            let after = rest.strip_prefix(&*written);
            rest = after.unwrap_or_default();
            !is_unmappable && after.is_some()
        });
        is_same && rest.is_empty()
    }

    /// True where `text`, a sequence's, is written as `bytes` also where more follows: from its Roman letters ISO-2022-JP does not go back to
    /// ASCII before it must.
    fn writes_within(self, text: &str, bytes: &[u8]) -> bool {
        if !self.is_stateless() && bytes.starts_with(&TO_ASCII[..1]) {
            let followed = self.0.encode(&format!("{text}a")).0.into_owned();
            return followed.strip_suffix(b"a") == Some(bytes);
        }
        self.writes(text, bytes)
    }

    /// How many of `bytes` are read together, and what they say, if anything.
    fn sequence(self, bytes: &[u8]) -> (usize, Option<String>) {
        let Some(&first) = bytes.first() else { return (0, None) };
        if !self.is_stateless() && first == TO_ASCII[0] {
            // All up to the way back to ASCII. What is bad in it stays U+FFFD, and the bytes are kept in any case.
            let end = bytes.windows(TO_ASCII.len()).skip(1).position(|three| three == TO_ASCII);
            let n = end.map_or(bytes.len(), |end| end + 1 + TO_ASCII.len());
            return (n, Some(self.0.decode_without_bom_handling(&bytes[..n]).0.into_owned()));
        }
        if first.is_ascii() && self.is_stateless() {
            return (1, Some(char::from(first).to_string()));
        }
        // No sequence begins with a whole other one, so the first that says something is the one.
        let most = bytes.len().min(if self.is_stateless() { LONGEST } else { 1 });
        let found = (1..=most).find_map(|n| Some((n, self.exactly(&bytes[..n])?)));
        found.map_or((1, None), |(n, said)| (n, Some(said)))
    }
}

/// The character that Windows-1252 has for `byte`.
pub fn windows_1252(byte: u8) -> char {
    let decoded = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte)).0;
    decoded.chars().next().expect("each byte is a character")
}

/// `text` in pieces of at most [`PIECE`] bytes, or a little less.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (piece, after) = rest.split_at(rest.floor_char_boundary(PIECE));
        rest = after;
        (!piece.is_empty()).then_some(piece)
    })
}
