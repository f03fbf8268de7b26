//! Compares dictionaries by what they say, not by their lines, and merges two that came of one.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::lexicon::assemble::folded;
use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::format::DictionaryFile;

/// What an entry is about: its sides as they are looked up, and its class.
type Key = (String, String, Class);

fn key(entry: &Entry) -> Key {
    match entry.class {
        Class::Name => (entry.spun.clone(), entry.original.clone(), entry.class),
        class => (folded(&entry.spun), folded(&entry.original), class),
    }
}

/// The entries of `file` by what they are about; the later one where two are about the same, as a lexicon has it.
fn by_key(file: &DictionaryFile) -> BTreeMap<Key, &Entry> {
    file.entries.iter().map(|entry| (key(entry), entry)).collect()
}

/// A difference between two dictionaries.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "change", rename_all = "lowercase")]
pub enum Difference {
    /// Only the second has the entry.
    Added {
        /// The entry.
        after: Entry,
    },
    /// Only the first has it.
    Removed {
        /// The entry.
        before: Entry,
    },
    /// Both have it, and say other things of it.
    Changed {
        /// As the first has it.
        before: Entry,
        /// As the second has it.
        after: Entry,
        /// What is not the same: `spelling`, `class`, `weight`, `evidence`, `note`.
        what: Vec<&'static str>,
    },
}

/// What `after` says otherwise than `before`, in order of the spun side. Order of lines, spaces and the spelling of weights do not count.
pub fn diff(before: &DictionaryFile, after: &DictionaryFile) -> Vec<Difference> {
    let (a, b) = (by_key(before), by_key(after));
    let keys: BTreeSet<&Key> = a.keys().chain(b.keys()).collect();
    let mut found: Vec<Difference> = Vec::new();
    let mut moved: BTreeSet<&Key> = BTreeSet::new();
    for &key in &keys {
        match (a.get(key), b.get(key)) {
            (Some(x), Some(y)) => found.extend(changed(x, y)),
            // A pair of which the one class went and one other came has changed its class.
            (Some(x), None) => match reclassed(key, &keys, &a, &b) {
                Some((to, y)) => {
                    moved.insert(to);
                    found.extend(changed(x, y));
                }
                None => found.push(Difference::Removed { before: (*x).clone() }),
            },
            (None, Some(_)) | (None, None) => {}
        }
    }
    for &key in keys.iter().filter(|key| !a.contains_key(**key) && !moved.contains(*key)) {
        found.push(Difference::Added { after: b[key].clone() });
    }
    found.sort_by_cached_key(|difference| {
        let entry = match difference {
            Difference::Added { after } => after,
            Difference::Removed { before } | Difference::Changed { before, .. } => before,
        };
        key(entry)
    });
    found
}

/// Where the pair of `key`, which `a` alone has, went to in `b`, where that is the only place.
fn reclassed<'a, 'e>(
    key: &Key,
    keys: &BTreeSet<&'a Key>,
    a: &BTreeMap<Key, &'e Entry>,
    b: &BTreeMap<Key, &'e Entry>,
) -> Option<(&'a Key, &'e Entry)> {
    let of_pair = || keys.iter().filter(|other| (&other.0, &other.1) == (&key.0, &key.1));
    let mut gone = of_pair().filter(|other| !b.contains_key(**other));
    let mut come = of_pair().filter(|other| !a.contains_key(**other));
    match (gone.next(), gone.next(), come.next(), come.next()) {
        (Some(_), None, Some(to), None) => Some((to, b[*to])),
        _ => None,
    }
}

fn changed(before: &Entry, after: &Entry) -> Option<Difference> {
    let spelling = |e: &Entry| (e.spun.clone(), e.original.clone());
    let parts = [
        ("spelling", spelling(before) != spelling(after)),
        ("class", before.class != after.class),
        ("weight", before.weight != after.weight),
        ("evidence", before.evidence != after.evidence),
        ("note", before.note != after.note),
    ];
    let what: Vec<&str> = parts.into_iter().filter(|(_, is_other)| *is_other).map(|(what, _)| what).collect();
    (!what.is_empty()).then(|| Difference::Changed { before: before.clone(), after: after.clone(), what })
}

/// Two dictionaries made one.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged {
    /// All that could be agreed on; where it could not, what `ours` has.
    pub file: DictionaryFile,
    /// What could not.
    pub conflicts: Vec<Conflict>,
}

/// Something that two say otherwise, each not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Its line in the base, in ours and in theirs, where it has one.
    pub lines: [Option<u32>; 3],
    /// What it is about.
    pub about: String,
    /// What is said otherwise, and how.
    pub fault: String,
}

/// `ours` with what `theirs` changed of `base`. Two that changed other things of one entry are agreed.
pub fn merge(base: &DictionaryFile, ours: &DictionaryFile, theirs: &DictionaryFile) -> Merged {
    let file = DictionaryFile { name: ours.name.clone(), family: ours.family.clone(), ..DictionaryFile::default() };
    let mut merged = Merged { file, conflicts: Vec::new() };
    merge_headers([base, ours, theirs], &mut merged);
    let maps = [base, ours, theirs].map(by_key);
    let keys: BTreeSet<&Key> = maps.iter().flat_map(BTreeMap::keys).collect();
    for key in keys {
        let sides = [0, 1, 2].map(|n| maps[n].get(key).copied());
        merged.file.entries.extend(merge_entry(sides, &mut merged.conflicts));
    }
    merged
}

fn merge_entry(sides: [Option<&Entry>; 3], conflicts: &mut Vec<Conflict>) -> Option<Entry> {
    let lines = sides.map(|side| side.map(|entry| entry.line));
    let says = |a: Option<&Entry>, b: Option<&Entry>| a.zip(b).is_some_and(|(a, b)| changed(a, b).is_none());
    let about = |entry: &Entry| format!("{:?} of {:?} as {}", entry.spun, entry.original, entry.class.name());
    match sides {
        [Some(base), Some(ours), Some(theirs)] => {
            let mut entry = ours.clone();
            let mut faults = Vec::new();
            let mut settle = |what: &str, values: [String; 3], take: &mut dyn FnMut()| {
                let [base, ours, theirs] = values;
                if ours == base {
                    take();
                } else if theirs != base && theirs != ours {
                    faults.push(format!("{what} was {base}, is {ours} in ours and {theirs} in theirs"));
                }
            };
            let of = |get: fn(&Entry) -> String| [get(base), get(ours), get(theirs)];
            settle("weight", of(|e| e.weight.to_string()), &mut || entry.weight = theirs.weight);
            settle("evidence", of(|e| format!("{:?}", e.evidence)), &mut || entry.evidence = theirs.evidence.clone());
            settle("note", of(|e| format!("{:?}", e.note)), &mut || entry.note = theirs.note.clone());
            settle("spelling", of(|e| format!("{:?}", (&e.spun, &e.original))), &mut || {
                entry.spun = theirs.spun.clone();
                entry.original = theirs.original.clone();
            });
            let about = about(base);
            conflicts.extend(faults.into_iter().map(|fault| Conflict { lines, about: about.clone(), fault }));
            Some(entry)
        }
        [Some(base), Some(ours), None] if !says(Some(base), Some(ours)) => {
            let fault = "changed in ours, taken out in theirs".to_string();
            conflicts.push(Conflict { lines, about: about(base), fault });
            Some(ours.clone())
        }
        [Some(base), None, Some(theirs)] if !says(Some(base), Some(theirs)) => {
            let fault = "taken out in ours, changed in theirs".to_string();
            conflicts.push(Conflict { lines, about: about(base), fault });
            None
        }
        [Some(_), None, _] | [Some(_), _, None] | [None, None, None] => None,
        [None, Some(ours), Some(theirs)] => {
            if !says(Some(ours), Some(theirs)) {
                let say = |e: &Entry| format!("weight {}, evidence {:?}, note {:?}", e.weight, e.evidence, e.note);
                let fault = format!("new in both, with {} in ours and {} in theirs", say(ours), say(theirs));
                conflicts.push(Conflict { lines, about: about(ours), fault });
            }
            Some(ours.clone())
        }
        [None, ours, theirs] => ours.or(theirs).cloned(),
    }
}

fn merge_headers([base, ours, theirs]: [&DictionaryFile; 3], merged: &mut Merged) {
    let mut keys: Vec<&str> = Vec::new();
    for (key, _) in ours.header.iter().chain(&theirs.header) {
        if !keys.contains(&key.as_str()) {
            keys.push(key);
        }
    }
    for key in keys {
        let [was, our, their] = [base, ours, theirs].map(|file| file.says(key));
        let value = if our == was { their } else { our };
        if our != was && their != was && our != their {
            let say = |value: Option<&str>| value.map_or("gone".to_string(), |value| format!("{value:?}"));
            let fault = format!("{} in ours and {} in theirs", say(our), say(their));
            merged.conflicts.push(Conflict { lines: [None; 3], about: format!("header line {key}"), fault });
        }
        merged.file.header.extend(value.map(|value| (key.to_string(), value.to_string())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::{line, parse};

    fn file(text: &str) -> DictionaryFile {
        parse("f.tsv", text).unwrap()
    }

    fn check_diff(before: &str, after: &str, expected: &[&str]) {
        let say = |difference: &Difference| match difference {
            Difference::Added { after } => format!("+ {}", after.spun),
            Difference::Removed { before } => format!("- {}", before.spun),
            Difference::Changed { before, what, .. } => format!("~ {} {}", before.spun, what.join(" ")),
        };
        let found: Vec<String> = diff(&file(before), &file(after)).iter().map(say).collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn differences_are_of_meaning() {
        check_diff("b\tz\tnoun\t0.50\na\tz\tnoun\n", "# title: x\na\tz\tnoun\t0.2\nb\tz\tnoun\t.5\n", &[]);
        check_diff("a\tz\tnoun\t0.5\n", "a\tz\tnoun\t0.4\tseen\nb\tz\tnoun\n", &["~ a weight evidence", "+ b"]);
        check_diff("a\tz\tnoun\n", "a\tz\tverb\n", &["~ a class"]);
        check_diff("a\tz\tnoun\n", "a\tz\tverb\na\tz\tadj\n", &["- a", "+ a", "+ a"]);
        check_diff("Front line\tz\tnoun\n", "front line\tz\tnoun\n", &["~ Front line spelling"]);
    }

    /// The merged entries, and the conflicts, with `# note: ` lines as headers.
    fn check_merge(sides: [&str; 3], expected: &[&str], conflicts: &[&str]) {
        let [base, ours, theirs] = sides.map(file);
        let merged = merge(&base, &ours, &theirs);
        let lines: Vec<String> = merged.file.entries.iter().map(line).collect();
        let faults: Vec<String> = merged.conflicts.iter().map(|c| format!("{}: {}", c.about, c.fault)).collect();
        assert_eq!(lines, expected);
        assert_eq!(faults, conflicts);
    }

    #[test]
    fn what_one_side_changed_is_taken() {
        let base = "a\tz\tnoun\t0.5\nb\tz\tnoun\t0.5\nc\tz\tnoun\t0.5\n";
        check_merge(
            [base, "a\tz\tnoun\t0.4\nb\tz\tnoun\t0.5\n", "a\tz\tnoun\t0.5\tseen\nc\tz\tnoun\t0.5\nd\tz\tnoun\t1\n"],
            &["a\tz\tnoun\t0.4\tseen", "d\tz\tnoun\t1"],
            &[],
        );
        check_merge([base, base, ""], &[], &[]);
    }

    #[test]
    fn what_both_changed_is_told() {
        let base = "a\tz\tnoun\t0.5\n";
        check_merge(
            [base, "a\tz\tnoun\t0.4\n", "a\tz\tnoun\t0.3\n"],
            &["a\tz\tnoun\t0.4"],
            &["\"a\" of \"z\" as noun: weight was 0.5, is 0.4 in ours and 0.3 in theirs"],
        );
        check_merge(
            [base, "", "a\tz\tnoun\t0.3\n"],
            &[],
            &["\"a\" of \"z\" as noun: taken out in ours, changed in theirs"],
        );
        check_merge(
            [base, "a\tz\tnoun\t0.3\n", ""],
            &["a\tz\tnoun\t0.3"],
            &["\"a\" of \"z\" as noun: changed in ours, taken out in theirs"],
        );
        let new = "a\tz\tnoun\t0.5\nb\tz\tnoun\t0.1\n";
        check_merge(
            [base, new, "a\tz\tnoun\t0.5\nb\tz\tnoun\t0.2\n"],
            &["a\tz\tnoun\t0.5", "b\tz\tnoun\t0.1"],
            &["\"b\" of \"z\" as noun: new in both, with weight 0.1, evidence \"\", note \"\" in ours and \
               weight 0.2, evidence \"\", note \"\" in theirs"],
        );
        check_merge(
            ["# licence: a\n", "# licence: b\n", "# licence: c\n"],
            &[],
            &["header line licence: \"b\" in ours and \"c\" in theirs"],
        );
    }
}
