//! Dictionaries: what spinners write for what, in both directions.

mod assemble;
pub mod audit;
pub mod builtin;
pub mod chains;
pub mod compare;
pub mod dictionary;
pub mod editing;
pub mod entry;
pub mod examples;
pub mod exchange;
pub mod files;
pub mod format;
pub mod image;
pub mod inflect;
pub mod lookup;
pub mod matcher;
pub mod plausible;
pub mod reject;
pub mod spin;
mod texts;
pub mod tidy;
