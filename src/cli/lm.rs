//! `despin lm`: builds, describes, asks and measures language models.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::error::{Error, ErrorKind, Result};
use crate::lm::build::{DEFAULT_STEP, Options, Pruning, build};
use crate::lm::decide::{Decisions, PairTable, decide};
use crate::lm::ngram::section_sizes;
use crate::lm::perplexity::{Perplexity, perplexity};
use crate::lm::{LanguageModel, NgramModel, lines};

/// What can be done with language models.
#[derive(Debug, Subcommand)]
pub enum LmCommand {
    /// Make a model file out of an ARPA model, as KenLM or SRILM write it.
    Build(BuildArgs),
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
    #[arg(short, long, value_name = "FILE")]
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
pub fn run(command: &LmCommand, out: &mut dyn Write) -> Result<ExitCode> {
    match command {
        LmCommand::Build(args) => run_build(args, out),
        LmCommand::Info(args) => run_info(args, out),
        LmCommand::Query(args) => run_query(args, out),
        LmCommand::Perplexity(args) => run_perplexity(args, out),
        LmCommand::Decide(args) => run_decide(args, out),
    }?;
    Ok(ExitCode::SUCCESS)
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
    write_whole(&args.output, &file)?;
    run_info(&InfoArgs { file: args.output.clone() }, out)
}

fn run_info(args: &InfoArgs, out: &mut dyn Write) -> Result<()> {
    let model = NgramModel::open(&args.file)?;
    let header = model.header();
    let mut text = format!(
        "{}: order {}, {} words, {} bytes, checksum {:016x}\n",
        args.file.display(),
        header.order,
        header.counts[0],
        header.len_bytes,
        header.checksum
    );
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
    put(out, &text)
}

fn run_query(args: &QueryArgs, out: &mut dyn Write) -> Result<()> {
    let model = open(&args.model)?;
    let mut sum = Perplexity::default();
    put(out, "ln P      order  word\n")?;
    for sentence in words_of(&args.text) {
        let mut state = model.begin();
        for word in sentence.iter().map(String::as_str).chain(["</s>"]) {
            let id = model.id(word);
            let is_known = model.is_known(word);
            let (ln_prob, after) = model.score(state, id);
            let unknown = if is_known { "" } else { "  (unknown)" };
            let shown: String = word.chars().map(|c| if c.is_control() { '\u{FFFD}' } else { c }).collect();
            put(out, &format!("{ln_prob:8.4}  {:5}  {shown}{unknown}\n", model.order_used(state, id)))?;
            sum.add(ln_prob, is_known);
            state = after;
        }
    }
    put(out, &format!("{sum}\n"))
}

fn run_perplexity(args: &PerplexityArgs, out: &mut dyn Write) -> Result<()> {
    let model = open(&args.model)?;
    let mut text = lines::open(&args.file)?;
    let measured = perplexity(&model, &mut text, &args.file.display().to_string())?;
    put(out, &format!("{measured}\n"))
}

fn run_decide(args: &DecideArgs, out: &mut dyn Write) -> Result<()> {
    let model = open(&args.model)?;
    let pairs = PairTable::read(&args.pairs, &args.family, &model)?;
    let measured: Decisions = decide(&model, &pairs, &args.text, args.points)?;
    put(out, &format!("{measured}\n"))
}

fn open(args: &ModelArgs) -> Result<NgramModel> {
    match &args.lm {
        Some(path) => NgramModel::open(path),
        None => NgramModel::english(),
    }
}

/// `text` as the words that a model of English knows, sentence by sentence.
fn words_of(text: &str) -> Vec<Vec<String>> {
    let mut sentences = vec![Vec::new()];
    for piece in text.split_whitespace() {
        let is_end = piece.trim_end_matches(['"', '\'', '”', '’', ')']).ends_with(['.', '!', '?']);
        for part in piece.split(['-', '–', '—', '/']) {
            let part = part.to_lowercase().replace('’', "'");
            let word = part.trim_matches(|c: char| !c.is_alphanumeric());
            let is_abbreviation = word.contains('.') && !word.contains(|c: char| c.is_numeric());
            let (word, possessive) = match word.strip_suffix("'s") {
                Some(owner) => (owner, true),
                None => (word, false),
            };
            let sentence = sentences.last_mut().expect("begins with one");
            if word.contains(|c: char| c.is_numeric()) {
                sentence.push("<num>".to_string());
            } else if is_abbreviation {
                sentence.push(format!("{word}."));
            } else if !word.is_empty() {
                sentence.push(word.to_string());
            }
            if possessive {
                sentence.push("'s".to_string());
            }
        }
        if is_end {
            sentences.push(Vec::new());
        }
    }
    sentences.retain(|sentence| !sentence.is_empty());
    sentences
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

/// Writes `bytes` to `path`, whole or not at all.
fn write_whole(path: &Path, bytes: &[u8]) -> Result<()> {
    let mend = "choose a place that can be written to";
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let written = tempfile::NamedTempFile::new_in(folder).and_then(|mut file| {
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        make_readable(file.as_file())?;
        file.persist(path).map_err(|e| e.error)
    });
    written.map(drop).map_err(|e| Error::io(path, "write", e, mend))
}

/// Gives a temporary file, which only its owner may read, the rights that other data files have.
#[cfg(unix)]
fn make_readable(file: &std::fs::File) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    file.set_permissions(std::fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn make_readable(_file: &std::fs::File) -> std::io::Result<()> {
    Ok(())
}

fn put(out: &mut dyn Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes()).map_err(|e| Error::io(Path::new("output"), "write", e, "give it somewhere to go"))
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
    }
}
