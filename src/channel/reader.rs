//! What texts are read with: a lexicon and language models, and what is worked out of them once for all texts.

use crate::channel::distance::NearSpellings;
use crate::channel::lazily::Lazily;
use crate::lexicon::dictionary::{Lexicon, PhraseId};
use crate::lm::{BilinearModel, ContextId, LanguageModel, WordId};
use crate::text::tokenize::tokenize;
use crate::text::unit::{Unit, UnitKind, units};

/// ln P(these digits | a number stands here), nats: the language model has one word for all numbers, and would else find
/// `9` as probable as all of them together.
pub(super) const ONE_NUMBER: f32 = -3.5;
/// ln P of a sign that the language model does not see, nats: what a word costs on average, lest `%` be free where
/// `percent` is not.
const UNSEEN_SIGN: f32 = -6.0;

/// A lexicon with the models that judge what it proposes. Threads may share it.
///
/// ```
/// use despin::channel::decode::{Options, decode};
/// use despin::channel::reader::Reader;
/// use despin::document::Document;
/// use despin::lexicon::builtin;
/// use despin::lm::{BilinearModel, NgramModel};
///
/// let (model, context) = (NgramModel::english()?, BilinearModel::english()?);
/// let reader = Reader::new(builtin::lexicon()?, &model, Some(&context));
/// let text = "He mentioned that the combating had begun and that hundreds of folks had fled their properties.";
/// let decoding = decode(&Document::new(text.to_string(), &[]), &reader, &Options::default());
/// // Most of the most probable reading keeps words; some of it replaces.
/// let replaced = decoding.path.iter().filter(|&&arc| decoding.lattice.arcs[arc as usize].replaced.is_some());
/// assert!(replaced.count() >= 3);
/// # Ok::<(), despin::Error>(())
/// ```
pub struct Reader<'a> {
    /// What phrases may have been.
    pub lexicon: &'a Lexicon,
    /// How probable words are.
    pub model: &'a (dyn LanguageModel + Send + Sync),
    /// How probable they are among words farther off.
    pub context: Option<&'a BilinearModel>,
    /// The lexicon's words.
    pub(super) near: NearSpellings<'a>,
    // By phrase.
    words: Lazily<Words>,
}

/// A phrase as the models see it.
#[derive(Debug, Clone, PartialEq)]
pub struct Words {
    /// The language model's words.
    pub words: Box<[WordId]>,
    /// The context model's; none where there is no such model.
    pub context_words: Box<[ContextId]>,
    /// Log-probability, in nats, of what they do not see of it: which number, which sign.
    pub unseen: f32,
}

impl<'a> Reader<'a> {
    /// One with these.
    pub fn new(
        lexicon: &'a Lexicon,
        model: &'a (dyn LanguageModel + Send + Sync),
        context: Option<&'a BilinearModel>,
    ) -> Self {
        let near = NearSpellings::new(lexicon.matcher());
        Reader { lexicon, model, context, near, words: Lazily::new(lexicon.n_phrases()) }
    }

    /// `phrase` as the models see it.
    pub fn words(&self, phrase: PhraseId) -> &Words {
        self.words.get(phrase as usize, || {
            let text = self.lexicon.get(phrase).text;
            let units = units(text, &tokenize(text));
            let words = || units.iter().filter_map(Unit::lm_word);
            Words {
                words: words().map(|word| self.model.id(word)).collect(),
                context_words: self.context.iter().flat_map(|c| words().map(|word| c.id(word))).collect(),
                unseen: unseen(&units),
            }
        })
    }
}

/// Log-probability, in nats, of what the language model does not see of `units`: which number, which sign.
pub(super) fn unseen(units: &[Unit]) -> f32 {
    let one = |unit: &Unit| match unit.kind {
        UnitKind::Number => ONE_NUMBER,
        UnitKind::Punctuation if unit.folded != "." => UNSEEN_SIGN,
        _ => 0.0,
    };
    units.iter().map(one).sum()
}
