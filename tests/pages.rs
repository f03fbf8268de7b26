//! What cleaning takes off pages, and what it leaves: our own, and the project's test data where it is there (`DESPIN_SHARED`).

mod common;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use common::shared;
use despin::clean::boilerplate::Removal;
use despin::clean::{Options, clean};
use despin::journal::{Journal, Pass};
use despin::page::{Html, Page};
use despin::text::source::Source;

fn folders(of: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(of);
    let mut folders: Vec<PathBuf> = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    folders
}

fn usual() -> Options {
    Options { removal: Removal::USUAL, ..Options::default() }
}

fn cleaned(text: &str) -> String {
    let once = clean(text, &usual()).apply(text).unwrap();
    assert!(clean(&once, &usual()).is_empty(), "cleaning twice is not cleaning once:\n{once}");
    once
}

fn plain(line: &str) -> String {
    line.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// How many lines of each label there are, and which lines are not where they should be: of articles and meta those that are gone
/// or changed (other than in white space), of boilerplate those that are left.
fn misplaced(text: &str, labels: &[(usize, String)]) -> (HashMap<String, usize>, Vec<(String, String)>) {
    let after = cleaned(text);
    let mut left: HashMap<String, usize> = HashMap::new();
    after.lines().for_each(|line| *left.entry(plain(line)).or_default() += 1);
    let lines: Vec<&str> = text.lines().collect();
    let (mut counts, mut wrong) = (HashMap::new(), Vec::new());
    // What stays claims its line first: of two that read the same, one may have to go.
    for is_page in [false, true] {
        for (line, label) in labels.iter().filter(|(_, label)| (label == "boilerplate") == is_page) {
            *counts.entry(label.clone()).or_default() += 1;
            let line = plain(lines[line - 1]);
            let found = left.get_mut(&line).filter(|n| **n > 0);
            if found.is_some() == is_page {
                wrong.push((label.clone(), line.clone()));
            }
            if let Some(n) = found {
                *n -= 1;
            }
        }
    }
    (counts, wrong)
}

fn labels(tsv: &str) -> Vec<(usize, String)> {
    let row = |row: &str| row.split_once('\t').map(|(line, label)| (line.parse().unwrap(), label.to_string()));
    tsv.lines().skip(1).filter_map(row).collect()
}

#[test]
fn pages_are_parted_from_their_articles() {
    let (mut n_page, mut n_left) = (0, 0);
    let mut left = Vec::new();
    let folders = folders("pages");
    assert!(folders.len() >= 18);
    for folder in folders {
        let text = fs::read_to_string(folder.join("input.txt")).unwrap();
        let rows = labels(&fs::read_to_string(folder.join("labels.tsv")).unwrap());
        let (counts, wrong) = misplaced(&text, &rows);
        let lost: Vec<_> = wrong.iter().filter(|(label, _)| label != "boilerplate").collect();
        assert!(lost.is_empty(), "{}: {lost:?}", folder.display());
        n_page += counts.get("boilerplate").copied().unwrap_or(0);
        n_left += wrong.len();
        left.extend(wrong);
    }
    let recall = 1.0 - n_left as f64 / n_page as f64;
    println!("boilerplate: {} of {n_page} lines removed, {recall:.3}; left: {left:#?}", n_page - n_left);
    assert!(recall >= 0.9, "recall {recall}: {left:?}");
}

/// Each labelled line of the genuine seeds is where it belongs.
#[test]
fn seeds_are_parted_from_their_pages() {
    let Some(shared) = shared("seeds_are_parted_from_their_pages") else { return };
    let mut of_file: HashMap<String, Vec<(usize, String)>> = HashMap::new();
    for row in fs::read_to_string(shared.join("seeds/lines.tsv")).unwrap().lines().skip(1) {
        let cells: Vec<&str> = row.split('\t').collect();
        of_file.entry(cells[0].to_string()).or_default().push((cells[1].parse().unwrap(), cells[2].to_string()));
    }
    for (file, rows) in
        of_file.iter().filter(|(file, _)| ["000", "001", "002", "003"].iter().any(|n| file.starts_with(n)))
    {
        let text = fs::read_to_string(shared.join("seeds").join(file)).unwrap();
        let (counts, wrong) = misplaced(&text, rows);
        let lost: Vec<_> = wrong.iter().filter(|(label, _)| label != "boilerplate").collect();
        assert!(lost.is_empty(), "{file}: {lost:?}");
        let share = if file.starts_with("001") { 0.95 } else { 1.0 };
        let n_page = counts["boilerplate"];
        let removed = (n_page - wrong.len()) as f64 / n_page as f64;
        assert!(removed >= share, "{file}: {removed}, left {wrong:?}");
    }
}

#[test]
fn genuine_texts_lose_no_line() {
    let Some(shared) = shared("genuine_texts_lose_no_line") else { return };
    let mut n_texts = 0;
    for (folder, end) in [("eval/dev/genuine", ".txt"), ("eval/dev/pairs", ".original.txt")] {
        for entry in fs::read_dir(shared.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.to_string_lossy().ends_with(end) {
                let text = Source::decode(&fs::read(&path).unwrap()).text;
                let only = Options { only: vec!["boilerplate".to_string()], ..usual() };
                let script = clean(&text, &only);
                assert!(script.is_empty(), "{}: {:?}", path.display(), script.edits());
                n_texts += 1;
            }
        }
    }
    assert!(n_texts > 50);
}

/// Letters of the fragments of one kind, and of those that are in the text.
#[test]
fn web_pages_give_their_articles() {
    let mut sums: HashMap<String, (usize, usize)> = HashMap::new();
    let mut wrong = Vec::new();
    let folders = folders("html");
    assert!(folders.len() >= 20);
    for folder in folders {
        let bytes = fs::read(folder.join("page.html")).unwrap();
        let source = Source::decode(&bytes);
        let page = Page::of(&source.text, Html::Sniffed).expect("it begins as a page does");
        let after = cleaned(&page.text);
        let passes =
            vec![Pass::new("extract", page.script(&source.text)), Pass::new("clean", clean(&page.text, &usual()))];
        let (journal, written) = Journal::record(&bytes, &source.layout, passes).unwrap();
        assert_eq!(journal.undo(&written).unwrap(), bytes);
        let flat = format!(" {} ", plain(&after));
        for row in fs::read_to_string(folder.join("labels.tsv")).unwrap().lines().skip(1) {
            let (label, text) = row.split_once('\t').unwrap();
            let sum = sums.entry(label.to_string()).or_default();
            sum.0 += text.len();
            let is_there = flat.contains(&plain(text));
            if is_there {
                sum.1 += text.len();
            }
            if is_there != (label == "article") {
                wrong.push(format!("{}: {row}", folder.file_name().unwrap().to_string_lossy()));
            }
        }
    }
    let share = |label: &str| sums[label].1 as f64 / sums[label].0 as f64;
    println!("article kept {:.3}, boilerplate leaked {:.3}; {wrong:#?}", share("article"), share("boilerplate"));
    assert_eq!(sums["article"].0, sums["article"].1, "{wrong:#?}");
    assert!(share("boilerplate") <= 0.05, "{wrong:#?}");
}
