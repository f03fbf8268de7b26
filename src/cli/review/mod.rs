//! `despin review`: a person, or flags in their place, decide about each change.

pub(super) mod kept;
mod learn;
mod page;
mod screen;
pub(super) mod terminal;
mod wrap;

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::clean;
use crate::cli::engine::{Engine, EngineArgs, RescorerArgs};
use crate::cli::exit::Exit;
use crate::cli::output::{WhileHeard, line, put, with_journal};
use crate::cli::review::kept::Kept;
use crate::cli::settings::EncodingArgs;
use crate::cli::{files, inputs, report};
use crate::error::{Error, ErrorKind, Result};
use crate::journal::sha256;
use crate::pipeline::{Examined, Options};
use crate::render::{list, visible};
use crate::report::Report;
use crate::review::record::{Record, Scope};
use crate::review::session::{Flow, Session, Sheet};
use crate::review::{Decision, Replay, Reviewer, Selector};
use crate::text::offsets::OffsetMap;

/// Decide about each change, and come back tomorrow
///
/// Opens the terminal's whole screen; ? lists its keys. Decisions are kept in .despin/decisions.jsonl, and nothing is
/// written to the files until -w or -o says so.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReviewArgs {
    /// Files to decide about
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    /// Keep decisions in FILE; with -w, -o or without a terminal, do what it says and ask nothing (docs/decisions.md)
    #[arg(long, value_name = "FILE")]
    pub decisions: Option<PathBuf>,
    /// Accept what is open: all, a pair as spun=original, p>=0.9, or an id of --list; may be given several times
    #[arg(long, value_name = "PAIR|all|p>=P|ID")]
    pub accept: Vec<Selector>,
    /// Reject what is open; goes before --accept
    #[arg(long, value_name = "PAIR|all|p>=P|ID")]
    pub reject: Vec<Selector>,
    /// List what is open; exit with 1 if anything is
    #[arg(long, conflicts_with_all = ["write", "output"])]
    pub list: bool,
    /// The form of the list
    #[arg(long, value_name = "FORM", requires = "list", default_value = "human")]
    pub format: ListFormat,
    /// Show again what is decided
    #[arg(long)]
    pub all: bool,
    /// Write what is decided into the files, each with a journal beside it for `despin undo`
    #[arg(short, long)]
    pub write: bool,
    /// Write the text to OUT, - for the standard output, and leave FILE as it is
    #[arg(short, long, value_name = "OUT", conflicts_with = "write")]
    pub output: Option<PathBuf>,
    /// Write the journal to JOURNAL, which must not be there yet
    #[arg(long, value_name = "JOURNAL")]
    pub journal: Option<PathBuf>,
    /// Teach the dictionary USER.tsv what was decided again and again, showing each line as a diff (docs/review.md)
    #[arg(long, value_name = "USER.tsv", conflicts_with = "list")]
    pub learn: Option<PathBuf>,
    /// With --learn, only show what would be written; exit with 1 if anything would
    #[arg(long, requires = "learn", conflicts_with = "yes")]
    pub dry_run: bool,
    /// With --learn, write without asking
    #[arg(long, requires = "learn")]
    pub yes: bool,
    /// Write a page to OUT on which a browser shows each change, with what was decided so far (docs/review-page.md)
    #[arg(long, value_name = "OUT", conflicts_with_all = ["write", "output", "journal", "list", "accept", "reject", "learn"])]
    pub html: Option<PathBuf>,
    /// Exit with 2 if any decision could not be applied
    #[arg(long)]
    pub strict: bool,
    /// Do not clean
    #[arg(long)]
    pub no_clean: bool,
    /// Review also what is judged genuine
    #[arg(long)]
    pub force: bool,
    /// How files are read as text.
    #[command(flatten)]
    pub encoding: EncodingArgs,
    /// What it works with.
    #[command(flatten)]
    pub engine: EngineArgs,
    /// What looks again.
    #[command(flatten)]
    pub rescorer: RescorerArgs,
}

impl ReviewArgs {
    /// The same, with `settings` where a flag says nothing.
    pub fn under(mut self, settings: &crate::settings::Restore) -> ReviewArgs {
        self.engine = self.engine.under(settings);
        self
    }
}

/// The forms of a list.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ListFormat {
    /// A line a change
    #[default]
    Human,
    /// One JSON object a file, one a line
    Json,
}

const EXAMPLES: &str = "\
Examples:
  despin review article.txt                         decide; q keeps it
  despin review -w article.txt                      decide, then write
  despin review --list --format json article.txt    what a program needs to decide
  despin review --accept 'p>=0.9' --reject hub=center -w article.txt
  despin review --decisions decisions.jsonl -w article.txt
  despin review --html review.html *.txt            decide in a browser

Exit codes: 0 done, 1 something is open (with --list), 2 could not.";

/// What is done before anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    /// A person decides.
    Screen,
    /// Flags decide.
    Select,
    /// Nobody: what was decided is shown, or carried out.
    Replay,
}

/// Runs `despin review`.
///
/// # Errors
///
/// Where there is no terminal and no flag that does without; where a file, a dictionary or a model cannot be read, or the
/// result cannot be written.
pub fn run(args: &ReviewArgs, out: &mut dyn Write) -> Result<Exit> {
    if let Some(page) = &args.html {
        return page::run(args, page, out);
    }
    let way = way(args)?;
    let mut kept = Kept::open(args.decisions.as_deref())?;
    if way != Way::Replay {
        kept.check_writable()?;
    } else if args.decisions.is_some() && !kept.is_there() {
        let place = inputs::name(args.decisions.as_deref().unwrap_or(Path::new("")));
        return Err(Error::new(ErrorKind::Io, place, "there is no such file", "check the name"));
    }
    let engine = Engine::open(&args.engine)?.with_rescorer(&args.rescorer)?;
    let clean = if args.no_clean { None } else { Some(clean::Options::default()) };
    let encoding = args.encoding.encoding()?;
    let despinner = engine.despinner(Options { is_forced: args.force, clean, encoding, ..Options::default() })?;
    let mut texts: Vec<(PathBuf, Examined)> = Vec::new();
    let mut exit = inputs::each(&args.files, |path, bytes| {
        texts.push((path.to_path_buf(), despinner.examine(&bytes)));
        Ok(Exit::Clean)
    })?;

    let mut session = Session::new(texts.iter().map(sheet).collect(), &kept.ledger, args.all);
    let mut heard = WhileHeard::new(out);
    let out: &mut dyn Write = &mut heard;
    let mut is_broken_off = false;
    let mut n_unmatched = 0;
    match way {
        Way::Screen if session.current().is_none() => {
            let n_hidden = session.progress().n_hidden;
            let said = match n_hidden {
                0 => "nothing is proposed".to_string(),
                n => format!("nothing is open; {n} decided before, which --all shows"),
            };
            line(&said, out)?;
        }
        Way::Screen => is_broken_off = terminal::sit(&mut session)? == Flow::BreakOff,
        Way::Select => n_unmatched = select(args, &mut session),
        Way::Replay => {}
    }
    kept.add(session.added())?;

    if args.list {
        let listed = match args.format {
            ListFormat::Json => list::json(&session),
            ListFormat::Human => list::human(&session),
        };
        files::print(out, listed.as_bytes())?;
        let is_open = session.shown().any(|item| session.is_open(item));
        exit = exit.and(if is_open { Exit::Found } else { Exit::Clean });
    }
    if let Some(path) = &args.learn {
        exit = exit.and(learn::run(args, path, &session, out)?);
    }
    let is_shown = args.list || args.learn.is_some();
    let is_printed = way == Way::Replay && !args.write && !is_shown && args.output.is_none();
    let is_applied = !is_broken_off && (args.write || args.output.is_some() || is_printed);
    let is_text_out = is_printed || args.output.as_deref().is_some_and(files::is_stdin);

    let digests: Vec<String> = session.sheets().iter().map(|sheet| sheet.sha256.clone()).collect();
    let mut replay = Replay::new(kept.ledger.clone()).about(digests);
    let mut moved: Vec<Record> = Vec::new();
    for (nth, (path, examined)) in texts.into_iter().enumerate() {
        if !is_applied {
            let mut proposals = examined.proposals;
            replay.begin(&session.sheets()[nth].sha256, &examined.cleaned, &mut proposals);
            if !is_shown {
                line(&tally(&session, nth, None), out)?;
            }
            continue;
        }
        let result = apply(args, &path, examined.decided_by(&mut replay), out).and_then(|applied| {
            if way != Way::Replay && args.write {
                moved.extend(settled(&session, nth, &applied.report));
            }
            if is_text_out { Ok(()) } else { line(&tally(&session, nth, Some(&applied)), out) }
        });
        match result {
            Err(error) if args.files.len() == 1 => return Err(error),
            Err(error) => {
                report(&error);
                exit = Exit::Failed;
            }
            Ok(()) => {}
        }
    }
    kept.add(&moved)?;
    let refusals = replay.refusals();
    refusals.iter().for_each(report);
    if is_broken_off && (args.write || args.output.is_some()) {
        let mend = "run it again to write what was decided";
        report(&Error::new(ErrorKind::Usage, "review", "it was broken off, and nothing was written", mend));
        exit = Exit::Failed;
    }
    let is_at_fault = args.strict && (!refusals.is_empty() || n_unmatched > 0);
    Ok(if is_at_fault { Exit::Failed } else { exit })
}

/// How decisions come about; an error where there is no way.
fn way(args: &ReviewArgs) -> Result<Way> {
    let usage = |fault: &str, mend: &str| Err(Error::new(ErrorKind::Usage, "review", fault, mend));
    let has_stdin = args.files.iter().any(|path| files::is_stdin(path));
    if args.write && has_stdin {
        return usage("the standard input cannot be written in place", "name a file, or write elsewhere with -o");
    }
    if args.files.len() > 1 && args.journal.is_some() {
        return usage("one journal cannot be of several files", "name one file, or use --write");
    }
    if args.files.len() > 1 && args.output.is_some() {
        return usage("several files cannot be written to one", "name one file, or use --write");
    }
    if args.journal.is_some() && !args.write && args.output.is_none() {
        return usage("a journal is of what is written", "add -w or -o");
    }
    inputs::check_stdin("review", args.files.iter().chain(&args.decisions).chain(&args.engine.dict))?;
    let (output, journal) = (args.output.as_deref(), args.journal.as_deref());
    files::check_output("review", &args.files, output, journal, "name another OUT, or use -w")?;
    learn::check(args)?;
    if !args.accept.is_empty() || !args.reject.is_empty() {
        return Ok(Way::Select);
    }
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    let is_written = args.write || args.output.is_some();
    if args.list || args.learn.is_some() || (args.decisions.is_some() && (is_written || !is_terminal)) {
        return Ok(Way::Replay);
    }
    if !is_terminal {
        return usage("there is no terminal to ask on", WITHOUT_TERMINAL);
    }
    if has_stdin {
        return usage("the keys come from the standard input, so the text cannot", "name a file");
    }
    Ok(Way::Screen)
}

const WITHOUT_TERMINAL: &str = "decide with --accept PAIR|all|p>=0.9, --reject …, or --decisions FILE; \
                                --list --format json says what there is to decide";

fn sheet((path, examined): &(PathBuf, Examined)) -> Sheet {
    let Examined { bytes, cleaned, sentences, proposals, .. } = examined;
    Sheet::new(inputs::name(path), sha256(bytes), cleaned.clone(), sentences.clone(), proposals.clone())
}

/// Decides as the flags say, and tells of those that nothing matches; gives how many they are.
fn select(args: &ReviewArgs, session: &mut Session) -> usize {
    let mut is_used = vec![false; args.accept.len() + args.reject.len()];
    session.decide_each(|sha256, proposal| {
        let mut is_meant = |from: usize, selectors: &[Selector]| {
            let meant = selectors.iter().zip(from..).filter(|(selector, _)| selector.selects(sha256, proposal));
            meant.map(|(_, idx)| is_used[idx] = true).count() > 0
        };
        let (is_accepted, is_rejected) = (is_meant(0, &args.accept), is_meant(args.accept.len(), &args.reject));
        match (is_accepted, is_rejected) {
            (_, true) => Some(Decision::Reject),
            (true, false) => Some(Decision::Accept),
            (false, false) => None,
        }
    });
    let named = args.accept.iter().map(|selector| ("--accept", selector));
    let named = named.chain(args.reject.iter().map(|selector| ("--reject", selector)));
    let unused: Vec<(&str, &Selector)> = named.zip(&is_used).filter(|(_, used)| !**used).map(|(n, _)| n).collect();
    for (flag, selector) in &unused {
        let place = format!("{flag} {selector}");
        report(&Error::new(
            ErrorKind::Usage,
            place,
            "nothing that is open is meant by it",
            "see --list, or --list --all",
        ));
    }
    unused.len()
}

/// A text that was written.
struct Applied {
    report: Report,
    journal: Option<PathBuf>,
}

/// Writes what `report` came to, as `args` ask.
fn apply(args: &ReviewArgs, path: &Path, report: Report, out: &mut dyn Write) -> Result<Applied> {
    let mut journal = None;
    if args.write {
        if report.is_changed() {
            let at = args.journal.as_deref();
            journal = Some(files::write_with_journal(path, &report.restored_bytes, &report.journal, at)?);
        }
    } else {
        with_journal(args.journal.as_deref(), &report.journal, || {
            put(args.output.as_deref(), &report.restored_bytes, out)
        })?;
    }
    Ok(Applied { report, journal })
}

/// What was decided, said of the file as it was written: that what stands there now is to stay. Nobody wants to be asked
/// twice, nor to hear at each run that the old words are gone.
fn settled(session: &Session, nth: usize, report: &Report) -> Vec<Record> {
    if !report.is_changed() {
        return Vec::new();
    }
    let map = OffsetMap::of(&report.restoring);
    let again = |item: usize| {
        let decision = &session.ruling(item)?.decision;
        let mut proposal = session.proposal(item).clone();
        let wording = match decision {
            Decision::Accept => Some(proposal.edit.after.clone()),
            Decision::Rewrite(text) => Some(text.clone()),
            Decision::Reject => None,
            Decision::Skip => return None,
        };
        proposal.edit.span = map.span_forward(proposal.edit.span);
        let is_made = wording.is_some();
        proposal.edit.before = wording.unwrap_or(proposal.edit.before);
        if proposal.edit.before.is_empty() || proposal.edit.span.of(&report.restored) != proposal.edit.before {
            return None;
        }
        let digest = &report.journal.after.sha256;
        let record = Record::new(digest, &report.restored, &proposal, &Decision::Reject, Scope::Here);
        // Of a change that was made there is nothing left to be proposed.
        Some(if is_made { Record { after: None, probability: None, ..record } } else { record })
    };
    (0..session.n_items()).filter(|&item| session.sheet_of(item) == nth).filter_map(again).collect()
}

/// A line that says how far the decisions about a text are, and what became of it.
fn tally(session: &Session, nth: usize, applied: Option<&Applied>) -> String {
    let (mut n_changed, mut n_rejected, mut n_open) = (0, 0, 0);
    for item in (0..session.n_items()).filter(|&item| session.sheet_of(item) == nth) {
        match session.ruling(item).map(|ruling| &ruling.decision) {
            Some(Decision::Accept | Decision::Rewrite(_)) => n_changed += 1,
            Some(Decision::Reject) => n_rejected += 1,
            Some(Decision::Skip) | None => n_open += 1,
        }
    }
    let mut text =
        format!("{}: {n_changed} to change, {n_rejected} rejected, {n_open} open", session.sheets()[nth].name);
    if let Some(Applied { report, journal }) = applied {
        text.push_str(if report.is_changed() { "; written" } else { "; nothing to write" });
        text.extend(journal.iter().map(|place| format!(", journal {}", place.display())));
    }
    visible(&text).into_owned()
}
