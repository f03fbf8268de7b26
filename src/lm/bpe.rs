//! Cuts text into the tokens of GPT-2's and SmolLM's models: byte-level byte pair encoding.
//!
//! Sennrich et al. 2016, "Neural machine translation of rare words with subword units", algorithm 1, over bytes; the
//! words that are encoded one by one are cut as Hugging Face's tokenizers cut them for SmolLM: each digit by itself, the
//! rest by GPT-2's pattern
//! `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.

use rustc_hash::FxHashMap;

use crate::lm::gguf::Fault;

/// A vocabulary with the order in which its tokens are merged.
#[derive(Debug)]
pub struct Bpe {
    /// The token of each byte; none where the vocabulary lacks it.
    bytes: [Option<u32>; 256],
    /// Two tokens that stand side by side: how early they are merged, and into which.
    merges: FxHashMap<(u32, u32), (u32, u32)>,
}

/// Longer words are encoded in pieces of this many bytes, since the time that merging takes grows with the square.
const MAX_WORD_BYTES: usize = 256;

impl Bpe {
    /// The encoding with these tokens and these merges, as GGUF files have them.
    ///
    /// # Errors
    ///
    /// Where a merge does not make a token of two.
    pub fn new(tokens: &[&str], merges: &[&str]) -> Result<Bpe, Fault> {
        let ids: FxHashMap<&str, u32> = (0..).zip(tokens).map(|(id, &token)| (token, id)).collect();
        let bytes = std::array::from_fn(|byte| ids.get(letter(byte as u8).to_string().as_str()).copied());
        let mut ranks = FxHashMap::default();
        for (rank, merge) in (0..).zip(merges) {
            let token = |text: &str| ids.get(text).copied();
            let found = merge
                .split_once(' ')
                .and_then(|(left, right)| Some(((token(left)?, token(right)?), token(&format!("{left}{right}"))?)));
            let (pair, whole) = found.ok_or_else(|| format!("merge {rank} makes no token of two"))?;
            ranks.entry(pair).or_insert((rank, whole));
        }
        Ok(Bpe { bytes, merges: ranks })
    }

    /// The tokens of `text`.
    pub fn encode(&self, mut text: &str) -> Vec<u32> {
        let mut tokens = Vec::with_capacity(text.len() / 4);
        while !text.is_empty() {
            let (word, rest) = text.split_at(word_len(text));
            word.as_bytes().chunks(MAX_WORD_BYTES).for_each(|piece| self.merge(piece, &mut tokens));
            text = rest;
        }
        tokens
    }

    fn merge(&self, word: &[u8], out: &mut Vec<u32>) {
        let mut tokens: Vec<u32> = word.iter().filter_map(|&byte| self.bytes[usize::from(byte)]).collect();
        let merge_at = |tokens: &[u32], at: usize| self.merges.get(&(tokens[at], tokens[at + 1])).copied();
        // The earliest merge first, and of equal ones the first in the word.
        while let Some(((_, whole), at)) = (1..tokens.len())
            .filter_map(|end| Some((merge_at(&tokens, end - 1)?, end - 1)))
            .min_by_key(|(m, at)| (m.0, *at))
        {
            tokens[at] = whole;
            tokens.remove(at + 1);
        }
        out.extend(tokens);
    }
}

/// The letter that stands for `byte` in a vocabulary: itself where it is a sign of Latin-1 that can be seen, else one from
/// U+0100 on.
///
/// Source: `bytes_to_unicode` of GPT-2's encoder.py.
fn letter(byte: u8) -> char {
    let is_seen = |b: &u8| matches!(b, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    match is_seen(&byte) {
        true => char::from(byte),
        false => {
            let n_hidden = (0..byte).filter(|b| !is_seen(b)).count() as u32;
            char::from_u32(0x100 + n_hidden).expect("U+0100 and the 67 after it are letters")
        }
    }
}

/// Endings that are cut off where an apostrophe begins a word.
const CONTRACTIONS: [&str; 7] = ["'s", "'t", "'re", "'ve", "'m", "'ll", "'d"];

/// How many bytes the first word of `text`, which is not empty, has.
fn word_len(text: &str) -> usize {
    let run = |text: &str, is_in: fn(char) -> bool| text.find(|c| !is_in(c)).unwrap_or(text.len());
    let stretch = &text[..run(text, |c| !c.is_numeric())];
    if stretch.is_empty() {
        return text.chars().next().map_or(0, char::len_utf8);
    }
    if let Some(ending) = CONTRACTIONS.iter().find(|ending| stretch.starts_with(**ending)) {
        return ending.len();
    }
    let n_space = usize::from(stretch.starts_with(' '));
    let body = &stretch[n_space..];
    // `is_alphabetic` has a few signs more than \p{L}: vowel signs above and below letters, which English has not.
    for is_in in [char::is_alphabetic as fn(char) -> bool, |c| !c.is_whitespace() && !c.is_alphabetic()] {
        match run(body, is_in) {
            0 => continue,
            len => return n_space + len,
        }
    }
    let spaces = &stretch[..run(stretch, char::is_whitespace)];
    // The last space of several belongs to what follows.
    match spaces.char_indices().next_back() {
        Some((last, _)) if last > 0 && spaces.len() < stretch.len() => last,
        _ => spaces.len(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let (mut words, mut rest) = (Vec::new(), text);
        while !rest.is_empty() {
            let (word, after) = rest.split_at(word_len(rest));
            words.push(word);
            rest = after;
        }
        assert_eq!(words, expected, "{text:?}");
    }

    #[test]
    fn words_are_cut_with_the_space_before_them() {
        check("He said, “no”.", &["He", " said", ",", " “", "no", "”."]);
        check("It's they'll 'Tis DON'T", &["It", "'s", " they", "'ll", " '", "Tis", " DON", "'", "T"]);
        check("two  words\n\nand\tmore ", &["two", " ", " words", "\n", "\n", "and", "\t", "more", " "]);
        check("in 2024, 3½ %", &["in", " ", "2", "0", "2", "4", ",", " ", "3", "½", " %"]);
        check("naïve — café", &["naïve", " —", " café"]);
    }

    #[test]
    fn the_earliest_merge_comes_first() {
        let tokens = ["a", "b", "c", "Ġ", "bc", "ab", "Ġa", "Ġab"];
        let bpe = Bpe::new(&tokens, &["b c", "a b", "Ġ a", "Ġ ab"]).unwrap();
        assert_eq!(bpe.encode("abc ab abd"), [0, 4, 7, 7]);
        assert_eq!(bpe.encode("abab"), [5, 5]);
    }

    #[test]
    fn a_merge_that_makes_no_token_is_a_fault() {
        assert_eq!(Bpe::new(&["a", "b"], &["a b"]).unwrap_err(), "merge 0 makes no token of two");
    }

    #[test]
    fn bytes_have_letters_of_their_own() {
        let letters: std::collections::BTreeSet<char> = (0..=255).map(letter).collect();
        assert_eq!(letters.len(), 256);
        assert_eq!((letter(b' '), letter(b'\n'), letter(0xad), letter(b'a')), ('Ġ', 'Ċ', '\u{143}', 'a'));
    }
}
