//! `despin eval`: measures on texts whose originals are known, and on genuine texts.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::clean;
use crate::cli::engine::{Engine, EngineArgs, RescorerArgs};
use crate::cli::eval_records::{self, Texts};
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::cli::restore::probability;
use crate::error::{Error, ErrorKind, Result};
use crate::eval::set::{Evaluation, Genuine, Pair, WINDOW, evaluate};
use crate::pipeline::Options;
use crate::render::visible;

/// Measure on texts whose originals are known, and on genuine texts
///
/// A group is a file's name up to its first `_`. docs/accuracy.md says what the figures mean.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct EvalArgs {
    /// Directory with NAME.spun.txt and NAME.original.txt, or a file of records: FILE.jsonl or FILE.csv, also .gz and .zst
    #[arg(long, value_name = "DIR|FILE", required_unless_present = "genuine")]
    pub pairs: Option<PathBuf>,
    /// Directory with genuine texts, NAME.txt, or REGISTER/NAME.txt for figures by register; or a file of records
    #[arg(long, value_name = "DIR|FILE")]
    pub genuine: Option<PathBuf>,
    /// Of records: the field of a spun text
    #[arg(long, value_name = "NAME", default_value = "spun")]
    pub spun_field: String,
    /// Of records: the field of its original
    #[arg(long, value_name = "NAME", default_value = "original")]
    pub original_field: String,
    /// Of records: the field of a genuine text
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub field: String,
    /// Of records: the field of a name, GROUP_NAME
    #[arg(long, value_name = "NAME", default_value = "id")]
    pub id: String,
    /// The form of the figures
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: EvalFormat,
    /// Use every second text, by the number in its name: tune on one half, report the other
    #[arg(long, value_name = "HALF", default_value = "all")]
    pub half: Half,
    /// Judge windows of N tokens
    #[arg(long, value_name = "N", default_value_t = WINDOW, value_parser = window)]
    pub window: usize,
    /// List the N costliest errors that are left, with their cause
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub errors: usize,
    /// Restore, but do not clean
    #[arg(long)]
    pub no_clean: bool,
    /// Restore also what is not judged spun, to measure restoring alone
    #[arg(long)]
    pub force: bool,
    /// Make edits from this probability on, 0 to 1 [default: 0.45, and up to 0.8 the less
    /// of the text was spun]
    #[arg(long, value_name = "P", value_parser = probability)]
    pub apply_from: Option<f64>,
    /// What it works with.
    #[command(flatten)]
    pub engine: EngineArgs,
    /// What looks again.
    #[command(flatten)]
    pub rescorer: RescorerArgs,
}

const EXAMPLES: &str = "\
Examples:
  despin eval --pairs dev/pairs --genuine dev/genuine
  despin eval --pairs dev/pairs --half even --errors 40
  despin eval --pairs pairs.jsonl.zst --spun-field s --original-field o
  despin eval --pairs dev/pairs --genuine dev/genuine --format json | jq .pairs

Exit codes: 0 measured, 2 could not.";

/// How figures are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum EvalFormat {
    /// Tables for people
    Human,
    /// One JSON object
    Json,
}

/// Which texts are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Half {
    /// Those with an even number
    Even,
    /// Those with an odd number
    Odd,
    /// Every one
    All,
}

impl Half {
    /// True where the text of this name is in. Its number is the first one after the first `_`, or else the first one.
    pub(super) fn has(self, name: &str) -> bool {
        let tail = name.split_once('_').map_or(name, |(_, tail)| tail);
        let digits = tail.trim_start_matches(|c: char| !c.is_ascii_digit());
        let digits = &digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())];
        let is_odd = digits.bytes().last().is_some_and(|digit| digit % 2 == 1);
        match self {
            Half::All => true,
            Half::Even => !is_odd,
            Half::Odd => is_odd,
        }
    }
}

/// Runs `despin eval`.
///
/// # Errors
///
/// Where a directory or a file cannot be read, a text lacks its original, or there is no text at all.
pub fn run(args: &EvalArgs, out: &mut dyn Write) -> Result<Exit> {
    let pairs = args.pairs.as_deref().map(|path| pairs(args, path)).transpose()?.unwrap_or_default();
    let genuine = args.genuine.as_deref().map(|path| genuine(args, path)).transpose()?.unwrap_or_default();
    let engine = Engine::open(&args.engine)?.with_rescorer(&args.rescorer)?;
    let mut options = Options { is_forced: args.force, ..Options::default() };
    options.clean = if args.no_clean { None } else { Some(clean::Options::default()) };
    if let Some(from) = args.apply_from {
        options.restore.set_apply_from(from);
    }
    let mut found = evaluate(&engine.despinner(options)?, &pairs, &genuine, args.window);
    found.errors.truncate(args.errors);
    let text = match args.format {
        EvalFormat::Json => {
            let json = serde_json::to_string_pretty(&found).expect("strings, numbers and lists are JSON");
            format!("{json}\n")
        }
        EvalFormat::Human => human(&found),
    };
    files::print(out, text.as_bytes())?;
    Ok(Exit::Clean)
}

/// The pairs in the directory or the file at `path`.
fn pairs(args: &EvalArgs, path: &Path) -> Result<Vec<Pair>> {
    if !eval_records::has_records(path) {
        return read_pairs(path, args.half);
    }
    let records = eval_records::read(path, &[&args.spun_field, &args.original_field], &args.id)?;
    let pair = |record: Texts| match <[String; 2]>::try_from(record.texts) {
        Ok([spun, original]) => {
            Some(Pair { name: record.name, spun: spun.into_bytes(), original: original.into_bytes() })
        }
        Err(_) => None,
    };
    let pairs: Vec<Pair> = records.into_iter().filter(|record| args.half.has(&record.name)).filter_map(pair).collect();
    if pairs.is_empty() { Err(none(path, "no spun text", "put records there")) } else { Ok(pairs) }
}

/// The genuine texts in the directory or the file at `path`.
fn genuine(args: &EvalArgs, path: &Path) -> Result<Vec<Genuine>> {
    if !eval_records::has_records(path) {
        return read_genuine(path, args.half);
    }
    let records = eval_records::read(path, &[&args.field], &args.id)?;
    let text = |record: Texts| {
        let bytes = record.texts.concat().into_bytes();
        Genuine { name: record.name, register: String::new(), bytes }
    };
    let texts: Vec<Genuine> = records.into_iter().filter(|record| args.half.has(&record.name)).map(text).collect();
    if texts.is_empty() { Err(none(path, "no genuine text", "put records there")) } else { Ok(texts) }
}

const SPUN: &str = ".spun.txt";
const ORIGINAL: &str = ".original.txt";

/// The pairs in `dir`, those of `half`.
pub(super) fn read_pairs(dir: &Path, half: Half) -> Result<Vec<Pair>> {
    let read = |PairPaths { name, spun, original }| {
        Ok(Pair { name, spun: files::read(&spun)?, original: files::read(&original)? })
    };
    pair_paths(dir, half)?.into_iter().map(read).collect()
}

/// Where the two texts of a pair are.
pub(super) struct PairPaths {
    /// What both are called.
    pub name: String,
    /// The spun text.
    pub spun: PathBuf,
    /// Its original, which may be missing.
    pub original: PathBuf,
}

/// The pairs in `dir`, those of `half`, by name; at least one.
pub(super) fn pair_paths(dir: &Path, half: Half) -> Result<Vec<PairPaths>> {
    let mut pairs = Vec::new();
    for spun in list(dir)? {
        let file_name = spun.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(name) = file_name.strip_suffix(SPUN).filter(|name| half.has(name)) else { continue };
        let original = spun.with_file_name(format!("{name}{ORIGINAL}"));
        pairs.push(PairPaths { name: name.to_string(), spun, original });
    }
    if pairs.is_empty() {
        return Err(none(dir, "no spun text", "put NAME.spun.txt and NAME.original.txt there"));
    }
    Ok(pairs)
}

/// The genuine texts in `dir` and its folders, those of `half`.
pub(super) fn read_genuine(dir: &Path, half: Half) -> Result<Vec<Genuine>> {
    let mut texts = genuine_in(dir, "", half)?;
    for folder in folders(dir)? {
        let register = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        texts.extend(genuine_in(&folder, &register, half)?);
    }
    if texts.is_empty() {
        return Err(none(dir, "no genuine text", "put NAME.txt there"));
    }
    Ok(texts)
}

fn genuine_in(dir: &Path, register: &str, half: Half) -> Result<Vec<Genuine>> {
    let mut texts = Vec::new();
    for path in list(dir)? {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let Some(name) = file_name.strip_suffix(".txt").filter(|name| half.has(name)) else { continue };
        texts.push(Genuine { name: name.to_string(), register: register.to_string(), bytes: files::read(&path)? });
    }
    Ok(texts)
}

fn none(dir: &Path, fault: &str, mend: &str) -> Error {
    Error::new(ErrorKind::Usage, dir.display().to_string(), fault, mend)
}

/// The files in `dir`, by name.
pub(super) fn list(dir: &Path) -> Result<Vec<PathBuf>> {
    entries(dir, Path::is_file)
}

/// The directories in `dir`, by name.
fn folders(dir: &Path) -> Result<Vec<PathBuf>> {
    entries(dir, Path::is_dir)
}

fn entries(dir: &Path, is_wanted: fn(&Path) -> bool) -> Result<Vec<PathBuf>> {
    let failed = |e| Error::io(dir, "list it", e, "give a directory of texts");
    let entries = std::fs::read_dir(dir).map_err(failed)?;
    let mut paths = entries.map(|entry| Ok(entry.map_err(failed)?.path())).collect::<Result<Vec<_>>>()?;
    paths.retain(|path| is_wanted(path));
    paths.sort();
    Ok(paths)
}

fn human(found: &Evaluation) -> String {
    let mut out = String::new();
    if !found.pairs.is_empty() {
        out.push_str("group   texts  flagged  removed  precision  recall   F0.5  edits  calibration error  coverage\n");
    }
    for (group, r) in &found.pairs {
        out.push_str(&format!(
            "{group:<6} {:>6} {:>8} {:>8.3} {:>10.3} {:>7.3} {:>6.3} {:>6} {:>18.3} {:>9.3}\n",
            r.documents,
            r.flagged,
            r.removed,
            r.span_precision,
            r.span_recall,
            r.span_f05,
            r.edits,
            r.calibration_error,
            found.coverage[group]
        ));
    }
    if let Some(genuine) = &found.genuine {
        out.push_str(&format!(
            "genuine: {} texts, {} flagged, {} changed; when forced, {:.1} false edits per 10,000 words\n",
            genuine.documents, genuine.flagged, genuine.changed, genuine.forced_false_edits_per_10k_words
        ));
    }
    for (group, d) in &found.detection {
        out.push_str(&format!(
            "detection {group}: AUC {:.3}, recall at 1 % false positives {:.3}, judged spun {:.3} ({} windows against {})\n",
            d.auc, d.recall_at_1_percent, d.flagged, d.windows, d.genuine_windows
        ));
    }
    if let Some(error) = found.verdict_calibration_error {
        out.push_str(&format!("verdicts: calibration error {error:.3}\n"));
    }
    if !found.registers.is_empty() {
        out.push_str("texts  spun  windows  spun  suspect  genuine register\n");
    }
    for (register, r) in &found.registers {
        out.push_str(&format!(
            "{:>5} {:>5} {:>8} {:>5} {:>8}  {}\n",
            r.documents,
            r.flagged,
            r.windows,
            r.flagged_windows,
            r.suspect_windows,
            visible(register)
        ));
    }
    out.push_str(&format!("round trip: {} runs, {} failures\n", found.roundtrip.runs, found.roundtrip.failures));
    if !found.errors.is_empty() {
        out.push_str(" cost  count  cause                   spun → restored, was\n");
    }
    for e in &found.errors {
        let [spun, restored, original] =
            [&e.spun, &e.restored, &e.original].map(|t| if t.is_empty() { "nothing".into() } else { visible(t) });
        let what = if e.spun == e.restored { spun.into_owned() } else { format!("{spun} → {restored}") };
        out.push_str(&format!("{:>5} {:>6}  {:<22}  {what}, was {original}\n", e.cost, e.count, e.cause.name()));
    }
    out
}

fn window(text: &str) -> std::result::Result<usize, String> {
    match text.parse() {
        Ok(n) if n > 0 => Ok(n),
        _ => Err("not a number of tokens; give one from 1 on".to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_by_the_number_after_the_group() {
        let odd = |name: &str| Half::Odd.has(name);
        assert!(odd("r100_003") && !odd("r101_002.x") && odd("017") && !odd("name"));
    }
}
