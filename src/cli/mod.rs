//! The commands: their arguments, and one file for each.

pub mod lm;
