//! `despin dict check`: finds faults in dictionaries, a line a fault.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::cli::engine::{Engine, EngineArgs};
use crate::cli::eval::{Half, read_pairs};
use crate::cli::exit::Exit;
use crate::cli::{files, inputs};
use crate::error::{Error, ErrorKind, Result};
use crate::eval::worth::{Worth, worth};
use crate::lexicon::audit::{Complaint, Kind, audit};
use crate::lexicon::builtin;
use crate::lexicon::chains::chains;
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::files::FILES;
use crate::lexicon::format::{DictionaryFile, parse, parse_good};
use crate::lexicon::plausible::doubts;
use crate::lexicon::tidy::tidy;
use crate::lm::NgramModel;
use crate::pipeline::Options;
use crate::render::human::counted;
use crate::render::visible;

/// Find faults in dictionaries
///
/// Prints a line a fault: file, line, what is wrong, what to do. The files are checked as --dict lays them: in this order,
/// over the built-in dictionaries.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct CheckArgs {
    /// Dictionaries to check; - for the standard input, none for the built-in ones
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Sort the files, take out repeated lines and needless spaces, and tell what is left to do; a file with a line that
    /// is no entry is left as it is
    #[arg(long, requires = "files")]
    pub fix: bool,
    /// Give advice, too: originals whose weights add up to more than 1, forms that need not be listed or that nobody writes,
    /// very common words without words round them; the exit code stays
    #[arg(long)]
    pub advice: bool,
    /// List pairs, too, that two families have; the exit code stays
    #[arg(long)]
    pub conflicts: bool,
    /// List chains and circles, too: what one entry restores, another takes for spun; the exit code stays
    #[arg(long)]
    pub chains: bool,
    /// Find entries that lose more than they gain on the texts in DIR: NAME.spun.txt and NAME.original.txt
    #[arg(long, value_name = "DIR")]
    pub eval: Option<PathBuf>,
    /// The form of the lines
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: CheckFormat,
}

const EXAMPLES: &str = "\
Examples:
  despin dict check
  despin dict check --fix mine.tsv
  despin dict check --advice --conflicts mine.tsv
  despin dict check --eval dev/pairs mine.tsv
  despin dict check --format json mine.tsv | jq -r .fault

Exit codes: 0 no fault, 1 one or more, 2 could not.";

/// How faults are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum CheckFormat {
    /// A line for people
    Human,
    /// One JSON object a line
    Json,
}

/// Runs `despin dict check`.
///
/// # Errors
///
/// Where a file cannot be read or written, is not UTF-8, or the output cannot be written.
pub fn run(args: &CheckArgs, out: &mut dyn Write) -> Result<Exit> {
    if args.files.is_empty() {
        return tell(args, &complaints(args, FILES, Vec::new())?, FILES.len(), &[], out);
    }
    if args.fix && args.files.iter().any(|path| files::is_stdin(path)) {
        let fault = "the standard input cannot be written in place";
        return Err(Error::new(ErrorKind::Usage, "dict check", fault, "name a file, or leave out --fix"));
    }
    inputs::check_stdin("dict check", &args.files)?;
    let (mut texts, mut notes) = (Vec::new(), Vec::new());
    let exit = inputs::each(&args.files, |path, bytes| {
        let name = inputs::name(path);
        let mut text = inputs::dictionary(&name, bytes)?;
        if args.fix {
            let tidied = tidy(&text);
            // Where a line is no entry, its neighbours may tell what it was; and the file may be no dictionary at all.
            if parse(&name, &text).is_err() {
                notes.push(format!("{name}: not mended; mend the lines first that are no entries"));
            } else if tidied != text {
                files::write(path, tidied.as_bytes())?;
                notes.push(format!("{name}: mended"));
                text = tidied;
            }
        }
        texts.push((name, text));
        Ok(Exit::Clean)
    })?;
    let mut under = builtin::files()?;
    // A built-in dictionary that is checked is not laid over itself.
    under.retain(|file| !args.files.iter().any(|path| path.ends_with(&file.name)));
    let texts: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    Ok(exit.and(tell(args, &complaints(args, &texts, under)?, texts.len(), &notes, out)?))
}

/// All that is said against `texts`, which are laid over `under`.
fn complaints(args: &CheckArgs, texts: &[(&str, &str)], under: Vec<DictionaryFile>) -> Result<Vec<Complaint>> {
    let mut complaints = audit(texts, &under);
    // What cannot be parsed has its complaint already; the good lines are looked at all the same.
    let files: Vec<DictionaryFile> = texts.iter().map(|(name, text)| parse_good(name, text)).collect();
    complaints.extend(doubts(&files, &NgramModel::english()?));
    if args.chains {
        complaints.extend(chains(&files));
    }
    if let Some(dir) = &args.eval {
        let lexicon = Lexicon::new(under.into_iter().chain(files.iter().cloned()).collect());
        complaints.extend(losing(dir, lexicon, &files)?);
    }
    let order = |complaint: &Complaint| texts.iter().position(|(name, _)| *name == complaint.file);
    complaints.sort_by_key(|complaint| (order(complaint), complaint.line));
    Ok(complaints)
}

/// The entries of `files` that lose more than they gain on the texts in `dir`.
fn losing(dir: &Path, lexicon: Lexicon, files: &[DictionaryFile]) -> Result<Vec<Complaint>> {
    let pairs = read_pairs(dir, Half::All)?;
    let engine = Engine::open(&EngineArgs { isolated: true, ..EngineArgs::default() })?.with_lexicon(lexicon);
    let worth = worth(&engine.despinner(Options::default())?, &pairs);
    let mut complaints = Vec::new();
    for file in files {
        for entry in &file.entries {
            let Some(Worth { right, wrong, gain, loss }) = worth.get(&format!("{}:{}", file.name, entry.line)) else {
                continue;
            };
            if loss > gain {
                let fault = format!(
                    "{:?} of {:?} loses more than it gains: {right} right and {wrong} wrong in {}, {gain} words mended and {loss} spoilt",
                    entry.spun,
                    entry.original,
                    inputs::name(dir)
                );
                let mend =
                    "lower its weight, add the words round it, or take it out; see despin dict bench".to_string();
                let (file, line, kind) = (file.name.clone(), entry.line, Kind::Fault);
                complaints.push(Complaint { file, line, kind, fault, mend, is_mechanical: false });
            }
        }
    }
    Ok(complaints)
}

/// Prints those of `complaints` that `args` ask for, and for people `notes` on files and a closing line.
fn tell(
    args: &CheckArgs,
    complaints: &[Complaint],
    n_files: usize,
    notes: &[String],
    out: &mut dyn Write,
) -> Result<Exit> {
    let is_asked = |complaint: &&Complaint| match complaint.kind {
        Kind::Fault => true,
        Kind::Advice => args.advice,
        Kind::Conflict => args.conflicts,
        Kind::Chain => args.chains,
    };
    let asked: Vec<&Complaint> = complaints.iter().filter(is_asked).collect();
    let faults = || asked.iter().filter(|complaint| complaint.kind == Kind::Fault);
    let n_faults = faults().count();
    let mut text = String::new();
    match args.format {
        CheckFormat::Json => {
            for complaint in &asked {
                text += &serde_json::to_string(complaint).expect("strings and numbers are JSON");
                text.push('\n');
            }
        }
        CheckFormat::Human => {
            for note in notes {
                text += &format!("{}\n", visible(note));
            }
            for complaint in &asked {
                text += &format!("{}\n", visible(&complaint.to_string()));
            }
            let n_mechanical = faults().filter(|complaint| complaint.is_mechanical).count();
            text += &closing(n_faults, n_mechanical, asked.len() - n_faults, n_files);
        }
    }
    files::print(out, text.as_bytes())?;
    Ok(if n_faults > 0 { Exit::Found } else { Exit::Clean })
}

fn closing(n_faults: usize, n_mechanical: usize, n_advice: usize, n_files: usize) -> String {
    let faults = if n_faults == 0 { "no faults".to_string() } else { counted(n_faults, "fault") };
    let mut text = format!("{faults} in {}", counted(n_files, "file"));
    if n_mechanical > 0 {
        text += &format!(", {n_mechanical} of them for --fix");
    }
    if n_advice > 0 {
        text += &format!(", {} of advice", counted(n_advice, "line"));
    }
    text + "\n"
}
