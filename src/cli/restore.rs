//! `despin restore`: cleans, judges and restores.

use std::io::Write;
use std::path::{Path, PathBuf};

use clap::Args;

use crate::bulk::task::Task;
use crate::clean;
use crate::clean::boilerplate::Removal;
use crate::cli::bulk::{self, BulkArgs, Job, Way};
use crate::cli::engine::{Engine, EngineArgs, RescorerArgs};
use crate::cli::exit::Exit;
use crate::cli::output::{ShowArgs, Shower, WhileHeard, check_judged, check_length, line, put, with_journal};
use crate::cli::review::{self, ReviewArgs};
use crate::cli::settings::{EncodingArgs, HtmlArgs, removal};
use crate::cli::{files, inputs, report};
use crate::error::{Error, ErrorKind, Result};
use crate::eval::three_way;
use crate::pipeline::{Despinner, Options};
use crate::render::human::{counted, verdict};
use crate::render::visible;
use crate::report::{Comparison, Report};
use crate::review::{Replay, Reviewer, Threshold};
use crate::settings;
use crate::text::source::Source;

/// Restore the likely original of spun text
///
/// Prints the restored text. A text that is not judged spun is left as it is, but for cleaning.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct RestoreArgs {
    /// Files or directories to restore; - or none for the standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show what changes, not the restored text; exit with 1 if anything does
    #[arg(long)]
    pub diff: bool,
    /// How changes are shown.
    #[command(flatten)]
    pub show: ShowArgs,
    /// Decide about each change on the screen, as `despin review` does, and make what was decided
    #[arg(short, long, requires = "files", conflicts_with_all = ["check", "diff", "format", "explain", "original", "apply_from"])]
    pub interactive: bool,
    /// Restore the files in place, each with a journal beside it for `despin undo`
    #[arg(short, long, conflicts_with_all = ["check", "original"])]
    pub write: bool,
    /// Write the text to OUT, and leave FILE as it is
    #[arg(short, long, value_name = "OUT", conflicts_with_all = ["write", "check", "diff", "format", "explain", "around", "full", "original"])]
    pub output: Option<PathBuf>,
    /// Print nothing but the names of the files that would change, one a line; exit with 1 if any would
    #[arg(long, conflicts_with_all = ["original", "journal", "diff", "format", "explain", "around", "full"])]
    pub check: bool,
    /// Write the journal to JOURNAL, which must not be there yet
    #[arg(long, value_name = "JOURNAL")]
    pub journal: Option<PathBuf>,
    /// Compare what is restored with the true original: right, wrong, missed, needless
    #[arg(long, value_name = "FILE", conflicts_with = "journal")]
    pub original: Option<PathBuf>,
    /// Restore, but do not clean
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
    /// Restore also what is not judged spun
    #[arg(long)]
    pub force: bool,
    /// Make edits from this probability on, 0 to 1 [default: 0.45, and up to 0.8 the less
    /// of the text was spun]
    #[arg(long, value_name = "P", value_parser = probability)]
    pub apply_from: Option<f64>,
    /// Decide as a journal or a list of decisions says, not by probability (docs/formats.md)
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// What it works with.
    #[command(flatten)]
    pub engine: EngineArgs,
    /// What looks again.
    #[command(flatten)]
    pub rescorer: RescorerArgs,
    /// Many texts.
    #[command(flatten)]
    pub bulk: BulkArgs,
}

const EXAMPLES: &str = "\
Examples:
  despin restore article.txt > restored.txt
  despin restore --diff article.txt
  despin restore --format unified article.txt | patch -p1
  despin restore -i -w article.txt
  despin restore -w *.txt; despin undo article.txt
  despin restore --original true.txt article.txt
  despin restore --out restored corpus/
  despin restore --field body -o restored.jsonl.zst --rejects bad.jsonl raw.jsonl.zst
  curl -s https://example.com/article.txt | despin restore --diff --explain

Exit codes: 0 done, 1 something changes (with --check, --diff or --format), 2 could not.";

/// A probability as an argument.
pub(crate) fn probability(text: &str) -> std::result::Result<f64, String> {
    match text.parse::<f64>() {
        Ok(p) if (0.0..=1.0).contains(&p) => Ok(p),
        _ => Err("give a number from 0 to 1".to_string()),
    }
}

impl RestoreArgs {
    /// The same, with what `settings` say where there is no flag.
    pub fn under(mut self, settings: &settings::Restore) -> RestoreArgs {
        self.apply_from = self.apply_from.or(settings.apply_from);
        self.boilerplate = self.boilerplate.or(settings.boilerplate.clone());
        self.engine = self.engine.under(settings);
        self
    }
}

/// Runs `despin restore`.
///
/// # Errors
///
/// Where a file, a dictionary or a model cannot be read, or the result cannot be written.
pub fn run(args: &RestoreArgs, out: &mut dyn Write) -> Result<Exit> {
    if args.interactive {
        return review::run(&review_args(args), out);
    }
    let is_shown = args.diff || args.show.is_asked();
    let is_judged = args.original.is_some() || args.decisions.is_some() || args.journal.is_some();
    let is_text_by_text = args.write || args.check || is_shown || is_judged;
    let (paths, inputs) = match args.bulk.way("restore", &args.files, args.output.as_deref(), is_text_by_text)? {
        Way::Texts(paths) => (paths, None),
        Way::Bulk(inputs) => (args.files.clone(), Some(inputs)),
    };
    let args = &RestoreArgs { files: paths, ..args.clone() };
    if inputs.is_none() {
        check(args)?;
    }
    let original = args.original.as_deref().map(files::read).transpose()?;
    let mut threshold = Threshold::Apply;
    let mut replay = match &args.decisions {
        None => None,
        Some(path) => {
            let text = String::from_utf8_lossy(&files::read(path)?).into_owned();
            Some(Replay::read(&inputs::name(path), &text)?)
        }
    };
    let engine = Engine::open(&args.engine)?.with_rescorer(&args.rescorer)?;
    let mut options = Options { is_forced: args.force, ..Options::default() };
    let removal = removal(Removal::default(), args.boilerplate.as_deref(), &[], &[])?;
    options.clean = if args.no_clean { None } else { Some(clean::Options { removal, ..clean::Options::default() }) };
    options.html = args.html.html();
    options.encoding = args.encoding.encoding()?;
    if let Some(from) = args.apply_from {
        options.restore.set_apply_from(from);
    }
    let settings = format!("{options:?} {:?} {}", args.rescorer, args.engine.fingerprint()?);
    let despinner = engine.despinner(options)?;
    if let Some(inputs) = inputs {
        let (bulk, output) = (&args.bulk, args.output.as_deref());
        let job = Job { command: "restore", args: bulk, inputs, output, is_said: false, is_changing: true, settings };
        let plan = job.plan()?;
        let desk = bulk.desk(&job, &plan, Task::Restore(despinner), None);
        return bulk::run(&job, &plan, |file, shape, frame| desk.treat(file, shape, frame), out);
    }
    let mut heard;
    let out: &mut dyn Write = if args.write {
        heard = WhileHeard::new(out);
        &mut heard
    } else {
        out
    };
    let mut shower = Shower::new(&args.show);
    let exit = inputs::each(&args.files, |path, bytes| {
        let reviewer: &mut dyn Reviewer = match &mut replay {
            Some(replay) => replay,
            None => &mut threshold,
        };
        let report = despinner.review(&bytes, reviewer);
        match &original {
            Some(original) => compare(path, &despinner, original, &report, &mut shower, out),
            None => deliver(args, path, bytes, report, &mut shower, out),
        }
    })?;
    shower.finish(out)?;
    // No fault of this run, so the exit stays; a list that fits nothing must not pass for one that was followed.
    replay.iter().flat_map(Replay::refusals).for_each(|refusal| report(&refusal));
    Ok(exit)
}

/// What `despin review` is asked for with `--interactive`.
fn review_args(args: &RestoreArgs) -> ReviewArgs {
    let RestoreArgs { files, write, output, journal, no_clean, force, decisions, engine, rescorer, encoding, .. } =
        args.clone();
    let usual = ReviewArgs::default();
    ReviewArgs { files, write, output, journal, no_clean, force, decisions, engine, rescorer, encoding, ..usual }
}

/// What cannot be asked for together.
fn check(args: &RestoreArgs) -> Result<()> {
    let usage = |fault: &str, mend: &str| Err(Error::new(ErrorKind::Usage, "restore", fault, mend));
    let n_files = args.files.len();
    if args.write && (n_files == 0 || args.files.iter().any(|path| files::is_stdin(path))) {
        return usage("the standard input cannot be written in place", "name a file, or leave out --write");
    }
    if n_files > 1 && args.journal.is_some() {
        return usage("one journal cannot be of several files", "name one file, or use --write");
    }
    if n_files > 1 && args.output.is_some() {
        return usage("several files cannot be written to one", "name one file, or use --write");
    }
    if n_files > 1 && args.decisions.is_some() {
        return usage("decisions are about one file", "name one file");
    }
    if n_files > 1 && args.original.is_some() {
        return usage("one original cannot be of several files", "name one file, or use despin eval");
    }
    if args.original.is_some() {
        check_judged("restore", args.show.format)?;
    }
    let texts = inputs::or_stdin(&args.files);
    inputs::check_stdin(
        "restore",
        texts.iter().chain(&args.original).chain(&args.decisions).chain(args.engine.files()),
    )?;
    files::check_output(
        "restore",
        &args.files,
        args.output.as_deref(),
        args.journal.as_deref(),
        "name another OUT, or use -w",
    )
}

fn deliver(
    args: &RestoreArgs,
    path: &Path,
    bytes: Vec<u8>,
    report: Report,
    shower: &mut Shower,
    out: &mut dyn Write,
) -> Result<Exit> {
    let is_shown = args.diff || args.show.is_asked();
    let is_changed = report.is_changed();
    if args.write {
        let place = match is_changed {
            true => {
                Some(files::write_with_journal(path, &report.restored_bytes, &report.journal, args.journal.as_deref())?)
            }
            false => None,
        };
        if !is_shown {
            line(&summary(path, &report, place.as_deref()), out)?;
        }
    }
    let journal = report.journal.clone();
    let at = args.journal.as_deref().filter(|_| !args.write);
    with_journal(at, &journal, || {
        if is_shown {
            shower.show(Comparison::of_report(&inputs::name(path), &bytes, report), out)?;
        } else if args.check {
            if is_changed {
                line(&visible(&inputs::name(path)), out)?;
            }
        } else if !args.write {
            put(args.output.as_deref(), &report.restored_bytes, out)?;
        }
        Ok(())
    })?;
    Ok(if is_changed && (is_shown || args.check) { Exit::Found } else { Exit::Clean })
}

/// A line that says what became of a file.
fn summary(path: &Path, report: &Report, journal: Option<&Path>) -> String {
    let edits = if report.is_changed() { counted(report.n_edits(), "edit") } else { "no changes".to_string() };
    let journal = journal.map(|place| format!(", journal {}", place.display())).unwrap_or_default();
    visible(&format!("{}: {}, {edits}{journal}", path.display(), verdict(&report.verdict))).into_owned()
}

fn compare(
    path: &Path,
    despinner: &Despinner,
    original: &[u8],
    report: &Report,
    shower: &mut Shower,
    out: &mut dyn Write,
) -> Result<Exit> {
    let (name, original) = (inputs::name(path), Source::decode_as(original, despinner.options.encoding).text);
    check_length(&name, &report.source, &original)?;
    let found = three_way::compare(report, &original, Some(despinner.lexicon()));
    shower.show_judged(&Comparison::of_restoring(&name, report), &found, out)?;
    Ok(Exit::Clean)
}
