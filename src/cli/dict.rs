//! `despin dict`: keeps dictionaries.

use std::io::Write;

use clap::Subcommand;

use crate::cli::dict_fit::{self, FitArgs};
use crate::cli::exit::Exit;
use crate::error::Result;

/// What can be done with dictionaries.
#[derive(Debug, Subcommand)]
pub enum DictCommand {
    /// Weigh a dictionary by pairs of originals and what a spinner made of them
    Fit(FitArgs),
}

/// Does what `command` asks and writes what it finds to `out`.
///
/// # Errors
///
/// Where it could not.
pub fn run(command: &DictCommand, out: &mut dyn Write) -> Result<Exit> {
    match command {
        DictCommand::Fit(args) => dict_fit::run(args, out),
    }
}
