//! `despin dict import` and `export`: dictionaries from and to the lists of other programs.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::cli::exit::Exit;
use crate::cli::output::put;
use crate::cli::{files, inputs, report};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::entry::Class;
use crate::lexicon::exchange::{Column, Form, Heads, ImportOptions, Remark, export, import};
use crate::lexicon::format::parse;
use crate::render::human::counted;

/// Make a dictionary of another program's list
///
/// What the list says and no entry can is told on the standard error. docs/dictionaries.md has the forms.
#[derive(Debug, Clone, Args)]
#[command(after_help = IMPORT_EXAMPLES)]
pub struct ImportArgs {
    /// The list; - for the standard input
    #[arg(value_name = "LIST")]
    pub file: PathBuf,
    /// The form of the list
    #[arg(long, value_name = "FORM")]
    pub from: Form,
    /// Where to write the dictionary [default: the standard output]
    #[arg(short, long, value_name = "OUT.tsv")]
    pub output: Option<PathBuf>,
    /// Leave out lines that cannot be read, and make a dictionary of the others
    #[arg(long)]
    pub lenient: bool,
    /// The class of pairs of which the list says none [default: name where both sides have capitals, else phrase]
    #[arg(long, value_name = "CLASS")]
    pub class: Option<Class>,
    /// The weight of pairs of which the list says none, 0 to 1 [default: 0.2; in a set of n wordings 1/n]
    #[arg(long, value_name = "W", value_parser = weight)]
    pub weight: Option<f32>,
    /// The evidence of pairs of which the list says none
    #[arg(long, value_name = "WORDS")]
    pub evidence: Option<String>,
    /// What the columns of a csv or tsv list are, with commas between: spun, original, class, weight, evidence, note, source,
    /// licence, or any other word for one that is not read
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    pub columns: Vec<String>,
    /// Which wording of a set of synonyms the others stand for
    #[arg(long, value_name = "WHICH", default_value = "first")]
    pub heads: Heads,
    /// The dictionary's title [default: what the list says, or its file name]
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    /// The family of spinners [default: what the list says, or its file name]
    #[arg(long, value_name = "FAMILY")]
    pub family: Option<String>,
    /// Where the list is from [default: what it says]
    #[arg(long, value_name = "SOURCE")]
    pub source: Option<String>,
    /// The list's licence [default: what it says]
    #[arg(long, value_name = "LICENCE")]
    pub licence: Option<String>,
}

const IMPORT_EXAMPLES: &str = "\
Examples:
  despin dict import --from codespell words.txt --licence MIT -o words.tsv
  despin dict import --from spintax --heads all synonyms.txt -o synonyms.tsv
  despin dict import --from csv --columns original,spun pairs.csv | despin dict check -

Exit codes: 0 all of it, 1 without what was told, 2 could not.";

/// Write a dictionary as another program's list
///
/// What a dictionary says and the list cannot is told on the standard error.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXPORT_EXAMPLES)]
pub struct ExportArgs {
    /// The dictionary; - for the standard input
    #[arg(value_name = "DICTIONARY.tsv")]
    pub file: PathBuf,
    /// The form of the list
    #[arg(long, value_name = "FORM")]
    pub to: Form,
    /// Where to write the list [default: the standard output]
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// Which wording of a set of synonyms the others stand for
    #[arg(long, value_name = "WHICH", default_value = "first")]
    pub heads: Heads,
}

const EXPORT_EXAMPLES: &str = "\
Examples:
  despin dict export --to json mine.tsv -o mine.json
  despin dict export --to languagetool mine.tsv >> replace_custom.txt

Exit codes: 0 every entry, 1 without what was told, 2 could not.";

impl ValueEnum for Form {
    fn value_variants<'a>() -> &'a [Self] {
        &Form::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Form::Csv => "columns parted by commas",
            Form::Tsv => "columns parted by tabs",
            Form::Json => "one object, or JSON Lines",
            Form::Spintax => "{a|b|c}, nested too, or a|b|c a line",
            Form::Codespell => "wrong->right, right, reason",
            Form::Typos => "a settings file of typos",
            Form::TyposCsv => "wrong,right,right",
            Form::LanguageTool => "wrong|wrong=right|right",
            Form::Fingerprints => "queries for tortured phrases, and what was meant",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

impl ValueEnum for Class {
    fn value_variants<'a>() -> &'a [Self] {
        &Class::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.name()))
    }
}

impl ValueEnum for Heads {
    fn value_variants<'a>() -> &'a [Self] {
        &[Heads::First, Heads::All]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Heads::First => PossibleValue::new("first").help("the first"),
            Heads::All => PossibleValue::new("all").help("each of them: any may stand for any"),
        })
    }
}

/// A weight as an argument.
pub(super) fn weight(text: &str) -> std::result::Result<f32, String> {
    crate::cli::restore::probability(text).map(|weight| weight as f32)
}

/// Runs `despin dict import`.
///
/// # Errors
///
/// Where the list cannot be read, has a bad line and `--lenient` is not given, or the dictionary cannot be written.
pub fn run_import(args: &ImportArgs, out: &mut dyn Write) -> Result<Exit> {
    let name = inputs::name(&args.file);
    let text = inputs::dictionary(&name, files::read(&args.file)?)?;
    files::check_output(
        "dict import",
        std::slice::from_ref(&args.file),
        args.output.as_deref(),
        None,
        "name another OUT",
    )?;
    let options = ImportOptions {
        class: args.class,
        weight: args.weight,
        evidence: args.evidence.clone(),
        columns: columns(&args.columns)?,
        heads: args.heads,
    };
    let draft = import(&text, args.from, &options);
    tell(&name, &draft.faults);
    if !draft.faults.is_empty() && !args.lenient {
        let fault = format!("{} that cannot be read", counted(draft.faults.len(), "line"));
        return Err(Error::new(ErrorKind::Dictionary, name, fault, "mend them, or add --lenient to leave them out"));
    }
    tell(&name, &draft.left_out);
    let stem = stem(&args.file);
    let says = |key: &str| draft.header.iter().find(|(k, _)| k == key).map(|(_, value)| value.clone());
    let header = [
        ("title", args.title.clone().or(says("title")).unwrap_or_else(|| stem.clone())),
        ("family", args.family.clone().or(says("family")).unwrap_or(stem)),
        ("language", says("language").unwrap_or_else(|| "en".to_string())),
        ("source", args.source.clone().or(says("source")).unwrap_or_else(|| source(&args.file))),
        ("licence", args.licence.clone().or(says("licence")).unwrap_or_else(|| UNKNOWN.to_string())),
    ];
    if header[4].1 == UNKNOWN {
        let mend = "find out what it is before you pass the dictionary on, and say it with --licence";
        report(&Error::new(ErrorKind::Dictionary, &name, "the list names no licence", mend));
    }
    put(args.output.as_deref(), draft.text(&header).as_bytes(), out)?;
    if let Some(path) = &args.output {
        say(&format!("{}: {}", inputs::name(path), n_entries(draft.entries.len())));
    }
    let is_all = draft.faults.is_empty() && draft.left_out.is_empty();
    Ok(if is_all { Exit::Clean } else { Exit::Found })
}

/// What a list is called as a source that does not say where it is from: no folder of this machine.
fn source(path: &Path) -> String {
    if files::is_stdin(path) {
        return "standard input".to_string();
    }
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// Stands where nobody knows the licence.
const UNKNOWN: &str = "unknown";

fn columns(names: &[String]) -> Result<Option<Vec<Column>>> {
    if names.is_empty() {
        return Ok(None);
    }
    let columns: Vec<Column> = names.iter().map(|name| Column::from_name(name)).collect();
    if [Column::Spun, Column::Original].iter().all(|needed| columns.contains(needed)) {
        return Ok(Some(columns));
    }
    let mend = "name the columns of both, as --columns original,spun";
    Err(Error::new(ErrorKind::Usage, "--columns", "spun or original is not among them", mend))
}

/// Runs `despin dict export`.
///
/// # Errors
///
/// Where the dictionary cannot be read, or the list cannot be written.
pub fn run_export(args: &ExportArgs, out: &mut dyn Write) -> Result<Exit> {
    let name = inputs::name(&args.file);
    let text = inputs::dictionary(&name, files::read(&args.file)?)?;
    files::check_output(
        "dict export",
        std::slice::from_ref(&args.file),
        args.output.as_deref(),
        None,
        "name another OUT",
    )?;
    let written = export(&parse(&name, &text)?, args.to, args.heads);
    tell(&name, &written.left_out);
    if !written.lost.is_empty() {
        let lost: Vec<&str> = written.lost.iter().copied().collect();
        let fault = format!("a {} list has no place for all of: {}", args.to.name(), lost.join(", "));
        report(&Error::new(ErrorKind::Dictionary, &name, fault, "keep the dictionary beside the list"));
    }
    put(args.output.as_deref(), written.text.as_bytes(), out)?;
    Ok(if written.left_out.is_empty() { Exit::Clean } else { Exit::Found })
}

/// Tells of `remarks` on the standard error.
fn tell(name: &str, remarks: &[Remark]) {
    for Remark { line, fault, mend } in remarks {
        report(&Error::new(ErrorKind::Dictionary, format!("{name}:{line}"), fault, mend));
    }
}

/// Says how it went where the standard output may be the dictionary's.
fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "despin: {}", crate::render::visible(text));
}

pub(super) fn n_entries(n: usize) -> String {
    if n == 1 { "1 entry".to_string() } else { format!("{n} entries") }
}

/// The name of a file without folders and ending.
pub(super) fn stem(path: &Path) -> String {
    if files::is_stdin(path) {
        return "list".to_string();
    }
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
