//! What pairs of originals and spun texts teach: derivations by a lexicon, fitted weights, and entries nobody had.

pub mod align;
pub mod blocks;
pub mod derive;
pub mod fit;
pub mod miner;
pub mod propose;
pub mod segment;
pub mod side;
