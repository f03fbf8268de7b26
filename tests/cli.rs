//! The program itself: its streams, its exit codes, and what it leaves behind.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const SPUN: &str = include_str!("../fixtures/restore/harbour_article/input.txt");
const GENUINE: &str = include_str!("../fixtures/genuine/harbour_article/input.txt");

struct Desk {
    dir: TempDir,
}

struct Done {
    code: i32,
    out: Vec<u8>,
    err: String,
}

impl Done {
    fn text(&self) -> &str {
        std::str::from_utf8(&self.out).unwrap()
    }
}

impl Desk {
    fn new() -> Desk {
        Desk { dir: tempfile::tempdir().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Desk {
        fs::write(self.path(name), bytes).unwrap();
        self
    }

    fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap()
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.dir.path()).unwrap();
        let mut names: Vec<String> = entries.map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_despin"));
        command.current_dir(self.dir.path()).args(args);
        for name in ["NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS"] {
            command.env_remove(name);
        }
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    fn run(&self, args: &[&str]) -> Done {
        self.feed(args, b"")
    }

    fn feed(&self, args: &[&str], input: &[u8]) -> Done {
        finish(self.command(args), input)
    }
}

fn finish(mut command: Command, input: &[u8]) -> Done {
    let mut child = command.spawn().unwrap();
    // A command that does not read closes its end: that is its right.
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    Done { code: output.status.code().expect("not killed"), out: output.stdout, err }
}

#[test]
fn restore_prints_the_restored_text() {
    let desk = Desk::new();
    let done = desk.file("a.txt", SPUN).run(&["restore", "a.txt"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert!(done.text().contains("Marta Oleniuk, said."), "{}", done.text());
    assert!(!done.text().contains("this 12 months"));
    assert_eq!(desk.feed(&["restore"], SPUN.as_bytes()).out, done.out);
    assert_eq!(desk.feed(&["restore", "-"], SPUN.as_bytes()).out, done.out);
    assert_eq!(desk.names(), ["a.txt"]);
}

#[test]
fn genuine_text_passes_through() {
    let desk = Desk::new();
    let bytes = [GENUINE.as_bytes(), b"\xff\r\n"].concat();
    let done = desk.feed(&["restore", "--no-clean"], &bytes);
    assert_eq!((done.code, done.out), (0, bytes));
}

#[test]
fn exit_codes_tell_what_was_found() {
    let desk = Desk::new();
    desk.file("spun.txt", SPUN).file("genuine.txt", GENUINE);
    for (code, args) in [
        (0, vec!["detect", "genuine.txt"]),
        (1, vec!["detect", "spun.txt"]),
        (1, vec!["detect", "spun.txt", "genuine.txt"]),
        (2, vec!["detect", "spun.txt", "missing.txt"]),
        (0, vec!["restore", "--check", "genuine.txt"]),
        (1, vec!["restore", "--check", "spun.txt"]),
        (0, vec!["restore", "--diff", "genuine.txt"]),
        (1, vec!["restore", "--diff", "spun.txt"]),
        (1, vec!["restore", "--format", "json", "spun.txt"]),
        (0, vec!["clean", "--check", "spun.txt"]),
        (0, vec!["diff", "spun.txt", "spun.txt"]),
        (1, vec!["diff", "spun.txt", "genuine.txt"]),
        (2, vec!["diff", "spun.txt", "missing.txt"]),
        (2, vec!["restore", "--no-such-flag"]),
        (0, vec!["--help"]),
        (0, vec!["--version"]),
        (2, vec![]),
    ] {
        let done = desk.run(&args);
        assert_eq!(done.code, code, "{args:?}: {}{}", done.text(), done.err);
    }
    assert_eq!(desk.names(), ["genuine.txt", "spun.txt"]);
}

#[test]
fn detect_gives_a_line_a_file() {
    let desk = Desk::new();
    desk.file("spun.txt", SPUN).file("genuine.txt", GENUINE);
    let done = desk.run(&["detect", "spun.txt", "genuine.txt"]);
    let lines: Vec<&str> = done.text().lines().collect();
    assert!(lines[0].starts_with("spun.txt: spun (") && lines[1].starts_with("genuine.txt: genuine ("), "{lines:?}");
    let done = desk.run(&["detect", "--format", "json", "spun.txt", "genuine.txt"]);
    for (line, verdict) in done.text().lines().zip(["spun", "genuine"]) {
        let object: serde_json::Value = serde_json::from_str(line).unwrap();
        let mut keys: Vec<&String> = object.as_object().unwrap().keys().collect();
        keys.sort();
        assert_eq!(keys, ["evidence", "path", "probability", "profile", "rate", "verdict"]);
        assert_eq!(object["verdict"], verdict);
    }
}

#[test]
fn written_files_can_be_undone() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).file("b.txt", GENUINE);
    let done = desk.run(&["restore", "-w", "a.txt", "b.txt"]);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    assert_eq!(desk.names(), ["a.txt", "a.txt.despin.json", "b.txt"]);
    let restored = desk.read("a.txt");
    assert_ne!(restored, SPUN.as_bytes());
    assert_eq!(desk.feed(&["restore"], SPUN.as_bytes()).out, restored);
    assert_eq!(desk.run(&["undo", "a.txt"]).code, 0);
    assert_eq!(desk.read("a.txt"), SPUN.as_bytes());
}

#[test]
fn a_journal_takes_printed_text_back() {
    let desk = Desk::new();
    let restored = desk.file("a.txt", SPUN).run(&["restore", "--journal", "j.json", "a.txt"]);
    let done = desk.feed(&["undo", "-", "--journal", "j.json"], &restored.out);
    assert_eq!((done.code, done.out.as_slice()), (0, SPUN.as_bytes()));
    let again = desk.run(&["restore", "--journal", "j.json", "a.txt"]);
    assert_eq!(again.code, 2);
    assert!(again.err.contains("j.json: there is a file of this name"), "{}", again.err);
}

#[test]
fn output_can_go_to_a_file() {
    let desk = Desk::new();
    let printed = desk.file("a.txt", SPUN).run(&["restore", "a.txt"]);
    let done = desk.run(&["restore", "-o", "b.txt", "a.txt"]);
    assert_eq!((done.code, done.out.as_slice()), (0, b"".as_slice()));
    assert_eq!((desk.read("a.txt"), desk.read("b.txt")), (SPUN.as_bytes().to_vec(), printed.out));
    assert_eq!(desk.run(&["clean", "-o", "c.txt", "a.txt"]).code, 0);
    assert_eq!(desk.read("c.txt"), SPUN.as_bytes());
}

#[test]
fn decisions_are_replayed() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).run(&["restore", "--journal", "j.json", "a.txt"]);
    let first = desk.run(&["restore", "a.txt"]);
    let replayed = desk.run(&["restore", "--decisions", "j.json", "a.txt"]);
    assert_eq!((replayed.code, &replayed.out), (0, &first.out));
    let at = SPUN.find("mentioned").unwrap();
    let line =
        format!(r#"{{"start":{at},"end":{},"before":"mentioned","decision":"rewrite","text":"insisted"}}"#, at + 9);
    let done = desk.file("d.jsonl", line).run(&["restore", "--decisions", "d.jsonl", "a.txt"]);
    assert_eq!(done.text(), SPUN.replacen("mentioned", "insisted", 1));
}

#[test]
fn unified_diffs_apply_exactly() {
    if Command::new("git").arg("--version").output().is_err() {
        eprintln!("unified_diffs_apply_exactly: skipped, since there is no git");
        return;
    }
    for (name, input) in [
        ("plain.txt", SPUN.as_bytes().to_vec()),
        ("with space.txt", SPUN.trim_end().as_bytes().to_vec()),
        ("crlf.txt", SPUN.replace('\n', "\r\n").into_bytes()),
        ("naïve “name”.txt", SPUN.as_bytes().to_vec()),
        ("tab\tname.txt", SPUN.replace('\n', "\r\n").trim_end().as_bytes().to_vec()),
        ("1252.txt", include_bytes!("../fixtures/restore/clinic_opens/input.txt").to_vec()),
    ] {
        let desk = Desk::new();
        let diff = desk.file(name, &input).run(&["restore", "--format", "unified", name]);
        assert_eq!(diff.code, 1, "{name}");
        let restored = desk.run(&["restore", name]).out;
        let mut git = Command::new("git");
        git.current_dir(desk.dir.path()).args(["apply", "-"]).env("GIT_CEILING_DIRECTORIES", desk.dir.path());
        git.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let applied = finish(git, &diff.out);
        assert_eq!(applied.code, 0, "{name}: {}", applied.err);
        assert!(desk.read(name) == restored, "{name}");
    }
}

#[test]
fn human_diffs_show_what_changed() {
    let desk = Desk::new();
    let done = desk.file("a.txt", SPUN).run(&["restore", "--diff", "--explain", "a.txt"]);
    for part in ["a.txt: spun (", "[-mentioned-]{+said+}", "“mentioned” → “said”: ", "dictionaries/en/"] {
        assert!(done.text().contains(part), "no {part} in\n{}", done.text());
    }
    assert!(done.text().lines().all(|line| line.chars().count() <= 110));
}

#[test]
fn colours_are_for_terminals_alone() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).file("b.txt", GENUINE);
    let coloured = |name: &str, args: &[&str]| {
        let mut command = desk.command(args);
        if !name.is_empty() {
            command.env(name, "1");
        }
        finish(command, b"").text().contains('\u{1b}')
    };
    let diff = ["diff", "a.txt", "b.txt"];
    assert!(!coloured("", &diff));
    assert!(!coloured("NO_COLOR", &diff));
    assert!(coloured("CLICOLOR_FORCE", &diff));
    assert!(!coloured("CLICOLOR_FORCE", &["diff", "--format", "unified", "a.txt", "b.txt"]));
    assert!(!coloured("CLICOLOR_FORCE", &["restore", "a.txt"]));
}

#[test]
fn nothing_of_the_text_acts_on_a_terminal() {
    let desk = Desk::new();
    desk.file("a.txt", "He said \u{1b}]0;title\u{7} so.\n").file("b.txt", "He said \u{1b}[2J so \u{202e}too.\n");
    let done = desk.run(&["diff", "a.txt", "b.txt"]);
    assert!(!done.text().contains(['\u{1b}', '\u{7}', '\u{202e}']), "{:?}", done.text());
    let done = desk.run(&["detect", "no\u{1b}[31m.txt"]);
    assert_eq!(done.code, 2);
    assert!(!done.err.contains('\u{1b}'), "{:?}", done.err);
}

#[test]
fn a_closed_pipe_is_no_fault() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).file("b.txt", GENUINE);
    for args in [
        vec!["restore", "-"],
        vec!["restore", "--diff", "-"],
        vec!["clean", "-"],
        vec!["detect", "-"],
        vec!["diff", "a.txt", "-"],
        vec!["restore", "--format", "json", "-", "a.txt", "b.txt"],
        vec!["--help"],
        vec!["restore", "--help"],
    ] {
        let mut child = desk.command(&args).spawn().unwrap();
        drop(child.stdout.take());
        let _ = child.stdin.take().unwrap().write_all(SPUN.as_bytes());
        let output = child.wait_with_output().unwrap();
        let err = String::from_utf8(output.stderr).unwrap();
        assert_eq!((output.status.code(), err.as_str()), (Some(0), ""), "{args:?}");
    }
}

#[test]
fn bad_input_costs_one_line() {
    let desk = Desk::new();
    fs::create_dir(desk.path("dir")).unwrap();
    desk.file("a.txt", SPUN);
    desk.file("bad.tsv", "mentioned\tsaid\tverb\nmetropolis\t\tnoun\n");
    desk.file("latin.tsv", b"caf\xe9\tcoffee shop\tnoun\n");
    desk.file("short.lm", &fs::read(model()).unwrap()[..1000]);
    desk.file("empty.lm", "");
    desk.file("bad.jsonl", "{\"start\":1}\n");
    desk.file("other.json", "{\"format\":\"despin-journal\",\"version\":99}");
    desk.run(&["restore", "--journal", "j.json", "a.txt"]);
    let names = desk.names();
    for (args, beginning) in [
        (vec!["restore", "dir"], "dir: there is no text in it; "),
        (vec!["detect", "dir"], "dir: there is no text in it; "),
        (vec!["clean", "dir"], "dir: there is no text in it; "),
        (vec!["restore", "missing.txt"], "missing.txt: cannot read it: no such file or directory; "),
        (vec!["restore", "--dict", "bad.tsv", "a.txt"], "bad.tsv:2: original is empty; "),
        (vec!["restore", "--dict", "latin.tsv", "a.txt"], "latin.tsv:1: not UTF-8; "),
        (vec!["detect", "--lm", "short.lm", "a.txt"], "short.lm: "),
        (vec!["detect", "--lm", "empty.lm", "a.txt"], "empty.lm: "),
        (vec!["detect", "--lm", "missing.lm", "a.txt"], "missing.lm: "),
        (vec!["undo", "a.txt", "--journal", "j.json"], "j.json: "),
        (vec!["undo", "a.txt", "--journal", "a.txt"], "a.txt:1: not a journal: "),
        (vec!["undo", "a.txt", "--journal", "other.json"], "other.json: it is of version 99"),
        (vec!["undo", "a.txt"], "a.txt: there is no journal beside it; "),
        (vec!["restore", "--journal", "nowhere/j.json", "a.txt"], "nowhere/j.json: cannot write it: "),
        (vec!["restore", "--write", "--journal", "nowhere/j.json", "a.txt"], "nowhere/j.json: cannot write it: "),
        (vec!["restore", "-o", "nowhere/out.txt", "a.txt"], "nowhere/out.txt: cannot write it: "),
        (vec!["restore", "-o", "dir", "a.txt"], "dir: it is a directory; "),
        (vec!["clean", "-o", "a.txt/out.txt", "a.txt"], "a.txt/out.txt: cannot write "),
        (vec!["restore", "--write", "-"], "restore: the standard input cannot be written in place; "),
        (vec!["restore", "--original", "missing.txt", "a.txt"], "missing.txt: cannot read it: "),
        (vec!["restore", "--decisions", "bad.jsonl", "a.txt"], "bad.jsonl:1: no decision: "),
        (vec!["clean", "--only", "nothing", "a.txt"], "nothing: there is no cleaning rule of this name; "),
        (vec!["eval", "--pairs", "dir"], "dir: no spun text; "),
        (vec!["eval", "--genuine", "missing"], "missing: cannot list it: "),
    ] {
        let done = desk.run(&args);
        assert_eq!(done.code, 2, "{args:?}: {}", done.err);
        assert!(done.out.is_empty(), "{args:?}: {}", done.text());
        assert_eq!(done.err.lines().count(), 1, "{args:?}: {}", done.err);
        assert!(done.err.starts_with(&format!("despin: {beginning}")), "{args:?}: {}", done.err);
        assert!(done.err.contains("; "), "{args:?}: no mend in {}", done.err);
        assert_eq!(desk.names(), names, "{args:?}");
    }
    assert_eq!(desk.read("a.txt"), SPUN.as_bytes());
}

fn model() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("dictionaries/en/english.lm")
}

#[test]
fn a_bad_file_does_not_stop_the_others() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).file("b.txt", SPUN);
    let done = desk.run(&["restore", "-w", "a.txt", "missing.txt", "b.txt"]);
    assert_eq!((done.code, done.err.lines().count()), (2, 1));
    assert_eq!(desk.names(), ["a.txt", "a.txt.despin.json", "b.txt", "b.txt.despin.json"]);
}

#[test]
fn user_dictionaries_are_laid_over_the_built_in_ones() {
    let desk = Desk::new();
    let text = format!("{SPUN}\nThe gronkled harbour was gronkled.\n");
    desk.file("a.txt", text).file("mine.tsv", "gronkled\tcrowded\tadj\t0.9\n");
    let done = desk.run(&["restore", "--dict", "mine.tsv", "--format", "json", "a.txt"]);
    let object: serde_json::Value = serde_json::from_str(done.text()).unwrap();
    let changes = object["changes"].as_array().unwrap();
    assert!(changes.iter().any(|c| c["after"] == "crowded" && c["place"] == "mine.tsv:1"), "{changes:?}");
    assert!(object["text"].as_str().unwrap().contains("The crowded harbour"));
}

#[test]
fn protected_wordings_stay() {
    let desk = Desk::new();
    let done = desk.feed(&["restore", "--protect", "metropolis"], SPUN.as_bytes());
    assert!(done.text().contains("metropolis"));
}

#[test]
fn three_texts_are_compared() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).file("true.txt", GENUINE);
    let done = desk.run(&["restore", "--original", "true.txt", "a.txt"]);
    assert_eq!(done.code, 0);
    for part in ["[-mentioned-]{+said+}", " missed, ", " right, ", "[?", "{=", "removed 0."] {
        assert!(done.text().contains(part), "no {part} in\n{}", done.text());
    }
    let done = desk.run(&["restore", "--original", "true.txt", "--format", "json", "a.txt"]);
    let object: serde_json::Value = serde_json::from_str(done.text()).unwrap();
    assert!(object["removed"].as_f64().unwrap() > 0.4, "{}", object["removed"]);
    assert!(object["changes"].as_array().unwrap().iter().any(|row| row["outcome"] == "right"));
}

#[test]
fn eval_measures() {
    let desk = Desk::new();
    fs::create_dir(desk.path("pairs")).unwrap();
    fs::create_dir(desk.path("genuine")).unwrap();
    desk.file("pairs/own_000.spun.txt", SPUN).file("pairs/own_000.original.txt", GENUINE);
    desk.file("genuine/000.txt", GENUINE);
    let args = ["eval", "--pairs", "pairs", "--genuine", "genuine", "--format", "json", "--errors", "5"];
    let done = desk.run(&args);
    assert_eq!((done.code, done.err.as_str()), (0, ""));
    let found: serde_json::Value = serde_json::from_str(done.text()).unwrap();
    for key in ["documents", "removed", "span_precision", "span_recall", "span_f05", "edits", "calibration_error"] {
        assert!(found["pairs"]["own"][key].is_number(), "{key}");
    }
    assert!(found["coverage"]["own"].as_f64().unwrap() > 0.5);
    for key in ["documents", "flagged", "changed", "forced_false_edits_per_10k_words"] {
        assert!(found["genuine"][key].is_number(), "{key}");
    }
    assert_eq!(found["roundtrip"]["failures"], 0);
    assert_eq!(found["detection"]["own"]["auc"], 1.0);
    assert!(found["errors"].as_array().unwrap().len() <= 5);
    assert_eq!(desk.run(&["eval", "--pairs", "pairs", "--half", "odd"]).code, 2);
}

#[test]
fn clean_repairs_and_lists_its_rules() {
    let desk = Desk::new();
    let done = desk.feed(&["clean"], "One  two\u{200b}. {that a}\n".as_bytes());
    assert_eq!((done.code, done.text()), (0, "One two. that a\n"));
    let rules = desk.run(&["clean", "--list-rules"]);
    assert!(rules.text().lines().count() >= 4 && rules.text().contains("zero-width"));
    desk.file("a.txt", "One  two.\n");
    assert_eq!(desk.run(&["clean", "-w", "a.txt"]).code, 0);
    assert_eq!(desk.read("a.txt"), b"One two.\n");
    assert_eq!(desk.run(&["undo", "a.txt"]).code, 0);
    assert_eq!(desk.read("a.txt"), b"One  two.\n");
}

#[test]
fn a_closed_pipe_does_not_stop_the_writing() {
    for (command, text) in [("restore", SPUN), ("clean", "One  two.\n")] {
        let desk = Desk::new();
        desk.file("a.txt", text).file("b.txt", text).file("c.txt", text);
        for (code, names) in [(0, vec!["a.txt", "b.txt"]), (2, vec!["missing.txt", "c.txt"])] {
            let mut child = desk.command(&[vec![command, "-w"], names].concat()).spawn().unwrap();
            drop(child.stdout.take());
            assert_eq!(child.wait_with_output().unwrap().status.code(), Some(code), "{command}");
        }
        for name in ["a.txt", "b.txt", "c.txt"] {
            assert_ne!(desk.read(name), text.as_bytes(), "{command} {name}");
        }
    }
}

#[test]
fn an_output_is_never_the_input() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN);
    desk.run(&["restore", "--journal", "j.json", "-o", "b.txt", "a.txt"]);
    let (restored, journal) = (desk.read("b.txt"), desk.read("j.json"));
    for args in [
        vec!["restore", "-o", "a.txt", "a.txt"],
        vec!["restore", "-o", "./a.txt", "a.txt"],
        vec!["restore", "-o", "c.txt", "--journal", "c.txt", "a.txt"],
        vec!["clean", "-o", "a.txt", "./a.txt"],
        vec!["undo", "-o", "./b.txt", "-j", "j.json", "b.txt"],
        vec!["undo", "-o", "j.json", "-j", "j.json", "b.txt"],
    ] {
        let done = desk.run(&args);
        assert_eq!((done.code, done.err.lines().count()), (2, 1), "{args:?}: {}", done.err);
        assert_eq!(desk.names(), ["a.txt", "b.txt", "j.json"], "{args:?}");
    }
    assert!(desk.run(&["restore", "-o", "a.txt", "a.txt"]).err.contains("use -w"));
    assert_eq!(desk.read("a.txt"), SPUN.as_bytes());
    assert_eq!((desk.read("b.txt"), desk.read("j.json")), (restored, journal));
}

#[test]
fn a_failed_run_leaves_no_journal() {
    for command in ["restore", "clean"] {
        let desk = Desk::new();
        desk.file("a.txt", SPUN);
        fs::create_dir(desk.path("dir")).unwrap();
        assert_eq!(desk.run(&[command, "--journal", "j.json", "-o", "dir", "a.txt"]).code, 2);
        assert_eq!(desk.names(), ["a.txt", "dir"]);
        assert_eq!(desk.run(&[command, "--journal", "j.json", "-o", "b.txt", "a.txt"]).code, 0);
        assert_eq!(desk.names(), ["a.txt", "b.txt", "dir", "j.json"]);
    }
}

#[cfg(unix)]
#[test]
fn undo_shows_odd_names_harmlessly() {
    let desk = Desk::new();
    let name = "a\u{1b}[31m.txt";
    desk.file(name, SPUN).run(&["restore", "-w", name]);
    let done = desk.run(&["undo", name]);
    assert_eq!((done.code, done.text().lines().count()), (0, 1));
    assert!(!done.text().contains('\u{1b}'), "{:?}", done.text());
}

#[test]
fn what_contradicts_itself_is_refused() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN);
    for args in [
        vec!["restore", "--check", "--journal", "j.json", "a.txt"],
        vec!["restore", "--check", "--explain", "a.txt"],
        vec!["restore", "--check", "--diff", "a.txt"],
        vec!["restore", "--check", "--format", "json", "a.txt"],
        vec!["clean", "--check", "--journal", "j.json", "a.txt"],
        vec!["clean", "--check", "--explain", "a.txt"],
        vec!["clean", "--check", "--diff", "a.txt"],
        vec!["restore", "--original", "a.txt", "--journal", "j.json", "a.txt"],
        vec!["restore", "--original", "-", "-"],
        vec!["restore", "--original", "-"],
        vec!["restore", "--decisions", "-"],
        vec!["restore", "--dict", "-"],
        vec!["restore", "--dict", "-", "--decisions", "-", "a.txt"],
        vec!["restore", "-", "-"],
        vec!["detect", "--dict", "-", "-"],
        vec!["clean", "-", "-"],
        vec!["diff", "-", "-"],
    ] {
        let done = desk.feed(&args, SPUN.as_bytes());
        assert_eq!((done.code, done.text()), (2, ""), "{args:?}");
        assert!(!done.err.is_empty(), "{args:?}");
        assert_eq!(desk.names(), ["a.txt"], "{args:?}");
    }
}

#[test]
fn check_prints_names_alone() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).file("b.txt", GENUINE).file("c.txt", "One  two.\n");
    assert_eq!(desk.run(&["restore", "--check", "a.txt", "b.txt", "c.txt"]).text(), "a.txt\nc.txt\n");
    assert_eq!(desk.run(&["clean", "--check", "b.txt", "c.txt"]).text(), "c.txt\n");
    assert_eq!(desk.feed(&["clean", "--check"], b"One  two.\n").text(), "-\n");
}

#[test]
fn decisions_that_fit_nothing_are_told() {
    let desk = Desk::new();
    let at = SPUN.find("mentioned").unwrap();
    let line = |start: usize| {
        format!("{{\"start\":{start},\"end\":{},\"before\":\"mentioned\",\"decision\":\"accept\"}}\n", start + 9)
    };
    desk.file("a.txt", SPUN).file("all.jsonl", line(at)).file("some.jsonl", line(at) + &line(at + 1));
    assert_eq!(desk.run(&["restore", "--decisions", "all.jsonl", "a.txt"]).err, "");
    let done = desk.run(&["restore", "--decisions", "some.jsonl", "a.txt"]);
    assert_eq!((done.code, done.err.lines().count()), (0, 1));
    assert!(done.err.starts_with("despin: some.jsonl:2: “mentioned” does not stand at byte "), "{}", done.err);
}

#[test]
fn a_query_without_words_is_refused() {
    let desk = Desk::new();
    for text in ["", " ", "..."] {
        let done = desk.run(&["lm", "query", text]);
        assert_eq!((done.code, done.text(), done.err.lines().count()), (2, "", 1), "{text:?}: {}", done.err);
    }
}

const HEADER: &str = "# title: x\n# family: x\n# language: en\n# source: x\n# licence: x\n";

#[test]
fn dict_check_names_faults_and_their_lines() {
    let desk = Desk::new();
    let faulty = format!("{HEADER}bronk\tcrowd\tnoun\t0.5\n  \ngood\twell\tadj\nflonk\tflock\tnoun\t2");
    desk.file("good.tsv", format!("{HEADER}gronk\tcrowd\tnoun\t0.5\n")).file("faulty.tsv", &faulty);
    let done = desk.run(&["dict", "check", "good.tsv"]);
    assert_eq!((done.code, done.text(), done.err.as_str()), (0, "no faults in 1 file\n", ""));
    let done = desk.run(&["dict", "check", "good.tsv", "faulty.tsv"]);
    assert_eq!(done.code, 1);
    assert_eq!(
        done.text(),
        "faulty.tsv:7: empty line; take it out\n\
         faulty.tsv:8: \"better\" is made of itself; take the line out, or write the other forms as phrases\n\
         faulty.tsv:9: not in order; sort with despin dict check --fix\n\
         faulty.tsv:9: no line end; add one\n\
         faulty.tsv:9: weight \"2\" is no probability; write a number from 0 to 1 in the fourth column\n\
         5 faults in 2 files, 3 of them for --fix\n"
    );
    let json = desk.run(&["dict", "check", "--format", "json", "faulty.tsv"]);
    assert_eq!((json.code, json.text().lines().count()), (1, 5));
    let first: serde_json::Value = serde_json::from_str(json.text().lines().next().unwrap()).unwrap();
    let expected = serde_json::json!({
        "path": "faulty.tsv", "line": 7, "kind": "fault", "fault": "empty line", "mend": "take it out", "mechanical": true,
    });
    assert_eq!(first, expected);
    let done = desk.run(&["dict", "check", "missing.tsv", "good.tsv"]);
    assert_eq!((done.code, done.text()), (2, "no faults in 1 file\n"));
    assert!(done.err.starts_with("despin: missing.tsv: cannot read it: "), "{}", done.err);
    assert_eq!(desk.run(&["dict", "check", "missing.tsv"]).code, 2);
    // A file with a line that is no entry is not mended.
    let done = desk.run(&["dict", "check", "--fix", "faulty.tsv"]);
    assert_eq!(done.code, 1);
    assert!(done.text().starts_with("faulty.tsv: not mended; mend the lines first that are no entries\n"));
    assert_eq!(desk.read("faulty.tsv"), faulty.as_bytes());
    assert_eq!(desk.run(&["dict", "check", "--fix"]).code, 2);
    assert_eq!(desk.feed(&["dict", "check", "--fix", "-"], HEADER.as_bytes()).code, 2);
}

#[test]
fn dict_check_mends_what_asks_for_no_judgement() {
    let desk = Desk::new();
    desk.file("mine.tsv", format!("{HEADER}gronk\tcrowd\tnoun\n\nblonk  it\tflock\tphrase \ngronk\tcrowd\tnoun"));
    let done = desk.run(&["dict", "check", "--fix", "mine.tsv"]);
    assert_eq!((done.code, done.text()), (0, "mine.tsv: mended\nno faults in 1 file\n"));
    let mended = format!("{HEADER}blonk it\tflock\tphrase\ngronk\tcrowd\tnoun\n");
    assert_eq!(desk.read("mine.tsv"), mended.as_bytes());
    let done = desk.run(&["dict", "check", "--fix", "mine.tsv"]);
    assert_eq!((done.code, done.text()), (0, "no faults in 1 file\n"));
    assert_eq!(desk.names(), ["mine.tsv"]);
}

#[test]
fn dict_check_lays_files_over_the_built_in_ones() {
    let desk = Desk::new();
    let done = desk.run(&["dict", "check"]);
    assert_eq!((done.code, done.text()), (0, "no faults in 4 files\n"));
    desk.file("mine.tsv", format!("{HEADER}assault\tattack\tverb\t0\ngronk\tcrowd\tnoun\t0\n"));
    let done = desk.run(&["dict", "check", "mine.tsv"]);
    assert_eq!(done.code, 1);
    assert!(done.text().starts_with("mine.tsv:7: weight 0 takes nothing away; "), "{}", done.text());
    assert_eq!(done.text().lines().count(), 2);
}

#[test]
fn dict_check_gives_advice_where_asked() {
    let desk = Desk::new();
    let pairs = "assault\tattack\tverb\t0.1\nblonk\tcrowd\tnoun\t0.6\ngronk\tcrowd\tnoun\t0.6\n";
    desk.file("mine.tsv", format!("{HEADER}{pairs}"));
    assert_eq!(desk.run(&["dict", "check", "mine.tsv"]).text(), "no faults in 1 file\n");
    let done = desk.run(&["dict", "check", "--advice", "mine.tsv"]);
    assert_eq!(done.code, 0);
    assert_eq!(
        done.text(),
        "mine.tsv:7: advice: the weights of \"crowd\" add up to 1.20; lower them to 1 together\n\
         no faults in 1 file, 1 line of advice\n"
    );
    let done = desk.run(&["dict", "check", "--conflicts", "mine.tsv"]);
    assert_eq!(done.code, 0);
    assert!(done.text().starts_with("mine.tsv:6: advice: dictionaries/en/autoblog.tsv:"), "{}", done.text());
}

#[test]
fn dict_fit_weighs_by_pairs_and_takes_it_back() {
    let desk = Desk::new();
    let dictionary = "# title: mine\n# family: mine\n# language: en\n# source: us\n# licence: MIT\n\
                      qux assault\tqux attack\tphrase\t0.4\tknown\nqux raid\tqux attack\tphrase\t0.3\tknown\n";
    fs::create_dir(desk.path("pairs")).unwrap();
    desk.file("mine.tsv", dictionary)
        .file("pairs/a_1.original.txt", "The qux attack went on.\n")
        .file("pairs/a_1.spun.txt", "The qux raid went on.\n");
    let done = desk.run(&["dict", "fit", "mine.tsv", "--pairs", "pairs", "-o", "fitted.tsv"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(done.text(), "1 pairs, 1 replacements explained, 0 changes not, 1 heads weighed anew, 2 entries\n");
    let fitted = String::from_utf8(desk.read("fitted.tsv")).unwrap();
    assert!(fitted.contains("qux raid\tqux attack\tphrase\t0.5"), "{fitted}");
    assert!(fitted.ends_with("\tknown\tprior 0.3\n"), "{fitted}");
    assert_eq!(desk.run(&["dict", "check", "fitted.tsv"]).code, 0);
    // A second fit to the same pairs begins from the same beliefs.
    desk.run(&["dict", "fit", "fitted.tsv", "--pairs", "pairs", "-o", "again.tsv"]);
    assert_eq!(String::from_utf8(desk.read("again.tsv")).unwrap(), fitted);
    let done = desk.run(&["dict", "fit", "fitted.tsv", "--reset", "-o", "reset.tsv"]);
    assert_eq!(done.text(), "2 entries, weights as before any fit\n");
    assert!(String::from_utf8(desk.read("reset.tsv")).unwrap().contains("qux raid\tqux attack\tphrase\t0.3"));
    for (args, says) in [
        (vec!["dict", "fit", "mine.tsv", "-o", "x.tsv"], "--pairs"),
        (vec!["dict", "fit", "mine.tsv", "--pairs", "none", "-o", "x.tsv"], "none"),
        (vec!["dict", "fit", "none.tsv", "--pairs", "pairs", "-o", "x.tsv"], "none.tsv"),
    ] {
        let done = desk.run(&args);
        assert_eq!(done.code, 2);
        assert!(done.err.contains(says), "{}", done.err);
        assert!(!desk.path("x.tsv").exists());
    }
}

#[test]
fn a_context_model_is_trained_and_used() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).file("text", "cats like to eat mice\ncows like to eat grass\n".repeat(50));
    let done = desk.run(&["lm", "train", "text", "--dim", "8", "--reach", "4", "--epochs", "2", "-o", "a.vlbl"]);
    assert_eq!(done.text(), "a.vlbl: 10 words, 8 dimensions, 4 words on each side, 616 bytes\n", "{}", done.err);
    for context in ["a.vlbl", "none"] {
        let done = desk.run(&["restore", "--context", context, "a.txt"]);
        assert_eq!(done.code, 0, "{}", done.err);
        assert!(done.text().contains("said"));
    }
    let damaged = &desk.read("a.vlbl")[..600];
    desk.file("b.vlbl", damaged);
    for (file, fault) in
        [("b.vlbl", "b.vlbl: its sections"), ("a.txt", "a.txt: no context model"), ("none.vlbl", "none.vlbl: ")]
    {
        let done = desk.run(&["restore", "--context", file, "a.txt"]);
        assert_eq!(done.code, 2);
        assert!(done.err.contains(fault), "{}", done.err);
    }
    assert_eq!(desk.run(&["lm", "train", "none", "-o", "c.vlbl"]).code, 2);
    assert!(!desk.path("c.vlbl").exists());
}

#[test]
fn a_neural_model_that_cannot_be_had_is_an_error_that_says_how_to_get_it() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).file("a.gguf", "no model");
    for command in [&["restore", "a.txt"][..], &["eval", "--pairs", "."]] {
        fs::write(desk.path("a.spun.txt"), SPUN).unwrap();
        fs::write(desk.path("a.original.txt"), GENUINE).unwrap();
        for file in ["a.gguf", "missing.gguf"] {
            let done = desk.run(&[command, &["--rescorer", file]].concat());
            assert_eq!((done.code, done.text()), (2, ""), "{command:?}: {}", done.err);
            let (place, mend) = match cfg!(feature = "rescorer") {
                true => (file, "docs/rescorer.md"),
                false => ("--rescorer", "cargo install --path . --features rescorer"),
            };
            assert!(done.err.contains(place) && done.err.contains(mend), "{}", done.err);
        }
    }
}

/// Russian in KOI8-R, too short to be told from other pages: `да`, two spaces, `нет`.
const KOI8: &[u8] = b"\xc4\xc1  \xce\xc5\xd4\n";

#[test]
fn an_encoding_can_be_named() {
    let desk = Desk::new();
    desk.file("a.txt", KOI8).file("b.txt", KOI8).file("c.txt", "да нет\n");
    let done = desk.run(&["clean", "--encoding", "koi8-r", "a.txt"]);
    assert_eq!(done.out, b"\xc4\xc1 \xce\xc5\xd4\n");
    let done = desk.run(&["clean", "--encoding", "koi8-r", "--explain", "a.txt"]);
    for part in ["да", "space (one plain space parts words"] {
        assert!(done.text().contains(part), "no {part} in\n{}", done.text());
    }
    let done = desk.run(&["detect", "--encoding", "KOI8-R", "--explain", "a.txt"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let done = desk.run(&["restore", "--encoding", "koi8-r", "--format", "json", "a.txt"]);
    assert!(done.text().contains(r#""text":"да нет\n""#), "{}", done.text());
    let done = desk.run(&["diff", "--encoding", "koi8-r", "--format", "json", "a.txt", "b.txt"]);
    assert_eq!((done.code, done.text().contains("да  нет")), (0, true), "{}", done.text());
    let done = desk.run(&["review", "--encoding", "koi8-r", "--list", "a.txt"]);
    assert_eq!(done.code, 0, "{}", done.err);
    let done = desk.run(&["mine", "--encoding", "koi8-r", "--original", "a.txt", "--spun", "b.txt"]);
    assert_eq!(done.code, 0, "{}", done.err);
}

#[test]
fn an_encoding_that_is_named_is_undone_exactly() {
    let desk = Desk::new();
    let done = desk.file("a.txt", KOI8).run(&["clean", "--encoding", "koi8-r", "-w", "a.txt"]);
    assert_eq!(done.code, 0, "{}", done.err);
    assert_eq!(desk.read("a.txt"), b"\xc4\xc1 \xce\xc5\xd4\n");
    assert!(String::from_utf8(desk.read("a.txt.despin.json")).unwrap().contains(r#""encoding": "koi8-r""#));
    assert_eq!(desk.run(&["undo", "a.txt"]).code, 0);
    assert_eq!(desk.read("a.txt"), KOI8);
}

#[test]
fn an_encoding_that_is_not_there_is_an_error() {
    let desk = Desk::new();
    desk.file("a.txt", KOI8);
    for args in [&["clean"][..], &["detect"], &["restore"], &["review", "--list"], &["diff", "a.txt"]] {
        let done = desk.run(&[args, &["--encoding", "klingon", "a.txt"]].concat());
        assert_eq!(done.code, 2, "{args:?}");
        let line = "despin: klingon: there is no encoding of this name; give a label of the WHATWG";
        assert!(done.err.starts_with(line), "{args:?}: {}", done.err);
    }
}

#[test]
fn every_rule_is_listed() {
    let listed = Desk::new().run(&["clean", "--list-rules"]);
    let names: Vec<&str> = listed.text().lines().map(|line| line.split(' ').next().unwrap()).collect();
    let rules: Vec<&str> = despin::clean::rules().iter().map(|rule| rule.name).collect();
    assert_eq!(names, rules);
}
