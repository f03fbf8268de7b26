//! Trains a log-bilinear model on plain sentences, and packs it into a file.
//!
//! Noise-contrastive estimation (Mnih and Kavukcuoglu 2013, section 4): at each word the model learns to tell it from k
//! words drawn by their frequency, P(true) = σ(s - ln k P_noise). Plain gradient descent with a rate that falls to
//! nothing, one thread, one seed: the same text and options give the same file.

use std::io::BufRead;
use std::path::Path;

use rustc_hash::FxHashMap;

use crate::error::{Error, ErrorKind, Result};
use crate::lm::bilinear::{BilinearModel, HEADER_LEN, MAGIC, MAX_REACH};
use crate::lm::checksum::xxh64;
use crate::lm::lines;

/// How a model is trained.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How many words it knows: the commonest.
    pub n_words: usize,
    /// Length of its vectors.
    pub dim: usize,
    /// How many words it sees on each side.
    pub reach: usize,
    /// Noise words a word is told from (k).
    pub n_noise: usize,
    /// How often the text is gone through.
    pub n_epochs: usize,
    /// The first step's learning rate.
    pub rate: f32,
    /// How many steps a vector's largest number has; fewer pack better. At most 127.
    pub n_levels: u8,
}

impl Default for Options {
    fn default() -> Self {
        // Source: docs/language-model.md; these made the built-in model, and larger ones gained nothing.
        Options { n_words: 30_000, dim: 64, reach: 6, n_noise: 15, n_epochs: 3, rate: 0.05, n_levels: 20 }
    }
}

/// Frequency from which a word is passed over now and then: it teaches little, and costs as much as any.
///
/// Source: Mikolov et al. 2013, "Distributed representations of words and phrases", equation 5, their t.
const SUBSAMPLE: f64 = 1e-3;
/// What a word's own frequency and a place's weights learn, next to the vectors.
const BIAS_RATE: f32 = 0.1;
const PLACE_RATE: f32 = 0.02;
/// Size, a power of two, of the table that noise words are drawn from.
const NOISE_TABLE: usize = 1 << 23;
/// Numbers summed side by side; one sum in order would wait for each addition.
const LANES: usize = 8;

/// The model file for the text at `text`, one sentence a line, words parted by spaces, plain or packed with zstd.
/// `progress` hears the share, 0 to 1, that is done.
///
/// # Errors
///
/// Where the text cannot be read or has fewer than two words.
pub fn train(text: &Path, options: &Options, progress: &mut dyn FnMut(f64)) -> Result<Vec<u8>> {
    let corpus = Corpus::read(text, options.n_words)?;
    let mut trainer = Trainer::new(&corpus, options);
    trainer.run(&corpus, progress);
    Ok(trainer.pack(&corpus))
}

/// A text as numbers of words.
struct Corpus {
    /// Spellings; the first three are no words, the others are sorted.
    words: Vec<String>,
    counts: Vec<u64>,
    tokens: Vec<u32>,
    // Where each sentence begins; one more at the end.
    starts: Vec<usize>,
}

impl Corpus {
    fn read(text: &Path, n_words: usize) -> Result<Corpus> {
        let mut counts: FxHashMap<String, u64> = FxHashMap::default();
        each_line(text, |line| {
            for word in line.split_ascii_whitespace() {
                match counts.get_mut(word) {
                    Some(count) => *count += 1,
                    None => _ = counts.insert(word.to_string(), 1),
                }
            }
        })?;
        if counts.len() < 2 {
            let place = text.display().to_string();
            let mend = "give a text of one sentence a line, words parted by spaces";
            return Err(Error::new(ErrorKind::LanguageModel, place, "has fewer than two words", mend));
        }
        let mut common: Vec<(String, u64)> = counts.into_iter().collect();
        common.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        common.truncate(n_words.max(4) - 3);
        common.sort();
        let mut corpus = Corpus {
            words: ["<unk>", "<s>", "</s>"].map(String::from).to_vec(),
            counts: vec![1; 3],
            tokens: Vec::new(),
            starts: vec![0],
        };
        for (word, count) in common {
            corpus.words.push(word);
            corpus.counts.push(count);
        }
        let words = std::mem::take(&mut corpus.words);
        let ids: FxHashMap<&str, u32> = words.iter().skip(3).zip(3..).map(|(word, id)| (word.as_str(), id)).collect();
        each_line(text, |line| {
            for word in line.split_ascii_whitespace() {
                let id = ids.get(word).copied().unwrap_or(BilinearModel::UNKNOWN);
                corpus.counts[0] += u64::from(id == BilinearModel::UNKNOWN);
                corpus.tokens.push(id);
            }
            corpus.starts.push(corpus.tokens.len());
        })?;
        drop(ids);
        corpus.words = words;
        Ok(corpus)
    }

    fn frequency(&self, word: usize) -> f64 {
        self.counts[word] as f64 / self.tokens.len().max(1) as f64
    }

    /// Share of a word's places that it is trained at.
    fn kept(&self, word: usize) -> f64 {
        (SUBSAMPLE / self.frequency(word)).sqrt().min(1.0)
    }
}

fn each_line(path: &Path, mut each: impl FnMut(&str)) -> Result<()> {
    for (i, line) in lines::open(path)?.lines().enumerate() {
        let line = line.map_err(|e| {
            let place = format!("{}:{}", path.display(), i + 1);
            Error::new(ErrorKind::Io, place, format!("cannot read on: {e}"), "give a text that is whole and UTF-8")
        })?;
        each(&line);
    }
    Ok(())
}

/// What is learnt, in the letters of the paper.
struct Trainer<'a> {
    options: &'a Options,
    /// Places of each side; the left side's first.
    c: Vec<f32>,
    r: Vec<f32>,
    q: Vec<f32>,
    b: Vec<f32>,
    random: Random,
}

impl<'a> Trainer<'a> {
    fn new(corpus: &Corpus, options: &'a Options) -> Trainer<'a> {
        let n = corpus.words.len();
        let n_places = 2 * options.reach.clamp(1, MAX_REACH);
        let mut random = Random(0x9E37_79B9_7F4A_7C15);
        let spread = (options.dim as f32).sqrt();
        Trainer {
            options,
            c: vec![1.0 / (n_places as f32).sqrt(); n_places * options.dim],
            r: (0..n * options.dim).map(|_| (random.unit() - 0.5) / spread).collect(),
            q: vec![0.0; n * options.dim],
            b: (0..n).map(|word| corpus.frequency(word).ln() as f32).collect(),
            random,
        }
    }

    fn run(&mut self, corpus: &Corpus, progress: &mut dyn FnMut(f64)) {
        let Options { dim, n_noise, n_epochs, rate, .. } = *self.options;
        let reach = self.options.reach.clamp(1, MAX_REACH);
        let ln_noise: Vec<f32> =
            (0..corpus.words.len()).map(|word| (n_noise as f64 * corpus.frequency(word)).ln() as f32).collect();
        let kept: Vec<f32> = (0..corpus.words.len()).map(|word| corpus.kept(word) as f32).collect();
        let noise = noise_table(corpus);
        let n_steps = (corpus.tokens.len() * n_epochs).max(1) as f64;
        let mut n_done = 0u64;
        let mut context = vec![0u32; 2 * reach];
        let mut predicted = vec![0.0f32; dim];
        let mut gradient = vec![0.0f32; dim];
        for _ in 0..n_epochs {
            for bounds in corpus.starts.windows(2) {
                let sentence = &corpus.tokens[bounds[0]..bounds[1]];
                for (at, &word) in sentence.iter().enumerate() {
                    n_done += 1;
                    if n_done.is_multiple_of(1 << 20) {
                        progress(n_done as f64 / n_steps);
                    }
                    if word == BilinearModel::UNKNOWN || self.random.unit() > kept[word as usize] {
                        continue;
                    }
                    let rate = rate * (1.0 - n_done as f64 / n_steps).max(0.02) as f32;
                    for place in 0..reach {
                        let left = at.checked_sub(place + 1).map(|i| sentence[i]);
                        context[place] = left.unwrap_or(BilinearModel::BEGIN);
                        context[reach + place] = sentence.get(at + 1 + place).copied().unwrap_or(BilinearModel::END);
                    }
                    predicted.fill(0.0);
                    for (place, &other) in context.iter().enumerate() {
                        let (c, r) = (row(&self.c, place, dim), row(&self.r, other as usize, dim));
                        predicted.iter_mut().zip(c).zip(r).for_each(|((sum, c), r)| *sum += c * r);
                    }
                    gradient.fill(0.0);
                    for n in 0..=n_noise {
                        let (asked, truth) = match n {
                            0 => (word as usize, 1.0),
                            _ => (noise[self.random.below(NOISE_TABLE)] as usize, 0.0),
                        };
                        let q = &mut self.q[asked * dim..][..dim];
                        let score = self.b[asked] - ln_noise[asked] + dot(&predicted, q);
                        let step = rate * (truth - 1.0 / (1.0 + (-score).exp()));
                        for ((g, q), p) in gradient.iter_mut().zip(q).zip(&predicted) {
                            *g += step * *q;
                            *q += step * p;
                        }
                        self.b[asked] += BIAS_RATE * step;
                    }
                    for (place, &other) in context.iter().enumerate() {
                        let c = &mut self.c[place * dim..][..dim];
                        let r = &mut self.r[other as usize * dim..][..dim];
                        for ((g, c), r) in gradient.iter().zip(c).zip(r) {
                            let (was_c, was_r) = (*c, *r);
                            *r += g * was_c;
                            *c += PLACE_RATE * g * was_r;
                        }
                    }
                }
            }
        }
        // Words that were passed over are commoner than what was learnt says.
        for (word, b) in self.b.iter_mut().enumerate() {
            *b -= corpus.kept(word).ln() as f32;
        }
    }

    fn pack(&self, corpus: &Corpus) -> Vec<u8> {
        let dim = self.options.dim;
        let n = corpus.words.len();
        let levels = f32::from(self.options.n_levels.clamp(1, 127));
        let mut spellings = String::new();
        for word in &corpus.words {
            spellings.push_str(word);
            spellings.push('\n');
        }
        let scale = |vectors: &[f32], word: usize| {
            row(vectors, word, dim).iter().fold(0.0f32, |top, x| top.max(x.abs())) / levels
        };
        let scales = |vectors: &[f32]| (0..n).map(|word| scale(vectors, word)).collect::<Vec<f32>>();
        let (context_scales, word_scales) = (scales(&self.r), scales(&self.q));
        let mut body = Vec::new();
        for numbers in [&self.b, &context_scales, &word_scales, &self.c] {
            numbers.iter().for_each(|x| body.extend_from_slice(&x.to_le_bytes()));
        }
        for (vectors, scales) in [(&self.r, &context_scales), (&self.q, &word_scales)] {
            for (word, scale) in scales.iter().enumerate() {
                let step = if *scale > 0.0 { *scale } else { 1.0 };
                body.extend(row(vectors, word, dim).iter().map(|x| (x / step).round() as i8 as u8));
            }
        }
        body.extend_from_slice(spellings.as_bytes());
        let mut file = Vec::with_capacity(HEADER_LEN + body.len());
        file.extend_from_slice(&MAGIC);
        for number in [n, dim, self.c.len() / dim / 2, spellings.len()] {
            file.extend_from_slice(&(number as u32).to_le_bytes());
        }
        file.extend_from_slice(&xxh64(&body).to_le_bytes());
        file.extend_from_slice(&body);
        file
    }
}

fn row(numbers: &[f32], at: usize, dim: usize) -> &[f32] {
    &numbers[at * dim..][..dim]
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0.0f32; LANES];
    let (a_lanes, b_lanes) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest: f32 = a_lanes.remainder().iter().zip(b_lanes.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in a_lanes.zip(b_lanes) {
        for lane in 0..LANES {
            sums[lane] += x[lane] * y[lane];
        }
    }
    sums.iter().sum::<f32>() + rest
}

/// Words, each as often as it is frequent.
fn noise_table(corpus: &Corpus) -> Vec<u32> {
    let mut table = Vec::with_capacity(NOISE_TABLE);
    let (mut word, mut below) = (0, 0.0);
    for slot in 0..NOISE_TABLE {
        let at = (slot as f64 + 0.5) / NOISE_TABLE as f64;
        while word + 1 < corpus.words.len() && below + corpus.frequency(word) < at {
            below += corpus.frequency(word);
            word += 1;
        }
        table.push(word as u32);
    }
    table
}

/// Marsaglia 2003, "Xorshift RNGs", the 64-bit generator with shifts 13, 7 and 17.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    /// From 0 up to 1.
    fn unit(&mut self) -> f32 {
        (self.next() >> 40) as f32 / (1u32 << 24) as f32
    }

    /// From 0 up to `n`, a power of two.
    fn below(&mut self, n: usize) -> usize {
        (self.next() >> 32) as usize & (n - 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A text in which only the word three places back tells what comes.
    fn text() -> String {
        let mut text = String::new();
        for i in 0..600 {
            let (first, last) = if i % 2 == 0 { ("cats", "mice") } else { ("cows", "grass") };
            text += &format!("{first} like to eat {last}\n");
        }
        text
    }

    fn trained() -> Vec<u8> {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("text");
        std::fs::write(&path, text()).unwrap();
        let options = Options { n_words: 20, dim: 8, reach: 4, n_noise: 5, n_epochs: 30, ..Options::default() };
        train(&path, &options, &mut |_| ()).unwrap()
    }

    #[test]
    fn sees_farther_than_a_trigram() {
        let model = BilinearModel::from_vec(trained(), "test").unwrap();
        let ln_prob = |first: &str, last: &str| {
            model.ln_prob(model.id(last), &["eat", "to", "like", first].map(|w| model.id(w)), &[])
        };
        assert!(ln_prob("cats", "mice") > ln_prob("cats", "grass") + 1.0);
        assert!(ln_prob("cows", "grass") > ln_prob("cows", "mice") + 1.0);
    }

    #[test]
    fn the_same_text_gives_the_same_file() {
        assert!(trained() == trained());
    }

    #[test]
    fn every_cut_and_every_changed_byte_is_refused() {
        let file = trained();
        for len in 0..file.len() {
            assert!(BilinearModel::from_vec(file[..len].to_vec(), "test").is_err(), "{len}");
        }
        for at in 0..file.len() {
            let mut damaged = file.clone();
            damaged[at] ^= 0x55;
            assert!(BilinearModel::from_vec(damaged, "test").is_err(), "{at}");
        }
    }

    #[test]
    fn unknown_words_say_nothing() {
        let model = BilinearModel::from_vec(trained(), "test").unwrap();
        assert_eq!(model.id("dogs"), BilinearModel::UNKNOWN);
        assert_eq!(model.ln_prob(BilinearModel::UNKNOWN, &[], &[]), 0.0);
        assert_eq!(model.id("<s>"), BilinearModel::UNKNOWN);
    }
}
