//! `despin mine`: learns dictionary entries from originals and what a spinner made of them.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::eval::{Half, read_pairs};
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::output::{line, put};
use crate::cli::settings::EncodingArgs;
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::builtin;
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::format;
use crate::lexicon::matcher::{ROOT, UnitId};
use crate::lexicon::tidy::tidy;
use crate::lm::{LanguageModel, NgramModel};
use crate::mine::fit::Pair;
use crate::mine::miner::Miner;
use crate::mine::propose::{Proposal, State, propose};
use crate::text::source::{Encoding, Source};
use crate::text::tokenize::tokenize;
use crate::text::unit::units;

/// Learn dictionary entries from originals and what a spinner made of them
///
/// Writes a dictionary whose notes hold the evidence: recommended state and its reason, texts, places, share of the
/// original's texts, occurrences of the spun side per million words of genuine text, and how many originals it was seen for.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct MineArgs {
    /// Directory with NAME.spun.txt and NAME.original.txt; may be given several times
    #[arg(long, value_name = "DIR", required_unless_present = "original")]
    pub pairs: Vec<PathBuf>,
    /// Use every second pair of --pairs, by the number in its name
    #[arg(long, value_name = "HALF", default_value = "all")]
    pub half: Half,
    /// An original; may be given several times, each with its --spun
    #[arg(long, value_name = "FILE", requires = "spun")]
    pub original: Vec<PathBuf>,
    /// What the spinner made of it
    #[arg(long, value_name = "FILE", requires = "original")]
    pub spun: Vec<PathBuf>,
    /// How files are read as text.
    #[command(flatten)]
    pub encoding: EncodingArgs,
    /// Align without the help of the built-in dictionaries
    #[arg(long)]
    pub no_builtin: bool,
    /// Keep only entries with this state or a better one: add, ambiguous, noise
    #[arg(long, value_name = "STATE", default_value = "ambiguous", value_parser = state)]
    pub state: State,
    /// Keep only entries seen in at least N texts
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub count: u32,
    /// Where to write the entries [default: the standard output]
    #[arg(short, long, value_name = "FILE.tsv")]
    pub output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  despin mine --original true.txt --spun spun.txt -o proposals.tsv
  despin mine --pairs dev/pairs --state add --count 2 -o mine.tsv
  despin restore --only-dict mine.tsv article.txt

Exit codes: 0 done, 2 could not.";

/// What the dictionary says of itself.
const HEADER: &str = "# title: mined\n# family: mined\n# language: en\n# source: despin mine\n\
                      # licence: as the texts allow; entries are facts about wordings\n";
/// Pairs that are in memory at once.
const BATCH: usize = 256;
/// Cost of a replacement that a dictionary has, in those of mine/segment.rs.
const KNOWN: f32 = 1.0;

/// Runs `despin mine`.
///
/// # Errors
///
/// Where a file cannot be read or written, or originals and spun texts do not go together.
pub fn run(args: &MineArgs, out: &mut dyn Write) -> Result<Exit> {
    if args.original.len() != args.spun.len() {
        let fault = format!("{} originals and {} spun texts", args.original.len(), args.spun.len());
        return Err(Error::new(ErrorKind::Usage, "mine", fault, "give --spun once for each --original"));
    }
    let lexicon = if args.no_builtin { None } else { Some(builtin::lexicon()?) };
    let known = |x: &str, y: &str| {
        let has = lexicon.is_some_and(|lexicon| !x.is_empty() && !y.is_empty() && has_entry(lexicon, y, x));
        has.then_some(KNOWN)
    };
    let encoding = args.encoding.encoding()?;
    let mut miner = Miner::default();
    let mut batch: Vec<Pair> = Vec::new();
    for (original, spun) in args.original.iter().zip(&args.spun) {
        batch.push(pair(&files::read(original)?, &files::read(spun)?, encoding));
        if batch.len() == BATCH {
            miner.add(&std::mem::take(&mut batch), known);
        }
    }
    for dir in &args.pairs {
        batch.extend(read_pairs(dir, args.half)?.iter().map(|p| pair(&p.original, &p.spun, encoding)));
    }
    for batch in batch.chunks(BATCH) {
        miner.add(batch, known);
    }
    let model = NgramModel::english()?;
    let proposals = propose(&miner, |wording| per_million(&model, wording));
    let n = |state| proposals.iter().filter(|p| p.state == state).count();
    let summary = format!(
        "{} pairs, {} differ by more than spinning, {:.1} % aligned; {} replacements; {} to add, {} ambiguous, {} noise",
        miner.totals.pairs,
        miner.totals.skipped,
        100.0 * miner.totals.shares / (miner.totals.pairs + miner.totals.skipped).max(1) as f64,
        miner.totals.places,
        n(State::Add),
        n(State::Ambiguous),
        n(State::Noise),
    );
    put(args.output.as_deref(), written(&proposals, args).as_bytes(), out)?;
    if args.output.is_some() {
        line(&summary, out)?;
    }
    Ok(Exit::Clean)
}

fn written(proposals: &[Proposal], args: &MineArgs) -> String {
    let kept = proposals.iter().filter(|p| p.state <= args.state && p.count >= args.count);
    // Two replacements may be the same with their contexts: the first counts.
    let mut pairs = std::collections::BTreeSet::new();
    let lines = kept
        .filter(|p| p.entry.spun != p.entry.original && pairs.insert((&p.entry.spun, &p.entry.original)))
        .map(|p| format::line(&p.entry) + "\n");
    tidy(&std::iter::once(HEADER.to_string()).chain(lines).collect::<String>())
}

fn pair(original: &[u8], spun: &[u8], encoding: Option<Encoding>) -> Pair {
    let read = |bytes: &[u8]| Source::decode_as(bytes, encoding).text;
    Pair { original: read(original), spun: read(spun) }
}

/// True where one entry says that `original` becomes `spun`; several in a row are several replacements.
fn has_entry(lexicon: &Lexicon, spun: &str, original: &str) -> bool {
    let ids = |wording: &str| -> Option<Vec<UnitId>> {
        units(wording, &tokenize(wording)).iter().map(|unit| lexicon.matcher().id(&unit.folded)).collect()
    };
    let (Some(spun), Some(original)) = (ids(spun), ids(original)) else { return false };
    let node = spun.iter().try_fold(ROOT, |node, &unit| lexicon.matcher().step(node, unit));
    node.is_some_and(|node| lexicon.targets(node).iter().any(|t| lexicon.get(t.original).units == original))
}

/// How often `wording` occurs in a million words of genuine text, by the language model.
fn per_million(model: &NgramModel, wording: &str) -> f64 {
    let mut state = model.empty();
    let mut log_prob = 0.0;
    for unit in units(wording, &tokenize(wording)) {
        if let Some(word) = unit.lm_word() {
            let (more, next) = model.score(state, model.id(word));
            log_prob += f64::from(more);
            state = next;
        }
    }
    1e6 * log_prob.exp()
}

fn state(text: &str) -> std::result::Result<State, String> {
    [State::Add, State::Ambiguous, State::Noise]
        .into_iter()
        .find(|state| state.name() == text)
        .ok_or_else(|| "no state; give add, ambiguous or noise".to_string())
}
