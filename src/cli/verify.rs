//! `despin verify`: whether journals still lead back.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use serde::Serialize;

use crate::cli::exit::Exit;
use crate::cli::{files, inputs};
use crate::error::{Error, ErrorKind, Result};
use crate::render::visible;

/// Check that journals lead back to the first bytes, without writing anything
///
/// A JOURNAL is checked against the file that it stands beside, and against what the journals of later runs lead back to; a
/// FILE stands for all journals beside it.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct VerifyArgs {
    /// Journals (FILE.despin.json, FILE.despin.2.json, …), or the files that they stand beside
    #[arg(required = true, value_name = "JOURNAL")]
    pub paths: Vec<PathBuf>,
    /// How to say it
    #[arg(long, value_enum, default_value_t)]
    pub format: VerifyFormat,
}

/// How `despin verify` says what it found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum VerifyFormat {
    /// A line a journal.
    #[default]
    Human,
    /// One JSON object a journal, each on a line of its own.
    Json,
}

/// What a journal is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    /// It leads back to the very bytes that its run began with.
    Sound,
    /// Its run was taken back already: the file is what it began with.
    Undone,
    /// The file was changed otherwise since, and no later journal leads back to what this one ends with.
    Detached,
    /// It is not a journal that this despin can read, or it does not do what its digests say.
    Damaged,
}

#[derive(Debug, Serialize)]
struct Finding<'a> {
    journal: &'a str,
    file: &'a str,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// Runs `despin verify`. Exits with [`Exit::Found`] where a journal leads nowhere.
///
/// # Errors
///
/// Where a file cannot be read, or has no journal.
pub fn run(args: &VerifyArgs, out: &mut dyn Write) -> Result<Exit> {
    let mut exit = Exit::Clean;
    for path in &args.paths {
        let (file, wanted) = match file_of(path) {
            Some(file) => (file, Some(path)),
            None => (path.clone(), None),
        };
        let journals = files::journals(&file)?;
        if wanted.is_some_and(|wanted| !wanted.exists()) || journals.is_empty() {
            let place = path.display().to_string();
            return Err(Error::new(ErrorKind::Journal, place, "there is no journal", "name a journal, or its file"));
        }
        let name = inputs::name(&file);
        for (journal, state, reason) in states(&file, &journals)? {
            if wanted.is_some_and(|wanted| wanted.file_name() != journal.file_name()) {
                continue;
            }
            if matches!(state, State::Detached | State::Damaged) {
                exit = Exit::Found;
            }
            let finding = Finding { journal: &inputs::name(&journal), file: &name, state, reason };
            let line = match args.format {
                VerifyFormat::Json => serde_json::to_string(&finding).expect("strings are JSON"),
                VerifyFormat::Human => visible(&said(&finding)).into_owned(),
            };
            files::print(out, format!("{line}\n").as_bytes())?;
        }
    }
    Ok(exit)
}

fn said(finding: &Finding) -> String {
    let Finding { journal, file, state, reason } = finding;
    match (state, reason) {
        (State::Sound, _) => format!("{journal}: sound, leads {file} back"),
        (State::Undone, _) => format!("{journal}: undone, {file} is what it began with"),
        (State::Detached, _) => format!("{journal}: detached, {file} was changed otherwise since"),
        (State::Damaged, reason) => format!("{journal}: damaged: {}", reason.as_deref().unwrap_or("unknown")),
    }
}

/// What each of `journals` of `file`, the newest first, is good for.
fn states(file: &Path, journals: &[(u32, PathBuf)]) -> Result<Vec<(PathBuf, State, Option<String>)>> {
    let first = files::read(file)?;
    // What the file is, and was before each run that can be taken back.
    let mut now = first.clone();
    let mut found = Vec::with_capacity(journals.len());
    for (_, path) in journals {
        let (state, reason) = match files::read_journal(path) {
            Err(error) => (State::Damaged, Some(error.to_string())),
            Ok(journal) if journal.after.is_of(&now) => match journal.undo(&now) {
                Ok(before) => {
                    now = before;
                    (State::Sound, None)
                }
                Err(error) => (State::Damaged, Some(error.to_string())),
            },
            Ok(journal) if journal.before.is_of(&now) || journal.before.is_of(&first) => (State::Undone, None),
            Ok(_) => (State::Detached, None),
        };
        found.push((path.clone(), state, reason));
    }
    found.reverse();
    Ok(found)
}

/// The file that `path` is a journal beside, by its name.
fn file_of(path: &Path) -> Option<PathBuf> {
    let name = path.file_name()?.to_str()?;
    let stem = name.strip_suffix(".json")?;
    let stem = match stem.rsplit_once('.') {
        Some((before, number)) if number.bytes().all(|b| b.is_ascii_digit()) && !number.is_empty() => before,
        _ => stem,
    };
    stem.strip_suffix(".despin").map(|file| path.with_file_name(file))
}
