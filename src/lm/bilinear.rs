//! A log-bilinear model: how probable a word is between the words around it, as a trigram cannot see them.
//!
//! Each word has a vector r where it is context and a vector q where it is asked for; each place around the word in
//! question has a vector c. The words at the places predict q̂ = Σ_i c_i ⊙ r_{w_i}, and ln P(w | context) ≈ q̂·q_w + b_w
//! (Mnih and Kavukcuoglu 2013, "Learning word embeddings efficiently with noise-contrastive estimation", equations 2 and
//! 3; their vLBL). Trained by noise contrast it needs no normalising. `docs/language-model.md` says what it is worth.

use std::path::Path;

use memchr::memchr_iter;

use crate::error::{Error, ErrorKind, Result};
use crate::lm::bytes::Bytes;
use crate::lm::checksum::xxh64;

/// A word as a [`BilinearModel`] numbers it.
pub type ContextId = u32;

/// First bytes of a model file, with the version of its form.
pub(super) const MAGIC: [u8; 8] = *b"despinB1";
/// Bytes of the header: magic, words, dimensions, places on each side, bytes of spellings, checksum of the rest.
pub(super) const HEADER_LEN: usize = 8 + 4 * 4 + 8;
/// More dimensions than anyone needs: a guard against damaged headers.
const MAX_DIM: usize = 1024;
/// More places on each side than a sentence has use for.
pub(super) const MAX_REACH: usize = 32;

/// A log-bilinear model over the bytes of its file; vectors are read in place.
pub struct BilinearModel {
    bytes: Bytes,
    n_words: usize,
    dim: usize,
    reach: usize,
    // Numbers, copied out of the file so that they are aligned.
    bias: Vec<f32>,
    places: Vec<f32>,
    context_scales: Vec<f32>,
    word_scales: Vec<f32>,
    // Where each word's spelling begins; one more at the end.
    starts: Vec<u32>,
    contexts_at: usize,
    words_at: usize,
    spellings_at: usize,
    // For each side, by place: what is predicted where no words are from there on, and at the end what is where all are.
    beyond: [Vec<f32>; 2],
}

/// The built-in model of English: `docs/language-model.md` says how it was made.
static ENGLISH: &[u8] = include_bytes!("../../dictionaries/en/english.vlbl");

/// Numbers that are multiplied side by side.
const LANES: usize = 16;

impl BilinearModel {
    /// The number of words that it does not know, and of those before and after a sentence.
    pub const UNKNOWN: ContextId = 0;
    /// The number of the place before the first word of a sentence.
    pub const BEGIN: ContextId = 1;
    /// The number of the place after the last word of a sentence.
    pub const END: ContextId = 2;

    /// The built-in model of English news.
    ///
    /// ```
    /// use despin::lm::BilinearModel;
    /// let model = BilinearModel::english()?;
    /// let id = |word| model.id(word);
    /// let score = |word| model.ln_prob(id(word), &["fought", "in", "the"].map(id), &["against", "the", "invaders"].map(id));
    /// assert!(score("war") > score("struggle"));
    /// # Ok::<(), despin::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None, unless the program itself was built from a damaged file.
    pub fn english() -> Result<Self> {
        Self::new(Bytes::Static(ENGLISH), "built-in context model")
    }

    /// The built-in model as it is in the repository, for digests.
    pub fn english_bytes() -> &'static [u8] {
        ENGLISH
    }

    /// The model in the file at `path`, mapped into memory, all of it checked against its checksum.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or is not a whole and undamaged model.
    pub fn open(path: &Path) -> Result<Self> {
        let bytes = Bytes::map(path, "give a model made by `despin lm train`")?;
        Self::checked(bytes, &path.display().to_string())
    }

    /// The model in `bytes`, as [`train`](crate::lm::bilinear_train::train) gives them, checked like a file.
    ///
    /// # Errors
    ///
    /// Where they are not a whole and undamaged model. `place` is the error's place.
    pub fn from_vec(bytes: Vec<u8>, place: &str) -> Result<Self> {
        Self::checked(Bytes::Owned(bytes), place)
    }

    fn checked(bytes: Bytes, place: &str) -> Result<Self> {
        let model = Self::new(bytes, place)?;
        match xxh64(&model.bytes.get()[HEADER_LEN..]) == model.checksum() {
            true => Ok(model),
            false => Err(broken(place, "damaged: its checksum does not hold")),
        }
    }

    fn new(bytes: Bytes, place: &str) -> Result<Self> {
        let file = bytes.get();
        if file.len() < HEADER_LEN || file[..8] != MAGIC {
            return Err(broken(place, "no context model"));
        }
        let number =
            |i: usize| u32::from_le_bytes(file[8 + 4 * i..12 + 4 * i].try_into().expect("four bytes")) as usize;
        let (n_words, dim, reach, len_spellings) = (number(0), number(1), number(2), number(3));
        if !(3..=1 << 24).contains(&n_words) || !(1..=MAX_DIM).contains(&dim) || !(1..=MAX_REACH).contains(&reach) {
            return Err(broken(place, "its header makes no sense"));
        }
        let n_floats = 3 * n_words + 2 * reach * dim;
        let contexts_at = HEADER_LEN + 4 * n_floats;
        let words_at = contexts_at + n_words * dim;
        let spellings_at = words_at + n_words * dim;
        if file.len() != spellings_at + len_spellings {
            return Err(broken(place, "its sections are not as long as the file"));
        }
        let (mut floats, _) = file[HEADER_LEN..contexts_at].as_chunks();
        let mut take = |n: usize| -> Vec<f32> {
            let (taken, rest) = floats.split_at(n);
            floats = rest;
            taken.iter().map(|&bytes| f32::from_le_bytes(bytes)).collect()
        };
        let bias = take(n_words);
        let context_scales = take(n_words);
        let word_scales = take(n_words);
        let places = take(2 * reach * dim);
        if [&bias, &context_scales, &word_scales, &places].iter().any(|list| list.iter().any(|x| !x.is_finite())) {
            return Err(broken(place, "a number of it is none"));
        }
        let spellings = &file[spellings_at..];
        let mut starts = Vec::with_capacity(n_words + 1);
        starts.push(0);
        starts.extend(memchr_iter(b'\n', spellings).map(|at| at as u32 + 1));
        if starts.len() != n_words + 1 {
            return Err(broken(place, "the words do not fill their section"));
        }
        let mut model = BilinearModel {
            bytes,
            n_words,
            dim,
            reach,
            bias,
            places,
            context_scales,
            word_scales,
            starts,
            contexts_at,
            words_at,
            spellings_at,
            beyond: Default::default(),
        };
        model.beyond = [(0, Self::BEGIN), (reach, Self::END)].map(|(first, beyond)| {
            let mut sums = vec![0.0; (reach + 1) * dim];
            for place in (0..reach).rev() {
                // What is beyond a place is beyond all that are farther off.
                let (this, farther) = sums[place * dim..].split_at_mut(dim);
                this.iter_mut().zip(farther).for_each(|(sum, x)| *sum = *x);
                model.add_word(first + place, beyond, this);
            }
            sums
        });
        Ok(model)
    }

    /// The checksum of its numbers: two models with one checksum say the same.
    pub fn checksum(&self) -> u64 {
        u64::from_le_bytes(self.bytes.get()[HEADER_LEN - 8..HEADER_LEN].try_into().expect("eight bytes"))
    }

    /// How many words it knows, the three that are none among them.
    pub fn n_words(&self) -> usize {
        self.n_words
    }

    /// Length of its vectors.
    pub fn dim(&self) -> usize {
        self.dim
    }

    /// How many words on each side it sees.
    pub fn reach(&self) -> usize {
        self.reach
    }

    /// The number of `word`; [`UNKNOWN`](Self::UNKNOWN) where it does not know it.
    pub fn id(&self, word: &str) -> ContextId {
        // The first three are no words; the others are in order of their spelling.
        let (mut low, mut high) = (3, self.n_words);
        while low < high {
            let middle = (low + high) / 2;
            match self.spelling(middle).cmp(word.as_bytes()) {
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Equal => return middle as ContextId,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Self::UNKNOWN
    }

    fn spelling(&self, word: usize) -> &[u8] {
        let (from, to) = (self.starts[word] as usize, self.starts[word + 1] as usize - 1);
        &self.bytes.get()[self.spellings_at + from..self.spellings_at + to]
    }

    /// ln P(`word` | the words around it), nats, as far as it can be told; 0 for an unknown word.
    ///
    /// `before` and `after` begin with the nearest; what is farther than [`reach`](Self::reach) is not looked at, and what
    /// is missing counts as beyond the sentence.
    pub fn ln_prob(&self, word: ContextId, before: &[ContextId], after: &[ContextId]) -> f32 {
        self.ln_prob_given(word, &self.predicted(before, after))
    }

    /// What the words around a place predict for it, for asking about many words there: see [`ln_prob`](Self::ln_prob).
    pub fn predicted(&self, before: &[ContextId], after: &[ContextId]) -> Vec<f32> {
        let mut predicted = vec![0.0f32; self.dim];
        self.predict(before, 0, Self::BEGIN, &mut predicted);
        self.predict(after, self.reach, Self::END, &mut predicted);
        predicted
    }

    /// ln P(`word`) where the words around it predict `predicted`, nats; 0 for an unknown word.
    pub fn ln_prob_given(&self, word: ContextId, predicted: &[f32]) -> f32 {
        if word == Self::UNKNOWN || word as usize >= self.n_words {
            return 0.0;
        }
        let vector = &self.bytes.get()[self.words_at + word as usize * self.dim..][..self.dim];
        // Several sums at once: one alone would have to be taken in order.
        let (whole, rest) = predicted.as_chunks::<LANES>();
        let (whole_vector, rest_vector) = vector.as_chunks::<LANES>();
        let mut sums = [0.0f32; LANES];
        for (a, b) in whole.iter().zip(whole_vector) {
            for lane in 0..LANES {
                sums[lane] += a[lane] * f32::from(b[lane] as i8);
            }
        }
        let of_rest: f32 = rest.iter().zip(rest_vector).map(|(a, &b)| a * f32::from(b as i8)).sum();
        let product = sums.iter().sum::<f32>() + of_rest;
        self.bias[word as usize] + self.word_scales[word as usize] * product
    }

    /// Adds what the words of one side predict, whose places begin at `first`.
    fn predict(&self, words: &[ContextId], first: usize, beyond: ContextId, predicted: &mut [f32]) {
        for place in 0..self.reach {
            self.add_word(first + place, words.get(place).copied().unwrap_or(beyond), predicted);
        }
    }

    /// Adds what `word` predicts where it stands at `place`: those before from the nearest on, then those after.
    fn add_word(&self, place: usize, word: ContextId, predicted: &mut [f32]) {
        let (scale, vector) = self.stored(word);
        let weights = &self.places[place * self.dim..][..self.dim];
        for ((sum, weight), &x) in predicted.iter_mut().zip(weights).zip(vector) {
            *sum += weight * (scale * f32::from(x as i8));
        }
    }

    /// The vector of `word` as context, for [`predict_from`](Self::predict_from).
    pub(crate) fn vector(&self, word: ContextId, vector: &mut [f32]) {
        let (scale, stored) = self.stored(word);
        for (x, &stored) in vector.iter_mut().zip(stored) {
            *x = scale * f32::from(stored as i8);
        }
    }

    /// As [`predicted`](Self::predicted), of words whose vectors were made before, which is quicker where they stand at many places: `seen` has the
    /// place of each, those before from the nearest on and then those after, and its number among `vectors`; `n_seen` says how many words there are on each
    /// side.
    pub(crate) fn predict_from(
        &self,
        vectors: &[f32],
        seen: &[(usize, usize)],
        n_seen: [usize; 2],
        predicted: &mut [f32],
    ) {
        if !self.dim.is_multiple_of(LANES) {
            return self.predict_one_by_one(vectors, seen, n_seen, predicted);
        }
        let n_chunks = self.dim / LANES;
        let chunks = |all| <[f32]>::as_chunks::<LANES>(all).0;
        let [before, after] = [chunks(&self.beyond[0]), chunks(&self.beyond[1])];
        let (places, vectors) = (chunks(&self.places), chunks(vectors));
        // Some numbers over all words, then the next: their sums stay in registers.
        for (i, predicted) in predicted.as_chunks_mut().0.iter_mut().enumerate() {
            let (before, after) = (&before[n_seen[0] * n_chunks + i], &after[n_seen[1] * n_chunks + i]);
            let mut sums: [f32; LANES] = std::array::from_fn(|lane| before[lane] + after[lane]);
            for &(place, number) in seen {
                let (weights, vector) = (&places[place * n_chunks + i], &vectors[number * n_chunks + i]);
                for lane in 0..LANES {
                    sums[lane] += weights[lane] * vector[lane];
                }
            }
            *predicted = sums;
        }
    }

    fn predict_one_by_one(&self, vectors: &[f32], seen: &[(usize, usize)], n_seen: [usize; 2], predicted: &mut [f32]) {
        for (i, sum) in predicted.iter_mut().enumerate() {
            let of = |all: &[f32], number: usize| all[number * self.dim + i];
            let of_words =
                seen.iter().map(|&(place, number)| of(&self.places, place) * of(vectors, number)).sum::<f32>();
            *sum = of(&self.beyond[0], n_seen[0]) + of(&self.beyond[1], n_seen[1]) + of_words;
        }
    }

    /// The steps and the stored vector of `word` as context.
    fn stored(&self, word: ContextId) -> (f32, &[u8]) {
        // A number that is of another model is no word of this one.
        let word = if (word as usize) < self.n_words { word } else { Self::UNKNOWN } as usize;
        (self.context_scales[word], &self.bytes.get()[self.contexts_at + word * self.dim..][..self.dim])
    }
}

impl std::fmt::Debug for BilinearModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BilinearModel")
            .field("n_words", &self.n_words)
            .field("dim", &self.dim)
            .field("reach", &self.reach)
            .finish_non_exhaustive()
    }
}

fn broken(place: &str, fault: &str) -> Error {
    Error::new(ErrorKind::LanguageModel, place, fault, "copy the file again, or make it again with `despin lm train`")
}
