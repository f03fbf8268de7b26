//! A lexicon as bytes, so that the built-in one is put together when despin is built and not when it starts.
//!
//! Sections of little-endian 32-bit words or of text, each after its length in bytes, in the order of [`write()`]. There
//! is no version: the bytes are made and read by one build. Texts are used in place; words are copied. The road not
//! taken is to use those in place too: it wants unsafe code for alignment and saves two milliseconds at most.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::dictionary::{Lexicon, Row, Target};
use crate::lexicon::entry::Class;
use crate::lexicon::matcher::Matcher;
use crate::lexicon::texts::{Interner, Texts};

/// The bytes of `lexicon`.
pub fn write(lexicon: &Lexicon) -> Vec<u8> {
    let mut out = Writer(Vec::new());
    out.texts(&lexicon.files);
    out.texts(&lexicon.families);
    out.texts(&lexicon.texts);
    out.words(lexicon.entries.iter().flat_map(row_words));
    out.texts(&lexicon.matcher.words.texts);
    out.numbers(&lexicon.matcher.words.slots);
    out.numbers(&lexicon.matcher.child_starts);
    out.numbers(&lexicon.matcher.child_units);
    out.numbers(&lexicon.matcher.child_nodes);
    out.numbers(&lexicon.phrase_texts);
    out.numbers(&lexicon.phrase_starts);
    out.numbers(&lexicon.phrase_units);
    out.words(lexicon.head_masses.iter().map(|mass| mass.to_bits()));
    out.numbers(&lexicon.head_families);
    out.numbers(&lexicon.node_phrases);
    out.numbers(&lexicon.target_starts);
    out.words(lexicon.targets.iter().flat_map(|t| [t.original, t.spun, t.weight.to_bits(), t.entry]));
    out.0
}

/// The lexicon of those bytes.
///
/// # Errors
///
/// Where the bytes end too early.
pub fn read(bytes: &'static [u8]) -> Result<Lexicon> {
    read_sections(bytes).ok_or_else(|| {
        Error::new(ErrorKind::Dictionary, "built-in dictionaries", "their compiled form is broken", "build despin anew")
    })
}

fn read_sections(bytes: &'static [u8]) -> Option<Lexicon> {
    let mut from = Reader(bytes);
    Some(Lexicon {
        files: from.texts()?,
        families: from.texts()?,
        texts: from.texts()?,
        entries: from.words()?.as_chunks().0.iter().map(row).collect::<Option<_>>()?,
        matcher: Matcher::new(
            Interner { texts: from.texts()?, slots: from.numbers()? },
            from.numbers()?,
            from.numbers()?,
            from.numbers()?,
        ),
        phrase_texts: from.numbers()?,
        phrase_starts: from.numbers()?,
        phrase_units: from.numbers()?,
        head_masses: from.words()?.iter().map(|&word| f32::from_le_bytes(word)).collect(),
        head_families: from.numbers()?,
        node_phrases: from.numbers()?,
        target_starts: from.numbers()?,
        targets: from.words()?.as_chunks().0.iter().map(target).collect(),
        refused: Default::default(),
    })
}

fn row_words(row: &Row) -> [u32; 7] {
    let kind = u32::from(row.file) << 8 | row.class as u32;
    [row.spun, row.original, row.evidence, row.note, row.line, row.weight.to_bits(), kind]
}

fn row(words: &[[u8; 4]; 7]) -> Option<Row> {
    let [spun, original, evidence, note, line, weight, kind] = words.map(u32::from_le_bytes);
    let class = *Class::ALL.get((kind & 0xff) as usize)?;
    Some(Row { spun, original, evidence, note, line, weight: f32::from_bits(weight), file: (kind >> 8) as u16, class })
}

fn target(words: &[[u8; 4]; 4]) -> Target {
    let [original, spun, weight, entry] = words.map(u32::from_le_bytes);
    Target { original, spun, weight: f32::from_bits(weight), entry }
}

struct Writer(Vec<u8>);

impl Writer {
    fn words(&mut self, words: impl Iterator<Item = u32>) {
        let bytes: Vec<u8> = words.flat_map(u32::to_le_bytes).collect();
        self.bytes(&bytes);
    }

    fn numbers(&mut self, numbers: &[u32]) {
        self.words(numbers.iter().copied());
    }

    fn texts(&mut self, texts: &Texts) {
        self.bytes(texts.arena.as_bytes());
        self.numbers(&texts.ends);
    }

    fn bytes(&mut self, bytes: &[u8]) {
        let len_bytes = u32::try_from(bytes.len()).expect("dictionaries are smaller than 4 GB");
        self.0.extend(len_bytes.to_le_bytes());
        self.0.extend(bytes);
    }
}

struct Reader(&'static [u8]);

impl Reader {
    fn words(&mut self) -> Option<&'static [[u8; 4]]> {
        Some(self.bytes()?.as_chunks().0)
    }

    fn numbers(&mut self) -> Option<Vec<u32>> {
        Some(self.words()?.iter().map(|&word| u32::from_le_bytes(word)).collect())
    }

    fn texts(&mut self) -> Option<Texts> {
        let arena = Cow::Borrowed(str::from_utf8(self.bytes()?).ok()?);
        Some(Texts { arena, ends: self.numbers()? })
    }

    fn bytes(&mut self) -> Option<&'static [u8]> {
        let (len_bytes, rest) = self.0.split_first_chunk()?;
        let (bytes, rest) = rest.split_at_checked(u32::from_le_bytes(*len_bytes) as usize)?;
        self.0 = rest;
        Some(bytes)
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
        let bytes: &'static [u8] = write(&lexicon).leak();
        assert_eq!(read(bytes).unwrap(), lexicon);
        assert!((0..bytes.len()).all(|len| read(&bytes[..len]).is_err()));
    }
}
