//! Diffs in every form and width, as they are expected. `DESPIN_UPDATE=1` rewrites what is expected: read the diff then.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use unicode_width::UnicodeWidthStr;

fn cases() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/diff");
    let mut cases: Vec<PathBuf> = fs::read_dir(&root).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    assert!(cases.len() >= 13, "{}: too few", root.display());
    cases
}

fn despin(folder: &Path, args: &[&str]) -> Output {
    let done = Command::new(env!("CARGO_BIN_EXE_despin")).args(args).current_dir(folder).output().unwrap();
    assert!(matches!(done.status.code(), Some(0 | 1)), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    assert!(done.stderr.is_empty(), "{args:?}: {}", String::from_utf8_lossy(&done.stderr));
    done
}

/// Every way to show a case, with the name that the expectation has.
fn ways(case: &Path) -> Vec<(String, Vec<&'static str>)> {
    let mut ways = Vec::new();
    for form in ["inline", "side-by-side"] {
        for width in ["40", "80", "160"] {
            ways.push((format!("{form}.{width}.txt"), vec!["diff", "--format", form, "--width", width]));
        }
    }
    let explained = vec!["diff", "--format", "inline", "--width", "80", "--explain", "--full"];
    ways.push(("explained.txt".to_string(), explained));
    for (form, ending) in
        [("unified", "patch"), ("html", "html"), ("json", "json"), ("jsonl", "jsonl"), ("sarif", "sarif.json")]
    {
        ways.push((format!("{form}.{ending}"), vec!["diff", "--format", form]));
    }
    if case.join("original.txt").exists() {
        for (form, ending) in
            [("inline", "txt"), ("side-by-side", "txt"), ("html", "html"), ("json", "json"), ("jsonl", "jsonl")]
        {
            let args = vec!["diff", "--original", "original.txt", "--width", "80", "--format", form];
            ways.push((format!("judged.{form}.{ending}"), args));
        }
    }
    ways
}

#[test]
fn every_form_is_as_expected() {
    let is_updated = std::env::var_os("DESPIN_UPDATE").is_some();
    let mut wrong = Vec::new();
    for case in cases() {
        for (name, mut args) in ways(&case) {
            args.extend(["before.txt", "after.txt"]);
            let found = despin(&case, &args).stdout;
            let place = case.join("expected").join(&name);
            if is_updated {
                fs::create_dir_all(place.parent().unwrap()).unwrap();
                fs::write(&place, &found).unwrap();
            } else if fs::read(&place).unwrap_or_else(|e| panic!("{}: {e}", place.display())) != found {
                wrong.push(place.display().to_string());
            }
        }
    }
    assert!(wrong.is_empty(), "not as expected: {wrong:#?}; look with DESPIN_UPDATE=1 and git diff");
}

#[test]
fn no_line_is_wider_than_asked_for() {
    for case in cases() {
        for form in ["inline", "side-by-side"] {
            for width in [40usize, 80, 160] {
                let args = ["diff", "--format", form, "--width", &width.to_string(), "before.txt", "after.txt"];
                let found = String::from_utf8(despin(&case, &args).stdout).unwrap();
                // The first line names the files, and stays one line for those who search in it.
                for line in found.lines().skip(1) {
                    assert!(line.width() <= width, "{}: {form} {width}: {line}", case.display());
                }
            }
        }
    }
}

#[test]
fn nothing_that_a_terminal_or_a_browser_would_act_on_comes_through() {
    for case in cases() {
        for (name, mut args) in ways(&case) {
            // A patch must have the very bytes.
            if name.starts_with("unified") {
                continue;
            }
            args.extend(["before.txt", "after.txt"]);
            let found = String::from_utf8(despin(&case, &args).stdout).unwrap();
            // JSON is for programs, and escapes controls alone.
            let is_json = name.contains("json");
            let is_turn = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
            let is_kept = |c: char| {
                c == '\n' || name.ends_with("html") && c == '\t' || !c.is_control() && (is_json || !is_turn(c))
            };
            if let Some(c) = found.chars().find(|&c| !is_kept(c)) {
                panic!("{}: {name}: {c:?}", case.display());
            }
            if name.ends_with("html") {
                assert!(!found.contains("<script") && !found.contains("<b>so"), "{}", case.display());
                assert!(found.contains("Content-Security-Policy"), "{}", case.display());
            }
        }
    }
}

#[test]
fn programs_can_read_what_is_for_programs() {
    for case in cases() {
        let read = |name: &str| fs::read(case.join(name)).unwrap();
        let texts = [read("before.txt"), read("after.txt")].map(|bytes| String::from_utf8(bytes).unwrap());
        let lines = despin(&case, &["diff", "--format", "jsonl", "before.txt", "after.txt"]).stdout;
        let lines = String::from_utf8(lines).unwrap();
        assert!(texts[0] == texts[1] || lines.lines().count() > 0, "{}", case.display());
        for line in lines.lines() {
            let row: serde_json::Value = serde_json::from_str(line).unwrap();
            if row["kind"] != "change" {
                continue;
            }
            for (side, at, text) in [("before", "at", &texts[0]), ("after", "at_after", &texts[1])] {
                let place = &row[at];
                let number = |name: &str| place[name].as_u64().unwrap_or_else(|| panic!("{name} in {line}")) as usize;
                let of_bytes = &text[number("byte_start")..number("byte_end")];
                let n_chars = number("char_end") - number("char_start");
                let of_chars: String = text.chars().skip(number("char_start")).take(n_chars).collect();
                assert_eq!(of_bytes, of_chars, "{}", case.display());
                assert_eq!(row[side].as_str(), Some(of_bytes), "{}", case.display());
            }
        }
        let log = despin(&case, &["diff", "--format", "sarif", "before.txt", "after.txt"]).stdout;
        let log: serde_json::Value = serde_json::from_slice(&log).unwrap();
        assert_eq!(log["version"], "2.1.0");
        assert_eq!(log["runs"][0]["tool"]["driver"]["name"], "despin");
    }
}

/// True where `program` can be run. In continuous integration its absence is a fault; elsewhere it is said by name.
fn has(program: &str) -> bool {
    let is_there = Command::new(program).arg("--version").output().is_ok_and(|done| done.status.success());
    assert!(is_there || std::env::var_os("CI").is_none(), "{program} is missing");
    if !is_there {
        eprintln!("{program} is missing: its half of this test is left out");
    }
    is_there
}

#[test]
fn unified_diffs_make_the_second_text_by_patch_and_by_git() {
    for (n, case) in cases().iter().enumerate() {
        let name = ["plain.txt", "with space.txt", "naïve “name”.txt", "tab\tname.txt"][n % 4];
        let before = fs::read(case.join("before.txt")).unwrap();
        let after = fs::read(case.join("after.txt")).unwrap();
        if before == after {
            continue;
        }
        let desk = tempfile::tempdir().unwrap();
        fs::write(desk.path().join(name), &before).unwrap();
        fs::write(desk.path().join("after"), &after).unwrap();
        let patch = despin(desk.path(), &["diff", "--format", "unified", name, "after"]).stdout;
        fs::write(desk.path().join("p.patch"), &patch).unwrap();
        let check = |program: &str, args: &[&str]| {
            let done = Command::new(program).args(args).current_dir(desk.path()).output().unwrap();
            assert!(done.status.success(), "{program}: {}: {}", case.display(), String::from_utf8_lossy(&done.stderr));
        };
        if has("patch") {
            check("patch", &["--binary", "-s", "-o", "patched", name, "p.patch"]);
            assert!(fs::read(desk.path().join("patched")).unwrap() == after, "patch: {}", case.display());
        }
    }
}
