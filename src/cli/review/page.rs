//! `despin review --html`: a page on which a browser shows each change, for decisions to be made there.

use std::io::Write;
use std::path::Path;

use crate::clean;
use crate::cli::engine::Engine;
use crate::cli::exit::Exit;
use crate::cli::output::put;
use crate::cli::review::ReviewArgs;
use crate::cli::review::kept::Kept;
use crate::cli::{files, inputs, report};
use crate::error::{Error, ErrorKind, Result};
use crate::journal::sha256;
use crate::pipeline::{Examined, Options};
use crate::render::review_page::review_page;
use crate::report::Report;
use crate::review::Replay;

/// Writes the page of the files that `args` name to `page`, with what was decided before standing on it.
///
/// # Errors
///
/// Where a file, a dictionary, a model or the decisions cannot be read, or the page cannot be written.
pub fn run(args: &ReviewArgs, page: &Path, out: &mut dyn Write) -> Result<Exit> {
    inputs::check_stdin("review", args.files.iter().chain(&args.decisions).chain(&args.engine.dict))?;
    files::check_output("review", &args.files, Some(page), args.decisions.as_deref(), "name another OUT")?;
    let kept = Kept::open(args.decisions.as_deref())?;
    if let (Some(path), false) = (&args.decisions, kept.is_there()) {
        return Err(Error::new(ErrorKind::Io, inputs::name(path), "there is no such file", "check the name"));
    }
    let engine = Engine::open(&args.engine)?.with_rescorer(&args.rescorer)?;
    let clean = (!args.no_clean).then(clean::Options::default);
    let encoding = args.encoding.encoding()?;
    let despinner = engine.despinner(Options { is_forced: args.force, clean, encoding, ..Options::default() })?;
    let mut texts: Vec<(String, Examined)> = Vec::new();
    let exit = inputs::each(&args.files, |path, bytes| {
        texts.push((inputs::name(path), despinner.examine(&bytes)));
        Ok(Exit::Clean)
    })?;
    let digests = texts.iter().map(|(_, examined)| sha256(&examined.bytes)).collect();
    let mut replay = Replay::new(kept.ledger).about(digests);
    let reports: Vec<(String, Report)> =
        texts.into_iter().map(|(name, examined)| (name, examined.decided_by(&mut replay))).collect();
    let files: Vec<(&str, &Report)> = reports.iter().map(|(name, report)| (name.as_str(), report)).collect();
    put(Some(page), review_page(&files).as_bytes(), out)?;
    let refusals = replay.refusals();
    refusals.iter().for_each(report);
    Ok(if args.strict && !refusals.is_empty() { Exit::Failed } else { exit })
}
