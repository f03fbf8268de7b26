//! The command line: the only floor that knows paths, streams and exit codes.

pub mod clean;
pub mod detect;
pub mod dict;
pub mod dict_check;
pub mod dict_fit;
pub mod diff;
pub mod engine;
pub mod eval;
pub mod exit;
pub mod files;
pub mod inputs;
pub mod lm;
pub mod mine;
pub mod output;
pub mod restore;
pub mod undo;

use std::io::Write;

use clap::{Parser, Subcommand};

use crate::cli::exit::Exit;
use crate::error::{Error, Result};

/// Clean scraped articles, restore what a synonym spinner made of them, and undo it byte for byte
#[derive(Debug, Parser)]
#[command(name = "despin", version, max_term_width = 100, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

const EXAMPLES: &str = "\
Examples:
  despin restore article.txt                  print the article as it most likely was
  despin restore --diff --explain article.txt show each change, and why
  despin restore -w *.txt                     restore in place; keep journals beside the files
  despin undo article.txt                     take the last run back, byte for byte
  despin detect *.txt                         tell which were spun

Exit codes: 0 nothing found, 1 found or would change, 2 could not.";

/// The commands.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
pub enum Command {
    /// Restore the likely original of spun text
    Restore(restore::RestoreArgs),
    /// Tell whether text was spun
    Detect(detect::DetectArgs),
    /// Repair what scraping left: control and zero-width characters, residue, odd spaces
    Clean(clean::CleanArgs),
    /// Compare two texts word by word
    Diff(diff::DiffArgs),
    /// Take back what a run changed, byte for byte
    Undo(undo::UndoArgs),
    /// Measure on texts whose originals are known, and on genuine texts
    Eval(eval::EvalArgs),
    /// Learn dictionary entries from originals and what a spinner made of them
    Mine(mine::MineArgs),
    /// Check dictionaries, and weigh them by pairs
    #[command(subcommand)]
    Dict(dict::DictCommand),
    /// Build, describe and measure language models
    #[command(subcommand)]
    Lm(lm::LmCommand),
}

/// Does what `command` asks, and writes what it finds to `out`.
///
/// # Errors
///
/// Where it could not.
pub fn run(command: &Command, out: &mut dyn Write) -> Result<Exit> {
    match command {
        Command::Restore(args) => restore::run(args, out),
        Command::Detect(args) => detect::run(args, out),
        Command::Clean(args) => clean::run(args, out),
        Command::Diff(args) => diff::run(args, out),
        Command::Undo(args) => undo::run(args, out),
        Command::Eval(args) => eval::run(args, out),
        Command::Mine(args) => mine::run(args, out),
        Command::Dict(command) => dict::run(command, out),
        Command::Lm(command) => lm::run(command, out),
    }
}

/// Tells the user of `error`, on one line of the standard error. Where nobody listens there either, that is all.
pub fn report(error: &Error) {
    let line = error.to_string();
    let _ = writeln!(std::io::stderr(), "despin: {}", crate::render::visible(&line));
}
