//! Makes a model file out of an ARPA model.

use std::path::Path;

use crate::error::Result;
use crate::lm::MAX_ORDER;
use crate::lm::WordId;
use crate::lm::arpa::ArpaReader;
use crate::lm::checksum::xxh64;
use crate::lm::format::{Header, Layout, Runs, first_slot};
use crate::lm::prune::prune;
use crate::lm::quantize::Codebook;
use crate::lm::trie::{LN_NEVER, Trie, UNK};

/// What is left out of a model.
#[derive(Debug, Clone, PartialEq)]
pub enum Pruning {
    /// Nothing.
    None,
    /// N-grams whose loss costs less than this relative entropy, in nats a word: of length 2, 3 and so on. Lengths after
    /// the last that is given have its threshold.
    Thresholds(Vec<f64>),
    /// As many as needed for the file to have at most this many bytes, with one threshold for all lengths.
    ToSize(u64),
}

/// How a model file is made.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// What is left out.
    pub pruning: Pruning,
    /// How wide the cells are that numbers are rounded to, in nats; see [`Codebook::fit`]. Wider ones pack better. For
    /// the probabilities of single words they are always as narrow as can be.
    pub step: f32,
}

impl Default for Options {
    fn default() -> Self {
        Options { pruning: Pruning::None, step: DEFAULT_STEP }
    }
}

/// Width of the cells that numbers are rounded to unless asked otherwise, in nats.
///
/// Source: `docs/language-model.md`, the table of steps.
pub const DEFAULT_STEP: f32 = 0.1;

/// Steps of the search for the threshold of [`Pruning::ToSize`]: enough to meet the size within half a percent.
const SIZE_STEPS: usize = 12;

/// The model file for the ARPA model at `arpa`. The same input and options give the same bytes.
///
/// # Errors
///
/// Where the model cannot be read or contradicts itself.
pub fn build(arpa: &Path, options: &Options) -> Result<Vec<u8>> {
    let trie = Trie::read(ArpaReader::open(arpa)?)?;
    Ok(pack(&pruned(trie, &options.pruning), options.step))
}

/// `trie` without what `pruning` leaves out.
pub fn pruned(mut trie: Trie, pruning: &Pruning) -> Trie {
    match pruning {
        Pruning::None => trie,
        Pruning::Thresholds(thresholds) => {
            let last = thresholds.last().copied().unwrap_or(0.0);
            let at = |i: usize| thresholds.get(i).copied().unwrap_or(last);
            let all: Vec<f64> = (0..trie.order() - 1).map(at).collect();
            prune(&mut trie, &all);
            trie
        }
        Pruning::ToSize(bytes) => {
            let with = |threshold: f64| {
                let mut smaller = trie.clone();
                prune(&mut smaller, &vec![threshold; trie.order() - 1]);
                smaller
            };
            if file_len(&trie) <= *bytes {
                return trie;
            }
            // The size falls as the threshold rises; its logarithm is halved.
            let (mut low, mut high) = (-30.0f64, 0.0f64);
            let mut best = with(high.exp());
            for _ in 0..SIZE_STEPS {
                let middle = (low + high) / 2.0;
                let smaller = with(middle.exp());
                if file_len(&smaller) <= *bytes {
                    (high, best) = (middle, smaller);
                } else {
                    low = middle;
                }
            }
            best
        }
    }
}

/// The file of `trie`, with numbers rounded to cells `step` nats wide.
pub fn pack(trie: &Trie, step: f32) -> Vec<u8> {
    let order = trie.order();
    let mut header = header_of(trie);
    let unk_prob = trie.levels[0].ln_prob[UNK as usize];
    let prob_books: Vec<Codebook> = (0..order)
        .map(|level| {
            let pinned: &[f32] = if level > 0 { &[] } else { &[unk_prob, LN_NEVER] };
            let pinned = if unk_prob == LN_NEVER { &pinned[..pinned.len().min(1)] } else { pinned };
            // Words stand in order of probability, so that the finest cells pack to nothing either.
            let step = if level == 0 { 0.0 } else { step };
            Codebook::fit(&trie.levels[level].ln_prob, step, pinned)
        })
        .collect();
    let backoff_books: Vec<Codebook> =
        trie.levels[..order - 1].iter().map(|level| Codebook::fit(&level.ln_backoff, step, &[0.0])).collect();
    for (level, this) in trie.levels.iter().enumerate() {
        header.prob_error[level] = prob_books[level].max_error(&this.ln_prob);
        if let Some(book) = backoff_books.get(level) {
            header.backoff_error[level] = book.max_error(&this.ln_backoff);
        }
    }

    let mut body = Vec::with_capacity(header.len_bytes as usize);
    for book in prob_books.iter().chain(&backoff_books) {
        body.extend(book.codes().iter().flat_map(|code| code.to_le_bytes()));
    }
    body.extend(Runs::to_bytes(trie.words.iter().map(String::len)).concat());
    for level in &trie.levels[..order - 1] {
        body.extend(Runs::to_bytes(child_counts(level)).concat());
    }
    trie.words.iter().for_each(|word| body.extend(word.as_bytes()));
    for slot in table(&trie.words, header.n_slots) {
        body.extend(&slot.to_le_bytes()[..header.id_bytes]);
    }
    for (level, book) in trie.levels.iter().zip(&prob_books) {
        body.extend(level.ln_prob.iter().map(|&p| book.encode(p)));
    }
    for (level, book) in trie.levels.iter().zip(&backoff_books) {
        body.extend(level.ln_backoff.iter().map(|&b| book.encode(b)));
    }
    for level in &trie.levels[1..] {
        for plane in (0..header.id_bytes).rev() {
            body.extend(level.words.iter().map(|id| id.to_le_bytes()[plane]));
        }
    }

    header.checksum = xxh64(&body);
    let mut file = header.to_bytes().to_vec();
    file.append(&mut body);
    debug_assert_eq!(file.len() as u64, header.len_bytes);
    file
}

/// How many bytes the file of `trie` has.
fn file_len(trie: &Trie) -> u64 {
    header_of(trie).len_bytes
}

/// The header of `trie` as far as it does not depend on the body.
fn header_of(trie: &Trie) -> Header {
    let n_words = trie.words.len();
    let is_long = |len: usize| len >= usize::from(crate::lm::format::LONG);
    let mut header = Header {
        order: trie.order(),
        id_bytes: if n_words <= 0xFFFF { 2 } else { 4 },
        spelling_bytes: trie.words.iter().map(String::len).sum::<usize>() as u32,
        // A load of 0.7: a word is found in some two looks, and the empty slots pack to little.
        n_slots: (n_words as u64 * 10 / 7 + 1).min(u64::from(u32::MAX)) as u32,
        n_long_words: trie.words.iter().filter(|word| is_long(word.len())).count() as u32,
        ..Header::default()
    };
    for (level, this) in trie.levels.iter().enumerate().take(MAX_ORDER) {
        header.counts[level] = this.len() as u32;
        if level + 1 < trie.order() {
            header.n_long_contexts[level] = child_counts(this).filter(|&n| is_long(n)).count() as u32;
        }
    }
    header.len_bytes = Layout::of(&header).len_bytes;
    header
}

fn child_counts(level: &crate::lm::trie::Level) -> impl Iterator<Item = usize> {
    level.first_child.windows(2).map(|pair| (pair[1] - pair[0]) as usize)
}

/// The table of words: at the first free slot from its own on, each word's number plus 1.
fn table(words: &[String], n_slots: u32) -> Vec<WordId> {
    let mut slots = vec![0; n_slots as usize];
    for (id, word) in words.iter().enumerate() {
        let mut slot = first_slot(word.as_bytes(), n_slots) as usize;
        while slots[slot] != 0 {
            slot = (slot + 1) % slots.len();
        }
        slots[slot] = id as WordId + 1;
    }
    slots
}
