//! The spinner as a noisy channel: which originals a text may have had, on one lattice, and how likely each is.
//!
//! Let o be an original phrase and s what stands in the text. A spinner draws, once per document and per spelling of a
//! head o, whether it replaces o and by which s; `r` is the share of the heads it knows that it replaces. The most
//! probable original is `argmax_o  ln P_lm(o) + Σ ln P_channel(s | o)` (Shannon's noisy channel as in Brill and Moore
//! 2000, "An improved error model for noisy channel spelling correction"). The lattice holds every way to read the
//! text; the graph over it carries the language model's states; expectation-maximisation finds r and the draws.

mod builtin;
pub mod candidate;
pub mod context;
pub mod decode;
pub mod distance;
pub mod draws;
pub mod graph;
pub mod lattice;
pub(crate) mod lazily;
pub mod prepared;
pub mod ratio;
pub mod reader;
