//! A file in memory: its bytes and its text, held once where they are the same.

use crate::text::source::detect::detect;
use crate::text::source::{Encoding, Layout, Source};

/// A file's bytes and the text in them. Of a file in UTF-8, which may be a gigabyte, there is only one copy.
#[derive(Debug, Clone)]
pub struct Held {
    source: Source,
    // None where they are those of the text.
    bytes: Option<Vec<u8>>,
}

impl Held {
    /// The file that has `bytes`, read as [`Source::decode_as`] reads it.
    pub fn new(bytes: Vec<u8>, encoding: Option<Encoding>) -> Held {
        let encoding = encoding.unwrap_or_else(|| detect(&bytes));
        let bytes = match encoding {
            Encoding::Utf8 if !bytes.starts_with(encoding.bom()) => match String::from_utf8(bytes) {
                Ok(text) => return Held { source: Source { text, layout: Layout::default() }, bytes: None },
                Err(error) => error.into_bytes(),
            },
            _ => bytes,
        };
        Held { source: Source::decode_as(&bytes, Some(encoding)), bytes: Some(bytes) }
    }

    /// The bytes.
    pub fn bytes(&self) -> &[u8] {
        self.bytes.as_deref().unwrap_or(self.source.text.as_bytes())
    }

    /// The text, and how it is laid out as the bytes.
    pub fn source(&self) -> &Source {
        &self.source
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mark_is_no_part_of_the_text() {
        let held = Held::new("\u{feff}caf\u{e9}".into(), None);
        assert_eq!((held.source().text.as_str(), held.source().layout.has_bom), ("caf\u{e9}", true));
        assert_eq!(held.bytes(), "\u{feff}caf\u{e9}".as_bytes());
        let plain = Held::new("caf\u{e9}".into(), None);
        assert_eq!(
            (plain.source().text.as_str(), plain.source().layout.has_bom, plain.bytes()),
            ("caf\u{e9}", false, "caf\u{e9}".as_bytes())
        );
        let broken = Held::new(b"caf\xe9 \xff".to_vec(), Some(Encoding::Utf8));
        assert_eq!(broken.bytes(), b"caf\xe9 \xff");
    }
}
