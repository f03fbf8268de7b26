//! `despin dict`: looks after dictionaries.

use std::io::Write;

use clap::Subcommand;

use crate::cli::exit::Exit;
use crate::cli::{dict_check, dict_fit};
use crate::error::Result;

/// What can be done with dictionaries.
#[derive(Debug, Subcommand)]
pub enum DictCommand {
    /// Find faults in dictionaries
    Check(dict_check::CheckArgs),
    /// Weigh a dictionary by pairs of originals and what a spinner made of them
    Fit(dict_fit::FitArgs),
}

/// Does what `command` asks and writes what it finds to `out`.
///
/// # Errors
///
/// Where it could not.
pub fn run(command: &DictCommand, out: &mut dyn Write) -> Result<Exit> {
    match command {
        DictCommand::Check(args) => dict_check::run(args, out),
        DictCommand::Fit(args) => dict_fit::run(args, out),
    }
}
