//! Dictionaries: what spinners write for what, in both directions.

pub mod builtin;
pub mod dictionary;
pub mod entry;
pub mod format;
pub mod inflect;
pub mod matcher;
