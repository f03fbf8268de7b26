//! The model that knows nothing: every word is as probable as every other.

use crate::lm::{Context, LanguageModel, State, WordId};

/// A uniform model over a vocabulary of a given size, for where no model is wanted.
///
/// ```
/// use despin::lm::{LanguageModel, UniformModel};
/// let model = UniformModel::new(60_000);
/// let (ln_prob, state) = model.score(model.begin(), model.id("anything"));
/// assert_eq!(ln_prob, -(60_000f32).ln());
/// assert_eq!(state, model.empty());
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct UniformModel {
    ln_prob: f32,
}

impl UniformModel {
    const END: WordId = 0;
    const ANY: WordId = 1;

    /// A model of `n_words` words; of one where that is 0.
    pub fn new(n_words: u32) -> Self {
        UniformModel { ln_prob: -(n_words.max(1) as f32).ln() }
    }
}

impl LanguageModel for UniformModel {
    fn id(&self, word: &str) -> WordId {
        if word == "</s>" { Self::END } else { Self::ANY }
    }

    /// True for all words: there is none that it would treat as unknown.
    fn is_known(&self, _word: &str) -> bool {
        true
    }

    fn begin(&self) -> State {
        State::EMPTY
    }

    fn empty(&self) -> State {
        State::EMPTY
    }

    fn context(&self, _state: State) -> Context<'_> {
        Context::uniform(self.ln_prob)
    }

    fn end_id(&self) -> WordId {
        Self::END
    }

    fn order(&self) -> usize {
        1
    }
}
