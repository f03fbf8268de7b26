//! `despin clean`: repairs that need no judgement about words.

use std::io::Write;
use std::path::PathBuf;

use clap::Args;

use crate::bulk::task::Task;
use crate::clean::boilerplate::{Finding, Removal};
use crate::clean::{self, rules};
use crate::cli::bulk::{self, BulkArgs, Job, Way};
use crate::cli::exit::Exit;
use crate::cli::output::{ShowArgs, Shower, WhileHeard, line, put, with_journal};
use crate::cli::settings::{EncodingArgs, HtmlArgs, removal};
use crate::cli::{files, inputs};
use crate::error::{Error, ErrorKind, Result};
use crate::journal::{Grounds, Journal, Pass};
use crate::page::Page;
use crate::render::human::counted;
use crate::render::visible;
use crate::report::{Change, Comparison};
use crate::settings;
use crate::text::edit::{Cause, Edit};
use crate::text::source::Held;

/// Repair what scraping left in a text, take away what is of the page, and change no word of the article
///
/// Prints the cleaned text. --list-rules says what is repaired. Web pages are read as such; see --html.
#[derive(Debug, Clone, Default, Args)]
#[command(after_help = EXAMPLES)]
pub struct CleanArgs {
    /// Files or directories to clean; - or none for the standard input
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Show what changes, not the cleaned text; exit with 1 if anything does
    #[arg(long)]
    pub diff: bool,
    /// How changes are shown.
    #[command(flatten)]
    pub show: ShowArgs,
    /// Clean the files in place, each with a journal beside it for `despin undo`
    #[arg(short, long, conflicts_with = "check")]
    pub write: bool,
    /// Write the text to OUT, and leave FILE as it is
    #[arg(short, long, value_name = "OUT", conflicts_with_all = ["write", "check", "diff", "format", "explain", "around", "full"])]
    pub output: Option<PathBuf>,
    /// Print nothing but the names of the files that would change, one a line; exit with 1 if any would
    #[arg(long, conflicts_with_all = ["journal", "diff", "format", "explain", "around", "full"])]
    pub check: bool,
    /// Write the journal to JOURNAL, which must not be there yet
    #[arg(long, value_name = "JOURNAL")]
    pub journal: Option<PathBuf>,
    /// Use only these rules
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub only: Vec<String>,
    /// Leave out these rules
    #[arg(long, value_name = "RULE,…", value_delimiter = ',')]
    pub skip: Vec<String>,
    /// Keep these lines: boilerplate, meta (headline, byline, date, captions), uncertain
    #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
    pub keep: Vec<String>,
    /// Remove these lines, of the same kinds [default: boilerplate]
    #[arg(long, value_name = "KIND,…", value_delimiter = ',')]
    pub drop: Vec<String>,
    /// Whether files are web pages.
    #[command(flatten)]
    pub html: HtmlArgs,
    /// How files are read as text.
    #[command(flatten)]
    pub encoding: EncodingArgs,
    /// What the settings say of boilerplate.
    #[arg(skip)]
    pub boilerplate: Option<String>,
    /// Make curly quotation marks and apostrophes straight
    #[arg(long)]
    pub ascii_quotes: bool,
    /// List the rules, in the order in which they work
    #[arg(long)]
    pub list_rules: bool,
    /// Many texts.
    #[command(flatten)]
    pub bulk: BulkArgs,
}

const EXAMPLES: &str = "\
Examples:
  despin clean article.txt > cleaned.txt
  despin clean --diff article.txt
  despin clean -w --skip space *.txt
  despin clean --out cleaned corpus/
  despin clean --field body -o cleaned.jsonl.zst raw.jsonl.gz

Exit codes: 0 done, 1 something changes (with --check, --diff or --format), 2 could not.";

impl CleanArgs {
    /// The same, with what `settings` say where there is no flag.
    pub fn under(mut self, settings: &settings::Clean) -> CleanArgs {
        let or = |flags: &mut Vec<String>, others: &[String]| {
            if flags.is_empty() {
                *flags = others.to_vec();
            }
        };
        // A flag that names rules takes the place of both lists, and a flag that names lines likewise.
        if self.skip.is_empty() && self.only.is_empty() {
            or(&mut self.skip, &settings.skip);
            or(&mut self.only, &settings.only);
        }
        if self.keep.is_empty() && self.drop.is_empty() {
            or(&mut self.keep, &settings.keep);
            or(&mut self.drop, &settings.drop);
            self.boilerplate = settings.boilerplate.clone();
        }
        self
    }
}

/// Runs `despin clean`.
///
/// # Errors
///
/// Where a file cannot be read, a rule is not there, or the result cannot be written.
pub fn run(args: &CleanArgs, out: &mut dyn Write) -> Result<Exit> {
    let usage = |fault: &str, mend: &str| Err(Error::new(ErrorKind::Usage, "clean", fault, mend));
    let options = clean::Options {
        skip: args.skip.clone(),
        only: args.only.clone(),
        removal: removal(Removal::USUAL, args.boilerplate.as_deref(), &args.keep, &args.drop)?,
        has_ascii_quotes: args.ascii_quotes,
    };
    options.check()?;
    if args.list_rules {
        let lines: String = rules().iter().map(|rule| format!("{:<12} {}\n", rule.name, rule.summary)).collect();
        files::print(out, lines.as_bytes())?;
        return Ok(Exit::Clean);
    }
    let encoding = args.encoding.encoding()?;
    let is_shown = args.diff || args.show.is_asked();
    let is_text_by_text = args.write || args.check || is_shown || args.journal.is_some();
    let paths = match args.bulk.way("clean", &args.files, args.output.as_deref(), is_text_by_text)? {
        Way::Texts(paths) => paths,
        Way::Bulk(inputs) => {
            let settings = format!("{options:?} {:?} {encoding:?}", args.html);
            let task = Task::Clean { options, html: args.html.html(), encoding };
            let (bulk, output) = (&args.bulk, args.output.as_deref());
            let job = Job { command: "clean", args: bulk, inputs, output, is_said: false, is_changing: true, settings };
            let plan = job.plan()?;
            let desk = bulk.desk(&job, &plan, task, None);
            return bulk::run(&job, &plan, |file, shape, frame| desk.treat(file, shape, frame), out);
        }
    };
    let args = &CleanArgs { files: paths, ..args.clone() };
    if args.write && (args.files.is_empty() || args.files.iter().any(|path| files::is_stdin(path))) {
        return usage("the standard input cannot be written in place", "name a file, or leave out --write");
    }
    if args.files.len() > 1 && args.journal.is_some() {
        return usage("one journal cannot be of several files", "name one file, or use --write");
    }
    if args.files.len() > 1 && args.output.is_some() {
        return usage("several files cannot be written to one", "name one file, or use --write");
    }
    inputs::check_stdin("clean", &args.files)?;
    files::check_output(
        "clean",
        &args.files,
        args.output.as_deref(),
        args.journal.as_deref(),
        "name another OUT, or use -w",
    )?;
    let mut shower = Shower::new(&args.show);
    let mut heard;
    let out: &mut dyn Write = if args.write {
        heard = WhileHeard::new(out);
        &mut heard
    } else {
        out
    };
    let exit = inputs::each(&args.files, |path, bytes| {
        let held = Held::new(bytes, encoding);
        let page = Page::of(&held.source().text, args.html.html());
        let extracting = page.as_ref().map(|page| page.script(&held.source().text)).unwrap_or_default();
        let text = page.as_ref().map_or(&held.source().text, |page| &page.text);
        let clean::Cleaning { script, lines } = clean::look(text, &options);
        let passes = vec![Pass::new("extract", extracting), Pass::new("clean", script.clone())];
        let (journal, cleaned) =
            Journal::record_text(held.bytes(), &held.source().layout, &held.source().text, passes)?;
        let is_changed = journal.before.sha256 != journal.after.sha256;
        let name = inputs::name(path);
        let edits = if is_changed { counted(journal.n_edits(), "edit") } else { "no changes".to_string() };
        if args.write {
            let mut text = format!("{name}: {edits}");
            if is_changed {
                let place = files::write_with_journal(path, &cleaned, &journal, args.journal.as_deref())?;
                text.push_str(&format!(", journal {}", place.display()));
            }
            if !is_shown {
                line(&visible(&text), out)?;
            }
        }
        let at = args.journal.as_deref().filter(|_| !args.write);
        with_journal(at, &journal, || {
            if is_shown {
                let comparison = Comparison {
                    before_name: name.clone(),
                    after_name: name,
                    before_bytes: held.bytes().to_vec(),
                    after_bytes: cleaned.into_owned(),
                    after: script.apply(text)?,
                    changes: script.edits().iter().map(|edit| change(edit, &lines)).collect(),
                    before: text.clone(),
                    left: lines.iter().filter(|line| line.is_offered()).map(|line| offer(text, line)).collect(),
                    page: page.as_ref().map(|page| page.metadata.clone()),
                    ..Comparison::default()
                };
                shower.show(comparison, out)?;
            } else if args.check {
                if is_changed {
                    line(&visible(&name), out)?;
                }
            } else if !args.write {
                put(args.output.as_deref(), &cleaned, out)?;
            }
            Ok(())
        })?;
        Ok(if is_changed && (is_shown || args.check) { Exit::Found } else { Exit::Clean })
    })?;
    shower.finish(out)?;
    Ok(exit)
}

/// A change as it is shown, with what spoke for it where it took a line away.
fn change(edit: &Edit, lines: &[Finding]) -> Change {
    let is_line = edit.cause.rule.split('+').any(|rule| rule == "boilerplate");
    let from = lines.partition_point(|line| line.span.end <= edit.span.start);
    let mut within = lines[from..].iter().take_while(|line| line.span.start < edit.span.end);
    let found = within.find(|line| is_line && line.is_removed);
    Change { stage: "clean", edit: edit.clone(), grounds: found.map(weighed) }
}

/// A line that may be of the page, and stays.
fn offer(text: &str, line: &Finding) -> Change {
    let cause = Cause { place: line.place.clone(), ..Cause::rule("boilerplate") };
    let edit = Edit { span: line.span, before: line.span.of(text).to_string(), after: String::new(), cause };
    Change { stage: "clean", edit, grounds: Some(weighed(line)) }
}

fn weighed(line: &Finding) -> Grounds {
    let mut grounds = Grounds { probability: line.probability(), ..Grounds::default() };
    for (name, nats) in &line.parts {
        *grounds.parts.entry(name.to_string()).or_default() += nats;
    }
    grounds
}
