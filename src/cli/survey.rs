//! `despin report`: what runs over many texts found, as a page, Markdown or JSON.

use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::bulk::compress;
use crate::bulk::desk::Fields;
use crate::bulk::finding::read;
use crate::bulk::frame::{Cursor, Fault, frames};
use crate::bulk::shape::Shape;
use crate::cli::bulk::{BulkArgs, Input, walk};
use crate::cli::exit::Exit;
use crate::cli::{files, output, report};
use crate::error::{Error, ErrorKind, Result};
use crate::render::survey::{html, json, markdown};
use crate::survey::{Options, Survey};

/// Tell what a run over many texts found
///
/// Reads what `despin detect`, `clean` and `restore` wrote of many texts (JSON Lines and CSV, packed or not, and the lines of `detect
/// --format json`), as a stream. Gives shares, distributions, groups, the commonest changes, and examples.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReportArgs {
    /// Files or directories that a run wrote; - or none for the standard input
    #[arg(value_name = "RUN")]
    pub runs: Vec<PathBuf>,
    /// The form [default: as OUT ends, else markdown]
    #[arg(long, value_name = "FORM")]
    pub format: Option<ReportFormat>,
    /// Write to OUT: .html, .md or .json
    #[arg(short, long, value_name = "OUT")]
    pub output: Option<PathBuf>,
    /// What it is called
    #[arg(long, value_name = "TEXT", default_value = "Corpus report")]
    pub title: String,
    /// Group texts by this field, and by its host where that is a URL [default: the field url, else the folder of the
    /// file]
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// List N groups and N changes
    #[arg(long, value_name = "N", default_value_t = 30)]
    pub top: usize,
    /// Show N examples
    #[arg(long, value_name = "N", default_value_t = 8)]
    pub examples: usize,
    /// Go on with exit code 0 though records could not be read
    #[arg(long)]
    pub lenient: bool,
    /// The field that names a record
    #[arg(long, value_name = "NAME", default_value = "id")]
    pub id: String,
    /// Of CSV: the column of the text after the run
    #[arg(long, value_name = "NAME", default_value = "text")]
    pub field: String,
    /// The field of what was found, or what its columns begin with
    #[arg(long, value_name = "NAME", default_value = "despin")]
    pub result_field: String,
    /// In directories, take the files that GLOB fits, or with ! before it those that it does not; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub glob: Vec<String>,
}

const EXAMPLES: &str = "\
Examples:
  despin restore -o restored.jsonl.zst raw.jsonl.zst && despin report restored.jsonl.zst
  despin report -o report.html --title 'Crawl of May' restored/
  despin report --by site --format json judged.csv
  despin detect --format json corpus/ | despin report -

Exit codes: 0 done, 2 could not, or records could not be read.";

/// The forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReportFormat {
    /// One page
    Html,
    /// Text for people
    Markdown,
    /// One JSON object (docs/report.md)
    Json,
}

/// Faults that are told one by one.
const MOST_TOLD: u64 = 20;
/// A longer record is passed over, as in the runs themselves.
const MAX_RECORD: u64 = 64 << 20;
/// A stream that unpacks to more than so many times its size is given up, as in the runs themselves.
const MAX_RATIO: u64 = 1000;

/// Runs `despin report`.
///
/// # Errors
///
/// Where there is nothing to read, or the report cannot be written.
pub fn run(args: &ReportArgs, out: &mut dyn Write) -> Result<Exit> {
    let bulk = BulkArgs { glob: args.glob.clone(), ..BulkArgs::default() };
    let inputs = walk::inputs("report", &bulk, &args.runs, args.output.as_deref())?;
    let read = inputs.iter().map(|input| &input.path);
    files::check_output(
        "report",
        &read.cloned().collect::<Vec<_>>(),
        args.output.as_deref(),
        None,
        "name another OUT",
    )?;
    let mut reader = Reader {
        args,
        names: Fields { id: args.id.clone(), text: args.field.clone(), result: args.result_field.clone(), to: None },
        survey: Survey::new(Options {
            title: args.title.clone(),
            n_rows: args.top,
            n_examples: args.examples,
            ..Options::default()
        }),
        n_faults: 0,
    };
    // A directory that restored texts went to has them beside what tells of them.
    inputs.iter().for_each(|input| reader.read(input));
    let Reader { survey, n_faults, .. } = reader;
    if n_faults > MOST_TOLD {
        eprintln!("despin: {} more could not be read", n_faults - MOST_TOLD);
    }
    let figures = survey.figures();
    let text = match args.form() {
        ReportFormat::Html => html::page(&figures),
        ReportFormat::Markdown => markdown::markdown(&figures),
        ReportFormat::Json => json(&figures),
    };
    output::put(args.output.as_deref(), text.as_bytes(), out)?;
    Ok(if n_faults > 0 && !args.lenient { Exit::Failed } else { Exit::Clean })
}

impl ReportArgs {
    fn form(&self) -> ReportFormat {
        let ending = self.output.as_deref().and_then(Path::extension).and_then(|ending| ending.to_str());
        self.format.unwrap_or(match ending {
            Some("html" | "htm") => ReportFormat::Html,
            Some("json") => ReportFormat::Json,
            _ => ReportFormat::Markdown,
        })
    }
}

struct Reader<'a> {
    args: &'a ReportArgs,
    names: Fields,
    survey: Survey,
    n_faults: u64,
}

impl Reader<'_> {
    fn read(&mut self, input: &Input) {
        // What comes from a pipe has no ending.
        let shape = if files::is_stdin(&input.path) { Shape::Jsonl } else { input.shape };
        let folder = input.below.parent().filter(|folder| !folder.as_os_str().is_empty());
        let place = folder.map_or_else(|| input.name.clone(), |folder| folder.display().to_string());
        if shape == Shape::Text || shape == Shape::Warc {
            return self.survey.add_without();
        }
        let stream: std::io::Result<Box<dyn Read + Send>> = match files::is_stdin(&input.path) {
            true => Ok(Box::new(std::io::stdin())),
            false => File::open(&input.path).map(|file| Box::new(file) as Box<dyn Read + Send>),
        };
        let stream =
            match stream.and_then(|s| compress::reader(s, None, input.compression, MAX_RATIO, Default::default())) {
                Ok(stream) => stream,
                Err(error) => return self.fault(&input.name, Fault(format!("cannot read it: {error}"))),
            };
        for frame in frames(stream, shape, MAX_RECORD, Cursor::START) {
            match read(shape, &frame, &self.names, self.args.by.as_deref().unwrap_or("url")) {
                Err(fault) => self.fault(&format!("{}:{}", input.name, frame.at.line + 1), fault),
                Ok(None) => {}
                Ok(Some(found)) => {
                    let Some(finding) = &found.finding else {
                        self.survey.add_without();
                        continue;
                    };
                    let group = match &found.by {
                        Some(by) => host(by).unwrap_or_else(|| by.clone()),
                        None if self.args.by.is_some() => "(none)".to_string(),
                        None => place.clone(),
                    };
                    let id = found.id.map(|id| format!(" {id}")).unwrap_or_default();
                    let at = format!("{}:{}{id}", input.name, frame.at.record + 1);
                    self.survey.add(&at, &group, finding);
                }
            }
        }
    }

    fn fault(&mut self, place: &str, fault: Fault) {
        self.n_faults += 1;
        self.survey.add_unreadable();
        if self.n_faults <= MOST_TOLD {
            report(&Error::new(ErrorKind::Io, place, fault.0, "mend it, or go on with --lenient"));
        }
    }
}

/// The host of a URL, in lower case.
fn host(url: &str) -> Option<String> {
    let (scheme, rest) = url.split_once("://")?;
    let is_scheme = !scheme.is_empty() && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    let authority = rest.split(['/', '?', '#']).next().filter(|_| is_scheme)?;
    let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
    let bare = match host.rsplit_once(':') {
        Some((bare, port)) if port.bytes().all(|b| b.is_ascii_digit()) => bare,
        _ => host,
    };
    (!bare.is_empty()).then(|| bare.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_taken_out_of_urls() {
        for (url, expected) in [
            ("https://www.Example.org:8080/a?b#c", Some("www.example.org")),
            ("http://me:secret@example.org", Some("example.org")),
            ("http://[::1]:80/", Some("[::1]")),
            ("example.org/a", None),
            ("a b://c", None),
            ("http:///a", None),
        ] {
            assert_eq!(host(url).as_deref(), expected, "{url}");
        }
    }
}
