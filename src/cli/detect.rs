//! `despin detect`: tells whether texts were spun, a line a file.

use std::io::Write;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::clean::boilerplate::Removal;
use crate::clean::{self, clean};
use crate::cli::engine::{Engine, EngineArgs};
use crate::cli::exit::Exit;
use crate::cli::settings::{EncodingArgs, HtmlArgs, removal};
use crate::cli::{files, inputs};
use crate::detect::verdict::{Label, Verdict};
use crate::error::Result;
use crate::page::Page;
use crate::pipeline::Options;
use crate::render::human::verdict;
use crate::render::visible;
use crate::settings;
use crate::text::source::Source;

/// Tell whether text was spun
///
/// Prints a line a file: spun, suspect (it may be) or genuine. A verdict marks a risk; it is no proof of intent.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct DetectArgs {
    /// Files to judge; - or none for the standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The form of the lines
    #[arg(long, value_name = "FORM", default_value = "human")]
    pub format: DetectFormat,
    /// Give the evidence under each line, too
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
    /// What it works with.
    #[command(flatten)]
    pub engine: EngineArgs,
}

const EXAMPLES: &str = "\
Examples:
  despin detect *.txt
  despin detect --explain article.txt
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
    let files = inputs::or_stdin(&args.files);
    inputs::check_stdin("detect", files.iter().chain(args.engine.files()))?;
    let engine = Engine::open(&args.engine)?;
    let removal = removal(Removal::default(), args.boilerplate.as_deref(), &[], &[])?;
    let clean_options =
        if args.no_clean { None } else { Some(clean::Options { removal, ..clean::Options::default() }) };
    let html = args.html.html();
    let encoding = args.encoding.encoding()?;
    let despinner = engine.despinner(Options { clean: clean_options.clone(), html, encoding, ..Options::default() })?;
    inputs::each(&args.files, |path, bytes| {
        let found = despinner.detect(&bytes);
        let name = inputs::name(path);
        let mut text = match args.format {
            DetectFormat::Json => {
                serde_json::to_string(&Object { path: &name, verdict: &found }).expect("strings and numbers are JSON")
            }
            DetectFormat::Human => format!("{}: {}", visible(&name), verdict(&found)),
        };
        text.push('\n');
        if args.explain && args.format == DetectFormat::Human {
            let source = Source::decode_as(&bytes, encoding).text;
            let source = Page::of(&source, html).map_or(source, |page| page.text);
            let judged = match &clean_options {
                Some(options) => clean(&source, options).apply(&source).expect("cleaning's edits are of this text"),
                None => source,
            };
            text.push_str(&explain(&judged, &found));
        }
        files::print(out, text.as_bytes())?;
        Ok(if found.label == Label::Spun { Exit::Found } else { Exit::Clean })
    })
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
