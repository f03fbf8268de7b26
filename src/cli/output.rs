//! How changes are shown: the form, its width and its colours.

use std::io::Write;
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::cli::files;
use crate::error::{Error, ErrorKind, Result};
use crate::eval::three_way::{self, ThreeWay};
use crate::journal::Journal;
use crate::render::{Format, Html, Inline, Json, Jsonl, Look, Renderer, Sarif, SideBySide, Unified};
use crate::report::Comparison;

/// How changes are shown.
#[derive(Debug, Clone, Default, Args)]
pub struct ShowArgs {
    /// The form in which changes are shown [default: inline]; implies --diff
    #[arg(long, value_name = "FORM")]
    pub format: Option<Format>,
    /// Say for each change how probable it is, where it comes from and what else was thought of; implies --diff
    #[arg(long)]
    pub explain: bool,
    /// Show N unchanged sentences round each change, or lines with unified [default: 0, and 3 with unified]; implies --diff
    #[arg(long, value_name = "N")]
    pub around: Option<usize>,
    /// Fold nothing; implies --diff
    #[arg(long, conflicts_with = "around")]
    pub full: bool,
    /// Fill N columns, 20 or more [default: the terminal's, at most 120 in one column]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(20..))]
    pub width: Option<u16>,
    /// Whether to use colours
    #[arg(long, value_name = "WHEN", visible_alias = "colour", default_value = "auto")]
    pub color: When,
}

/// Whether to use colours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On terminals, unless NO_COLOR or its like says otherwise
    #[default]
    Auto,
    /// Also where the output is no terminal
    Always,
    /// Not at all
    Never,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Format::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Format::Inline => "a word diff in one column",
            Format::SideBySide => "a word diff in two columns",
            Format::Unified => "a line diff for patch and git apply",
            Format::Html => "a page of its own, without scripts; one for all files",
            Format::Json => "one JSON object a file, one a line",
            Format::Jsonl => "one JSON object a change, one a line",
            Format::Sarif => "a SARIF 2.1.0 log; one for all files",
        };
        let value = PossibleValue::new(self.name()).help(help);
        // What it was called first.
        Some(if *self == Format::Inline { value.alias("human") } else { value })
    }
}

impl ShowArgs {
    /// True where changes are to be shown, not the text.
    pub fn is_asked(&self) -> bool {
        self.format.is_some() || self.explain || self.around.is_some() || self.full
    }

    fn look<'a>(&self, format: Format, judged: Option<&'a ThreeWay>) -> Look<'a> {
        let is_coloured = match self.color {
            When::Always => true,
            When::Never => false,
            When::Auto => is_coloured(),
        };
        let width = self.width.map_or_else(|| width(format), usize::from);
        let n_context = if self.full { None } else { Some(self.around.unwrap_or(0)) };
        Look { width, is_coloured, is_explained: self.explain, n_context, judged }
    }

    fn unified(&self) -> Unified {
        let usual = Unified::default().n_context;
        Unified { n_context: if self.full { WHOLE } else { self.around.unwrap_or(usual).min(WHOLE) } }
    }
}

/// More lines than any file has, and few enough to be added up.
const WHOLE: usize = u32::MAX as usize;

/// Shows comparisons one after the other, or keeps them until all are there where they make one document.
pub struct Shower<'a> {
    args: &'a ShowArgs,
    kept: Vec<Comparison>,
}

impl<'a> Shower<'a> {
    /// Shows as `args` ask.
    pub fn new(args: &'a ShowArgs) -> Self {
        Shower { args, kept: Vec::new() }
    }

    /// Shows `comparison` on the standard output or what stands in for it, now or when it is [`finish`](Self::finish)ed.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn show(&mut self, comparison: Comparison, out: &mut dyn Write) -> Result<()> {
        if self.format().is_one_document() {
            self.kept.push(comparison);
            return Ok(());
        }
        files::print(out, &self.render(&[comparison], None))
    }

    /// Shows `comparison`, and what became of each place of it.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn show_judged(&mut self, comparison: &Comparison, judged: &ThreeWay, out: &mut dyn Write) -> Result<()> {
        if self.format() == Format::Json {
            let mut json = serde_json::to_vec(judged).expect("strings, numbers and lists are JSON");
            json.push(b'\n');
            return files::print(out, &json);
        }
        files::print(out, &self.render(std::slice::from_ref(comparison), Some(judged)))
    }

    /// Writes what was kept.
    ///
    /// # Errors
    ///
    /// Where it cannot be written.
    pub fn finish(self, out: &mut dyn Write) -> Result<()> {
        if self.kept.is_empty() {
            return Ok(());
        }
        files::print(out, &self.render(&self.kept, None))
    }

    fn format(&self) -> Format {
        self.args.format.unwrap_or_default()
    }

    fn render(&self, comparisons: &[Comparison], judged: Option<&ThreeWay>) -> Vec<u8> {
        let format = self.format();
        let look = self.args.look(format, judged);
        let renderer: &dyn Renderer = match format {
            Format::Inline => &Inline(look),
            Format::SideBySide => &SideBySide(look),
            Format::Unified => &self.args.unified(),
            Format::Html => &Html(look),
            Format::Json => &Json,
            Format::Jsonl => &Jsonl { judged },
            Format::Sarif => &Sarif,
        };
        renderer.render_all(comparisons)
    }
}

/// Refuses what cannot be judged by the true original: a form that has no place for it.
///
/// # Errors
///
/// Where `format` is such a form.
pub fn check_judged(command: &str, format: Option<Format>) -> Result<()> {
    if !matches!(format, Some(Format::Unified | Format::Sarif)) {
        return Ok(());
    }
    let mend = "use --format inline, side-by-side, html, json or jsonl";
    Err(Error::new(ErrorKind::Usage, command, "this form has no place for a third text", mend))
}

/// Refuses to judge texts that are too long for it.
///
/// # Errors
///
/// Where aligning `text` with `original` would take gigabytes.
pub fn check_length(name: &str, text: &str, original: &str) -> Result<()> {
    if three_way::is_feasible(text, original) {
        return Ok(());
    }
    let fault = "too long to be judged by an original";
    Err(Error::new(ErrorKind::Usage, name, fault, "compare it in parts, or compare two texts without --original"))
}

/// Writes a text to the file at `output`, or to the standard output where there is none.
///
/// # Errors
///
/// Where it cannot be written.
pub fn put(output: Option<&Path>, bytes: &[u8], out: &mut dyn Write) -> Result<()> {
    match output.filter(|path| !files::is_stdin(path)) {
        Some(path) => files::write(path, bytes),
        None => files::print(out, bytes),
    }
}

/// Writes a line for people.
///
/// # Errors
///
/// Where it cannot be written.
pub fn line(text: &str, out: &mut dyn Write) -> Result<()> {
    files::print(out, format!("{text}\n").as_bytes())
}

/// Writes `journal` to `at`, where there is one, and then does `work`; the journal of work that failed is removed again.
///
/// # Errors
///
/// Where the journal cannot be written, there is a file already, or `work` failed.
pub fn with_journal(at: Option<&Path>, journal: &Journal, work: impl FnOnce() -> Result<()>) -> Result<()> {
    let Some(at) = at else { return work() };
    write_journal(at, journal)?;
    work().inspect_err(|_| {
        let _ = std::fs::remove_file(at);
    })
}

/// Writes `journal` to `at`.
///
/// # Errors
///
/// Where there is a file already, or it cannot be written.
fn write_journal(at: &Path, journal: &Journal) -> Result<()> {
    if files::write_new(at, journal.to_json().as_bytes(), None)? {
        return Ok(());
    }
    let fault = "there is a file of this name, and a journal may be the only way back";
    Err(Error::new(ErrorKind::Io, at.display().to_string(), fault, "name another, or move it away"))
}

/// The output of a command that writes files: what its reader no longer wants is dropped, and the work goes on.
pub struct WhileHeard<'a> {
    out: &'a mut dyn Write,
    is_gone: bool,
}

impl<'a> WhileHeard<'a> {
    /// Writes to `out` for as long as somebody reads it.
    pub fn new(out: &'a mut dyn Write) -> Self {
        WhileHeard { out, is_gone: false }
    }

    fn or_gone<T>(&mut self, result: std::io::Result<T>, dropped: T) -> std::io::Result<T> {
        match result {
            Err(e) if e.kind() == std::io::ErrorKind::BrokenPipe => {
                self.is_gone = true;
                Ok(dropped)
            }
            other => other,
        }
    }
}

impl Write for WhileHeard<'_> {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.is_gone {
            return Ok(bytes.len());
        }
        let written = self.out.write(bytes);
        self.or_gone(written, bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        if self.is_gone {
            return Ok(());
        }
        let flushed = self.out.flush();
        self.or_gone(flushed, ())
    }
}

/// True where the standard output wants colours: a terminal that can, and nothing in the environment that says otherwise.
pub fn is_coloured() -> bool {
    AutoStream::choice(&std::io::stdout()) != ColorChoice::Never
}

/// Columns where the standard output is no terminal.
const USUAL_WIDTH: usize = 100;
/// Wider lines are hard to read; two columns may be as wide as the terminal.
const WIDEST: usize = 120;

fn width(format: Format) -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    let terminal = || terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    let most = if format == Format::SideBySide { 2 * WIDEST } else { WIDEST };
    asked.or_else(terminal).unwrap_or(USUAL_WIDTH).min(most)
}
