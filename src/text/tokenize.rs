//! Cuts a text into tokens.
//!
//! White space is no token; the gap between two tokens is. Every other character belongs to exactly one token, so a
//! text is its tokens and its gaps, and nothing is lost. Works in one pass, linear in the text's length.

use std::sync::LazyLock;

use rustc_hash::FxHashSet;

use crate::text::span::Span;
use crate::text::token::{Token, TokenKind};

/// Abbreviations that keep their full stop (`Mr.`), lower case.
static ABBREVIATIONS: LazyLock<FxHashSet<&'static str>> = LazyLock::new(|| {
    include_str!("../../dictionaries/en/abbreviations.txt")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .collect()
});

/// Endings by which a bare domain is known: the commonest of the web, so that `end.Next` is no address.
const DOMAIN_ENDINGS: [&str; 16] =
    ["com", "org", "net", "edu", "gov", "int", "info", "io", "co", "uk", "eu", "de", "fr", "ru", "ua", "tv"];

/// The tokens of `text`, in order.
///
/// ```
/// use despin::text::tokenize::tokenize;
/// let text = "Dr. Gray's anti-spam site, www.example.org, isn’t 2.5 years old.";
/// let words: Vec<&str> = tokenize(text).iter().map(|t| t.span.of(text)).collect();
/// assert_eq!(
///     words,
///     ["Dr.", "Gray's", "anti-spam", "site", ",", "www.example.org", ",", "isn’t", "2.5", "years", "old", "."]
/// );
/// ```
pub fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::with_capacity(text.len() / 5 + 1);
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (len, kind) = token_at(text, at, c);
        debug_assert!(len > 0);
        tokens.push(Token { span: Span::new(at, at + len), kind });
        at += len;
    }
    tokens
}

/// Length in bytes and kind of the token that begins at `at`, where `c` stands.
fn token_at(text: &str, at: usize, c: char) -> (usize, TokenKind) {
    let rest = &text[at..];
    let at_word_start = text[..at].chars().next_back().is_none_or(|p| !is_word_char(p));
    if at_word_start
        && (c.is_ascii_alphanumeric())
        && let Some(found) = address(rest)
    {
        return found;
    }
    if c.is_ascii_digit() {
        return (number_len(rest), TokenKind::Number);
    }
    if is_word_char(c) {
        return (word_len(rest), TokenKind::Word);
    }
    if (c == '#' || c == '@') && at_word_start {
        let len = rest[1..].find(|c: char| !(is_word_char(c) || c == '_')).unwrap_or(rest.len() - 1);
        if len > 0 && rest[1..1 + len].contains(char::is_alphabetic) {
            return (1 + len, TokenKind::Handle);
        }
    }
    // A run of one sign (`...`, `--`, `***`) is one token; brackets and quotes stand alone.
    let repeats = matches!(c, '.' | '-' | '*' | '=' | '_' | '!' | '?' | '~' | '#' | '\u{2026}');
    let n = if repeats { rest.chars().take_while(|&d| d == c).count() } else { 1 };
    (n * c.len_utf8(), TokenKind::Punctuation)
}

fn is_word_char(c: char) -> bool {
    // Marks (accents on their own) belong to the letter before them.
    c.is_alphanumeric() || ('\u{300}'..='\u{36f}').contains(&c)
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2bc}')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

/// A URL, an e-mail address or a bare domain at the start of `rest`.
fn address(rest: &str) -> Option<(usize, TokenKind)> {
    let stretch = &rest[..rest
        .find(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '“' | '”' | '|' | '{' | '}'))
        .unwrap_or(rest.len())];
    let has_scheme = ["http://", "https://", "ftp://", "www."]
        .iter()
        .any(|s| stretch.get(..s.len()).is_some_and(|head| head.eq_ignore_ascii_case(s)));
    if has_scheme {
        return Some((trim_address(stretch), TokenKind::Url));
    }
    // An address has a dot with a letter or digit on both sides, or it is none; most words leave here.
    let host_end = stretch
        .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+' | '@' | '%')))
        .unwrap_or(stretch.len());
    let host = stretch[..host_end].trim_end_matches(['.', '-', '_']);
    if !host.contains('.') {
        return None;
    }
    if let Some((user, domain)) = host.split_once('@') {
        let is_mail = !user.is_empty() && domain.contains('.') && !domain.contains('@') && !domain.starts_with('.');
        return is_mail.then_some((host.len(), TokenKind::Email));
    }
    let (before, ending) = host.rsplit_once('.')?;
    let is_domain = DOMAIN_ENDINGS.contains(&ending)
        && before.split('.').all(|part| part.len() > 1 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
        && before.contains(|c: char| c.is_ascii_alphabetic());
    if !is_domain {
        return None;
    }
    let has_path = stretch[host.len()..].starts_with('/');
    Some((if has_path { trim_address(stretch) } else { host.len() }, TokenKind::Url))
}

/// Sentence punctuation at the end of an address belongs to the sentence.
fn trim_address(stretch: &str) -> usize {
    let trimmed = stretch.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '\u{2019}', ']']);
    let trimmed = if trimmed.contains('(') { trimmed } else { trimmed.trim_end_matches(')') };
    trimmed.trim_end_matches(['.', ',']).len().max(1)
}

fn number_len(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let mut len = 0;
    while len < bytes.len() {
        let b = bytes[len];
        let next_is_digit = bytes.get(len + 1).is_some_and(u8::is_ascii_digit);
        if b.is_ascii_digit() || (matches!(b, b'.' | b',' | b':' | b'/') && next_is_digit) {
            len += 1;
        } else {
            break;
        }
    }
    // `1990s`, `13th`, `3D`, `20km` are one token.
    len + rest[len..].find(|c: char| !is_word_char(c)).unwrap_or(rest.len() - len)
}

fn word_len(rest: &str) -> usize {
    let mut len = 0;
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, n)| n);
        let joins = next.is_some_and(is_word_char);
        if is_word_char(c) || ((is_apostrophe(c) || is_hyphen(c)) && joins) {
            len = at + c.len_utf8();
        } else if c == '.' && is_initials(&rest[..at]) && (joins || at == 1 || rest[..at].contains('.')) {
            // `U.S.`, `a.m.`, `J.` of a name; a lone capital at a sentence's end is rare enough to lose.
            let single = next.is_none_or(|n| !is_word_char(n));
            if single && at == 1 && !rest.starts_with(|c: char| c.is_uppercase() && c != 'I') {
                break;
            }
            len = at + 1;
        } else {
            break;
        }
    }
    if rest[len..].starts_with('.') && len <= 6 && ABBREVIATIONS.contains(rest[..=len].to_lowercase().as_str()) {
        len += 1;
    }
    len
}

/// One letter, or single letters with full stops between them.
fn is_initials(head: &str) -> bool {
    !head.is_empty() && head.split('.').all(|part| part.chars().count() == 1 && part.chars().all(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let got: Vec<&str> = tokenize(text).iter().map(|t| t.span.of(text)).collect();
        assert_eq!(got.join(" "), expected, "{text}");
    }

    #[test]
    fn words_keep_inner_apostrophes_and_hyphens() {
        check("the soldiers' anti-Kremlin men who’ve don't—yet", "the soldiers ' anti-Kremlin men who’ve don't — yet");
        check("rock 'n' roll", "rock ' n ' roll");
        check("well-known- x", "well-known - x");
    }

    #[test]
    fn numbers_are_whole() {
        check("two.8% of 3,000, at 09:20 in the 1990s.", "two . 8 % of 3,000 , at 09:20 in the 1990s .");
        check("6.four years 433-day", "6 . four years 433 - day");
    }

    #[test]
    fn addresses_are_whole() {
        check(
            "See https://a.org/x?y=(1). Mail a.b@c.co.uk, or go to example.com/x.",
            "See https://a.org/x?y=(1) . Mail a.b@c.co.uk , or go to example.com/x .",
        );
        check("It will end.Next it begins", "It will end . Next it begins");
        check("#news from @name", "#news from @name");
    }

    #[test]
    fn abbreviations_keep_their_stop() {
        check("The U.S. and Mr. J. K. Gray at 5 a.m. said so.", "The U.S. and Mr. J. K. Gray at 5 a.m. said so .");
        check("It is I. And a. b", "It is I . And a . b");
        check("plan B.", "plan B.");
    }

    #[test]
    fn every_character_is_in_one_token_or_white() {
        for text in [
            "",
            "a",
            "e\u{301}t\u{301}",
            "日本語 text",
            "\u{1f468}\u{200d}\u{1f469} ok",
            "…...!!",
            "''",
            "-a-",
            "x.y.z.",
        ] {
            let mut at = 0;
            for token in tokenize(text) {
                assert!(text[at..token.span.start].chars().all(char::is_whitespace));
                at = token.span.end;
            }
            assert!(text[at..].chars().all(char::is_whitespace));
        }
    }
}
