//! Audits the built-in dictionaries; every complaint names its line.
//!
//! `DESPIN_UPDATE=1 cargo test --test dictionaries` sorts the files first.

use std::path::Path;

use despin::journal::sha256;
use despin::lexicon::audit::{Kind, audit};
use despin::lexicon::files::FILES;
use despin::lexicon::tidy::tidy;

#[test]
fn built_in_dictionaries_are_in_order() {
    let files: Vec<(&str, String)> = FILES.iter().map(|&(name, text)| (name, current(name, text))).collect();
    let texts: Vec<(&str, &str)> = files.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let mut complaints = audit(&texts, &[]);
    complaints.retain(|complaint| complaint.kind == Kind::Fault);
    let lines: String = complaints.iter().map(|complaint| format!("\n{complaint}")).collect();
    assert!(complaints.is_empty(), "{} complaints{lines}", complaints.len());
}

#[test]
fn checksums_are_those_of_the_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries");
    let mut names: Vec<String> = std::fs::read_dir(root.join("en"))
        .unwrap()
        .map(|entry| format!("en/{}", entry.unwrap().file_name().to_str().unwrap()))
        .collect();
    names.sort();
    let sum = |name: &String| format!("{}  {name}\n", sha256(&std::fs::read(root.join(name)).unwrap()));
    let expected: String = names.iter().map(sum).collect();
    let path = root.join("SHA256SUMS");
    if std::env::var_os("DESPIN_UPDATE").is_some() {
        std::fs::write(path, expected).unwrap();
    } else {
        assert_eq!(std::fs::read_to_string(path).unwrap(), expected, "DESPIN_UPDATE=1 writes them anew");
    }
}

/// The text of a file, put in order on disk before where that is asked for.
fn current(name: &str, text: &str) -> String {
    if std::env::var_os("DESPIN_UPDATE").is_none() {
        return text.to_string();
    }
    let tidied = tidy(text);
    if tidied != text {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        std::fs::write(path, &tidied).expect("the repository can be written to");
    }
    tidied
}
