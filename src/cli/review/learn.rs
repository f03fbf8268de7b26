//! `despin review --learn`: shows what a dictionary would learn of the decisions, and writes it when told.

use std::fs;
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use crate::cli::exit::Exit;
use crate::cli::output::line;
use crate::cli::review::ReviewArgs;
use crate::cli::{files, inputs};
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::builtin;
use crate::lexicon::format::parse;
use crate::render::visible;
use crate::review::learn::{HEADER, Lesson, lessons, taught};
use crate::review::session::Session;

/// Refuses what could not end well.
///
/// # Errors
///
/// Where nobody can be asked, or the dictionary is one of the texts.
pub fn check(args: &ReviewArgs) -> Result<()> {
    let Some(path) = &args.learn else { return Ok(()) };
    let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
    if !args.yes && !args.dry_run && !is_terminal {
        let fault = "there is no terminal to ask on whether to write it";
        return Err(Error::new(ErrorKind::Usage, "--learn", fault, "add --yes, or --dry-run to see it only"));
    }
    let mend = "name a dictionary of your own";
    files::check_output("--learn", &args.files, Some(path), args.journal.as_deref(), mend)
}

/// Teaches the dictionary at `path` what `session` has decided.
///
/// # Errors
///
/// Where the dictionary cannot be read or written.
pub fn run(args: &ReviewArgs, path: &Path, session: &Session, out: &mut dyn Write) -> Result<Exit> {
    let name = inputs::name(path);
    let text = match fs::symlink_metadata(path) {
        Ok(_) => inputs::dictionary(&name, files::read(path)?)?,
        Err(_) => HEADER.to_string(),
    };
    let user = parse(&name, &text)?;
    let decided =
        (0..session.n_items()).filter_map(|item| Some((session.proposal(item), &session.ruling(item)?.decision)));
    let lessons = lessons(decided, builtin::lexicon()?, &user);
    if lessons.is_empty() {
        line(&visible(&format!("{name}: nothing to learn; a pair counts once it was decided about twice")), out)?;
        return Ok(Exit::Clean);
    }
    line(&visible(&format!("--- {name}")), out)?;
    line(&visible(&format!("+++ {name}")), out)?;
    let mut taken: Vec<Lesson> = Vec::new();
    let mut is_asked = !args.yes && !args.dry_run;
    for lesson in lessons {
        for (sign, said) in [("-", lesson.before.as_deref()), ("+", Some(lesson.after.as_str()))] {
            // Tabs are what parts columns; nothing else is let through.
            let columns = |said: &str| said.split('\t').map(|column| visible(column).into_owned()).collect::<Vec<_>>();
            said.map(|said| line(&format!("{sign}{}", columns(said).join("\t")), out)).transpose()?;
        }
        match if is_asked { ask(out)? } else { Answer::Yes } {
            Answer::Yes => taken.push(lesson),
            Answer::No => {}
            Answer::All => {
                is_asked = false;
                taken.push(lesson);
            }
            Answer::Quit => break,
        }
    }
    if args.dry_run {
        return Ok(Exit::Found);
    }
    if !taken.is_empty() {
        files::write(path, taught(&text, &taken).as_bytes())?;
    }
    line(&visible(&format!("{name}: {} learned", crate::render::human::counted(taken.len(), "line"))), out)?;
    Ok(Exit::Clean)
}

enum Answer {
    Yes,
    No,
    All,
    Quit,
}

fn ask(out: &mut dyn Write) -> Result<Answer> {
    loop {
        files::print(out, b"write this? [y]es, [n]o, [a]ll that follow, [q]uit asking: ")?;
        let mut said = String::new();
        let read = std::io::stdin().lock().read_line(&mut said);
        let n_read = read.map_err(|e| Error::io(Path::new("terminal"), "read it", e, "use --yes or --dry-run"))?;
        match said.trim().chars().next() {
            // The end of input is no consent.
            None if n_read == 0 => return Ok(Answer::Quit),
            Some('y' | 'Y') => return Ok(Answer::Yes),
            Some('n' | 'N') => return Ok(Answer::No),
            Some('a' | 'A') => return Ok(Answer::All),
            Some('q' | 'Q') => return Ok(Answer::Quit),
            _ => {}
        }
    }
}
