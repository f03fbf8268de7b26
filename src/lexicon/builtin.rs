//! The dictionaries that are built in, read once.

use once_cell::sync::OnceCell;

use crate::error::Result;
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::format::{DictionaryFile, parse};

/// Name and text of each built-in dictionary, in the order in which they are laid over each other.
const FILES: [(&str, &str); 2] = [
    ("dictionaries/en/autoblog.tsv", include_str!("../../dictionaries/en/autoblog.tsv")),
    ("dictionaries/en/names.tsv", include_str!("../../dictionaries/en/names.tsv")),
];

/// The built-in dictionary files.
///
/// # Errors
///
/// Where one is broken, which the project's tests rule out for a released version.
pub fn files() -> Result<Vec<DictionaryFile>> {
    FILES.iter().map(|(name, text)| parse(name, text)).collect()
}

/// The lexicon of the built-in dictionaries alone; made at the first call, and shared.
///
/// # Errors
///
/// As [`files`].
pub fn lexicon() -> Result<&'static Lexicon> {
    static LEXICON: OnceCell<Lexicon> = OnceCell::new();
    // `std::sync::OnceLock` cannot yet fail and be tried again on stable Rust.
    LEXICON.get_or_try_init(|| Ok(Lexicon::new(files()?)))
}
