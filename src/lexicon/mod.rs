//! Dictionaries: what spinners write for what, in both directions.

mod assemble;
pub mod audit;
pub mod builtin;
pub mod dictionary;
pub mod entry;
pub mod files;
pub mod format;
pub mod image;
pub mod inflect;
pub mod matcher;
mod texts;
pub mod tidy;
