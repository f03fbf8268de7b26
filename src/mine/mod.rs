//! Learning dictionaries from originals and what a spinner made of them.

pub mod derive;
pub mod fit;
