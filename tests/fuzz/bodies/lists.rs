//! Dictionaries, and lists that are made into some.

use std::collections::BTreeSet;

use despin::lexicon::audit::audit;
use despin::lexicon::dictionary::Lexicon;
use despin::lexicon::entry::{Class, Entry};
use despin::lexicon::exchange::{Form, Heads, ImportOptions, export, import};
use despin::lexicon::format::{DictionaryFile, line, parse, parse_good};
use despin::lexicon::inflect::in_step;
use despin::lexicon::reject;
use despin::lexicon::tidy::tidy;

use super::{lossy, picked};

/// What `entries` say, wherever they stand, with single spaces between words.
fn said(entries: &[Entry]) -> Vec<String> {
    let words = |line: String| line.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let mut lines: Vec<String> = entries.iter().map(line).map(words).collect();
    lines.sort();
    lines.dedup();
    lines
}

/// A dictionary is refused with a line of it, or each entry is written as a line that says the same; tidying loses none.
pub fn dictionary(bytes: &[u8]) {
    let text = lossy(bytes);
    let n_lines = text.lines().count().max(1) as u32;
    let good = parse_good("d.tsv", &text);
    for entry in &good.entries {
        let again = parse("d.tsv", &format!(" {}", line(entry))).unwrap().entries;
        assert_eq!(again, [Entry { line: 1, ..entry.clone() }]);
        assert!(entry.line <= n_lines);
    }
    let tidied = tidy(&text);
    assert_eq!(tidy(&tidied), tidied, "tidying the tidy");
    if let Ok(file) = parse("d.tsv", &text) {
        assert_eq!(file, good);
        let after = parse("d.tsv", &tidied).unwrap();
        assert_eq!(said(&after.entries), said(&file.entries));
    }
    for complaint in audit(&[("d.tsv", &text)], &[]) {
        assert!((1..=n_lines).contains(&complaint.line), "{complaint} of {n_lines} lines");
    }
    let left: Vec<_> = audit(&[("d.tsv", &tidied)], &[]).into_iter().filter(|found| found.is_mechanical).collect();
    assert_eq!(left, [], "tidying mends all that is mechanical");
    let _ = reject::parse("no.tsv", &text, std::slice::from_ref(&good));
    let lexicon = Lexicon::new(vec![good]);
    for target in lexicon.all_targets() {
        assert!(!lexicon.get(target.spun).text.is_empty());
    }
}

/// A list becomes a dictionary that can be read, and what is exported of that comes back from each form.
///
/// The first byte picks the form and the options.
pub fn lists(bytes: &[u8]) {
    let (pick, bytes) = picked(bytes);
    let text = lossy(bytes);
    let form = Form::ALL[pick % Form::ALL.len()];
    let bits = pick / Form::ALL.len();
    let options = ImportOptions {
        heads: if bits & 1 == 0 { Heads::First } else { Heads::All },
        class: (bits & 6 == 2).then_some(Class::Noun),
        weight: (bits & 6 == 4).then_some(0.5),
        ..ImportOptions::default()
    };
    let draft = import(&text, form, &options);
    let n_lines = text.lines().count().max(1) as u32;
    assert!(draft.faults.iter().chain(&draft.left_out).all(|remark| remark.line <= n_lines + 1), "{draft:?}");
    let file = parse("list.tsv", &draft.text(&[])).expect("what is imported is a dictionary");
    assert_eq!(said(&file.entries), said(&draft.entries));
    for form in Form::ALL {
        check_exported(&file, form, options.heads);
    }
}

/// What is not told as left out of a list of `form` comes back when the list is read, and nothing else does.
fn check_exported(file: &DictionaryFile, form: Form, heads: Heads) {
    let written = export(file, form, heads);
    let read = import(&written.text, form, &ImportOptions { heads, ..ImportOptions::default() });
    assert_eq!(read.faults, [], "{} of {:?}", form.name(), written.text);
    let has_columns = matches!(form, Form::Csv | Form::Tsv | Form::Json);
    let pairs = |entry: &Entry| match has_columns {
        true => vec![(entry.spun.clone(), entry.original.clone())],
        false => in_step(&entry.spun, &entry.original, entry.class),
    };
    let found: BTreeSet<_> = read.entries.iter().map(|entry| (entry.spun.clone(), entry.original.clone())).collect();
    let said: BTreeSet<_> = file.entries.iter().flat_map(pairs).collect();
    let is_whole = |entry: &&Entry| !written.left_out.iter().any(|remark| remark.line == entry.line);
    let kept: BTreeSet<_> = file.entries.iter().filter(is_whole).flat_map(pairs).collect();
    let lost: Vec<_> = kept.difference(&found).collect();
    assert!(lost.is_empty(), "{} loses {lost:?} in {:?}", form.name(), written.text);
    let more: Vec<_> = found.difference(&said).collect();
    assert!(more.is_empty(), "{} makes {more:?} up in {:?}", form.name(), written.text);
}
