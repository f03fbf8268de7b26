//! Many short strings in one, by number.

use std::borrow::Cow;

/// Number of a text.
pub(super) type TextId = u32;

/// Texts, one after the other in one string.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Texts {
    pub(super) arena: Cow<'static, str>,
    /// Where each ends in the arena, in bytes; never falling, and on character boundaries.
    pub(super) ends: Vec<u32>,
}

impl Texts {
    pub(super) fn get(&self, id: TextId) -> &str {
        let id = id as usize;
        let start = if id == 0 { 0 } else { self.ends[id - 1] };
        &self.arena[start as usize..self.ends[id] as usize]
    }

    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    pub(super) fn push(&mut self, text: &str) {
        let arena = self.arena.to_mut();
        arena.push_str(text);
        self.ends.push(u32::try_from(arena.len()).expect("dictionaries are smaller than 4 GB"));
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
    pub(super) slots: Vec<u32>,
}

impl Interner {
    /// An empty one with room for `n` texts.
    pub(super) fn with_capacity(n: usize) -> Self {
        Interner { texts: Texts::default(), slots: vec![0; (n * 2).next_power_of_two()] }
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
                self.slots[slot] = self.texts.len() as u32;
                self.slots[slot] - 1
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

    /// The number of `text`, or the free slot where it belongs.
    fn probe(&self, text: &str) -> Result<TextId, usize> {
        let mask = self.slots.len() - 1;
        let mut slot = hash(text) as usize & mask;
        loop {
            match self.slots[slot] {
                0 => return Err(slot),
                id if self.texts.get(id - 1) == text => return Ok(id - 1),
                _ => slot = (slot + 1) & mask,
            }
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; (self.slots.len() * 2).max(64)];
        for id in 0..self.texts.len() as u32 {
            let slot = self.probe(self.texts.get(id)).expect_err("texts are held once");
            self.slots[slot] = id + 1;
        }
    }
}

/// Hash of `text`, the same on every machine: the one that compiles the lexicon need not be the one that reads it.
fn hash(text: &str) -> u32 {
    // FxHash's step over eight bytes at a time. A product's low bits know nothing of its factors' high ones, so its high
    // half is brought down and multiplied once more; without that the endings of words collide.
    const FACTOR: u64 = 0x517c_c1b7_2722_0a95;
    let mix = |hash: u64, word: u64| (hash.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    let mut hash = text.len() as u64;
    let (words, rest) = text.as_bytes().as_chunks::<8>();
    for &word in words {
        hash = mix(hash, u64::from_le_bytes(word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    hash = mix(hash, u64::from_le_bytes(last));
    ((hash ^ (hash >> 32)).wrapping_mul(FACTOR) >> 32) as u32
}

#[cfg(test)]
mod tests {
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
}
