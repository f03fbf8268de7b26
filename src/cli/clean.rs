//! `despin clean`: repairs that need no judgement about words.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::clean::{self, rules};
use crate::cli::exit::Exit;
use crate::cli::output::{ShowArgs, WhileHeard, line, put, show, with_journal};
use crate::cli::{files, inputs};
use crate::error::{Error, ErrorKind, Result};
use crate::journal::{Journal, Pass};
use crate::render::human::counted;
use crate::render::visible;
use crate::report::{Change, Comparison};
use crate::text::source::Source;

/// Repair what scraping left in a text, and change no word of it
///
/// Prints the cleaned text. --list-rules says what is repaired.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct CleanArgs {
    /// Files to clean; - or none for the standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show what changes, not the cleaned text; exit with 1 if anything does
    #[arg(long)]
    pub diff: bool,
    /// How changes are shown.
    #[command(flatten)]
    pub show: ShowArgs,
    /// Clean the files in place, each with a journal beside it for `despin undo`
    #[arg(short, long, conflicts_with = "check")]
    pub write: bool,
    /// Write the text to OUT, and leave FILE as it is
    #[arg(short, long, value_name = "OUT", conflicts_with_all = ["write", "check", "diff", "format", "explain"])]
    pub output: Option<PathBuf>,
    /// Print nothing but the names of the files that would change, one a line; exit with 1 if any would
    #[arg(long, conflicts_with_all = ["journal", "diff", "format", "explain"])]
    pub check: bool,
    /// Write the journal to JOURNAL, which must not be there yet
    #[arg(long, value_name = "JOURNAL")]
    pub journal: Option<PathBuf>,
    /// Use only these rules
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leave out these rules
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Make curly quotation marks and apostrophes straight
    #[arg(long)]
    pub ascii_quotes: bool,
    /// List the rules, in the order in which they work
    #[arg(long)]
    pub list_rules: bool,
}

const EXAMPLES: &str = "\
Examples:
  despin clean article.txt > cleaned.txt
  despin clean --diff article.txt
  despin clean -w --skip space *.txt

Exit codes: 0 done, 1 something changes (with --check, --diff or --format), 2 could not.";

/// Runs `despin clean`.
///
/// # Errors
///
/// Where a file cannot be read, a rule is not there, or the result cannot be written.
pub fn run(args: &CleanArgs, out: &mut dyn Write) -> Result<Exit> {
    let usage = |fault: &str, mend: &str| Err(Error::new(ErrorKind::Usage, "clean", fault, mend));
    let options = clean::Options {
        skip: args.skip.clone(),
        only: args.only.clone(),
        has_ascii_quotes: args.ascii_quotes,
    };
    options.check()?;
    if args.list_rules {
        let lines: String = rules().iter().map(|rule| format!("{:<12} {}\n", rule.name, rule.summary)).collect();
        files::print(out, lines.as_bytes())?;
        return Ok(Exit::Clean);
    }
    if args.write && (args.files.is_empty() || args.files.iter().any(|path| files::is_stdin(path))) {
        return usage("the standard input cannot be written in place", "name a file, or leave out --write");
    }
    if args.files.len() > 1 && args.journal.is_some() {
        return usage("one journal cannot be of several files", "name one file, or use --write");
    }
    if args.files.len() > 1 && args.output.is_some() {
        return usage("several files cannot be written to one", "name one file, or use --write");
    }
    inputs::check_stdin("clean", &args.files)?;
    files::check_output(
        "clean",
        &args.files,
        args.output.as_deref(),
        args.journal.as_deref(),
        "name another OUT, or use -w",
    )?;
    let is_shown = args.diff || args.show.format.is_some() || args.show.explain;
    let mut heard;
    let out: &mut dyn Write = if args.write {
        heard = WhileHeard::new(out);
        &mut heard
    } else {
        out
    };
    inputs::each(&args.files, |path, bytes| {
        let source = Source::decode(&bytes);
        let script = clean::clean(&source.text, &options);
        let (journal, cleaned) = Journal::record(&bytes, &source.layout, vec![Pass::new("clean", script.clone())])?;
        let is_changed = cleaned != bytes;
        let name = inputs::name(path);
        let edits = if is_changed { counted(script.edits().len(), "edit") } else { "no changes".to_string() };
        if args.write {
            let mut text = format!("{name}: {edits}");
            if is_changed {
                let place = files::write_with_journal(path, &cleaned, &journal, args.journal.as_deref())?;
                text.push_str(&format!(", journal {}", place.display()));
            }
            if !is_shown {
                line(&visible(&text), out)?;
            }
        }
        let at = args.journal.as_deref().filter(|_| !args.write);
        with_journal(at, &journal, || {
            if is_shown {
                let change =
                    |edit: &crate::text::edit::Edit| Change { stage: "clean", edit: edit.clone(), grounds: None };
                let comparison = Comparison {
                    before_name: name.clone(),
                    after_name: name,
                    before_bytes: bytes,
                    after_bytes: cleaned,
                    after: script.apply(&source.text)?,
                    changes: script.edits().iter().map(change).collect(),
                    before: source.text,
                    verdict: None,
                    left: Vec::new(),
                };
                show(&comparison, &args.show, out)?;
            } else if args.check {
                if is_changed {
                    line(&visible(&name), out)?;
                }
            } else if !args.write {
                put(args.output.as_deref(), &cleaned, out)?;
            }
            Ok(())
        })?;
        Ok(if is_changed && (is_shown || args.check) { Exit::Found } else { Exit::Clean })
    })
}
