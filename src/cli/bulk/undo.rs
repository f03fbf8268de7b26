//! `despin undo` of records: each is taken back by the journal that it holds.

use std::io::Write;
use std::path::Path;

use crate::bulk::desk::Fields;
use crate::bulk::shape::{Compression, Shape};
use crate::bulk::undo::undo;
use crate::cli::bulk::plan::{Goal, Plan};
use crate::cli::bulk::{BulkArgs, Job, SummaryForm, run, shape_of, walk};
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::error::Result;

/// True where the file at `path` has records, which hold their journals themselves.
pub fn has_records(path: &Path) -> bool {
    matches!(shape_of(path).0, Some(Shape::Jsonl | Shape::Csv))
}

/// Takes the records of the file at `path` back, and writes them to `output`, prints them where `is_printed`, or else gives
/// them the file's place. Where one cannot be taken back, the file is as it was.
///
/// # Errors
///
/// Where the file cannot be read, a record cannot be taken back, or the result cannot be written.
pub fn records(
    path: &Path,
    output: Option<&Path>,
    is_printed: bool,
    fields: &Fields,
    out: &mut dyn Write,
) -> Result<Exit> {
    let args = BulkArgs { strict: true, summary: Some(SummaryForm::None), jobs: Some(1), ..BulkArgs::default() };
    let inputs = walk::inputs("undo", &args, &[path.to_path_buf()], output)?;
    let target = output.filter(|output| !files::is_stdin(output));
    let goal = match (target, is_printed) {
        (_, true) => Goal::Printed,
        (Some(target), _) => Goal::File(target.to_path_buf(), shape_of(target).1),
        (None, false) => Goal::File(path.to_path_buf(), inputs.first().map_or(Compression::None, |i| i.compression)),
    };
    let settings = String::new();
    let job = Job { command: "undo", args: &args, inputs, output, is_said: false, is_changing: true, settings };
    // It is over soon, and what it began is taken away where it fails.
    let plan = Plan { goal, is_jsonl: false, is_archive: false, state: None, fingerprint: String::new() };
    run(&job, &plan, |file, shape, frame| undo(file, shape, frame, fields), out)
}
