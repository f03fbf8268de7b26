//! Many short strings in one, by number.

use std::borrow::Cow;

/// Number of a text.
pub(super) type TextId = u32;

/// Numbers that are looked at where they lie in the program, or that belong to a lexicon.
pub(crate) type Table<T> = Cow<'static, [T]>;

/// Texts, one after the other in one string.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Texts {
    pub(super) arena: Cow<'static, str>,
    /// Where each ends in the arena, in bytes; never falling, and on character boundaries.
    pub(super) ends: Table<u32>,
}

impl Texts {
    pub(super) fn get(&self, id: TextId) -> &str {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] };
        &self.arena[start as usize..self.ends[id] as usize]
    }

    /// The bytes of a text: they need no boundaries of characters looked for.
    fn bytes(&self, id: TextId) -> &[u8] {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] };
        &self.arena.as_bytes()[start as usize..self.ends[id] as usize]
    }

    /// True where `text` is that one.
    fn is(&self, id: TextId, text: &Short) -> bool {
        let start = if id == 0 { 0 } else { self.ends[id as usize - 1] as usize };
        let end = self.ends[id as usize] as usize;
        if end - start != text.len_bytes {
            return false;
        }
        match self.arena.as_bytes()[start..].first_chunk() {
            Some(bytes) => Short::new(bytes, text.len_bytes) == *text,
            None => Short::padded(self.bytes(id)) == *text,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn push(&mut self, text: &str) {
        let arena = self.arena.to_mut();
        arena.push_str(text);
        self.ends.to_mut().push(u32::try_from(arena.len()).expect("dictionaries are smaller than 4 GB"));
    }
}

/// Texts, each held once, that can be found by what they say.
///
/// A table of its own, not a `HashMap<Box<str>, u32>`: it lies in two plain arrays, so that it is written into the
/// compiled lexicon and read from there as it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Interner {
    pub(super) texts: Texts,
    /// Open addressing: a text's number plus one in the first free slot from its hash on, 0 where free. Their number is
    /// a power of two and more than that of the texts.
    pub(super) slots: Table<u32>,
}

impl Interner {
    /// An empty one with room for `n` texts.
    pub(super) fn with_capacity(n: usize) -> Self {
        Interner { texts: Texts::default(), slots: vec![0; (n * 2).next_power_of_two()].into() }
    }

    /// The number of `text`, given out now where it has none.
    pub(super) fn intern(&mut self, text: &str) -> TextId {
        if self.texts.len() * 2 >= self.slots.len() {
            self.grow();
        }
        match self.probe(text) {
            Ok(id) => id,
            Err(slot) => {
                self.texts.push(text);
                let id = self.texts.len() as u32;
                self.slots.to_mut()[slot] = id;
                id - 1
            }
        }
    }

    /// As [`intern`](Self::intern), quicker where `text` is probably that of `guess`.
    pub(super) fn intern_like(&mut self, text: &str, guess: Option<TextId>) -> TextId {
        match guess {
            Some(id) if self.texts.get(id) == text => id,
            _ => self.intern(text),
        }
    }

    /// The number of `text`, where it has one.
    pub(super) fn find(&self, text: &str) -> Option<TextId> {
        if self.slots.is_empty() { None } else { self.probe(text).ok() }
    }

    /// As [`find`](Self::find), quicker.
    pub(super) fn find_short(&self, text: &Short) -> Option<TextId> {
        let mask = self.slots.len().checked_sub(1)?;
        let mut slot = text.hash() as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return None,
                id if self.texts.is(id - 1, text) => return Some(id - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    /// The number of `text`, or the free slot where it belongs.
    fn probe(&self, text: &str) -> Result<TextId, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash(text) as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return Err(slot),
                id if self.texts.bytes(id - 1) == text.as_bytes() => return Ok(id - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(64)].into();
        for id in 0..self.texts.len() as u32 {
            let slot = self.probe(self.texts.get(id)).expect_err("texts are held once");
            self.slots.to_mut()[slot] = id + 1;
        }
    }
}

/// A text of at most [`LEN`](Short::LEN) bytes, as numbers: little-endian, zeros behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Short {
    words: [u64; Short::N_WORDS],
    len_bytes: usize,
}

impl Short {
    const N_WORDS: usize = 3;
    /// The most bytes of such a text.
    pub(super) const LEN: usize = 8 * Short::N_WORDS;

    /// The first `len_bytes` of `bytes`, which may not be more than they are.
    #[inline]
    pub(super) fn new(bytes: &[u8; Short::LEN], len_bytes: usize) -> Self {
        let mut words = [0; Short::N_WORDS];
        for (i, word) in words.iter_mut().enumerate() {
            let eight = bytes[8 * i..][..8].try_into().expect("eight bytes");
            let n_bits = 8 * len_bytes.saturating_sub(8 * i).min(8) as u32;
            *word = u64::from_le_bytes(eight) & u64::MAX.checked_shr(64 - n_bits).unwrap_or(0);
        }
        Short { words, len_bytes }
    }

    /// `bytes`, which may not be too many.
    fn padded(bytes: &[u8]) -> Self {
        let mut all = [0; Short::LEN];
        all[..bytes.len()].copy_from_slice(bytes);
        Short::new(&all, bytes.len())
    }

    /// In lower case; none where it is not all ASCII.
    #[inline]
    pub(super) fn folded(mut self) -> Option<Self> {
        // One in each byte, times a byte.
        const EACH: u64 = u64::MAX / 0xff;
        const HIGH: u64 = EACH * 0x80;
        if self.words.iter().any(|word| word & HIGH != 0) {
            return None;
        }
        for word in &mut self.words {
            // The high bit of each byte that is at least `A`, and of each that is more than `Z`; no byte flows into the next.
            let from_a = *word + EACH * u64::from(0x80 - b'A');
            let beyond_z = *word + EACH * u64::from(0x7f - b'Z');
            *word |= ((from_a ^ beyond_z) & HIGH) >> 2;
        }
        Some(self)
    }

    #[inline]
    fn hash(&self) -> u32 {
        let n_whole = self.len_bytes / 8;
        let hash = self.words[..n_whole].iter().fold(self.len_bytes as u64, |hash, &word| mix(hash, word));
        finished(mix(hash, self.words.get(n_whole).copied().unwrap_or(0)))
    }
}

/// Hash of `text`, the same on every machine: the one that compiles the lexicon need not be the one that reads it.
fn hash(text: &str) -> u32 {
    let mut hash = text.len() as u64;
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    for &word in words {
        hash = mix(hash, u64::from_le_bytes(word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    finished(mix(hash, u64::from_le_bytes(last)))
}

const FACTOR: u64 = 0x517c_c1b7_2722_0a95;

/// FxHash's step over eight bytes at a time.
fn mix(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR)
}

/// A product's low bits know nothing of its factors' high ones, so its high half is brought down and multiplied once more;
/// without that the endings of words collide.
fn finished(hash: u64) -> u32 {
    ((hash ^ (hash >> 32)).wrapping_mul(FACTOR) >> 32) as u32
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn holds_each_text_once_and_finds_it() {
        let mut interner = Interner::default();
        assert_eq!(interner.find("a"), None);
        let texts: Vec<String> = (0..500).map(|n| format!("text {n}")).chain(["".into(), "zoë".into()]).collect();
        for _ in 0..2 {
            for (id, text) in texts.iter().enumerate() {
                assert_eq!(interner.intern(text), id as u32);
            }
        }
        for (id, text) in texts.iter().enumerate() {
            assert_eq!(interner.find(text), Some(id as u32));
            assert_eq!(interner.texts.get(id as u32), text);
        }
        assert_eq!(interner.find("text 500"), None);
    }

    proptest! {
        #[test]
        fn short_texts_are_found_as_any_are(texts in proptest::collection::vec("[a-zA-Z@\\[`{é'\u{0}0-9]{0,30}", 1..20)) {
            let mut interner = Interner::default();
            for text in texts.iter().step_by(2) {
                interner.intern(&text.to_ascii_lowercase());
            }
            for text in &texts {
                // As it stands in something longer, and as the end of all.
                for behind in ["", "B behind it are many more", "\u{1f468}\u{1f468}\u{1f468}\u{1f468}\u{1f468}\u{1f468}"] {
                    let all = format!("{text}{behind}");
                    let Some(bytes) = all.as_bytes().first_chunk().filter(|_| text.len() <= Short::LEN) else { continue };
                    let folded = Short::new(bytes, text.len()).folded();
                    prop_assert_eq!(folded.is_some(), text.is_ascii());
                    if let Some(folded) = folded {
                        prop_assert_eq!(interner.find_short(&folded), interner.find(&text.to_ascii_lowercase()));
                    }
                }
            }
        }
    }
}
