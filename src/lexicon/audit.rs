//! Finds faults in dictionary files; each is told with its line and its mend.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::fmt;

use serde::Serialize;

use crate::lexicon::assemble::folded;
use crate::lexicon::entry::{Class, Entry, REJECTED};
use crate::lexicon::format::{DictionaryFile, NONE, parse_each, without_mark};
use crate::lexicon::inflect::{forms, in_step};
use crate::lexicon::tidy::{Key, key, tidy_line};

/// What a header says, in its order.
const HEADER: [&str; 5] = ["title", "family", "language", "source", "licence"];

/// The sum of a head's weights from which there is advice: probabilities add up to 1, and weights are rounded.
///
/// Source: rounding to three decimals adds at most 0.0005 an entry, and no head of the built-in dictionaries has 40.
pub const MOST_MASS: f32 = 1.02;

/// How grave a complaint is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A dictionary should not have it.
    Fault,
    /// It may be meant: weights that add up to more than a probability can, a form whose weight its lemma gives too.
    Advice,
    /// Two families have one pair.
    Conflict,
    /// What one entry restores, another takes for spun.
    Chain,
}

/// One thing to mend in one line of a dictionary.
///
/// ```
/// use despin::lexicon::audit::audit;
/// let header = "# title: x\n# family: x\n# language: en\n# source: x\n# licence: x\n";
/// let complaints = audit(&[("mine.tsv", &format!("{header}b\tc\tphrase\n\n"))], &[]);
/// assert_eq!(complaints[0].to_string(), "mine.tsv:7: empty line; take it out");
/// assert!(complaints[0].is_mechanical);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Complaint {
    /// What the file is called.
    #[serde(rename = "path")]
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
    /// How grave it is.
    pub kind: Kind,
    /// What is wrong.
    pub fault: String,
    /// What to do about it.
    pub mend: String,
    /// True where [`tidy`](crate::lexicon::tidy::tidy) mends it.
    #[serde(rename = "mechanical")]
    pub is_mechanical: bool,
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Complaint { file, line, fault, mend, .. } = self;
        let kind = if self.kind == Kind::Fault { "" } else { "advice: " };
        write!(f, "{file}:{line}: {kind}{fault}; {mend}")
    }
}

/// The complaints about `texts`, which are names and texts of dictionary files, file by file and in order of line.
///
/// They are taken to be laid over each other in this order, and the first of them over `under`, about which there are no
/// complaints.
pub fn audit(texts: &[(&str, &str)], under: &[DictionaryFile]) -> Vec<Complaint> {
    let mut parsed = Vec::with_capacity(texts.len());
    let mut sheets: Vec<Sheet> = Vec::with_capacity(texts.len());
    for (name, text) in texts {
        let mut sheet = Sheet { file: name, complaints: Vec::new() };
        check_lines(text, &mut sheet);
        let Ok(file) = parse_each::<Infallible>(name, text, |line, (fault, mend)| {
            sheet.fault(line, fault, &mend);
            Ok(())
        });
        check_entries(&file, text, &mut sheet);
        check_masses(&file, &mut sheet);
        parsed.push(file);
        sheets.push(sheet);
    }
    let files: Vec<&DictionaryFile> = under.iter().chain(&parsed).collect();
    let index = Index::new(&files);
    for (sheet, file_idx) in sheets.iter_mut().zip(under.len()..) {
        check_among(&files, file_idx, &index, sheet);
        // Stable: what is said of one line stays in the order of the checks.
        sheet.complaints.sort_by_key(|complaint| complaint.line);
    }
    sheets.into_iter().flat_map(|sheet| sheet.complaints).collect()
}

/// The complaints about one file.
struct Sheet<'a> {
    file: &'a str,
    complaints: Vec<Complaint>,
}

impl Sheet<'_> {
    fn add(&mut self, line: u32, kind: Kind, is_mechanical: bool, fault: impl Into<String>, mend: &str) {
        let (file, fault, mend) = (self.file.to_string(), fault.into(), mend.to_string());
        self.complaints.push(Complaint { file, line, kind, fault, mend, is_mechanical });
    }

    /// A fault that asks for judgement.
    fn fault(&mut self, line: u32, fault: impl Into<String>, mend: &str) {
        self.add(line, Kind::Fault, false, fault, mend);
    }

    /// A fault that `tidy` mends.
    fn mess(&mut self, line: u32, fault: &str, mend: &str) {
        self.add(line, Kind::Fault, true, fault, mend);
    }
}

/// What can be seen without reading entries.
fn check_lines(text: &str, sheet: &mut Sheet) {
    let unmarked = without_mark(text);
    if unmarked.len() < text.len() {
        sheet.mess(1, "a byte order mark", "take it out");
    }
    let mut has_returns = false;
    let mut keys = HashSet::new();
    let mut last: Option<Key> = None;
    for (number, line) in (1..).zip(unmarked.split_terminator('\n')) {
        let line = match line.strip_suffix('\r') {
            Some(line) => {
                // Once a file: they are mostly in every line.
                if !std::mem::replace(&mut has_returns, true) {
                    sheet.mess(number, "a carriage return at the line end", "end all lines in a line feed alone");
                }
                line
            }
            None => line,
        };
        if let Some(c) = line.chars().find(|&c| is_odd(c)) {
            sheet.fault(number, format!("odd character {c:?}"), "take it out");
        }
        if line.trim().is_empty() {
            sheet.mess(number, "empty line", "take it out");
            continue;
        }
        if tidy_line(line) != line {
            sheet.mess(number, "spaces that say nothing", "leave single ones between words");
        }
        if let Some(header) = line.strip_prefix('#') {
            if last.is_some() {
                sheet.mess(number, "a header line among the entries", "move it to the top");
            }
            let says = header.strip_prefix(' ').and_then(|header| header.split_once(": ")).map(|(key, _)| key.trim());
            if says.is_none_or(|key| key.is_empty() || key.contains('\t')) {
                sheet.fault(number, "neither a header line nor an entry", "write `# key: value`, or take it out");
            } else if !keys.insert(says) {
                sheet.fault(number, "a header line twice", "take one out");
            }
        } else {
            let key = key(line);
            if last.as_ref().is_some_and(|last| last.cmp(&key) == Ordering::Greater) {
                sheet.mess(number, "not in order", "sort with despin dict check --fix");
            }
            last = Some(key);
        }
    }
    for missing in HEADER.iter().filter(|key| !keys.contains(&Some(**key))) {
        sheet.fault(1, format!("no header line `# {missing}: …`"), "add it");
    }
    if !text.is_empty() && !text.ends_with('\n') {
        sheet.mess(text.lines().count() as u32, "no line end", "add one");
    }
}

/// True for what is no letter, sign, plain space or column's tab.
fn is_odd(c: char) -> bool {
    let is_hidden = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    c != '\t' && c != ' ' && (c.is_control() || c.is_whitespace() || is_hidden || matches!(c, '\u{feff}' | '\u{fffd}'))
}

/// What can be seen in an entry, or in two of one file.
fn check_entries(file: &DictionaryFile, text: &str, sheet: &mut Sheet) {
    let lines: Vec<&str> = without_mark(text).lines().collect();
    let tidied = |line: u32| tidy_line(lines[line as usize - 1]);
    let mut seen: HashMap<(&str, &str, Class), u32> = HashMap::new();
    for entry in &file.entries {
        let Entry { spun, original, class, line, .. } = entry;
        if let Some(first) = seen.insert((spun, original, *class), *line) {
            let is_same = tidied(first) == tidied(*line);
            sheet.add(*line, Kind::Fault, is_same, format!("the pair and class of line {first}"), "take one out");
        }
        if folded(spun).is_empty() {
            sheet.fault(*line, format!("spun {spun:?} has no word or sign"), "take the line out");
        }
        // `<none>` is the one original without any.
        if folded(original).is_empty() && !original.is_empty() {
            sheet.fault(*line, format!("original {original:?} has no word or sign"), "take the line out");
        }
        if *class != Class::Name && spun.to_lowercase() == original.to_lowercase() {
            let fault = format!("{spun:?} and {original:?} differ in capitals alone");
            sheet.fault(*line, fault, "write name as class, or take the line out");
            continue;
        }
        for (spun, original) in forms(spun, *class).iter().zip(&forms(original, *class)) {
            // A name may stand for its own capitals.
            let is_same = if *class == Class::Name { spun == original } else { folded(spun) == folded(original) };
            if is_same {
                let fault = format!("{spun:?} is made of itself");
                sheet.fault(*line, fault, "take the line out, or write the other forms as phrases");
                break;
            }
        }
    }
}

/// Whether the weights of each original are probabilities of things of which one happens.
fn check_masses(file: &DictionaryFile, sheet: &mut Sheet) {
    struct Head<'a> {
        original: &'a str,
        line: u32,
        /// By spun phrase what the lexicon hears: the heaviest of the exact entries, or else of the others.
        weights: HashMap<String, (bool, f32)>,
    }
    let mut heads: HashMap<String, Head> = HashMap::new();
    for Entry { spun, original, class, weight, line, .. } in &file.entries {
        let head = Head { original, line: *line, weights: HashMap::new() };
        let heard = heads.entry(folded(original)).or_insert(head).weights.entry(folded(spun)).or_default();
        let said = (class.is_exact(), *weight);
        if said > *heard {
            *heard = said;
        }
    }
    for Head { original, line, weights } in heads.into_values() {
        // In order of size, for a sum that is the same at every run.
        let mut weights: Vec<f32> = weights.into_values().map(|(_, weight)| weight).collect();
        weights.sort_by(f32::total_cmp);
        // Added up more finely than weights are kept, and then as coarse as they: 0.6 and 0.42 are 1.02.
        let mass = weights.into_iter().map(f64::from).sum::<f64>() as f32;
        if mass > MOST_MASS {
            let fault =
                format!("the weights of {:?} add up to {mass:.2}", if original.is_empty() { NONE } else { original });
            sheet.add(line, Kind::Advice, false, fault, "lower them to 1 together");
        }
    }
}

/// A spun phrase and its original, as they are looked up.
type Pair = (String, String);

fn pair(spun: &str, original: &str) -> Pair {
    (folded(spun), folded(original))
}

/// An inflecting entry that makes a pair.
struct Made {
    file_idx: usize,
    line: u32,
    weight: f32,
    /// True where the pair is the entry's own, and not another form of it.
    is_listed: bool,
}

/// What several files say, by what they say it about.
struct Index<'a> {
    /// The first file that has these texts in this class.
    first: HashMap<(&'a str, &'a str, Class), usize>,
    /// What inflecting makes of entries that are not of weight 0.
    made: HashMap<Pair, Vec<Made>>,
    /// The files and lines that have a pair as it stands, and not with weight 0.
    listed: HashMap<Pair, Vec<(usize, u32)>>,
    /// How many exact entries a file has of a pair.
    n_exact: HashMap<(usize, Pair), usize>,
}

impl<'a> Index<'a> {
    fn new(files: &[&'a DictionaryFile]) -> Self {
        let (first, made, listed, n_exact) = Default::default();
        let mut index = Index { first, made, listed, n_exact };
        for (file_idx, file) in files.iter().enumerate() {
            for entry in &file.entries {
                index.add(file_idx, entry);
            }
        }
        index
    }

    fn add(&mut self, file_idx: usize, entry: &'a Entry) {
        let Entry { spun, original, class, weight, line, .. } = entry;
        self.first.entry((spun, original, *class)).or_insert(file_idx);
        if *weight > 0.0 {
            self.listed.entry(pair(spun, original)).or_default().push((file_idx, *line));
        }
        if class.is_exact() {
            *self.n_exact.entry((file_idx, pair(spun, original))).or_default() += 1;
        } else if *weight > 0.0 {
            for (form_idx, (spun, original)) in in_step(spun, original, *class).iter().enumerate() {
                let made = Made { file_idx, line: *line, weight: *weight, is_listed: form_idx == 0 };
                self.made.entry(pair(spun, original)).or_default().push(made);
            }
        }
    }
}

/// What can be seen only where a file's entries lie over each other and over those of the files before.
fn check_among(files: &[&DictionaryFile], file_idx: usize, index: &Index, sheet: &mut Sheet) {
    let file = files[file_idx];
    for entry in &file.entries {
        let Entry { spun, original, class, weight, line, .. } = entry;
        let pair = pair(spun, original);
        let made = || index.made.get(&pair).into_iter().flatten().filter(|made| made.file_idx <= file_idx);
        if *weight == 0.0 {
            let is_again = index.first[&(spun.as_str(), original.as_str(), *class)] < file_idx;
            // What was rejected may come of entries of more words.
            let is_rejected = class.is_exact() && entry.evidence == REJECTED;
            let takes_away = is_again || is_rejected || (class.is_exact() && made().next().is_some());
            if !takes_away {
                sheet.fault(*line, "weight 0 takes nothing away", "take the line out");
            }
            continue;
        }
        let most = made().map(|made| made.weight).reduce(f32::max);
        let is_same = |made: &&Made| made.file_idx == file_idx && made.weight == *weight;
        // A name is found with its capitals only, so it does say something. So does an exact entry without which another
        // exact one would decide.
        let is_plain = class.is_exact() && *class != Class::Name && index.n_exact[&(file_idx, pair.clone())] == 1;
        if is_plain
            && most == Some(*weight)
            && let Some(same) = made().filter(is_same).max_by_key(|made| made.is_listed)
        {
            // A form may be listed for its evidence, and counts move its weight away from its lemma's.
            let kind = if same.is_listed { Kind::Fault } else { Kind::Advice };
            let fault = format!("line {} makes {spun:?} of {original:?} with the same weight", same.line);
            sheet.add(*line, kind, false, fault, "take this line out");
        }
        let listed = index.listed.get(&pair).into_iter().flatten();
        let mut rivals = listed.filter(|(n, _)| *n < file_idx && files[*n].family != file.family);
        if let Some((n, rival_line)) = rivals.next() {
            let fault = format!("{}:{rival_line} has the pair for the family {}", files[*n].name, files[*n].family);
            sheet.add(*line, Kind::Conflict, false, fault, "leave it to the family that makes it");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;
    use crate::lexicon::tidy::tidy;

    fn after_header(text: &str) -> String {
        HEADER.iter().map(|key| format!("# {key}: x\n")).collect::<String>() + text
    }

    /// That an audit of `text` after a proper header finds `expected` in it, as `LINE: FAULT`, and what is called mechanical,
    /// `tidy` mends.
    fn check(text: &str, expected: &[&str]) {
        let text = after_header(text);
        let heads: Vec<String> =
            audit(&[("f.tsv", &text)], &[]).iter().map(|c| format!("{}: {}", c.line, c.fault)).collect();
        assert_eq!(heads, expected, "{text}");
        let left = audit(&[("f.tsv", &tidy(&text))], &[]);
        assert!(left.iter().all(|c| !c.is_mechanical), "{text}: {left:?}");
    }

    #[test]
    fn finds_faults_and_names_their_lines() {
        check("a\tb\tphrase\t0.5\nC d\te\tname\nc d\te\tnoun\n", &[]);
        check("b\tc\tphrase\na\tc\tphrase\n", &["7: not in order"]);
        check("a\tb\tphrase\t0.5\na\tb\tphrase\t0.4\n", &["7: the pair and class of line 6"]);
        check("good\twell\tadj\n", &["6: \"better\" is made of itself"]);
        check("A\ta\tphrase\n", &["6: \"A\" and \"a\" differ in capitals alone"]);
        check("White house\tWhite House\tname\n", &[]);
        check("a\tb\tnoun\t1.5\n", &["6: weight \"1.5\" is no probability"]);
        check("a\u{a0}b\tc\tphrase\n", &["6: odd character '\\u{a0}'"]);
        check("a\u{200b}\tc\tphrase\n", &["6: odd character '\\u{200b}'"]);
        check("a  b\tc\tphrase\n", &["6: spaces that say nothing"]);
        check("a b \tc\tphrase\n", &["6: spaces that say nothing"]);
        check("a\tb\tphrase\r\nb\tc\tphrase\r\n", &["6: a carriage return at the line end"]);
        check("a\tb\tphrase\n \nb\tc\tphrase\n", &["7: empty line"]);
        check("#1\tnumber one\tphrase\n", &["6: neither a header line nor an entry"]);
        check("a\tb\tphrase\n# note: y\n", &["7: a header line among the entries"]);
        check("a\tb\tphrase", &["6: no line end"]);
        check("# title: y\n", &["6: a header line twice"]);
    }

    #[test]
    fn reads_on_after_a_line_that_is_no_entry() {
        check(
            "a\tb\tnown\na\tc\nb\tB\tnoun\n",
            &["6: no class \"nown\"", "7: fewer than three columns", "8: \"b\" and \"B\" differ in capitals alone"],
        );
    }

    #[test]
    fn zero_takes_something_away() {
        check("a\tb\tnoun\t0\n", &["6: weight 0 takes nothing away"]);
        check("a\tb\tnoun\t0.5\nas\tbs\tphrase\t0\n", &[]);
        check("a\tb\tphrase\t0\trejected\n", &[]);
        let zero = after_header("a\tb\tnoun\t0\n");
        assert_eq!(audit(&[("f.tsv", &zero)], &[parse("under.tsv", "a\tb\tnoun\t0.5\n").unwrap()]), []);
    }

    #[test]
    fn an_exact_entry_says_what_inflecting_does_not() {
        check("a\tb\tnoun\t0.5\na\tb\tphrase\t0.5\n", &["7: line 6 makes \"a\" of \"b\" with the same weight"]);
        let form = after_header("a\tb\tnoun\t0.5\nas\tbs\tphrase\t0.5\n");
        let told: Vec<String> = audit(&[("f.tsv", &form)], &[]).iter().map(Complaint::to_string).collect();
        assert_eq!(told, ["f.tsv:7: advice: line 6 makes \"as\" of \"bs\" with the same weight; take this line out"]);
        check("a\tb\tnoun\t0.5\nas\tbs\tphrase\t0.4\n", &[]);
        check("a\tb\tnoun\t0.5\nas\tbs\tname\t0.5\n", &[]);
        // The noun alone would have the greater weight of the verb.
        check("a\tb\tnoun\t0.5\na\tb\tphrase\t0.5\na\tb\tverb\t0.6\n", &[]);
        check("a\tb\tadv\t0.5\na\tb\tnoun\t0.5\na\tb\tphrase\t0.5\n", &[]);
    }

    #[test]
    fn weights_of_a_head_are_told_once() {
        check("a\tz\tphrase\t0.6\nb\tz\tphrase\t0.42\n", &[]);
        check("a\tz\tphrase\t0.6\nb\tZ\tphrase\t0.6\nc\tz\tphrase\t0.1\n", &["6: the weights of \"z\" add up to 1.30"]);
        // One pair is heard once, and the exact entry decides.
        check("a\tz\tnoun\t0.6\na\tz\tverb\t0.7\nb\tz\tphrase\t0.3\n", &[]);
        check("a\tz\tnoun\t0.6\na\tz\tphrase\t0\nb\tz\tphrase\t0.9\n", &[]);
    }

    #[test]
    fn families_that_share_a_pair_are_told_at_the_later_one() {
        let (first, second) = ("# family: x\na\tb\tphrase\n", after_header("").replace("family: x", "family: y"));
        let under = [parse("x.tsv", first).unwrap()];
        let told = audit(&[("y.tsv", &(second + "A\tb\tname\nb\tc\tphrase\n"))], &under);
        let told: Vec<String> = told.iter().map(Complaint::to_string).collect();
        assert_eq!(
            told,
            ["y.tsv:6: advice: x.tsv:2 has the pair for the family x; leave it to the family that makes it"]
        );
        assert_eq!(audit(&[("x2.tsv", &after_header("a\tb\tphrase\n"))], &under), []);
    }

    #[test]
    fn a_missing_header_line_is_named() {
        let told = audit(&[("f.tsv", "\u{feff}# title: x\n# family: x\n# language: en\n# source: x\n")], &[]);
        let told: Vec<String> = told.iter().map(Complaint::to_string).collect();
        assert_eq!(told, ["f.tsv:1: a byte order mark; take it out", "f.tsv:1: no header line `# licence: …`; add it"]);
        assert_eq!(audit(&[("f.tsv", "")], &[]).len(), HEADER.len());
    }
}
