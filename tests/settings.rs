//! Settings and web pages at the command line: which word wins, and what comes out.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const PAGE: &str = "<!doctype html><html><head><meta property='og:title' content='Rain after forty days'></head><body><nav><a>Menu</a></nav>\
    <article><h1>Rain after forty days</h1><p>By Ann Bell</p><p>It rained on Tuesday, for the first time in forty days, and nobody went \
    indoors.</p><p>Share this article</p></article></body></html>\n";

fn despin(folder: &Path, args: &[&str], variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_despin"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("DESPIN_")) {
        command.env_remove(name);
    }
    command.current_dir(folder).args(args).envs(variables.iter().copied()).output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn flags_win_over_the_environment_and_that_over_the_file() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("a/b");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("x.txt"), "a  b\n\nShare this article\n").unwrap();
    fs::write(dir.path().join("despin.toml"), "[clean]\nskip = ['space']\nboilerplate = 'keep'\n").unwrap();
    let clean = |args: &[&str], variables: &[(&str, &str)]| {
        out(&despin(&folder, &[&["clean", "x.txt"], args].concat(), variables))
    };
    assert_eq!(clean(&[], &[]), "a  b\n\nShare this article\n");
    assert_eq!(clean(&["--isolated"], &[]), "a b\n");
    assert_eq!(clean(&[], &[("DESPIN_CLEAN_SKIP", "residue")]), "a b\n\nShare this article\n");
    assert_eq!(clean(&["--drop", "boilerplate"], &[]), "a  b\n");
    assert_eq!(clean(&["--only", "space"], &[]), "a b\n\nShare this article\n");
    fs::write(folder.join("other.toml"), "[clean]\nskip = ['boilerplate']\n").unwrap();
    assert_eq!(clean(&["--config", "other.toml"], &[]), "a b\n\nShare this article\n");
}

#[test]
fn wrong_settings_are_told_by_file_and_line() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("despin.toml"), "[clean]\nonly = []\nskp = []\n").unwrap();
    let done = despin(dir.path(), &["clean", "despin.toml"], &[]);
    let told = String::from_utf8(done.stderr).unwrap();
    assert_eq!(done.status.code(), Some(2));
    assert!(told.contains("despin.toml:3: unknown field `skp`") && told.contains("docs/settings.md"), "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
}

#[test]
fn web_pages_are_extracted_and_come_back() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("p.html"), PAGE).unwrap();
    let run = |args: &[&str]| despin(dir.path(), args, &[]);
    let article = "Rain after forty days\n\nBy Ann Bell\n\nIt rained on Tuesday, for the first time in forty days, and nobody went indoors.\n";
    assert_eq!(out(&run(&["clean", "p.html"])), article);
    assert_eq!(out(&run(&["clean", "--drop", "meta", "p.html"])), article.split("\n\n").last().unwrap());
    let kept = out(&run(&["clean", "--keep", "boilerplate", "p.html"]));
    assert_eq!(kept, format!("{article}\nShare this article\n"));
    assert_eq!(out(&run(&["restore", "p.html"])), kept);
    assert_eq!(out(&run(&["restore", "--boilerplate", "drop", "p.html"])), article);
    assert_eq!(out(&run(&["restore", "--no-html", "--no-clean", "p.html"])), PAGE);
    // As plain text it loses its tags, and nothing else.
    assert!(out(&run(&["restore", "--no-html", "p.html"])).starts_with("Menu"));
    assert!(out(&run(&["detect", "p.html"])).contains("genuine"));
    let json: serde_json::Value = serde_json::from_str(&out(&run(&["clean", "--format", "json", "p.html"]))).unwrap();
    assert_eq!(json["page"]["headline"], "Rain after forty days");
    assert_eq!(json["changes"][0]["rule"], "boilerplate");
    assert!(json["changes"][0]["place"].as_str().unwrap().starts_with("dictionaries/en/boilerplate.tsv:"));
    let explained = out(&run(&["clean", "--explain", "p.html"]));
    assert!(explained.contains("share: share this article"), "{explained}");
    assert_eq!(run(&["clean", "-w", "p.html"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(dir.path().join("p.html")).unwrap(), article);
    assert_eq!(run(&["undo", "p.html"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(dir.path().join("p.html")).unwrap(), PAGE);
}

#[test]
fn settings_in_force_are_told_with_where_each_is_from() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("despin.toml"), "[clean]\nskip = ['space']\n[restore]\napply_from = 0.9\n").unwrap();
    let variables = [("DESPIN_RESTORE_APPLY_FROM", "0.5")];
    let told = out(&despin(dir.path(), &["--dump-config", "--config", "despin.toml"], &variables));
    let expected = "[clean]\nskip = [\"space\"] # despin.toml\n# only: default\n# keep: default\n# drop: default\n# boilerplate: default\n\n\
                    [restore]\napply_from = 0.5 # DESPIN_RESTORE_APPLY_FROM\n# dict: default\n# lm: default\n# boilerplate: default\n";
    assert_eq!(told, expected);
    let isolated = out(&despin(dir.path(), &["restore", "--isolated", "--dump-config"], &variables));
    assert!(isolated.lines().all(|line| line.starts_with(['#', '[']) || line.is_empty()), "{isolated}");
    assert_eq!(despin(dir.path(), &["--isolated"], &[]).status.code(), Some(2));
}

#[test]
fn the_schema_is_what_the_program_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/despin.schema.json");
    let schema = serde_json::to_string_pretty(&despin::settings::schema()).unwrap() + "\n";
    if std::env::var_os("DESPIN_UPDATE").is_some() {
        fs::write(&path, &schema).unwrap();
    }
    assert_eq!(fs::read_to_string(&path).unwrap(), schema, "run it with DESPIN_UPDATE=1");
}
