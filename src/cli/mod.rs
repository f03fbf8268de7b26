//! The command line: the only floor that knows paths, streams and exit codes.

pub mod bulk;
pub mod clean;
pub mod detect;
pub mod dict;
pub mod dict_check;
pub mod dict_compare;
pub mod dict_edit;
pub mod dict_exchange;
pub mod dict_fit;
pub mod dict_review;
pub mod dict_show;
pub mod dict_test;
pub mod dict_train;
pub mod diff;
pub mod engine;
pub mod eval;
pub mod eval_records;
pub mod exit;
pub mod files;
pub mod inputs;
pub mod lm;
pub mod manual;
pub mod mine;
pub mod output;
pub mod restore;
pub mod review;
pub mod settings;
pub mod survey;
pub mod undo;
pub mod verify;

use std::io::Write;

use clap::{Parser, Subcommand};

use crate::cli::exit::Exit;
use crate::error::{Error, ErrorKind, Result};

/// Clean scraped articles, restore what a synonym spinner made of them, and undo it byte for byte
#[derive(Debug, Parser)]
#[command(name = "despin", version, max_term_width = 100, arg_required_else_help = true, after_help = EXAMPLES)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where settings are read.
    #[command(flatten)]
    pub settings: settings::SettingsArgs,
}

const EXAMPLES: &str = "\
Examples:
  despin restore article.txt                  print the article as it most likely was
  despin restore --diff --explain article.txt show each change, and why
  despin restore -w *.txt                     restore in place; keep journals beside the files
  despin undo article.txt                     take the last run back, byte for byte
  despin detect *.txt                         tell which were spun
  despin restore -o restored.jsonl.zst raw.jsonl.zst
                                              restore the field `text` of each record, on all cores

Exit codes: 0 nothing found, 1 found or would change, 2 could not.";

/// The commands.
#[derive(Debug, Subcommand)]
#[command(disable_help_subcommand = true)]
pub enum Command {
    /// Restore the likely original of spun text
    Restore(restore::RestoreArgs),
    /// Decide about each change, and come back tomorrow
    Review(review::ReviewArgs),
    /// Tell whether text was spun
    Detect(detect::DetectArgs),
    /// Repair what scraping left: control and zero-width characters, residue, odd spaces
    Clean(clean::CleanArgs),
    /// Compare two texts word by word
    Diff(diff::DiffArgs),
    /// Take back what a run changed, byte for byte
    Undo(undo::UndoArgs),
    /// Check that journals lead back to the first bytes
    Verify(verify::VerifyArgs),
    /// Tell what a run over many texts found: shares, distributions, the commonest changes, examples
    Report(survey::ReportArgs),
    /// Measure on texts whose originals are known, and on genuine texts
    Eval(eval::EvalArgs),
    /// Learn dictionary entries from originals and what a spinner made of them
    Mine(mine::MineArgs),
    /// Look after dictionaries: show, add, check, test, compare, import, export, weigh
    #[command(subcommand)]
    Dict(dict::DictCommand),
    /// Build, describe and measure language models
    #[command(subcommand)]
    Lm(lm::LmCommand),
    /// Print completions for a shell
    Completions(manual::CompletionsArgs),
    /// Print the manual, or write a page for each command
    Man(manual::ManArgs),
}

/// Does what `cli` asks, by the settings that it names, and writes what it finds to `out`.
///
/// # Errors
///
/// Where it could not.
pub fn run(cli: Cli, out: &mut dyn Write) -> Result<Exit> {
    let load = || settings::load(&cli.settings);
    if cli.settings.dump_config {
        settings::dump(&cli.settings, out)?;
        return Ok(Exit::Clean);
    }
    let Some(mut command) = cli.command else {
        return Err(Error::new(ErrorKind::Usage, "despin", "no command is named", "name one; --help lists them"));
    };
    if cli.settings.isolated {
        command.isolate();
    }
    match command {
        Command::Restore(args) => restore::run(&args.under(&load()?.restore), out),
        Command::Detect(args) => detect::run(&args.under(&load()?.restore), out),
        Command::Clean(args) => clean::run(&args.under(&load()?.clean), out),
        Command::Diff(args) => diff::run(&args, out),
        Command::Review(args) => review::run(&args.under(&load()?.restore), out),
        Command::Undo(args) => undo::run(&args, out),
        Command::Verify(args) => verify::run(&args, out),
        Command::Report(args) => survey::run(&args, out),
        Command::Eval(args) => eval::run(&args, out),
        Command::Mine(args) => mine::run(&args, out),
        Command::Dict(command) => dict::run(&command, out),
        Command::Lm(command) => lm::run(&command, out),
        Command::Completions(args) => manual::completions(&args, out),
        Command::Man(args) => manual::man(&args, out),
    }
}

impl Command {
    /// Leaves out what lies in .despin/dictionaries.
    fn isolate(&mut self) {
        match self {
            Command::Restore(args) => args.engine.isolated = true,
            Command::Review(args) => args.engine.isolated = true,
            Command::Detect(args) => args.engine.isolated = true,
            Command::Eval(args) => args.engine.isolated = true,
            Command::Dict(dict::DictCommand::Show(args)) => args.sources.isolated = true,
            Command::Dict(dict::DictCommand::Stats(args)) => args.sources.isolated = true,
            _ => {}
        }
    }
}

/// Tells the user of `error`, on one line of the standard error. Where nobody listens there either, that is all.
pub fn report(error: &Error) {
    let line = error.to_string();
    let _ = writeln!(std::io::stderr(), "despin: {}", crate::render::visible(&line));
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn arguments_do_not_contradict_each_other() {
        Cli::command().debug_assert();
    }
}
