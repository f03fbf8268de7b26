//! The files a command is given, one after the other: a bad one is reported, and the others are still done.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use crate::cli::exit::Exit;
use crate::cli::{files, report};
use crate::error::{Error, ErrorKind, Result};

/// What a file is called in output.
pub fn name(path: &Path) -> String {
    path.display().to_string()
}

/// `paths`, or the standard input where there is none.
pub fn or_stdin(paths: &[PathBuf]) -> Vec<PathBuf> {
    if paths.is_empty() { vec![PathBuf::from(files::STDIN)] } else { paths.to_vec() }
}

/// Refuses to read the standard input twice: `paths` are all that `command` reads.
///
/// # Errors
///
/// Where two of them are the standard input.
pub fn check_stdin<'a>(command: &str, paths: impl IntoIterator<Item = &'a PathBuf>) -> Result<()> {
    if paths.into_iter().filter(|path| files::is_stdin(path)).nth(1).is_none() {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Usage, command, "the standard input is one text", "name a file for the other"))
}

/// The text of the dictionary that is called `name` in messages.
///
/// # Errors
///
/// Where `bytes` are not UTF-8, with the line where they are not.
pub fn dictionary(name: &str, bytes: Vec<u8>) -> Result<String> {
    String::from_utf8(bytes).map_err(|e| {
        let line = e.as_bytes()[..e.utf8_error().valid_up_to()].iter().filter(|&&b| b == b'\n').count() + 1;
        let place = format!("{name}:{line}");
        Error::new(ErrorKind::Dictionary, place, "not UTF-8", "save the dictionary as UTF-8")
    })
}

/// Reads each of `paths` and does `work` on its bytes. Gives the gravest exit.
///
/// # Errors
///
/// Where the output is closed by its reader, or the only file failed.
pub fn each(paths: &[PathBuf], mut work: impl FnMut(&Path, Vec<u8>) -> Result<Exit>) -> Result<Exit> {
    let paths = or_stdin(paths);
    let mut exit = Exit::Clean;
    for path in &paths {
        if files::is_stdin(path) && std::io::stdin().is_terminal() {
            let _ = writeln!(std::io::stderr(), "despin: reading what you type; end with Ctrl-D, or name files");
        }
        match files::read(path).and_then(|bytes| work(path, bytes)) {
            Ok(found) => exit = exit.and(found),
            Err(error) if error.is_broken_pipe() || paths.len() == 1 => return Err(error),
            Err(error) => {
                report(&error);
                exit = Exit::Failed;
            }
        }
    }
    Ok(exit)
}
