//! Language models: how probable a word is after the words before it.

pub mod arpa;
pub mod bilinear;
pub mod bilinear_train;
#[cfg(feature = "rescorer")]
pub mod bpe;
pub mod build;
mod bytes;
pub mod checksum;
pub mod decide;
pub mod format;
#[cfg(feature = "rescorer")]
pub mod gguf;
pub mod lines;
#[cfg(feature = "rescorer")]
pub mod llama;
mod model;
#[cfg(feature = "rescorer")]
pub mod neural;
pub mod ngram;
pub mod perplexity;
pub mod prune;
pub mod quantize;
pub mod rate;
pub mod sequence;
pub mod trie;
pub mod uniform;

pub use bilinear::{BilinearModel, ContextId};
pub use model::{LanguageModel, MAX_ORDER, State, WordId};
pub use ngram::{Context, Found, NgramModel};
pub use uniform::UniformModel;
