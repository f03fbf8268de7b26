//! What a text must have before a rule can find anything, found in one scan.

/// What a rule asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Sign {
    /// A control character other than a line end or a tab.
    Control = 1,
    /// Characters without width.
    ZeroWidth = 1 << 1,
    /// `{`.
    Brace = 1 << 2,
    /// White space that is not one plain space between words, or at most two line ends.
    Space = 1 << 3,
    /// `&`.
    Ampersand = 1 << 4,
    /// `<`.
    Angle = 1 << 5,
    /// Two characters beyond ASCII side by side, or `Ã` or `Â`.
    HighPair = 1 << 6,
    /// A carriage return, or a line separator of Unicode.
    Return = 1 << 7,
    /// A character that may not be in normal form C.
    Mark = 1 << 8,
    /// Bidi controls, variation selectors, tags and other characters that are not seen.
    Invisible = 1 << 9,
    /// Greek, Cyrillic or Armenian letters.
    Foreign = 1 << 10,
    /// Full-width forms.
    FullWidth = 1 << 11,
    /// A hyphen at a line's end.
    Hyphen = 1 << 12,
    /// `[`.
    Bracket = 1 << 13,
    /// `**`, `''`, `==`, brackets, braces, or `#` at a line's start.
    Markup = 1 << 14,
    /// A line that begins or ends as code does: `{`, `[`, `}`, `;`.
    Code = 1 << 15,
    /// A curly quotation mark or apostrophe.
    CurlyQuote = 1 << 16,
    /// A line, which every text has.
    Line = 1 << 17,
}

/// A set of signs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Signs(u32);

impl Signs {
    /// True where `sign` is in the set.
    pub(super) fn has(self, sign: Sign) -> bool {
        self.0 & sign as u32 != 0
    }

    /// True where no sign is but that of every text.
    #[cfg(test)]
    pub(super) fn is_empty(self) -> bool {
        self.0 & !(Sign::Line as u32) == 0
    }

    fn add(&mut self, sign: Sign) {
        self.0 |= sign as u32;
    }
}

/// What a byte of ASCII can be a sign of; 0 for those that are plain text wherever they stand.
const PLAIN: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'!';
    while byte <= b'~' {
        table[byte as usize] = !matches!(byte, b'&' | b'<' | b'[' | b'{' | b'}' | b'*' | b'\'' | b'=' | b'#' | b';');
        byte += 1;
    }
    table
};

/// Bytes that are looked at together.
const BLOCK: usize = 32;

/// True where `block`, which stands behind `last`, has nothing but plain text and single spaces. Written so that its bytes are compared side by side.
fn is_words(block: &[u8; BLOCK], last: u8) -> bool {
    let mut before = [last; BLOCK];
    before[1..].copy_from_slice(&block[..BLOCK - 1]);
    let mut is_other = false;
    for (&byte, &before) in block.iter().zip(&before) {
        let is_sign = (byte == b'&')
            | (byte == b'<')
            | (byte == b'[')
            | (byte == b'{')
            | (byte == b'*')
            | (byte == b'\'')
            | (byte == b'=')
            | (byte == b'#')
            | (byte == b';')
            | (byte > b'|');
        is_other |= is_sign | (byte < b' ') | ((byte == b' ') & (before == b' '));
    }
    !is_other
}

/// The signs that `text` has. It may have one without need, and never lacks one that is needed.
pub(super) fn signs(text: &str) -> Signs {
    find(text, 0)
}

/// As [`signs`]; blocks are looked at together from `block_from` on.
fn find(text: &str, mut block_from: usize) -> Signs {
    let mut signs = Signs(Sign::Line as u32);
    let bytes = text.as_bytes();
    let mut n_breaks = 0;
    // The byte before: a text begins as a line does.
    let mut last = b'\n';
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if at >= block_from
            && let Some(block) = bytes[at..].first_chunk::<BLOCK>()
        {
            if is_words(block, last) {
                (n_breaks, last) = (0, block[BLOCK - 1]);
                at += BLOCK;
                continue;
            }
            block_from = at + BLOCK;
        }
        if PLAIN[usize::from(byte)] {
            n_breaks = 0;
            // Words are most of a text, and their letters need no second look.
            let mut end = at + 1;
            while end < bytes.len() && PLAIN[usize::from(bytes[end])] {
                end += 1;
            }
            last = bytes[end - 1];
            at = end;
            continue;
        }
        let next = bytes.get(at + 1).copied();
        match byte {
            b' ' => {
                if last == b' ' {
                    signs.add(Sign::Space);
                }
            }
            b'\n' | b'\r' => {
                n_breaks += usize::from(byte == b'\n' || next != Some(b'\n'));
                if last == b' ' || n_breaks > 2 {
                    signs.add(Sign::Space);
                }
                match last {
                    b'-' => signs.add(Sign::Hyphen),
                    b';' | b'}' => signs.add(Sign::Code),
                    _ => {}
                }
                if byte == b'\r' {
                    signs.add(Sign::Return);
                }
            }
            _ if byte < 0x80 => ascii(byte, last, next, &mut signs),
            _ => high(&bytes[at..], last, &mut signs),
        }
        if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
            n_breaks = 0;
        }
        last = byte;
        at += 1;
    }
    match last {
        b' ' => signs.add(Sign::Space),
        b';' | b'}' => signs.add(Sign::Code),
        _ => {}
    }
    signs
}

fn ascii(byte: u8, last: u8, next: Option<u8>, signs: &mut Signs) {
    let is_at_start = matches!(last, b'\n' | b'\r');
    match byte {
        b'\t' => signs.add(Sign::Space),
        b'&' => signs.add(Sign::Ampersand),
        b'<' => signs.add(Sign::Angle),
        b'[' => {
            signs.add(Sign::Bracket);
            signs.add(Sign::Markup);
            if is_at_start {
                signs.add(Sign::Code);
            }
        }
        b'{' => {
            signs.add(Sign::Brace);
            signs.add(Sign::Markup);
            if is_at_start {
                signs.add(Sign::Code);
            }
        }
        b'*' | b'\'' | b'=' if next == Some(byte) => signs.add(Sign::Markup),
        b'#' if is_at_start || matches!(last, b' ' | b'\t') => signs.add(Sign::Markup),
        b'*' | b'\'' | b'=' | b'#' => {}
        b'}' | b';' => {
            if matches!(next, Some(b' ' | b'\t')) {
                // Spaces at the line's end may still go.
                signs.add(Sign::Code);
            }
        }
        0..=0x1f | 0x7f => signs.add(Sign::Control),
        _ => {}
    }
}

/// The signs of the character that `bytes` begin with, where it is not ASCII; the rest of it has none.
fn high(bytes: &[u8], last: u8, signs: &mut Signs) {
    let first = bytes[0];
    if first < 0xc0 {
        return;
    }
    let second = bytes.get(1).copied().unwrap_or(0);
    let third = bytes.get(2).copied().unwrap_or(0);
    if last >= 0x80 {
        signs.add(Sign::HighPair);
    }
    match (first, second, third) {
        (0xc2, 0x80..=0x9f, _) => signs.add(Sign::Control),
        (0xc2, 0xa0, _) => signs.add(Sign::Space),
        (0xc2, 0xad, _) => signs.add(Sign::ZeroWidth),
        // `Â` and `Ã`, of which the other half may be lost.
        (0xc3, 0x82 | 0x83, _) => signs.add(Sign::HighPair),
        (0xcc..=0xd6, _, _) => {
            signs.add(Sign::Foreign);
            signs.add(Sign::Mark);
            if (first, second) == (0xcd, 0x8f) {
                signs.add(Sign::Invisible);
            }
        }
        (0xe1, 0x9a, _) => {
            signs.add(Sign::Space);
            signs.add(Sign::Mark);
        }
        (0xe2, 0x80, 0x80..=0x8a | 0xaf) => {
            signs.add(Sign::Space);
            signs.add(Sign::Mark);
        }
        (0xe2, 0x80, 0x8b..=0x8d) => signs.add(Sign::ZeroWidth),
        (0xe2, 0x80, 0x8e | 0x8f | 0xaa..=0xae) => signs.add(Sign::Invisible),
        (0xe2, 0x80, 0x98 | 0x99 | 0x9c | 0x9d) => signs.add(Sign::CurlyQuote),
        (0xe2, 0x80, 0x9a | 0x9b | 0x9e | 0x9f) => signs.add(Sign::CurlyQuote),
        (0xe2, 0x80, 0xa8 | 0xa9) => signs.add(Sign::Return),
        (0xe2, 0x80 | 0x82, _) => {}
        (0xe2, 0x81, 0x9f) => signs.add(Sign::Space),
        (0xe2, 0x81, 0xa0) => signs.add(Sign::ZeroWidth),
        (0xe2, 0x81, 0xa1..=0xaf) => signs.add(Sign::Invisible),
        (0xe3, 0x80, 0x80) => signs.add(Sign::Space),
        (0xe9, 0x88, 0xa5) => signs.add(Sign::HighPair),
        (0xef, 0xb8, 0x80..=0x8f) => signs.add(Sign::Invisible),
        (0xef, 0xbb, 0xbf) => signs.add(Sign::ZeroWidth),
        (0xef, 0xbc | 0xbd, _) => signs.add(Sign::FullWidth),
        (0xef, 0xbf, 0xb9..=0xbb) => signs.add(Sign::Invisible),
        (0xf3, 0xa0, _) => signs.add(Sign::Invisible),
        (0xd8, 0x9c, _) => signs.add(Sign::Invisible),
        _ => {}
    }
    if first >= 0xd7 && !(first == 0xe2 && second < 0x84) {
        signs.add(Sign::Mark);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn blocks_say_what_bytes_do(text in "([a-z ]{0,9}[ -~]{0,2}|[a-z]{30}|\\PC|[ \n\r\t-]{1,3}|[a-z]{3,7}[ .,]{1,2}){0,40}") {
            prop_assert_eq!(find(&text, 0), find(&text, usize::MAX));
        }
    }

    #[test]
    fn a_block_sees_what_stands_before_it() {
        let words = "a plain line of words, and no more of them than this";
        assert!(signs(words).is_empty());
        for at in 0..words.len() {
            for odd in ["  ", "\u{1}", "&", "\u{200b}", "''"] {
                let text = format!("{}{odd}{}", &words[..at], &words[at..]);
                assert_eq!(signs(&text), find(&text, usize::MAX), "{text:?}");
            }
        }
    }
}
