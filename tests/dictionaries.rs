//! Audits the built-in dictionaries; every complaint names its line.
//!
//! `DESPIN_UPDATE=1 cargo test --test dictionaries` sorts the files first.

use std::path::Path;

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
