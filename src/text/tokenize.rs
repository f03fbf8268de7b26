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
    let mut all = Vec::with_capacity(text.len() / 5 + 1);
    all.extend(tokens(text));
    all
}

/// The tokens of `text`, in order, each found when it is asked for: see [`tokenize`].
pub fn tokens(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0, run: HostRun::default() }
}

/// See [`tokens`].
#[derive(Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    run: HostRun,
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    #[inline]
    fn next(&mut self) -> Option<Token> {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(|&b| b == b' ' || b == b'\n') {
            self.at += 1;
        }
        let len = plain_word_len(&bytes[self.at..]);
        if len > 0 {
            self.at += len;
            return Some(Token { span: Span::new(self.at - len, self.at), kind: TokenKind::Word });
        }
        self.next_of_any()
    }
}

impl Tokens<'_> {
    fn next_of_any(&mut self) -> Option<Token> {
        loop {
            let c = self.text[self.at..].chars().next()?;
            if !c.is_whitespace() {
                let (len, kind) = token_at(self.text, self.at, c, &mut self.run);
                debug_assert!(len > 0);
                self.at += len;
                return Some(Token { span: Span::new(self.at - len, self.at), kind });
            }
            self.at += c.len_utf8();
        }
    }
}

/// Length of the word of ASCII letters and digits that `rest` begins with, where what follows shows that it is no more than that;
/// else 0. Most words are such, and need no second look.
#[inline]
fn plain_word_len(rest: &[u8]) -> usize {
    if !rest.first().is_some_and(u8::is_ascii_alphabetic) {
        return 0;
    }
    let len = rest.iter().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(rest.len());
    match rest.get(len) {
        None | Some(b' ' | b'\n' | b',' | b';' | b'!' | b'?' | b'"' | b'(' | b')') => len,
        // It may go on, be an abbreviation, or an address.
        Some(_) => 0,
    }
}

/// Length in bytes and kind of the token that begins at `at`, where `c` stands.
fn token_at(text: &str, at: usize, c: char, run: &mut HostRun) -> (usize, TokenKind) {
    let rest = &text[at..];
    let at_word_start = text[..at].chars().next_back().is_none_or(|p| !is_word_char(p));
    if at_word_start
        && (c.is_ascii_alphanumeric())
        && let Some(found) = address(text, at, run)
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

/// True for what a host or a mail's user is made of.
fn is_host_byte(b: u8) -> bool {
    b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'+' | b'@' | b'%')
}

/// A run of host signs, and what decides whether an address begins at some word in it: looked at once, since every word
/// of a text without spaces asks. Places are bytes of the text.
#[derive(Debug, Default)]
struct HostRun {
    /// Where the run ends; no place is in the run of which this is 0.
    end: usize,
    /// Where it ends without the signs that belong to the sentence.
    trimmed_end: usize,
    /// The last full stop, the last two at-signs.
    last_dot: Option<usize>,
    last_at: Option<usize>,
    last_at_but_one: Option<usize>,
    /// True where what stands after the last full stop is in [`DOMAIN_ENDINGS`].
    has_domain_ending: bool,
    /// Before the last full stop: the last letter, the last sign that no domain has, the last full stop which another
    /// follows after less than two signs.
    last_letter: Option<usize>,
    last_foreign: Option<usize>,
    last_short_part: Option<usize>,
}

impl HostRun {
    /// The rest of the run in which `start` is.
    fn at(text: &str, start: usize) -> HostRun {
        let rest = &text.as_bytes()[start..];
        let run = &rest[..rest.iter().take_while(|&&b| is_host_byte(b)).count()];
        let end = start + run.len();
        // Nearly every run is a word, and no address.
        if !run.iter().any(|b| matches!(b, b'.' | b'@')) {
            return HostRun { end, ..HostRun::default() };
        }
        let trimmed_end = start + text[start..end].trim_end_matches(['.', '-', '_']).len();
        let host = &text[start..trimmed_end];
        let mut found =
            HostRun { end, trimmed_end, last_dot: host.rfind('.').map(|i| start + i), ..HostRun::default() };
        let mut signs = host.rmatch_indices('@').map(|(i, _)| start + i);
        (found.last_at, found.last_at_but_one) = (signs.next(), signs.next());
        let Some(last_dot) = found.last_dot else { return found };
        found.has_domain_ending = DOMAIN_ENDINGS.contains(&&text[last_dot + 1..trimmed_end]);
        let mut next_dot = last_dot;
        for (i, b) in text.as_bytes()[start..last_dot].iter().enumerate().rev() {
            let i = start + i;
            if *b == b'.' {
                if next_dot - i <= 2 {
                    found.last_short_part.get_or_insert(i);
                }
                next_dot = i;
            } else if b.is_ascii_alphabetic() {
                found.last_letter.get_or_insert(i);
            } else if !(b.is_ascii_digit() || *b == b'-') {
                found.last_foreign.get_or_insert(i);
            }
        }
        found
    }
}

/// A URL, an e-mail address or a bare domain that begins with the letter or digit at `at`. `run` is of an earlier
/// place, or of none, and is moved on.
fn address(text: &str, at: usize, run: &mut HostRun) -> Option<(usize, TokenKind)> {
    let rest = &text[at..];
    let has_scheme = matches!(text.as_bytes()[at].to_ascii_lowercase(), b'h' | b'f' | b'w')
        && ["http://", "https://", "ftp://", "www."]
            .iter()
            .any(|s| rest.get(..s.len()).is_some_and(|head| head.eq_ignore_ascii_case(s)));
    if has_scheme {
        return Some((trim_address(stretch(rest)), TokenKind::Url));
    }
    if at >= run.end {
        *run = HostRun::at(text, at);
    }
    // An address has a dot with a letter or digit on both sides, or it is none; most words leave here.
    let last_dot = run.last_dot.filter(|&dot| dot > at)?;
    let len = run.trimmed_end - at;
    let is_ahead = |place: Option<usize>| place.is_some_and(|place| place > at);
    if let Some(sign) = run.last_at.filter(|&sign| sign > at) {
        let is_mail = last_dot > sign && !text[sign + 1..].starts_with('.') && !is_ahead(run.last_at_but_one);
        return is_mail.then_some((len, TokenKind::Email));
    }
    let is_domain = run.has_domain_ending
        && !is_ahead(run.last_foreign)
        && !is_ahead(run.last_short_part)
        && !rest[1..].starts_with('.')
        && run.last_letter.is_some_and(|letter| letter >= at);
    if !is_domain {
        return None;
    }
    let has_path = rest[len..].starts_with('/');
    Some((if has_path { trim_address(stretch(rest)) } else { len }, TokenKind::Url))
}

/// What of `rest` can be one address.
fn stretch(rest: &str) -> &str {
    let is_end = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '"' | '“' | '”' | '|' | '{' | '}');
    &rest[..rest.find(is_end).unwrap_or(rest.len())]
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
    // Signs since the last full stop: only initials have one before the end, so those before it are initials.
    let (mut n_in_part, mut is_letter, mut has_stop) = (0, false, false);
    let mut chars = rest.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|&(_, n)| n);
        let joins = next.is_some_and(is_word_char);
        if is_word_char(c) || ((is_apostrophe(c) || is_hyphen(c)) && joins) {
            len = at + c.len_utf8();
            n_in_part += 1;
            is_letter = c.is_alphabetic();
        } else if c == '.' && n_in_part == 1 && is_letter && (joins || at == 1 || has_stop) {
            // `U.S.`, `a.m.`, `J.` of a name; a lone capital at a sentence's end is rare enough to lose.
            let single = next.is_none_or(|n| !is_word_char(n));
            if single && at == 1 && !rest.starts_with(|c: char| c.is_uppercase() && c != 'I') {
                break;
            }
            len = at + 1;
            (n_in_part, has_stop) = (0, true);
        } else {
            break;
        }
    }
    if rest[len..].starts_with('.') && len <= 6 && ABBREVIATIONS.contains(rest[..=len].to_lowercase().as_str()) {
        len += 1;
    }
    len
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn plain_words_are_what_any_words_are(text in r#"([a-zA-Z]{1,7}|[0-9]|U\.|é|www\.|\.com|[ ,;!?"()'.@:/\n-]){0,12}"#) {
            let mut slowly = Tokens { text: &text, at: 0, run: HostRun::default() };
            prop_assert_eq!(tokenize(&text), std::iter::from_fn(|| slowly.next_of_any()).collect::<Vec<_>>());
        }
    }

    #[test]
    fn large_texts_cost_no_squares() {
        // The first took 21 seconds when each word looked for the end of the stretch it is in.
        let began = Instant::now();
        for piece in [
            "a,",
            "a.",
            "ab.",
            "a@",
            "a@b.",
            "a/",
            "#a",
            "#1_",
            "1.a",
            "1,",
            "(a)",
            "word—",
            "qL0+/x",
            "a-",
            "a_",
            "a'",
            "é.",
            "www.",
            "www.,",
            "a.com/",
            "a.com,",
            "com.",
            "https://",
            "https://a,",
            "ab.com|",
            "x%",
            "...a",
            "a.b@c.d,",
        ] {
            let text = piece.repeat(200_000 / piece.len());
            assert!(!tokenize(&text).is_empty());
        }
        let limit = if cfg!(debug_assertions) { 10 } else { 1 };
        assert!(began.elapsed() < Duration::from_secs(limit), "{:?}", began.elapsed());
    }

    /// [`address`] told plainly, without what makes it fast.
    fn plain_address(rest: &str) -> Option<(usize, TokenKind)> {
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
            && before
                .split('.')
                .all(|part| part.len() > 1 && part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'))
            && before.contains(|c: char| c.is_ascii_alphabetic());
        if !is_domain {
            return None;
        }
        let has_path = stretch[host.len()..].starts_with('/');
        Some((if has_path { trim_address(stretch) } else { host.len() }, TokenKind::Url))
    }

    proptest! {
        #[test]
        fn addresses_are_those_of_the_plain_rule(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "a", "ab", "B7", "1", "22", ".", ".", ".", "-", "_", "+", "@", "@", "%", "/", ",", "com", "org", ".co", "www.",
                    "http://", "é", "(", ")", "'", "\"", "|", " ", "—",
                ]),
                0..24,
            ),
        ) {
            let text = pieces.concat();
            let mut run = HostRun::default();
            for (at, _) in text.char_indices().filter(|(_, c)| c.is_ascii_alphanumeric()) {
                prop_assert_eq!(address(&text, at, &mut run), plain_address(&text[at..]), "{} at {}", &text, at);
            }
        }
    }

    #[test]
    fn initials_end_where_a_part_is_longer() {
        check("a.b.c.de.f. U.S.A.", "a.b.c.de . f . U.S.A.");
        check("A-b.c é.b. x1.y 1.a.b", "A-b . c é.b. x1 . y 1 . a.b");
    }
}
