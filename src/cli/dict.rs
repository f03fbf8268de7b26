//! `despin dict`: looks after dictionaries.

use std::io::Write;

use clap::Subcommand;

use crate::cli::exit::Exit;
use crate::cli::{
    dict_check, dict_compare, dict_edit, dict_exchange, dict_fit, dict_review, dict_show, dict_test, dict_train,
};
use crate::error::Result;

/// What can be done with dictionaries.
#[derive(Debug, Subcommand)]
pub enum DictCommand {
    /// Add an entry to a dictionary
    Add(dict_edit::AddArgs),
    /// Take entries out of a dictionary
    Remove(dict_edit::RemoveArgs),
    /// Show what the dictionaries say of a wording, in both directions
    Show(dict_show::ShowArgs),
    /// List entries
    List(dict_show::ListArgs),
    /// Count what dictionaries have, and give their digests
    Stats(dict_show::StatsArgs),
    /// Find faults in dictionaries
    Check(dict_check::CheckArgs),
    /// Restore each entry's example, and leave its genuine twin alone
    Test(dict_test::TestArgs),
    /// Measure what one entry gains and loses
    Bench(dict_test::BenchArgs),
    /// Compare two dictionaries by what they say, not by their lines
    Diff(dict_compare::DiffArgs),
    /// Merge two dictionaries that came of one
    Merge(dict_compare::MergeArgs),
    /// Decide about what `despin mine` proposes, and add it to a dictionary
    Review(dict_review::ReviewArgs),
    /// Weigh a dictionary by pairs of originals and what a spinner made of them
    Fit(dict_fit::FitArgs),
    /// Train the classifier by which most genuine texts leave detection early, on text and the built-in dictionaries
    Train(dict_train::TrainArgs),
    /// Make a dictionary of another program's list
    Import(dict_exchange::ImportArgs),
    /// Write a dictionary as another program's list
    Export(dict_exchange::ExportArgs),
}

/// Does what `command` asks and writes what it finds to `out`.
///
/// # Errors
///
/// Where it could not.
pub fn run(command: &DictCommand, out: &mut dyn Write) -> Result<Exit> {
    match command {
        DictCommand::Add(args) => dict_edit::run_add(args, out),
        DictCommand::Remove(args) => dict_edit::run_remove(args, out),
        DictCommand::Show(args) => dict_show::run_show(args, out),
        DictCommand::List(args) => dict_show::run_list(args, out),
        DictCommand::Stats(args) => dict_show::run_stats(args, out),
        DictCommand::Test(args) => dict_test::run_test(args, out),
        DictCommand::Bench(args) => dict_test::run_bench(args, out),
        DictCommand::Diff(args) => dict_compare::run_diff(args, out),
        DictCommand::Merge(args) => dict_compare::run_merge(args, out),
        DictCommand::Check(args) => dict_check::run(args, out),
        DictCommand::Review(args) => dict_review::run(args, out),
        DictCommand::Fit(args) => dict_fit::run(args, out),
        DictCommand::Train(args) => dict_train::run(args, out),
        DictCommand::Import(args) => dict_exchange::run_import(args, out),
        DictCommand::Export(args) => dict_exchange::run_export(args, out),
    }
}
