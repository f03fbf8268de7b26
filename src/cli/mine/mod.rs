//! `despin mine`: learns dictionary entries from originals and what a spinner made of them.

mod input;

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::cli::eval::Half;
use crate::cli::exit::Exit;
use crate::cli::output::{line, put};
use crate::cli::settings::EncodingArgs;
use crate::cli::{files, inputs};
use crate::error::Result;
use crate::lexicon::builtin;
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::format::DictionaryFile;
use crate::lm::{LanguageModel, NgramModel, rate};
use crate::mine::background::Background;
use crate::mine::evidence::{Condition, Evidence, State};
use crate::mine::fit::Pair;
use crate::mine::known::Known;
use crate::mine::miner::{Miner, Totals};
use crate::mine::proposals;
use crate::mine::propose::{Genuine, Proposal, propose, wordings};
use crate::mine::suspects::Suspects;
use crate::text::source::Source;
use crate::text::tokenize::tokenize;
use crate::text::unit::units;

/// Learn dictionary entries from originals and what a spinner made of them
///
/// Writes proposals: a dictionary with further columns that say what speaks for each entry (docs/mining.md). `despin dict
/// review` goes through them, and --accept takes those that are as it says.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct MineArgs {
    /// Directory with NAME.spun.txt and NAME.original.txt, or records (.jsonl, .csv, also .gz and .zst) with both; may be
    /// given several times
    #[arg(long, value_name = "PATH", required_unless_present_any = ["original", "spun_only"])]
    pub pairs: Vec<PathBuf>,
    /// Use every second pair of --pairs, by the number in its name
    #[arg(long, value_name = "HALF", default_value = "all")]
    pub half: Half,
    /// An original, or a directory of them; may be given several times, each with its --spun
    #[arg(long, value_name = "PATH", requires = "spun")]
    pub original: Vec<PathBuf>,
    /// What the spinner made of it, or a directory with files of the same names
    #[arg(long, value_name = "PATH", requires = "original")]
    pub spun: Vec<PathBuf>,
    /// A spun text without its original: propose words that fit their places far worse than a synonym would; may be given
    /// several times
    #[arg(long, value_name = "FILE", conflicts_with_all = ["pairs", "original"])]
    pub spun_only: Vec<PathBuf>,
    /// Of records: the field of an original
    #[arg(long, value_name = "NAME", default_value = "original")]
    pub original_field: String,
    /// Of records: the field of what the spinner made of it
    #[arg(long, value_name = "NAME", default_value = "spun")]
    pub spun_field: String,
    /// Of records: the field of a name
    #[arg(long, value_name = "NAME", default_value = "id")]
    pub id: String,
    /// How files are read as text.
    #[command(flatten)]
    pub encoding: EncodingArgs,
    /// Align without the help of the built-in dictionaries
    #[arg(long)]
    pub no_builtin: bool,
    /// Count how common spun wordings are in FILE, genuine text, and not by the language model: text by line, or records with
    /// a field text, also .gz and .zst
    #[arg(long, value_name = "FILE")]
    pub background: Option<PathBuf>,
    /// Keep only entries with this state or a better one: add, ambiguous, noise
    #[arg(long, value_name = "STATE", default_value = "ambiguous", value_parser = state)]
    pub state: State,
    /// Keep only entries seen in at least N texts
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub count: u32,
    /// Keep only entries that are as CONDITION says, and write a plain dictionary of them: comparisons of count, places,
    /// forms, share, base, ambiguity, state with commas between, as in count>=3,ambiguity<=1
    #[arg(long, value_name = "CONDITION")]
    pub accept: Option<Condition>,
    /// Where to write the entries [default: the standard output]
    #[arg(short, long, value_name = "FILE.tsv")]
    pub output: Option<PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  despin mine --original true.txt --spun spun.txt -o proposals.tsv
  despin mine --pairs pairs.jsonl.zst --background news.txt.zst -o proposals.tsv
  despin mine --pairs dev/pairs --accept 'count>=3,ambiguity<=1' -o mine.tsv
  despin mine --spun-only page.txt -o suspects.tsv
  despin dict review proposals.tsv -o mine.tsv
  despin restore --only-dict mine.tsv article.txt

Exit codes: 0 done, 2 could not.";

/// Pairs that are in memory at once.
const BATCH: usize = 256;

/// Runs `despin mine`.
///
/// # Errors
///
/// Where a file cannot be read or written, or originals and spun texts do not go together.
pub fn run(args: &MineArgs, out: &mut dyn Write) -> Result<Exit> {
    let inputs =
        args.original.iter().chain(&args.spun).chain(&args.pairs).chain(&args.spun_only).chain(&args.background);
    let inputs: Vec<PathBuf> = inputs.cloned().collect();
    inputs::check_stdin("mine", &inputs)?;
    files::check_output("mine", &inputs, args.output.as_deref(), None, "name another FILE.tsv")?;
    let model = NgramModel::english()?;
    let (proposals, summary) = if args.spun_only.is_empty() { mined(args, &model)? } else { suspected(args, &model)? };
    let n = |state| proposals.iter().filter(|p| p.evidence.state == state).count();
    let (add, ambiguous, noise) = (n(State::Add), n(State::Ambiguous), n(State::Noise));
    put(args.output.as_deref(), written(&proposals, args).as_bytes(), out)?;
    if args.output.is_some() {
        line(&format!("{summary}; {add} to add, {ambiguous} ambiguous, {noise} noise"), out)?;
    }
    Ok(Exit::Clean)
}

/// What the pairs teach.
fn mined(args: &MineArgs, model: &NgramModel) -> Result<(Vec<Proposal>, String)> {
    let lexicon = if args.no_builtin { None } else { Some(builtin::lexicon()?) };
    let known = lexicon.map(Known::of).unwrap_or_default();
    let mut miner = Miner::default();
    let mut batch: Vec<Pair> = Vec::new();
    input::each_pair(args, |pair| {
        batch.push(pair);
        if batch.len() == BATCH {
            miner.add(&std::mem::take(&mut batch), &known);
        }
        Ok(())
    })?;
    miner.add(&batch, &known);
    let mut rates = Rates { model, background: None };
    if let Some(path) = &args.background {
        let wordings = wordings(&miner);
        let mut background = Background::new(wordings.iter().map(String::as_str));
        input::count(path, &mut background)?;
        rates.background = Some(background);
    }
    let proposals = propose(&miner, &rates);
    let Totals { pairs, skipped, shares, places, forgotten } = miner.totals;
    let aligned = 100.0 * shares / (pairs + skipped).max(1) as f64;
    let mut summary =
        format!("{pairs} pairs, {skipped} differ by more than spinning, {aligned:.1} % aligned; {places} replacements");
    if forgotten > 0 {
        summary += &format!(", {forgotten} seen in one text were forgotten");
    }
    Ok((proposals, summary))
}

/// What spun texts without originals let one suspect.
fn suspected(args: &MineArgs, model: &NgramModel) -> Result<(Vec<Proposal>, String)> {
    let encoding = args.encoding.encoding()?;
    let of_thesaurus = |file: &DictionaryFile| file.family == "thesaurus";
    let (thesaurus, others): (Vec<_>, Vec<_>) = builtin::files()?.into_iter().partition(of_thesaurus);
    let (thesaurus, others) = (Lexicon::new(thesaurus), Lexicon::new(others));
    let known = if args.no_builtin { None } else { Some(&others) };
    let mut suspects = Suspects::new(&[&thesaurus, &others], known, model);
    for path in &args.spun_only {
        suspects.read(&Source::decode_as(&files::read(path)?, encoding).text);
    }
    let background = match &args.background {
        Some(path) => {
            let rates = Rates { model, background: None };
            let found = suspects.proposals(&rates);
            let mut background = Background::new(found.iter().map(|p| p.entry.spun.as_str()));
            input::count(path, &mut background)?;
            Some(background)
        }
        None => None,
    };
    let n_texts = suspects.n_texts();
    Ok((suspects.proposals(&Rates { model, background }), format!("{n_texts} spun texts without originals")))
}

/// The lines of the proposals that `args` keep.
fn written(found: &[Proposal], args: &MineArgs) -> String {
    let is_kept = |p: &&Proposal| {
        let Evidence { state, count, .. } = p.evidence;
        state <= args.state && count >= args.count && args.accept.as_ref().is_none_or(|a| a.holds(&p.evidence))
    };
    let kept = found.iter().filter(is_kept);
    if args.accept.is_some() { proposals::dictionary(kept) } else { proposals::written(kept) }
}

/// How common wordings are: by a corpus where one is given, or else by the language model.
struct Rates<'a> {
    model: &'a NgramModel,
    background: Option<Background>,
}

impl Genuine for Rates<'_> {
    fn per_million(&self, wording: &str) -> f64 {
        let counted = self.background.as_ref().and_then(|background| background.per_million(wording));
        counted.unwrap_or_else(|| by_model(self.model, wording))
    }

    fn word(&self, word: &str) -> Option<f64> {
        rate::per_million(self.model, word)
    }
}

/// How often `wording` occurs in a million words of genuine text, by the language model; of words that it does not know,
/// as often as of such words.
fn by_model(model: &NgramModel, wording: &str) -> f64 {
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
    State::from_name(text).ok_or_else(|| "no state; give add, ambiguous or noise".to_string())
}
