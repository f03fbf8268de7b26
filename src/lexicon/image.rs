//! A lexicon as bytes, so that the built-in one is put together when despin is built and not when it starts.
//!
//! Two parts: text, so that the compiler checks it, and sections of little-endian 32-bit words, each after its length in
//! bytes, in the order of [`write()`]. There is no version: both are made and read by one build. Both are used where they lie, as
//! long as the words lie on a machine that has them in this order and at an address that is a multiple of four; else they
//! are copied.

use std::borrow::Cow;

use bytemuck::Pod;

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::matcher::Matcher;
pub(crate) use crate::lexicon::texts::Table;
use crate::lexicon::texts::{Interner, Texts};

/// A lexicon's numbers and texts.
pub fn write(lexicon: &Lexicon) -> (Vec<u8>, String) {
    let mut out = Writer::default();
    out.texts(&lexicon.files);
    out.texts(&lexicon.families);
    out.texts(&lexicon.texts);
    out.table(&lexicon.entries);
    out.texts(&lexicon.matcher.words.texts);
    out.table(&lexicon.matcher.words.slots);
    out.table(&lexicon.matcher.child_starts);
    out.table(&lexicon.matcher.child_units);
    out.table(&lexicon.matcher.child_nodes);
    out.table(&lexicon.phrase_texts);
    out.table(&lexicon.phrase_starts);
    out.table(&lexicon.phrase_units);
    out.table(&lexicon.head_masses);
    out.table(&lexicon.head_families);
    out.table(&lexicon.node_phrases);
    out.table(&lexicon.target_starts);
    out.table(&lexicon.targets);
    (out.words, out.texts)
}

/// The lexicon of those.
///
/// # Errors
///
/// Where they end too early.
pub fn read(words: &'static [u8], texts: &'static str) -> Result<Lexicon> {
    read_sections(Reader::new(words, texts)).ok_or_else(|| {
        Error::new(ErrorKind::Dictionary, "built-in dictionaries", "their compiled form is broken", "build despin anew")
    })
}

fn read_sections(mut from: Reader) -> Option<Lexicon> {
    Some(Lexicon {
        files: from.texts()?,
        families: from.texts()?,
        texts: from.texts()?,
        entries: from.table()?,
        matcher: Matcher::new(
            Interner { texts: from.texts()?, slots: from.table()? },
            from.table()?,
            from.table()?,
            from.table()?,
        ),
        phrase_texts: from.table()?,
        phrase_starts: from.table()?,
        phrase_units: from.table()?,
        head_masses: from.table()?,
        head_families: from.table()?,
        node_phrases: from.table()?,
        target_starts: from.table()?,
        targets: from.table()?,
        refused: Default::default(),
    })
}

/// What is written.
#[derive(Default)]
pub(crate) struct Writer {
    /// Numbers.
    pub(crate) words: Vec<u8>,
    texts: String,
}

impl Writer {
    /// `table` consists of numbers of four bytes.
    pub(crate) fn table<T: Pod>(&mut self, table: &[T]) {
        let words: &[u32] = bytemuck::cast_slice(table);
        self.number(words.len() * 4);
        self.words.extend(words.iter().flat_map(|word| word.to_le_bytes()));
    }

    fn texts(&mut self, texts: &Texts) {
        self.number(texts.arena.len());
        self.texts.push_str(&texts.arena);
        self.table(&texts.ends);
    }

    fn number(&mut self, number: usize) {
        let number = u32::try_from(number).expect("dictionaries are smaller than 4 GB");
        self.words.extend(number.to_le_bytes());
    }
}

/// What is yet to be read.
pub(crate) struct Reader {
    words: &'static [u8],
    texts: &'static str,
}

impl Reader {
    pub(crate) fn new(words: &'static [u8], texts: &'static str) -> Self {
        Reader { words, texts }
    }

    /// A table of numbers of four bytes.
    pub(crate) fn table<T: Pod>(&mut self) -> Option<Table<T>> {
        let len_bytes = self.number()?;
        let (bytes, rest) = self.words.split_at_checked(len_bytes)?;
        self.words = rest;
        if let (true, Ok(table)) = (cfg!(target_endian = "little"), bytemuck::try_cast_slice(bytes)) {
            return Some(Cow::Borrowed(table));
        }
        let words: Vec<u32> = bytes.as_chunks().0.iter().map(|&word| u32::from_le_bytes(word)).collect();
        Some(Cow::Owned(bytemuck::pod_collect_to_vec(&words)))
    }

    fn texts(&mut self) -> Option<Texts> {
        let len_bytes = self.number()?;
        let (arena, rest) = self.texts.split_at_checked(len_bytes)?;
        self.texts = rest;
        Some(Texts { arena: Cow::Borrowed(arena), ends: self.table()? })
    }

    fn number(&mut self) -> Option<usize> {
        let (number, rest) = self.words.split_first_chunk()?;
        self.words = rest;
        Some(u32::from_le_bytes(*number) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;

    #[test]
    fn comes_back_as_it_was() {
        let text = "# family: x\na\tb\tnoun\t0.5\tseen\tnoted\nvery\t<none>\tadv\nc d\tzoë\tname\t0.25\n";
        let lexicon = Lexicon::new(vec![parse("f.tsv", text).unwrap()]);
        let (words, texts) = write(&lexicon);
        let texts: &'static str = texts.leak();
        // Whatever address it has.
        for shift in 0..4 {
            let bytes: &'static [u8] = [&[0; 4][..shift], &words].concat().leak();
            assert_eq!(read(&bytes[shift..], texts).unwrap(), lexicon);
        }
        let words: &'static [u8] = words.leak();
        assert!((0..words.len()).all(|len| read(&words[..len], texts).is_err()));
        assert!((0..texts.len()).all(|len| read(words, &texts[..texts.floor_char_boundary(len)]).is_err()));
    }
}
