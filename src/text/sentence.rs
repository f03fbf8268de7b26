//! Where sentences begin and end.
//!
//! The tokens do half of the work: a full stop inside a number or an abbreviation is part of its token, so only a
//! full stop that stands alone, or an abbreviation that ends a sentence, is left to judge. Line breaks are the other
//! half: a scraped article has its headline, its byline and its paragraphs on lines of their own, while a
//! text wrapped at 70 columns breaks its lines anywhere.

use crate::text::span::Span;
use crate::text::token::{Token, TokenKind};

/// The sentences of `text`, in order of place and disjoint: from the first byte of a sentence's first token up to the last
/// byte of its last. Every token is in one, white space between sentences in none.
///
/// `tokens` are the tokens of `text`.
///
/// ```
/// use despin::text::sentence::sentences;
/// use despin::text::span::Span;
/// use despin::text::token::{Token, TokenKind};
/// let token = |start, end, kind| Token { span: Span::new(start, end), kind };
/// let tokens = [
///     token(0, 2, TokenKind::Word),
///     token(3, 7, TokenKind::Word),
///     token(7, 8, TokenKind::Punctuation),
///     token(9, 15, TokenKind::Word),
/// ];
/// let found = sentences("He left. Nobody", &tokens);
/// assert_eq!(found, [Span::new(0, 8), Span::new(9, 15)]);
/// ```
pub fn sentences(text: &str, tokens: &[Token]) -> Vec<Span> {
    let mut out = Vec::new();
    let mut first = 0;
    for at in 0..tokens.len() {
        if at + 1 == tokens.len() || ends_after(&Place { text, tokens, first, at }) {
            out.push(Span::new(tokens[first].span.start, tokens[at].span.end));
            first = at + 1;
        }
    }
    out
}

/// Lines longer than this, in characters, are paragraphs, not lines of a wrapped text.
///
/// Source: mail and plain text are wrapped at 66 to 80 columns, seldom at 100.
const LONGEST_WRAPPED: usize = 100;

/// Lines shorter than this, in characters, are whole, where no full stop ends them: bylines, captions, headings.
///
/// Source: half of the widest usual wrap; a wrapped line is shorter only at its paragraph's end.
const SHORTEST_WRAPPED: usize = 45;

/// Abbreviations that always have their name behind them, in lower case and without the full stop.
const NEVER_LAST: &[&str] = &[
    "adm", "approx", "atty", "brig", "capt", "cf", "cmdr", "col", "cpl", "dr", "e.g", "fig", "gen", "gov", "hon",
    "i.e", "lt", "maj", "messrs", "mr", "mrs", "ms", "mt", "no", "nos", "pp", "pres", "prof", "rep", "reps", "rev",
    "sen", "sens", "sgt", "st", "supt", "viz", "vs",
];

/// Abbreviations that may also end a sentence, without their full stop, where a tokenizer has not joined it to them.
const MAY_BE_LAST: &[&str] = &[
    "a.m", "co", "corp", "d.c", "etc", "inc", "jr", "ltd", "p.m", "ph.d", "sr", "u.k", "u.n", "u.s", "u.s.a", "apr",
    "aug", "dec", "feb", "jan", "nov", "oct", "sept", "ave", "blvd", "rd",
];

/// Words that seldom have a capital but at the start of a sentence: a capital on one behind `U.S.` is a new sentence.
const STARTERS: &[&str] = &[
    "A",
    "According",
    "After",
    "All",
    "Also",
    "Although",
    "An",
    "And",
    "Another",
    "Any",
    "Are",
    "As",
    "At",
    "Because",
    "Before",
    "Both",
    "But",
    "By",
    "Can",
    "Did",
    "Do",
    "Does",
    "During",
    "Each",
    "Even",
    "Every",
    "For",
    "From",
    "Had",
    "Has",
    "He",
    "Her",
    "Here",
    "His",
    "How",
    "However",
    "If",
    "In",
    "Instead",
    "Is",
    "It",
    "Its",
    "It's",
    "It’s",
    "Last",
    "Later",
    "Many",
    "Meanwhile",
    "More",
    "Most",
    "My",
    "No",
    "Nobody",
    "Not",
    "Now",
    "On",
    "Once",
    "One",
    "Only",
    "Or",
    "Other",
    "Our",
    "Over",
    "She",
    "Since",
    "So",
    "Some",
    "Still",
    "Such",
    "That",
    "The",
    "Their",
    "Then",
    "There",
    "These",
    "They",
    "This",
    "Those",
    "Though",
    "Through",
    "Thus",
    "To",
    "Under",
    "Until",
    "Was",
    "We",
    "Were",
    "What",
    "When",
    "Where",
    "Whether",
    "Which",
    "While",
    "Who",
    "Why",
    "Will",
    "With",
    "Without",
    "Yet",
    "You",
    "Your",
];

/// The gap behind token `at`, in a sentence that began with token `first`; there is a token behind it.
struct Place<'a> {
    text: &'a str,
    tokens: &'a [Token],
    first: usize,
    at: usize,
}

impl<'a> Place<'a> {
    fn str(&self, token: usize) -> &'a str {
        self.tokens.get(token).map_or("", |t| t.span.of(self.text))
    }

    fn kind(&self, token: usize) -> Option<TokenKind> {
        self.tokens.get(token).map(|t| t.kind)
    }

    /// What stands between a token and the next.
    fn gap(&self, token: usize) -> &'a str {
        match self.tokens.get(token + 1) {
            Some(next) => &self.text[self.tokens[token].span.end..next.span.start],
            None => "",
        }
    }
}

fn ends_after(place: &Place) -> bool {
    let gap = place.gap(place.at);
    match n_line_breaks(gap) {
        0 if gap.is_empty() => false,
        0 => is_stop(place),
        1 => ends_at_line_break(place),
        _ => true,
    }
}

/// True where the sentence has its full stop and the next token can begin another.
fn is_stop(place: &Place) -> bool {
    // Most words are asked for no more than this.
    if place.kind(place.at) == Some(TokenKind::Word) && !place.str(place.at).ends_with('.') {
        return false;
    }
    // Back over what closes: `He left.”`, `(He left.)`.
    let mut stop = place.at;
    while stop > place.first && is_closing(place, stop) && place.gap(stop - 1).is_empty() {
        stop -= 1;
    }
    let is_closed = stop != place.at;
    let next = place.at + 1;
    if !can_begin(place, next) {
        return false;
    }
    let mark = place.str(stop);
    match place.kind(stop) {
        Some(TokenKind::Punctuation) if is_terminal(mark) => {
            let word = stop.checked_sub(1).filter(|w| *w >= place.first && place.gap(*w).is_empty());
            match word {
                Some(word) if mark == "." => match place.kind(word) {
                    Some(TokenKind::Word) => ends_with(place.str(word), false, is_closed, place, next),
                    // `1. The first of a list.`
                    Some(TokenKind::Number) => word != place.first,
                    _ => true,
                },
                _ => true,
            }
        }
        Some(TokenKind::Word) => {
            mark.strip_suffix('.').is_some_and(|word| ends_with(word, true, is_closed, place, next))
        }
        _ => false,
    }
}

/// True where a sentence ends with `word` and a full stop; `is_joined` where the tokenizer knew it for an abbreviation.
fn ends_with(word: &str, is_joined: bool, is_closed: bool, place: &Place, next: usize) -> bool {
    let lower = word.to_lowercase();
    if NEVER_LAST.contains(&lower.as_str()) {
        // `no` is a word as well: `He said no. The next day`.
        return lower == "no" && word == "no" && !is_joined;
    }
    let mut chars = word.chars();
    let is_initial = chars.next().is_some_and(char::is_uppercase) && chars.next().is_none();
    if !is_joined && !is_initial && !MAY_BE_LAST.contains(&lower.as_str()) {
        return true;
    }
    if lower == "etc" || (is_closed && !is_initial) {
        return true;
    }
    let begins_anew = |token| STARTERS.contains(&place.str(token));
    match place.kind(next) {
        Some(TokenKind::Word) => begins_anew(next),
        Some(TokenKind::Punctuation) if matches!(place.str(next), "“" | "\"" | "‘") => {
            !is_initial || begins_anew(next + 1)
        }
        _ => false,
    }
}

fn ends_at_line_break(place: &Place) -> bool {
    let next = place.at + 1;
    let line = line_round(place.text, place.tokens[place.at].span.end);
    let next_line = line_round(place.text, place.tokens[next].span.start);
    let is_long = line.chars().nth(LONGEST_WRAPPED).is_some();
    if is_list_item(place, next, next_line) || (is_long && line.ends_with(is_terminal_or_closing)) {
        return true;
    }
    if next_line.starts_with(char::is_lowercase) || line.ends_with([',', ';']) {
        return false;
    }
    is_long || is_stop(place) || is_short(line) || is_headline(line) || is_headline(next_line)
}

/// The line of `text` that holds byte `at`, trimmed.
fn line_round(text: &str, at: usize) -> &str {
    let start = text[..at].rmatch_indices(is_line_break).next().map_or(0, |(i, line_break)| i + line_break.len());
    let end = text[at..].find(is_line_break).map_or(text.len(), |i| at + i);
    text[start..end].trim()
}

fn is_list_item(place: &Place, first: usize, line: &str) -> bool {
    let mut chars = line.chars();
    match chars.next() {
        Some('•' | '·' | '▪' | '◦' | '‣') => true,
        Some('-' | '–' | '—' | '*' | '+') => chars.next().is_some_and(char::is_whitespace),
        _ => place.kind(first) == Some(TokenKind::Number) && matches!(place.str(first + 1), "." | ")"),
    }
}

/// True for a line that is whole without a full stop, since it is too short to be one of a wrapped text.
fn is_short(line: &str) -> bool {
    is_open(line) && !line.starts_with(char::is_lowercase) && line.chars().nth(SHORTEST_WRAPPED).is_none()
}

/// True for a line without a full stop of which most of the long words have capitals.
fn is_headline(line: &str) -> bool {
    if !is_open(line) || line.chars().nth(LONGEST_WRAPPED).is_some() {
        return false;
    }
    let long_words = || line.split_whitespace().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() >= 4);
    let n_capitalised = long_words().filter(|word| word.chars().any(char::is_uppercase)).count();
    n_capitalised >= 3 && 3 * n_capitalised >= 2 * long_words().count()
}

/// True where a line has letters and nothing that ends or continues a sentence behind them.
fn is_open(line: &str) -> bool {
    line.contains(char::is_alphabetic) && !line.ends_with(|c| is_terminal_or_closing(c) || matches!(c, ',' | ';'))
}

/// True where a sentence can begin with the token: not with a small letter, also not inside an opening quotation.
fn can_begin(place: &Place, token: usize) -> bool {
    let text = place.str(token);
    match place.kind(token) {
        None | Some(TokenKind::Email) => false,
        Some(TokenKind::Url | TokenKind::Number | TokenKind::Handle) => true,
        Some(TokenKind::Word) => !text.starts_with(char::is_lowercase),
        Some(TokenKind::Punctuation) => {
            let opens = text.chars().all(|c| "“‘\"'«‹([{¿¡—–-•·▪*_".contains(c));
            // Quotations and brackets may stand one in the other, but few deep.
            opens && (1..4).find_map(|n| first_letter(place.str(token + n))).is_none_or(|c| !c.is_lowercase())
        }
    }
}

/// The first letter or digit.
fn first_letter(token: &str) -> Option<char> {
    token.chars().next().filter(|c| c.is_alphanumeric())
}

fn is_closing(place: &Place, token: usize) -> bool {
    place.kind(token) == Some(TokenKind::Punctuation) && place.str(token).chars().all(|c| "”’\"'»›)]}*_".contains(c))
}

fn is_terminal(mark: &str) -> bool {
    !mark.is_empty() && mark.chars().all(|c| ".!?…。！？".contains(c))
}

fn is_terminal_or_closing(c: char) -> bool {
    ".!?…。！？”\"’)]".contains(c)
}

fn is_line_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// How many line breaks `gap` has; a paragraph separator is two.
fn n_line_breaks(gap: &str) -> usize {
    let mut n = 0;
    let mut last = ' ';
    for c in gap.chars() {
        n += match c {
            '\n' if last == '\r' => 0,
            '\n' | '\r' | '\u{2028}' => 1,
            '\u{2029}' => 2,
            _ => 0,
        };
        last = c;
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tokens enough for these tests: words, numbers and marks, with the abbreviations that the tests use.
    fn tokens(text: &str) -> Vec<Token> {
        const ABBREVIATIONS: &[&str] =
            &["Mr.", "U.S.", "Inc.", "p.m.", "Dr.", "e.g.", "etc.", "J.", "K.", "D.C.", "St.", "vs."];
        let mut out = Vec::new();
        let mut at = 0;
        while let Some(c) = text[at..].chars().next() {
            let rest = &text[at..];
            let n_inner = |is_inner: fn(char) -> bool| {
                let end = rest.find(|c: char| !is_inner(c)).unwrap_or(rest.len());
                rest[..end].trim_end_matches(['.', ',', '’', '\'', '-']).len()
            };
            let (n, kind) = if c.is_whitespace() {
                at += c.len_utf8();
                continue;
            } else if let Some(known) = ABBREVIATIONS.iter().find(|known| rest.starts_with(**known)) {
                (known.len(), TokenKind::Word)
            } else if c.is_ascii_digit() {
                (n_inner(|c| c.is_alphanumeric() || matches!(c, '.' | ',' | ':')), TokenKind::Number)
            } else if c.is_alphabetic() {
                (n_inner(|c| c.is_alphanumeric() || matches!(c, '’' | '\'' | '-')), TokenKind::Word)
            } else {
                (rest.find(|d| d != c).unwrap_or(rest.len()), TokenKind::Punctuation)
            };
            out.push(Token { span: Span::new(at, at + n), kind });
            at += n;
        }
        out
    }

    /// `text` has a `|` where a sentence ends; what stands round it is trimmed.
    fn check(text: &str) {
        let expected: Vec<&str> = text.split('|').map(str::trim).filter(|s| !s.is_empty()).collect();
        let plain = text.replace('|', "");
        let found: Vec<&str> = sentences(&plain, &tokens(&plain)).iter().map(|s| s.of(&plain)).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn ends_at_full_stops() {
        check("");
        check(" \n ");
        check("He left.");
        check("He left.| Nobody saw it!| Why?| 20 people were there…| “Yes,” he said.");
        check("He left...| Nobody saw it?!| So it is.");
        check("He left. and stayed. but not ... for long.");
        check("He left no trace.and went");
    }

    #[test]
    fn quotations_and_brackets_close_with_it() {
        check("“He left.”| Nobody saw it.| (Some did.)| \"Why?\"| 'Why not?'| So it is.");
        check("“Why?” he asked.| “Who knows?” they said.");
        check("He paused. (or so they say)");
    }

    #[test]
    fn abbreviations_and_numbers_do_not_end_it() {
        check("Mr. Smith met Dr. Jones vs. St. Pauli at 2.8 percent, e.g. Monday.");
        check("The U.S. Army paid Acme Inc. Chairman J. K. Rowling at 5 p.m. Monday.");
        check("She spoke with J. Smith.| He left.");
        check("1. The first of a list.| It cost 5.| He paid.");
        check("He said no.| They left.");
    }

    #[test]
    fn abbreviations_end_it_before_a_starter() {
        check(
            "He moved to the U.S.| The army stayed.| It was 5 p.m.| He left Washington, D.C.| “It is over,” he said.",
        );
        check("Cats, dogs, etc.| Birds as well.");
        check("(He moved to the U.S.)| Congress stayed.");
    }

    #[test]
    fn lines_of_their_own_are_sentences() {
        check("Storm Hits the Coast|\n\nRescuers were on their way.|\nBy our reporter|\nHe left at once.");
        check("Storm Hits the Coast|\r\nThe rescuers were on their way, the mayor said, as the waves came in.");
        check("Points:|\n- first of all|\n- and then|\n* the rest|\n1. number one|\n2) number two");
        check(
            "The rescuers were on their way on Monday morning, the mayor of all said|\nWho Pays For The Great Storm Here",
        );
        check("one|\u{2029}two");
    }

    #[test]
    fn wrapped_lines_are_not() {
        check(
            "The rescuers were on their way on Monday morning, the mayor of\nLondon said, as the waves came\nin.| He left.",
        );
        check("The rescuers were on their way on Monday morning.|\nHe stayed to see what the waves were\nlike.");
    }

    #[test]
    fn long_lines_are_paragraphs() {
        let line = "the rescuers were on their way ".repeat(5);
        check(&format!("{line}|\nHe left"));
        check(&format!("{line}.|\niPhones rang"));
        check(&format!("{line}\nand left"));
    }

    #[test]
    fn every_token_is_in_one_sentence() {
        use proptest::prelude::*;
        proptest!(|(text in "([A-Za-z.!?“”\"() \n\r0-9é\u{2028}\u{2029}]|Mr\\. |U\\.S\\. |\\.\\n){0,60}")| {
            let tokens = tokens(&text);
            let found = sentences(&text, &tokens);
            prop_assert!(found.windows(2).all(|pair| pair[0].end <= pair[1].start));
            for token in tokens {
                prop_assert_eq!(found.iter().filter(|s| s.contains(token.span)).count(), 1);
            }
        });
    }
}
