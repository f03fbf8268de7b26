//! UTF-8 and UTF-16, with the bytes among them that are no character.

use crate::text::source::REPLACEMENT;
use crate::text::source::encoding::Encoding;
use crate::text::source::raw::RawBytes;

pub(super) fn decode_utf8(bytes: &[u8]) -> (String, Vec<RawBytes>) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return (text.to_owned(), Vec::new());
    }
    let mut text = String::with_capacity(bytes.len());
    let mut raw = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            raw.push(RawBytes::new(text.len(), chunk.invalid()));
            text.push_str(REPLACEMENT);
        }
    }
    (text, raw)
}

pub(super) fn decode_utf16(bytes: &[u8], encoding: Encoding) -> (String, Vec<RawBytes>) {
    let mut text = String::with_capacity(bytes.len());
    let mut raw = Vec::new();
    let mut rest = bytes;
    while !rest.is_empty() {
        let n = match utf16_char(rest, encoding) {
            Ok((c, n)) => {
                text.push(c);
                n
            }
            Err(n) => {
                raw.push(RawBytes::new(text.len(), &rest[..n]));
                text.push_str(REPLACEMENT);
                n
            }
        };
        rest = &rest[n..];
    }
    (text, raw)
}

/// As [`Encoding::pull`].
pub(super) fn pull_utf8<'a>(bytes: &'a [u8], n_bytes: Option<usize>, text: &mut String) -> Option<&'a [u8]> {
    let (piece, rest) = bytes.split_at_checked(n_bytes.unwrap_or(bytes.len()))?;
    text.push_str(std::str::from_utf8(piece).ok()?);
    Some(rest)
}

/// As [`Encoding::pull`].
pub(super) fn pull_utf16<'a>(
    encoding: Encoding,
    bytes: &'a [u8],
    n_bytes: Option<usize>,
    text: &mut String,
) -> Option<&'a [u8]> {
    let end = n_bytes.map(|n| text.len().saturating_add(n));
    let mut at = 0;
    while if let Some(end) = end { text.len() < end } else { at < bytes.len() } {
        let (c, n) = utf16_char(&bytes[at..], encoding).ok()?;
        text.push(c);
        at += n;
    }
    (end.is_none() || end == Some(text.len())).then_some(&bytes[at..])
}

/// The character that `bytes` begin with and how many of them it takes, or how many are no character.
fn utf16_char(bytes: &[u8], encoding: Encoding) -> Result<(char, usize), usize> {
    let unit = |at: usize| {
        let pair = [*bytes.get(at)?, *bytes.get(at + 1)?];
        Some(if encoding == Encoding::Utf16Le { u16::from_le_bytes(pair) } else { u16::from_be_bytes(pair) })
    };
    let Some(first) = unit(0) else {
        return Err(bytes.len());
    };
    let pair = [Some(first), unit(2)].into_iter().flatten();
    match char::decode_utf16(pair).next() {
        Some(Ok(c)) => Ok((c, 2 * c.len_utf16())),
        _ => Err(2),
    }
}

/// UTF-16 without a byte order mark, where the NUL bytes of Latin text in every other place make it plain.
pub(super) fn utf16_by_nuls(bytes: &[u8]) -> Option<Encoding> {
    /// A look at so many pairs is enough: text this side of Latin has its spaces and full stops sooner.
    const PAIRS: usize = 256;
    let mut n_pairs = 0;
    let mut nuls = [0, 0];
    for pair in bytes.chunks_exact(2).take(PAIRS) {
        n_pairs += 1;
        nuls[0] += usize::from(pair[0] == 0);
        nuls[1] += usize::from(pair[1] == 0);
    }
    // Two of three, not all: a Latin text has its curly quotation marks and dashes, which have no NUL.
    let is_plain = |with: usize, without: usize| n_pairs >= 2 && without == 0 && 3 * with >= 2 * n_pairs;
    match nuls {
        [even, odd] if is_plain(odd, even) => Some(Encoding::Utf16Le),
        [even, odd] if is_plain(even, odd) => Some(Encoding::Utf16Be),
        _ => None,
    }
}

/// True where sequences of two and more good bytes are at least as many as the bad stretches.
///
/// A Windows-1252 text makes a good sequence only by an accented capital with a sign behind it, which is rare, while
/// each of its accented letters and curly quotation marks is a bad stretch.
pub(super) fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut n_good, mut n_bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        n_good += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        n_bad += usize::from(!chunk.invalid().is_empty());
    }
    n_good > 0 && n_good >= n_bad
}
