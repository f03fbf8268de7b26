//! What texts are read with: a lexicon and language models, and what is worked out of them once for all texts.

use crate::channel::builtin;
use crate::channel::distance::NearSpellings;
use crate::channel::lazily::Lazily;
use crate::channel::prepared::{Prepared, Seen, Words};
use crate::lexicon::dictionary::{Lexicon, PhraseId};
use crate::lexicon::matcher::UnitId;
use crate::lm::{BilinearModel, ContextId, LanguageModel, WordId};
use crate::text::unit::{UNKNOWN_WORD, Unit};

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
    prepared: Option<&'static Prepared>,
    // By phrase, where nothing was prepared.
    seen: Lazily<Seen>,
    // By unit of the matcher.
    unit_words: Lazily<(WordId, Option<ContextId>)>,
}

impl<'a> Reader<'a> {
    /// One with these.
    pub fn new(
        lexicon: &'a Lexicon,
        model: &'a (dyn LanguageModel + Send + Sync),
        context: Option<&'a BilinearModel>,
    ) -> Self {
        Reader {
            lexicon,
            model,
            context,
            near: NearSpellings::new(lexicon.matcher()),
            prepared: builtin::prepared(lexicon, model, context),
            seen: Lazily::new(lexicon.n_phrases()),
            unit_words: Lazily::new(lexicon.matcher().n_units()),
        }
    }

    /// `phrase` as the models see it.
    pub fn words(&self, phrase: PhraseId) -> Words<'_> {
        match (self.prepared, self.context) {
            (Some(prepared), Some(_)) => prepared.words(phrase),
            (Some(prepared), None) => Words { context_words: &[], ..prepared.words(phrase) },
            (None, context) => {
                let see = || Seen::new(self.lexicon.get(phrase).text, self.model, context);
                self.seen.get(phrase as usize, see).words()
            }
        }
    }

    /// The word that the models have for `unit`, which is a word and has the number `id` in the lexicon's matcher.
    #[inline]
    pub(super) fn word(&self, id: UnitId, unit: &Unit) -> (WordId, Option<ContextId>) {
        *self.unit_words.get(id as usize, || {
            let word = unit.lm_word().unwrap_or(UNKNOWN_WORD);
            (self.model.id(word), self.context.map(|context| context.id(word)))
        })
    }

    /// What was worked out before, where that is known of these.
    pub(crate) fn prepared(&self) -> Option<&'static Prepared> {
        self.prepared
    }
}
