//! How far a run has come, written down so that it can go on from there.

use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::bulk::desk::Tally;
use crate::bulk::frame::Cursor;
use crate::bulk::shape::Compression;
use crate::cli::bulk::sink::{self, Mark};
use crate::cli::files;
use crate::error::{Error, ErrorKind, Result};

/// What the field `format` of every state says.
const FORMAT: &str = "despin-run";
/// The version that this despin writes and reads.
const VERSION: u32 = 1;
/// What the file is called in a directory, and what is put behind the name of a file.
pub const NAME: &str = ".despin-run";

/// How far a run has come.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    format: String,
    version: u32,
    /// What was asked for: another run cannot go on from here.
    pub fingerprint: String,
    /// The number of the input that is read, from 0.
    pub input: usize,
    /// Where in it the next record begins.
    pub cursor: Cursor,
    /// The output.
    pub out: Mark,
    /// The journals beside it.
    pub journals: Mark,
    /// Bytes of the rejects.
    pub rejects_bytes: u64,
    /// True where the last line that came out has no end, since it was a file's last.
    pub is_line_open: bool,
    /// True where the output is whole, and only waits for its name.
    pub is_whole: bool,
    /// What was done.
    pub tally: Tally,
    /// Seconds that it took.
    pub seconds: u64,
}

impl State {
    /// The state of a run that has not begun.
    pub fn new(fingerprint: String) -> State {
        State {
            format: FORMAT.to_string(),
            version: VERSION,
            fingerprint,
            input: 0,
            cursor: Cursor::START,
            out: Mark::default(),
            journals: Mark::default(),
            rejects_bytes: 0,
            is_line_open: false,
            is_whole: false,
            tally: Tally::default(),
            seconds: 0,
        }
    }

    /// Writes the state to `path`, with what is not in the files yet behind it.
    ///
    /// # Errors
    ///
    /// Where it cannot be written; what was there before is there then.
    pub fn save(&self, path: &Path, tails: [&[u8]; 2]) -> Result<()> {
        let mut bytes = serde_json::to_vec(self).expect("numbers and strings are JSON");
        bytes.push(b'\n');
        tails.iter().for_each(|tail| bytes.extend_from_slice(tail));
        sink::write(path, &bytes, Compression::None)
    }

    /// Takes the state at `path` away.
    ///
    /// # Errors
    ///
    /// Where it is there and cannot be removed.
    pub fn remove(path: &Path) -> Result<()> {
        for path in [path, &sink::part_of(path)] {
            match fs::remove_file(path) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(files::unwritable(path, e)),
                _ => {}
            }
        }
        Ok(())
    }

    /// Reads the state at `path`, and what is not in the files yet; none where there is no such file.
    ///
    /// # Errors
    ///
    /// Where it cannot be read, or is of another run than that of `fingerprint`.
    pub fn load(path: &Path, fingerprint: &str) -> Result<Option<(State, [Vec<u8>; 2])>> {
        if fs::symlink_metadata(path).is_err() {
            return Ok(None);
        }
        let bytes = files::read(path)?;
        let place = || path.display().to_string();
        let broken = || {
            let mend = format!("remove it, and begin again without --resume: {}", place());
            Error::new(ErrorKind::Io, place(), "it is not what despin writes", mend)
        };
        let end = bytes.iter().position(|&b| b == b'\n').ok_or_else(broken)?;
        let state: State = serde_json::from_slice(&bytes[..end]).map_err(|_| broken())?;
        if state.format != FORMAT || state.version != VERSION {
            return Err(broken());
        }
        if state.fingerprint != fingerprint {
            let fault =
                "the run that stopped was another one: its files, flags, dictionaries or despin's version differ";
            let mend = format!("ask for the same again, or remove {} and begin anew", place());
            return Err(Error::new(ErrorKind::Usage, place(), fault, mend));
        }
        let tails = &bytes[end + 1..];
        let (out, rest) = tails.split_at_checked(state.out.tail_bytes).ok_or_else(broken)?;
        if rest.len() != state.journals.tail_bytes {
            return Err(broken());
        }
        let tails = [out.to_vec(), rest.to_vec()];
        Ok(Some((state, tails)))
    }
}

/// Where the state of a run is kept that writes to the file `target`.
pub fn beside(target: &Path) -> PathBuf {
    let mut name = target.file_name().unwrap_or_default().to_os_string();
    name.push(NAME);
    target.with_file_name(name)
}
