//! The lines of a text as the classifier sees them: what can be said of a line without looking at its neighbours.

use memchr::{memchr_iter, memchr2};

use crate::text::span::Span;

/// A line that is not blank.
#[derive(Debug, Clone)]
pub(super) struct Line<'t> {
    /// The whole line with its line end.
    pub whole: Span,
    /// The line without the white space round it.
    pub text: &'t str,
    /// Its words by one space each, quotation marks straight, without a bullet. Empty for a line too long to be furniture.
    pub plain: String,
    /// The same in lower case, without signs at its end.
    pub folded: String,
    /// How many words; of a line too long to be furniture, a number no shorter one has.
    pub n_words: usize,
    /// True for a sentence, or several.
    pub is_prose: bool,
    /// True where it ends as a sentence does.
    pub is_ended: bool,
    /// True where it ends in an ellipsis, as teasers do.
    pub is_cut_short: bool,
    /// True where it begins with a bullet.
    pub is_bulleted: bool,
    /// True where somebody is quoted, or speaks after a dash.
    pub is_quoted: bool,
    /// True where a blank line stands before it.
    pub is_apart: bool,
}

/// Bytes from which on a line is taken for a paragraph of the story, whatever it says.
const LONGEST: usize = 900;
/// Words from which on a line can be a sentence of prose; headlines are as long, but do not end as sentences do.
const PROSE_WORDS: usize = 9;
/// Words from which on a line is prose without an end, too.
const SURELY_PROSE_WORDS: usize = 32;

/// The lines of `text` that are not blank, in their order.
pub(super) fn lines(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut is_apart = false;
    let mut at = 0;
    while at < text.len() {
        let end = memchr2(b'\n', b'\r', &text.as_bytes()[at..]).map_or(text.len(), |i| at + i);
        let after = match text.as_bytes().get(end..end + 2) {
            Some(b"\r\n") => end + 2,
            _ => (end + 1).min(text.len()),
        };
        let content = text[at..end].trim();
        if content.is_empty() {
            is_apart = true;
        } else {
            lines.push(Line::new(content, Span::new(at, after), is_apart));
            is_apart = false;
        }
        at = after;
    }
    lines
}

impl<'t> Line<'t> {
    /// A line of its own, of `text` without white space round it.
    pub fn new(text: &'t str, whole: Span, is_apart: bool) -> Line<'t> {
        let mut line = Line {
            whole,
            text,
            plain: String::new(),
            folded: String::new(),
            n_words: usize::MAX,
            is_prose: true,
            is_ended: true,
            is_cut_short: false,
            is_bulleted: false,
            is_quoted: false,
            is_apart,
        };
        if text.len() > LONGEST {
            return line;
        }
        let unmarked = text.trim_start_matches(is_bullet).trim_start();
        line.is_bulleted = unmarked.len() < text.len();
        line.plain = plain(if unmarked.is_empty() { text } else { unmarked });
        line.folded = fold(&line.plain);
        line.n_words = n_words(&line.plain);
        let bare = line.plain.trim_end_matches(['"', '\'', ')', ']', ' ', '*']);
        line.is_ended = bare.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？', '।']);
        line.is_cut_short = bare.ends_with('…') || bare.ends_with("...");
        line.is_quoted = line.plain.starts_with(['"', '\'', '«', '„'])
            || text.starts_with(['—', '–', '―']) && line.n_words > 2
            || line.plain.contains('"') && line.n_words > PROSE_WORDS;
        line.is_prose = line.n_words >= SURELY_PROSE_WORDS
            || line.is_ended && line.n_words >= PROSE_WORDS && has_function_words(&line.folded)
            // Scripts without spaces between words.
            || line.is_ended && line.n_words < PROSE_WORDS && line.plain.chars().filter(|c| !c.is_ascii()).count() > 30;
        line
    }

    /// True for what may be a headline: some words, and no end.
    pub fn is_headline(&self) -> bool {
        (3..=28).contains(&self.n_words) && !self.is_prose && !(self.is_ended && self.plain.ends_with([':', ';']))
    }

    /// True where the line speaks to its reader, or the site of itself.
    pub fn is_address(&self) -> bool {
        const PERSONS: &[&str] = &["you", "your", "we", "our", "us", "we're", "we've", "you're", "you've"];
        self.folded.split([' ', ',', '.']).any(|word| PERSONS.contains(&word))
    }
}

/// True for signs that stand before the entries of lists and links.
fn is_bullet(c: char) -> bool {
    matches!(
        c,
        '•' | '·'
            | '‣'
            | '▪'
            | '▸'
            | '►'
            | '▶'
            | '●'
            | '○'
            | '■'
            | '□'
            | '◆'
            | '➤'
            | '➔'
            | '→'
            | '›'
            | '»'
            | '✉'
            | '⇒'
            | '|'
    ) || matches!(
        c,
        '*' | '+' | '\u{200b}' | '\u{fe0f}' | '🔔' | '📩' | '📧' | '👉' | '🔗' | '📱' | '➡' | '☰' | '✕' | '×'
    )
}

/// `text` by one space between words, with straight quotation marks and apostrophes.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.trim_start();
    // Most of a text is letters with one space between words, which stand as they are.
    while !rest.is_empty() {
        let bytes = rest.as_bytes();
        let is_as_it_is = |&at: &usize| {
            matches!(bytes[at], b'!'..=b'_' | b'a'..=b'~')
                || bytes[at] == b' ' && bytes[at + 1..].first().is_some_and(u8::is_ascii_graphic)
        };
        let n_plain = (0..bytes.len()).take_while(is_as_it_is).count();
        out.push_str(&rest[..n_plain]);
        rest = &rest[n_plain..];
        let Some(c) = rest.chars().next() else { break };
        if c.is_whitespace() {
            rest = rest.trim_start();
            if !rest.is_empty() {
                out.push(' ');
            }
            continue;
        }
        rest = &rest[c.len_utf8()..];
        out.push(match c {
            '‘' | '’' | '‛' | '`' => '\'',
            '“' | '”' | '‟' => '"',
            c => c,
        });
    }
    out
}

/// `plain` in lower case, without signs at its end that change nothing.
pub(super) fn fold(plain: &str) -> String {
    let mut folded = plain.to_lowercase();
    let end = folded.trim_end_matches([
        '.', '…', ':', '!', '?', '>', '»', '›', '→', '»', '+', '*', ' ', '▼', '▾', '↓', '|', '✕', '×',
    ]);
    folded.truncate(end.len());
    folded
}

/// True where at least one word in eight is one of those that hold sentences together.
fn has_function_words(folded: &str) -> bool {
    const WORDS: &[&str] = &[
        "a", "about", "after", "all", "also", "an", "and", "are", "as", "at", "be", "been", "before", "but", "by",
        "can", "could", "did", "do", "for", "from", "had", "has", "have", "he", "her", "his", "i", "if", "in", "into",
        "is", "it", "its", "more", "no", "not", "of", "on", "one", "or", "our", "out", "over", "said", "says", "she",
        "so", "some", "than", "that", "the", "their", "them", "then", "there", "these", "they", "this", "to", "up",
        "was", "we", "were", "what", "when", "which", "who", "will", "with", "would", "you", "your",
    ];
    const LONGEST: usize = 6;
    let n_words = memchr_iter(b' ', folded.as_bytes()).count() + 1;
    let words = folded.as_bytes().split(|&byte| byte == b' ');
    let is_one =
        |word: &&[u8]| word.len() <= LONGEST && WORDS.binary_search_by(|known| known.as_bytes().cmp(word)).is_ok();
    // No more are looked for than there must be.
    words.filter(is_one).take(n_words.div_ceil(8)).count() * 8 >= n_words
}

/// How many words of `plain` have a letter or a digit.
fn n_words(plain: &str) -> usize {
    if !plain.is_ascii() {
        return plain.split(' ').filter(|word| word.contains(char::is_alphanumeric)).count();
    }
    let (mut n, mut is_counted) = (0, false);
    for byte in plain.bytes() {
        if byte == b' ' {
            is_counted = false;
        } else if !is_counted && byte.is_ascii_alphanumeric() {
            n += 1;
            is_counted = true;
        }
    }
    n
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_told_apart() {
        let text = "Head line here\r\n\r\n  • “Read” more… \n\nThe mayor said that the bridge would open on Friday.";
        let found = lines(text);
        let texts: Vec<&str> = found.iter().map(|line| line.text).collect();
        assert_eq!(texts, ["Head line here", "• “Read” more…", "The mayor said that the bridge would open on Friday."]);
        assert_eq!(found.iter().map(|line| line.is_apart).collect::<Vec<_>>(), [false, true, true]);
        assert_eq!(found.iter().map(|line| line.is_prose).collect::<Vec<_>>(), [false, false, true]);
        assert_eq!((found[1].folded.as_str(), found[1].is_bulleted), ("\"read\" more", true));
        assert!(found[0].is_headline());
        assert_eq!(found.last().unwrap().whole.end, text.len());
    }

    #[test]
    fn words_are_counted_that_have_letters() {
        for (text, n) in [("", 0), ("a - b", 2), ("- 5%", 1), ("don't go", 2), ("ж — é", 2), ("“ ”", 0), ("x- -y", 2)]
        {
            assert_eq!(n_words(text), n, "{text}");
        }
        for (text, is_held) in [
            ("said", true),
            ("cabbage", false),
            ("one two three four five six seven the", true),
            ("b c d e f g h j the", false),
        ] {
            assert_eq!(has_function_words(text), is_held, "{text}");
        }
    }

    #[test]
    fn a_line_of_bullets_is_a_line() {
        assert_eq!(lines("•••\n")[0].plain, "•••");
        assert!(lines("").is_empty() && lines("\n \n").is_empty());
    }
}
