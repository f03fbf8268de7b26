//! The file that decisions are kept in: read at the beginning, added to at the end.

use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind as IoKind, Write};
use std::path::{Path, PathBuf};

use crate::cli::{files, inputs};
use crate::error::{Error, ErrorKind, Result};
use crate::review::Ledger;
use crate::review::record::Record;

/// Where decisions are kept unless a file is named.
pub const USUAL: &str = ".despin/decisions.jsonl";

/// Decisions and their file.
#[derive(Debug)]
pub struct Kept {
    /// What it holds.
    pub ledger: Ledger,
    path: PathBuf,
    is_there: bool,
}

impl Kept {
    /// The file at `named`, or the usual one; without decisions where it is not there.
    ///
    /// # Errors
    ///
    /// Where it is there and cannot be read.
    pub fn open(named: Option<&Path>) -> Result<Kept> {
        let path = named.unwrap_or(Path::new(USUAL)).to_path_buf();
        let is_there = files::is_stdin(&path) || fs::symlink_metadata(&path).is_ok();
        let mut ledger = Ledger::default();
        if is_there {
            let place = inputs::name(&path);
            let text = String::from_utf8(files::read(&path)?)
                .map_err(|_| Error::new(ErrorKind::Usage, &place, "not UTF-8", "give the file that despin wrote"))?;
            ledger = Ledger::read(&place, &text)?;
        }
        ledger.is_kept = named.is_none();
        Ok(Kept { ledger, path, is_there })
    }

    /// True where the file was there.
    pub fn is_there(&self) -> bool {
        self.is_there
    }

    /// Makes sure that decisions can be added, before somebody makes them.
    ///
    /// # Errors
    ///
    /// Where they cannot: it is a journal, or the standard input, or cannot be written.
    pub fn check_writable(&self) -> Result<()> {
        let refuse = |fault: &str| {
            let mend = "name another file with --decisions, or leave it out";
            Err(Error::new(ErrorKind::Usage, inputs::name(&self.path), fault, mend))
        };
        if files::is_stdin(&self.path) {
            return refuse("decisions cannot be added to the standard input");
        }
        if self.ledger.is_journal {
            return refuse("decisions cannot be added to a journal");
        }
        self.file()?;
        if !self.is_there {
            let _ = fs::remove_file(&self.path);
        }
        Ok(())
    }

    /// Adds `records`, and keeps them in mind.
    ///
    /// # Errors
    ///
    /// Where they cannot be written.
    pub fn add(&mut self, records: &[Record]) -> Result<()> {
        if records.is_empty() {
            return Ok(());
        }
        let mut file = self.file()?;
        let unwritable = |e| Error::io(&self.path, "add to it", e, "name another file with --decisions");
        let mut lines: String = records.iter().map(|record| record.line() + "\n").collect();
        // Whoever wrote the last line may have left it without an end.
        if fs::read(&self.path).map_err(unwritable)?.last().is_some_and(|&last| last != b'\n') {
            lines.insert(0, '\n');
        }
        // At once, so that two reviews at a time do not tear each other's lines apart.
        file.write_all(lines.as_bytes()).and_then(|()| file.sync_all()).map_err(unwritable)?;
        self.ledger.records.extend(records.iter().cloned());
        self.is_there = true;
        Ok(())
    }

    fn file(&self) -> Result<File> {
        if let Some(directory) = self.path.parent().filter(|parent| *parent != Path::new("")) {
            fs::create_dir_all(directory)
                .map_err(|e| Error::io(directory, "make it", e, "name another file with --decisions"))?;
        }
        let mut options = OpenOptions::new();
        options.append(true).create(true);
        #[cfg(unix)]
        {
            // It holds words of files that may be private.
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        }
        options.open(&self.path).map_err(|e| {
            let mend = match e.kind() {
                IoKind::PermissionDenied => "make it writable, or name another file with --decisions",
                _ => "name another file with --decisions",
            };
            Error::io(&self.path, "add to it", e, mend)
        })
    }
}
