//! despin cleans scraped articles, detects text that a synonym spinner has rewritten, restores the likely original,
//! shows every change, and takes any of them back byte for byte.

#![forbid(unsafe_op_in_unsafe_fn)]
#![warn(missing_docs)]

pub mod clean;
pub mod cli;
pub mod error;
pub mod journal;
pub mod text;

pub use error::{Error, ErrorKind, Result};
