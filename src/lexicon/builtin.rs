//! The dictionaries that are built in, put together when despin was built.

use once_cell::sync::OnceCell;

use crate::error::Result;
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::files::FILES;
use crate::lexicon::format::{DictionaryFile, parse};
use crate::lexicon::image::read;

/// Numbers, where such may lie.
#[repr(C, align(8))]
pub(crate) struct Aligned<T: ?Sized>(pub(crate) T);

/// What `build.rs` made of [`FILES`].
static WORDS: &Aligned<[u8]> = &Aligned(*include_bytes!(concat!(env!("OUT_DIR"), "/builtin.lexicon")));
static TEXTS: &str = include_str!(concat!(env!("OUT_DIR"), "/builtin.lexicon.txt"));

static LEXICON: OnceCell<Lexicon> = OnceCell::new();

/// True where `lexicon` is that of [`lexicon`].
pub(crate) fn is_builtin(lexicon: &Lexicon) -> bool {
    LEXICON.get().is_some_and(|builtin| std::ptr::eq(builtin, lexicon))
}

/// The built-in dictionary files, for laying others over them.
///
/// # Errors
///
/// Where one is broken; with such a one despin is not built.
pub fn files() -> Result<Vec<DictionaryFile>> {
    FILES.iter().map(|(name, text)| parse(name, text)).collect()
}

/// The lexicon of the built-in dictionaries alone; made at the first call, and shared.
///
/// # Errors
///
/// As [`files`].
pub fn lexicon() -> Result<&'static Lexicon> {
    // `std::sync::OnceLock` cannot yet fail and be tried again on stable Rust.
    LEXICON.get_or_try_init(|| read(&WORDS.0, TEXTS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_what_the_files_say() {
        assert!(*lexicon().unwrap() == Lexicon::new(files().unwrap()));
    }
}
