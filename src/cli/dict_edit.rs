//! `despin dict add` and `remove`: one entry more or less, and every other line as it was.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::dict_exchange::{stem, weight};
use crate::cli::exit::Exit;
use crate::cli::output::{ShowArgs, Shower, line};
use crate::cli::{files, inputs};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::builtin;
use crate::lexicon::editing::{Wanted, insert, remove};
use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::format::{DEFAULT_WEIGHT, NONE};
use crate::render::words::compare;
use crate::render::{Format, visible};

/// Add an entry to a dictionary
///
/// The entry goes where it belongs in the order, and the difference is shown. A file that is not there is begun.
#[derive(Debug, Clone, Args)]
#[command(after_help = ADD_EXAMPLES)]
pub struct AddArgs {
    /// What the spinner writes
    #[arg(value_name = "SPUN")]
    pub spun: String,
    /// What stood there before; <none> where the spinner inserts words
    #[arg(value_name = "ORIGINAL")]
    pub original: String,
    /// How both inflect
    #[arg(long, value_name = "CLASS", default_value = "phrase")]
    pub class: Class,
    /// Probability that the spinner makes SPUN of ORIGINAL, 0 to 1; 0 takes an entry of the dictionaries below away
    #[arg(long, value_name = "W", value_parser = weight, default_value_t = DEFAULT_WEIGHT)]
    pub weight: f32,
    /// Where it is known from: observed, inferred, known, or other words
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub evidence: String,
    /// Whatever is to be noted
    #[arg(long, value_name = "WORDS", default_value = "")]
    pub note: String,
    /// The dictionary
    #[arg(short, long, value_name = "FILE")]
    pub file: PathBuf,
    /// Show the difference only; exit with 1
    #[arg(long)]
    pub dry_run: bool,
}

const ADD_EXAMPLES: &str = "\
Examples:
  despin dict add assault attack --class noun --evidence observed -f mine.tsv
  despin dict add 'White Home' 'White House' --class name -f mine.tsv
  despin dict add gross '<none>' --dry-run -f mine.tsv

Exit codes: 0 added, 1 would be added (with --dry-run), 2 refused or could not.";

/// Take entries out of a dictionary
#[derive(Debug, Clone, Args)]
#[command(after_help = REMOVE_EXAMPLES)]
pub struct RemoveArgs {
    /// What the spinner writes
    #[arg(value_name = "SPUN")]
    pub spun: String,
    /// What stood there before [default: whatever it is]
    #[arg(value_name = "ORIGINAL")]
    pub original: Option<String>,
    /// Only entries of this class
    #[arg(long, value_name = "CLASS")]
    pub class: Option<Class>,
    /// The dictionary
    #[arg(short, long, value_name = "FILE")]
    pub file: PathBuf,
    /// Show the difference only; exit with 1
    #[arg(long)]
    pub dry_run: bool,
}

const REMOVE_EXAMPLES: &str = "\
Examples:
  despin dict remove assault attack -f mine.tsv
  despin dict remove assault --class verb -f mine.tsv

A built-in entry is taken away by one of weight 0: despin dict add --weight 0.
Exit codes: 0 taken out, 1 would be taken out (with --dry-run), 2 not there or could not.";

/// Runs `despin dict add`.
///
/// # Errors
///
/// Where the entry is refused, with the line that speaks against it, or the file cannot be read or written.
pub fn run_add(args: &AddArgs, out: &mut dyn Write) -> Result<Exit> {
    let name = inputs::name(&args.file);
    let Opened { before, text } = open("dict add", &args.file)?;
    let entry = Entry {
        spun: args.spun.clone(),
        original: if args.original == NONE { String::new() } else { args.original.clone() },
        class: args.class,
        weight: args.weight,
        evidence: args.evidence.clone(),
        note: args.note.clone(),
        line: 0,
    };
    if args.original.trim().is_empty() {
        let mend = "write what stood there before, or <none> where the spinner inserts words";
        return Err(Error::new(ErrorKind::Dictionary, name, "the original is empty", mend));
    }
    // What weight 0 takes away may be in the dictionaries below.
    let mut under = if entry.weight == 0.0 { builtin::files()? } else { Vec::new() };
    under.retain(|file| !args.file.ends_with(&file.name));
    let (edited, _) = insert(&name, &text, &entry, &under)?;
    finish(&args.file, &before, &edited, args.dry_run, out)
}

/// A dictionary that is to be added to.
pub(super) struct Opened {
    /// What its file has; nothing where there is none.
    pub before: String,
    /// The same, or the header of one that is begun.
    pub text: String,
}

/// The dictionary at `path`, for `command` to add to.
///
/// # Errors
///
/// Where it is the standard input, or is there and cannot be read.
pub(super) fn open(command: &str, path: &Path) -> Result<Opened> {
    check_file(command, path)?;
    if path.exists() {
        let before = inputs::dictionary(&inputs::name(path), files::read(path)?)?;
        return Ok(Opened { text: before.clone(), before });
    }
    let stem = stem(path);
    let text =
        format!("# title: {stem}\n# family: {stem}\n# language: en\n# source: added by hand\n# licence: unknown\n");
    Ok(Opened { before: String::new(), text })
}

/// Runs `despin dict remove`.
///
/// # Errors
///
/// Where there is no such entry, or the file cannot be read or written.
pub fn run_remove(args: &RemoveArgs, out: &mut dyn Write) -> Result<Exit> {
    let name = inputs::name(&args.file);
    check_file("dict remove", &args.file)?;
    let text = inputs::dictionary(&name, files::read(&args.file)?)?;
    let original = args.original.as_deref().map(|original| if original == NONE { "" } else { original });
    let (edited, lines) = remove(&name, &text, &Wanted { spun: &args.spun, original, class: args.class })?;
    if lines.is_empty() {
        let fault = format!("no entry of {:?}", args.spun);
        return Err(Error::new(ErrorKind::Dictionary, name, fault, "look where it is with despin dict show"));
    }
    finish(&args.file, &text, &edited, args.dry_run, out)
}

fn check_file(command: &str, path: &Path) -> Result<()> {
    if files::is_stdin(path) {
        return Err(Error::new(ErrorKind::Usage, command, "the standard input cannot be written", "name a file"));
    }
    Ok(())
}

pub(super) fn finish(path: &Path, before: &str, after: &str, is_dry: bool, out: &mut dyn Write) -> Result<Exit> {
    let name = inputs::name(path);
    if !is_dry {
        files::write(path, after.as_bytes())?;
    }
    if before.is_empty() {
        line(&format!("{}: begun", visible(&name)), out)?;
    }
    let comparison = compare(&name, before.as_bytes(), &name, after.as_bytes());
    let show = ShowArgs { format: Some(Format::Unified), ..ShowArgs::default() };
    Shower::new(&show).show(comparison, out)?;
    Ok(if is_dry { Exit::Found } else { Exit::Clean })
}
