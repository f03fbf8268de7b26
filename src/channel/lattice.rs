//! Every way to read a text: arcs over its units, each keeping or replacing what it spans.

use crate::channel::draws::{DrawId, UseId};
use crate::lexicon::dictionary::Target;
use crate::lm::{ContextId, WordId};

/// Number of an arc in its lattice.
pub type ArcId = u32;

/// What an arc makes of the units it spans.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// They were the author's.
    Keep,
    /// `a` where the text has `an`, or the other way round: the article went along with the word after it.
    Article(&'static str),
    /// They are a spun phrase of the dictionary, `n_typos` letters off.
    Dictionary {
        /// What it was.
        target: Target,
        /// Edit distance between the text and the entry.
        n_typos: u8,
    },
    /// Digits of which a part was spelled out (`two.8`), put back.
    Number(String),
}

/// One way to read a few units.
#[derive(Debug, Clone, PartialEq)]
pub struct Arc {
    /// First unit.
    pub start: u32,
    /// One past the last unit.
    pub end: u32,
    /// What they are read as.
    pub reading: Reading,
    /// The language model's words for that reading, in [`Lattice::words`].
    pub words: std::ops::Range<u32>,
    /// Log-probability, in nats, of what no draw decides: a typing error, a switched article.
    pub fixed: f32,
    /// The draw that makes this reading, if one does, and which of its outcomes.
    pub replaced: Option<(DrawId, UseId)>,
    /// The heads that survive where this arc keeps, in [`Lattice::survivors`].
    pub survivors: std::ops::Range<u32>,
}

/// Arcs over the units of a text, in order of their start. Indices only, no pointers.
#[derive(Debug, Clone, Default)]
pub struct Lattice {
    /// How many units the text has.
    pub n_units: usize,
    /// The arcs, in order of their start; the first at each place keeps.
    pub arcs: Vec<Arc>,
    /// Where the arcs of each unit begin, and at the end how many there are.
    pub first_arc: Vec<u32>,
    /// The language model's words of all arcs.
    pub words: Vec<WordId>,
    /// The same words as the context model numbers them; empty where there is none.
    pub context_words: Vec<ContextId>,
    /// Draws of the heads that survive on keeping arcs.
    pub survivors: Vec<DrawId>,
    /// True for each unit after which a sentence ends for the language model.
    pub ends_sentence: Vec<bool>,
}

impl Lattice {
    /// The arcs that begin at `unit`, with their numbers.
    pub fn arcs_at(&self, unit: usize) -> impl Iterator<Item = (ArcId, &Arc)> + Clone {
        let range = self.first_arc[unit]..self.first_arc[unit + 1];
        range.map(|id| (id, &self.arcs[id as usize]))
    }
}
