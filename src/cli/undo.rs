//! `despin undo`: takes a run back, byte for byte.

use std::io::Write;
use std::path::{Path, PathBuf};

use crate::bulk::desk::Fields;
use crate::cli::bulk;
use crate::cli::exit::Exit;
use crate::cli::files;
use crate::error::{Error, ErrorKind, Result};
use crate::journal::Journal;
use crate::render::visible;

/// Take back what a run changed, byte for byte
///
/// Without --journal, the newest journal beside FILE is used that belongs to it as it is now, so that several runs are taken
/// back one after the other. A file or a journal that does not match is refused, and nothing is written.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct UndoArgs {
    /// The file to take back, or - for the standard input (needs --journal, and prints the result)
    pub file: PathBuf,
    /// The journal of the run [default: the newest FILE.despin.json, FILE.despin.2.json, … that matches]
    #[arg(short, long, value_name = "JOURNAL")]
    pub journal: Option<PathBuf>,
    /// Take back every run that the journals beside FILE lead back through, the newest first
    #[arg(long, conflicts_with_all = ["journal", "remove_journal"])]
    pub all: bool,
    /// Write to OUT (- prints) and leave FILE as it is
    #[arg(short, long, value_name = "OUT", conflicts_with = "stdout")]
    pub output: Option<PathBuf>,
    /// Print the result and leave FILE as it is
    #[arg(long)]
    pub stdout: bool,
    /// Remove the journal when FILE has been taken back
    #[arg(long, conflicts_with_all = ["output", "stdout"])]
    pub remove_journal: bool,
    /// Of records: the field that says what was done, or what its columns begin with [default: despin]
    #[arg(
        long,
        value_name = "NAME",
        help_heading = "Records: .jsonl and .csv, which hold their journals (docs/bulk.md)"
    )]
    pub result_field: Option<String>,
    /// Of CSV: the column of the text [default: text]
    #[arg(
        long,
        value_name = "NAME",
        help_heading = "Records: .jsonl and .csv, which hold their journals (docs/bulk.md)"
    )]
    pub field: Option<String>,
    /// Of CSV: the column that was added for the text
    #[arg(
        long,
        value_name = "NAME",
        help_heading = "Records: .jsonl and .csv, which hold their journals (docs/bulk.md)"
    )]
    pub to_field: Option<String>,
}

/// Runs `despin undo`. In place, it prints one line that says what was done.
///
/// # Errors
///
/// Where the file or the journal cannot be read, they do not match, or the result cannot be written; FILE is then as it was.
pub fn run(args: &UndoArgs, out: &mut dyn Write) -> Result<Exit> {
    let is_stdin = files::is_stdin(&args.file);
    let output = args.output.as_deref().filter(|output| !files::is_stdin(output));
    let is_in_place = !(is_stdin || args.stdout || args.output.is_some());
    let usage = |fault: &str, mend: &str| Error::new(ErrorKind::Usage, "undo", fault, mend);
    if args.stdout && args.output.is_some() {
        return Err(usage("the result cannot go to two places", "give -o or --stdout"));
    }
    if args.remove_journal && !is_in_place {
        return Err(usage("the journal is still needed where FILE is left as it is", "leave out --remove-journal"));
    }
    if is_stdin && args.journal.is_none() {
        return Err(usage("the standard input has no journal beside it", "name one with --journal"));
    }
    files::check_output(
        "undo",
        std::slice::from_ref(&args.file),
        output,
        args.journal.as_deref(),
        "leave out -o to undo in place",
    )?;
    if args.journal.is_none() && bulk::undo::has_records(&args.file) && files::journals(&args.file)?.is_empty() {
        let usual = Fields::default();
        let fields = Fields {
            text: args.field.clone().unwrap_or(usual.text),
            result: args.result_field.clone().unwrap_or(usual.result),
            to: args.to_field.clone(),
            ..usual
        };
        let is_printed = !is_in_place && output.is_none();
        return bulk::undo::records(&args.file, output, is_printed, &fields, out);
    }
    let bytes = files::read(&args.file)?;
    let (path, journal) = match &args.journal {
        Some(path) => (path.clone(), files::read_journal(path)?),
        None => newest_match(&args.file, &bytes)?,
    };
    let mut before = journal.undo(&bytes)?;
    let mut n_edits = journal.n_edits();
    let mut by = vec![path.clone()];
    if args.all {
        // Runs before this one have lower numbers: a run that took back another's work leads in no circle.
        let older = files::journals(&args.file)?.into_iter().skip_while(|(_, older)| *older != path).skip(1);
        for (_, older) in older {
            let Ok(journal) = files::read_journal(&older) else { continue };
            if journal.after.is_of(&before) {
                before = journal.undo(&before)?;
                n_edits += journal.n_edits();
                by.push(older);
            }
        }
    }
    if let Some(output) = output {
        files::write(output, &before)?;
    } else if !is_in_place {
        files::print(out, &before)?;
    } else {
        files::write(&args.file, &before)?;
        if args.remove_journal {
            let kept = |e| Error::io(&path, "remove it, though the file was taken back", e, "remove it by hand");
            std::fs::remove_file(&path).map_err(kept)?;
        }
        let edits = if n_edits == 1 { "edit" } else { "edits" };
        let by: Vec<String> = by.iter().map(|path| path.display().to_string()).collect();
        let line = format!("{}: {n_edits} {edits} undone, by {}", args.file.display(), by.join(", "));
        files::print(out, format!("{}\n", visible(&line)).as_bytes())?;
    }
    Ok(Exit::Clean)
}

/// The newest journal beside the file that ends with `bytes`; where none does, the newest, whose refusal says why.
fn newest_match(file: &Path, bytes: &[u8]) -> Result<(PathBuf, Journal)> {
    let mut newest = None;
    for (_, path) in files::journals(file)? {
        let journal = files::read_journal(&path);
        match journal {
            Ok(journal) if journal.after.is_of(bytes) => return Ok((path, journal)),
            // An older journal may still match: this one may be of a run that was undone, or be broken.
            other => {
                newest.get_or_insert((path, other));
            }
        }
    }
    match newest {
        Some((path, journal)) => Ok((path, journal?)),
        None => Err(Error::new(
            ErrorKind::Journal,
            file.display().to_string(),
            "there is no journal beside it",
            "name one with --journal",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::{Args, Command, FromArgMatches};

    fn parse(line: &str) -> std::result::Result<UndoArgs, clap::Error> {
        let matches = UndoArgs::augment_args(Command::new("undo")).try_get_matches_from(line.split(' '))?;
        UndoArgs::from_arg_matches(&matches)
    }

    #[test]
    fn arguments_are_read() {
        UndoArgs::augment_args(Command::new("undo")).debug_assert();
        let args = parse("undo a.txt -j j.json --remove-journal").unwrap();
        assert_eq!((args.file, args.journal), (PathBuf::from("a.txt"), Some(PathBuf::from("j.json"))));
        assert!(args.remove_journal);
        assert!(parse("undo - --stdout").unwrap().stdout);
        for wrong in
            ["undo", "undo a --stdout -o b", "undo a --stdout --remove-journal", "undo a -o b --remove-journal"]
        {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
