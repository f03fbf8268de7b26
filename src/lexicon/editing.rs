//! Adds an entry to the text of a dictionary, and takes entries out; every other byte stays as it is.

use std::collections::BTreeSet;

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::assemble::folded;
use crate::lexicon::audit::{Kind, audit};
use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::format::{self, DictionaryFile, Fault, parse, parse_line};
use crate::lexicon::tidy::{key, tidy_line};

/// `text`, a dictionary called `name` that is laid over `under`, with `entry` in its place, and the line where it stands then.
///
/// # Errors
///
/// Where the dictionary is broken, has the pair and class already, or the entry has a fault.
pub fn insert(name: &str, text: &str, entry: &Entry, under: &[DictionaryFile]) -> Result<(String, u32)> {
    let file = parse(name, text)?;
    let refuse = |line: u32, fault: String, mend: &str| {
        Err(Error::new(ErrorKind::Dictionary, format!("{name}:{line}"), fault, mend))
    };
    let (line, entry) = match written(entry) {
        Ok(found) => found,
        Err((fault, mend)) => return Err(Error::new(ErrorKind::Dictionary, name, fault, mend)),
    };
    let wanted = identity(&entry);
    if let Some(known) = file.entries.iter().find(|known| identity(known) == wanted) {
        let fault = format!("has {:?} of {:?} as {} already", known.spun, known.original, known.class.name());
        return refuse(known.line, fault, "take it out first, or change its weight there");
    }
    let edited = merged(text, vec![line]);
    let number = 1 + edited.lines().zip(text.lines()).take_while(|(new, old)| new == old).count() as u32;
    let complaints = audit(&[(name, &edited)], under);
    let own = |kind| complaints.iter().find(|c| c.line == number && c.kind == kind && !c.is_mechanical);
    match own(Kind::Fault) {
        Some(complaint) => refuse(number, complaint.fault.clone(), &complaint.mend),
        None => Ok((edited, number)),
    }
}

/// The line of `entry`, and the entry as it is read again; or what is wrong with it.
fn written(entry: &Entry) -> std::result::Result<(String, Entry), Fault> {
    // What is added may hold anything: a tab in it would be a column more, a line end an entry more.
    let columns = [&entry.spun, &entry.original, &entry.evidence, &entry.note];
    if columns.iter().any(|column| column.contains(['\t', '\n', '\r'])) {
        return Err(("a tab or a line end in the entry".to_string(), "leave it out".to_string()));
    }
    let line = tidy_line(&format::line(entry));
    let entry = parse_line(&line, 0)?.into_owned();
    // Without a space the line would be a header's.
    Ok((if is_header(&line) { [" ", &line].concat() } else { line }, entry))
}

/// What two entries have in common that say the same of the same words, whatever their weights.
fn identity(entry: &Entry) -> (String, String, Class) {
    let side = |side: &str| if entry.class == Class::Name { side.to_string() } else { folded(side) };
    (side(&entry.spun), side(&entry.original), entry.class)
}

/// What became of entries that were to be added.
#[derive(Debug, Default)]
pub struct Added {
    /// The dictionary with those that were added.
    pub text: String,
    /// How many were added.
    pub n_added: usize,
    /// How many it had already.
    pub n_known: usize,
    /// Why others were left out.
    pub refused: Vec<Error>,
}

/// `text`, a dictionary called `name`, with each of `entries` in its place; those it has already, or that have a fault, are
/// left out.
///
/// # Errors
///
/// Where the dictionary is broken.
pub fn insert_all(name: &str, text: &str, entries: &[Entry]) -> Result<Added> {
    let mut known: BTreeSet<_> = parse(name, text)?.entries.iter().map(identity).collect();
    let mut added = Added::default();
    let mut lines: Vec<String> = Vec::new();
    for entry in entries {
        match written(entry) {
            Ok((line, entry)) if known.insert(identity(&entry)) => lines.push(line),
            Ok(_) => added.n_known += 1,
            Err((fault, mend)) => {
                let place = format!("{:?} of {:?}", entry.spun, entry.original);
                added.refused.push(Error::new(ErrorKind::Dictionary, place, fault, mend));
            }
        }
    }
    let merged = merged(text, lines.clone());
    // What is at fault goes out again.
    let complaints = audit(&[(name, &merged)], &[]);
    let at_fault: Vec<_> = complaints.iter().filter(|c| c.kind == Kind::Fault && !c.is_mechanical).collect();
    let written: Vec<&str> = merged.lines().collect();
    lines.retain(|line| {
        let found = at_fault.iter().find(|c| written.get(c.line as usize - 1) == Some(&line.as_str()));
        let Some(complaint) = found else { return true };
        let place = line.split('\t').take(2).collect::<Vec<_>>().join(" of ");
        added.refused.push(Error::new(ErrorKind::Dictionary, place, complaint.fault.clone(), complaint.mend.clone()));
        false
    });
    added.n_added = lines.len();
    added.text = if lines.len() + added.refused.len() == 0 { text.to_string() } else { self::merged(text, lines) };
    Ok(added)
}

/// The lines of `text` with `lines` where they belong in the order.
fn merged(text: &str, mut lines: Vec<String>) -> String {
    lines.sort_by_cached_key(|line| key(line));
    let mut out = String::with_capacity(text.len());
    let mut lines = lines.into_iter().map(|line| (key(&line), line)).peekable();
    for raw in text.split_inclusive('\n') {
        let line = raw.trim_end_matches(['\n', '\r']);
        if !is_header(line) && !line.trim().is_empty() {
            let own = key(line);
            while let Some((_, line)) = lines.next_if(|(key, _)| *key < own) {
                out += &line;
                out.push('\n');
            }
        }
        out += raw;
    }
    for (_, line) in lines {
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
        out += &line;
        out.push('\n');
    }
    out
}

/// Which entries are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted<'a> {
    /// What the spinner writes.
    pub spun: &'a str,
    /// What stood there, where not every original is meant.
    pub original: Option<&'a str>,
    /// The class, where not every one is meant.
    pub class: Option<Class>,
}

impl Wanted<'_> {
    /// True where `entry` is meant.
    pub fn is(&self, entry: &Entry) -> bool {
        folded(self.spun) == folded(&entry.spun)
            && self.original.is_none_or(|original| folded(original) == folded(&entry.original))
            && self.class.is_none_or(|class| class == entry.class)
    }
}

/// `text`, a dictionary called `name`, without the entries that are `wanted`, and the lines that they had.
///
/// # Errors
///
/// Where the dictionary is broken.
pub fn remove(name: &str, text: &str, wanted: &Wanted) -> Result<(String, Vec<u32>)> {
    let file = parse(name, text)?;
    let lines: Vec<u32> = file.entries.iter().filter(|entry| wanted.is(entry)).map(|entry| entry.line).collect();
    let raw = (1..).zip(text.split_inclusive('\n'));
    let left = raw.filter(|(n, _)| lines.binary_search(n).is_err()).map(|(_, line)| line).collect();
    Ok((left, lines))
}

fn is_header(line: &str) -> bool {
    line.starts_with('#')
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &str = "# title: x\n# family: x\n# language: en\n# source: x\n# licence: x\n";

    /// That adding `line` to `entries` gives `expected`, or is refused with it.
    fn check(entries: &str, line: &str, expected: &str) {
        let entry = parse_line(line, 0).unwrap().into_owned();
        let edited = match insert("f.tsv", &format!("{HEADER}{entries}"), &entry, &[]) {
            Ok((text, line)) => format!("{line}: {}", text.strip_prefix(HEADER).unwrap()),
            Err(error) => error.to_string(),
        };
        assert_eq!(edited, expected);
    }

    #[test]
    fn an_entry_goes_where_it_belongs() {
        check(
            "a\tz\tnoun\t0.2\nc\tz\tnoun\t0.2\n",
            "b\tz\tnoun",
            "7: a\tz\tnoun\t0.2\nb\tz\tnoun\t0.2\nc\tz\tnoun\t0.2\n",
        );
        check("a\tz\tnoun", "b\tz\tnoun\t0.5\tknown", "7: a\tz\tnoun\nb\tz\tnoun\t0.5\tknown\n");
        check("", "b\tz\tnoun\t1", "6: b\tz\tnoun\t1\n");
    }

    #[test]
    fn what_is_there_already_or_wrong_is_refused() {
        check(
            "front line\tz\tnoun\n",
            "Front  line\tz\tnoun",
            "f.tsv:6: has \"front line\" of \"z\" as noun already; take it out first, or change its weight there",
        );
        check(
            "a\tz\tnoun\n",
            "good\twell\tadj",
            "f.tsv:7: \"better\" is made of itself; take the line out, or write the other forms as phrases",
        );
        check("a\tz\tnoun\n", "b\tz\tnoun\t0", "f.tsv:7: weight 0 takes nothing away; take the line out");
    }

    #[test]
    fn many_entries_go_where_they_belong() {
        let lines = ["c\tz\tnoun", "A\tz\tnoun", "good\twell\tadj", "b\tz\tnoun\t0.5", "b\tz\tnoun", "e\tz\tnoun"];
        let mut entries: Vec<Entry> = lines.map(|line| parse_line(line, 0).unwrap().into_owned()).into();
        entries[5].original.push_str("\ny");
        let text = format!("{HEADER}a\tz\tnoun\t0.2\nd\tz\tnoun\t0.2");
        let added = insert_all("f.tsv", &text, &entries).unwrap();
        let expected = format!("{HEADER}a\tz\tnoun\t0.2\nb\tz\tnoun\t0.5\nc\tz\tnoun\t0.2\nd\tz\tnoun\t0.2");
        assert_eq!((added.text.as_str(), added.n_added, added.n_known), (expected.as_str(), 2, 2));
        let told: Vec<String> = added.refused.iter().map(ToString::to_string).collect();
        let expected = [
            "\"e\" of \"z\\ny\": a tab or a line end in the entry; leave it out",
            "good of well: \"better\" is made of itself; take the line out, or write the other forms as phrases",
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn what_is_wanted_goes_and_nothing_else() {
        let text = "# title: x\r\na\ty\tnoun\r\na\tz\tnoun\na\tz\tverb";
        let left = |spun, original, class| remove("f.tsv", text, &Wanted { spun, original, class }).unwrap();
        assert_eq!(left("A", Some("z"), None), ("# title: x\r\na\ty\tnoun\r\n".to_string(), vec![3, 4]));
        assert_eq!(left("a", None, Some(Class::Verb)).1, [4]);
        assert_eq!(left("b", None, None), (text.to_string(), vec![]));
    }
}
