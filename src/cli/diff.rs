//! `despin diff`: compares two texts word by word.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::inputs;
use crate::cli::output::{ShowArgs, Shower, check_judged, check_length};
use crate::cli::settings::EncodingArgs;
use crate::error::Result;
use crate::eval::three_way;
use crate::lexicon::builtin;
use crate::render::words::compare_with;
use crate::text::source::Source;

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
    /// The true original of both: says which of the changes are right, wrong or needless, and what was missed
    #[arg(long, value_name = "FILE")]
    pub original: Option<PathBuf>,
    /// How changes are shown.
    #[command(flatten)]
    pub show: ShowArgs,
    /// How files are read as text.
    #[command(flatten)]
    pub encoding: EncodingArgs,
}

const EXAMPLES: &str = "\
Examples:
  despin diff scraped.txt original.txt
  despin restore article.txt | despin diff article.txt -
  despin diff --format side-by-side --width 160 scraped.txt original.txt
  despin diff --original original.txt scraped.txt restored.txt

Exit codes: 0 the same, 1 not the same, 2 could not.";

/// Runs `despin diff`.
///
/// # Errors
///
/// Where a file cannot be read or the output cannot be written.
pub fn run(args: &DiffArgs, out: &mut dyn Write) -> Result<Exit> {
    inputs::check_stdin("diff", [&args.before, &args.after].into_iter().chain(&args.original))?;
    if args.original.is_some() {
        check_judged("diff", args.show.format)?;
    }
    let encoding = args.encoding.encoding()?;
    let (before, after) = (files::read(&args.before)?, files::read(&args.after)?);
    let original = args.original.as_deref().map(files::read).transpose()?;
    let lexicon = builtin::lexicon()?;
    let names = (inputs::name(&args.before), inputs::name(&args.after));
    let comparison = compare_with((&names.0, before), (&names.1, after), Some(lexicon), encoding);
    let exit = if comparison.is_empty() { Exit::Clean } else { Exit::Found };
    let mut shower = Shower::new(&args.show);
    match original {
        Some(original) => {
            let original = Source::decode_as(&original, encoding).text;
            check_length(&names.0, &comparison.before, &original)?;
            check_length(&names.1, &comparison.after, &original)?;
            let edits: Vec<_> = comparison.changes.iter().map(|change| change.edit.clone()).collect();
            let (before, after) = (&comparison.before, &comparison.after);
            let found = three_way::compare_edits(before, &edits, after, &original, Some(lexicon));
            shower.show_judged(&comparison, &found, out)?;
        }
        None => shower.show(comparison, out)?,
    }
    shower.finish(out)?;
    Ok(exit)
}
