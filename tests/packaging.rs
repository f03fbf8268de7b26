//! What others install despin with names commands that there are.

use clap::Parser;
use despin::cli::Cli;

fn check(words: &str) {
    let words = words.split_whitespace();
    assert!(words.clone().next() == Some("despin"), "{words:?}");
    if let Err(error) = Cli::try_parse_from(words) {
        assert!(!error.use_stderr(), "{error}");
    }
}

/// The values of `key` in a file of YAML, which has them on one line.
fn values<'a>(yaml: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    yaml.lines().filter_map(move |line| line.trim_start().strip_prefix(key)?.strip_prefix(": ")).map(str::trim)
}

#[test]
fn hooks_run_commands_that_there_are() {
    let hooks = include_str!("../.pre-commit-hooks.yaml");
    let entries: Vec<&str> = values(hooks, "entry").collect();
    assert_eq!(entries.len(), hooks.matches("- id: ").count());
    entries.iter().for_each(|entry| check(&format!("{entry} a.txt b.txt")));
}

#[test]
fn the_action_runs_a_command_that_there_is() {
    let action = include_str!("../action.yml");
    let command = values(action, "default").next().unwrap();
    check(&format!("despin {command}"));
    assert!(values(action, "run").any(|run| run == "despin $COMMAND"));
}

#[test]
fn the_container_runs_a_command_that_there_is() {
    let file = include_str!("../Containerfile");
    let list = |key: &str| {
        let line = file.lines().find_map(|line| line.strip_prefix(key)).unwrap_or_else(|| panic!("{key}"));
        let words: Vec<String> = serde_json::from_str(line).unwrap();
        words.join(" ")
    };
    check(&format!("{} {}", list("ENTRYPOINT "), list("CMD ")));
    let rust = env!("CARGO_PKG_RUST_VERSION");
    assert!(file.contains(&format!("FROM rust:{rust}")), "built with the Rust that Cargo.toml asks for");
}
