//! `despin dict review`: a person, or conditions in their place, decide about proposed entries.

use std::collections::BTreeMap;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::Args;

use crate::cli::dict_edit::{Opened, finish, open};
use crate::cli::exit::Exit;
use crate::cli::output::line;
use crate::cli::review::kept::Kept;
use crate::cli::review::terminal;
use crate::cli::{files, inputs, report};
use crate::error::{Error, ErrorKind, Result};
use crate::journal::sha256;
use crate::lexicon::editing::{Added, insert_all};
use crate::lexicon::entry::{DECIDED, Entry};
use crate::lexicon::format::NONE;
use crate::mine::evidence::Condition;
use crate::mine::proposals::read;
use crate::mine::propose::Proposal;
use crate::render::list;
use crate::review::Decision;
use crate::review::entries::{Desk, desk};
use crate::review::session::{Flow, Session, Sheet};

/// Decide about what `despin mine` proposes, and add it to a dictionary
///
/// Opens the terminal's whole screen, as `despin review` does: y takes an entry, n leaves it out, e writes another original,
/// 1-9 takes another proposal for the same spun wording, ? lists the keys. Decisions are kept, and a second run asks only
/// what is open.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub struct ReviewArgs {
    /// What `despin mine` wrote
    #[arg(value_name = "PROPOSALS.tsv")]
    pub proposals: PathBuf,
    /// The dictionary that entries are added to; one that is not there is begun
    #[arg(short, long, value_name = "FILE", required_unless_present = "list")]
    pub file: Option<PathBuf>,
    /// Take what is open and as CONDITION says, without asking: comparisons of count, places, forms, share, base, ambiguity,
    /// state with commas between; may be given several times
    #[arg(long, value_name = "CONDITION")]
    pub accept: Vec<Condition>,
    /// Leave out what is open and as CONDITION says; goes before --accept
    #[arg(long, value_name = "CONDITION")]
    pub reject: Vec<Condition>,
    /// List what is open; exit with 1 if anything is
    #[arg(long, conflicts_with_all = ["file", "accept", "reject"])]
    pub list: bool,
    /// Show again what is decided
    #[arg(long)]
    pub all: bool,
    /// Keep decisions in FILE
    #[arg(long, value_name = "FILE", default_value = USUAL)]
    pub decisions: PathBuf,
    /// Show what would be added only, and keep no decision; exit with 1
    #[arg(long)]
    pub dry_run: bool,
}

/// Where decisions about entries are kept unless a file is named. Not where those about texts are: what is right in one place
/// need not be in a dictionary.
const USUAL: &str = ".despin/entries.jsonl";

const EXAMPLES: &str = "\
Examples:
  despin dict review proposals.tsv -f mine.tsv                  decide; q keeps it
  despin dict review --list proposals.tsv                       what is open, and what speaks for it
  despin dict review --accept 'count>=3,ambiguity<=1' proposals.tsv -f mine.tsv

Exit codes: 0 done, 1 something is open (with --list) or would be added (with --dry-run), 2 could not.";

/// Runs `despin dict review`.
///
/// # Errors
///
/// Where there is no terminal and no flag that does without, or a file cannot be read or written.
pub fn run(args: &ReviewArgs, out: &mut dyn Write) -> Result<Exit> {
    let name = inputs::name(&args.proposals);
    let has_conditions = !args.accept.is_empty() || !args.reject.is_empty();
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if !args.list && !has_conditions && !is_terminal {
        let mend = "decide with --accept 'count>=3,ambiguity<=1' or --reject …; --list says what there is to decide";
        return Err(Error::new(ErrorKind::Usage, "dict review", "there is no terminal to ask on", mend));
    }
    let output = args.file.as_deref();
    files::check_output("dict review", std::slice::from_ref(&args.proposals), output, None, "name another FILE")?;
    let text = inputs::dictionary(&name, files::read(&args.proposals)?)?;
    let proposals = read(&name, &text)?;
    let dictionary = output.map(|path| Ok((path, open("dict review", path)?))).transpose()?;

    let mut kept = Kept::open(Some(&args.decisions))?;
    if !args.list && !args.dry_run {
        kept.check_writable()?;
    }
    let Desk { text: shown, lines, changes } = desk(&proposals);
    let starts: BTreeMap<usize, usize> = changes.iter().map(|change| change.edit.span.start).zip(0..).collect();
    let sheet = Sheet::new(name, sha256(text.as_bytes()), shown, lines, changes);
    let mut session = Session::new(vec![sheet], &kept.ledger, args.all);
    if args.list {
        files::print(out, list::human(&session).as_bytes())?;
        let is_open = session.shown().any(|item| session.is_open(item));
        return Ok(if is_open { Exit::Found } else { Exit::Clean });
    }
    if has_conditions {
        session.decide_each(|_, change| {
            let evidence = &proposals[*starts.get(&change.edit.span.start)?].evidence;
            let holds = |conditions: &[Condition]| conditions.iter().any(|condition| condition.holds(evidence));
            match (holds(&args.reject), holds(&args.accept)) {
                (true, _) => Some(Decision::Reject),
                (false, true) => Some(Decision::Accept),
                (false, false) => None,
            }
        });
    }
    let flow = match session.current() {
        Some(_) if !has_conditions => terminal::sit(&mut session)?,
        _ => Flow::Quit,
    };
    if !args.dry_run {
        kept.add(session.added())?;
    }
    if flow == Flow::BreakOff {
        let mend = "run it again to add what was decided";
        return Err(Error::new(ErrorKind::Usage, "dict review", "it was broken off, and nothing was added", mend));
    }
    let Some((path, Opened { before, text })) = dictionary else { return Ok(Exit::Clean) };
    let Added { text: after, n_added, n_known, refused } =
        insert_all(&inputs::name(path), &text, &accepted(&session, &proposals, &starts))?;
    refused.iter().for_each(report);
    let progress = session.progress();
    let n_open = session.shown().filter(|&item| session.is_open(item)).count();
    let said = format!(
        "{}: {n_added} to add, {n_known} there already, {} rejected, {n_open} open",
        session.sheets()[0].name,
        progress.n_rejected
    );
    line(&said, out)?;
    let exit = if n_added > 0 { finish(path, &before, &after, args.dry_run, out)? } else { Exit::Clean };
    Ok(if refused.is_empty() { exit } else { Exit::Failed })
}

/// The entries that were taken, with the originals that were written for them.
fn accepted(session: &Session, proposals: &[Proposal], starts: &BTreeMap<usize, usize>) -> Vec<Entry> {
    let entry = |item: usize| {
        let entry = &proposals[*starts.get(&session.proposal(item).edit.span.start)?].entry;
        match &session.ruling(item)?.decision {
            Decision::Accept => Some(entry.clone()),
            Decision::Rewrite(text) => {
                let original = if text == NONE { String::new() } else { text.clone() };
                Some(Entry { original, evidence: DECIDED.to_string(), ..entry.clone() })
            }
            Decision::Reject | Decision::Skip => None,
        }
    };
    (0..session.n_items()).filter_map(entry).collect()
}
