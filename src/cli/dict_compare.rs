//! `despin dict diff` and `merge`: dictionaries compared by what they say.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use crate::cli::dict_show::Shape;
use crate::cli::engine::read_all;
use crate::cli::exit::Exit;
use crate::cli::output::{line, put};
use crate::cli::{files, inputs, report};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::compare::{Conflict, Difference, diff, merge};
use crate::lexicon::entry::Entry;
use crate::lexicon::format::{self, DictionaryFile, written};
use crate::lexicon::tidy::tidy;
use crate::render::human::counted;
use crate::render::visible;

/// Compare two dictionaries by what they say, not by their lines
#[derive(Debug, Clone, Args)]
#[command(after_help = "Exit codes: 0 they say the same, 1 they do not, 2 could not.")]
pub struct DiffArgs {
    /// The first dictionary
    #[arg(value_name = "A.tsv")]
    pub before: PathBuf,
    /// The second
    #[arg(value_name = "B.tsv")]
    pub after: PathBuf,
    /// The form of the answer; json is an object a difference
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: Shape,
}

/// Runs `despin dict diff`.
///
/// # Errors
///
/// Where a dictionary cannot be read.
pub fn run_diff(args: &DiffArgs, out: &mut dyn Write) -> Result<Exit> {
    inputs::check_stdin("dict diff", [&args.before, &args.after])?;
    let mut both = Vec::new();
    read_all(&[args.before.clone(), args.after.clone()], &mut both)?;
    let [before, after] = &both[..] else { unreachable!("two were read") };
    let found = diff(before, after);
    let mut text = String::new();
    for difference in &found {
        text += &match args.format {
            Shape::Json => serde_json::to_string(&Placed::new(difference, before, after)).expect("it is JSON"),
            Shape::Human => visible(&say(difference, before, after)).into_owned(),
        };
        text.push('\n');
    }
    if args.format == Shape::Human {
        let n = |is: fn(&Difference) -> bool| found.iter().filter(|difference| is(difference)).count();
        let n_added = n(|d| matches!(d, Difference::Added { .. }));
        let n_removed = n(|d| matches!(d, Difference::Removed { .. }));
        let n_changed = found.len() - n_added - n_removed;
        text += &format!("{n_added} added, {n_removed} removed, {n_changed} changed\n");
    }
    files::print(out, text.as_bytes())?;
    Ok(if found.is_empty() { Exit::Clean } else { Exit::Found })
}

/// A difference with its places, for programs.
#[derive(Serialize)]
struct Placed<'a> {
    #[serde(flatten)]
    difference: &'a Difference,
    #[serde(skip_serializing_if = "Option::is_none")]
    place_before: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    place_after: Option<String>,
}

impl<'a> Placed<'a> {
    fn new(difference: &'a Difference, first: &DictionaryFile, second: &DictionaryFile) -> Self {
        let (before, after) = match difference {
            Difference::Added { after } => (None, Some(after)),
            Difference::Removed { before } => (Some(before), None),
            Difference::Changed { before, after, .. } => (Some(before), Some(after)),
        };
        let place = |file: &DictionaryFile, entry: &Entry| format!("{}:{}", file.name, entry.line);
        Placed {
            difference,
            place_before: before.map(|entry| place(first, entry)),
            place_after: after.map(|entry| place(second, entry)),
        }
    }
}

fn say(difference: &Difference, first: &DictionaryFile, second: &DictionaryFile) -> String {
    let pair = |e: &Entry| format!("{} → {}  {}", e.spun, written(&e.original), e.class.name());
    let whole = |e: &Entry| format!("{} {} {}", pair(e), e.weight, e.evidence).trim_end().to_string();
    match difference {
        Difference::Added { after } => format!("+ {}  {}:{}", whole(after), second.name, after.line),
        Difference::Removed { before } => format!("- {}  {}:{}", whole(before), first.name, before.line),
        Difference::Changed { before, after, what } => {
            let told = what.iter().map(|what| {
                let of = |e: &Entry| match *what {
                    "weight" => e.weight.to_string(),
                    "class" => e.class.name().to_string(),
                    "evidence" => format!("{:?}", e.evidence),
                    "note" => format!("{:?}", e.note),
                    _ => format!("{:?}", (&e.spun, &e.original)),
                };
                format!("{what} {} → {}", of(before), of(after))
            });
            let (a, b) = (format!("{}:{}", first.name, before.line), format!("{}:{}", second.name, after.line));
            format!("~ {}: {}  {a}, {b}", pair(before), told.collect::<Vec<_>>().join(", "))
        }
    }
}

/// Merge two dictionaries that came of one
///
/// OUT gets ours with what theirs changed. Where both changed the same, ours stays and the conflict is told.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Exit codes: 0 merged, 1 merged but for the conflicts told, 2 could not.")]
pub struct MergeArgs {
    /// What both came of
    #[arg(value_name = "BASE.tsv")]
    pub base: PathBuf,
    /// Ours
    #[arg(value_name = "OURS.tsv")]
    pub ours: PathBuf,
    /// Theirs
    #[arg(value_name = "THEIRS.tsv")]
    pub theirs: PathBuf,
    /// Where to write the merged dictionary; may be one of the three
    #[arg(short, long, value_name = "OUT.tsv")]
    pub output: PathBuf,
}

/// Runs `despin dict merge`.
///
/// # Errors
///
/// Where a dictionary cannot be read or the merged one cannot be written.
pub fn run_merge(args: &MergeArgs, out: &mut dyn Write) -> Result<Exit> {
    let paths = [args.base.clone(), args.ours.clone(), args.theirs.clone()];
    inputs::check_stdin("dict merge", &paths)?;
    let mut all = Vec::new();
    read_all(&paths, &mut all)?;
    let [base, ours, theirs] = &all[..] else { unreachable!("three were read") };
    let merged = merge(base, ours, theirs);
    let header = merged.file.header.iter().map(|(key, value)| format!("# {key}: {value}\n"));
    let entries = merged.file.entries.iter().map(|entry| {
        // Without the space an entry of `#1` would be a header line.
        let said = format::line(entry);
        let space = if said.starts_with('#') { " " } else { "" };
        format!("{space}{said}\n")
    });
    let text = tidy(&header.chain(entries).collect::<String>());
    put(Some(&args.output), text.as_bytes(), out)?;
    for Conflict { lines, about, fault } in &merged.conflicts {
        let at = |n: usize| lines[n].map(|line| format!("{}:{line}", all[n].name));
        let place = at(1).or(at(2)).unwrap_or_else(|| ours.name.clone());
        let theirs = at(1).and(at(2)).map(|place| format!(" ({place})")).unwrap_or_default();
        let mend = format!("settle it in {}, which has ours", inputs::name(&args.output));
        report(&Error::new(ErrorKind::Dictionary, place, format!("{about}: {fault}{theirs}"), mend));
    }
    if !files::is_stdin(&args.output) {
        let conflicts = counted(merged.conflicts.len(), "conflict");
        line(&visible(&format!("{}: {conflicts}", inputs::name(&args.output))), out)?;
    }
    Ok(if merged.conflicts.is_empty() { Exit::Clean } else { Exit::Found })
}
