//! How changes are shown: the form, its width and its colours.

use std::io::Write;
use std::path::Path;

use anstream::{AutoStream, ColorChoice};
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};

use crate::cli::files;
use crate::error::{Error, ErrorKind, Result};
use crate::journal::Journal;
use crate::render::{Format, Human, Json, Renderer, Unified};
use crate::report::Comparison;

/// How changes are shown.
#[derive(Debug, Clone, Default, Args)]
pub struct ShowArgs {
    /// The form in which changes are shown; implies --diff
    #[arg(long, value_name = "FORM")]
    pub format: Option<Format>,
    /// Say for each change how probable it is, where it comes from and what else was thought of; implies --diff
    #[arg(long)]
    pub explain: bool,
}

impl ValueEnum for Format {
    fn value_variants<'a>() -> &'a [Self] {
        &Format::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let help = match self {
            Format::Human => "a word diff for people",
            Format::Unified => "a line diff for patch and git apply",
            Format::Json => "one JSON object a file, one a line",
        };
        Some(PossibleValue::new(self.name()).help(help))
    }
}

/// Shows `comparison` as `args` ask, on the standard output or what stands in for it.
///
/// # Errors
///
/// Where it cannot be written.
pub fn show(comparison: &Comparison, args: &ShowArgs, out: &mut dyn Write) -> Result<()> {
    let renderer: &dyn Renderer = match args.format.unwrap_or(Format::Human) {
        Format::Human => &Human { width: width(), is_coloured: is_coloured(), is_explained: args.explain },
        Format::Unified => &Unified::default(),
        Format::Json => &Json,
    };
    files::print(out, &renderer.render(comparison))
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
/// Wider lines are hard to read.
const WIDEST: usize = 120;

fn width() -> usize {
    let asked = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    let terminal = || terminal_size::terminal_size_of(std::io::stdout()).map(|(width, _)| usize::from(width.0));
    asked.or_else(terminal).unwrap_or(USUAL_WIDTH).min(WIDEST)
}
