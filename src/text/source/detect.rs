//! Which encoding bytes are in: the surest signs first, and Windows-1252 where all of them are silent.

use encoding_rs::ISO_2022_JP;

use crate::text::source::code_page::CodePage;
use crate::text::source::encoding::Encoding;
use crate::text::source::statistics::{Sample, guess};
use crate::text::source::{declared, unicode};

/// The encoding that `bytes` are read in. docs/encodings.md has the order, and why it is this one.
pub(super) fn detect(bytes: &[u8]) -> Encoding {
    let marked = [Encoding::Utf8, Encoding::Utf16Le, Encoding::Utf16Be];
    if let Some(encoding) = marked.into_iter().find(|encoding| bytes.starts_with(encoding.bom())) {
        return encoding;
    }
    if let Some(encoding) = unicode::utf16_by_nuls(bytes) {
        return encoding;
    }
    if std::str::from_utf8(bytes).is_ok() {
        let escaping = CodePage(ISO_2022_JP);
        return if escapes_to_japanese(bytes, escaping) { Encoding::CodePage(escaping) } else { Encoding::Utf8 };
    }
    let sample = Sample::of(bytes);
    let declared = declared::declared(bytes).filter(|page| sample.is_consistent_with(*page));
    match declared {
        // Bytes are seldom right by chance in one of several bytes a character; in one of one byte they always are.
        Some(page) if !page.is_single_byte() => Encoding::CodePage(page),
        _ if unicode::is_mostly_utf8(bytes) => Encoding::Utf8,
        Some(page) => Encoding::CodePage(page),
        None => Encoding::CodePage(guess(&sample)),
    }
}

/// True where `bytes`, which are ASCII then, have escape sequences that all lead to Japanese and back.
fn escapes_to_japanese(bytes: &[u8], page: CodePage) -> bool {
    let has_sequence = bytes.contains(&0x1b) && bytes.windows(2).any(|pair| pair == b"\x1b$");
    has_sequence && bytes.is_ascii() && page.decode(bytes).1.is_empty()
}
