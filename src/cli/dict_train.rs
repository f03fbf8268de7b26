//! `despin dict train`: trains the classifier by which most genuine texts leave detection early.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::output::line;
use crate::detect::classifier::Classifier;
use crate::detect::classifier_train::{Options, train};
use crate::error::Result;
use crate::render::visible;

/// Arguments of `despin dict train`.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// Genuine text, one tokenised sentence a line, plain or packed with zstd.
    #[arg(value_name = "FILE.txt[.zst]")]
    pub text: PathBuf,
    /// Where to write the classifier.
    #[arg(short, long, value_name = "FILE.spun")]
    pub output: PathBuf,
    /// Lines at the beginning that are left for measuring.
    #[arg(long, value_name = "N", default_value_t = 600_000)]
    pub skip: u64,
    /// How often the text is gone through.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub epochs: u64,
}

/// Trains, writes the file, and says to `out` what is in it.
///
/// # Errors
///
/// Where the text cannot be read or the file cannot be written.
pub fn run(args: &TrainArgs, out: &mut dyn Write) -> Result<Exit> {
    let options = Options { n_skipped: args.skip as usize, n_epochs: args.epochs as usize };
    let is_watched = std::io::stderr().is_terminal();
    let file = train(&args.text, &options, &mut |epoch, loss| {
        if is_watched {
            eprintln!("{epoch} of {}: loss {loss:.4} nats a text", args.epochs);
        }
    })?;
    let place = args.output.display().to_string();
    let n_weights = Classifier::checked(&file, &place)?.n_weights();
    files::write(&args.output, &file)?;
    line(&format!("{}: {n_weights} words and pairs have a weight, {} bytes", visible(&place), file.len()), out)?;
    Ok(Exit::Clean)
}
