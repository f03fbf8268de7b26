//! Audits the built-in dictionaries; every complaint names its line.
//!
//! `DESPIN_UPDATE=1 cargo test --test dictionaries` sorts the files first.

use std::collections::{HashMap, HashSet};
use std::path::Path;

use despin::lexicon::entry::{Class, Entry};
use despin::lexicon::files::FILES;
use despin::lexicon::format::{DictionaryFile, parse};
use despin::lexicon::inflect::{forms, in_step};
use despin::text::tokenize::tokenize;
use despin::text::unit::{fold, units};

/// What a header says, in its order.
const HEADER: [&str; 5] = ["title", "family", "language", "source", "licence"];

#[test]
fn built_in_dictionaries_are_in_order() {
    let files: Vec<(&str, String)> = FILES.iter().map(|&(name, text)| (name, current(name, text))).collect();
    let complaints = audit(&files);
    assert!(complaints.is_empty(), "{} complaints\n{}", complaints.len(), complaints.join("\n"));
}

/// The text of a file, sorted on disk before where that is asked for.
fn current(name: &str, text: &str) -> String {
    if std::env::var_os("DESPIN_UPDATE").is_none() {
        return text.to_string();
    }
    let sorted = sorted(text);
    if sorted != text {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        std::fs::write(path, &sorted).expect("the repository can be written to");
    }
    sorted
}

/// `text` with its header first and its entries in order, without repeated lines.
fn sorted(text: &str) -> String {
    let (header, mut entries): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
    entries.retain(|line| !line.trim().is_empty());
    entries.sort_by_cached_key(|line| (key(line), line.to_string()));
    entries.dedup();
    header.into_iter().chain(entries).flat_map(|line| [line, "\n"]).collect()
}

/// Where a line belongs: spun as it is looked up, then spun, original and class as they stand.
fn key(line: &str) -> (String, [String; 3]) {
    let mut columns = line.split('\t').map(|column| column.trim().to_string());
    let columns = [(); 3].map(|()| columns.next().unwrap_or_default());
    (fold(&columns[0]), columns)
}

fn audit(files: &[(&str, String)]) -> Vec<String> {
    let mut complaints = Vec::new();
    let mut parsed = Vec::new();
    for (name, text) in files {
        audit_lines(name, text, &mut complaints);
        match parse(name, text) {
            Ok(file) => parsed.push(file),
            // Class and weight are among what it looks at.
            Err(error) => complaints.push(error.to_string()),
        }
    }
    for file in &parsed {
        audit_entries(file, &mut complaints);
    }
    audit_zeros(&parsed, &mut complaints);
    complaints
}

fn audit_lines(name: &str, text: &str, complaints: &mut Vec<String>) {
    let mut complain = |number: usize, fault: &str| complaints.push(format!("{name}:{number}: {fault}"));
    let mut keys = HashSet::new();
    let mut last: Option<(String, [String; 3])> = None;
    for (number, line) in (1..).zip(text.split_terminator('\n')) {
        if let Some(c) = line.chars().find(|&c| is_odd(c)) {
            complain(number, &format!("odd character {c:?}; take it out"));
        }
        let columns = line.split('\t');
        if line.contains("  ") || columns.clone().any(|column| column.starts_with(' ') || column.ends_with(' ')) {
            complain(number, "spaces that say nothing; leave single ones between words");
        }
        if let Some(header) = line.strip_prefix('#') {
            if last.is_some() {
                complain(number, "a header line among the entries; move it to the top");
            }
            let says = header.strip_prefix(' ').and_then(|header| header.split_once(": ")).map(|(key, _)| key);
            if says.is_none_or(|key| key.is_empty() || key.contains('\t')) {
                complain(number, "neither a header line nor an entry; write `# key: value`, or take it out");
            } else if !keys.insert(says) {
                complain(number, "a header line twice; take one out");
            }
        } else if line.is_empty() {
            complain(number, "empty line; take it out");
        } else {
            let key = key(line);
            match last.as_ref().map(|last| last.cmp(&key)) {
                Some(std::cmp::Ordering::Equal) => {
                    complain(number, "the pair and class of the line before; take one out")
                }
                Some(std::cmp::Ordering::Greater) => {
                    complain(number, "not in order; sort with DESPIN_UPDATE=1 cargo test --test dictionaries")
                }
                _ => {}
            }
            last = Some(key);
        }
    }
    for missing in HEADER.iter().filter(|key| !keys.contains(&Some(**key))) {
        complain(1, &format!("no header line `# {missing}: …`; add it"));
    }
    if !text.ends_with('\n') {
        complain(text.lines().count(), "no line end; add one");
    }
}

/// True for what is no letter, sign, plain space or column's tab.
fn is_odd(c: char) -> bool {
    let is_hidden = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}');
    c != '\t' && c != ' ' && (c.is_control() || c.is_whitespace() || is_hidden || matches!(c, '\u{feff}' | '\u{fffd}'))
}

fn folded(text: &str) -> Vec<String> {
    units(text, &tokenize(text)).into_iter().map(|unit| unit.folded).collect()
}

fn audit_entries(file: &DictionaryFile, complaints: &mut Vec<String>) {
    let mut seen: HashMap<(&str, &str, Class), u32> = HashMap::new();
    for entry in &file.entries {
        let Entry { spun, original, class, line, .. } = entry;
        let mut complain = |fault: String| complaints.push(format!("{}:{line}: {fault}", file.name));
        if let Some(first) = seen.insert((spun, original, *class), *line) {
            complain(format!("the pair and class of line {first}; take one out"));
        }
        if folded(spun).is_empty() {
            complain(format!("spun {spun:?} has no word or sign; take the line out"));
        }
        // `<none>` is the one original without any.
        if folded(original).is_empty() && !original.is_empty() {
            complain(format!("original {original:?} has no word or sign; take the line out"));
        }
        for (spun, original) in forms(spun, *class).iter().zip(&forms(original, *class)) {
            // A name may stand for its own capitals.
            let is_same = if *class == Class::Name { spun == original } else { folded(spun) == folded(original) };
            if is_same {
                complain(format!("{spun:?} is made of itself; take the line out, or write the other forms as phrases"));
                break;
            }
        }
    }
}

/// Weight 0 stands only where it takes something away: a pair made by inflecting, or an earlier file's entry.
fn audit_zeros(files: &[DictionaryFile], complaints: &mut Vec<String>) {
    let zeros = || {
        files.iter().enumerate().flat_map(|(n, f)| f.entries.iter().map(move |e| (n, e))).filter(|e| e.1.weight == 0.0)
    };
    for (file_idx, zero) in zeros() {
        let pair = (folded(&zero.spun), folded(&zero.original));
        let makes_pair = |entry: &Entry| {
            in_step(&entry.spun, &entry.original, entry.class).iter().any(|(s, o)| (folded(s), folded(o)) == pair)
        };
        let is_again =
            |entry: &Entry| (&entry.spun, &entry.original, entry.class) == (&zero.spun, &zero.original, zero.class);
        let takes_away = files[..=file_idx].iter().enumerate().any(|(n, file)| {
            let is_earlier = n < file_idx;
            file.entries.iter().any(|entry| {
                (is_earlier && is_again(entry))
                    || (zero.class.is_exact() && !entry.class.is_exact() && entry.weight > 0.0 && makes_pair(entry))
            })
        });
        if !takes_away {
            complaints.push(format!(
                "{}:{}: weight 0 takes nothing away; take the line out",
                files[file_idx].name, zero.line
            ));
        }
    }
}

/// That an audit of `text` after a proper header finds `expected` in it, as `LINE: FAULT`.
fn check(text: &str, expected: &[&str]) {
    let header: String = HEADER.iter().map(|key| format!("# {key}: x\n")).collect();
    let complaints = audit(&[("f.tsv", header + text)]);
    let heads: Vec<String> =
        complaints.iter().map(|c| c.strip_prefix("f.tsv:").unwrap().split(';').next().unwrap().to_string()).collect();
    assert_eq!(heads, expected, "{text}");
}

#[test]
fn audit_finds_faults_and_names_their_lines() {
    check("a\tb\tphrase\t0.5\nC d\te\tname\nc d\te\tnoun\n", &[]);
    check("b\tc\tphrase\na\tc\tphrase\n", &["7: not in order"]);
    check(
        "a\tb\tphrase\t0.5\na\tb\tphrase\t0.4\n",
        &["7: the pair and class of the line before", "7: the pair and class of line 6"],
    );
    check("good\twell\tadj\n", &["6: \"better\" is made of itself"]);
    check("A\ta\tphrase\n", &["6: \"A\" is made of itself"]);
    check("White house\tWhite House\tname\n", &[]);
    check("a\tb\tnown\n", &["6: no class \"nown\""]);
    check("a\tb\tnoun\t1.5\n", &["6: weight \"1.5\" is no probability"]);
    check("a\tb\tnoun\t0\n", &["6: weight 0 takes nothing away"]);
    check("a\tb\tnoun\t0.5\nas\tbs\tphrase\t0\n", &[]);
    check("a\u{a0}b\tc\tphrase\n", &["6: odd character '\\u{a0}'"]);
    check("a\u{200b}\tc\tphrase\n", &["6: odd character '\\u{200b}'"]);
    check("a  b\tc\tphrase\n", &["6: spaces that say nothing"]);
    check("a b \tc\tphrase\n", &["6: spaces that say nothing"]);
    check("a\tb\tphrase\r\n", &["6: odd character '\\r'"]);
    check("#1\tnumber one\tphrase\n", &["6: neither a header line nor an entry"]);
    check("a\tb\tphrase", &["6: no line end"]);
    check("# title: y\n", &["6: a header line twice"]);
    let complaints = audit(&[("f.tsv", "# title: x\n# family: x\n# language: en\n# source: x\n".into())]);
    assert_eq!(complaints, ["f.tsv:1: no header line `# licence: …`; add it"]);
}

#[test]
fn sorts_by_what_is_looked_up() {
    assert_eq!(
        sorted("# title: x\nb\tc\tphrase\nB\tc\tphrase\n\na c\td\tphrase\na\tc\tphrase\na\tc\tphrase\na\tb\tphrase\n"),
        "# title: x\na\tb\tphrase\na\tc\tphrase\na c\td\tphrase\nB\tc\tphrase\nb\tc\tphrase\n"
    );
}
