//! What lines of furniture say: the table `dictionaries/en/boilerplate.tsv`, and which of its patterns a line has.

use std::sync::{LazyLock, OnceLock};

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use memchr::memchr3_iter;
use regex::bytes::{RegexSet, RegexSetBuilder};
use regex::{Regex, RegexBuilder};
use rustc_hash::FxHashMap;

use crate::clean::boilerplate::line::Line;

/// Where the table is, as causes name it.
pub(super) const PLACE: &str = "dictionaries/en/boilerplate.tsv";
const TEXT: &str = include_str!("../../../dictionaries/en/boilerplate.tsv");

/// How a pattern is laid on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Match {
    /// It is the whole line.
    Line,
    /// The line begins with it.
    Start,
    /// The line has it somewhere.
    Has,
    /// A regular expression that the whole line fits.
    Regex,
    /// A regular expression for what a scraper put before the line.
    Prefix,
}

/// A line of the table.
#[derive(Debug)]
pub(super) struct Pattern {
    pub text: &'static str,
    pub how: Match,
    /// What it is a mark of: `form`, `share`, `meta-date`, …
    pub kind: &'static str,
    /// How much it says that a line is furniture, in nats, by judgement.
    pub weight: f64,
    /// Line of the table, from 1.
    pub line: usize,
}

/// The table, ready to be asked.
#[derive(Debug)]
pub(super) struct Table {
    pub patterns: Vec<Pattern>,
    whole: FxHashMap<&'static str, usize>,
    starts: FxHashMap<&'static str, Vec<usize>>,
    has: Phrases,
    // Which of the regular expressions may fit a line; each of them is asked then.
    may_fit: RegexSet,
    // The pattern of each of `may_fit`, and its expression, read when it is first asked.
    regexes: Vec<(usize, OnceLock<Option<Regex>>)>,
    prefix: Regex,
}

/// Longest line, in bytes, that regular expressions are tried on; captions are the longest that they know.
const LONGEST: usize = 420;

/// The built-in table.
pub(super) static TABLE: LazyLock<Table> =
    LazyLock::new(|| Table::read(TEXT).expect("the built-in table is checked by a test"));

impl Table {
    /// Reads a table; the fault names the line.
    fn read(text: &'static str) -> Result<Table, String> {
        let mut patterns = Vec::new();
        for (n, row) in text.lines().enumerate().filter(|(_, row)| !row.starts_with('#')) {
            let fault = |what: &str| format!("{PLACE}:{}: {what}", n + 1);
            let mut cells = row.split('\t');
            let (Some(text), Some(how), Some(kind), Some(weight)) =
                (cells.next(), cells.next(), cells.next(), cells.next())
            else {
                return Err(fault("a line has five columns"));
            };
            let how = match how {
                "line" => Match::Line,
                "start" => Match::Start,
                "has" => Match::Has,
                "regex" => Match::Regex,
                "prefix" => Match::Prefix,
                _ => return Err(fault("the second column is line, start, has, regex or prefix")),
            };
            let weight = weight.parse().map_err(|_| fault("the weight is no number"))?;
            patterns.push(Pattern { text, how, kind, weight, line: n + 1 });
        }
        let of = |how: Match| patterns.iter().enumerate().filter(move |(_, pattern)| pattern.how == how);
        let whole = of(Match::Line).map(|(idx, pattern)| (pattern.text, idx)).collect();
        let mut starts: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
        for (idx, pattern) in of(Match::Start) {
            starts.entry(first_word(pattern.text)).or_default().push(idx);
        }
        let has = Phrases::new(of(Match::Has).map(|(idx, pattern)| (pattern.text, idx)).collect());
        let of_regex: Vec<usize> = of(Match::Regex).map(|(idx, _)| idx).collect();
        let may_fit = RegexSetBuilder::new(of_regex.iter().map(|&idx| relaxed(patterns[idx].text)))
            .unicode(false)
            .case_insensitive(true)
            .dfa_size_limit(1 << 24)
            .build()
            .map_err(|e| e.to_string())?;
        let regexes = of_regex.into_iter().map(|idx| (idx, OnceLock::new())).collect();
        let prefixes: Vec<String> = of(Match::Prefix).map(|(_, pattern)| letters(pattern.text)).collect();
        let prefix = RegexBuilder::new(&format!("^(?:{})(?:$|[ \t:|])", prefixes.join("|")))
            .case_insensitive(true)
            .build()
            .map_err(|e| e.to_string())?;
        Ok(Table { whole, starts, has, may_fit, regexes, prefix, patterns })
    }

    /// The patterns that `line` has, by their place in the table.
    pub fn hits(&self, line: &Line) -> Vec<usize> {
        let mut hits = Vec::new();
        if line.folded.is_empty() {
            return hits;
        }
        hits.extend(self.whole.get(line.folded.as_str()));
        if let Some(starts) = self.starts.get(first_word(&line.folded)) {
            let lower = line.plain.to_lowercase();
            let begins = |text: &str| {
                lower.strip_prefix(text).is_some_and(|rest| {
                    !(rest.starts_with(char::is_alphanumeric) && text.ends_with(char::is_alphabetic))
                })
            };
            hits.extend(starts.iter().filter(|&&idx| begins(self.patterns[idx].text)));
        }
        for idx in self.has.find(&line.folded) {
            if !hits.contains(&idx) {
                hits.push(idx);
            }
        }
        if line.plain.len() <= LONGEST {
            let found = self.may_fit.matches(line.plain.as_bytes()).into_iter().filter(|&n| self.fits(n, &line.plain));
            hits.extend(found.map(|n| self.regexes[n].0));
        }
        hits
    }

    /// True where `plain` fits the regular expression `n`.
    fn fits(&self, n: usize, plain: &str) -> bool {
        let (idx, slot) = &self.regexes[n];
        let read = || exact(self.patterns[*idx].text).ok();
        slot.get_or_init(read).as_ref().is_some_and(|regex| regex.is_match(plain))
    }

    /// How many bytes of `text`, which has no white space before it, a scraper put there.
    pub fn prefix(&self, text: &str) -> usize {
        let head: String = text.chars().take(80).collect();
        self.prefix.find(&head).map_or(0, |found| found.as_str().trim_end_matches([' ', '\t', ':', '|']).len())
    }
}

/// Phrases that a line may have somewhere.
///
/// Few lines have one, so a line is looked over first for some letters of each phrase, round a sign that parts words: those signs are a sixth
/// of a text.
#[derive(Debug)]
struct Phrases {
    // Each with its pattern.
    phrases: Vec<(&'static str, usize)>,
    // What is looked for of each phrase, sorted, and which hashes it has.
    cores: Vec<u64>,
    has_hash: Box<[u64; Phrases::N_HASHES / 64]>,
    // Made when a line first has a core.
    automaton: OnceLock<AhoCorasick>,
}

impl Phrases {
    const N_HASHES: usize = 1 << 16;
    /// Bytes of a core before its sign.
    const BEFORE: usize = 2;
    const CORE: usize = 8;

    fn new(phrases: Vec<(&'static str, usize)>) -> Phrases {
        let core = |&(text, _): &(&'static str, usize)| Phrases::core(text).unwrap_or_default();
        let mut cores: Vec<u64> = phrases.iter().map(core).collect();
        cores.sort_unstable();
        cores.dedup();
        let mut has_hash = Box::new([0; Phrases::N_HASHES / 64]);
        for &core in &cores {
            let hash = Phrases::hash(core);
            has_hash[hash / 64] |= 1 << (hash % 64);
        }
        Phrases { phrases, cores, has_hash, automaton: OnceLock::new() }
    }

    /// The bytes round each sign of `text` that parts words, where there are enough.
    fn cores_of(text: &[u8]) -> impl Iterator<Item = u64> {
        let of = |at: usize| -> Option<u64> {
            let from = at.checked_sub(Phrases::BEFORE)?;
            Some(u64::from_le_bytes(text.get(from..from + Phrases::CORE)?.try_into().ok()?))
        };
        memchr3_iter(b' ', b'-', b'+', text).filter_map(of)
    }

    /// What is looked for of a phrase: of its cores the one with most letters that are rare in English.
    fn core(phrase: &str) -> Option<u64> {
        let n_rare = |core: &u64| core.to_le_bytes().iter().filter(|byte| !b" etaoinsrhldu".contains(byte)).count();
        Phrases::cores_of(phrase.as_bytes()).max_by_key(n_rare)
    }

    fn hash(core: u64) -> usize {
        (core.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 48) as usize
    }

    /// The patterns of the phrases that `folded` has, from left to right.
    fn find(&self, folded: &str) -> Vec<usize> {
        let is_core = |core: u64| {
            let hash = Phrases::hash(core);
            self.has_hash[hash / 64] >> (hash % 64) & 1 != 0 && self.cores.binary_search(&core).is_ok()
        };
        if !Phrases::cores_of(folded.as_bytes()).any(is_core) {
            return Vec::new();
        }
        // Much quicker made than a DFA, and nearly as quick.
        let automaton = self.automaton.get_or_init(|| {
            AhoCorasick::builder()
                .kind(Some(AhoCorasickKind::ContiguousNFA))
                .match_kind(MatchKind::LeftmostFirst)
                .build(self.phrases.iter().map(|(text, _)| text))
                .expect("the table has few phrases")
        });
        automaton.find_iter(folded).map(|found| self.phrases[found.pattern().as_usize()].1).collect()
    }
}

fn first_word(text: &str) -> &str {
    text.split([' ', ',', ':']).next().unwrap_or(text)
}

/// The whole-line expression of a pattern.
fn source(pattern: &str) -> String {
    format!("^(?:{})$", letters(pattern))
}

fn exact(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(&source(pattern)).case_insensitive(true).size_limit(1 << 27).build()
}

/// An expression over bytes, without Unicode, that fits all that the whole-line expression of `pattern` fits, and more: what is beyond ASCII
/// is any run of bytes beyond ASCII, and long counted repetitions are endless. (Less only in that no `k` is a Kelvin sign and no `s` a long one.)
///
/// A set of the exact ones takes half of the time of a start, in folding the case of letters of all scripts, and a repetition of up to 300
/// characters is 300 states, which made asking it nine tenths of the time of cleaning.
fn relaxed(pattern: &str) -> String {
    let mut out = String::from("^(?:");
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        let n_bytes = match first {
            '\\' => escape(rest, &mut out),
            '[' => class(rest, &mut out),
            '{' => repetition(rest, &mut out),
            '.' => {
                out.push_str(&one_of("^", ""));
                1
            }
            c if c.is_ascii() => {
                out.push(c);
                1
            }
            c => {
                out.push_str(BEYOND);
                c.len_utf8()
            }
        };
        rest = &rest[n_bytes..];
    }
    out + ")$"
}

/// What is beyond ASCII, as bytes.
const BEYOND: &str = r"(?:[\x80-\xff]+)";

/// One of the members of a class, or, where `sign` is `^`, none of them, or anything beyond ASCII.
fn one_of(sign: &str, members: &str) -> String {
    match (sign, members) {
        ("", "") => BEYOND.to_string(),
        ("", _) => format!(r"(?:[{members}]|[\x80-\xff]+)"),
        _ => format!(r"(?:[^{members}\x80-\xff]|[\x80-\xff]+)"),
    }
}

/// Writes the escape that `rest` begins with; how long it is.
fn escape(rest: &str, out: &mut String) -> usize {
    let n_bytes = match rest.as_bytes().get(1) {
        Some(b'p') => rest.find('}').map_or(rest.len(), |end| end + 1),
        _ => rest.len().min(2),
    };
    match &rest[..n_bytes] {
        r"\d" | r"\p{N}" => out.push_str("[0-9]"),
        r"\p{L}" | r"\p{Lu}" => out.push_str(&one_of("", "A-Za-z")),
        other => out.push_str(other),
    }
    n_bytes
}

/// Writes the class of characters that `rest` begins with; how long it is.
fn class(rest: &str, out: &mut String) -> usize {
    let sign = if rest[1..].starts_with('^') { "^" } else { "" };
    let mut members = String::new();
    let mut is_wide = !sign.is_empty();
    let mut at = 1 + sign.len();
    while let Some(first) = rest[at..].chars().next().filter(|c| *c != ']') {
        let n_bytes = match (first, rest.as_bytes().get(at + 1)) {
            ('\\', Some(b'p')) => rest[at..].find('}').map_or(rest.len() - at, |end| end + 1),
            ('\\', Some(_)) => 2,
            _ => first.len_utf8(),
        };
        match &rest[at..at + n_bytes] {
            r"\d" | r"\p{N}" => members.push_str("0-9"),
            r"\p{L}" | r"\p{Lu}" => {
                is_wide = true;
                members.push_str("A-Za-z");
            }
            other if other.is_ascii() => members.push_str(other),
            _ => is_wide = true,
        }
        at += n_bytes;
    }
    out.push_str(&if is_wide { one_of(sign, &members) } else { format!("[{members}]") });
    (at + 1).min(rest.len())
}

/// Writes the counted repetition that `rest` begins with, made endless where it is long; how long it is.
fn repetition(rest: &str, out: &mut String) -> usize {
    const LONG: usize = 8;
    let n_bytes = rest.find('}').map_or(rest.len(), |close| close + 1);
    let bounds = rest[1..n_bytes].trim_end_matches('}').split_once(',');
    match bounds.and_then(|(least, most)| Some((least.parse().ok()?, most.parse().ok()?))) {
        Some((0, LONG..)) => out.push('*'),
        Some((1usize.., LONG..)) => out.push('+'),
        _ => out.push_str(&rest[..n_bytes]),
    }
    n_bytes
}

/// Letters and digits of any script as wide classes: exact ones make the automata a hundred times as large, and what is beyond
/// ASCII in a line of furniture is letters, nearly always.
fn letters(pattern: &str) -> String {
    pattern
        .replace(r"\p{Lu}", r"[A-ZÀ-ÞĀ-ĹА-Я]")
        .replace(r"\p{L}", r"a-zA-Z\u{80}-\u{2fff}")
        .replace(r"\p{N}", "0-9")
        .replace(r"\d", "[0-9]")
        .replace("[[0-9]", "[0-9")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::boilerplate::line::{fold, lines, plain};

    #[test]
    fn the_table_can_be_read() {
        let table = Table::read(TEXT).unwrap();
        assert!(table.patterns.len() > 2000, "{}", table.patterns.len());
        assert_eq!(table.patterns.len(), TEXT.lines().filter(|row| !row.starts_with('#')).count());
    }

    #[test]
    fn a_relaxed_expression_fits_all_that_the_exact_one_does() {
        let wide = |members: &str| format!(r"(?:[{members}]|[\x80-\xff]+)");
        let letter = wide("A-Za-z");
        assert_eq!(relaxed(r"\p{L}{2,40}(a{0,9}|\d{1,3})"), format!("^(?:{letter}+(a*|[0-9]{{1,3}}))$"));
        assert_eq!(
            relaxed(r"[\p{L}\d. ·]?[^(\]–]·?\."),
            format!(r"^(?:{}?{}{BEYOND}?\.)$", wide("A-Za-z0-9. "), one_of("^", r"(\]"))
        );
        assert_eq!(relaxed("[a-z>].{1,60}"), format!("^(?:[a-z>]{}+)$", one_of("^", "")));
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pages");
        let mut n_fits = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let Ok(text) = std::fs::read_to_string(entry.unwrap().path().join("input.txt")) else { continue };
            for line in lines(&text).iter().filter(|line| line.plain.len() <= LONGEST) {
                let may_fit = TABLE.may_fit.matches(line.plain.as_bytes());
                for n in (0..TABLE.regexes.len()).filter(|&n| TABLE.fits(n, &line.plain)) {
                    assert!(may_fit.matched(n), "{}: {}", TABLE.patterns[TABLE.regexes[n].0].text, line.plain);
                    n_fits += 1;
                }
            }
        }
        assert!(n_fits > 20, "{n_fits}");
    }

    #[test]
    fn every_phrase_is_found() {
        for pattern in TABLE.patterns.iter().filter(|pattern| pattern.how == Match::Has) {
            let place = format!("{PLACE}:{}", pattern.line);
            assert!(
                Phrases::core(pattern.text).is_some(),
                "{place}: no space, hyphen or plus sign with two signs before it and five behind it"
            );
            for line in [pattern.text.to_string(), format!("xx{}yy", pattern.text), format!("“{} it", pattern.text)] {
                let found = TABLE.has.find(&line);
                let texts: Vec<&str> = found.iter().map(|&idx| TABLE.patterns[idx].text).collect();
                assert!(
                    texts.iter().any(|text| text.contains(pattern.text) || pattern.text.contains(text)),
                    "{place}: {texts:?}"
                );
            }
        }
        assert!(TABLE.has.find("the mayor said that the bridge would open on friday").is_empty());
    }

    #[test]
    fn every_expression_can_be_read() {
        let expressions = TABLE.patterns.iter().filter(|pattern| pattern.how == Match::Regex);
        for pattern in expressions {
            assert!(exact(pattern.text).is_ok(), "{}", pattern.text);
        }
    }

    /// As `despin dict check` has it for dictionaries: sorted, nothing twice, spelled as lines are when they are compared.
    #[test]
    fn the_table_is_tidy() {
        let key = |pattern: &Pattern| (pattern.kind, pattern.how as u8, pattern.text);
        let mut seen = FxHashMap::default();
        for pattern in &TABLE.patterns {
            let place = format!("{PLACE}:{}", pattern.line);
            assert_eq!(pattern.text.trim(), pattern.text, "{place}: needless spaces");
            assert!(pattern.weight > 0.0 && pattern.weight <= 4.0, "{place}: weight");
            assert_eq!(seen.insert((pattern.how as u8, pattern.text), pattern.line), None, "{place}: twice");
            if pattern.how == Match::Line {
                assert_eq!(fold(&plain(pattern.text)), pattern.text, "{place}: never found");
            }
            if matches!(pattern.how, Match::Start | Match::Has) {
                assert_eq!(plain(pattern.text).to_lowercase(), pattern.text, "{place}: never found");
            }
        }
        let kinds: Vec<_> = TABLE.patterns.iter().map(key).map(|(kind, ..)| kind).collect();
        assert!(kinds.is_sorted(), "sort the table by kind");
    }

    fn kinds(text: &str) -> Vec<&'static str> {
        TABLE.hits(&lines(text)[0]).into_iter().map(|idx| TABLE.patterns[idx].kind).collect()
    }

    #[test]
    fn lines_are_known() {
        assert_eq!(kinds("* indicates required"), ["form"]);
        assert_eq!(kinds("  SKIP TO CONTENT"), ["skip"]);
        assert!(kinds("By Maria Kovač, political correspondent").contains(&"meta-byline"));
        assert_eq!(kinds("12 March 2024, 09:20"), ["meta-date"]);
        assert_eq!(kinds("10:01 PM"), ["time"]);
        assert!(kinds("Facebook | Twitter | Email").contains(&"share"));
        assert!(kinds("Home > World > Europe").contains(&"breadcrumb"));
        assert_eq!(kinds("By then the river had risen by a metre."), [""; 0]);
        assert_eq!(kinds("Subscribe to the theory, and you will see why."), [""; 0]);
    }

    #[test]
    fn scrapers_leave_prefixes() {
        assert_eq!(TABLE.prefix("date 2024-03-12 All Sections"), 28);
        assert_eq!(TABLE.prefix("date 2024-03-12 The bridge"), 15);
        assert_eq!(TABLE.prefix("dated 2024-03-12"), 0);
    }
}
