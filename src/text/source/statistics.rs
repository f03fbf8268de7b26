//! Which code page bytes are in, by how their letters follow each other.
//!
//! The statistics are chardetng's, which were made for pages of the web: long, and not English. An English text in
//! Windows-1252 has a handful of curly quotation marks and an accented letter now and then, too little for statistics to go by;
//! so such a text is known by its signs standing where English has them, and statistics are asked about all others.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GBK, MACINTOSH, SHIFT_JIS, WINDOWS_1251, WINDOWS_1252, X_MAC_CYRILLIC,
};

use crate::text::source::code_page::CodePage;

/// Bytes that are looked at, however long the file is.
const MOST: usize = 1 << 16;
/// Bytes of ASCII that are taken along before and after those beyond it.
const ROUND: usize = 32;
/// Bytes from which on a byte can be the second one of a sequence.
const FIRST_TRAIL: u8 = 0x30;

/// The places of a file that say something about its encoding: those beyond ASCII, and what is round them.
pub(super) struct Sample(Vec<u8>);

impl Sample {
    pub(super) fn of(bytes: &[u8]) -> Sample {
        let mut sample = Vec::new();
        let mut at = 0;
        while sample.len() < MOST && at < bytes.len() {
            let high = at + Encoding::ascii_valid_up_to(&bytes[at..]);
            if high == bytes.len() {
                break;
            }
            let start = high.saturating_sub(ROUND).max(at);
            let most = (start + MOST - sample.len()).min(bytes.len());
            let mut end = high;
            let mut n_plain = 0;
            while end < most && n_plain < ROUND {
                n_plain = if bytes[end].is_ascii() { n_plain + 1 } else { 0 };
                end += 1;
            }
            // A sequence that is cut in two would look like a wrong one.
            while end < most && bytes[end - 1] >= FIRST_TRAIL {
                end += 1;
            }
            sample.extend_from_slice(&bytes[start..end]);
            at = end;
        }
        Sample(sample)
    }

    /// True where nearly all of it can be in `page`.
    pub(super) fn is_consistent_with(&self, page: CodePage) -> bool {
        /// Of so many bytes beyond ASCII one may be bad; one more, since the sample may end within a sequence.
        const PER_BAD: usize = 50;
        let n_high = self.0.iter().filter(|b| !b.is_ascii()).count();
        let n_bad = page.0.decode_without_bom_handling(&self.0).0.matches('\u{fffd}').count();
        n_bad <= 1 + n_high / PER_BAD
    }
}

/// The code page that explains `sample` best.
pub(super) fn guess(sample: &Sample) -> CodePage {
    if is_plain(&sample.0, macintosh) && has_macintosh_quotes(&sample.0) {
        return CodePage(MACINTOSH);
    }
    if is_plain(&sample.0, western) {
        return CodePage(WINDOWS_1252);
    }
    let found = most_likely(&sample.0);
    // It passes over some bytes that only Mac OS had in such pages, so that it can name a page that has bad ones.
    let is_doubtful = found.is_single_byte() || CodePage(found).without_bad(&sample.0).1 > 0;
    if is_doubtful && let Some(damaged) = damaged(sample) {
        return damaged;
    }
    CodePage(if found == WINDOWS_1251 && is_macintosh_cyrillic(&sample.0) { X_MAC_CYRILLIC } else { found })
}

fn most_likely(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, false);
    detector.guess(None, Utf8Detection::Deny)
}

/// The East Asian page that explains `sample` but for a bad sequence here and there. Statistics drop a page at the first of them.
fn damaged(sample: &Sample) -> Option<CodePage> {
    let pages = [SHIFT_JIS, EUC_JP, GBK, BIG5, EUC_KR].map(CodePage);
    pages.into_iter().filter(|page| sample.is_consistent_with(*page)).find(|page| {
        let (good, n_bad) = page.without_bad(&sample.0);
        n_bad > 0 && most_likely(&good) == page.0
    })
}

/// What a byte beyond ASCII is to a text in a Western language.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// An accented letter.
    Letter,
    /// A sign that stands anywhere, also within a word: an apostrophe, a dash, a soft hyphen.
    Anywhere,
    /// A sign that stands between words, at either side of one.
    Beside,
    /// A sign before a number.
    BeforeNumber,
    /// A sign behind a number or the letter m.
    BehindNumber,
    /// What such a text does not have.
    Foreign,
}

/// True where all of `sample` is ASCII but for signs where they belong, and accented letters that are few and stand alone.
fn is_plain(sample: &[u8], kind: fn(u8) -> Kind) -> bool {
    /// So few letters may be any share of a text.
    const FEW: usize = 4;
    /// Beyond that, one letter of so many; French has one of 20.
    const RARE: usize = 25;
    let of = |byte: Option<&u8>| byte.filter(|b| !b.is_ascii()).map(|&b| kind(b));
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic) || of(byte) == Some(Kind::Letter);
    let (mut n_letters, mut n_accented) = (0, 0);
    for (at, byte) in sample.iter().enumerate() {
        if byte.is_ascii() {
            n_letters += usize::from(byte.is_ascii_alphabetic());
            continue;
        }
        let before = at.checked_sub(1).and_then(|at| sample.get(at));
        let after = sample.get(at + 1);
        let is_in_place = match kind(*byte) {
            Kind::Anywhere => true,
            Kind::Letter => {
                n_accented += 1;
                of(before) != Some(Kind::Letter) && of(after) != Some(Kind::Letter)
            }
            Kind::Beside => !(is_letter(before) && is_letter(after)),
            Kind::BeforeNumber => !is_letter(after),
            Kind::BehindNumber => {
                before.is_some_and(|b| b.is_ascii_digit() || matches!(b, b'm' | b' ')) && !is_letter(after)
            }
            Kind::Foreign => false,
        };
        if !is_in_place {
            return false;
        }
    }
    n_accented <= FEW || n_accented * RARE <= n_letters
}

/// The bytes of Windows-1252.
fn western(byte: u8) -> Kind {
    match byte {
        0x91 | 0x92 | 0x96 | 0x97 | 0xa0 | 0xad | 0xb7 => Kind::Anywhere,
        0x82 | 0x84..=0x87 | 0x8b | 0x93..=0x95 | 0x99 | 0x9b | 0xa7 | 0xa9 | 0xab | 0xae | 0xbb => Kind::Beside,
        0x80 | 0xa3 | 0xa5 | 0xb1 => Kind::BeforeNumber,
        0xb0 | 0xb2 | 0xb3 | 0xbc..=0xbe | 0xa2 => Kind::BehindNumber,
        // Not those that only Icelandic has: in their places stand the commonest letters of Turkish.
        0xd0 | 0xd7 | 0xdd | 0xde | 0xf0 | 0xf7 | 0xfd | 0xfe => Kind::Foreign,
        0x8a | 0x8c | 0x8e | 0x9a | 0x9c | 0x9e | 0x9f | 0xc0..=0xff => Kind::Letter,
        _ => Kind::Foreign,
    }
}

/// The bytes of Mac OS Roman.
fn macintosh(byte: u8) -> Kind {
    match byte {
        0xd0 | 0xd1 | 0xd4 | 0xd5 | 0xca => Kind::Anywhere,
        0xa0 | 0xa4 | 0xa5 | 0xa8..=0xaa | 0xc7..=0xc9 | 0xd2 | 0xd3 | 0xe2 | 0xe3 => Kind::Beside,
        0xa3 | 0xb4 | 0xdb | 0xb1 => Kind::BeforeNumber,
        0xa1 | 0xa2 => Kind::BehindNumber,
        0x80..=0x9f => Kind::Letter,
        _ => Kind::Foreign,
    }
}

/// True where a text has the quotation marks of Mac OS Roman as words have them. To Windows-1252 they are capitals.
fn has_macintosh_quotes(sample: &[u8]) -> bool {
    let is_apostrophe =
        |three: &[u8]| three[0].is_ascii_lowercase() && three[1] == 0xd5 && three[2].is_ascii_lowercase();
    let opens = |two: &[u8]| matches!(two[0], b' ' | b'\n') && two[1] == 0xd2;
    let closes = |two: &[u8]| two[0] == 0xd3 && matches!(two[1], b' ' | b'\n');
    sample.windows(3).any(is_apostrophe) || sample.windows(2).any(opens) && sample.windows(2).any(closes)
}

/// Tells the Cyrillic page of Mac OS from Windows-1251, which has the same small letters but for `я`: what is `я` on the one is `Я`
/// on the other, and that does not stand within a word.
fn is_macintosh_cyrillic(sample: &[u8]) -> bool {
    let n = |last: u8| sample.windows(2).filter(|two| (0xe0..=0xfe).contains(&two[0]) && two[1] == last).count();
    n(0xdf) > n(0xff)
}
