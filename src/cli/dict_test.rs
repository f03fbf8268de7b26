//! `despin dict test` and `bench`: what entries do to texts.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::dict_exchange::{n_entries, weight};
use crate::cli::dict_show::Shape;
use crate::cli::engine::{Engine, EngineArgs};
use crate::cli::eval::{Half, read_genuine, read_pairs};
use crate::cli::exit::Exit;
use crate::cli::{files, inputs};
use crate::error::{Error, ErrorKind, Result};
use crate::eval::examples::test;
use crate::eval::worth::{Bench, Place, bench};
use crate::lexicon::builtin;
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::editing::Wanted;
use crate::lexicon::entry::{Class, Entry};
use crate::lexicon::examples::{self, EXAMPLES};
use crate::lexicon::format::{DEFAULT_WEIGHT, DictionaryFile, NONE, parse};
use crate::pipeline::Options;
use crate::render::human::counted;
use crate::render::visible;

/// Restore each entry's example, and leave its genuine twin alone
///
/// The examples of mine.tsv are in mine.examples.tsv: a sentence with [spun|original], a tab, and an honest one with
/// [wording]. The dictionary is laid over the built-in ones, and every sentence is restored, whatever the verdict on it.
#[derive(Debug, Clone, Args)]
#[command(after_help = TEST_EXAMPLES)]
pub struct TestArgs {
    /// The dictionary
    #[arg(value_name = "FILE.tsv")]
    pub file: PathBuf,
    /// The examples [default: FILE.examples.tsv]
    #[arg(long, value_name = "EXAMPLES.tsv")]
    pub examples: Option<PathBuf>,
    /// Every entry must have an example
    #[arg(long)]
    pub all: bool,
    /// The dictionary alone, without the built-in ones
    #[arg(long)]
    pub only: bool,
    /// The form of the answer; json is an object a failure
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: Shape,
}

const TEST_EXAMPLES: &str = "\
Examples:
  despin dict test mine.tsv
  despin dict test --all --examples sentences.tsv mine.tsv

Exit codes: 0 all as they must be, 1 one or more are not, 2 could not.";

/// Runs `despin dict test`.
///
/// # Errors
///
/// Where the dictionary or the examples cannot be read.
pub fn run_test(args: &TestArgs, out: &mut dyn Write) -> Result<Exit> {
    let name = inputs::name(&args.file);
    let file = parse(&name, &inputs::dictionary(&name, files::read(&args.file)?)?)?;
    let at = args.examples.clone().unwrap_or_else(|| beside(&args.file));
    let examples_name = inputs::name(&at);
    let examples = examples::parse(&examples_name, &inputs::dictionary(&examples_name, files::read(&at)?)?)?;
    let mut engine_args = EngineArgs { isolated: true, ..EngineArgs::default() };
    match args.only {
        true => engine_args.only_dict = vec![args.file.clone()],
        false => engine_args.dict = vec![args.file.clone()],
    }
    let engine = Engine::open(&engine_args)?;
    let despinner = engine.despinner(Options::default())?;
    let failures: Vec<_> = examples.iter().flat_map(|example| test(&despinner, example)).collect();
    let without: Vec<&Entry> =
        file.entries.iter().filter(|e| e.weight > 0.0 && !examples.iter().any(|example| example.shows(e))).collect();
    let mut text = String::new();
    for failure in &failures {
        text += &match args.format {
            Shape::Json => serde_json::to_string(failure).expect("texts and numbers are JSON"),
            Shape::Human => {
                let by = failure.place.as_ref().map(|place| format!(" ({place})")).unwrap_or_default();
                let is = if failure.is_genuine { "is honest and became" } else { "became" };
                let said = format!(
                    "{examples_name}:{}: {:?} {is} {:?}{by}; it must be {:?}",
                    failure.line, failure.before, failure.after, failure.expected
                );
                visible(&said).into_owned()
            }
        };
        text.push('\n');
    }
    if args.format == Shape::Human {
        if args.all {
            for entry in &without {
                let said =
                    format!("{name}:{}: {:?} has no example; add one to {examples_name}", entry.line, entry.spun);
                text += &format!("{}\n", visible(&said));
            }
        }
        let n_without = n_entries(without.len());
        let failures = counted(failures.len(), "failure");
        text += &format!("{}, {failures}, {n_without} without\n", counted(examples.len(), "example"));
    }
    files::print(out, text.as_bytes())?;
    let is_good = failures.is_empty() && (!args.all || without.is_empty());
    Ok(if is_good { Exit::Clean } else { Exit::Found })
}

/// Where the examples of the dictionary at `path` are.
fn beside(path: &Path) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    path.with_file_name(format!("{}{EXAMPLES}", name.strip_suffix(".tsv").unwrap_or(&name)))
}

/// Measure what one entry gains and loses
///
/// The texts are restored with the entry and without it. One that no dictionary has is laid over them for that, in a family of its
/// neighbours.
#[derive(Debug, Clone, Args)]
#[command(after_help = BENCH_EXAMPLES)]
pub struct BenchArgs {
    /// What the spinner writes
    #[arg(value_name = "SPUN")]
    pub spun: String,
    /// What stood there before
    #[arg(value_name = "ORIGINAL")]
    pub original: String,
    /// Only the entry of this class; of a new one, its class [default: all that there are; phrase]
    #[arg(long, value_name = "CLASS")]
    pub class: Option<Class>,
    /// The weight of a new entry
    #[arg(long, value_name = "W", value_parser = weight, default_value_t = DEFAULT_WEIGHT)]
    pub weight: f32,
    /// Directory with NAME.spun.txt and NAME.original.txt
    #[arg(long, value_name = "DIR")]
    pub pairs: PathBuf,
    /// Directory with genuine texts
    #[arg(long, value_name = "DIR")]
    pub genuine: Option<PathBuf>,
    /// A dictionary laid over the built-in ones; may be given several times
    #[arg(long, value_name = "FILE")]
    pub dict: Vec<PathBuf>,
    /// The form of the answer
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: Shape,
}

const BENCH_EXAMPLES: &str = "\
Examples:
  despin dict bench assault attack --pairs dev/pairs
  despin dict bench bronk crowd --class noun --weight 0.5 --pairs dev/pairs --genuine dev/genuine

Exit codes: 0 it gains at least what it loses, 1 it loses more, 2 could not.";

/// Runs `despin dict bench`.
///
/// # Errors
///
/// Where a dictionary or a text cannot be read.
pub fn run_bench(args: &BenchArgs, out: &mut dyn Write) -> Result<Exit> {
    let pairs = read_pairs(&args.pairs, Half::All)?;
    let genuine = args.genuine.as_deref().map(|dir| read_genuine(dir, Half::All)).transpose()?.unwrap_or_default();
    let mut dictionaries = builtin::files()?;
    crate::cli::engine::read_all(&args.dict, &mut dictionaries)?;
    let original = if args.original == NONE { "" } else { &args.original };
    let wanted = Wanted { spun: &args.spun, original: Some(original), class: args.class };
    let (with, without, told) = both(dictionaries, &wanted, args.weight)?;
    let engines = [with, without].map(|files| {
        let engine = Engine::open(&EngineArgs { isolated: true, ..EngineArgs::default() })?;
        Ok::<_, Error>(engine.with_lexicon(Lexicon::new(files)))
    });
    let [with, without] = engines;
    let (with, without) = (with?, without?);
    let found = bench(&with.despinner(Options::default())?, &without.despinner(Options::default())?, &pairs, &genuine);
    let text = match args.format {
        Shape::Json => serde_json::to_string(&found).expect("texts and numbers are JSON") + "\n",
        Shape::Human => human(&told, &found, !genuine.is_empty()),
    };
    files::print(out, text.as_bytes())?;
    let is_worse =
        found.with.distance + found.with.genuine_edits > found.without.distance + found.without.genuine_edits;
    Ok(if is_worse { Exit::Found } else { Exit::Clean })
}

/// The dictionaries with the entry and without it, and where it stands.
fn both(
    mut with: Vec<DictionaryFile>,
    wanted: &Wanted,
    weight: f32,
) -> Result<(Vec<DictionaryFile>, Vec<DictionaryFile>, String)> {
    let mut places = Vec::new();
    let mut without = with.clone();
    for file in &mut without {
        places.extend(file.entries.iter().filter(|e| wanted.is(e)).map(|e| format!("{}:{}", file.name, e.line)));
        file.entries.retain(|entry| !wanted.is(entry));
    }
    if !places.is_empty() {
        return Ok((with, without, places.join(", ")));
    }
    let family = with.first().map(|file| file.family.clone()).unwrap_or_default();
    let class = wanted.class.unwrap_or(Class::Phrase);
    let said = format!("{}\t{}\t{}\t{weight}", wanted.spun, wanted.original.unwrap_or(NONE), class.name());
    let said = said.replace("\t\t", &format!("\t{NONE}\t"));
    let mut new = parse("the entry", &said)?;
    if new.entries.is_empty() {
        let mend = "write what the spinner wrote, and what stood there before";
        return Err(Error::new(ErrorKind::Usage, "dict bench", "no entry", mend));
    }
    new.family = family;
    with.push(new);
    Ok((with, without, "new".to_string()))
}

fn human(told: &str, found: &Bench, has_genuine: bool) -> String {
    let mut text = format!("{}\n", visible(told));
    text += "                 with  without\n";
    let (a, b) = (&found.with, &found.without);
    text += &format!("distance     {:>8} {:>8}\n", a.distance, b.distance);
    text += &format!("removed      {:>8.4} {:>8.4}\n", a.removed, b.removed);
    text += &format!("precision    {:>8.4} {:>8.4}\n", a.span_precision, b.span_precision);
    text += &format!("edits        {:>8} {:>8}\n", a.edits, b.edits);
    if has_genuine {
        text += &format!("in genuine   {:>8} {:>8}\n", a.genuine_edits, b.genuine_edits);
    }
    for Place { text: name, line, spun, with, without, original } in &found.places {
        let said = format!("{name}:{line}: {spun:?} → {with:?}, without it {without:?}; was {original:?}");
        text += &format!("{}\n", visible(&said));
    }
    text
}
