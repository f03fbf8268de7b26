//! A back-off model in memory at full precision, as a trie: what a builder reads, prunes and then packs.

use std::cmp::Ordering;

use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::lm::WordId;
use crate::lm::arpa::ArpaReader;
pub use crate::lm::model::{BEGIN, END, UNK};

/// ln P of what never comes, such as `<s>` after any word: log10 -99, as ARPA files write it.
pub const LN_NEVER: f32 = -227.955_92;

/// All n-grams of one length, in order of their words' numbers, first word first.
#[derive(Debug, Clone, Default)]
pub struct Level {
    /// The last word of each.
    pub words: Vec<WordId>,
    /// ln P of the last word after the others, in nats.
    pub ln_prob: Vec<f32>,
    /// The weight of backing off from each as a context, in nats. Empty at the last level.
    pub ln_backoff: Vec<f32>,
    /// Where each one's children begin at the next level, and at the end the number of all. Empty at the last level.
    pub first_child: Vec<u32>,
}

impl Level {
    /// How many n-grams.
    pub fn len(&self) -> usize {
        self.words.len()
    }

    /// True where there are none.
    pub fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Where the children of the n-gram `node` stand at the next level.
    pub fn children(&self, node: usize) -> std::ops::Range<usize> {
        self.first_child[node] as usize..self.first_child[node + 1] as usize
    }
}

/// A model: its words, and its n-grams by length.
#[derive(Debug, Clone)]
pub struct Trie {
    /// Each word's spelling: `<unk>`, `<s>`, `</s>`, then by falling probability, those of the same one by spelling.
    pub words: Vec<String>,
    /// The n-grams of length 1, 2 and so on. At the first level an n-gram's number is that of its word.
    pub levels: Vec<Level>,
}

impl Trie {
    /// Reads all of `reader`.
    ///
    /// # Errors
    ///
    /// Where the reader fails, a word or n-gram stands twice, a word of an n-gram or the n-gram without its last word
    /// is missing, there is no `<s>` or `</s>`, or there are too many n-grams of a length for 32 bits.
    pub fn read(mut reader: ArpaReader) -> Result<Self> {
        let place = reader.place().to_string();
        let order = reader.counts().len();
        if let Some(&n) = reader.counts().iter().find(|&&n| n >= u64::from(u32::MAX)) {
            return Err(broken(&place, format!("{n} n-grams of one length are too many"), "prune the model first"));
        }
        let mut words = Vocabulary::default();
        let mut raw: Vec<Raw> = (1..=order).map(Raw::new).collect();
        let mut ids = Vec::with_capacity(order);
        while let Some(ngram) = reader.next_ngram()? {
            ids.clear();
            if ngram.order == 1 {
                ids.push(words.add(&place, ngram.text)?);
            } else {
                for word in ngram.words() {
                    let id = words.ids.get(word).copied().ok_or_else(|| {
                        let fault = format!("`{word}` in `{}` is not among the 1-grams", ngram.text);
                        broken(&place, fault, "give each word a 1-gram")
                    })?;
                    ids.push(id);
                }
            }
            let level = &mut raw[ngram.order - 1];
            level.ids.extend_from_slice(&ids);
            level.ln_prob.push(ngram.ln_prob);
            level.ln_backoff.push(ngram.ln_backoff);
        }
        if !words.ids.contains_key("<unk>") {
            let id = words.add(&place, "<unk>")?;
            raw[0].ids.push(id);
            raw[0].ln_prob.push(LN_NEVER);
            raw[0].ln_backoff.push(0.0);
        }
        for mark in ["<s>", "</s>"] {
            if !words.ids.contains_key(mark) {
                return Err(broken(&place, format!("there is no 1-gram `{mark}`"), "train the model on sentences"));
            }
        }
        let (spelling, renumber) = words.in_order(&raw[0].ln_prob);
        for level in &mut raw {
            level.ids.iter_mut().for_each(|id| *id = renumber[*id as usize]);
        }
        Self::link(&place, spelling, raw)
    }

    fn link(place: &str, words: Vec<String>, raw: Vec<Raw>) -> Result<Self> {
        let name = |ids: &[WordId]| ids.iter().map(|&id| words[id as usize].as_str()).collect::<Vec<_>>().join(" ");
        let mut levels: Vec<Level> = Vec::with_capacity(raw.len());
        let mut contexts: Vec<WordId> = Vec::new();
        let n_levels = raw.len();
        for (above, raw) in raw.into_iter().enumerate() {
            let n = above + 1;
            let sorted = raw.sorted();
            if let Some(twice) = (1..sorted.len()).find(|&i| sorted.ngram(i - 1) == sorted.ngram(i)) {
                let fault = format!("the n-gram `{}` stands twice", name(sorted.ngram(twice)));
                return Err(broken(place, fault, "give each n-gram once"));
            }
            if let Some(parents) = levels.last_mut() {
                parents.first_child.reserve(parents.words.len() + 1);
                let mut child = 0;
                for context in contexts.chunks_exact(above) {
                    parents.first_child.push(child as u32);
                    while child < sorted.len() && sorted.ngram(child)[..above] == *context {
                        child += 1;
                    }
                }
                parents.first_child.push(child as u32);
                if child < sorted.len() {
                    let ngram = sorted.ngram(child);
                    let fault = format!("`{}` is missing, the context of `{}`", name(&ngram[..above]), name(ngram));
                    return Err(broken(place, fault, "give every n-gram's first words as an n-gram too"));
                }
            }
            let last = sorted.ids.iter().skip(above).step_by(n).copied().collect();
            let ln_backoff = if n < n_levels { sorted.ln_backoff } else { Vec::new() };
            levels.push(Level { words: last, ln_prob: sorted.ln_prob, ln_backoff, first_child: Vec::new() });
            contexts = sorted.ids;
        }
        // Toolkits write 0 or -99 for `<s>`: it is never predicted, and 0 would be a certainty.
        levels[0].ln_prob[BEGIN as usize] = LN_NEVER;
        Ok(Trie { words, levels })
    }

    /// The length of the longest n-grams.
    pub fn order(&self) -> usize {
        self.levels.len()
    }

    /// The child of n-gram `node` of `level` (from 0) by `word`, at the next level.
    pub fn child(&self, level: usize, node: usize, word: WordId) -> Option<usize> {
        let range = self.levels[level].children(node);
        let at = self.levels[level + 1].words[range.clone()].binary_search(&word).ok()?;
        Some(range.start + at)
    }

    /// Drops the n-grams of `level` (from 1) that are not to be kept. None of them may have children.
    pub fn retain(&mut self, level: usize, keep: &[bool]) {
        let mut kept_before = 0u32;
        let mut new_number: Vec<u32> = Vec::with_capacity(keep.len() + 1);
        for &is_kept in keep {
            new_number.push(kept_before);
            kept_before += u32::from(is_kept);
        }
        new_number.push(kept_before);
        for start in &mut self.levels[level - 1].first_child {
            *start = new_number[*start as usize];
        }
        let this = &mut self.levels[level];
        retain(&mut this.words, keep);
        retain(&mut this.ln_prob, keep);
        if !this.first_child.is_empty() {
            retain(&mut this.ln_backoff, keep);
            let end = this.first_child.pop().expect("there is one more than n-grams");
            retain(&mut this.first_child, keep);
            this.first_child.push(end);
        }
    }
}

fn retain<T>(values: &mut Vec<T>, keep: &[bool]) {
    let mut is_kept = keep.iter();
    values.retain(|_| *is_kept.next().expect("one flag for each value"));
}

fn broken(place: &str, fault: String, mend: &str) -> Error {
    Error::new(ErrorKind::LanguageModel, place, fault, mend)
}

#[derive(Default)]
struct Vocabulary {
    ids: FxHashMap<String, WordId>,
    words: Vec<String>,
}

impl Vocabulary {
    fn add(&mut self, place: &str, word: &str) -> Result<WordId> {
        // KenLM and SRILM read both spellings as one.
        let word = if word == "<UNK>" { "<unk>" } else { word };
        let id = self.words.len() as WordId;
        if self.ids.insert(word.to_string(), id).is_some() {
            return Err(broken(place, format!("the 1-gram `{word}` stands twice"), "give each word once"));
        }
        self.words.push(word.to_string());
        Ok(id)
    }

    /// The words in the order of a trie, and each one's number there by its number here.
    fn in_order(self, ln_prob: &[f32]) -> (Vec<String>, Vec<WordId>) {
        let rank = |word: &str| ["<unk>", "<s>", "</s>"].iter().position(|m| *m == word).unwrap_or(3);
        let mut order: Vec<usize> = (0..self.words.len()).collect();
        order.sort_unstable_by(|&a, &b| {
            let (wa, wb) = (self.words[a].as_str(), self.words[b].as_str());
            let by_prob = ln_prob[b].total_cmp(&ln_prob[a]);
            rank(wa).cmp(&rank(wb)).then(by_prob).then_with(|| wa.cmp(wb))
        });
        let mut renumber = vec![0; order.len()];
        for (new, &old) in order.iter().enumerate() {
            renumber[old] = new as WordId;
        }
        let mut words: Vec<Option<String>> = self.words.into_iter().map(Some).collect();
        let spelling = order.iter().map(|&old| words[old].take().expect("each number stands once")).collect();
        (spelling, renumber)
    }
}

/// N-grams of one length as they are read.
struct Raw {
    n: usize,
    ids: Vec<WordId>,
    ln_prob: Vec<f32>,
    ln_backoff: Vec<f32>,
}

impl Raw {
    fn new(n: usize) -> Self {
        Raw { n, ids: Vec::new(), ln_prob: Vec::new(), ln_backoff: Vec::new() }
    }

    fn len(&self) -> usize {
        self.ln_prob.len()
    }

    fn ngram(&self, i: usize) -> &[WordId] {
        &self.ids[i * self.n..(i + 1) * self.n]
    }

    fn sorted(self) -> Self {
        let mut order: Vec<usize> = (0..self.len()).collect();
        // Stable, so that the first of two equal n-grams is the one that is reported.
        order.sort_by(|&a, &b| match self.ngram(a).cmp(self.ngram(b)) {
            Ordering::Equal => a.cmp(&b),
            other => other,
        });
        Raw {
            n: self.n,
            ids: order.iter().flat_map(|&i| self.ngram(i).iter().copied()).collect(),
            ln_prob: order.iter().map(|&i| self.ln_prob[i]).collect(),
            ln_backoff: order.iter().map(|&i| self.ln_backoff[i]).collect(),
        }
    }
}
