//! `despin review`: every proposed change, for a person to decide about.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::clean;
use crate::cli::engine::{Engine, EngineArgs, RescorerArgs};
use crate::cli::exit::Exit;
use crate::cli::{files, inputs};
use crate::error::Result;
use crate::pipeline::Options;
use crate::render::review_page::review_page;
use crate::report::Report;
use crate::review::Threshold;

/// Decide about each change
#[derive(Debug, Clone, Default, Args)]
pub struct ReviewArgs {
    /// Files to review; - or none for the standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Write a page to OUT in which a browser shows every change (docs/review-page.md)
    #[arg(long, value_name = "OUT")]
    pub html: PathBuf,
    /// Propose changes also for what is not judged spun
    #[arg(long)]
    pub force: bool,
    /// Do not clean
    #[arg(long)]
    pub no_clean: bool,
    /// What it works with.
    #[command(flatten)]
    pub engine: EngineArgs,
    /// What looks again.
    #[command(flatten)]
    pub rescorer: RescorerArgs,
}

/// Runs `despin review`.
///
/// # Errors
///
/// Where a file, a dictionary or a model cannot be read, or the page cannot be written.
pub fn run(args: &ReviewArgs, out: &mut dyn Write) -> Result<Exit> {
    inputs::check_stdin("review", args.files.iter().chain(&args.engine.dict))?;
    files::check_output("review", &args.files, Some(&args.html), None, "name another OUT")?;
    let engine = Engine::open(&args.engine)?.with_rescorer(&args.rescorer)?;
    let clean = if args.no_clean { None } else { Some(clean::Options::default()) };
    let despinner = engine.despinner(Options { is_forced: args.force, clean, ..Options::default() })?;
    let mut reports: Vec<(String, Report)> = Vec::new();
    let exit = inputs::each(&args.files, |path, bytes| {
        reports.push((inputs::name(path), despinner.review(&bytes, &mut Threshold::Nothing)));
        Ok(Exit::Clean)
    })?;
    let files: Vec<(&str, &Report)> = reports.iter().map(|(name, report)| (name.as_str(), report)).collect();
    crate::cli::output::put(Some(&args.html), review_page(&files).as_bytes(), out)?;
    Ok(exit)
}
