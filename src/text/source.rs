//! Bytes to text and back: what a file's bytes say, and what it takes to give the very same bytes again.
//!
//! Reading never fails. Bytes that no encoding explains stand in the text as U+FFFD, and the [`Layout`] keeps them with
//! their place, so that writing an unchanged text gives the first bytes again, whatever they were.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::edit::EditScript;
use crate::text::offsets::{Bias, OffsetMap};
use crate::text::span::Span;

/// A text, and how its bytes were laid out.
///
/// ```
/// use despin::text::source::{Encoding, Source};
/// let source = Source::decode(b"caf\xe9, na\xefve");
/// assert_eq!(source.text, "café, naïve");
/// assert_eq!(source.layout.encoding, Encoding::Windows1252);
/// assert_eq!(source.layout.encode(&source.text), b"caf\xe9, na\xefve");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What the bytes say, without the byte order mark.
    pub text: String,
    /// How to write it.
    pub layout: Layout,
}

/// The encodings that despin reads and writes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-16, low byte first.
    #[serde(rename = "utf-16le")]
    Utf16Le,
    /// UTF-16, high byte first.
    #[serde(rename = "utf-16be")]
    Utf16Be,
    /// Windows-1252 as the WHATWG Encoding Standard has it, where each of the 256 bytes is a character.
    #[serde(rename = "windows-1252")]
    Windows1252,
}

impl Encoding {
    /// The byte order mark that a file of this encoding may begin with; empty for Windows-1252.
    pub fn bom(self) -> &'static [u8] {
        match self {
            Encoding::Utf8 => b"\xef\xbb\xbf",
            Encoding::Utf16Le => b"\xff\xfe",
            Encoding::Utf16Be => b"\xfe\xff",
            Encoding::Windows1252 => b"",
        }
    }
}

/// Bytes that are no character, and where the U+FFFD that stands for them is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawBytes {
    /// Where its U+FFFD begins, in bytes of the text.
    pub at: usize,
    /// The bytes themselves; hexadecimal in JSON.
    #[serde(with = "hex")]
    pub bytes: Vec<u8>,
}

/// How a text is written as bytes.
///
/// Only Windows-1252 cannot hold every text. [`Layout::carried`] turns to UTF-8 where an edit brings in a character
/// that it lacks, and [`Layout::encode`] writes UTF-8 for a text that does not [fit](Layout::fits), because the other
/// choice is to lose the character.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The encoding.
    pub encoding: Encoding,
    /// True where the bytes begin with a byte order mark.
    pub has_bom: bool,
    /// What could not be decoded, in order of place. An entry that does not stand at a U+FFFD of the text is passed over.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub raw: Vec<RawBytes>,
}

impl Source {
    /// The text that `bytes` hold. Any bytes do.
    ///
    /// A byte order mark decides; then NUL bytes in every other place, which make UTF-16 plain; then whether the bytes are
    /// UTF-8, or UTF-8 with a few bad bytes among good sequences. All else is read as Windows-1252.
    pub fn decode(bytes: &[u8]) -> Source {
        for encoding in [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be] {
            if let Some(rest) = bytes.strip_prefix(encoding.bom()) {
                let (text, raw) = match encoding {
                    Encoding::Utf8 => decode_utf8(rest),
                    _ => decode_utf16(rest, encoding),
                };
                return Source { text, layout: Layout { encoding, has_bom: true, raw } };
            }
        }
        if let Some(encoding) = utf16_by_nuls(bytes) {
            let (text, raw) = decode_utf16(bytes, encoding);
            return Source { text, layout: Layout { encoding, has_bom: false, raw } };
        }
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Source { text: text.to_owned(), layout: Layout::default() };
        }
        if is_mostly_utf8(bytes) {
            let (text, raw) = decode_utf8(bytes);
            return Source { text, layout: Layout { raw, ..Layout::default() } };
        }
        let text = WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
        Source { text, layout: Layout { encoding: Encoding::Windows1252, has_bom: false, raw: Vec::new() } }
    }
}

impl Layout {
    /// `text` as bytes. For a text that does not [fit](Layout::fits) they are UTF-8.
    pub fn encode(&self, text: &str) -> Vec<u8> {
        let encoding = if self.fits(text) { self.encoding } else { Encoding::Utf8 };
        let bom = if self.has_bom { encoding.bom() } else { b"" };
        let mut out = Vec::with_capacity(match encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => bom.len() + 2 * text.len(),
            Encoding::Utf8 | Encoding::Windows1252 => bom.len() + text.len(),
        });
        out.extend_from_slice(bom);
        let mut done = 0;
        for raw in self.raw_of(text) {
            push(encoding, &text[done..raw.at], &mut out);
            out.extend_from_slice(&raw.bytes);
            done = raw.at + REPLACEMENT.len();
        }
        push(encoding, &text[done..], &mut out);
        out
    }

    /// The text that this layout wrote as `bytes`; `None` where it cannot have written them.
    ///
    /// Unlike [`Source::decode`] this guesses nothing, so a text comes back also where its bytes, met by chance, would
    /// be taken for something else: `layout.read(&layout.encode(text))` is `text` for each text that fits.
    pub fn read(&self, bytes: &[u8]) -> Option<String> {
        let mut rest = bytes;
        if self.has_bom {
            rest = rest.strip_prefix(self.encoding.bom())?;
        }
        if self.encoding == Encoding::Windows1252 {
            return Some(WINDOWS_1252.decode_without_bom_handling(rest).0.into_owned());
        }
        let mut text = String::with_capacity(rest.len());
        for raw in &self.raw {
            let n_bytes = raw.at.checked_sub(text.len())?;
            rest = pull(self.encoding, rest, Some(n_bytes), &mut text)?;
            rest = rest.strip_prefix(raw.bytes.as_slice())?;
            text.push_str(REPLACEMENT);
        }
        pull(self.encoding, rest, None, &mut text)?;
        Some(text)
    }

    /// True where each character of `text` has a place in the encoding.
    pub fn fits(&self, text: &str) -> bool {
        // As the encoding's own test of one byte a character is only for Windows-1252, no other encoding pays for it.
        self.encoding != Encoding::Windows1252 || fits_windows_1252(text)
    }

    /// The layout for the text that `edits` make, where `map` is the map of `edits`.
    ///
    /// Raw bytes whose U+FFFD is still there keep its new place; those inside an edit are dropped.
    pub fn carried(&self, map: &OffsetMap, edits: &EditScript) -> Layout {
        let fits = self.encoding != Encoding::Windows1252 || edits.edits().iter().all(|e| fits_windows_1252(&e.after));
        let raw = self
            .raw
            .iter()
            .filter(|raw| {
                // Only the first edit that ends behind the place can hold it: a U+FFFD is one character.
                let first = edits.edits().partition_point(|e| e.span.end <= raw.at);
                let place = Span::new(raw.at, raw.at.saturating_add(REPLACEMENT.len()));
                !edits.edits().get(first).is_some_and(|e| e.span.overlaps(place))
            })
            .map(|raw| RawBytes { at: map.forward(raw.at, Bias::End), bytes: raw.bytes.clone() })
            .collect();
        Layout { encoding: if fits { self.encoding } else { Encoding::Utf8 }, has_bom: self.has_bom, raw }
    }

    /// The entries of `raw` that stand in order at a U+FFFD of `text`.
    fn raw_of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a RawBytes> {
        let mut done = 0;
        self.raw.iter().filter(move |raw| {
            let stands =
                raw.at >= done && text.get(raw.at..).is_some_and(|t| t.starts_with(char::REPLACEMENT_CHARACTER));
            if stands {
                done = raw.at + REPLACEMENT.len();
            }
            stands
        })
    }
}

/// The character that Windows-1252 has for `byte`.
pub fn windows_1252(byte: u8) -> char {
    let decoded = WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte)).0;
    decoded.chars().next().expect("each byte is a character")
}

const REPLACEMENT: &str = "\u{fffd}";

fn fits_windows_1252(text: &str) -> bool {
    text.is_ascii() || !WINDOWS_1252.encode(text).2
}

/// Writes a stretch of text that has no raw bytes in it.
fn push(encoding: Encoding, text: &str, out: &mut Vec<u8>) {
    match encoding {
        Encoding::Utf8 => out.extend_from_slice(text.as_bytes()),
        Encoding::Utf16Le => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
        Encoding::Utf16Be => out.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
        Encoding::Windows1252 => out.extend_from_slice(&WINDOWS_1252.encode(text).0),
    }
}

/// Reads a stretch without raw bytes that is `n_bytes` of text long (all the rest without it), and gives what is left.
fn pull<'a>(encoding: Encoding, bytes: &'a [u8], n_bytes: Option<usize>, text: &mut String) -> Option<&'a [u8]> {
    if encoding == Encoding::Utf8 {
        let (piece, rest) = bytes.split_at_checked(n_bytes.unwrap_or(bytes.len()))?;
        text.push_str(std::str::from_utf8(piece).ok()?);
        return Some(rest);
    }
    let end = n_bytes.map(|n| text.len().saturating_add(n));
    let mut at = 0;
    while if let Some(end) = end { text.len() < end } else { at < bytes.len() } {
        let (c, n) = utf16_char(&bytes[at..], encoding).ok()?;
        text.push(c);
        at += n;
    }
    (end.is_none() || end == Some(text.len())).then_some(&bytes[at..])
}

fn decode_utf8(bytes: &[u8]) -> (String, Vec<RawBytes>) {
    let mut text = String::with_capacity(bytes.len());
    let mut raw = Vec::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            raw.push(RawBytes { at: text.len(), bytes: chunk.invalid().to_vec() });
            text.push_str(REPLACEMENT);
        }
    }
    (text, raw)
}

fn decode_utf16(bytes: &[u8], encoding: Encoding) -> (String, Vec<RawBytes>) {
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
                raw.push(RawBytes { at: text.len(), bytes: rest[..n].to_vec() });
                text.push_str(REPLACEMENT);
                n
            }
        };
        rest = &rest[n..];
    }
    (text, raw)
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
fn utf16_by_nuls(bytes: &[u8]) -> Option<Encoding> {
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
fn is_mostly_utf8(bytes: &[u8]) -> bool {
    let (mut n_good, mut n_bad) = (0usize, 0usize);
    for chunk in bytes.utf8_chunks() {
        n_good += chunk.valid().bytes().filter(|b| *b >= 0xc0).count();
        n_bad += usize::from(!chunk.invalid().is_empty());
    }
    n_good > 0 && n_good >= n_bad
}

/// Bytes as hexadecimal digits.
mod hex {
    use super::*;

    pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        let digits: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        serializer.serialize_str(&digits)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        let digits = Cow::<str>::deserialize(deserializer)?;
        let value = |b: u8| char::from(b).to_digit(16).map(|v| v as u8);
        let pairs = digits.as_bytes().chunks(2);
        let bytes: Option<Vec<u8>> = pairs
            .map(|pair| match pair {
                [high, low] => Some(value(*high)? << 4 | value(*low)?),
                _ => None,
            })
            .collect();
        bytes.ok_or_else(|| serde::de::Error::custom("bytes are not pairs of hexadecimal digits"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::edit::{Cause, Edit};
    use proptest::prelude::*;

    /// `bytes` read as `encoding` and `text`, with `raw` kept, and come back.
    fn check(bytes: &[u8], encoding: Encoding, text: &str, raw: &[(usize, &[u8])]) {
        let source = Source::decode(bytes);
        assert_eq!(source.layout.encoding, encoding, "{bytes:x?}");
        assert_eq!(source.text, text);
        let kept: Vec<(usize, &[u8])> = source.layout.raw.iter().map(|r| (r.at, r.bytes.as_slice())).collect();
        assert_eq!(kept, raw);
        assert_eq!(source.layout.encode(&source.text), bytes);
        assert_eq!(source.layout.read(bytes).as_deref(), Some(text));
    }

    #[test]
    fn reads_utf8() {
        check(b"", Encoding::Utf8, "", &[]);
        check("“Why?” – naïve".as_bytes(), Encoding::Utf8, "“Why?” – naïve", &[]);
        check("\u{feff}café".as_bytes(), Encoding::Utf8, "café", &[]);
        check("\u{feff}\u{feff}".as_bytes(), Encoding::Utf8, "\u{feff}", &[]);
        assert!(Source::decode("\u{feff}".as_bytes()).layout.has_bom);
    }

    #[test]
    fn keeps_a_few_bad_bytes_among_good_ones() {
        check(b"na\xc3\xafve \xe2\x80\x99s \xff", Encoding::Utf8, "naïve ’s \u{fffd}", &[(12, b"\xff")]);
        check(b"caf\xc3\xa9 \xe2\x80", Encoding::Utf8, "café \u{fffd}", &[(6, b"\xe2\x80")]);
        check(b"\xef\xbb\xbf\x92", Encoding::Utf8, "\u{fffd}", &[(0, b"\x92")]);
    }

    #[test]
    fn a_genuine_replacement_character_stays_one() {
        check("a\u{fffd}b".as_bytes(), Encoding::Utf8, "a\u{fffd}b", &[]);
        check(b"\xef\xbf\xbd\xc3\xa9\xff", Encoding::Utf8, "\u{fffd}é\u{fffd}", &[(5, b"\xff")]);
    }

    #[test]
    fn reads_windows_1252() {
        check(b"don\x92t \x96 caf\xe9", Encoding::Windows1252, "don’t – café", &[]);
        check(b"\x81\x8d\x8f\x90\x9d", Encoding::Windows1252, "\u{81}\u{8d}\u{8f}\u{90}\u{9d}", &[]);
        let all: Vec<u8> = (0..=255).collect();
        let source = Source::decode(&all);
        assert_eq!(source.layout.encode(&source.text), all);
    }

    #[test]
    fn reads_utf16() {
        check(b"\xff\xfeH\0i\0", Encoding::Utf16Le, "Hi", &[]);
        check(b"\xfe\xff\0H\0i", Encoding::Utf16Be, "Hi", &[]);
        check(b"\0H\0i\0!", Encoding::Utf16Be, "Hi!", &[]);
        check(b"H\0i\0\x19\x20s\0", Encoding::Utf16Le, "Hi’s", &[]);
        check(b"\xff\xfe\x3d\xd8\x00\xde", Encoding::Utf16Le, "😀", &[]);
    }

    #[test]
    fn keeps_lone_surrogates_and_an_odd_last_byte() {
        check(
            b"\xff\xfe\x3d\xd8a\0\x00\xde",
            Encoding::Utf16Le,
            "\u{fffd}a\u{fffd}",
            &[(0, b"\x3d\xd8"), (4, b"\0\xde")],
        );
        check(b"\xfe\xff\0a\0", Encoding::Utf16Be, "a\u{fffd}", &[(1, b"\0")]);
    }

    fn edit(start: usize, before: &str, after: &str) -> Edit {
        let span = Span::new(start, start + before.len());
        Edit { span, before: before.into(), after: after.into(), cause: Cause::rule("test") }
    }

    fn carried(layout: &Layout, edits: Vec<Edit>) -> Layout {
        let script = EditScript::new(edits).unwrap();
        layout.carried(&OffsetMap::of(&script), &script)
    }

    #[test]
    fn raw_bytes_are_carried_past_edits_and_dropped_inside_them() {
        let source = Source::decode(b"one \xff two \xfe \xc3\xa9\xc3\xa9 end");
        let edits = vec![edit(0, "one", "first"), edit(4, "", "+"), edit(7, "", "+"), edit(12, "\u{fffd}", "x")];
        let script = EditScript::new(edits.clone()).unwrap();
        let layout = carried(&source.layout, edits);
        let after = script.apply(&source.text).unwrap();
        assert_eq!(layout.encode(&after), b"first +\xff+ two x \xc3\xa9\xc3\xa9 end");
        assert_eq!(layout.read(&layout.encode(&after)), Some(after));
    }

    #[test]
    fn windows_1252_turns_to_utf8_where_it_must() {
        let source = Source::decode(b"caf\xe9");
        let layout = carried(&source.layout, vec![edit(0, "c", "č")]);
        assert_eq!(layout.encoding, Encoding::Utf8);
        assert_eq!(layout.encode("čafé"), "čafé".as_bytes());
        assert_eq!(carried(&source.layout, vec![edit(0, "c", "k")]).encode("kafé"), b"kaf\xe9");
        assert!(source.layout.fits("€") && !source.layout.fits("č"));
        assert_eq!(source.layout.encode("č"), "č".as_bytes());
    }

    #[test]
    fn a_layout_of_another_text_harms_nothing() {
        let raw = [7, 3, 1, usize::MAX].map(|at| RawBytes { at, bytes: vec![0xff] }).to_vec();
        let layout = Layout { raw, ..Layout::default() };
        assert_eq!(layout.encode("é\u{fffd}b"), "é\u{fffd}b".as_bytes());
        assert_eq!(layout.read("é\u{fffd}b".as_bytes()), None);
    }

    #[test]
    fn raw_bytes_are_hexadecimal_in_json() {
        let layout = Source::decode(b"\xef\xbb\xbf\xe2\x80").layout;
        let json = serde_json::to_string(&layout).unwrap();
        assert_eq!(json, r#"{"encoding":"utf-8","has_bom":true,"raw":[{"at":0,"bytes":"e280"}]}"#);
        assert_eq!(serde_json::from_str::<Layout>(&json).unwrap(), layout);
        for bad in ["e28", "é", "+1", "zz"] {
            assert!(serde_json::from_str::<Layout>(&json.replace("e280", bad)).is_err(), "{bad}");
        }
    }

    /// Bytes of which many are near to some encoding.
    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        let utf16 = |start: Vec<u8>, order: fn(u16) -> [u8; 2]| {
            (".{0,12}", prop::collection::vec(any::<u8>(), 0..5)).prop_map(move |(text, tail)| {
                let mut bytes = start.clone();
                bytes.extend(text.encode_utf16().flat_map(order));
                bytes.extend(tail);
                bytes
            })
        };
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..64),
            (".{0,12}", prop::collection::vec(any::<u8>(), 0..6), "[a-zé’\u{fffd}]{0,9}").prop_map(|(a, b, c)| [
                a.as_bytes(),
                &b,
                c.as_bytes()
            ]
            .concat()),
            utf16(vec![0xff, 0xfe], u16::to_le_bytes),
            utf16(vec![0xfe, 0xff], u16::to_be_bytes),
            utf16(vec![], u16::to_le_bytes),
            prop::collection::vec(
                prop_oneof![Just(0u8), Just(0xd8), Just(0xdc), Just(b'a'), Just(0xfe), Just(0xff)],
                0..24
            ),
        ]
    }

    proptest! {
        #[test]
        fn any_bytes_come_back(bytes in bytes()) {
            let source = Source::decode(&bytes);
            prop_assert_eq!(source.layout.encode(&source.text), bytes.clone());
            prop_assert_eq!(source.layout.read(&bytes), Some(source.text));
        }

        #[test]
        fn an_edited_text_comes_back(bytes in bytes(), cuts in prop::collection::vec((any::<prop::sample::Index>(), ".{0,3}"), 0..6)) {
            let source = Source::decode(&bytes);
            let mut places: Vec<usize> = source.text.char_indices().map(|(i, _)| i).collect();
            places.push(source.text.len());
            let mut edits: Vec<Edit> = Vec::new();
            for pair in cuts.chunks(2) {
                let mut ends: Vec<usize> = pair.iter().map(|(at, _)| places[at.index(places.len())]).collect();
                ends.sort();
                edits.push(edit(ends[0], &source.text[ends[0]..*ends.last().unwrap()], &pair[0].1));
            }
            if let Ok(script) = EditScript::new(edits) {
                let layout = source.layout.carried(&OffsetMap::of(&script), &script);
                let after = script.apply(&source.text).unwrap();
                prop_assert_eq!(layout.read(&layout.encode(&after)), Some(after));
            }
        }
    }
}
