//! `despin dict`: curating, checking and exchanging dictionaries, and which of them are in use.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use despin::lexicon::exchange::{Form, Heads, ImportOptions, export, import};
use despin::lexicon::format::parse;
use proptest::prelude::*;
use tempfile::TempDir;

const HEADER: &str = "# title: x\n# family: x\n# language: en\n# source: x\n# licence: x\n";
const SPUN: &str = include_str!("../fixtures/restore/harbour_article/input.txt");

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/dict")
}

struct Desk {
    dir: TempDir,
}

struct Done {
    code: i32,
    out: String,
    err: String,
}

impl Desk {
    fn new() -> Desk {
        Desk { dir: tempfile::tempdir().unwrap() }
    }

    fn file(&self, name: &str, text: &str) -> &Desk {
        let path = self.dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    /// A dictionary of `entries`, with a proper header.
    fn dictionary(&self, name: &str, entries: &str) -> &Desk {
        self.file(name, &format!("{HEADER}{entries}"))
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.dir.path().join(name)).unwrap()
    }

    /// Runs `despin` with the words of `args`, in which `~` stands for a space in one of them.
    fn run(&self, args: &str) -> Done {
        let args: Vec<String> = args.split(' ').map(|arg| arg.replace('~', " ")).collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_despin"));
        let Output { status, stdout, stderr } = command.current_dir(self.dir.path()).args(args).output().unwrap();
        let [out, err] = [stdout, stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        Done { code: status.code().expect("not killed"), out, err }
    }

    /// As [`run`](Desk::run), where it must end with `code`.
    fn ends(&self, code: i32, args: &str) -> Done {
        let done = self.run(args);
        assert_eq!(done.code, code, "{args}: {}{}", done.out, done.err);
        done
    }
}

#[test]
fn each_complaint_has_a_fixture() {
    let mut wrong = Vec::new();
    let mut said = String::new();
    let mut folders: Vec<PathBuf> =
        fs::read_dir(fixtures().join("check")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders {
        let desk = Desk::new();
        fs::copy(folder.join("input.tsv"), desk.dir.path().join("input.tsv")).unwrap();
        let mut args = "dict check --advice --conflicts --chains".to_string();
        if folder.join("pairs").is_dir() {
            for name in ["a_1.spun.txt", "a_1.original.txt"] {
                desk.file(&format!("pairs/{name}"), &fs::read_to_string(folder.join("pairs").join(name)).unwrap());
            }
            args += " --eval pairs";
        }
        let done = desk.run(&format!("{args} input.tsv"));
        assert_eq!(done.err, "", "{}", folder.display());
        let found = format!("{}exit {}\n", done.out, done.code);
        // Nothing is told without its mend.
        for line in found.lines().filter(|line| line.starts_with("input.tsv:")) {
            assert!(line.contains("; "), "{line}");
        }
        said += &found;
        if std::env::var_os("DESPIN_UPDATE").is_some() {
            fs::write(folder.join("expected.txt"), &found).unwrap();
        } else if fs::read_to_string(folder.join("expected.txt")).unwrap() != found {
            wrong.push(format!("{}:\n{found}", folder.display()));
        }
    }
    assert!(wrong.is_empty(), "not as expected; look with DESPIN_UPDATE=1 and git diff:\n{}", wrong.concat());
    // What the sources say against a dictionary, in its own words.
    for complaint in [
        "byte order mark",
        "carriage return",
        "odd character",
        "empty line",
        "spaces that say nothing",
        "header line among",
        "neither a header line",
        "header line twice",
        "no header line",
        "not in order",
        "no line end",
        "fewer than three columns",
        "no class",
        "no probability",
        "pair and class of line",
        "are the same",
        "made of itself",
        "in capitals alone",
        "takes nothing away",
        "with the same weight",
        "add up to",
        "for the family",
        "a chain:",
        "a circle:",
        "forms that nobody writes",
        "times in a million",
        "loses more than it gains",
    ] {
        assert!(said.contains(complaint), "no fixture for {complaint:?}");
    }
}

#[test]
fn built_in_dictionaries_are_clean() {
    let done = Desk::new().ends(0, "dict check");
    assert_eq!(done.out, "no faults in 4 files\n");
}

#[test]
fn entries_come_and_go() {
    let desk = Desk::new();
    desk.dictionary("mine.tsv", "bronk\tcrowd\tnoun\t0.2\tknown\ngronk\tflock\tnoun\t0.2\tknown\n");
    let before = desk.read("mine.tsv");
    let done = desk.ends(1, "dict add flonk flock --class noun --weight 0.5 --evidence observed --dry-run -f mine.tsv");
    assert!(done.out.contains("+flonk\tflock\tnoun\t0.5\tobserved\n"), "{}", done.out);
    assert_eq!(desk.read("mine.tsv"), before);
    desk.ends(0, "dict add flonk flock --class noun --weight 0.5 --evidence observed --note heard~twice -f mine.tsv");
    let with = "bronk\tcrowd\tnoun\t0.2\tknown\nflonk\tflock\tnoun\t0.5\tobserved\theard twice\ngronk\tflock\tnoun\t0.2\tknown\n";
    assert_eq!(desk.read("mine.tsv"), format!("{HEADER}{with}"));
    desk.ends(0, "dict check mine.tsv");
    for (args, says) in [
        ("dict add Flonk flock --class noun -f mine.tsv", "mine.tsv:7: has \"flonk\" of \"flock\" as noun already; "),
        ("dict add flonk flonk -f mine.tsv", "spun and original are the same; "),
        ("dict add good well --class adj -f mine.tsv", "\"better\" is made of itself; "),
        ("dict add xonk crowd --weight 0 -f mine.tsv", "weight 0 takes nothing away; "),
        ("dict add xonk  -f mine.tsv", "the original is empty; "),
        ("dict remove xonk -f mine.tsv", "no entry of \"xonk\"; "),
        ("dict remove xonk -f -", "the standard input cannot be written; "),
    ] {
        let done = desk.ends(2, args);
        assert!(done.err.contains(says), "{args}: {}", done.err);
    }
    desk.ends(0, "dict remove flonk flock -f mine.tsv");
    assert_eq!(desk.read("mine.tsv"), before);
    desk.ends(0, "dict add White~Home White~House --class name --evidence known -f new.tsv");
    assert!(desk.read("new.tsv").ends_with("# licence: unknown\nWhite Home\tWhite House\tname\t0.2\tknown\n"));
    desk.ends(0, "dict check new.tsv");
}

#[test]
fn show_tells_both_directions_and_where() {
    let desk = Desk::new();
    desk.dictionary("mine.tsv", "bronk\tcombat\tverb\t0.5\tknown\nfights\tcombats\tphrase\t0.2\tknown\n")
        .file("a.txt", "They combat it.\nHe combated them, and they combat him.\n");
    let done = desk.ends(0, "dict show combats a.txt -f mine.tsv --background a.txt");
    assert!(done.out.contains("combats is spun in no entry\n"), "{}", done.out);
    assert!(done.out.contains("  mine.tsv:6  bronks (bronk) → combats  verb 0.5 known\n"), "{}", done.out);
    assert!(done.out.contains("  mine.tsv:7  fights → combats  phrase 0.2 known\n"), "{}", done.out);
    assert!(done.out.contains("a.txt: 3 times, lines 1, 2, 2\n"), "{}", done.out);
    assert!(done.out.contains("in any form, 3 times in 10 words"), "{}", done.out);
    let done = desk.ends(0, "dict show assault --format json");
    let json: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    let entries = json["entries"].as_array().unwrap();
    assert!(entries.iter().any(|e| e["side"] == "spun" && e["original"] == "attack"));
    assert!(entries.iter().any(|e| e["side"] == "original"));
    assert!(entries.iter().all(|e| e["place"].as_str().unwrap().starts_with("dictionaries/en/")));
    assert!(json["per_million"].as_f64().unwrap() > 1.0);
}

#[test]
fn list_and_stats_tell_what_is_there() {
    let desk = Desk::new();
    desk.dictionary("mine.tsv", "bronk\tcombat\tverb\t0.5\tknown\nflonk\tflock\tnoun\t0.1\n");
    let done = desk.ends(0, "dict list -f mine.tsv");
    assert_eq!(done.out, "bronk\tcombat\tverb\t0.5\tknown\t\tmine.tsv:6\nflonk\tflock\tnoun\t0.1\t\t\tmine.tsv:7\n");
    for (filter, n) in [
        ("--class verb", 1),
        ("--evidence known", 1),
        ("--min-weight 0.2", 1),
        ("--max-weight 0.2", 1),
        ("--family x", 2),
        ("--family y", 0),
        ("--json", 2),
    ] {
        let done = desk.ends(0, &format!("dict list -f mine.tsv {filter}"));
        assert_eq!(done.out.lines().count(), n, "{filter}");
    }
    let done = desk.ends(0, "dict stats -f mine.tsv --format json");
    let json: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    let of = &json["dictionaries"][0];
    assert_eq!((&of["entries"], &of["classes"]["noun"], &of["licence"]), (&2.into(), &1.into(), &"x".into()));
    assert_eq!(of["sha256"], despin::journal::sha256(desk.read("mine.tsv").as_bytes()));
    assert_eq!(json["models"].as_array().unwrap().len(), 3);
    assert!(desk.ends(2, "dict stats -f -").err.contains("name a file"));
    let done = desk.ends(0, "dict stats");
    assert!(done.out.contains("dictionaries/en/autoblog.tsv: ") && done.out.contains("english.lm\n"), "{}", done.out);
}

#[test]
fn a_classifier_is_trained() {
    let desk = Desk::new();
    let text = "the war in the east is over\nthe president said it was a new year for people\n".repeat(4000);
    desk.file("text", &text);
    let done = desk.ends(0, "dict train text --skip 0 --epochs 2 -o a.spun");
    assert!(
        done.out.starts_with("a.spun: ") && done.out.ends_with(" words and pairs have a weight, 262168 bytes\n"),
        "{}",
        done.out
    );
    assert!(!done.out.starts_with("a.spun: 0 "));
    desk.ends(0, "dict train text --skip 0 --epochs 2 -o b.spun");
    assert_eq!(fs::read(desk.dir.path().join("a.spun")).unwrap(), fs::read(desk.dir.path().join("b.spun")).unwrap());
    assert!(
        desk.ends(2, "dict train text -o c.spun")
            .err
            .contains("text: has no line behind the first 600000; give a longer text")
    );
    assert!(desk.ends(2, "dict train none --skip 0 -o c.spun").err.contains("none"));
    assert!(!desk.dir.path().join("c.spun").exists());
}

#[test]
fn diff_is_of_meaning() {
    let desk = Desk::new();
    desk.dictionary("a.tsv", "a\tz\tnoun\t0.5\nb\tz\tnoun\t0.5\n")
        .dictionary("same.tsv", "b\tz\tnoun\t.50\na\tz\tnoun\t0.5\n")
        .dictionary("b.tsv", "a\tz\tnoun\t0.4\nc\tz\tnoun\t0.5\n");
    assert_eq!(desk.ends(0, "dict diff a.tsv same.tsv").out, "0 added, 0 removed, 0 changed\n");
    assert_eq!(
        desk.ends(1, "dict diff a.tsv b.tsv").out,
        "~ a → z  noun: weight 0.5 → 0.4  a.tsv:6, b.tsv:6\n- b → z  noun 0.5  a.tsv:7\n+ c → z  noun 0.5  b.tsv:7\n\
         1 added, 1 removed, 1 changed\n"
    );
    let json = desk.ends(1, "dict diff a.tsv b.tsv --format json").out;
    assert_eq!(json.lines().count(), 3);
    assert!(json.starts_with("{\"change\":\"changed\",\"before\":{"), "{json}");
    desk.ends(2, "dict diff a.tsv missing.tsv");
}

#[test]
fn merge_keeps_both_sides_and_tells_conflicts() {
    let desk = Desk::new();
    desk.dictionary("base.tsv", "a\tz\tnoun\t0.5\nb\tz\tnoun\t0.5\n")
        .dictionary("ours.tsv", "a\tz\tnoun\t0.4\nb\tz\tnoun\t0.5\n")
        .dictionary("theirs.tsv", "a\tz\tnoun\t0.5\nc\tz\tnoun\t0.5\n")
        .dictionary("others.tsv", "a\tz\tnoun\t0.3\nb\tz\tnoun\t0.5\n");
    let done = desk.ends(0, "dict merge base.tsv ours.tsv theirs.tsv -o out.tsv");
    assert_eq!(done.out, "out.tsv: 0 conflicts\n");
    assert_eq!(desk.read("out.tsv"), format!("{HEADER}a\tz\tnoun\t0.4\nc\tz\tnoun\t0.5\n"));
    let done = desk.ends(1, "dict merge base.tsv ours.tsv others.tsv -o out.tsv");
    let says = "ours.tsv:6: \"a\" of \"z\" as noun: weight was 0.5, is 0.4 in ours and 0.3 in theirs (others.tsv:6); ";
    assert!(done.err.contains(says), "{}", done.err);
    assert!(desk.read("out.tsv").contains("a\tz\tnoun\t0.4\n"));
}

#[test]
fn examples_are_restored_and_their_twins_left_alone() {
    let desk = Desk::new();
    desk.dictionary("mine.tsv", "bronk\tcrowd\tnoun\t0.5\tknown\nflonk\tflock\tnoun\t0.5\tknown\n");
    let good = "A [bronk|crowd] gathered outside the court on Tuesday.\tA [crowd] gathered outside the court.\n";
    desk.file("mine.examples.tsv", good);
    let done = desk.ends(0, "dict test mine.tsv");
    assert_eq!(done.out, "1 example, 0 failures, 1 entry without\n");
    let done = desk.ends(1, "dict test --all mine.tsv");
    assert!(done.out.starts_with("mine.tsv:7: \"flonk\" has no example; "), "{}", done.out);
    desk.file("bad.tsv", "A [bronk|shoal] gathered outside the court on Tuesday.\tThe [bronk] gathered on Tuesday.\n");
    let done = desk.ends(1, "dict test --examples bad.tsv mine.tsv");
    assert!(
        done.out.contains("bad.tsv:1: \"bronk\" became \"crowd\" (mine.tsv:6); it must be \"shoal\""),
        "{}",
        done.out
    );
    assert!(done.out.contains("\"bronk\" is honest and became \"crowd\" (mine.tsv:6)"), "{}", done.out);
    let done = desk.ends(2, "dict test --examples missing.tsv mine.tsv");
    assert!(done.err.contains("missing.tsv"), "{}", done.err);
}

#[test]
fn bench_tells_gain_and_loss_of_one_entry() {
    let desk = Desk::new();
    let pairs = fixtures().join("check/loses_more_than_it_gains/pairs").display().to_string();
    let done = desk.ends(0, &format!("dict bench folks people --pairs {pairs} --format json"));
    let json: serde_json::Value = serde_json::from_str(&done.out).unwrap();
    assert!(json["with"]["distance"].as_u64() < json["without"]["distance"].as_u64(), "{json}");
    assert_eq!(json["places"][0]["with"], "People");
    let done = desk.ends(1, &format!("dict bench mayor governor --weight 0.97 --pairs {pairs}"));
    assert!(done.out.starts_with("new\n") && done.out.contains("\"governor\""), "{}", done.out);
}

#[test]
fn lists_come_back_as_they_were() {
    let desk = Desk::new();
    for form in Form::ALL.map(Form::name) {
        let list = fixtures().join(format!("lists/{form}.txt")).display().to_string();
        let done = desk.ends(0, &format!("dict import --from {form} --source own --licence MIT {list} -o first.tsv"));
        assert!(done.err.starts_with("despin: first.tsv: "), "{form}: {}", done.err);
        let faults = desk.run("dict check first.tsv").out;
        assert!(faults.starts_with("no faults"), "{form}: {faults}");
        desk.ends(0, &format!("dict export --to {form} first.tsv -o list"));
        desk.ends(0, &format!("dict import --from {form} --source own --licence MIT list -o second.tsv"));
        let entries =
            |name: &str| desk.read(name).lines().filter(|l| !l.starts_with('#')).collect::<Vec<_>>().join("\n");
        assert_eq!(entries("first.tsv"), entries("second.tsv"), "{form}");
        assert!(!entries("first.tsv").is_empty());
        // Where the form has a place for them, source and licence have travelled.
        if !["spintax", "codespell", "typos-csv"].contains(&form) {
            desk.ends(0, &format!("dict import --from {form} list -o third.tsv"));
            let third = desk.read("third.tsv");
            assert!(third.contains("# source: own\n") && third.contains("# licence: MIT\n"), "{form}: {third}");
        }
    }
}

#[test]
fn a_bad_line_is_named_and_the_others_load_where_asked() {
    let desk = Desk::new();
    for form in Form::ALL.map(Form::name) {
        let good = fixtures().join(format!("lists/{form}.txt"));
        let bad = fixtures().join(format!("lists/{form}.bad.txt"));
        let (good_text, bad_text) = (fs::read_to_string(good).unwrap(), fs::read_to_string(&bad).unwrap());
        let line = 1 + bad_text.lines().zip(good_text.lines()).take_while(|(a, b)| a == b).count();
        let bad = bad.display().to_string();
        let done = desk.ends(2, &format!("dict import --from {form} {bad} -o strict.tsv"));
        assert!(done.err.contains(&format!("{form}.bad.txt:{line}: ")), "{form}: {}", done.err);
        assert!(done.err.contains("1 line that cannot be read; mend them, or add --lenient"), "{form}: {}", done.err);
        assert!(!desk.dir.path().join("strict.tsv").exists());
        let done =
            desk.ends(1, &format!("dict import --lenient --from {form} {bad} --title x --family x -o lenient.tsv"));
        assert!(done.err.contains(&format!("{form}.bad.txt:{line}: ")), "{form}: {}", done.err);
        desk.file("good.txt", &good_text);
        desk.ends(0, &format!("dict import --from {form} good.txt --title x --family x -o good.tsv"));
        let entries =
            |name: &str| desk.read(name).lines().filter(|l| !l.starts_with('#')).collect::<Vec<_>>().join("\n");
        assert_eq!(entries("lenient.tsv"), entries("good.tsv"), "{form}");
    }
}

#[test]
fn export_tells_what_a_list_cannot_say() {
    let desk = Desk::new();
    desk.dictionary("mine.tsv", "bronk\tcrowd\tnoun\t0.5\tknown\ngross\t<none>\tadv\t0.5\tknown\n");
    let done = desk.ends(1, "dict export --to codespell mine.tsv");
    assert_eq!(done.out, "bronk->crowd\nbronks->crowds\n");
    assert!(
        done.err.contains("mine.tsv:7: \"gross\" of \"<none>\" is left out: it says that words were inserted; "),
        "{}",
        done.err
    );
    let lost = "no place for all of: class, evidence, family, language, licence, source, title, weight; ";
    assert!(done.err.contains(lost), "{}", done.err);
    let done = desk.ends(0, "dict export --to json mine.tsv");
    assert_eq!(done.err, "");
    desk.file("odd.tsv", "\"a b\" AND \"c d\"\te f\n\"g h\"\te f\n");
    let done = desk.ends(1, "dict import --from fingerprints --licence MIT odd.tsv");
    assert!(
        done.err.contains("odd.tsv:1: `\"a b\" AND \"c d\"` asks for several things in one text; "),
        "{}",
        done.err
    );
    assert!(done.out.ends_with("g h\te f\tphrase\t0.2\timported\n"), "{}", done.out);
    let done = desk.ends(1, "dict import --from fingerprints --title a\nb odd.tsv");
    assert!(done.out.starts_with("# title: a b\n# family: odd\n"), "{}", done.out);
    assert!(done.out.contains("# source: odd.tsv\n# licence: unknown\n"), "{}", done.out);
    let done = desk.ends(2, "dict import --from csv --columns a,b odd.tsv");
    assert!(done.err.contains("--columns: spun or original is not among them; "), "{}", done.err);
}

#[test]
fn dictionaries_of_the_directory_are_in_use_unless_left_out() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).dictionary(".despin/dictionaries/own.tsv", "mentioned\tsaid\tphrase\t0.98\tknown\n");
    desk.file(".despin/dictionaries/own.examples.tsv", "no dictionary");
    let done = desk.run("restore --explain a.txt");
    assert!(done.out.contains(".despin/dictionaries/own.tsv:6"), "{}{}", done.out, done.err);
    let done = desk.run("restore --format json a.txt");
    assert!(done.out.contains("\"place\":\".despin/dictionaries/own.tsv:6\""), "{}", done.out);
    let done = desk.run("restore --isolated --explain a.txt");
    assert!(!done.out.contains("own.tsv") && done.out.contains("autoblog.tsv:"), "{}", done.out);
    assert!(desk.ends(0, "dict show mentioned").out.contains(".despin/dictionaries/own.tsv:6"));
    assert!(!desk.ends(0, "dict show mentioned --isolated").out.contains("own.tsv"));
}

#[test]
fn one_dictionary_can_be_all_there_is() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).dictionary("mine.tsv", "mentioned\tsaid\tphrase\t0.98\tknown\n");
    let done = desk.run("restore --force --explain --only-dict mine.tsv a.txt");
    assert!(done.out.contains("mine.tsv:6") && !done.out.contains("dictionaries/en/"), "{}{}", done.out, done.err);
    desk.dictionary("over.tsv", "folks\tpeople\tphrase\t0.98\tknown\n");
    let done = desk.run("restore --force --explain --only-dict mine.tsv --dict over.tsv a.txt");
    assert!(done.out.contains("mine.tsv:6") && done.out.contains("over.tsv:6"), "{}{}", done.out, done.err);
    desk.ends(2, "restore --only-dict missing.tsv a.txt");
}

#[test]
fn what_a_user_rejects_is_never_restored() {
    let desk = Desk::new();
    desk.file("a.txt", SPUN).file("no.tsv", "# mine\nmentioned\tsaid\nfolks\t*\n").file("bad.tsv", "mentioned\n");
    assert!(desk.ends(0, "restore a.txt").out.contains("Oleniuk, said."));
    let done = desk.ends(0, "restore --reject-list no.tsv a.txt");
    assert!(done.out.contains("Oleniuk, mentioned.") && done.out.contains("folks"), "{}", done.out);
    let done = desk.ends(2, "restore --reject-list bad.tsv a.txt");
    assert!(done.err.starts_with("despin: bad.tsv:1: no pair; "), "{}", done.err);
}

proptest! {
    /// What is read from any text at all can be written in every form, and nothing panics on the way.
    #[test]
    fn any_text_can_be_a_list(text in "(\\PC|[ab{}|\\\\,=>\"()#\t\r\n<*~-]|->| OR | AND |\\[default.extend-words\\]\n|a = \"b\"\n){0,40}") {
        for form in Form::ALL {
            for heads in [Heads::First, Heads::All] {
                let draft = import(&text, form, &ImportOptions { heads, ..ImportOptions::default() });
                let n_lines = text.lines().count() as u32;
                for remark in draft.faults.iter().chain(&draft.left_out) {
                    prop_assert!((1..=n_lines.max(1)).contains(&remark.line), "{}: {remark:?}", form.name());
                }
                let file = parse("list.tsv", &draft.text(&[])).map_err(|e| TestCaseError::fail(e.to_string()))?;
                prop_assert_eq!(file.entries.len(), draft.entries.len());
                for form in Form::ALL {
                    export(&file, form, heads);
                }
            }
        }
    }
}

/// Two pairs: what one spinner made of two texts.
const FERRY: [(&str, &str); 2] = [
    (
        "The old ferry was attacked at the pier, and the crew called it a rare attack on the harbour.\n",
        "The old ferry was assaulted at the pier, and the crew called it an uncommon assault on the harbour.\n",
    ),
    (
        "Nobody in the village had seen such a rare bird, said the warden of the marsh on Monday.\n",
        "Nobody in the village had seen such an uncommon bird, mentioned the warden of the marsh on Monday.\n",
    ),
];

/// A desk with the pairs as files beside each other, as two directories, and as records.
fn ferry_desk() -> Desk {
    let desk = Desk::new();
    let mut records = String::new();
    for (n, (original, spun)) in FERRY.iter().enumerate() {
        desk.file(&format!("pairs/{n}.original.txt"), original).file(&format!("pairs/{n}.spun.txt"), spun);
        desk.file(&format!("true/day/{n}.txt"), original).file(&format!("spun/day/{n}.txt"), spun);
        records += &serde_json::json!({"id": format!("text {n}"), "original": original, "spun": spun}).to_string();
        records.push('\n');
    }
    desk.file("pairs.jsonl", &records);
    desk
}

#[test]
fn pairs_are_mined_from_files_directories_and_records_alike() {
    let desk = ferry_desk();
    let by_file = desk.ends(0, "mine --no-builtin --pairs pairs").out;
    assert!(by_file.contains("# columns: spun original class weight evidence note state reason count"), "{by_file}");
    let row = |text: &str, spun: &str| -> Vec<String> {
        let line = text.lines().find(|line| line.starts_with(&format!("{spun}\t"))).unwrap_or_else(|| panic!("{text}"));
        line.split('\t').map(str::to_string).collect()
    };
    let uncommon = row(&by_file, "uncommon");
    assert_eq!(uncommon[1..3], ["rare", "phrase"]);
    assert_eq!(uncommon[6..11], ["add", "seen in several texts", "2", "2", "1"]);
    assert_eq!(uncommon[14], "and the crew called it an [uncommon|rare] assault on the harbour.");
    assert_eq!(row(&by_file, "assault")[1..3], ["attack", "verb"]);
    for other in ["mine --no-builtin --original true --spun spun", "mine --no-builtin --pairs pairs.jsonl"] {
        assert_eq!(desk.ends(0, other).out, by_file, "{other}");
    }
    let half = desk.ends(0, "mine --no-builtin --pairs pairs.jsonl --half odd").out;
    assert!(half.contains("mention\tsay\tverb") && !half.contains("assault\tattack"), "{half}");

    desk.file("true/night/9.txt", "Nothing.");
    let done = desk.ends(0, "mine --no-builtin --original true --spun spun");
    assert_eq!(done.out, by_file);
    let told =
        "despin: true and spun: 1 files have no other half, and are passed over; name them alike to have them read\n";
    assert_eq!(done.err, told);
    let done = desk.ends(2, "mine --original true --spun pairs/0.spun.txt");
    assert_eq!(done.err, "despin: true and pairs/0.spun.txt: a file and a directory; give two of a kind\n");
}

#[test]
fn base_rates_come_of_a_background_and_conditions_choose() {
    let desk = ferry_desk();
    desk.file("news.txt", "An uncommon day.\nAn uncommon night, and that was all of it.\n");
    let mined = desk.ends(0, "mine --no-builtin --pairs pairs --background news.txt").out;
    let uncommon = mined.lines().find(|line| line.starts_with("uncommon\trare\t")).unwrap();
    assert_eq!(uncommon.split('\t').nth(12), Some("166666.67"), "2 of 12 words: {uncommon}");
    let accepted = desk.ends(0, "mine --no-builtin --pairs pairs --accept count>=2,ambiguity<=1,state=add").out;
    let entries: Vec<&str> = accepted.lines().filter(|line| !line.starts_with('#')).collect();
    assert_eq!(entries.len(), 2, "{accepted}");
    assert!(entries[0].starts_with("assault\tattack\tverb\t") && entries[1].starts_with("uncommon\trare\tphrase\t"));
    assert!(entries.iter().all(|line| line.split('\t').count() == 5), "a plain dictionary: {accepted}");
    desk.file("mine.tsv", &accepted).ends(0, "dict check mine.tsv");
    let done = desk.ends(2, "mine --pairs pairs --accept n>=2");
    assert!(done.err.contains("there is no \"n\" among count, places"), "{}", done.err);
    let done = desk.file("none.txt", "…\n").ends(2, "mine --pairs pairs --background none.txt");
    assert_eq!(done.err, "despin: none.txt: it has no words; give a corpus of genuine text\n");
}

#[test]
fn proposals_are_decided_about_without_a_terminal() {
    let desk = ferry_desk();
    desk.ends(0, "mine --no-builtin --pairs pairs -o proposals.tsv");
    let listed = desk.ends(1, "dict review --list proposals.tsv").out;
    assert!(
        listed.contains("[-uncommon-]{+rare+}") && listed.contains("phrase, add: seen in several texts; 2 texts"),
        "{listed}"
    );
    let done = desk.ends(2, "dict review proposals.tsv -f mine.tsv");
    assert!(
        done.err.starts_with("despin: dict review: there is no terminal to ask on; decide with --accept"),
        "{}",
        done.err
    );

    desk.dictionary("mine.tsv", "uncommon\trare\tphrase\t0.9\tknown\n");
    let dry =
        desk.ends(1, "dict review --accept count>=2 --reject state=ambiguous --dry-run proposals.tsv -f mine.tsv");
    assert!(dry.out.contains("1 to add, 1 there already") && dry.out.contains("+assault\tattack\tverb"), "{}", dry.out);
    assert!(!desk.read("mine.tsv").contains("assault"));
    // What was decided is kept, so that now nothing of it is open.
    let done = desk.ends(0, "dict review --accept count>=2 proposals.tsv -f mine.tsv");
    assert!(done.out.contains("1 to add, 1 there already"), "{}", done.out);
    let mine = desk.read("mine.tsv");
    assert!(
        mine.contains("assault\tattack\tverb\t") && mine.contains("uncommon\trare\tphrase\t0.9\tknown\n"),
        "{mine}"
    );
    let listed = desk.ends(1, "dict review --list proposals.tsv").out;
    assert!(!listed.contains("{+attack+}") && listed.contains("[-mention-]{+say+}"), "{listed}");

    let broken = desk.read("proposals.tsv").replace("\tadd\t", "\tperhaps\t");
    let done = desk.file("broken.tsv", &broken).ends(2, "dict review --list broken.tsv");
    assert!(done.err.contains("no state \"perhaps\"; give the file as `despin mine` wrote it"), "{}", done.err);
    let done = desk.ends(2, "dict review --accept count>=1 proposals.tsv -f proposals.tsv");
    assert!(done.err.contains("name another FILE"), "{}", done.err);
}

#[test]
fn suspects_of_a_text_without_its_original() {
    let desk = Desk::new();
    desk.file(
        "page.txt",
        "He asked the prime priest of the country for help.\nThe priest read a mass in the old church.\n",
    );
    let found = desk.ends(0, "mine --no-builtin --spun-only page.txt").out;
    let lines: Vec<&str> = found.lines().filter(|line| line.starts_with("priest\t")).collect();
    assert!(
        matches!(lines[..], [line] if line.starts_with("priest\tminister\t") && line.contains("nats worse")),
        "{found}"
    );
    assert!(lines[0].ends_with("He asked the prime [priest|minister] of the country for help."), "{found}");
    // What a dictionary has already is no suspect.
    assert!(!desk.ends(0, "mine --spun-only page.txt").out.contains("priest\t"));
}
