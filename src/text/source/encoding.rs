//! The encodings that despin reads and writes, and what they are called.

use std::fmt;

use encoding_rs::{GB18030, GBK, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Error, ErrorKind, Result};
use crate::text::source::code_page::CodePage;
use crate::text::source::raw::RawBytes;
use crate::text::source::unicode;

/// An encoding of the WHATWG Encoding Standard.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8.
    #[default]
    Utf8,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
    /// One of those from before Unicode, which cannot hold every text.
    CodePage(CodePage),
}

impl Encoding {
    /// Windows-1252 as the WHATWG Encoding Standard has it, where each of the 256 bytes is a character.
    pub const WINDOWS_1252: Encoding = Encoding::CodePage(CodePage(WINDOWS_1252));
    pub(super) const GBK: Encoding = Encoding::CodePage(CodePage(GBK));
    pub(super) const GB18030: Encoding = Encoding::CodePage(CodePage(GB18030));

    /// The encoding that the WHATWG Encoding Standard has under `label`; capitals do not matter.
    ///
    /// # Errors
    ///
    /// Where it has none, or has it only to refuse it.
    ///
    /// ```
    /// use despin::text::source::Encoding;
    /// assert_eq!(Encoding::for_label("Latin1")?, Encoding::WINDOWS_1252);
    /// assert_eq!(Encoding::for_label("cp1251")?.name(), "windows-1251");
    /// assert!(Encoding::for_label("utf-7").is_err());
    /// # Ok::<(), despin::Error>(())
    /// ```
    pub fn for_label(label: &str) -> Result<Encoding> {
        encoding_rs::Encoding::for_label(label.as_bytes()).and_then(Encoding::of).ok_or_else(|| {
            Error::new(
                ErrorKind::Usage,
                label.escape_debug().to_string(),
                "there is no encoding of this name",
                "give a label of the WHATWG Encoding Standard, such as utf-8, windows-1251 or shift_jis; docs/encodings.md lists them",
            )
        })
    }

    /// Its name in lower case, by which [`for_label`](Encoding::for_label) finds it.
    pub fn name(self) -> String {
        match self {
            Encoding::Utf8 => "utf-8".to_string(),
            Encoding::Utf16Le => "utf-16le".to_string(),
            Encoding::Utf16Be => "utf-16be".to_string(),
            Encoding::CodePage(CodePage(page)) => page.name().to_ascii_lowercase(),
        }
    }

    /// The byte order mark that a file of this encoding may begin with; empty for code pages.
    pub fn bom(self) -> &'static [u8] {
        match self {
            Encoding::Utf8 => b"\xef\xbb\xbf",
            Encoding::Utf16Le => b"\xff\xfe",
            Encoding::Utf16Be => b"\xfe\xff",
            Encoding::CodePage(_) => b"",
        }
    }

    /// True where each character of `text` has a place in the encoding, from which it is read again.
    pub fn fits(self, text: &str) -> bool {
        match self {
            Encoding::CodePage(page) => page.fits(text),
            _ => true,
        }
    }

    pub(super) fn of(found: &'static encoding_rs::Encoding) -> Option<Encoding> {
        let is = |other: &'static encoding_rs::Encoding| found == other;
        Some(match () {
            () if is(UTF_8) => Encoding::Utf8,
            () if is(UTF_16LE) => Encoding::Utf16Le,
            () if is(UTF_16BE) => Encoding::Utf16Be,
            // What the standard puts in the place of encodings that are not safe to show.
            () if is(REPLACEMENT) => return None,
            () => Encoding::CodePage(CodePage(found)),
        })
    }

    /// What `bytes` say, and those of them that their text does not bring back.
    pub(super) fn decode(self, bytes: &[u8]) -> (String, Vec<RawBytes>) {
        match self {
            Encoding::Utf8 => unicode::decode_utf8(bytes),
            Encoding::Utf16Le | Encoding::Utf16Be => unicode::decode_utf16(bytes, self),
            Encoding::CodePage(page) => page.decode(bytes),
        }
    }

    /// Writes a stretch of text that has no raw bytes in it.
    pub(super) fn push(self, text: &str, out: &mut Vec<u8>) {
        match self {
            Encoding::Utf8 => out.extend_from_slice(text.as_bytes()),
            Encoding::Utf16Le => out.extend(text.encode_utf16().flat_map(u16::to_le_bytes)),
            Encoding::Utf16Be => out.extend(text.encode_utf16().flat_map(u16::to_be_bytes)),
            Encoding::CodePage(page) => page.push(text, out),
        }
    }

    /// Reads a stretch without raw bytes that is `n_bytes` of text long (all the rest without it), and gives what is left.
    pub(super) fn pull<'a>(self, bytes: &'a [u8], n_bytes: Option<usize>, text: &mut String) -> Option<&'a [u8]> {
        match self {
            Encoding::Utf8 => unicode::pull_utf8(bytes, n_bytes, text),
            Encoding::Utf16Le | Encoding::Utf16Be => unicode::pull_utf16(self, bytes, n_bytes, text),
            Encoding::CodePage(page) => page.pull(bytes, n_bytes, text),
        }
    }
}

impl fmt::Display for Encoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

impl Serialize for Encoding {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name())
    }
}

impl<'de> Deserialize<'de> for Encoding {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        // Names only: that labels mean what they mean is the standard's affair, and a journal should not hang on it.
        let found = Encoding::for_label(&name).ok().filter(|encoding| encoding.name() == name);
        found.ok_or_else(|| serde::de::Error::custom("there is no encoding of this name"))
    }
}
