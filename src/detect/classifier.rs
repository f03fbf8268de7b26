//! The cheapest look at a text: a linear classifier over its words and pairs of words.
//!
//! Each word, and each two that nothing but a space, a hyphen or an apostrophe parts, is a feature that a text has or has not; a hash gives its place in a
//! table of weights, which may be another's too (Weinberger et al. 2009, "Feature hashing for large scale multitask learning"). The sum is the log-odds, by logistic
//! regression, that the text is one of a spinner's that used these dictionaries. Nothing is kept of the text, and it is gone over once, eight letters at a time.
//!
//! [`train`](crate::detect::classifier_train) says how the weights come about.

use std::ops::Range;

use crate::error::{Error, ErrorKind, Result};
use crate::lm::checksum::xxh64;

/// First bytes of a file, with the version of its form.
const MAGIC: [u8; 8] = *b"despinC1";
/// Bytes of the header: magic, bias, weights to one nat, checksum of the rest.
const HEADER_LEN: usize = 8 + 4 + 4 + 8;
/// Bits of a feature's number.
pub(super) const BITS: u32 = 18;
/// How many weights there are.
pub(super) const N_WEIGHTS: usize = 1 << BITS;

/// The built-in classifier: docs/detection.md says how it was made.
static ENGLISH: &[u8] = include_bytes!("../../dictionaries/en/english.spun");

/// Weights of words and pairs.
pub struct Classifier<'a> {
    weights: &'a [u8],
    bias: f32,
    /// Steps that a nat has.
    steps: f32,
}

/// What a classifier has made of a stretch of text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Heard {
    /// Log-odds that it was spun, nats, spun and genuine ones equally common.
    pub log_odds: f32,
    /// How many words it has: runs of the letters A to Z.
    pub n_words: u32,
}

impl Classifier<'static> {
    /// The built-in one, of English and the built-in dictionaries.
    ///
    /// ```
    /// use despin::detect::classifier::Classifier;
    ///
    /// let classifier = Classifier::english()?;
    /// let heard = |text: &str| classifier.hear(text, 0..text.len()).log_odds;
    /// let genuine = heard(include_str!("../../fixtures/genuine/flood_report/input.txt"));
    /// let spun = heard(include_str!("../../fixtures/restore/flood_report/input.txt"));
    /// assert!(genuine < 0.0 && spun > 5.0);
    /// # Ok::<(), despin::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None, unless the program itself was built from a damaged file.
    pub fn english() -> Result<Self> {
        Classifier::new(ENGLISH, "built-in classifier")
    }

    /// The built-in one as it is in the repository, for digests.
    pub fn english_bytes() -> &'static [u8] {
        ENGLISH
    }
}

impl<'a> Classifier<'a> {
    /// The one in `file`, as [`write`] makes it, its checksum not looked at.
    fn new(file: &'a [u8], place: &str) -> Result<Self> {
        let broken = |fault: &str| {
            Error::new(ErrorKind::LanguageModel, place, fault, "give a file made by `despin dict train`, undamaged")
        };
        if !file.starts_with(&MAGIC) {
            return Err(broken("no classifier"));
        }
        let (Some(header), true) = (file.get(8..HEADER_LEN), file.len() == HEADER_LEN + N_WEIGHTS) else {
            return Err(broken("its length is wrong"));
        };
        let number = |at: usize| f32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
        let (bias, steps) = (number(0), number(4));
        if !bias.is_finite() || !steps.is_finite() || steps <= 0.0 {
            return Err(broken("its header has no numbers"));
        }
        Ok(Classifier { weights: &file[HEADER_LEN..], bias, steps })
    }

    /// The one in `file`, checked against its checksum; `place` is that of an error.
    ///
    /// # Errors
    ///
    /// Where it is no whole and undamaged file of a classifier.
    pub fn checked(file: &'a [u8], place: &str) -> Result<Self> {
        let classifier = Classifier::new(file, place)?;
        if file[16..HEADER_LEN] != xxh64(&file[HEADER_LEN..]).to_le_bytes() {
            let mend = "give a file made by `despin dict train`, undamaged";
            return Err(Error::new(ErrorKind::LanguageModel, place, "its checksum is wrong", mend));
        }
        Ok(classifier)
    }

    /// How many features it has a weight for.
    pub fn n_weights(&self) -> usize {
        self.weights.iter().filter(|weight| **weight != 0).count()
    }

    /// What it makes of the bytes `stretch` of `text`. A word that begins before the stretch is cut.
    pub fn hear(&self, text: &str, stretch: Range<usize>) -> Heard {
        let mut sum = 0i32;
        let weights = &self.weights[..N_WEIGHTS];
        let n_words = features(&text.as_bytes()[stretch], |feature, is_first| {
            sum += i32::from(weights[feature as usize] as i8) * i32::from(is_first);
        });
        Heard { log_odds: self.bias + sum as f32 / self.steps, n_words }
    }
}

/// The file of a classifier with these weights, nats, rounded to one of `steps` to a nat.
///
/// The last is the bias.
pub(super) fn write(weights: &[f32], steps: f32) -> Vec<u8> {
    let (bias, weights) = weights.split_last().expect("a classifier has a bias");
    let weights: Vec<u8> =
        weights.iter().map(|weight| (weight * steps).round().clamp(-127.0, 127.0) as i8 as u8).collect();
    let mut file = MAGIC.to_vec();
    file.extend(bias.to_le_bytes());
    file.extend(steps.to_le_bytes());
    file.extend(xxh64(&weights).to_le_bytes());
    file.extend(weights);
    file
}

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x80 * ONES;
/// Turns capitals A to Z into small letters, and nothing into a letter that was none.
const FOLD: u64 = 0x20 * ONES;
/// Spreads bits: the golden ratio, as in Knuth's multiplicative hashing (The Art of Computer Programming 3, 6.4).
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;
/// Bits of what remembers the features that were heard. Two that share one are heard as one: of a text of 600 features, one in two hundred.
const SEEN_BITS: u32 = 16;

/// Which of eight bytes are letters A to Z, capital or small: their high bits.
#[inline(always)]
fn letters(bytes: u64) -> u64 {
    let low = (bytes | FOLD) & !HIGH;
    let from_a = low + (0x80 - u64::from(b'a')) * ONES;
    let past_z = low + (0x80 - u64::from(b'z') - 1) * ONES;
    from_a & !past_z & !bytes & HIGH
}

/// How many letters eight bytes begin with.
#[inline(always)]
fn n_letters(bytes: u64) -> u32 {
    (!letters(bytes) & HIGH).trailing_zeros() / 8
}

/// The eight bytes at `at`, zeros behind the end.
#[inline(always)]
fn eight(bytes: &[u8], at: usize) -> u64 {
    match bytes.get(at..at + 8).and_then(|eight| eight.try_into().ok()) {
        Some(eight) => u64::from_le_bytes(eight),
        None => bytes[at..].iter().rev().fold(0, |eight, &byte| eight << 8 | u64::from(byte)),
    }
}

/// The first `n` of eight bytes, below 8, folded.
#[inline(always)]
fn first(bytes: u64, n: u32) -> u64 {
    (bytes | FOLD) & ((1 << (8 * n)) - 1)
}

/// Gives each feature of `bytes` to `each`, in order of place, with whether it is the first of its kind; how many words they have.
#[inline(always)]
pub(super) fn features(bytes: &[u8], mut each: impl FnMut(u32, bool)) -> u32 {
    let mut seen = [0u64; 1 << (SEEN_BITS - 6)];
    let mut hear = |hash: u64| {
        let feature = (hash.wrapping_mul(SPREAD) >> (64 - BITS)) as u32;
        let bit = feature & ((1 << SEEN_BITS) - 1);
        let word = &mut seen[(bit >> 6) as usize];
        each(feature, *word >> (bit & 63) & 1 == 0);
        *word |= 1 << (bit & 63);
    };
    let (mut at, mut n_words) = (0, 0);
    // The word that ends here or before one sign that joins.
    let mut before = None;
    while at < bytes.len() {
        let here = eight(bytes, at);
        let mut n = n_letters(here);
        if n == 0 {
            before = None;
            at += 1;
            continue;
        }
        let mut hash = if n == 8 { here | FOLD } else { first(here, n) }.wrapping_mul(SPREAD);
        at += n as usize;
        while n == 8 && at < bytes.len() {
            let here = eight(bytes, at);
            n = n_letters(here);
            if n > 0 {
                let part = if n == 8 { here | FOLD } else { first(here, n) };
                hash = (hash.rotate_left(29) ^ part).wrapping_mul(SPREAD);
                at += n as usize;
            }
        }
        hash ^= hash >> 32;
        hear(hash);
        if let Some(before) = before {
            hear((hash ^ u64::rotate_left(before, 21)).wrapping_mul(SPREAD));
        }
        n_words += 1;
        let gap = match bytes.get(at) {
            Some(b' ' | b'\n' | b'-' | b'\'') => 1,
            Some(0xe2) if bytes[at..].starts_with("’".as_bytes()) => 3,
            _ => 0,
        };
        before = (gap > 0).then_some(hash);
        at += gap.max(1);
    }
    n_words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> (Vec<(u32, bool)>, u32) {
        let mut found = Vec::new();
        let n_words = features(text.as_bytes(), |feature, is_first| found.push((feature, is_first)));
        (found, n_words)
    }

    #[test]
    fn words_and_pairs_are_features() {
        let (all, n_words) = found("The cat");
        assert_eq!((all.len(), n_words), (3, 2));
        let one = |text: &str| found(text).0[0].0;
        assert_eq!((all[0].0, all[1].0), (one("the"), one("CAT.")));
        // A pair is parted by one sign that joins, and no other.
        for joined in ["the CAT", "the\ncat", "the-cat", "the'cat", "«the’cat»"] {
            assert_eq!(found(joined).0, all, "{joined}");
        }
        for parted in ["the  cat", "the, cat", "the\n\ncat", "the 5 cat", "the é cat", "the…cat"] {
            let (apart, n_words) = found(parted);
            assert_eq!((apart, n_words), (vec![all[0], all[1]], 2), "{parted}");
        }
        assert_eq!(found("the cat the cat").0.iter().filter(|(_, is_first)| *is_first).count(), 4);
        assert_eq!(found(" 5, 7\u{fffd}é").1, 0);
    }

    #[test]
    fn letters_are_told_one_by_one() {
        for byte in 0..=255u8 {
            for at in 0..8 {
                let is_letter = letters(u64::from(byte) << (8 * at)) != 0;
                assert_eq!(is_letter, byte.is_ascii_alphabetic(), "{byte} {at}");
            }
        }
    }

    #[test]
    fn words_of_any_length_are_told_apart() {
        let text = "abcdefghijklmnopqrstuvwxyz".repeat(2);
        let mut all: Vec<u32> = (1..text.len()).map(|n| found(&text[..n]).0[0].0).collect();
        assert!((1..text.len()).all(|n| found(&format!("{}.", &text[..n])).0[0].0 == all[n - 1]));
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), text.len() - 1);
    }

    #[test]
    fn damaged_files_are_refused() {
        let mut weights = vec![0.0; N_WEIGHTS + 1];
        (weights[7], weights[N_WEIGHTS]) = (-9.0, 0.25);
        let mut file = write(&weights, 48.0);
        let classifier = Classifier::checked(&file, "a").unwrap();
        assert_eq!((classifier.n_weights(), classifier.hear("", 0..0).log_odds), (1, 0.25));
        let fault = |file: &[u8]| Classifier::checked(file, "a.spun").map(|_| ()).unwrap_err().to_string();
        assert!(fault(b"x").contains("no classifier") && fault(&file[..99]).contains("length"));
        file[99] ^= 1;
        assert!(fault(&file).starts_with("a.spun: its checksum"), "{}", fault(&file));
        file[12..16].copy_from_slice(&f32::NAN.to_le_bytes());
        assert!(fault(&file).contains("no numbers"));
        assert!(Classifier::checked(Classifier::english_bytes(), "built in").is_ok());
    }
}
