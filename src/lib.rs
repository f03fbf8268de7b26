//! despin cleans scraped articles, detects text that a synonym spinner has rewritten, restores the likely original,
//! shows every change, and takes any of them back byte for byte.

#![forbid(unsafe_op_in_unsafe_fn)]
#![warn(missing_docs)]

pub mod channel;
pub mod clean;
pub mod cli;
pub mod detect;
pub mod document;
pub mod error;
pub mod eval;
pub mod journal;
pub mod lexicon;
pub mod lm;
pub mod pipeline;
pub mod render;
pub mod report;
pub mod restore;
pub mod review;
pub mod text;

pub use error::{Error, ErrorKind, Result};
