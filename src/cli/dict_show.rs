//! `despin dict show`, `list` and `stats`: what dictionaries say of a wording, and what is in them.

use std::collections::BTreeMap;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde::Serialize;
use serde_json::json;

use crate::cli::dict_exchange::{n_entries, weight};
use crate::cli::engine::{own_dictionaries, read_all};
use crate::cli::exit::Exit;
use crate::cli::{files, inputs};
use crate::detect::classifier::Classifier;
use crate::document::Document;
use crate::error::{Error, ErrorKind, Result};
use crate::journal::sha256;
use crate::lexicon::builtin;
use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::files::FILES;
use crate::lexicon::format::{DictionaryFile, line, written};
use crate::lexicon::lookup::{Mention, Side, forms_of, mentions};
use crate::lm::rate::per_million;
use crate::lm::{BilinearModel, NgramModel, lines};
use crate::render::human::counted;
use crate::render::visible;
use crate::text::source::Source;

/// Which dictionaries are looked at.
#[derive(Debug, Clone, Default, Args)]
pub struct Sources {
    /// A dictionary to look at; may be given several times [default: the built-in ones and .despin/dictionaries]
    #[arg(short, long = "file", value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// True to leave out what lies in .despin/dictionaries: the command's --isolated.
    #[arg(skip)]
    pub isolated: bool,
}

impl Sources {
    /// The dictionaries, in the order in which they are laid over each other.
    ///
    /// # Errors
    ///
    /// Where one cannot be read.
    pub fn read(&self) -> Result<Vec<DictionaryFile>> {
        let mut dictionaries = Vec::new();
        if self.files.is_empty() {
            dictionaries.extend(builtin::files()?);
            let own = if self.isolated { Vec::new() } else { own_dictionaries()? };
            read_all(&own, &mut dictionaries)?;
        } else {
            read_all(&self.files, &mut dictionaries)?;
        }
        Ok(dictionaries)
    }
}

/// How things are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Shape {
    /// For people
    Human,
    /// One JSON object
    Json,
}

/// Show what the dictionaries say of a wording, in both directions
///
/// Every entry that has WORD in one of its forms, with its place; how often WORD stands in genuine text; and where it stands in
/// the texts given.
#[derive(Debug, Clone, Args)]
#[command(after_help = SHOW_EXAMPLES)]
pub struct ShowArgs {
    /// A word or a wording, in any form
    #[arg(value_name = "WORD")]
    pub word: String,
    /// Texts in which to look for it
    #[arg(value_name = "TEXT")]
    pub texts: Vec<PathBuf>,
    /// Which dictionaries.
    #[command(flatten)]
    pub sources: Sources,
    /// Genuine text in which to count it, plain or packed with zstd
    #[arg(long, value_name = "FILE")]
    pub background: Option<PathBuf>,
    /// The form of the answer
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: Shape,
}

const SHOW_EXAMPLES: &str = "\
Examples:
  despin dict show assault
  despin dict show 'white home' *.txt
  despin dict show assault -f mine.tsv --background news.txt.zst

Exit codes: 0 shown, 2 could not.";

/// An entry with its place, for programs.
#[derive(Serialize)]
struct Placed<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    side: Option<Side>,
    spun: &'a str,
    original: &'a str,
    class: Class,
    weight: f32,
    evidence: &'a str,
    note: &'a str,
    family: &'a str,
    place: String,
}

impl<'a> Placed<'a> {
    fn new(side: Option<Side>, file: &'a DictionaryFile, entry: &'a Entry) -> Self {
        let Entry { spun, original, class, weight, evidence, note, line } = entry;
        let place = format!("{}:{line}", file.name);
        Placed { side, spun, original, class: *class, weight: *weight, evidence, note, family: &file.family, place }
    }
}

/// How often a wording stands in a text.
#[derive(Serialize)]
struct Hits {
    path: String,
    /// Lines of the places, one a place.
    lines: Vec<usize>,
}

/// Runs `despin dict show`.
///
/// # Errors
///
/// Where a dictionary or a text cannot be read.
pub fn run_show(args: &ShowArgs, out: &mut dyn Write) -> Result<Exit> {
    let dictionaries = args.sources.read()?;
    let found = mentions(&dictionaries, &args.word);
    let forms: Vec<Vec<String>> =
        forms_of(&found, &args.word).iter().map(|form| form.split(' ').map(str::to_string).collect()).collect();
    let by_model = per_million(&NgramModel::english()?, &args.word);
    let background = args.background.as_deref().map(|path| count(path, &forms)).transpose()?;
    let mut hits = Vec::new();
    for path in &args.texts {
        let document = Document::new(Source::decode(&files::read(path)?).text, &[]);
        hits.push(Hits { path: inputs::name(path), lines: places(&document, &forms) });
    }
    let text = match args.format {
        Shape::Json => {
            let entries: Vec<Placed> = found.iter().map(|m| Placed::new(Some(m.side), m.file, m.entry)).collect();
            let background = background.map(|(n, n_words)| json!({"count": n, "words": n_words}));
            let object = json!({
                "word": args.word, "entries": entries, "per_million": by_model, "background": background, "texts": hits,
            });
            format!("{object}\n")
        }
        Shape::Human => shown(&args.word, &found, by_model, background, &hits),
    };
    files::print(out, text.as_bytes())?;
    Ok(Exit::Clean)
}

fn shown(
    word: &str,
    found: &[Mention],
    by_model: Option<f64>,
    background: Option<(usize, usize)>,
    hits: &[Hits],
) -> String {
    let mut text = String::new();
    for (side, title) in [(Side::Spun, "spun"), (Side::Original, "original")] {
        let of_side: Vec<&Mention> = found.iter().filter(|mention| mention.side == side).collect();
        text += &match of_side.len() {
            0 => format!("{} is {title} in no entry\n", visible(word)),
            n => format!("{} is {title} in {}:\n", visible(word), n_entries(n)),
        };
        for Mention { file, entry, pair, .. } in of_side {
            let lemma = if *entry.spun == *pair.0 { String::new() } else { format!(" ({})", entry.spun) };
            let Entry { class, weight, evidence, note, line, .. } = entry;
            let said = format!(
                "  {}:{line}  {}{lemma} → {}  {} {weight} {evidence}  {note}",
                file.name,
                pair.0,
                written(&pair.1),
                class.name()
            );
            text += &format!("{}\n", visible(said.trim_end()));
        }
    }
    text += &match by_model {
        Some(rate) => format!("genuine text has it {rate:.2} times in a million words, says the language model\n"),
        None => "the language model does not know it\n".to_string(),
    };
    if let Some((n, n_words)) = background {
        let rate = n as f64 / n_words.max(1) as f64 * 1e6;
        text +=
            &format!("the background has it, in any form, {} in {n_words} words: {rate:.2} in a million\n", times(n));
    }
    for Hits { path, lines } in hits {
        let at: Vec<String> = lines.iter().map(usize::to_string).collect();
        let at = if at.is_empty() { String::new() } else { format!(", lines {}", at.join(", ")) };
        text += &format!("{}: {}{at}\n", visible(path), times(lines.len()));
    }
    text
}

fn times(n: usize) -> String {
    counted(n, "time")
}

/// The line of each place where `document` has one of `forms`.
fn places(document: &Document, forms: &[Vec<String>]) -> Vec<usize> {
    let units = document.units();
    let is_at = |at: usize| {
        forms.iter().any(|form| {
            units.len() - at >= form.len() && form.iter().zip(&units[at..]).all(|(word, unit)| *word == unit.folded)
        })
    };
    let line = |at: usize| document.text()[..units[at].span.start].matches('\n').count() + 1;
    (0..units.len()).filter(|&at| is_at(at)).map(line).collect()
}

/// How often the text at `path` has one of `forms`, and its words.
fn count(path: &Path, forms: &[Vec<String>]) -> Result<(usize, usize)> {
    let failed = |e| Error::io(path, "read it", e, "give a text in UTF-8, plain or packed with zstd");
    let (mut n, mut n_words) = (0, 0);
    for text in lines::open(path)?.lines() {
        let text = text.map_err(failed)?;
        n_words += text.split_whitespace().count();
        n += places(&Document::new(text, &[]), forms).len();
    }
    Ok((n, n_words))
}

/// List entries
///
/// One a line, as in a dictionary, with the place as seventh column.
#[derive(Debug, Clone, Args)]
#[command(after_help = LIST_EXAMPLES)]
pub struct ListArgs {
    /// Which dictionaries.
    #[command(flatten)]
    pub sources: Sources,
    /// Only entries of this family
    #[arg(long, value_name = "FAMILY")]
    pub family: Option<String>,
    /// Only entries of this class; may be given several times
    #[arg(long, value_name = "CLASS")]
    pub class: Vec<Class>,
    /// Only entries of this evidence; may be given several times
    #[arg(long, value_name = "WORDS")]
    pub evidence: Vec<String>,
    /// Only entries that weigh this or more
    #[arg(long, value_name = "W", value_parser = weight, default_value_t = 0.0)]
    pub min_weight: f32,
    /// Only entries that weigh this or less
    #[arg(long, value_name = "W", value_parser = weight, default_value_t = 1.0)]
    pub max_weight: f32,
    /// Print JSON Lines
    #[arg(long)]
    pub json: bool,
}

const LIST_EXAMPLES: &str = "\
Examples:
  despin dict list --evidence observed
  despin dict list -f mine.tsv --class noun --class verb --min-weight 0.5
  despin dict list --family academic --json | jq -r .spun

Exit codes: 0 listed, 2 could not.";

/// Runs `despin dict list`.
///
/// # Errors
///
/// Where a dictionary cannot be read.
pub fn run_list(args: &ListArgs, out: &mut dyn Write) -> Result<Exit> {
    let dictionaries = args.sources.read()?;
    let mut text = String::new();
    for file in dictionaries.iter().filter(|file| args.family.as_ref().is_none_or(|family| *family == file.family)) {
        let is_asked = |entry: &&Entry| {
            (args.class.is_empty() || args.class.contains(&entry.class))
                && (args.evidence.is_empty() || args.evidence.contains(&entry.evidence))
                && (args.min_weight..=args.max_weight).contains(&entry.weight)
        };
        for entry in file.entries.iter().filter(is_asked) {
            let placed = Placed::new(None, file, entry);
            if args.json {
                text += &serde_json::to_string(&placed).expect("texts and numbers are JSON");
            } else {
                let said = line(entry);
                let n_missing = 5 - said.matches('\t').count();
                text += &format!("{said}{}\t{}", "\t".repeat(n_missing), placed.place);
            }
            text.push('\n');
        }
    }
    files::print(out, text.as_bytes())?;
    Ok(Exit::Clean)
}

/// Count what dictionaries have, and give their digests
#[derive(Debug, Clone, Args)]
#[command(after_help = "Exit codes: 0 counted, 2 could not.")]
pub struct StatsArgs {
    /// Which dictionaries.
    #[command(flatten)]
    pub sources: Sources,
    /// The form of the answer
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: Shape,
}

/// What a dictionary has.
#[derive(Serialize)]
struct Counts {
    path: String,
    family: String,
    entries: usize,
    classes: BTreeMap<&'static str, usize>,
    evidence: BTreeMap<String, usize>,
    source: String,
    licence: String,
    sha256: String,
}

/// Runs `despin dict stats`.
///
/// # Errors
///
/// Where a dictionary cannot be read.
pub fn run_stats(args: &StatsArgs, out: &mut dyn Write) -> Result<Exit> {
    if args.sources.files.iter().any(|path| files::is_stdin(path)) {
        let fault = "the standard input can be read once, and its digest is of its bytes";
        return Err(Error::new(ErrorKind::Usage, "dict stats", fault, "name a file"));
    }
    let mut all = Vec::new();
    for file in args.sources.read()? {
        let built_in = FILES.iter().find(|(name, _)| args.sources.files.is_empty() && *name == file.name);
        let bytes = match built_in {
            Some((_, text)) => text.as_bytes().to_vec(),
            None => files::read(Path::new(&file.name))?,
        };
        let mut counts = Counts {
            entries: file.entries.len(),
            classes: BTreeMap::new(),
            evidence: BTreeMap::new(),
            source: file.says("source").unwrap_or_default().to_string(),
            licence: file.says("licence").unwrap_or_default().to_string(),
            sha256: sha256(&bytes),
            family: file.family,
            path: file.name,
        };
        for entry in &file.entries {
            *counts.classes.entry(entry.class.name()).or_default() += 1;
            *counts.evidence.entry(entry.evidence.clone()).or_default() += 1;
        }
        all.push(counts);
    }
    let models = [
        ("english.lm", NgramModel::english_bytes()),
        ("english.vlbl", BilinearModel::english_bytes()),
        ("english.spun", Classifier::english_bytes()),
    ];
    let models: Vec<(&str, String)> = models.iter().map(|(name, bytes)| (*name, sha256(bytes))).collect();
    let text = match args.format {
        Shape::Json => {
            let models: Vec<_> = models.iter().map(|(name, sha256)| json!({"name": name, "sha256": sha256})).collect();
            format!("{}\n", json!({"dictionaries": all, "models": models}))
        }
        Shape::Human => counts(&all, &models),
    };
    files::print(out, text.as_bytes())?;
    Ok(Exit::Clean)
}

fn counts(all: &[Counts], models: &[(&str, String)]) -> String {
    let mut text = String::new();
    for Counts { path, family, entries, classes, evidence, source, licence, sha256 } in all {
        text += &format!("{}: {}, family {}\n", visible(path), n_entries(*entries), visible(family));
        let list = |counts: Vec<(&str, &usize)>| {
            let say = |(what, n): (&str, &usize)| format!("{n} {}", if what.is_empty() { "without" } else { what });
            counts.into_iter().map(say).collect::<Vec<_>>().join(", ")
        };
        let classes = list(classes.iter().map(|(what, n)| (*what, n)).collect());
        let evidence = list(evidence.iter().map(|(what, n)| (what.as_str(), n)).collect());
        for (what, said) in [("class", &classes), ("evidence", &evidence), ("source", source), ("licence", licence)] {
            text += &format!("  {what:<9} {}\n", visible(said));
        }
        text += &format!("  sha256    {sha256}\n");
    }
    if all.len() > 1 {
        text += &format!("{} in {}\n", n_entries(all.iter().map(|c| c.entries).sum()), counted(all.len(), "file"));
    }
    for (name, sha256) in models {
        text += &format!("{name}\n  sha256    {sha256}\n");
    }
    text
}
