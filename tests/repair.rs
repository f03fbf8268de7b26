//! The tables of broken and of correct strings (docs/cleaning.md), by what cleaning makes of them.

use std::collections::BTreeMap;

use despin::clean::{Options, clean};

/// The lines of a table under `fixtures/repair/`, in columns, with the escapes read.
fn table(name: &str) -> Vec<Vec<String>> {
    let path = format!("{}/fixtures/repair/{name}", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    lines.map(|line| line.split('\t').map(unescaped).collect()).collect()
}

fn unescaped(cell: &str) -> String {
    let mut out = String::new();
    let mut chars = cell.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match chars.next().unwrap() {
            'n' => out.push('\n'),
            'r' => out.push('\r'),
            't' => out.push('\t'),
            '\\' => out.push('\\'),
            'u' => {
                let hex: String = chars.by_ref().skip(1).take_while(|c| *c != '}').collect();
                out.push(char::from_u32(u32::from_str_radix(&hex, 16).unwrap()).unwrap());
            }
            other => panic!("\\{other} is no escape"),
        }
    }
    out
}

/// What is compared: white space is another rule's, and no part of the tables.
fn plain(text: &str) -> String {
    text.replace(['\u{a0}', '\u{3000}', '\u{202f}'], " ")
}

fn cleaned(text: &str) -> String {
    clean(text, &Options::default()).apply(text).unwrap()
}

#[test]
fn broken_strings_are_made_right() {
    let rows = table("broken.tsv");
    assert!(rows.len() >= 150);
    let mut kinds: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in &rows {
        let [kind, broken, right] = row.as_slice() else { panic!("three columns: {row:?}") };
        let got = cleaned(broken);
        let is_right = plain(&got) == plain(right);
        let count = kinds.entry(kind).or_default();
        count.0 += usize::from(is_right);
        count.1 += 1;
        if !is_right {
            eprintln!("{kind}: {}\n  is {}\n  not {}", broken.escape_debug(), got.escape_debug(), right.escape_debug());
        }
    }
    let n_right: usize = kinds.values().map(|(right, _)| right).sum();
    eprintln!("{n_right} of {} right: {kinds:?}", rows.len());
    assert!(n_right >= FEWEST_RIGHT, "{n_right}");
}

/// What was right when the floor was last raised; `cargo test --test repair -- --nocapture`.
const FEWEST_RIGHT: usize = 200;

#[test]
fn correct_strings_stay() {
    let rows = table("correct.tsv");
    let languages: std::collections::BTreeSet<&str> = rows.iter().map(|row| &*row[0]).collect();
    assert!(rows.len() >= 300 && languages.len() >= 20);
    let mut n_changed = 0;
    for row in &rows {
        let script = clean(&row[1], &Options::default());
        for edit in script.edits() {
            let after = edit.after.escape_debug();
            eprintln!(
                "{} {}: {} becomes {after} by {}",
                row[0],
                row[1].escape_debug(),
                edit.before.escape_debug(),
                edit.cause.rule
            );
        }
        n_changed += usize::from(plain(&script.apply(&row[1]).unwrap()) != plain(&row[1]));
    }
    assert_eq!(n_changed, 0);
}
