//! Reviewing without a terminal: decisions by flags, carried to other copies, and learned from.

use std::fs;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const SPUN: &str = include_str!("../fixtures/restore/rare_attack/input.txt");

fn despin(folder: &Path, args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_despin"));
    command.args(args).current_dir(folder).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// A folder with the spun article, and decisions about it.
fn decided(args: &[&str]) -> tempfile::TempDir {
    let desk = tempfile::tempdir().unwrap();
    fs::write(desk.path().join("a.txt"), SPUN).unwrap();
    let done = despin(desk.path(), &[&["review", "--decisions", "d.jsonl"], args, &["a.txt"]].concat());
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    desk
}

/// `text` with each whole word `from` put as `to`.
fn with(text: &str, from: &str, to: &str) -> String {
    let pieces = text.split_inclusive(|c: char| !c.is_alphabetic());
    let put = |piece: &str| {
        let word = piece.trim_end_matches(|c: char| !c.is_alphabetic());
        if word == from { piece.replacen(from, to, 1) } else { piece.to_string() }
    };
    pieces.map(put).collect()
}

/// `text` as [`BY_PAIR`] has it.
fn by_pair(text: &str) -> String {
    with(&with(text, "assault", "attack"), "combating", "fighting")
}

const BY_PAIR: [&str; 4] = ["--accept", "assault=attack", "--accept", "combating=fighting"];

#[test]
fn without_a_terminal_the_flags_that_do_the_same_are_named() {
    let desk = tempfile::tempdir().unwrap();
    fs::write(desk.path().join("a.txt"), SPUN).unwrap();
    let done = despin(desk.path(), &["review", "a.txt"]);
    assert_eq!(done.status.code(), Some(2));
    for flag in ["--accept", "--reject", "--decisions", "--list"] {
        assert!(text(&done.stderr).contains(flag), "{}", text(&done.stderr));
    }
}

#[test]
fn decisions_are_kept_and_not_asked_again() {
    let desk = decided(&BY_PAIR);
    assert_eq!(fs::read_to_string(desk.path().join("a.txt")).unwrap(), SPUN, "nothing is written until told");
    let list = |args: &[&str]| {
        let done = despin(desk.path(), &[&["review", "--decisions", "d.jsonl", "--list"], args, &["a.txt"]].concat());
        text(&done.stdout)
    };
    assert!(!list(&[]).contains("[-combating-]") && list(&[]).contains("[-mentioned-]"));
    assert!(list(&["--all"]).contains("[-combating-]"));
}

#[test]
fn decisions_hold_on_another_machines_copy() {
    let desk = decided(&BY_PAIR);
    fs::create_dir(desk.path().join("other")).unwrap();
    fs::write(desk.path().join("other/b.txt"), SPUN).unwrap();
    let done = despin(desk.path(), &["review", "--decisions", "d.jsonl", "-w", "--strict", "other/b.txt"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let written = fs::read_to_string(desk.path().join("other/b.txt")).unwrap();
    assert_eq!(written, by_pair(SPUN));
    let done = despin(desk.path(), &["undo", "other/b.txt"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    assert_eq!(fs::read_to_string(desk.path().join("other/b.txt")).unwrap(), SPUN);
}

#[test]
fn decisions_are_found_again_where_a_paragraph_was_put_in() {
    let desk = decided(&BY_PAIR);
    let (head, rest) = SPUN.split_once("\n\n").unwrap();
    let moved = format!("{head}\n\nThe weather stayed dry all week, and the roads were open.\n\n{rest}");
    fs::write(desk.path().join("a.txt"), &moved).unwrap();
    let done = despin(desk.path(), &["review", "--decisions", "d.jsonl", "-w", "--strict", "a.txt"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let written = fs::read_to_string(desk.path().join("a.txt")).unwrap();
    assert_eq!(written, by_pair(&moved));
}

#[test]
fn what_was_written_is_not_asked_about_nor_told_again() {
    let desk = tempfile::tempdir().unwrap();
    let path = desk.path().join("a.txt");
    fs::write(&path, SPUN).unwrap();
    let done = despin(desk.path(), &["review", "--accept", "p>=0.5", "--reject", "assault=attack", "-w", "a.txt"]);
    assert_eq!((done.status.code(), text(&done.stderr).as_str()), (Some(0), ""));
    let written = fs::read_to_string(&path).unwrap();
    assert!(written.contains("assault") && !written.contains("combating"), "{written}");
    for args in [["review", "--list", "a.txt"].as_slice(), &["review", "--list", "--force", "a.txt"]] {
        let done = despin(desk.path(), args);
        assert_eq!(text(&done.stderr), "");
        assert!(!text(&done.stdout).contains("[-assault-]"), "{}", text(&done.stdout));
    }
    // Undone, the file is what was decided about, and all of it holds again.
    assert_eq!(despin(desk.path(), &["undo", "a.txt"]).status.code(), Some(0));
    let args = ["review", "--decisions", ".despin/decisions.jsonl", "--strict", "-w", "a.txt"];
    let done = despin(desk.path(), &args);
    assert_eq!((done.status.code(), text(&done.stderr).as_str()), (Some(0), ""));
    assert_eq!(fs::read_to_string(&path).unwrap(), written);
}

#[test]
fn decisions_that_fit_no_more_are_refused_with_the_reason() {
    let desk = decided(&BY_PAIR);
    let changed = SPUN.replace("combating", "singing");
    fs::write(desk.path().join("a.txt"), &changed).unwrap();
    let done = despin(desk.path(), &["review", "--decisions", "d.jsonl", "-w", "--strict", "a.txt"]);
    assert_eq!(done.status.code(), Some(2));
    let said = text(&done.stderr);
    assert!(said.contains("d.jsonl:") && said.contains("“combating” is not in the text any more"), "{said}");
    let done = despin(desk.path(), &["review", "--decisions", "d.jsonl", "-o", "-", "a.txt"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
}

#[test]
fn what_was_decided_again_and_again_is_learned() {
    let desk = decided(&["--reject", "mentioned=said", "--accept", "assault=attack"]);
    let learn = |args: &[&str]| {
        let fixed = ["review", "--decisions", "d.jsonl", "--learn", "mine.tsv"];
        despin(desk.path(), &[&fixed, args, &["a.txt"]].concat())
    };
    let done = learn(&[]);
    assert_eq!(done.status.code(), Some(2), "nobody can be asked");
    assert!(text(&done.stderr).contains("--yes"), "{}", text(&done.stderr));
    let done = learn(&["--dry-run"]);
    assert_eq!(done.status.code(), Some(1));
    assert!(text(&done.stdout).contains("+mentioned\tsaid\tphrase\t0\trejected"), "{}", text(&done.stdout));
    assert!(!desk.path().join("mine.tsv").exists());
    let done = learn(&["--yes"]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let list = |args: &[&str]| text(&despin(desk.path(), &[&["restore", "--diff"], args, &["a.txt"]].concat()).stdout);
    assert!(list(&[]).contains("[-mentioned-]{+said+}"));
    let found = list(&["--dict", "mine.tsv"]);
    assert!(!found.contains("[-mentioned-]{+said+}") && found.contains("[-assault-]{+attack+}"), "{found}");
    let done = learn(&["--yes"]);
    assert!(text(&done.stdout).contains("nothing to learn"), "{}", text(&done.stdout));
}

#[test]
fn own_wordings_are_learned() {
    let desk = tempfile::tempdir().unwrap();
    fs::write(desk.path().join("a.txt"), SPUN).unwrap();
    let places = SPUN.match_indices("mentioned").map(|(at, word)| {
        let end = at + word.len();
        format!(
            r#"{{"start":{at},"end":{end},"before":"mentioned","after":"said","decision":"rewrite","text":"insisted"}}"#
        )
    });
    fs::write(desk.path().join("d.jsonl"), places.collect::<Vec<_>>().join("\n") + "\n").unwrap();
    let args = ["review", "--decisions", "d.jsonl", "--learn", "mine.tsv", "--yes", "a.txt"];
    let done = despin(desk.path(), &args);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let learned = fs::read_to_string(desk.path().join("mine.tsv")).unwrap();
    assert!(learned.contains("mentioned\tinsisted\tphrase\t0."), "{learned}");
    let found = despin(desk.path(), &["review", "--list", "--format", "json", "--dict", "mine.tsv", "a.txt"]).stdout;
    assert!(text(&found).contains("insisted") && !text(&found).contains(r#""after":"said""#), "{}", text(&found));
}
