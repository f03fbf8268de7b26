//! Many texts at once: what the commands have in common where they are given directories, streams of records or lists.

mod keeper;
mod plan;
mod progress;
mod run;
mod sink;
mod state;
mod stop;
pub mod undo;
pub mod walk;

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::bulk::desk::{Desk, Fields, MAX_TEXT, Output, Say};
use crate::bulk::result::Journals;
use crate::bulk::shape::{self, Shape};
use crate::bulk::task::Task;
use crate::error::{Error, ErrorKind, Result};

pub use plan::{Job, Plan};
pub use run::run;
pub use walk::Input;

/// Which texts there are, where they stand, and where what was found goes.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Many texts (docs/bulk.md)")]
pub struct BulkArgs {
    /// What the files are [default: as their names end]
    #[arg(long, value_name = "SHAPE")]
    pub input_format: Option<InputFormat>,
    /// The field or column of the text; a.b is field b of object a [default: text]
    #[arg(long, value_name = "NAME")]
    pub field: Option<String>,
    /// The field or column that names a record [default: id]
    #[arg(long, value_name = "NAME")]
    pub id: Option<String>,
    /// Put what comes out into a new field, and leave the text as it is
    #[arg(long, value_name = "NAME")]
    pub to_field: Option<String>,
    /// The field for what was found, or what its columns begin with [default: despin]
    #[arg(long, value_name = "NAME")]
    pub result_field: Option<String>,
    /// Write each file to a file of its name in DIR
    #[arg(long, value_name = "DIR", conflicts_with = "output")]
    pub out: Option<PathBuf>,
    /// Read the names of files from FILE, one a line or with NUL behind each; - for the standard input
    #[arg(long, value_name = "FILE")]
    pub file_list: Option<PathBuf>,
    /// In directories, take the files that GLOB fits, or with ! before it those that it does not; may be given several times
    #[arg(long, value_name = "GLOB")]
    pub glob: Vec<String>,
    /// In directories, take what .gitignore and its like leave out, too
    #[arg(long)]
    pub no_ignore: bool,
    /// In directories, take hidden files, too
    #[arg(long)]
    pub hidden: bool,
    /// Work on N texts at a time [default: as many as there are cores]
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    pub jobs: Option<u16>,
    /// What of the journal a record keeps [default: lean]
    #[arg(long, value_name = "WHAT")]
    pub inline_journal: Option<InlineJournal>,
    /// Keep the journals in files of DIR
    #[arg(long, value_name = "DIR")]
    pub journal_dir: Option<PathBuf>,
    /// Write the records that cannot be read to FILE, with the reason
    #[arg(long, value_name = "FILE")]
    pub rejects: Option<PathBuf>,
    /// Stop at the first record that cannot be read, and write nothing
    #[arg(long, conflicts_with = "rejects")]
    pub strict: bool,
    /// Pass over records of more than SIZE bytes: 500K, 64M, 1G [default: 64M]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_record: Option<u64>,
    /// Pass over texts of more than SIZE bytes [default: 1M, and of clean 64M]
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_text: Option<u64>,
    /// Give up a file that unpacks to more than N times its size [default: 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub max_ratio: Option<u64>,
    /// Records in a frame of a packed output [default: 512]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub frame_records: Option<u64>,
    /// Go on where a run was stopped
    #[arg(long)]
    pub resume: bool,
    /// Note every SECONDS how far a run has come, for --resume [default: 2]
    #[arg(long, value_name = "SECONDS")]
    pub save_every: Option<u64>,
    /// How the run tells how far it is, on the standard error [default: a bar on terminals]
    #[arg(long, value_name = "FORM")]
    pub progress: Option<ProgressForm>,
    /// What is told at the end [default: nothing but on terminals]
    #[arg(long, value_name = "FORM")]
    pub summary: Option<SummaryForm>,
}

/// What files are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InputFormat {
    /// One JSON object a line
    #[value(alias = "ndjson")]
    Jsonl,
    /// Comma-separated values with a line of names
    Csv,
    /// Web archives: WARC and WET
    #[value(alias = "wet")]
    Warc,
    /// A file is a text
    Text,
}

/// What of the journal a record keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum InlineJournal {
    /// What undoing needs
    Lean,
    /// What spoke for each edit, too
    Full,
    /// Nothing
    None,
}

/// How a run tells how far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ProgressForm {
    /// A bar
    Bar,
    /// One JSON object a line, every second
    Json,
    /// Not at all
    None,
}

/// What is told at the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SummaryForm {
    /// A line for people
    Human,
    /// One JSON object
    Json,
    /// Nothing
    None,
}

/// How a command goes on with what it was given.
pub enum Way {
    /// With these files, each a text, as it always did.
    Texts(Vec<PathBuf>),
    /// With all of these at once.
    Bulk(Vec<Input>),
}

impl BulkArgs {
    /// Which way `command` goes with `files`, where it may write to `output`; `is_text_by_text` where it shows changes or writes in
    /// place, which records have no way for.
    ///
    /// # Errors
    ///
    /// Where a directory or a list cannot be read, nothing is there, or what was asked for does not go together.
    pub fn way(&self, command: &str, files: &[PathBuf], output: Option<&Path>, is_text_by_text: bool) -> Result<Way> {
        let usage = |fault: &str, mend: &str| Err(Error::new(ErrorKind::Usage, command, fault, mend));
        let is_output_of_records = output.and_then(|path| shape_of(path).0).is_some_and(Shape::has_records);
        let is_told = |path: &PathBuf| {
            let (shape, compression) = shape_of(path);
            path.is_dir() || shape.is_some_and(Shape::has_records) || compression != shape::Compression::None
        };
        let is_asked = self.is_asked() || (is_output_of_records && files.len() > 1);
        if !is_asked && !self.is_choosing() && !files.iter().any(is_told) {
            return Ok(Way::Texts(files.to_vec()));
        }
        let inputs = walk::inputs(command, self, files, output)?;
        if !is_text_by_text {
            return Ok(Way::Bulk(inputs));
        }
        if self.is_asked() {
            return usage(
                "changes are shown, and files written in place, one after the other",
                "leave out the flags of many texts, or write with -o or --out",
            );
        }
        if inputs.iter().any(|i| i.shape.has_records() || i.compression != shape::Compression::None) {
            return usage(
                "this can be done with plain texts alone, not with records or packed files",
                "write with -o or --out, and compare the fields",
            );
        }
        Ok(Way::Texts(inputs.into_iter().map(|input| input.path).collect()))
    }

    /// True where something is asked for that only many texts have.
    fn is_asked(&self) -> bool {
        let fields = [&self.field, &self.id, &self.to_field, &self.result_field];
        let paths = [&self.out, &self.journal_dir, &self.rejects];
        fields.iter().any(|field| field.is_some())
            || paths.iter().any(|path| path.is_some())
            || self.input_format.is_some()
            || self.inline_journal.is_some()
            || self.max_record.is_some()
            || self.max_text.is_some()
            || self.max_ratio.is_some()
            || self.frame_records.is_some()
            || self.save_every.is_some()
            || self.progress.is_some()
            || self.summary.is_some()
            || self.jobs.is_some()
            || self.strict
            || self.resume
    }

    /// True where it is said which files there are.
    fn is_choosing(&self) -> bool {
        self.file_list.is_some() || !self.glob.is_empty() || self.no_ignore || self.hidden
    }

    /// Where in records the text stands.
    fn fields(&self) -> Fields {
        let usual = Fields::default();
        Fields {
            text: self.field.clone().unwrap_or(usual.text),
            id: self.id.clone().unwrap_or(usual.id),
            to: self.to_field.clone(),
            result: self.result_field.clone().unwrap_or(usual.result),
        }
    }

    /// What does `task` to the records of `job`; `say` says what is said of each, where the job has that.
    pub fn desk<'a>(&self, job: &Job, plan: &Plan, task: Task<'a>, say: Option<Box<Say>>) -> Desk<'a> {
        let is_beside_texts =
            matches!(plan.goal, plan::Goal::Directory(_)) && job.inputs.iter().any(|i| !i.shape.has_records());
        let usual = match task {
            Task::Clean { .. } => MAX_RECORD,
            _ => MAX_TEXT,
        };
        let mut desk = Desk::new(task);
        desk.fields = self.fields();
        desk.journals = self.journals();
        desk.is_beside = self.journal_dir.is_some() || is_beside_texts;
        desk.max_text = self.max_text.unwrap_or(usual);
        desk.output = match say {
            Some(say) if job.is_said => Output::Said(say),
            _ if plan.is_jsonl => Output::Jsonl,
            _ => Output::Same,
        };
        desk
    }

    fn journals(&self) -> Journals {
        match (self.inline_journal, &self.journal_dir) {
            (Some(InlineJournal::Lean), _) | (None, None) => Journals::Lean,
            (Some(InlineJournal::Full), _) => Journals::Full,
            // What lies beside is not needed twice.
            (Some(InlineJournal::None), _) | (None, Some(_)) => Journals::None,
        }
    }

    fn max_record(&self) -> u64 {
        self.max_record.unwrap_or(MAX_RECORD)
    }

    fn max_ratio(&self) -> u64 {
        self.max_ratio.unwrap_or(MAX_RATIO)
    }

    fn frame_records(&self) -> u64 {
        self.frame_records.unwrap_or(FRAME_RECORDS)
    }

    fn jobs(&self) -> usize {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        self.jobs.map_or_else(cores, usize::from)
    }
}

/// A longer record has more than an article in it.
const MAX_RECORD: u64 = 64 << 20;
/// Gzip cannot pack better than 1032 to 1; English is packed 3 to 10 to 1.
const MAX_RATIO: u64 = 1000;
/// About a megabyte or two of articles: Zstandard packs little better with more.
const FRAME_RECORDS: u64 = 512;

/// What the name of the file at `path` says of it.
fn shape_of(path: &Path) -> (Option<Shape>, shape::Compression) {
    shape::of_name(&path.file_name().unwrap_or_default().to_string_lossy())
}

/// A size as an argument.
fn size(text: &str) -> std::result::Result<u64, String> {
    let wrong = || "give a number of bytes, as 500K, 64M or 1G".to_string();
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let unit = match text[digits.len()..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" | "kib" => 1 << 10,
        "m" | "mb" | "mib" => 1 << 20,
        "g" | "gb" | "gib" => 1u64 << 30,
        _ => return Err(wrong()),
    };
    let n = digits.parse::<u64>().ok().and_then(|n| n.checked_mul(unit)).filter(|n| *n > 0);
    n.ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_units() {
        assert_eq!(
            [size("12"), size("500K"), size("64 MiB"), size("1g")],
            [Ok(12), Ok(512_000), Ok(64 << 20), Ok(1 << 30)]
        );
        for wrong in ["", "0", "K", "-1", "1.5M", "12 parsecs", "99999999999G"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }
}
