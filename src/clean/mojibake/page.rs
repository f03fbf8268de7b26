//! Code pages as tables: which byte a character was, where UTF-8 was read as that page.

use std::sync::LazyLock;

use encoding_rs::{
    Encoding, IBM866, ISO_8859_2, KOI8_R, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253,
    WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
};
use rustc_hash::FxHashMap;

/// How many pages there are.
pub(super) const N_PAGES: usize = 14;

/// Index of Windows-1252, with which Latin-1 is read: its C1 controls are the same bytes.
pub(super) const LATIN: usize = 0;
/// The number of Windows-1253.
pub(super) const GREEK: usize = 3;

/// The bytes that a character is in each page; 0 where the page lacks it.
pub(super) type Bytes = [u8; N_PAGES];

// The pages of DOS, which the web never had, and encoding_rs so does not have.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The bytes of `c` in the pages.
pub(super) fn bytes(c: char) -> Option<&'static Bytes> {
    TABLES.bytes.get(&c)
}

/// True where `c` could be the first byte of a sequence in some page.
pub(super) fn is_lead(c: char) -> bool {
    let code = c as usize;
    (0x80..N_LEADS).contains(&code) && TABLES.is_lead[code]
}

/// No page has a character of a higher code as the first byte of a sequence.
const N_LEADS: usize = 0x2600;

struct Tables {
    bytes: FxHashMap<char, Bytes>,
    is_lead: Vec<bool>,
}

static TABLES: LazyLock<Tables> = LazyLock::new(|| {
    let of_web = [
        WINDOWS_1252,
        WINDOWS_1250,
        WINDOWS_1251,
        WINDOWS_1253,
        WINDOWS_1254,
        WINDOWS_1256,
        WINDOWS_1257,
        MACINTOSH,
        KOI8_R,
        IBM866,
        ISO_8859_2,
        WINDOWS_1255,
    ];
    let mut bytes: FxHashMap<char, Bytes> = FxHashMap::default();
    let mut note = |c: char, page: usize, byte: u8| {
        let slot = &mut bytes.entry(c).or_insert([0; N_PAGES])[page];
        if *slot == 0 {
            *slot = byte;
        }
    };
    for (page, encoding) in of_web.into_iter().enumerate() {
        for byte in 0x80..=0xffu8 {
            if let Some(c) = decoded(encoding, byte) {
                note(c, page, byte);
            }
            // Where the page leaves a byte out, most programs let it through as a control.
            if byte < 0xa0 {
                note(char::from(byte), page, byte);
            }
        }
    }
    for (page, table) in [CP437, CP850].into_iter().enumerate() {
        for (byte, c) in (0x80..=0xffu8).zip(table.chars()) {
            note(c, of_web.len() + page, byte);
        }
    }
    let mut is_lead = vec![false; N_LEADS];
    for (c, bytes) in &bytes {
        if (*c as usize) < N_LEADS {
            is_lead[*c as usize] = bytes.iter().any(|byte| matches!(byte, 0xc2..=0xf4));
        }
    }
    Tables { bytes, is_lead }
});

fn decoded(encoding: &'static Encoding, byte: u8) -> Option<char> {
    let bytes = [byte];
    let text = encoding.decode_without_bom_handling_and_without_replacement(&bytes)?;
    text.chars().next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_whole() {
        assert_eq!((CP437.chars().count(), CP850.chars().count()), (128, 128));
        assert_eq!(bytes('Ã').unwrap()[LATIN], 0xc3);
        assert_eq!(bytes('\u{9d}').unwrap()[LATIN], 0x9d);
        assert_eq!(bytes('Р').unwrap()[2], 0xd0);
        assert!(is_lead('Ã') && is_lead('├') && is_lead('√') && !is_lead('a'));
        // A sign of Apple's and two ligatures lie higher; they would begin what no text has.
        let is_high = |c: &&char| **c as usize >= N_LEADS && !matches!(c, '\u{f8ff}' | 'ﬁ' | 'ﬂ');
        let leads = TABLES.bytes.iter().filter(|(_, b)| b.iter().any(|b| matches!(b, 0xc2..=0xf4)));
        assert_eq!(leads.map(|(c, _)| c).find(is_high), None);
    }
}
