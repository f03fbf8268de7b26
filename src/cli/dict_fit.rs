//! `despin dict fit`: weighs a dictionary by pairs of originals and spun texts.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::eval::{Half, read_pairs};
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::output::line;
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::builtin;
use crate::lexicon::entry::Entry;
use crate::lexicon::format::{self, parse};
use crate::lexicon::tidy::tidy;
use crate::mine::fit::{Pair, fit, with_priors};
use crate::text::source::Source;

/// Arguments of `despin dict fit`.
#[derive(Debug, Args)]
pub struct FitArgs {
    /// The dictionary whose weights are fitted.
    #[arg(value_name = "DICTIONARY.tsv")]
    pub file: PathBuf,
    /// Directory with NAME.spun.txt and NAME.original.txt; may be given several times
    #[arg(long, value_name = "DIR", required_unless_present = "reset")]
    pub pairs: Vec<PathBuf>,
    /// Use every second pair, by the number in its name
    #[arg(long, value_name = "HALF", default_value = "all")]
    pub half: Half,
    /// Only take back an earlier fit: each weight becomes what it was before
    #[arg(long, conflicts_with = "pairs")]
    pub reset: bool,
    /// Where to write the fitted dictionary; may be the same file
    #[arg(short, long, value_name = "FILE.tsv")]
    pub output: PathBuf,
}

/// Fits, writes the dictionary, and says to `out` what was seen.
///
/// # Errors
///
/// Where a file cannot be read or written, or the dictionary is broken.
pub fn run(args: &FitArgs, out: &mut dyn Write) -> Result<Exit> {
    let name = args.file.display().to_string();
    let text = String::from_utf8(files::read(&args.file)?)
        .map_err(|_| Error::new(ErrorKind::Dictionary, name.clone(), "not UTF-8", "save the dictionary as UTF-8"))?;
    let file = parse(&name, &text)?;
    if args.reset {
        let reset = with_priors(&file);
        files::write(&args.output, with_entries(&text, &reset.entries).as_bytes())?;
        line(&format!("{} entries, weights as before any fit", reset.entries.len()), out)?;
        return Ok(Exit::Clean);
    }
    let mut pairs = Vec::new();
    for dir in &args.pairs {
        for pair in read_pairs(dir, args.half)? {
            pairs.push(Pair { original: Source::decode(&pair.original).text, spun: Source::decode(&pair.spun).text });
        }
    }
    // The built-in dictionaries of other families explain what is not this one's doing.
    let others: Vec<_> = builtin::files()?.into_iter().filter(|other| other.family != file.family).collect();
    let fitted = fit(&file, &others, &pairs);
    files::write(&args.output, with_entries(&text, &fitted.file.entries).as_bytes())?;
    line(
        &format!(
            "{} pairs, {} replacements explained, {} changes not, {} heads weighed anew, {} entries",
            fitted.n_pairs,
            fitted.n_replaced,
            fitted.n_unknown,
            fitted.n_heads,
            fitted.file.entries.len()
        ),
        out,
    )?;
    if fitted.n_apart > 0 {
        line(&format!("{} pairs left out: their texts run too far apart", fitted.n_apart), out)?;
    }
    Ok(Exit::Clean)
}

/// The header of the dictionary `text` with `entries` below it, in order.
fn with_entries(text: &str, entries: &[Entry]) -> String {
    let header = text.lines().filter(|line| line.starts_with('#')).map(String::from);
    tidy(&header.chain(entries.iter().map(format::line)).map(|line| line + "\n").collect::<String>())
}
