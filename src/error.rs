//! The one error type: a place, a fault and a mend.

use std::path::Path;

/// What went wrong, so that a caller can tell the kinds apart without reading the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A file or stream could not be read or written.
    Io,
    /// A dictionary or another word list has a line that cannot be used.
    Dictionary,
    /// A language model file is broken, cut short or of an unknown kind.
    LanguageModel,
    /// A journal is broken, of an unknown version, or does not belong to the file.
    Journal,
    /// Edits do not fit the text they are applied to.
    Edits,
    /// A request that contradicts itself or asks for something that is not there.
    Usage,
}

/// An error that names the place, the fault and the mend, in one line.
///
/// ```
/// use despin::{Error, ErrorKind};
/// let error = Error::new(ErrorKind::Dictionary, "ai.tsv:41", "original is empty", "write one after the tab");
/// assert_eq!(error.to_string(), "ai.tsv:41: original is empty; write one after the tab");
/// ```
#[derive(Debug, thiserror::Error)]
#[error("{place}: {fault}; {mend}")]
pub struct Error {
    kind: ErrorKind,
    place: String,
    fault: String,
    mend: String,
    #[source]
    source: Option<std::io::Error>,
}

/// The result of everything here that can fail.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// An error of `kind` at `place`.
    pub fn new(kind: ErrorKind, place: impl Into<String>, fault: impl Into<String>, mend: impl Into<String>) -> Self {
        Error { kind, place: place.into(), fault: fault.into(), mend: mend.into(), source: None }
    }

    /// A file that could not be read or written; `mend` says what the user can do about it.
    pub fn io(path: &Path, doing: &str, source: std::io::Error, mend: &str) -> Self {
        let fault = format!("cannot {doing}: {}", plain(&source));
        Error { kind: ErrorKind::Io, place: path.display().to_string(), fault, mend: mend.into(), source: Some(source) }
    }

    /// What kind of fault this is.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// Where it went wrong: a file, a line of one, a flag.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong there.
    pub fn fault(&self) -> &str {
        &self.fault
    }

    /// What the user can do about it.
    pub fn mend(&self) -> &str {
        &self.mend
    }

    /// True where a stream was closed by its reader, which is no fault of ours.
    pub fn is_broken_pipe(&self) -> bool {
        self.source.as_ref().is_some_and(|e| e.kind() == std::io::ErrorKind::BrokenPipe)
    }
}

/// The operating system's words without its number, in lower case like the rest of the line.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or(&text);
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => "unknown fault".to_string(),
    }
}
