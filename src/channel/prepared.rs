//! What the models see of phrases, and for the built-in lexicon all of it at once, worked out when despin is built.

use crate::channel::ratio::alone;
use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::dictionary::{Lexicon, PhraseId};
use crate::lexicon::image::{Reader, Table, Writer};
use crate::lexicon::matcher::NodeId;
use crate::lm::{BilinearModel, ContextId, LanguageModel, WordId};
use crate::text::tokenize::tokenize;
use crate::text::unit::{Unit, UnitKind, units};

/// ln P(these digits | a number stands here), nats: the language model has one word for all numbers, and would else find
/// `9` as probable as all of them together.
pub(super) const ONE_NUMBER: f32 = -3.5;
/// ln P of a sign that the language model does not see, nats: what a word costs on average, lest `%` be free where
/// `percent` is not.
const UNSEEN_SIGN: f32 = -6.0;

/// A phrase as the models see it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Words<'a> {
    /// The language model's words.
    pub words: &'a [WordId],
    /// The context model's; none where there is no such model.
    pub context_words: &'a [ContextId],
    /// Log-probability, in nats, of what they do not see of it: which number, which sign.
    pub unseen: f32,
}

/// The same of one phrase, by itself.
#[derive(Debug)]
pub(super) struct Seen {
    words: Box<[WordId]>,
    context_words: Box<[ContextId]>,
    unseen: f32,
}

impl Seen {
    pub(super) fn new(text: &str, model: &dyn LanguageModel, context: Option<&BilinearModel>) -> Self {
        let units = units(text, &tokenize(text));
        let words = || units.iter().filter_map(Unit::lm_word);
        Seen {
            words: words().map(|word| model.id(word)).collect(),
            context_words: context.iter().flat_map(|context| words().map(|word| context.id(word))).collect(),
            unseen: unseen(&units),
        }
    }

    pub(super) fn words(&self) -> Words<'_> {
        Words { words: &self.words, context_words: &self.context_words, unseen: self.unseen }
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

/// What two models see of every phrase of one lexicon, and what each phrase says by itself.
#[derive(Debug, PartialEq)]
pub struct Prepared {
    /// The models' checksums.
    models: [u64; 2],
    // By phrase; where each one's words begin, and one more at the end.
    starts: Table<u32>,
    unseen: Table<f32>,
    words: Table<WordId>,
    context_words: Table<ContextId>,
    // By node of the matcher; 0 where no phrase ends.
    alone: Table<f32>,
}

impl Prepared {
    /// What these models see of `lexicon`; none where the language model has no checksum.
    pub fn new(lexicon: &Lexicon, model: &dyn LanguageModel, context: &BilinearModel) -> Option<Self> {
        let (mut starts, mut unseen, mut words, mut context_words) = (vec![0], Vec::new(), Vec::new(), Vec::new());
        for phrase in 0..lexicon.n_phrases() as PhraseId {
            let seen = Seen::new(lexicon.get(phrase).text, model, Some(context));
            words.extend(&seen.words);
            context_words.extend(&seen.context_words);
            starts.push(words.len() as u32);
            unseen.push(seen.unseen);
        }
        let models = [model.checksum()?, context.checksum()];
        let mut prepared = Prepared {
            models,
            starts: starts.into(),
            unseen: unseen.into(),
            words: words.into(),
            context_words: context_words.into(),
            alone: Vec::new().into(),
        };
        let said =
            |node| lexicon.phrase_at(node).map_or(0.0, |_| alone(lexicon, model, node, |p| prepared.words(p).words));
        let said: Vec<f32> = (0..lexicon.matcher().n_nodes() as NodeId).map(said).collect();
        prepared.alone = said.into();
        Some(prepared)
    }

    /// As numbers, for [`read`](Self::read).
    pub fn write(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.table(&self.models.map(|sum| [sum as u32, (sum >> 32) as u32]));
        out.table(&self.starts);
        out.table(&self.unseen);
        out.table(&self.words);
        out.table(&self.context_words);
        out.table(&self.alone);
        out.words
    }

    /// What [`write`](Self::write) wrote.
    ///
    /// # Errors
    ///
    /// Where it ends too early.
    pub fn read(words: &'static [u8]) -> Result<Self> {
        let mut from = Reader::new(words, "");
        let mut read = || {
            let models: Table<[u32; 2]> = from.table()?;
            let sum = |[low, high]: [u32; 2]| u64::from(low) | u64::from(high) << 32;
            Some(Prepared {
                models: [sum(*models.first()?), sum(*models.get(1)?)],
                starts: from.table()?,
                unseen: from.table()?,
                words: from.table()?,
                context_words: from.table()?,
                alone: from.table()?,
            })
        };
        read().ok_or_else(|| {
            let fault = "what the models see of them is broken";
            Error::new(ErrorKind::Dictionary, "built-in dictionaries", fault, "build despin anew")
        })
    }

    /// True where it is what these models see.
    pub fn is_of(&self, model: &dyn LanguageModel, context: Option<&BilinearModel>) -> bool {
        model.checksum() == Some(self.models[0]) && context.is_none_or(|context| context.checksum() == self.models[1])
    }

    /// What they see of `phrase`.
    #[inline]
    pub fn words(&self, phrase: PhraseId) -> Words<'_> {
        let phrase = phrase as usize;
        let range = self.starts[phrase] as usize..self.starts[phrase + 1] as usize;
        Words {
            words: &self.words[range.clone()],
            context_words: &self.context_words[range],
            unseen: self.unseen[phrase],
        }
    }

    /// What the phrase that ends at `node` says by itself, nats: see [`alone`].
    #[inline]
    pub fn alone(&self, node: NodeId) -> f32 {
        self.alone[node as usize]
    }
}
