//! Bytes that are kept as they are, since the text in their place does not bring them back.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::text::source::REPLACEMENT;
use crate::text::span::Span;

/// Bytes that the text in their place does not bring back, and where that text is.
///
/// As a rule they are no character at all, and the text is U+FFFD. In an East Asian code page they may also be another way to
/// write a character than the one that the page prefers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RawBytes {
    /// Where its text begins, in bytes of the text.
    pub at: usize,
    /// The bytes themselves; hexadecimal in JSON.
    #[serde(with = "hex")]
    pub bytes: Vec<u8>,
    /// What stands in the text for them; left out of JSON where it is U+FFFD.
    #[serde(default = "replacement", skip_serializing_if = "is_replacement")]
    pub text: Cow<'static, str>,
}

impl RawBytes {
    /// `bytes` that are no character, with their U+FFFD at `at`.
    pub fn new(at: usize, bytes: &[u8]) -> RawBytes {
        RawBytes { at, bytes: bytes.to_vec(), text: replacement() }
    }

    /// The place of its text.
    pub fn span(&self) -> Span {
        Span::new(self.at, self.at.saturating_add(self.text.len()))
    }

    /// True where the bytes say nothing.
    pub fn is_no_character(&self) -> bool {
        is_replacement(&self.text)
    }
}

fn replacement() -> Cow<'static, str> {
    Cow::Borrowed(REPLACEMENT)
}

fn is_replacement(text: &str) -> bool {
    text == REPLACEMENT
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
