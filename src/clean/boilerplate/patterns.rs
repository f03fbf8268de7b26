//! What lines of furniture say: the table `dictionaries/en/boilerplate.tsv`, and which of its patterns a line has.

use std::sync::{LazyLock, OnceLock};

use regex::{Regex, RegexBuilder, RegexSet, RegexSetBuilder};
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
    has: Regex,
    // Of each phrase that `has` finds.
    by_phrase: FxHashMap<&'static str, usize>,
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
        let phrases: Vec<String> = of(Match::Has).map(|(_, pattern)| regex::escape(pattern.text)).collect();
        let has = Regex::new(&phrases.join("|")).map_err(|e| e.to_string())?;
        let by_phrase = of(Match::Has).map(|(idx, pattern)| (pattern.text, idx)).collect();
        let of_regex: Vec<usize> = of(Match::Regex).map(|(idx, _)| idx).collect();
        let sources = of_regex.iter().map(|&idx| source(&relaxed(patterns[idx].text)));
        let may_fit = RegexSetBuilder::new(sources)
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
        Ok(Table { whole, starts, has, by_phrase, may_fit, regexes, prefix, patterns })
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
        for found in self.has.find_iter(&line.folded) {
            hits.extend(self.by_phrase.get(found.as_str()).filter(|idx| !hits.contains(idx)).copied().as_slice());
        }
        if line.plain.len() <= LONGEST {
            let found = self.may_fit.matches(&line.plain).into_iter().filter(|&n| self.fits(n, &line.plain));
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

/// `pattern` with its long counted repetitions made endless, so that it fits all that it fitted, and more.
///
/// A repetition of up to 300 characters is 300 states, and a set of such expressions is too large for an automaton: asked all at
/// once they took nine tenths of the time of cleaning.
fn relaxed(pattern: &str) -> String {
    const LONG: usize = 8;
    let mut out = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(open) = rest.find('{') {
        let end = rest[open..].find('}').map_or(rest.len(), |close| open + close + 1);
        let bounds = rest[open + 1..end].trim_end_matches('}').split_once(',');
        let bounds = bounds.and_then(|(least, most)| Some((least.parse().ok()?, most.parse().ok()?)));
        out.push_str(&rest[..open]);
        match bounds {
            Some((0, LONG..)) => out.push('*'),
            Some((1usize.., LONG..)) => out.push('+'),
            _ => out.push_str(&rest[open..end]),
        }
        rest = &rest[end..];
    }
    out + rest
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
        assert_eq!(relaxed(r"\p{L}{2,40}(a{0,9}|\d{1,3}).{10,300}"), r"\p{L}+(a*|\d{1,3}).+");
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/pages");
        let mut n_fits = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let Ok(text) = std::fs::read_to_string(entry.unwrap().path().join("input.txt")) else { continue };
            for line in lines(&text).iter().filter(|line| line.plain.len() <= LONGEST) {
                let may_fit = TABLE.may_fit.matches(&line.plain);
                for n in (0..TABLE.regexes.len()).filter(|&n| TABLE.fits(n, &line.plain)) {
                    assert!(may_fit.matched(n), "{}: {}", TABLE.patterns[TABLE.regexes[n].0].text, line.plain);
                    n_fits += 1;
                }
            }
        }
        assert!(n_fits > 20, "{n_fits}");
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
