//! `despin lm`: builds, describes, asks and measures language models.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::output::line;
use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::journal::sha256;
use crate::lm::build::{DEFAULT_STEP, Options, Pruning, build};
use crate::lm::decide::{Decisions, PairTable, decide};
use crate::lm::ngram::section_sizes;
use crate::lm::perplexity::{Perplexity, perplexity};
use crate::lm::{BilinearModel, LanguageModel, NgramModel, bilinear_train, lines};
use crate::render::visible;
use crate::text::span::Span;

/// What can be done with language models.
#[derive(Debug, Subcommand)]
pub enum LmCommand {
    /// Make a model file out of an ARPA model, as KenLM or SRILM write it.
    Build(BuildArgs),
    /// Train a context model on a text of one tokenised sentence a line.
    Train(TrainArgs),
    /// Describe a model file, after checking all of it.
    Info(InfoArgs),
    /// Score a text word by word.
    Query(QueryArgs),
    /// Measure a model on a text of one tokenised sentence a line.
    Perplexity(PerplexityArgs),
    /// Measure how often a model picks the word that a text really has over what a spinner makes of it.
    Decide(DecideArgs),
}

/// Arguments of `despin lm build`.
#[derive(Debug, Args)]
pub struct BuildArgs {
    /// The ARPA model, plain or packed with zstd.
    #[arg(value_name = "MODEL.arpa[.zst]")]
    pub arpa: PathBuf,
    /// Where to write the model file.
    #[arg(short, long, value_name = "FILE.lm")]
    pub output: PathBuf,
    /// Drop n-grams whose loss costs less than this many nats a word; one number for n-grams of length 2, 3 and so on,
    /// or one for all, such as 1e-8.
    #[arg(long, value_name = "COST,…", value_delimiter = ',')]
    pub prune: Vec<f64>,
    /// Drop as many n-grams as needed for the file to have at most this size: bytes, or with k or M at the end.
    #[arg(long, value_name = "SIZE", conflicts_with = "prune", value_parser = parse_size)]
    pub prune_to: Option<u64>,
    /// How far apart, in nats, the values are that numbers are rounded to; wider apart packs better.
    #[arg(long, value_name = "NATS", default_value_t = DEFAULT_STEP)]
    pub step: f32,
}

/// Arguments of `despin lm train`.
#[derive(Debug, Args)]
pub struct TrainArgs {
    /// The text, one tokenised sentence a line, plain or packed with zstd.
    #[arg(value_name = "FILE.txt[.zst]")]
    pub text: PathBuf,
    /// Where to write the model file.
    #[arg(short, long, value_name = "FILE.vlbl")]
    pub output: PathBuf,
    /// How many words it is to know.
    #[arg(long, value_name = "N", default_value_t = 30_000, value_parser = clap::value_parser!(u64).range(4..1 << 24))]
    pub words: u64,
    /// Length of its vectors.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u64).range(1..=1024))]
    pub dim: u64,
    /// How many words it sees on each side.
    #[arg(long, value_name = "N", default_value_t = 6, value_parser = clap::value_parser!(u64).range(1..=32))]
    pub reach: u64,
    /// How often the text is gone through.
    #[arg(long, value_name = "N", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=100))]
    pub epochs: u64,
    /// Steps that a vector's largest number has; fewer pack better.
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u8).range(1..=127))]
    pub levels: u8,
}

/// Arguments of `despin lm info`.
#[derive(Debug, Args)]
pub struct InfoArgs {
    /// The model file.
    #[arg(value_name = "FILE.lm")]
    pub file: PathBuf,
}

/// Which model a command asks.
#[derive(Debug, Args)]
pub struct ModelArgs {
    /// The model file; the built-in English model where none is given.
    #[arg(long = "lm", value_name = "FILE.lm")]
    pub lm: Option<PathBuf>,
}

/// Arguments of `despin lm query`.
#[derive(Debug, Args)]
pub struct QueryArgs {
    /// The text.
    pub text: String,
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
}

/// Arguments of `despin lm perplexity`.
#[derive(Debug, Args)]
pub struct PerplexityArgs {
    /// The text, one tokenised sentence a line, plain or packed with zstd.
    #[arg(value_name = "FILE.txt[.zst]")]
    pub file: PathBuf,
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
}

/// Arguments of `despin lm decide`.
#[derive(Debug, Args)]
pub struct DecideArgs {
    /// The pairs: a table with the columns spun, original and family.
    #[arg(long, value_name = "FILE.tsv")]
    pub pairs: PathBuf,
    /// The family whose rows are used.
    #[arg(long, default_value = "A")]
    pub family: String,
    /// The text, one tokenised sentence a line, plain or packed with zstd.
    #[arg(long, value_name = "FILE.txt[.zst]")]
    pub text: PathBuf,
    /// How many decisions to take, spread evenly over the text.
    #[arg(long, value_name = "N", default_value_t = 20_000)]
    pub points: u64,
    /// The model.
    #[command(flatten)]
    pub model: ModelArgs,
}

/// Does what `command` asks and writes what it finds to `out`.
///
/// # Errors
///
/// Where a file cannot be read or written, is broken, or `out` cannot be written to.
pub fn run(command: &LmCommand, out: &mut dyn Write) -> Result<Exit> {
    match command {
        LmCommand::Build(args) => run_build(args, out),
        LmCommand::Train(args) => run_train(args, out),
        LmCommand::Info(args) => run_info(args, out),
        LmCommand::Query(args) => run_query(args, out),
        LmCommand::Perplexity(args) => run_perplexity(args, out),
        LmCommand::Decide(args) => run_decide(args, out),
    }?;
    Ok(Exit::Clean)
}

fn run_build(args: &BuildArgs, out: &mut dyn Write) -> Result<()> {
    let pruning = match args.prune_to {
        Some(bytes) => Pruning::ToSize(bytes),
        None if args.prune.is_empty() => Pruning::None,
        None => Pruning::Thresholds(args.prune.clone()),
    };
    if let Some(cost) = args.prune.iter().find(|cost| !(0.0..1.0).contains(*cost)) {
        let fault = format!("{cost} is no cost");
        return Err(Error::new(ErrorKind::Usage, "--prune", fault, "give a number from 0 up to 1, such as 1e-8"));
    }
    if !(0.0..=10.0).contains(&args.step) {
        let fault = format!("{} is no width", args.step);
        return Err(Error::new(ErrorKind::Usage, "--step", fault, "give a number from 0 to 10, such as 0.1"));
    }
    let file = build(&args.arpa, &Options { pruning, step: args.step })?;
    files::write(&args.output, &file)?;
    run_info(&InfoArgs { file: args.output.clone() }, out)
}

fn run_train(args: &TrainArgs, out: &mut dyn Write) -> Result<()> {
    let options = bilinear_train::Options {
        n_words: args.words as usize,
        dim: args.dim as usize,
        reach: args.reach as usize,
        n_epochs: args.epochs as usize,
        n_levels: args.levels,
        ..bilinear_train::Options::default()
    };
    let is_watched = std::io::stderr().is_terminal();
    let file = bilinear_train::train(&args.text, &options, &mut |done| {
        if is_watched {
            eprint!("\r{:5.1} %", 100.0 * done);
        }
    })?;
    if is_watched {
        eprintln!("\r100.0 %");
    }
    files::write(&args.output, &file)?;
    let model = BilinearModel::open(&args.output)?;
    let place = args.output.display().to_string();
    let place = visible(&place);
    line(
        &format!(
            "{place}: {} words, {} dimensions, {} words on each side, {} bytes",
            model.n_words(),
            model.dim(),
            model.reach(),
            file.len()
        ),
        out,
    )
}

fn run_info(args: &InfoArgs, out: &mut dyn Write) -> Result<()> {
    let model = NgramModel::open(&args.file)?;
    let header = model.header();
    let mut text = format!(
        "{}: order {}, {} words, {} bytes, checksum {:016x}\n",
        visible(&args.file.display().to_string()),
        header.order,
        header.counts[0],
        header.len_bytes,
        header.checksum
    );
    // As in dictionaries/SHA256SUMS.
    text += &format!("sha256 {}\n", sha256(&files::read(&args.file)?));
    text += "length     n-grams  largest error of ln P  of ln back-off\n";
    for level in 0..header.order {
        let backoff = header.backoff_error.get(level).filter(|_| level + 1 < header.order);
        let backoff = backoff.map_or("-".to_string(), |error| format!("{error:.4}"));
        let prob = header.prob_error[level];
        text += &format!("{:6} {:11}  {prob:21.4}  {backoff:>14}\n", level + 1, header.counts[level]);
    }
    text += "section                bytes\n";
    for (name, len_bytes) in section_sizes(&model) {
        text += &format!("{name:16} {len_bytes:11}\n");
    }
    files::print(out, text.as_bytes())
}

fn run_query(args: &QueryArgs, out: &mut dyn Write) -> Result<()> {
    let model = open(&args.model)?;
    let mut sum = Perplexity::default();
    let sentences = words_of(&args.text);
    if sentences.is_empty() {
        return Err(Error::new(ErrorKind::Usage, "lm query", "there is no word in the text", "give a sentence"));
    }
    line("    ln P  order  word", out)?;
    for sentence in sentences {
        let mut state = model.begin();
        for word in sentence.iter().map(String::as_str).chain(["</s>"]) {
            let id = model.id(word);
            let is_known = model.is_known(word);
            let (ln_prob, after) = model.score(state, id);
            let unknown = if is_known { "" } else { "  (unknown)" };
            let order_used = model.order_used(state, id);
            line(&format!("{ln_prob:8.4}  {order_used:5}  {}{unknown}", visible(word)), out)?;
            sum.add(ln_prob, is_known);
            state = after;
        }
    }
    line(&sum.to_string(), out)
}

fn run_perplexity(args: &PerplexityArgs, out: &mut dyn Write) -> Result<()> {
    let model = open(&args.model)?;
    let mut text = lines::open(&args.file)?;
    let measured = perplexity(&model, &mut text, &args.file.display().to_string())?;
    line(&measured.to_string(), out)
}

fn run_decide(args: &DecideArgs, out: &mut dyn Write) -> Result<()> {
    let model = open(&args.model)?;
    let pairs = PairTable::read(&args.pairs, &args.family, &model)?;
    let measured: Decisions = decide(&model, &pairs, &args.text, args.points)?;
    line(&measured.to_string(), out)
}

fn open(args: &ModelArgs) -> Result<NgramModel> {
    match &args.lm {
        Some(path) => NgramModel::open(path),
        None => NgramModel::english(),
    }
}

/// The words of `text` as the language model has them, sentence by sentence.
fn words_of(text: &str) -> Vec<Vec<String>> {
    let document = Document::new(text.to_string(), &[]);
    let words_in = |sentence: &Span| {
        let units = document.units().iter().filter(|unit| sentence.contains(unit.span));
        units.filter_map(|unit| unit.lm_word().map(String::from)).collect::<Vec<_>>()
    };
    document.sentences().iter().map(words_in).filter(|words| !words.is_empty()).collect()
}

/// `text` as bytes: a number, with k or M after it for thousands or millions.
fn parse_size(text: &str) -> std::result::Result<u64, String> {
    let (digits, unit) = match text.as_bytes().last() {
        Some(b'k') => (&text[..text.len() - 1], 1_000.0),
        Some(b'M') => (&text[..text.len() - 1], 1_000_000.0),
        _ => (text, 1.0),
    };
    match digits.parse::<f64>() {
        Ok(number) if number > 0.0 && number.is_finite() => Ok((number * unit) as u64),
        _ => Err("give a number of bytes, such as 8M".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::words_of;

    #[test]
    fn words_are_as_the_model_has_them() {
        let words = |text: &str| words_of(text).into_iter().map(|s| s.join(" ")).collect::<Vec<_>>();
        assert_eq!(
            words("The state’s 3,000 well-known “voters” don't wait. Nor do we!"),
            ["the state 's <num> well known voters don't wait", "nor do we"]
        );
        assert_eq!(words("The U.S. and D.C. agree."), ["the u.s and d.c agree"]);
        assert_eq!(words(" \n"), Vec::<String>::new());
    }
}
