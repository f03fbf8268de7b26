//! What every language model does.

use crate::lm::Context;

/// The longest n-grams that a model may have.
pub const MAX_ORDER: usize = 5;

/// A word as a model numbers it.
pub type WordId = u32;

/// The number of `<unk>`, which stands for every word that a model does not know.
pub const UNK: WordId = 0;
/// The number of `<s>`, which begins a sentence.
pub const BEGIN: WordId = 1;
/// The number of `</s>`, which ends a sentence.
pub const END: WordId = 2;

/// What a model remembers of the words before the next one.
///
/// Two histories that a model scores alike for every continuation have equal states wherever that is cheap to see, so
/// that a decoder may keep the better of two paths that meet in one state. A state belongs to the model that gave it;
/// with another model it gives wrong numbers, but nothing worse.
///
/// ```
/// use despin::lm::{LanguageModel, NgramModel};
/// let model = NgramModel::english()?;
/// let (_, after_the) = model.score(model.begin(), model.id("the"));
/// let (in_context, _) = model.score(after_the, model.id("government"));
/// let (alone, _) = model.score(model.empty(), model.id("government"));
/// assert!(in_context > alone && after_the.n_words() <= 2);
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct State {
    // For each suffix of the history, shortest first, the number of its n-gram in its level of the trie; NONE where the
    // model does not hold it or nothing can depend on it.
    pub(super) nodes: [u32; MAX_ORDER - 1],
}

impl State {
    pub(super) const NONE: u32 = u32::MAX;

    /// The state of no history at all, in every model.
    pub const EMPTY: State = State { nodes: [State::NONE; MAX_ORDER - 1] };

    /// How many words back the next probability may depend on.
    pub fn n_words(self) -> usize {
        self.nodes.iter().rposition(|&node| node != State::NONE).map_or(0, |i| i + 1)
    }
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(&self.nodes[..self.n_words()]).finish()
    }
}

/// A model that gives each word a probability, given the words before it.
pub trait LanguageModel {
    /// The number of `word`; that of `<unk>` where the model does not know it.
    fn id(&self, word: &str) -> WordId;

    /// True where the model knows `word` by name.
    fn is_known(&self, word: &str) -> bool;

    /// The state at the start of a sentence: after `<s>`.
    fn begin(&self) -> State;

    /// The state of no history: in the middle of something unknown.
    fn empty(&self) -> State;

    /// ln P(`word` | `state`) in nats, and the state after it.
    fn score(&self, state: State, word: WordId) -> (f32, State) {
        self.context(state).score(word)
    }

    /// `state` looked up once, for scoring many words after it.
    fn context(&self, state: State) -> Context<'_>;

    /// The number of `</s>`, which ends a sentence.
    fn end_id(&self) -> WordId;

    /// How many words, the scored one counted, a probability may depend on.
    fn order(&self) -> usize;

    /// The checksum of its numbers, where it has them of a file: two models with one checksum say the same.
    fn checksum(&self) -> Option<u64> {
        None
    }
}
