//! Bytes to text and back: what a file's bytes say, and what it takes to give the very same bytes again.
//!
//! Reading never fails. Bytes that no encoding explains stand in the text as U+FFFD, and the [`Layout`] keeps them with
//! their place, so that writing an unchanged text gives the first bytes again, whatever they were. docs/encodings.md says how
//! an encoding is found.

mod code_page;
mod declared;
mod detect;
mod encoding;
mod held;
mod layout;
mod raw;
mod statistics;
#[cfg(test)]
mod tests;
mod unicode;

pub use crate::text::source::code_page::{CodePage, windows_1252};
pub use crate::text::source::encoding::Encoding;
pub use crate::text::source::held::Held;
pub use crate::text::source::layout::Layout;
pub use crate::text::source::raw::RawBytes;

const REPLACEMENT: &str = "\u{fffd}";

/// A text, and how its bytes were laid out.
///
/// ```
/// use despin::text::source::{Encoding, Source};
/// let source = Source::decode(b"caf\xe9, na\xefve");
/// assert_eq!(source.text, "café, naïve");
/// assert_eq!(source.layout.encoding, Encoding::WINDOWS_1252);
/// assert_eq!(source.layout.encode(&source.text), b"caf\xe9, na\xefve");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What the bytes say, without the byte order mark.
    pub text: String,
    /// How to write it.
    pub layout: Layout,
}

impl Source {
    /// The text that `bytes` hold, in the encoding that is found in them. Any bytes do.
    ///
    /// A byte order mark decides; then NUL bytes in every other place, which make UTF-16 plain; then whether the bytes are
    /// UTF-8; then what a web page says of itself; then whether they are UTF-8 with a few bad bytes among good sequences; then
    /// statistics. What they leave open is read as Windows-1252.
    pub fn decode(bytes: &[u8]) -> Source {
        Source::decode_as(bytes, None)
    }

    /// The text that `bytes` hold in `encoding`, whatever they look like; where there is none, as [`decode`](Source::decode).
    ///
    /// ```
    /// use despin::text::source::{Encoding, Source};
    /// let greek = Encoding::for_label("iso-8859-7")?;
    /// assert_eq!(Source::decode_as(b"\xed\xe1\xdf", Some(greek)).text, "ναί");
    /// # Ok::<(), despin::Error>(())
    /// ```
    pub fn decode_as(bytes: &[u8], encoding: Option<Encoding>) -> Source {
        let mut encoding = encoding.unwrap_or_else(|| detect::detect(bytes));
        let bom = encoding.bom();
        let has_bom = !bom.is_empty() && bytes.starts_with(bom);
        let rest = if has_bom { &bytes[bom.len()..] } else { bytes };
        let (mut text, mut raw) = encoding.decode(rest);
        // Every text in GBK is one in GB18030, and the other way round only where it has none of the sequences of four bytes.
        if encoding == Encoding::GBK && !raw.is_empty() {
            let (wider, left) = Encoding::GB18030.decode(rest);
            if left.len() < raw.len() {
                (encoding, text, raw) = (Encoding::GB18030, wider, left);
            }
        }
        Source { text, layout: Layout { encoding, has_bom, raw } }
    }
}
