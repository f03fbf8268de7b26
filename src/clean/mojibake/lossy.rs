//! Mojibake that lost a byte on the way, where it is sure which.

use super::{N_PAGES, Place, page};

/// True where `run` could have something for [`between`].
pub(super) fn may_be(run: &[char]) -> bool {
    run.iter().any(|c| matches!(c, 'â' | 'в' | 'Ã' | 'Â' | '鈥'))
}

/// Repairs in the characters `from` to `to` of `run`, which are no whole mojibake.
///
/// `push` takes the characters of the run, how many bytes behind the run go too, and the repair.
pub(super) fn between(
    run: &[char],
    from: usize,
    to: usize,
    place: &Place,
    proven: &[bool; N_PAGES],
    push: &mut impl FnMut(usize, usize, usize, String),
) {
    let mut at = from;
    while at < to {
        let c = run[at];
        let before = if at == 0 { place.before } else { Some(run[at - 1]) };
        let is_last = at + 1 == run.len();
        let next = if at + 1 < to { Some(run[at + 1]) } else { None };
        at += match (c, next) {
            // 0x9D has no character in Windows-1252, and 0x98 none in Windows-1251.
            ('â', Some('€')) if can_end(run, at + 2, place) => quote(run, at, "”", push),
            ('в', Some('Ђ')) if can_end(run, at + 2, place) => quote(run, at, "‘", push),
            ('鈥', _) => gbk(run, at, to, push),
            ('Ã', None) if is_last => grave(at, before, place, proven, push),
            ('Â', None) if is_last && is_no_break(before, place, proven) => {
                push(at, at + 1, 0, String::new());
                1
            }
            _ => 1,
        }
    }
}

/// Writes `sign` for the two characters at `at`, and a U+FFFD that stands for the third byte.
fn quote(run: &[char], at: usize, sign: &str, push: &mut impl FnMut(usize, usize, usize, String)) -> usize {
    let n = 2 + usize::from(run.get(at + 2) == Some(&char::REPLACEMENT_CHARACTER));
    push(at, at + n, 0, sign.to_string());
    n
}

/// True where the third byte of a quotation mark is missing before what stands at `at`.
fn can_end(run: &[char], at: usize, place: &Place) -> bool {
    match run.get(at) {
        Some(_) => true,
        // A question mark may stand for the byte or for itself, and an entity may still become it.
        None => !place.rest.starts_with(['?', '&']),
    }
}

/// UTF-8 that was read as GBK: `don鈥檛`, where the third byte of the quotation mark took the `t` with it.
fn gbk(run: &[char], at: usize, to: usize, push: &mut impl FnMut(usize, usize, usize, String)) -> usize {
    let mut end = at;
    let mut best = None;
    let mut stretch = String::new();
    // Two characters are enough for one sign, and four for two.
    while end < to.min(at + 4) {
        stretch.push(run[end]);
        end += 1;
        let (bytes, _, has_unknown) = encoding_rs::GBK.encode(&stretch);
        if let Ok(text) = std::str::from_utf8(&bytes)
            && !has_unknown
        {
            best = Some((end, text.to_string()));
        }
    }
    match best {
        Some((end, text)) => {
            push(at, end, 0, text);
            end - at
        }
        None => 1,
    }
}

/// `Ã ` for `à`, where the no-break space became a plain one, and `Ã` alone within a word for `í`.
fn grave(
    at: usize,
    before: Option<char>,
    place: &Place,
    proven: &[bool; N_PAGES],
    push: &mut impl FnMut(usize, usize, usize, String),
) -> usize {
    let mut rest = place.rest.chars();
    let (first, second) = (rest.next(), rest.next());
    let is_proven = proven[page::LATIN];
    let is_lower = |c: Option<char>| c.is_some_and(char::is_lowercase);
    match first {
        Some(' ') if is_lower(before) || (is_proven && !before.is_some_and(char::is_uppercase)) => {
            // The space was the second byte; where one more follows, that is the space between the words.
            push(at, at + 1, usize::from(second == Some(' ')), "à".to_string());
        }
        // The soft hyphen was lost. It is the only byte without a sign that stands for a small letter within a word.
        Some(c) if is_proven && is_lower(before) && c.is_lowercase() => push(at, at + 1, 0, "í".to_string()),
        _ => {}
    }
    1
}

/// True for an `Â` that is half a no-break space, before the space that the other half became.
fn is_no_break(before: Option<char>, place: &Place, proven: &[bool; N_PAGES]) -> bool {
    let is_space = place.rest.starts_with([' ', '\n', '\r']) || place.rest.is_empty();
    let is_end = before.is_some_and(|c| c.is_lowercase() || c.is_ascii_digit() || ".,;:!?)\"”’".contains(c));
    let is_proven = proven[page::LATIN] && !before.is_some_and(char::is_uppercase);
    is_space && (is_end && !place.rest.is_empty() || is_proven)
}
