//! `despin detect`: tells whether texts were spun, a line a file.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::bulk::desk::Subject;
use crate::bulk::task::{Known, Outcome, Task};
use crate::clean::boilerplate::Removal;
use crate::clean::{self, clean};
use crate::cli::bulk::{self, BulkArgs, Job, Way};
use crate::cli::engine::{Engine, EngineArgs};
use crate::cli::exit::Exit;
use crate::cli::settings::{EncodingArgs, HtmlArgs, removal};
use crate::cli::{files, inputs};
use crate::detect::verdict::{Label, Verdict};
use crate::error::Result;
use crate::page::{Html, Page};
use crate::pipeline::Options;
use crate::render::human::verdict;
use crate::render::visible;
use crate::settings;
use crate::text::source::{Encoding, Source};

/// Tell whether text was spun
///
/// Prints a line a file: spun, suspect (it may be) or genuine. A verdict marks a risk; it is no proof of intent.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct DetectArgs {
    /// Files or directories to judge; - or none for the standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The form of the lines
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: DetectFormat,
    /// Give the evidence under each line, too; implies --thorough
    #[arg(long)]
    pub explain: bool,
    /// Judge the text as it stands, without cleaning it first
    #[arg(long)]
    pub no_clean: bool,
    /// Whether lines of the page are removed first
    #[arg(long, value_name = "WHAT", value_parser = ["keep", "drop"])]
    pub boilerplate: Option<String>,
    /// Whether files are web pages.
    #[command(flatten)]
    pub html: HtmlArgs,
    /// How files are read as text.
    #[command(flatten)]
    pub encoding: EncodingArgs,
    /// Write records to OUT, with what was found in each: FILE.jsonl, FILE.csv or FILE.warc, also .gz and .zst
    #[arg(short, long, value_name = "OUT", conflicts_with_all = ["format", "explain"])]
    pub output: Option<PathBuf>,
    /// What it works with.
    #[command(flatten)]
    pub engine: EngineArgs,
    /// Many texts.
    #[command(flatten)]
    pub bulk: BulkArgs,
}

const EXAMPLES: &str = "\
Examples:
  despin detect *.txt
  despin detect --explain article.txt
  despin detect corpus/
  despin detect --field body -o judged.jsonl.zst raw.jsonl.zst
  despin detect --format json *.txt | jq -r 'select(.verdict == \"spun\").path'

Exit codes: 0 none is spun, 1 one or more are, 2 could not.";

/// How verdicts are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum DetectFormat {
    /// A line for people
    Human,
    /// One JSON object a line
    Json,
}

#[derive(Serialize)]
struct Object<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    #[serde(flatten)]
    verdict: &'a Verdict,
}

impl DetectArgs {
    /// The same, with what `settings` say where there is no flag.
    pub fn under(mut self, settings: &settings::Restore) -> DetectArgs {
        self.boilerplate = self.boilerplate.or(settings.boilerplate.clone());
        self.engine = self.engine.under(settings);
        self
    }
}

/// Runs `despin detect`.
///
/// # Errors
///
/// Where a file, a dictionary or a model cannot be read, or the output cannot be written.
pub fn run(args: &DetectArgs, out: &mut dyn Write) -> Result<Exit> {
    let way = args.bulk.way("detect", &args.files, args.output.as_deref(), false)?;
    let paths = match &way {
        Way::Texts(paths) => inputs::or_stdin(paths),
        Way::Bulk(_) => Vec::new(),
    };
    inputs::check_stdin("detect", paths.iter().chain(args.engine.files()))?;
    let engine = Engine::open(&args.engine)?;
    let removal = removal(Removal::default(), args.boilerplate.as_deref(), &[], &[])?;
    let clean_options =
        if args.no_clean { None } else { Some(clean::Options { removal, ..clean::Options::default() }) };
    let html = args.html.html();
    let encoding = args.encoding.encoding()?;
    let options =
        Options { clean: clean_options.clone(), html, encoding, is_thorough: args.explain, ..Options::default() };
    let settings = format!("{options:?} {}", args.engine.fingerprint()?);
    let despinner = engine.despinner(options)?;
    let sayer = Sayer { format: args.format, is_explained: args.explain, html, encoding, clean_options };
    if let Way::Bulk(inputs) = way {
        let (bulk, output) = (&args.bulk, args.output.as_deref());
        let is_said = output.is_none() && bulk.out.is_none();
        let job = Job { command: "detect", args: bulk, inputs, output, is_said, is_changing: false, settings };
        let plan = job.plan()?;
        let say = move |subject: &Subject, outcome: &Outcome| {
            outcome.verdict.as_ref().map(|found| sayer.say(subject, found).into_bytes()).unwrap_or_default()
        };
        let desk = bulk.desk(&job, &plan, Task::Detect(despinner), Some(Box::new(say)));
        return bulk::run(&job, &plan, |file, shape, frame| desk.treat(file, shape, frame), out);
    }
    inputs::each(&paths, |path, bytes| {
        let found = despinner.detect(&bytes);
        let name = inputs::name(path);
        let subject = Subject { file: &name, record: None, id: None, bytes: &bytes, known: Known::default() };
        files::print(out, sayer.say(&subject, &found).as_bytes())?;
        Ok(if found.label == Label::Spun { Exit::Found } else { Exit::Clean })
    })
}

/// Says what was found of a text.
struct Sayer {
    format: DetectFormat,
    is_explained: bool,
    html: Html,
    encoding: Option<Encoding>,
    clean_options: Option<clean::Options>,
}

impl Sayer {
    fn say(&self, subject: &Subject, found: &Verdict) -> String {
        let Subject { file: path, record, id, .. } = *subject;
        if self.format == DetectFormat::Json {
            let object = Object { path, record, id, verdict: found };
            return serde_json::to_string(&object).expect("strings and numbers are JSON") + "\n";
        }
        let record = record.map(|record| format!(":{record}")).unwrap_or_default();
        let mut text = format!("{}{record}: {}\n", visible(path), verdict(found));
        if self.is_explained {
            let source = Source::decode_as(subject.bytes, subject.known.encoding.or(self.encoding)).text;
            let source = Page::of(&source, subject.known.html.unwrap_or(self.html)).map_or(source, |page| page.text);
            let judged = match &self.clean_options {
                Some(options) => clean(&source, options).apply(&source).expect("cleaning's edits are of this text"),
                None => source,
            };
            text.push_str(&explain(&judged, found));
        }
        text
    }
}

fn explain(text: &str, found: &Verdict) -> String {
    let (mut line, mut at) = (1, 0);
    let mut out = String::new();
    for evidence in &found.evidence {
        line += text[at..evidence.span.start].matches('\n').count();
        at = evidence.span.start;
        out.push_str(&format!("{line:>6}  {:+.1}  {}\n", evidence.log_odds, visible(&evidence.reason)));
    }
    out
}
