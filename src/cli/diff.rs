//! `despin diff`: compares two texts word by word.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::inputs;
use crate::cli::output::{ShowArgs, show};
use crate::error::Result;
use crate::render::words::compare;

/// Compare two texts word by word
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct DiffArgs {
    /// The first text; - for the standard input
    #[arg(value_name = "A")]
    pub before: PathBuf,
    /// The second text; - for the standard input
    #[arg(value_name = "B")]
    pub after: PathBuf,
    /// The form in which changes are shown [default: human]
    #[arg(long, value_name = "FORM")]
    pub format: Option<crate::render::Format>,
}

const EXAMPLES: &str = "\
Examples:
  despin diff scraped.txt original.txt
  despin restore article.txt | despin diff article.txt -

Exit codes: 0 the same, 1 not the same, 2 could not.";

/// Runs `despin diff`.
///
/// # Errors
///
/// Where a file cannot be read or the output cannot be written.
pub fn run(args: &DiffArgs, out: &mut dyn Write) -> Result<Exit> {
    inputs::check_stdin("diff", [&args.before, &args.after])?;
    let (before, after) = (files::read(&args.before)?, files::read(&args.after)?);
    let comparison = compare(&inputs::name(&args.before), &before, &inputs::name(&args.after), &after);
    show(&comparison, &ShowArgs { format: args.format, explain: false }, out)?;
    Ok(if comparison.is_empty() { Exit::Clean } else { Exit::Found })
}
