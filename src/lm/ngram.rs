//! Reads probabilities out of a model file in place: from bytes in the program, or from a file mapped into memory.

use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::lm::bytes::Bytes;
use crate::lm::checksum::xxh64;
use crate::lm::format::{HEADER_LEN, Header, Layout, RunSections, Section, first_slot, u32_get};
use crate::lm::model::{BEGIN, END, UNK};
use crate::lm::quantize::N_CODES;
use crate::lm::{LanguageModel, MAX_ORDER, State, WordId};

/// A back-off n-gram model over the bytes of a `.lm` file.
///
/// P(w | h) is what the file has for the longest suffix h' of h that it has seen w after, times the back-off weights of
/// all longer suffixes of h that it has. A word that it does not know has the probability of `<unk>`.
pub struct NgramModel {
    bytes: Bytes,
    header: Header,
    layout: Layout,
    // 1 KiB a level, copied out of the file so that they are aligned numbers.
    prob_codes: Vec<[f32; N_CODES]>,
    backoff_codes: Vec<[f32; N_CODES]>,
}

/// The built-in model of English: `docs/language-model.md` says how it was made.
static ENGLISH: &[u8] = include_bytes!("../../dictionaries/en/english.lm");

impl NgramModel {
    /// The built-in model of English news.
    ///
    /// ```
    /// use despin::lm::{LanguageModel, NgramModel};
    /// let model = NgramModel::english()?;
    /// let (_, state) = model.score(model.begin(), model.id("the"));
    /// let context = model.context(state);
    /// assert!(context.ln_prob(model.id("government")) > context.ln_prob(model.id("governments")));
    /// # Ok::<(), despin::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// None, unless the program itself was built from a damaged file.
    pub fn english() -> Result<Self> {
        Self::from_static(ENGLISH)
    }

    /// The built-in model as it is in the repository, for digests.
    pub fn english_bytes() -> &'static [u8] {
        ENGLISH
    }

    /// The model in the file at `path`, mapped into memory, all of it checked against its checksum.
    ///
    /// The file must not be changed while the model is in use, as with every memory map.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read, or is not a whole and undamaged model.
    pub fn open(path: &Path) -> Result<Self> {
        let bytes = Bytes::map(path, "give a model made by `despin lm build`")?;
        let place = path.display().to_string();
        let model = Self::new(bytes, &place)?;
        model.verify(&place)?;
        Ok(model)
    }

    /// The model in `bytes` that are part of the program. The body's checksum is not read: see [`NgramModel::verify`].
    ///
    /// # Errors
    ///
    /// Where they are not a whole model.
    pub fn from_static(bytes: &'static [u8]) -> Result<Self> {
        Self::new(Bytes::Static(bytes), "built-in language model")
    }

    /// The model in `bytes`, as [`build`](crate::lm::build) gives them, all of it checked against its checksum.
    ///
    /// # Errors
    ///
    /// Where they are not a whole and undamaged model. `place` is the error's place.
    pub fn from_vec(bytes: Vec<u8>, place: &str) -> Result<Self> {
        let model = Self::new(Bytes::Owned(bytes), place)?;
        model.verify(place)?;
        Ok(model)
    }

    fn new(bytes: Bytes, place: &str) -> Result<Self> {
        let file = bytes.get();
        let header = Header::read(file, place)?;
        let layout = Layout::of(&header);
        let broken =
            |fault: &str| Error::new(ErrorKind::LanguageModel, place, fault, "copy the file again, or build it again");
        if layout.len_bytes != file.len() as u64 {
            return Err(broken("its sections are not as long as the file"));
        }
        if !layout.spelling_runs.of(file).are_sound(layout.spellings.len_bytes()) {
            return Err(broken("the words do not fill their section"));
        }
        for level in 1..header.order {
            if !layout.children[level - 1].of(file).are_sound(header.counts[level] as usize) {
                return Err(broken(&format!("the {}-grams do not fill their section", level + 1)));
            }
        }
        let numbers = |section: Section| std::array::from_fn(|i| f32::from_bits(u32_get(section.of(file), i)));
        let prob_codes: Vec<_> = layout.prob_codes[..header.order].iter().map(|&s| numbers(s)).collect();
        let backoff_codes: Vec<_> = layout.backoff_codes[..header.order - 1].iter().map(|&s| numbers(s)).collect();
        if prob_codes.iter().chain(&backoff_codes).flatten().any(|code| !code.is_finite()) {
            return Err(broken("a code stands for no number"));
        }
        Ok(NgramModel { header, layout, prob_codes, backoff_codes, bytes })
    }

    /// Checks all bytes against the checksum in the header; takes about a millisecond for 5 MB.
    ///
    /// # Errors
    ///
    /// Where they do not agree. `place` is the error's place.
    pub fn verify(&self, place: &str) -> Result<()> {
        let body = &self.bytes.get()[HEADER_LEN..];
        if xxh64(body) == self.header.checksum {
            return Ok(());
        }
        let (fault, mend) = ("damaged: its checksum does not hold", "copy the file again, or build it again");
        Err(Error::new(ErrorKind::LanguageModel, place, fault, mend))
    }

    /// What the file says of itself.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// How many words it knows, `<unk>`, `<s>` and `</s>` among them.
    pub fn n_words(&self) -> usize {
        self.header.counts[0] as usize
    }

    /// The spelling of the word with this number; `<unk>` where there is none.
    pub fn word(&self, id: WordId) -> &str {
        std::str::from_utf8(self.spelling(id)).ok().filter(|word| !word.is_empty()).unwrap_or("<unk>")
    }

    /// How many words of `state` and of `word` itself the probability of `word` rests on: 1 to the model's order.
    pub fn order_used(&self, state: State, word: WordId) -> usize {
        let context = self.context(state);
        let Kind::Ngram { file, nodes, .. } = &context.kind else { return 1 };
        nodes
            .iter()
            .rposition(|node| node.is_some_and(|node| self.find(file, &node, word).is_some()))
            .map_or(1, |i| i + 2)
    }

    fn spelling(&self, id: WordId) -> &[u8] {
        let file = self.bytes.get();
        let (start, len) = self.layout.spelling_runs.of(file).get(id as usize);
        self.layout.spellings.of(file).get(start..start.saturating_add(len)).unwrap_or_default()
    }

    fn lookup(&self, word: &str) -> Option<WordId> {
        let slots = self.layout.slots.of(self.bytes.get());
        let n_slots = self.header.n_slots;
        let mut slot = first_slot(word.as_bytes(), n_slots);
        // Builders leave empty slots, which end the search; a damaged file may have none.
        for _ in 0..n_slots {
            let entry = match self.header.id_bytes {
                2 => slots
                    .get(2 * slot as usize..2 * slot as usize + 2)
                    .map_or(0, |b| u32::from(b[0]) | u32::from(b[1]) << 8),
                _ => u32_get(slots, slot as usize),
            };
            let id = entry.checked_sub(1)?;
            if self.spelling(id) == word.as_bytes() {
                return Some(id);
            }
            slot = if slot + 1 == n_slots { 0 } else { slot + 1 };
        }
        None
    }

    fn node(&self, file: &[u8], level: usize, node: u32) -> Option<Node> {
        let node = node as usize;
        let backoff = *self.layout.backoffs.get(level)?.of(file).get(node)?;
        let (first, len) = self.layout.children[level].of(file).get(node);
        // A damaged file may ask for more than there is: cut to that.
        let total = self.header.counts[level + 1] as usize;
        let (first, end) = (first.min(total), first.saturating_add(len).min(total));
        let ln_backoff = self.backoff_codes[level][usize::from(backoff)];
        Some(Node { level: level + 1, first: first as u32, end: end as u32, ln_backoff })
    }

    /// Which of the children of `node` is `word`, by its number in their level.
    #[inline]
    fn find(&self, file: &[u8], node: &Node, word: WordId) -> Option<usize> {
        let range = node.first as usize..node.end as usize;
        let planes = &self.layout.words[node.level];
        let plane = |i: usize| planes[i].of(file).get(range.clone()).unwrap_or_default();
        let found = match self.header.id_bytes {
            2 => find(&[plane(0), plane(1)], word),
            _ => find(&[plane(0), plane(1), plane(2), plane(3)], word),
        };
        found.map(|child| range.start + child)
    }

    /// ln P of the n-gram `number` of `level`, nats.
    #[inline]
    fn ln_prob_of(&self, file: &[u8], level: usize, number: usize) -> f32 {
        let code = self.layout.probs[level].of(file).get(number).copied().unwrap_or_default();
        self.prob_codes[level][usize::from(code)]
    }

    /// True where what follows may depend on n-gram `node` of `level`: it has children or a weight of its own.
    #[inline]
    fn has_continuation(file: &[u8], layout: &Layout, level: usize, node: usize) -> bool {
        layout.children[level].of(file).is_filled(node)
            || layout.backoffs[level].of(file).get(node).is_some_and(|&b| b != 0)
    }
}

impl LanguageModel for NgramModel {
    fn id(&self, word: &str) -> WordId {
        self.lookup(word).unwrap_or(UNK)
    }

    fn is_known(&self, word: &str) -> bool {
        self.lookup(word).is_some_and(|id| id != UNK)
    }

    fn begin(&self) -> State {
        self.context(State::EMPTY).score(BEGIN).1
    }

    fn empty(&self) -> State {
        State::EMPTY
    }

    fn context(&self, state: State) -> Context<'_> {
        let mut nodes = [const { None }; MAX_ORDER - 1];
        let numbers = state.nodes[..self.header.order - 1].iter().enumerate();
        let file = self.bytes.get();
        for (level, &number) in numbers.filter(|&(_, &number)| number != State::NONE) {
            nodes[level] = self.node(file, level, number);
        }
        Context { kind: Kind::Ngram { model: self, file, unigrams: self.layout.probs[0].of(file), nodes } }
    }

    fn end_id(&self) -> WordId {
        END
    }

    fn order(&self) -> usize {
        self.header.order
    }

    fn checksum(&self) -> Option<u64> {
        Some(self.header.checksum)
    }
}

/// A state that was looked up once, for scoring many words after it.
pub struct Context<'a> {
    kind: Kind<'a>,
}

/// What [`Context::score_among`] has found of one word: by the children of the last word's node, which of them it is.
#[derive(Debug, Default)]
pub struct Found(Vec<((u32, u32), Option<usize>)>);

impl Found {
    /// Forgets it, for another word.
    pub fn clear(&mut self) {
        self.0.clear();
    }
}

enum Kind<'a> {
    Uniform(f32),
    Ngram {
        model: &'a NgramModel,
        file: &'a [u8],
        unigrams: &'a [u8],
        // For each suffix of the history that the model has, shortest first.
        nodes: [Option<Node>; MAX_ORDER - 1],
    },
}

impl Context<'_> {
    pub(crate) fn uniform(ln_prob: f32) -> Self {
        Context { kind: Kind::Uniform(ln_prob) }
    }

    /// ln P(`word` | this context), in nats.
    #[inline]
    pub fn ln_prob(&self, word: WordId) -> f32 {
        let (model, file, unigrams, nodes) = match &self.kind {
            Kind::Uniform(ln_prob) => return *ln_prob,
            Kind::Ngram { model, file, unigrams, nodes } => (model, file, unigrams, nodes),
        };
        let mut ln_backoff = 0.0;
        for node in nodes[..model.header.order - 1].iter().rev().flatten() {
            match model.find(file, node, word) {
                Some(child) => return ln_backoff + model.ln_prob_of(file, node.level, child),
                None => ln_backoff += node.ln_backoff,
            }
        }
        ln_backoff + model.unigram(unigrams, word)
    }

    /// ln P(`word` | this context), in nats, and the state after `word`.
    #[inline]
    pub fn score(&self, word: WordId) -> (f32, State) {
        self.score_by(word, |model, file, node| model.find(file, node, word))
    }

    /// As [`score`](Context::score), where contexts that end in the same word are asked about the same `word` one after the other: what
    /// the first of them finds behind its last word is kept in `found`, which is cleared for another word.
    #[inline]
    pub fn score_among(&self, word: WordId, found: &mut Found) -> (f32, State) {
        self.score_by(word, |model, file, node| {
            // A node without children begins where the next one does.
            let children = (node.first, node.end);
            match found.0.iter().find(|(known, _)| *known == children) {
                Some(&(_, child)) => child,
                None => {
                    let child = model.find(file, node, word);
                    found.0.push((children, child));
                    child
                }
            }
        })
    }

    /// `find_last` finds `word` behind the last word of the context.
    #[inline]
    fn score_by(
        &self,
        word: WordId,
        mut find_last: impl FnMut(&NgramModel, &[u8], &Node) -> Option<usize>,
    ) -> (f32, State) {
        let (model, file, unigrams, nodes) = match &self.kind {
            Kind::Uniform(ln_prob) => return (*ln_prob, State::EMPTY),
            Kind::Ngram { model, file, unigrams, nodes } => (model, file, unigrams, nodes),
        };
        let layout = &model.layout;
        let order = model.header.order;
        let mut after = State::EMPTY;
        let mut ln_backoff = 0.0;
        let mut ln_prob = None;
        for (context, node) in nodes[..order - 1].iter().enumerate().rev() {
            let Some(node) = node else { continue };
            // Few words were seen behind two or more, many behind one.
            match if context == 0 { find_last(model, file, node) } else { model.find(file, node, word) } {
                Some(number) => {
                    let level = context + 1;
                    ln_prob = ln_prob.or_else(|| Some(ln_backoff + model.ln_prob_of(file, level, number)));
                    if level < order - 1 && NgramModel::has_continuation(file, layout, level, number) {
                        after.nodes[level] = number as u32;
                    }
                }
                None if ln_prob.is_none() => ln_backoff += node.ln_backoff,
                None => {}
            }
        }
        let word = if (word as usize) < unigrams.len() { word } else { UNK };
        if order > 1 && NgramModel::has_continuation(file, layout, 0, word as usize) {
            after.nodes[0] = word;
        }
        (ln_prob.unwrap_or_else(|| ln_backoff + model.unigram(unigrams, word)), after)
    }
}

impl NgramModel {
    #[inline]
    fn unigram(&self, unigrams: &[u8], word: WordId) -> f32 {
        let code = unigrams.get(word as usize).or(unigrams.first()).copied().unwrap_or(0);
        self.prob_codes[0][usize::from(code)]
    }
}

/// An n-gram as a context: its children are the words that it was seen before.
#[derive(Debug, Clone, Copy)]
struct Node {
    // The level of its children, where their numbers begin and where they end.
    level: usize,
    first: u32,
    end: u32,
    ln_backoff: f32,
}

/// Where `word` stands in `planes` of rising numbers. Each plane is as long as the first.
#[inline]
fn find<const N: usize>(planes: &[&[u8]; N], word: WordId) -> Option<usize> {
    let mut len = planes[0].len();
    if len == 0 || planes.iter().any(|plane| plane.len() != len) {
        return None;
    }
    let at = |i: usize| planes.iter().fold(0u32, |number, plane| number << 8 | u32::from(plane[i]));
    let mut low = 0;
    while len > 1 {
        let half = len / 2;
        // Written as a choice between two values, so that it compiles to a conditional move: which way it goes is a
        // coin toss that no branch predictor can learn.
        low = if at(low + half) <= word { low + half } else { low };
        len -= half;
    }
    (at(low) == word).then_some(low)
}

/// What takes how many bytes of the file.
pub(crate) fn section_sizes(model: &NgramModel) -> Vec<(&'static str, usize)> {
    let layout = &model.layout;
    let sum = |sections: &[Section]| sections.iter().map(|s| s.len_bytes()).sum::<usize>();
    let words: Vec<Section> = layout.words.iter().flatten().copied().collect();
    let runs = |runs: &RunSections| runs.len_bytes();
    vec![
        ("codebooks", sum(&layout.prob_codes) + sum(&layout.backoff_codes)),
        ("spellings", layout.spellings.len_bytes() + runs(&layout.spelling_runs)),
        ("table of words", layout.slots.len_bytes()),
        ("children", layout.children.iter().map(runs).sum()),
        ("probabilities", sum(&layout.probs)),
        ("back-off weights", sum(&layout.backoffs)),
        ("words of n-grams", sum(&words)),
    ]
}
