//! Finds entries that lead on to each other: what one restores, another of its file and class takes for spun.
//!
//! Neither a chain nor a circle is a fault by itself. Spinners do write `B` for `A` and `C` for `B`, and restoring applies all
//! replacements at once, on one lattice, so that none is restored twice. In a list that a person keeps, one side is often a slip.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::lexicon::audit::{Complaint, Kind};
use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::format::DictionaryFile;

/// The longest circle that is looked for.
const LONGEST: usize = 5;

/// The chains and circles in each of `files`, a complaint an entry, in order of line.
///
/// ```
/// use despin::lexicon::{chains::chains, format::parse};
/// let file = parse("f.tsv", "assault\tattack\tnoun\nattack\tassault\tnoun\nraid\tassault\tnoun\n")?;
/// let told: Vec<String> = chains(&[file]).iter().map(|c| format!("{}: {}", c.line, c.fault)).collect();
/// assert_eq!(told[0], "2: a circle: attack → assault → attack, with line 1");
/// assert_eq!(told[1], "3: a chain: raid → assault → attack, with line 1");
/// # Ok::<(), despin::Error>(())
/// ```
pub fn chains(files: &[DictionaryFile]) -> Vec<Complaint> {
    let mut complaints = Vec::new();
    for file in files {
        let mut by_class: BTreeMap<Class, Steps> = BTreeMap::new();
        for entry in file.entries.iter().filter(|entry| entry.weight > 0.0 && !entry.original.is_empty()) {
            by_class.entry(entry.class).or_default().entry(&entry.spun).or_default().push(entry);
        }
        let from = complaints.len();
        for steps in by_class.values() {
            of_class(&file.name, steps, &mut complaints);
        }
        complaints[from..].sort_by_key(|complaint| complaint.line);
    }
    complaints
}

/// The entries of one class by their spun side.
type Steps<'a> = BTreeMap<&'a str, Vec<&'a Entry>>;

fn of_class(name: &str, steps: &Steps, complaints: &mut Vec<Complaint>) {
    let mut told: BTreeSet<BTreeSet<&str>> = BTreeSet::new();
    for entry in steps.values().flatten() {
        let Some(onward) = steps.get(entry.original.as_str()) else { continue };
        let circle = circle(entry, steps);
        let (fault, line, mend) = match &circle {
            Some(circle) => {
                // Told once, at its last line.
                if !told.insert(circle.iter().map(|entry| entry.spun.as_str()).collect()) {
                    continue;
                }
                let last = circle.iter().map(|entry| entry.line).max().unwrap_or(entry.line);
                let others: Vec<u32> = circle.iter().map(|e| e.line).filter(|&line| line != last).collect();
                // Begun at the last line, so that the words come in the order in which that line says them.
                let at = circle.iter().position(|entry| entry.line == last).unwrap_or(0);
                let mut words: Vec<&str> = circle[at..].iter().chain(&circle[..at]).map(|e| e.spun.as_str()).collect();
                words.push(words[0]);
                let fault = format!("a circle: {}, with {}", words.join(" → "), say_lines(&others));
                (fault, last, "take out the direction that the spinner does not write")
            }
            None => {
                let next = onward[0];
                let words = [&*entry.spun, &*entry.original, &*next.original].join(" → ");
                let fault = format!("a chain: {words}, with {}", say_lines(&[next.line]));
                (fault, entry.line, "write the last as original, if that is what is meant")
            }
        };
        let (file, mend) = (name.to_string(), mend.to_string());
        complaints.push(Complaint { file, line, kind: Kind::Chain, fault, mend, is_mechanical: false });
    }
}

fn say_lines(lines: &[u32]) -> String {
    let numbers: Vec<String> = lines.iter().map(u32::to_string).collect();
    format!("line{} {}", if lines.len() == 1 { "" } else { "s" }, numbers.join(", "))
}

/// The shortest way from `start` over its original back to its spun side.
fn circle<'a>(start: &'a Entry, steps: &Steps<'a>) -> Option<Vec<&'a Entry>> {
    let mut open: VecDeque<Vec<&Entry>> = VecDeque::from([vec![start]]);
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    while let Some(way) = open.pop_front() {
        let at = way.last().expect("it begins with one").original.as_str();
        if at == start.spun {
            return Some(way);
        }
        if way.len() < LONGEST && seen.insert(at) {
            for &next in steps.get(at).into_iter().flatten() {
                open.push_back(way.iter().copied().chain([next]).collect());
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;

    fn told(text: &str) -> Vec<String> {
        chains(&[parse("f.tsv", text).unwrap()]).iter().map(|c| format!("{}: {}", c.line, c.fault)).collect()
    }

    #[test]
    fn circles_are_told_once_at_their_last_line() {
        let circle = "a\tb\tnoun\nb\tc\tnoun\nc\ta\tnoun\n";
        assert_eq!(told(circle), ["3: a circle: c → a → b → c, with lines 1, 2"]);
        let long = |n: u8| (0..n).map(|i| format!("{}\t{}\tnoun\n", i + 10, (i + 1) % n + 10)).collect::<String>();
        assert!(told(&long(5))[0].contains("a circle"));
        // Longer ones are chains, each link of its own.
        assert!(told(&long(6)).iter().all(|line| line.contains("a chain")));
    }

    #[test]
    fn chains_are_of_one_class_and_of_entries_that_count() {
        assert_eq!(told("a\tb\tnoun\nb\tc\tnoun\n"), ["1: a chain: a → b → c, with line 2"]);
        for text in [
            "a\tb\tnoun\nb\tc\tverb\n",
            "a\tb\tnoun\nb\tc\tnoun\t0\n",
            "a\t<none>\tadv\nb\tc\tadv\n",
            "a\tb\tnoun\nc\tb\tnoun\n",
        ] {
            assert!(told(text).is_empty(), "{text:?}");
        }
    }
}
